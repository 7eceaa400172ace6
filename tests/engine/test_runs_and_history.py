"""Runs, their records and counts: whole, resumable, isolated, told in words."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from kills import Killed, kill_at
from rig import Rig
from tuisync.core.actions.integrations import disable_integration
from tuisync.core.actions.items import adjust_stock
from tuisync.core.actions.syncs import request_records, request_sync
from tuisync.core.errors import Inactive, PermanentError, RateLimited, TransientError
from tuisync.core.inbox.gather import inbox_rows
from tuisync.core.linking.listings import ListingImport
from tuisync.core.models import Cursor, Period
from tuisync.core.orders.contacts import take_contact
from tuisync.core.remote import FetchRequest, RemoteBuyer, RemoteListing
from tuisync.core.store import schema
from tuisync.core.store.port import Transaction
from tuisync.core.sync.recovery import recover
from tuisync.core.sync.runs import RunBook
from tuisync.core.views.history import batch_views, run_detail, run_views
from tuisync.core.views.orders import order_views
from tuisync.core.workspace import Workspace
from tuisync.testing import FakeMarketplace, ManualClock, a_buyer, marketplace, walk


def requests(rig: Rig, hook: str) -> list[FetchRequest]:
    found = [call.request for call in rig.fake.calls_of(hook)]
    assert all(isinstance(each, FetchRequest) for each in found)
    return found  # type: ignore[return-value]  # just checked


async def test_s16_an_items_sync_fetches_no_orders_and_the_reverse() -> None:
    rig = Rig()
    await rig.connected()
    rig.fake.calls.clear()

    [run] = await rig.sync("items")
    assert run.trigger == "manual"
    assert {call.hook for call in rig.fake.calls} == {"fetch_items"}
    rig.fake.calls.clear()
    await rig.sync("orders")
    assert {call.hook for call in rig.fake.calls} == {"fetch_orders"}


async def test_s17_a_manual_sync_takes_the_others_along_and_lists_who_is_skipped() -> None:
    rig = Rig()
    for number in ("200", "300"):
        rig.fake.add_shop(number, owner=f"user-{number}")
    rig.connect(sync=False)
    second = rig.connect(sync=False, user="user-200")
    rig.connect(sync=False, user="user-300")
    disable_integration(rig.workspace, second.name)

    runs = request_sync(rig.workspace, ["items"], integration="fake")
    await rig.work()

    assert len({run.batch for run in runs}) == 1
    done = {each.integration: each for each in rig.runs("items")}
    assert {name: each.status for name, each in done.items()} == {
        "fake": "succeeded",
        "fake-2": "skipped",
        "fake-3": "succeeded",
    }
    assert done["fake-2"].reason == "fake-2 is inactive."
    [alone] = request_sync(rig.workspace, ["items"], integration="fake", only=True)
    assert alone.integration == "fake:100"
    with pytest.raises(Inactive):
        request_sync(rig.workspace, ["items"], integration="fake-2")


async def test_s17_one_shop_that_fails_does_not_hurt_the_other() -> None:
    rig = Rig()
    other = rig.fake.add_shop("200", owner="user-2")
    other.list_item("Vase", 3)
    rig.connect()
    rig.connect(user="user-2")
    rig.fake.raises("fetch_items", PermanentError("The shop is closed."))

    await rig.work()

    by_name = {(each.integration, each.module): each for each in rig.runs()}
    assert by_name["fake", "items"].status == "failed"
    assert by_name["fake", "items"].reason == "The shop is closed."
    assert by_name["fake", "orders"].status == "succeeded"
    assert by_name["fake-2", "items"].counts.created == 1


async def test_s05_only_the_owners_shop_is_ever_asked() -> None:
    rig = Rig()
    foreign = rig.fake.add_shop("999", owner="somebody-else")
    foreign.members.add("user-1")
    foreign.list_item("Not mine", 5)
    await rig.connected()
    await rig.sync()

    assert {call.shop_id for call in rig.fake.calls} == {"100"}
    assert list(rig.store.all(schema.LISTINGS)) == []


async def test_s18_s19_counts_are_the_records_and_each_opens_with_its_reason() -> None:
    rig = Rig()
    listings = [rig.shop.list_item(f"Item {n}", 9, sku=f"I-{n}") for n in range(7)]
    orders = [rig.shop.sell(listings[n].remote_id) for n in range(4)]
    for broken in (listings[5], listings[6], orders[3]):
        rig.shop.unreadable[broken.remote_id] = "A field is missing."

    await rig.connected()

    [batch] = batch_views(rig.store)
    assert (batch.items_succeeded, batch.items_failed) == (5, 2)
    assert batch.orders_succeeded + batch.frozen == 3
    assert (batch.orders_failed, batch.status) == (1, "partial")
    items = run_detail(rig.store, next(r.id for r in batch.runs if r.module == "items"))
    failed = [each for each in items.records if each.outcome == "failed"]
    assert [(each.remote_id, each.reason) for each in failed] == [
        (listings[5].remote_id, "A field is missing."),
        (listings[6].remote_id, "A field is missing."),
    ]
    fine = [each.remote_id for each in items.records if each.outcome == "created"]
    assert sorted(fine) == [each.remote_id for each in listings[:5]]
    for view in batch.runs:
        outcomes = [each.outcome for each in run_detail(rig.store, view.id).records]
        for outcome in set(outcomes):
            assert outcomes.count(outcome) == getattr(view.counts, outcome)
        assert len(outcomes) == view.done


async def test_s46_one_malformed_record_of_ten_fails_alone() -> None:
    rig = Rig()
    listings = [rig.shop.list_item(f"Item {n}", 1) for n in range(10)]
    rig.shop.unreadable[listings[3].remote_id] = "Its price is no number."

    rig.connect()
    await rig.work()

    [run] = rig.runs("items")
    assert (run.status, run.succeeded, run.failed) == ("partial", 9, 1)
    assert len(list(rig.store.all(schema.LISTINGS))) == 9


async def test_s46_a_record_whose_import_raises_fails_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = Rig()
    listings = [rig.shop.list_item(f"Item {n}", 1) for n in range(10)]
    original = ListingImport._keep_links

    def breaks(self: ListingImport, listing: object) -> None:
        original(self, listing)  # type: ignore[arg-type]  # passed on
        if getattr(listing, "listing_id", "") == listings[3].remote_id:
            raise ZeroDivisionError("secret-token-in-a-message")

    monkeypatch.setattr(ListingImport, "_keep_links", breaks)

    rig.connect()
    await rig.work()

    [run] = rig.runs("items")
    [failed] = [r for r in run_detail(rig.store, run.id).records if r.outcome == "failed"]
    assert (run.status, run.succeeded, failed.remote_id) == ("partial", 9, listings[3].remote_id)
    assert failed.reason == "An unexpected fault (ZeroDivisionError) in tuisync itself."
    assert len(list(rig.store.all(schema.LISTINGS))) == 9, "nothing half done of the broken one"
    assert len(list(rig.store.all(schema.LINKS))) == 9


async def test_s46_an_order_that_fails_leaves_no_contact_and_no_reservation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 9, sku="MUG")
    await rig.stocked()
    rig.shop.sell(mug.remote_id, 2, buyer=a_buyer("Eve", email="eve@x.org", buyer_id="bad"))
    rig.shop.sell(mug.remote_id, 3)

    def breaks(
        tx: Transaction, workspace: Workspace, marketplace: str, buyer: RemoteBuyer
    ) -> object:
        made = take_contact(tx, workspace, marketplace, buyer)
        if buyer.buyer_id == "bad":
            raise RuntimeError
        return made

    monkeypatch.setattr("tuisync.core.orders.importing.take_contact", breaks)

    [run] = await rig.sync("orders")

    assert (run.counts.created, run.counts.failed) == (1, 1)
    assert rig.stock("MUG") == (9, 3, 6)
    assert len(list(rig.store.all(schema.CONTACTS))) == 1


async def test_e9_a_record_seen_twice_in_one_pull_is_one() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 9, sku="MUG")
    await rig.stocked()
    order = rig.shop.sell(mug.remote_id, 2)
    rig.shop.orders = {f"{n}": order for n in range(3)}
    for key in rig.shop.orders:
        rig.shop.touch(key)

    [run] = await rig.sync("orders")

    assert (run.counts.created, run.counts.unchanged) == (1, 2)
    assert rig.stock("MUG") == (9, 2, 7)
    assert len(order_views(rig.store)) == 1


async def test_s25_the_initial_sync_starts_by_itself_and_reports_its_progress() -> None:
    rig = Rig()
    for number in range(60):
        rig.shop.list_item(f"Item {number}", 1)
    rig.connect()
    await rig.work()

    items, orders = sorted(rig.runs(), key=lambda each: each.module)
    assert (items.trigger, items.done, items.expected) == ("initial", 60, 60)
    assert orders.trigger == "initial"
    assert items.batch == orders.batch


async def test_s25_an_interrupted_sync_goes_on_after_its_last_stored_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fake = FakeMarketplace(clock=ManualClock(), page_size=10)
    rig = Rig(fake=fake)
    for number in range(35):
        rig.shop.list_item(f"Item {number}", 1)
    rig.connect()
    with monkeypatch.context() as patch:
        kill_at(patch, RunBook, "add_page", call=3, after=True)
        with pytest.raises(Killed):
            await rig.work()
    assert len(list(rig.store.all(schema.LISTINGS))) == 20
    before = len(fake.calls)

    recover(rig.workspace)
    assert [run.status for run in rig.runs("items")] == ["interrupted"]
    await rig.work()

    [run] = rig.runs("items")
    assert (run.status, run.counts.created, run.counts.unchanged) == ("succeeded", 35, 0)
    [again] = [call for call in fake.calls[before:] if call.hook == "fetch_items"]
    assert isinstance(again.request, FetchRequest)
    assert again.request.cursor is not None
    assert len(run_detail(rig.store, run.id).records) == 35


async def test_a_passing_fault_goes_on_after_the_last_stored_page() -> None:
    fake = FakeMarketplace(clock=ManualClock(), page_size=10)
    rig = Rig(fake=fake)
    for number in range(35):
        rig.shop.list_item(f"Item {number}", 1)
    rig.connect()
    fake.raises("fetch_items", TransientError("Bad gateway."), after_pages=2)
    fake.raises("fetch_items", RateLimited("Slow down.", retry_after=7), after_pages=1)
    started = rig.clock.now

    await rig.work()

    [run] = rig.runs("items")
    assert (run.status, run.counts.created) == ("succeeded", 35)
    assert rig.clock.now - started >= timedelta(seconds=7), "as long as the shop asked for"


@pytest.mark.parametrize("seconds", [float("inf"), float("nan"), -5, 1e30])
async def test_an_absurd_wait_ends_the_run_or_is_ignored_but_harms_nobody(seconds: float) -> None:
    rig = Rig()
    rig.connect()
    rig.fake.raises("fetch_items", RateLimited("Slow down.", retry_after=seconds))
    await rig.work()
    assert {run.status for run in rig.runs()} <= {"succeeded", "failed"}


async def test_p14_a_failed_pull_does_not_move_the_cursor() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 9, sku="MUG")
    await rig.stocked()
    before = rig.store.get(schema.CURSORS, "fake:100/orders")
    rig.shop.sell(mug.remote_id)
    rig.fake.raises("fetch_orders", PermanentError("No."), after_pages=0)
    await rig.sync("orders")
    assert rig.store.get(schema.CURSORS, "fake:100/orders") == before

    await rig.sync("orders")

    assert rig.stock("MUG") == (9, 1, 8)


async def test_s24_a_period_brings_its_orders_and_leaves_the_cursor() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 9, sku="MUG")
    await rig.stocked()
    early = rig.shop.sell(mug.remote_id)
    rig.clock.advance(hours=48)
    rig.shop.sell(mug.remote_id)
    start = early.placed_at - timedelta(hours=1)
    before = rig.store.get(schema.CURSORS, "fake:100/orders")
    assert isinstance(before, Cursor)

    period = Period(start=start, end=start + timedelta(days=1))
    request_sync(rig.workspace, ["orders"], period=period, trigger="period")
    await rig.work()

    assert len(order_views(rig.store)) == 1
    assert rig.store.get(schema.CURSORS, "fake:100/orders") == before


async def test_s21_records_asked_for_by_id_and_not_found_are_failed_not_forgotten() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 9, sku="MUG")
    integration = await rig.connected()
    rig.fake.calls.clear()

    run = request_records(rig.workspace, integration, "items", [mug.remote_id, "404"])
    await rig.work()

    detail = run_detail(rig.store, run.id)
    assert [(r.remote_id, r.outcome) for r in detail.records] == [
        (mug.remote_id, "unchanged"),
        ("404", "failed"),
    ]
    assert [request.ids for request in requests(rig, "fetch_items")] == [(mug.remote_id, "404")]


async def test_s21_a_plug_in_that_answers_for_other_ids_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 9, sku="MUG")
    cup = rig.shop.list_item("Cup", 9, sku="CUP")
    integration = await rig.connected()

    def wrong(*_: object) -> list[walk.Leg[RemoteListing]]:
        return [walk.Leg((rig.shop.listings[cup.remote_id],), None, 1)]

    monkeypatch.setattr(marketplace, "walk_listings", wrong)
    run = request_records(rig.workspace, integration, "items", [mug.remote_id])
    await rig.work()

    outcomes = {r.remote_id: r.outcome for r in run_detail(rig.store, run.id).records}
    assert outcomes[mug.remote_id] == "failed"
    assert rig.run(run.id).status == "partial"


async def test_s14_the_same_order_number_in_two_shops_is_two_orders() -> None:
    rig = Rig()
    other = rig.fake.add_shop("200", owner="user-2")
    mugs = [shop.list_item("Mug", 9, sku="MUG") for shop in (rig.shop, other)]
    rig.connect()
    rig.connect(user="user-2")
    await rig.work()
    orders = [rig.shop.sell(mugs[0].remote_id), other.sell(mugs[1].remote_id)]
    assert orders[0].number == orders[1].number

    await rig.sync("orders")

    views = order_views(rig.store)
    assert {view.id for view in views} == {
        f"fake:{shop}:{orders[0].remote_id}" for shop in (100, 200)
    }
    assert all(len(view.lines) == 1 for view in views)


async def test_p02_each_order_five_times_and_out_of_order_gives_the_same_rows() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 9, sku="MUG")
    await rig.stocked()
    order = rig.shop.sell(mug.remote_id, 2)
    rig.clock.advance(minutes=1)
    paid = rig.shop._edit_order(order.remote_id, status="Paid, packed")
    rig.clock.advance(minutes=1)
    cancelled = rig.shop.cancel(order.remote_id)

    for state in (paid, cancelled, order, paid, cancelled, order, paid):
        rig.shop.put_order(state)
        await rig.sync("orders")

    assert rig.order(order.remote_id).cancelled
    assert rig.stock("MUG") == (9, 0, 9)


async def test_history_is_newest_first_and_can_be_narrowed() -> None:
    rig = Rig()
    await rig.connected()
    await rig.sync("items")

    assert [run.trigger for run in run_views(rig.store)] == ["manual", "initial", "initial"]
    assert {run.module for run in run_views(rig.store, module="orders")} == {"orders"}
    assert len(run_views(rig.store, integration="fake", limit=1)) == 1


async def test_s18_what_a_push_found_among_the_orders_is_in_the_history_frozen_ones_too() -> None:
    rig = Rig()
    rig.shop.list_item("Mug", 9, sku="MUG")
    await rig.stocked()
    vase = rig.shop.list_item("Vase", 9)
    frozen = rig.shop.sell(vase.remote_id)
    adjust_stock(rig.workspace, "MUG", by=1, reason="found")
    await rig.work()

    [run] = [run for run in rig.runs("orders") if run.trigger == "push"]
    assert (run.counts.frozen, rig.order(frozen.remote_id).gate) == (1, "frozen")
    rig.shop.touch(frozen.remote_id)
    adjust_stock(rig.workspace, "MUG", by=1, reason="found")
    await rig.work()
    assert len([run for run in rig.runs("orders") if run.trigger == "push"]) == 1, "no news"


async def test_s18_a_push_that_reads_what_had_failed_tells_the_history() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 9, sku="MUG")
    await rig.stocked()
    order = rig.shop.sell(mug.remote_id)
    await rig.sync("orders")
    rig.shop.unreadable[order.remote_id] = "It has no lines."
    rig.shop.touch(order.remote_id)
    await rig.sync("orders")
    assert [row.id for row in inbox_rows(rig.store, rig.clock())] == [
        f"order:fake:100:{order.remote_id}"
    ]

    rig.shop.unreadable.clear()
    rig.shop.touch(order.remote_id)
    adjust_stock(rig.workspace, "MUG", by=1, reason="found")
    await rig.work()

    assert inbox_rows(rig.store, rig.clock()) == []
    [run] = [run for run in rig.runs("orders") if run.trigger == "push"]
    assert run.counts.unchanged == 1


async def test_s46_a_page_on_which_everything_fails_takes_no_time_to_speak_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = Rig(fake=FakeMarketplace(clock=ManualClock(), page_size=200))
    for number in range(200):
        rig.shop.list_item(f"Item {number}", 1)
    taken = 0

    def breaks(*_: object) -> None:
        nonlocal taken
        taken += 1
        raise ZeroDivisionError

    monkeypatch.setattr(ListingImport, "_keep_links", breaks)
    rig.connect()
    await rig.work()

    assert rig.runs("items")[0].failed == 200
    assert taken <= 2 * 200 + 1, "each is tried twice at most"


async def test_s39_a_pull_ends_when_its_integration_is_switched_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = Rig(fake=FakeMarketplace(clock=ManualClock(), page_size=10))
    for number in range(35):
        rig.shop.list_item(f"Item {number}", 1)
    rig.connect()
    original = RunBook.add_page

    def switched_off(self: RunBook, *arguments: object, **named: object) -> None:
        original(self, *arguments, **named)  # type: ignore[arg-type]  # passed on
        if self.run.counts.total == 20:
            asyncio.get_running_loop().call_soon(disable_integration, rig.workspace, "fake")

    monkeypatch.setattr(RunBook, "add_page", switched_off)
    await rig.work()

    [run] = rig.runs("items")
    assert (run.status, run.reason) == ("failed", "The shop was switched off meanwhile.")
    assert run.done < 35
    assert rig.fake.calls_of("fetch_orders") == []
