"""Reading receipts from the sandbox."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from etsy_shop import Shop, failures_in, open_shop, orders_in
from sandbox_kit import START, Sandbox
from tuisync import OrdersPage, Period, TransientError
from tuisync_etsy.cursors import OrdersCursor, dump, load_orders


@pytest.fixture
async def shop(sandbox: Sandbox) -> Shop:
    return await open_shop(sandbox)


def ids(sandbox: Sandbox) -> set[str]:
    return {str(each.receipt_id) for each in sandbox.world.receipts_of(sandbox.world.shop.shop_id)}


def open_ids(pages: list[OrdersPage]) -> tuple[str, ...]:
    found = {each.remote_id: each for each in orders_in(pages)}
    return tuple(id_ for id_, each in found.items() if not each.shipped and not each.cancelled)


def cursor(pages: list[OrdersPage]) -> str:
    assert pages[-1].cursor is not None
    return pages[-1].cursor


async def sell(sandbox: Sandbox, **more: Any) -> int:
    answer = await sandbox.control("sell", **more)
    number: int = answer["receipt"]["receipt_id"]
    return number


@pytest.mark.parametrize("listed", [True, False])
async def test_s25_the_first_pull_brings_every_receipt_of_every_state(
    sandbox: Sandbox, shop: Shop, *, listed: bool
) -> None:
    await sandbox.control("quirks", cancelled_listed=listed)
    pages = await shop.orders()
    found = {each.remote_id: each for each in orders_in(pages)}
    assert found.keys() == ids(sandbox)
    assert len(found) == 300
    assert failures_in(pages) == []
    for id_, order in found.items():
        there = sandbox.world.receipts[int(id_)]
        assert order.cancelled == there.cancelled
        assert order.shipped == there.is_shipped
        assert (order.payment == "unpaid") == (not there.is_paid)
        assert order.recognised
        assert sum(line.quantity for line in order.lines) == sum(
            each.quantity for each in there.lines
        )
        assert order.total is not None
        assert order.total.amount * sandbox.world.shop.divisor == there.grandtotal


async def test_e17_status_words_are_read_in_either_letter_case(
    sandbox: Sandbox, shop: Shop
) -> None:
    capital = orders_in(await shop.orders())
    await sandbox.control("quirks", capitalised_status=False)
    small = orders_in(await shop.orders())
    assert {each.status for each in capital} != {each.status for each in small}
    bare = [msgspec.structs.replace(each, status="") for each in capital]
    assert bare == [msgspec.structs.replace(each, status="") for each in small]


async def test_quirk_1_no_entity_reaches_a_name_or_address(shop: Shop) -> None:
    for order in orders_in(await shop.orders()):
        assert "&#" not in str(order.buyer)
        assert "&amp;" not in str(order.buyer)


async def test_e18_e19_withheld_addresses_leave_valid_orders(sandbox: Sandbox, shop: Shop) -> None:
    await sandbox.control("region", restricted=True)
    pages = await shop.orders()
    assert failures_in(pages) == []
    assert len({each.remote_id for each in orders_in(pages)}) == 300


async def test_lines_have_the_keys_of_their_listings_variants(sandbox: Sandbox, shop: Shop) -> None:
    listing = sandbox.listing(
        lambda each: (
            each.state == "active"
            and len(each.products[0].properties) == 2
            and len(each.on_property.quantity) == 2
            and all(p.quantity and p.is_enabled for p in each.products)
        )
    )
    options = {v.property_name: v.values[0] for v in listing.products[-1].properties}
    number = await sell(sandbox, listing_id=listing.listing_id, options=options)
    (line,) = (await shop.order(number)).lines
    keys = [each.key for each in (await shop.listing(listing.listing_id)).variants]
    assert line.variant_key == keys[-1]


async def test_s14_a_new_order_comes_once_and_then_not_again(sandbox: Sandbox, shop: Shop) -> None:
    first = await shop.orders()
    await sandbox.control("clock", advance=3600)
    number = await sell(sandbox)
    second = await shop.orders(cursor=cursor(first))
    assert [each.remote_id for each in orders_in(second)].count(str(number)) == 1
    await sandbox.control("ship", receipt_id=number, tracking_code="1Z", carrier_name="ups")
    await sandbox.control("clock", advance=7200)
    third = await shop.orders(cursor=cursor(second))
    (shipped,) = [each for each in orders_in(third) if each.remote_id == str(number)]
    assert shipped.shipped
    await sandbox.control("clock", advance=7200)
    fourth = await shop.orders(cursor=cursor(third))
    assert str(number) not in {each.remote_id for each in orders_in(fourth)}


async def test_p14_an_order_that_becomes_visible_late_is_not_missed(
    sandbox: Sandbox, shop: Shop
) -> None:
    await sandbox.control("clock", advance=3600)
    first = await shop.orders()
    number = await sell(sandbox)
    sandbox.world.receipts[number].updated_at -= 600
    sandbox.world.receipts[number].created_at -= 600
    second = await shop.orders(cursor=cursor(first))
    assert str(number) in {each.remote_id for each in orders_in(second)}


async def test_an_unpaid_order_is_told_and_told_again_once_it_is_paid(
    sandbox: Sandbox, shop: Shop
) -> None:
    number = await sell(sandbox, paid=False)
    first = await shop.orders()
    (order,) = [each for each in orders_in(first) if each.remote_id == str(number)]
    assert order.payment == "unpaid"
    assert order.paid_at is None
    await sandbox.control("clock", advance=90)
    await sandbox.control("pay", receipt_id=number)
    second = await shop.orders(cursor=cursor(first), open_ids=open_ids(first))
    (order,) = [each for each in orders_in(second) if each.remote_id == str(number)]
    assert order.payment == "paid"
    assert order.paid_at == datetime.fromtimestamp(START + 90, UTC)


@pytest.mark.parametrize("moves", [True, False])
async def test_e08_a_cancelled_open_order_is_found_though_nothing_announces_it(
    sandbox: Sandbox, shop: Shop, *, moves: bool
) -> None:
    number = await sell(sandbox)
    await sandbox.control("clock", advance=3600)
    first = await shop.orders()
    await sandbox.control("clock", advance=86_400)
    await sandbox.control("quirks", cancel_moves_update=moves)
    await sandbox.control("cancel", receipt_id=number)
    second = await shop.orders(cursor=cursor(first), open_ids=open_ids(first))
    (order,) = [each for each in orders_in(second) if each.remote_id == str(number)]
    assert order.cancelled


async def test_e08_a_refund_of_an_open_order_is_found_though_nothing_announces_it(
    sandbox: Sandbox, shop: Shop
) -> None:
    number = await sell(sandbox)
    await sandbox.control("clock", advance=3600)
    first = await shop.orders()
    await sandbox.control("clock", advance=86_400)
    await sandbox.control("refund", receipt_id=number, amount=100)
    second = await shop.orders(cursor=cursor(first), open_ids=open_ids(first))
    (order,) = [each for each in orders_in(second) if each.remote_id == str(number)]
    assert order.payment == "partially_refunded"
    assert not order.cancelled


async def test_only_what_is_missing_from_the_open_list_is_read_by_id(
    sandbox: Sandbox, shop: Shop
) -> None:
    numbers = [await sell(sandbox) for _ in range(3)]
    await sandbox.control("clock", advance=3600)
    first = await shop.orders()
    await sandbox.control("clock", advance=86_400)
    sandbox.world.receipts[numbers[1]].shipped_at = sandbox.world.clock.now()  # nothing says so
    shop.forget_calls()
    held = tuple(map(str, numbers))
    await shop.orders(cursor=cursor(first), open_ids=held)
    single = [each for each in shop.calls() if "/receipts/" in each]
    assert single == [f"GET /shops/{sandbox.world.shop.shop_id}/receipts/{numbers[1]}"]


async def test_quirk_10_a_phantom_order_is_said_to_be_gone(shop: Shop) -> None:
    first = await shop.orders()
    second = await shop.orders(cursor=cursor(first), open_ids=("987654321", "abc"))
    assert {id_ for page in second for id_ in page.gone} == {"987654321", "abc"}
    assert load_orders(cursor(second)) is not None


async def test_many_missing_orders_come_in_pages_and_the_last_one_ends_the_pull(
    sandbox: Sandbox, shop: Shop
) -> None:
    first = await shop.orders()
    shipped = [each.remote_id for each in orders_in(first) if each.shipped][:60]
    await sandbox.control("clock", advance=86_400)
    second = await shop.orders(cursor=cursor(first), open_ids=tuple(shipped))
    found = {each.remote_id for each in orders_in(second)}
    assert found >= set(shipped)
    steps = [held.step for page in second if (held := load_orders(page.cursor)) is not None]
    assert steps[-1] == "done"
    assert steps.count("done") == 1


async def test_s25_an_interrupted_pull_goes_on_at_its_last_stored_page(
    sandbox: Sandbox, shop: Shop
) -> None:
    await sandbox.control("quirks", cancelled_listed=True)
    pages = await shop.orders()
    assert len(pages) >= 5
    for stored in range(1, len(pages)):
        shop.forget_calls()
        rest = await shop.orders(cursor=pages[stored - 1].cursor)
        seen = {each.remote_id for each in orders_in(pages[:stored] + rest)}
        assert seen == ids(sandbox)
        assert len(shop.calls()) <= len(pages) - stored + 2


async def test_an_order_placed_during_an_interruption_is_in_the_pull_that_goes_on(
    sandbox: Sandbox, shop: Shop
) -> None:
    pages = await shop.orders()
    await sandbox.control("clock", advance=86_400)
    number = await sell(sandbox)
    for page in pages:
        rest = await shop.orders(cursor=page.cursor)
        assert str(number) in {each.remote_id for each in orders_in(rest)}


async def test_a_receipt_that_several_passes_show_is_told_once(
    sandbox: Sandbox, shop: Shop
) -> None:
    await sandbox.control("quirks", cancelled_listed=True)
    found = [each.remote_id for each in orders_in(await shop.orders())]
    assert len(found) == len(set(found)) == 300


async def test_s24_a_period_is_by_time_of_placing_and_ends_before_its_end(
    sandbox: Sandbox, shop: Shop
) -> None:
    numbers = [await sell(sandbox) for _ in range(4)]
    start = datetime(2026, 3, 1, tzinfo=UTC)
    end = datetime(2026, 3, 4, tzinfo=UTC)
    second = timedelta(seconds=1)
    for number, placed in zip(numbers, [start - second, start, end - second, end], strict=True):
        sandbox.world.receipts[number].created_at = int(placed.timestamp())
    await sandbox.control("cancel", receipt_id=numbers[2])
    pages = await shop.orders(period=Period(start, end))
    found = orders_in(pages)
    assert {str(each) for each in numbers[1:3]} <= {each.remote_id for each in found}
    assert all(start <= each.placed_at < end for each in found)


async def test_s24_an_interrupted_period_goes_on_and_no_other_cursor_disturbs_it(
    sandbox: Sandbox, shop: Shop
) -> None:
    now = datetime.fromtimestamp(START, UTC)
    period = Period(now - timedelta(days=400), now + timedelta(days=1))
    pages = await shop.orders(period=period)
    whole = {each.remote_id for each in orders_in(pages)}
    assert len(pages) > 2
    rest = await shop.orders(period=period, cursor=pages[0].cursor)
    assert {each.remote_id for each in orders_in(pages[:1] + rest)} == whole
    normal = dump(OrdersCursor(step="changed", since=int(START)))
    again = await shop.orders(period=period, cursor=normal)
    assert {each.remote_id for each in orders_in(again)} == whole
    fresh = await shop.orders(cursor=pages[0].cursor)
    assert {each.remote_id for each in orders_in(fresh)} == ids(sandbox)


async def test_s21_receipts_are_read_by_id_and_nothing_else(sandbox: Sandbox, shop: Shop) -> None:
    wanted = sorted(ids(sandbox))[:30]
    pages = await shop.orders(ids=(*wanted, "5", "x"))
    assert {each.remote_id for each in orders_in(pages)} == set(wanted)
    assert {id_ for page in pages for id_ in page.gone} == {"5", "x"}
    assert len(shop.calls()) == 31


async def test_s46_one_malformed_receipt_fails_alone(sandbox: Sandbox, shop: Shop) -> None:
    victim = sorted(ids(sandbox))[40]
    await sandbox.control("faults", path="/receipts", malformed_receipt=int(victim))
    pages = await shop.orders()
    assert {each.remote_id for each in failures_in(pages)} == {victim}
    assert {each.remote_id for each in orders_in(pages)} == ids(sandbox) - {victim}


async def test_the_upper_bound_is_the_shops_clock_and_not_ours(
    sandbox: Sandbox, shop: Shop
) -> None:
    shop.session.clock = lambda: datetime.fromtimestamp(START - 40 * 86_400, UTC)
    shop.session.credentials.held = msgspec.structs.replace(
        await shop.session.credentials.current(), expires_at=datetime(2030, 1, 1, tzinfo=UTC)
    )
    number = await sell(sandbox)
    pages = await shop.orders()
    assert str(number) in {each.remote_id for each in orders_in(pages)}
    held = load_orders(cursor(pages))
    assert held is not None
    assert held.since == int(START)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"type":"items-1"}', '{"type":"orders-1","step":"x"}']
)
async def test_a_cursor_nobody_can_read_reads_everything(shop: Shop, text: str) -> None:
    assert len(orders_in(await shop.orders(cursor=text))) == 300


async def test_the_first_pull_says_how_many_there_will_be(sandbox: Sandbox, shop: Shop) -> None:
    pages = await shop.orders()
    listed = [each for each in orders_in(pages) if not each.cancelled]
    assert pages[-1].expected == len(listed)


async def test_quirk_10_faults_end_the_pull_as_transient(sandbox: Sandbox, shop: Shop) -> None:
    await sandbox.control("faults", path="/receipts", html="<h1>502</h1>", skip=1)
    with pytest.raises(TransientError):
        await shop.orders()


async def test_an_order_a_little_ahead_of_the_shops_clock_is_not_put_off(
    sandbox: Sandbox, shop: Shop
) -> None:
    number = await sell(sandbox)
    sandbox.world.receipts[number].updated_at += 30
    pages = await shop.orders()
    assert str(number) in {each.remote_id for each in orders_in(pages)}
    assert any("max_last_modified=" in each for each in shop.calls(path="/receipts"))


@pytest.mark.parametrize("rotation", ["strict", "grace", "old-stays-valid"])
async def test_e11_tokens_outlive_their_hour_whatever_becomes_of_used_ones(
    sandbox: Sandbox, shop: Shop, rotation: str
) -> None:
    await sandbox.control("quirks", rotation=rotation)
    for hour in range(1, 4):
        await sandbox.control("clock", advance=3600)
        assert len(orders_in(await shop.orders())) == 300
        assert shop.session.credentials.refreshes == hour


async def test_quirk_12_lines_keep_their_keys_without_product_data(
    sandbox: Sandbox, shop: Shop
) -> None:
    before = orders_in(await shop.orders())
    await sandbox.control("quirks", product_data_in_lists=False)
    assert orders_in(await shop.orders()) == before


@pytest.mark.parametrize("off", [-50, -1, 7, 500])
async def test_quirk_9_a_wrong_count_loses_no_order(sandbox: Sandbox, shop: Shop, off: int) -> None:
    await sandbox.control("faults", path="/receipts", count_off=off, times=0)
    assert {each.remote_id for each in orders_in(await shop.orders())} == ids(sandbox)
