"""Reading listings from the sandbox."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import httpx
import pytest

import tuisync_etsy
from etsy_payloads import listing, page
from etsy_session import FakeSession
from etsy_shop import Shop, failures_in, listings_in, open_shop
from sandbox_kit import START, Sandbox, make_sandbox
from tuisync import (
    FetchRequest,
    PermanentError,
    RemoteListing,
    RemoteNotFound,
    TransientError,
)
from tuisync_etsy.batches import read_batch
from tuisync_etsy.cursors import ItemsCursor, dump, load_items, more_follow
from tuisync_etsy.item_walk import STATES, next_page

LIMIT = re.compile(r"limit=(\d+)")


@pytest.fixture
async def shop(sandbox: Sandbox) -> Shop:
    return await open_shop(sandbox)


def ids(sandbox: Sandbox, state: str | None = None) -> set[str]:
    owned = sandbox.world.listings_of(sandbox.world.shop.shop_id)
    return {str(each.listing_id) for each in owned if state in {None, each.state}}


async def test_s45_every_listing_of_every_state_comes_with_its_numbers(
    sandbox: Sandbox, shop: Shop
) -> None:
    found = listings_in(await shop.items())
    assert {each.remote_id for each in found} == ids(sandbox)
    assert len(found) == 120
    for state in STATES:
        assert {each.remote_id for each in found if each.state == state} == ids(sandbox, state)
    for each in found:
        there = sandbox.world.listings[int(each.remote_id)]
        enabled = any(product.is_enabled for product in there.products)
        if enabled and len({product.is_enabled for product in there.products}) == 1:
            assert sum(variant.quantity for variant in each.variants) == there.quantity
        assert len({variant.key for variant in each.variants}) == len(each.variants)


async def test_the_pages_cost_one_call_a_hundred_listings_and_one_for_inventories(
    shop: Shop,
) -> None:
    await shop.items()
    calls = shop.calls()
    assert len([each for each in calls if "/batch/inventory" in each]) <= 6
    assert len([each for each in calls if "limit=1&" in each]) == 4, "to tell how many there are"
    assert len(calls) <= 12 + 4
    assert not any("limit=25" in each for each in calls)


async def test_ids_are_joined_by_commas(shop: Shop) -> None:
    await shop.items()
    query = shop.calls(path="/batch/inventory")[0]
    assert query.count("listing_ids=") == 1
    assert "%2C" in query or "," in query


async def test_expected_and_progress_lead_to_the_number_of_listings(shop: Shop) -> None:
    pages = await shop.items()
    assert {page.expected for page in pages} == {120}, "of the whole pull, from its first page on"
    assert shop.session.told[-1] == (120, 120)


async def test_served_at_is_the_shops_clock(sandbox: Sandbox, shop: Shop) -> None:
    shop.session.clock = lambda: datetime(2001, 1, 1, tzinfo=UTC)
    pages = await shop.items()
    assert {page.served_at for page in pages} == {datetime.fromtimestamp(START, UTC)}


async def test_s25_an_interrupted_walk_goes_on_at_its_last_stored_page(
    sandbox: Sandbox, shop: Shop
) -> None:
    pages = await shop.items()
    whole = listings_in(pages)
    for stored in range(1, len(pages)):
        rest = listings_in(await shop.items(cursor=pages[stored - 1].cursor))
        assert listings_in(pages[:stored]) + rest == whole


@pytest.mark.parametrize("cursor", ["", "{", "null", '{"type":"orders-1"}', '{"state":"x"}'])
async def test_a_cursor_nobody_can_read_starts_again(shop: Shop, cursor: str) -> None:
    assert len(listings_in(await shop.items(cursor=cursor))) == 120


async def test_a_walk_left_off_days_ago_starts_again(sandbox: Sandbox, shop: Shop) -> None:
    pages = await shop.items()
    await sandbox.control("clock", advance=2 * 86_400)
    assert len(listings_in(await shop.items(cursor=pages[0].cursor))) == 120


async def test_quirk_9_a_listing_that_comes_twice_on_a_page_is_told_once(
    sandbox: Sandbox, shop: Shop
) -> None:
    await sandbox.control("faults", path="/listings", duplicate_rows=True, times=0)
    found = [each.remote_id for each in listings_in(await shop.items())]
    assert len(found) == len(set(found)) == 120


async def test_a_listing_that_changes_state_during_the_walk_is_told_again(
    sandbox: Sandbox, shop: Shop
) -> None:
    pages = tuisync_etsy.fetch_items(shop.session, FetchRequest())
    first = await anext(pages)
    moved = next(each for each in first.records if isinstance(each, RemoteListing))
    await sandbox.control("edit", listing_id=int(moved.remote_id), state="expired")
    later = [page async for page in pages]
    again = [each for each in listings_in(later) if each.remote_id == moved.remote_id]
    assert [each.state for each in again] == ["expired"]


async def test_e09_paging_goes_by_the_total_whatever_the_order() -> None:
    at = ItemsCursor(state="active")
    after = next_page(at, 100, 271)
    assert (after.state, after.offset) == ("active", 100)
    assert next_page(after, 100, 271).offset == 200
    assert next_page(ItemsCursor(state="active", offset=200), 71, 271).state == "inactive"
    assert next_page(at, 100, 100).state == "inactive"
    assert next_page(at, 0, 271).state == "inactive"
    assert next_page(at, 100, None).offset == 100
    assert next_page(at, 99, None).state == "inactive"
    assert next_page(ItemsCursor(state="expired"), 0, 0).state == ""


async def test_e09_a_page_of_nothing_but_known_listings_does_not_end_the_walk() -> None:
    rows = {0: range(1, 101), 100: range(1, 101), 200: range(101, 151)}

    def serve(request: httpx.Request) -> httpx.Response:
        query = request.url.params
        if request.url.path.endswith("/inventory"):
            return httpx.Response(200, json=page())
        if query["state"] != "active":
            return httpx.Response(200, json=page())
        found = rows.get(int(query["offset"]), ())
        return httpx.Response(200, json=page(*map(listing, found), count=250))

    async with httpx.AsyncClient(transport=httpx.MockTransport(serve)) as http:
        pages = tuisync_etsy.fetch_items(FakeSession(http), FetchRequest())
        found = [each.remote_id for each in listings_in([page async for page in pages])]
    assert found == [str(number) for number in range(1, 151)]


@pytest.mark.parametrize(
    ("offset", "rows", "total", "more"),
    [
        (0, 100, 271, True),
        (200, 71, 271, False),
        (0, 100, 100, False),
        (100, 100, 200, False),
        (100, 0, 500, False),
        (0, 0, 0, False),
        (0, 100, None, True),
        (0, 99, None, False),
        (0, 100, 40, True),
        (100, 37, 40, False),
        (0, 60, 200, True),
    ],
)
def test_quirk_9_another_page_follows_by_the_total_unless_that_is_plainly_wrong(
    *, offset: int, rows: int, total: int | None, more: bool
) -> None:
    assert more_follow(offset, rows, total) is more


@pytest.mark.parametrize("off", [-30, -1, 7, 500])
async def test_quirk_9_a_wrong_count_loses_no_listing(off: int) -> None:
    sandbox = make_sandbox(listings=350, orders=10)
    async with sandbox.client:
        shop = await open_shop(sandbox)
        await sandbox.control("faults", path="/listings", count_off=off, times=0)
        assert len({each.remote_id for each in listings_in(await shop.items())}) == 350


async def test_a_listing_whose_inventory_is_null_counts_as_a_whole(
    sandbox: Sandbox, shop: Shop
) -> None:
    simple = sandbox.listing(lambda each: not each.has_variations and each.state == "active")
    await sandbox.control("faults", no_inventory=simple.listing_id, times=0)
    (found,) = [
        each for each in listings_in(await shop.items()) if each.remote_id == str(simple.listing_id)
    ]
    assert [(each.key, each.quantity) for each in found.variants] == [("", simple.quantity)]


async def test_quirk_19_more_listings_than_offsets_reach_are_named_at_the_end() -> None:
    at = ItemsCursor(state="active", offset=12_000)
    after = next_page(at, 100, 20_000)
    assert (after.state, after.cut_short) == ("inactive", ("active",))
    assert next_page(at, 100, 12_100).cut_short == ()


async def test_quirk_19_the_other_states_are_read_all_the_same(
    sandbox: Sandbox, shop: Shop
) -> None:
    now = sandbox.world.clock.now()
    cursor = dump(ItemsCursor(state="expired", began=now, cut_short=("active", "sold_out")))
    with pytest.raises(PermanentError, match="12,100 active and sold out"):
        await shop.items(cursor=cursor)
    assert shop.calls(path="/listings")


async def test_quirk_20_no_more_than_a_hundred_are_asked_for(shop: Shop) -> None:
    await shop.items()
    asked = {int(limit) for each in shop.calls(path="/shops/") for limit in LIMIT.findall(each)}
    assert asked == {1, 100}


async def test_s21_listings_are_read_by_id_and_nothing_else(sandbox: Sandbox, shop: Shop) -> None:
    wanted = sorted(ids(sandbox))[:7]
    (page,) = await shop.items(ids=tuple(wanted))
    assert {each.remote_id for each in page.records} == set(wanted)
    assert page.gone == ()
    assert [each.split("?")[0] for each in shop.calls()] == [
        "GET /listings/batch",
        "GET /listings/batch/inventory",
    ]


async def test_what_is_gone_is_said_to_be_gone(sandbox: Sandbox, shop: Shop) -> None:
    wanted = sorted(ids(sandbox))[:9]
    await sandbox.control("edit", listing_id=int(wanted[4]), delete=True)
    (page,) = await shop.items(ids=(*wanted, "99999999", "abc", "-5", "٣"))
    assert {each.remote_id for each in page.records} == {*wanted} - {wanted[4]}
    assert set(page.gone) == {wanted[4], "99999999", "abc", "-5", "٣"}


async def test_s05_another_shops_listing_is_none_of_ours(sandbox: Sandbox, shop: Shop) -> None:
    other = next(
        each
        for each in sandbox.world.listings.values()
        if each.shop_id != sandbox.world.shop.shop_id and each.state == "active"
    )
    (page,) = await shop.items(ids=(str(other.listing_id),))
    assert page.records == ()
    assert page.gone == (str(other.listing_id),)


async def test_one_unknown_id_does_not_fail_the_inventories_of_a_page(
    sandbox: Sandbox, shop: Shop
) -> None:
    body = {"error": "Could not find a Listing"}
    await sandbox.control("faults", path="/batch/inventory", status=404, body=body)
    assert len(listings_in(await shop.items())) == 120
    assert len(shop.calls(path="/batch/inventory")) <= 9


async def test_splitting_a_batch_costs_few_calls() -> None:
    calls: list[int] = []

    async def together(some: Sequence[int]) -> list[int]:
        calls.append(len(some))
        if 42 in some:
            raise RemoteNotFound("no 42")
        return list(some)

    async def alone(one: int) -> list[int]:
        calls.append(1)
        return [] if one == 42 else [one]

    found = await read_batch(range(100), together, alone)
    assert found == [each for each in range(100) if each != 42]
    assert len(calls) <= 15


async def test_s46_one_malformed_listing_fails_alone(sandbox: Sandbox, shop: Shop) -> None:
    victim = sorted(ids(sandbox, "active"))[3]
    await sandbox.control("faults", path="/listings", malformed_listing=int(victim))
    pages = await shop.items()
    (failed,) = failures_in(pages)
    assert failed.remote_id == victim
    assert failed.reason
    assert len(listings_in(pages)) == 119


async def test_quirk_8_blank_skus_in_bulk_leave_every_key_as_it_was(
    sandbox: Sandbox, shop: Shop
) -> None:
    before = {each.remote_id: each for each in listings_in(await shop.items())}
    await sandbox.control("faults", path="/batch/inventory", blank_skus=True, times=0)
    after = listings_in(await shop.items())
    assert {v.sku for each in after for v in each.variants} == {None}
    for each in after:
        assert [v.key for v in each.variants] == [v.key for v in before[each.remote_id].variants]
        assert each.fingerprint == before[each.remote_id].fingerprint


async def test_undocumented_value_pairs_are_ignored(sandbox: Sandbox, shop: Shop) -> None:
    before = listings_in(await shop.items())
    await sandbox.control("quirks", value_pairs=True)
    assert listings_in(await shop.items()) == before


@pytest.mark.parametrize("fault", [{"status": 500}, {"html": "<h1>502</h1>"}, {"cut": 20}])
async def test_a_fault_of_etsys_ends_the_pull_as_transient(
    sandbox: Sandbox, shop: Shop, fault: dict[str, object]
) -> None:
    await sandbox.control("faults", path="/listings", **fault)
    with pytest.raises(TransientError):
        await shop.items()


async def test_a_listing_without_an_inventory_record_counts_as_a_whole(
    sandbox: Sandbox, shop: Shop
) -> None:
    simple = sandbox.listing(lambda each: not each.has_variations and each.state == "active")
    for status in (404, 422):
        path = f"/listings/{simple.listing_id}/inventory"
        await sandbox.control("faults", path=path, status=status, body={"error": "none"})
        found = await shop.listing(simple.listing_id)
        assert [(each.key, each.quantity) for each in found.variants] == [("", simple.quantity)]


async def test_the_cursor_of_a_page_is_text_that_can_be_stored(shop: Shop) -> None:
    for each in await shop.items():
        assert each.cursor is not None
        held = load_items(each.cursor)
        assert held is not None
        assert dump(held) == each.cursor
        assert timedelta(seconds=held.began) > timedelta(0)
