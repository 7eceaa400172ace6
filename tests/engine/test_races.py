"""Things that happen while a push is under way, and shops that never stand still."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock

import pytest

from mug_shops import a_held_raise, a_mug_shop
from rig import Rig
from tuisync.core.actions.corrections import correct_shipment
from tuisync.core.actions.integrations import (
    configure_integration,
    disable_integration,
    enable_integration,
)
from tuisync.core.actions.items import add_item, adjust_stock
from tuisync.core.actions.links import unlink_variant
from tuisync.core.actions.orders import ship_order
from tuisync.core.actions.organization import configure_organization
from tuisync.core.actions.plans import make_plan
from tuisync.core.actions.pushes import drop_push
from tuisync.core.actions.syncs import request_sync
from tuisync.core.applying import apply_plan, push_owed
from tuisync.core.errors import (
    OutcomeUnknown,
    PermanentError,
    PlanStale,
    RateLimited,
    RejectedError,
    StockChanged,
    StoreError,
    TransientError,
)
from tuisync.core.models import OutboxEntry
from tuisync.core.remote import Capabilities
from tuisync.core.store import open_store, schema
from tuisync.core.store.port import Transaction
from tuisync.core.sync.drain import owes_now
from tuisync.core.sync.entries import EntryBook
from tuisync.core.sync.push_stock import StockPush
from tuisync.core.workspace import Workspace
from tuisync.testing import FakeMarketplace, ManualClock, a_variant


async def test_a_change_while_in_flight_is_sent_afterwards() -> None:
    rig, mug = await a_mug_shop()
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")
    rig.fake.meanwhile("push_stock", lambda: adjust_stock(rig.workspace, "MUG", by=2, reason="x"))

    await rig.work()

    assert rig.shop.quantity(mug) == 17
    assert rig.entry(mug).state == "applied"


async def test_a_change_taken_back_while_in_flight_is_taken_back_at_the_shop() -> None:
    rig, mug = await a_mug_shop()
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")
    rig.fake.meanwhile("push_stock", lambda: adjust_stock(rig.workspace, "MUG", by=-5, reason="x"))

    await rig.work()

    assert rig.shop.quantity(mug) == 10
    assert make_plan(rig.workspace).changes == []


async def test_a_change_while_a_rejected_push_was_in_flight_is_tried() -> None:
    rig, mug = await a_mug_shop()
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")

    def adjusted_and_refused() -> None:
        adjust_stock(rig.workspace, "MUG", by=1, reason="x")
        raise RejectedError("No.")

    rig.fake.meanwhile("push_stock", adjusted_and_refused)
    await rig.work()

    assert rig.entry(mug).state == "applied"
    assert rig.shop.quantity(mug) == 16


async def test_a_change_while_a_push_was_refused_is_tried_whenever_it_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig, mug = await a_mug_shop(store=open_store(tmp_path / "data"))
    other = Workspace(open_store(tmp_path / "data"), rig.host, rig.clock)
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")
    _before_the_refusal_is_stored(monkeypatch, rig, lambda: _found_one(other))

    await rig.work()

    assert rig.entry(mug).state == "applied"
    assert rig.shop.quantity(mug) == 16
    for store in (other.store, rig.store):
        store.close()


def _found_one(workspace: Workspace) -> None:
    adjust_stock(workspace, "MUG", by=1, reason="found")


def _before_the_refusal_is_stored(
    monkeypatch: pytest.MonkeyPatch, rig: Rig, action: Callable[[], object]
) -> None:
    """Let the shop refuse a push, and another process act as late as it can."""
    begin, late = rig.store.transaction, [action]

    def beginning() -> AbstractContextManager[Transaction]:
        if late:
            late.pop()()
        return begin()

    def refuse() -> None:
        monkeypatch.setattr(rig.store, "transaction", beginning)
        raise RejectedError("No.")

    rig.fake.meanwhile("push_stock", refuse)


async def test_what_is_held_while_it_is_refused_stays_held() -> None:
    rig, mug = await a_mug_shop(first_push="review")
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")

    def held_and_refused() -> None:
        configure_integration(rig.workspace, "fake", {"fixed": "20"})
        raise RejectedError("No.")

    rig.fake.meanwhile("push_stock", held_and_refused)
    await rig.work()

    assert (rig.entry(mug).state, rig.shop.quantity(mug)) == ("held", 10)


async def test_switched_off_in_the_middle_of_a_drain_nothing_more_is_sent() -> None:
    rig, mug = await a_mug_shop()
    cup = rig.shop.list_item("Cup", 10, sku="CUP")
    add_item(rig.workspace, sku="CUP", name="Cup", stock=10)
    await rig.sync()
    for sku in ("MUG", "CUP"):
        adjust_stock(rig.workspace, sku, by=5, reason="found")
    rig.fake.meanwhile("push_stock", lambda: disable_integration(rig.workspace, "fake"))

    await rig.work()

    assert len(rig.fake.calls_of("push_stock")) == 1
    enable_integration(rig.workspace, "fake")
    await rig.work()
    assert (rig.shop.quantity(mug), rig.shop.quantity(cup.remote_id)) == (15, 15)


async def test_s35_stock_sync_off_stops_what_is_to_be_looked_at_again_too() -> None:
    rig, mug = await a_mug_shop()
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")
    rig.fake.raises("push_stock", OutcomeUnknown("Lost."))
    await rig.work()
    configure_integration(rig.workspace, "fake", {"stock_sync": "off"})
    rig.clock.advance(minutes=5)
    await rig.work()

    assert len(rig.fake.calls_of("push_stock")) == 1
    assert rig.entry(mug).state == "superseded"


async def test_a_rule_changed_in_the_middle_of_a_drain_counts() -> None:
    rig, mug = await a_mug_shop()
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")
    change = {"buffer": "3"}
    rig.fake.meanwhile("push_stock", lambda: configure_integration(rig.workspace, "fake", change))

    await rig.work()

    assert rig.shop.quantity(mug) == 12


async def test_a_rule_changed_while_in_flight_waits_for_the_plan() -> None:
    rig, mug = await a_mug_shop(first_push="review")
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")
    change = {"buffer": "3"}
    rig.fake.meanwhile("push_stock", lambda: configure_integration(rig.workspace, "fake", change))

    await rig.work()

    assert (rig.shop.quantity(mug), rig.entry(mug).state) == (15, "held")


async def test_a_rule_changed_while_a_push_waits_holds_it() -> None:
    rig, mug = await a_mug_shop(first_push="review")
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")
    configure_integration(rig.workspace, "fake", {"fixed": "3"})
    await rig.work()

    assert (rig.shop.quantity(mug), rig.entry(mug).state) == (10, "held")
    await apply_plan(rig.workspace, rig.wait, make_plan(rig.workspace).id)
    assert rig.shop.quantity(mug) == 3


async def test_unlinked_while_in_flight() -> None:
    rig, mug = await a_mug_shop()
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")
    link = rig.link(mug).id
    rig.fake.meanwhile("push_stock", lambda: unlink_variant(rig.workspace, link))

    await rig.work()

    assert rig.link(mug).state == "unconfirmed"
    assert rig.entry(mug).state == "applied"


async def test_a_number_that_fell_and_is_explained_by_an_order_is_raised_at_once() -> None:
    rig, mug = await a_mug_shop()
    rig.shop.sell(mug, 3)
    request_sync(rig.workspace, ["items"])
    await rig.work(drains=False)
    assert rig.link(mug).shortfall is not None
    await rig.sync("orders")
    assert rig.link(mug).shortfall is None

    adjust_stock(rig.workspace, "MUG", by=5, reason="found")
    await rig.work()

    assert rig.shop.quantity(mug) == 12


async def test_a_number_that_fell_and_is_explained_in_part_is_not_raised_at_once() -> None:
    rig, mug = await a_mug_shop()
    rig.shop.sell(mug, 3)
    rig.shop.set_quantity(mug, 5)
    await rig.sync("items", "orders")
    await rig.work()

    assert rig.shop.quantity(mug) == 5
    assert rig.entry(mug).state == "retry_wait"


async def test_a_paused_listing_is_restocked_whatever_number_it_kept() -> None:
    fake = FakeMarketplace(clock=ManualClock(), capabilities=Capabilities(zero_stock=False))
    rig = Rig(fake=fake)
    mug = rig.shop.list_item("Mug", 10, sku="MUG")
    await rig.stocked()
    adjust_stock(rig.workspace, "MUG", to=0, reason="gone")
    await rig.work()
    assert rig.shop.listings[mug.remote_id].state == "inactive"
    rig.clock.advance(minutes=1)
    await rig.sync("items")
    assert make_plan(rig.workspace).changes == []

    adjust_stock(rig.workspace, "MUG", to=4, reason="a delivery")
    await rig.work()

    assert rig.shop.listings[mug.remote_id].state == "active"
    assert rig.shop.quantity(mug.remote_id) == 4


async def test_e4_what_we_paused_and_somebody_put_back_is_lowered_again() -> None:
    fake = FakeMarketplace(clock=ManualClock(), capabilities=Capabilities(zero_stock=False))
    rig = Rig(fake=fake)
    mug = rig.shop.list_item("Mug", 10, sku="MUG")
    await rig.stocked()
    adjust_stock(rig.workspace, "MUG", to=0, reason="gone")
    await rig.work()
    rig.clock.advance(minutes=1)
    rig.shop.edit_listing(mug.remote_id, state="active")

    await rig.sync("items")

    assert rig.shop.listings[mug.remote_id].state == "inactive"


@pytest.mark.parametrize("state", ["draft", "expired", "inactive"])
async def test_listings_not_for_sale_are_left_alone(state: str) -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 10, sku="MUG", state=state)  # type: ignore[arg-type]  # one of three
    await rig.stocked()
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")
    await rig.work()

    assert rig.fake.calls_of("push_stock") == []
    assert make_plan(rig.workspace).changes == []
    assert rig.shop.quantity(mug.remote_id) == 10


async def test_e3_a_sold_out_listing_is_renewed_only_when_the_seller_pays() -> None:
    fake = FakeMarketplace(clock=ManualClock(), capabilities=Capabilities(zero_stock=False))
    rig = Rig(fake=fake)
    mug = rig.shop.list_item("Mug", 2, sku="MUG")
    await rig.stocked()
    rig.shop.sell(mug.remote_id, 2)
    await rig.sync()
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")
    await rig.work()
    assert rig.entry(mug.remote_id).state == "rejected"
    assert "fee" in rig.entry(mug.remote_id).reason
    assert rig.shop.renewals == []

    configure_integration(rig.workspace, "fake", {"renew_sold_out": "yes"})
    adjust_stock(rig.workspace, "MUG", by=1, reason="found")
    await rig.work()
    assert rig.shop.renewals == [mug.remote_id]


# Nothing is tried without end


@pytest.mark.parametrize(
    "error",
    [
        TransientError("Down."),
        PermanentError("Never."),
        RateLimited("Slow down.", retry_after=60),
        RateLimited("Slow down.", retry_after=float("nan")),
        ZeroDivisionError("a plug-in's own"),
    ],
)
@pytest.mark.parametrize("hook", ["fetch_orders", "fetch_items", "push_stock"])
@pytest.mark.parametrize("lost", [False, True])
async def test_whatever_fails_the_drain_comes_to_rest_and_the_push_stays_owed(
    hook: str, error: Exception, lost: bool
) -> None:
    rig, mug = await a_mug_shop()
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")
    if lost:
        rig.fake.raises("push_stock", OutcomeUnknown("Lost."))
        await rig.work()
        rig.clock.advance(minutes=3)
    rig.fake.raises(hook, error, times=50)
    before = len(rig.fake.calls)

    await rig.work()

    assert not owes_now(rig.workspace, rig.integration()), "or the engine would begin at once again"
    assert len(rig.fake.calls) - before < 10
    if hook == "fetch_items" and not lost:
        return  # nothing is read again
    assert rig.entry(mug).state in {"retry_wait", "unknown"}
    rig.fake._faults.before.clear()
    for _ in range(4):
        rig.clock.advance(hours=25)
        await rig.work()
    assert rig.shop.quantity(mug) == 15


async def test_a_shop_that_is_down_for_a_day_costs_no_push() -> None:
    rig, mug = await a_mug_shop()
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")
    rig.fake.raises("fetch_orders", TransientError("Down."), times=10_000)
    for _ in range(24 * 12):
        await rig.work()
        rig.clock.advance(minutes=5)
    rig.fake._faults.before.clear()

    rig.clock.advance(minutes=5)
    await rig.work()

    assert rig.shop.quantity(mug) == 15


async def test_a_lost_shipment_is_not_sent_blindly_when_the_shop_cannot_be_read() -> None:
    rig, mug = await a_mug_shop()
    order = rig.shop.sell(mug, 2)
    await rig.sync("orders")
    ship_order(rig.workspace, order.number, carrier="ups", tracking="1Z")
    rig.fake.drops_answer("push_shipment")
    await rig.work()
    rig.clock.advance(minutes=3)
    rig.fake.raises("fetch_orders", TransientError("Down."), times=7)
    for _ in range(12):
        await rig.work()
        rig.clock.advance(minutes=3)

    assert rig.shop.emails == [order.remote_id]
    assert len(rig.fake.calls_of("push_shipment")) == 1


async def test_numbers_that_never_stand_still_are_put_off() -> None:
    rig, mug = await a_mug_shop()
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")
    rig.fake.raises("push_stock", StockChanged({"": 3}), times=1000)

    for _ in range(4):
        await rig.work()

    assert not owes_now(rig.workspace, rig.integration())
    assert len(rig.fake.calls_of("push_stock")) < 10
    assert rig.entry(mug).reason == "The shop's numbers keep moving."


async def test_a_shop_that_confirms_another_number_is_not_pushed_without_end() -> None:
    rig, mug = await a_mug_shop()
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")
    rig.fake.meanwhile("push_stock", lambda: None)
    original = rig.shop.set_quantities

    def caps(listing_id: str, numbers: dict[str, int]) -> object:
        numbers.update({key: min(12, number) for key, number in numbers.items()})
        return original(listing_id, numbers)

    rig.shop.set_quantities = caps  # type: ignore[method-assign,assignment]  # a shop with a cap
    for _ in range(3):
        await rig.work()

    assert rig.shop.quantity(mug) == 12
    assert len(rig.fake.calls_of("push_stock")) == 1
    assert [(c.old, c.new) for c in make_plan(rig.workspace).changes] == [(12, 15)]


async def test_a_fault_of_our_own_leaves_the_entry_to_be_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig, mug = await a_mug_shop()
    cup = rig.shop.list_item("Cup", 10, sku="CUP")
    add_item(rig.workspace, sku="CUP", name="Cup", stock=10)
    await rig.sync()
    for sku in ("MUG", "CUP"):
        adjust_stock(rig.workspace, sku, by=5, reason="found")
    original = StockPush._confirmed

    def breaks(self: StockPush, entry: OutboxEntry, *rest: Any) -> None:
        if entry.target.endswith(mug):
            raise ZeroDivisionError
        original(self, entry, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(StockPush, "_confirmed", breaks)
        await rig.work()

    assert rig.entry(mug).state == "unknown"
    assert rig.shop.quantity(cup.remote_id) == 15, "the others are not affected"
    assert not owes_now(rig.workspace, rig.integration())
    rig.clock.advance(minutes=3)
    await rig.work()
    assert rig.entry(mug).state == "superseded"


async def test_a_store_that_fails_ends_the_drain_loudly(monkeypatch: pytest.MonkeyPatch) -> None:
    rig, _ = await a_mug_shop()
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")

    def full(*_: object) -> None:
        raise StoreError("No space left.")

    monkeypatch.setattr(StockPush, "_confirmed", full)
    with pytest.raises(StoreError):
        await rig.work()


# Plans


async def test_what_the_engine_sent_while_the_plan_was_read_counts_as_applied() -> None:
    rig, mug = await a_mug_shop()
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")
    plan = make_plan(rig.workspace)

    report = await apply_plan(rig.workspace, rig.wait, plan.id)

    assert [each.new for each in report.applied] == [15]
    assert (report.stale, report.failed, report.held) == ([], [], [])
    assert rig.shop.quantity(mug) == 15


async def test_a_plan_is_not_applied_when_the_shop_cannot_be_read() -> None:
    rig = Rig(first_push="review")
    add_item(rig.workspace, sku="MUG", name="Mug", stock=20)
    mug = rig.shop.list_item("Mug", 10, sku="MUG")
    await rig.connected()
    make_plan(rig.workspace)
    rig.fake.raises("fetch_orders", PermanentError("Closed."))

    with pytest.raises(PermanentError, match=r"could not be read\. Closed\."):
        await apply_plan(rig.workspace, rig.wait)

    assert rig.entry(mug.remote_id).state == "held"
    assert rig.fake.calls_of("push_stock") == []


async def test_what_moves_after_the_comparison_is_skipped_as_stale() -> None:
    rig = Rig(first_push="review")
    add_item(rig.workspace, sku="MUG", name="Mug", stock=20)
    mug = rig.shop.list_item("Mug", 10, sku="MUG")
    await rig.connected()
    make_plan(rig.workspace)
    waits = 0

    async def wait(done: object) -> None:
        nonlocal waits
        waits += 1
        if waits == 2:
            adjust_stock(rig.workspace, "MUG", by=7, reason="a delivery")
        await rig.work()

    report = await apply_plan(rig.workspace, wait)

    assert [each.sku for each in report.stale] == ["MUG"]
    assert report.applied == []
    assert (rig.shop.quantity(mug.remote_id), rig.entry(mug.remote_id).state) == (10, "held")


async def test_unmoved_sends_one_variant_of_a_listing_and_leaves_the_other_held() -> None:
    rig = Rig(first_push="review")
    for sku in "SM":
        add_item(rig.workspace, sku=sku, name=sku, stock=9)
    sizes = [a_variant(1, sku=size, options={"Size": size}) for size in "SM"]
    tee = rig.shop.list_item("Tee", variants=sizes)
    await rig.connected()
    make_plan(rig.workspace)
    adjust_stock(rig.workspace, "M", by=5, reason="found")
    with pytest.raises(PlanStale):
        await apply_plan(rig.workspace, rig.wait)

    report = await apply_plan(rig.workspace, rig.wait, unmoved=True)

    assert [each.sku for each in report.applied] == ["S"]
    assert [each.sku for each in report.stale] == ["M"]
    quantities = [rig.shop.quantity(tee.remote_id, f"Size={size}") for size in "SM"]
    assert quantities == [9, 1]
    assert rig.entry(tee.remote_id).state == "held"


async def test_two_shipments_of_one_order_are_two_changes() -> None:
    rig, mug = await a_mug_shop()
    order = rig.shop.sell(mug, 3)
    await rig.sync("orders")
    ship_order(rig.workspace, order.number, carrier="ups", tracking="A", lines={"MUG": 1})
    ship_order(rig.workspace, order.number, carrier="ups", tracking="B")

    report = await push_owed(rig.workspace, rig.wait)

    assert [each.new for each in report.applied] == ["ups A", "ups B"]
    assert len(rig.shop.emails) == 2


async def test_push_tries_now_what_waits_for_a_shop_that_was_down() -> None:
    rig, mug = await a_mug_shop()
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")
    rig.fake.raises("fetch_orders", TransientError("Down."))
    first = await push_owed(rig.workspace, rig.wait)
    assert [each.reason for each in first.failed] == ["Down."]

    second = await push_owed(rig.workspace, rig.wait)

    assert [each.new for each in second.applied] == [15]
    assert rig.shop.quantity(mug) == 15


async def test_s39_a_held_listing_stays_held_through_off_and_on() -> None:
    rig = Rig(first_push="review")
    add_item(rig.workspace, sku="MUG", name="Mug", stock=20)
    mug = rig.shop.list_item("Mug", 10, sku="MUG")
    await rig.connected()
    disable_integration(rig.workspace, "fake")
    enable_integration(rig.workspace, "fake")
    await rig.work()
    assert (rig.entry(mug.remote_id).state, rig.shop.quantity(mug.remote_id)) == ("held", 10)


async def test_a_lowering_that_is_not_needed_any_more_leaves_the_hold() -> None:
    rig, held = await a_held_raise(15)
    rig.fake.raises("push_stock", TransientError("Down."), times=2)
    await rig.sync("orders")
    adjust_stock(rig.workspace, "MUG", by=30, reason="a delivery")
    for _ in range(4):
        rig.clock.advance(minutes=11)
        await rig.work()

    assert (rig.shop.quantity(held), rig.entry(held).state) == (10, "held")


async def test_s28_every_kind_of_stock_change_reaches_each_listing_once() -> None:
    rig, mug = await a_mug_shop()
    again = rig.shop.list_item("Mug again", 10, sku="MUG")
    await rig.sync()
    listings = (mug, again.remote_id)

    def shows() -> list[int]:
        return [rig.shop.quantity(each) for each in listings]

    rig.clock.advance(minutes=1)
    order = rig.shop.sell(mug, 2)
    await rig.sync("orders")
    assert shows() == [8, 8]
    rig.shop.cancel(order.remote_id)
    await rig.sync("orders")
    assert shows() == [10, 10]
    shipped = rig.shop.sell(mug, 1)
    await rig.sync("orders")
    ship_order(rig.workspace, shipped.number, carrier="ups", tracking="1")
    await rig.work()
    assert shows() == [9, 9], "what is shipped was taken when it was sold"
    stock = [e for e in rig.store.all(schema.OUTBOX) if e.kind == "stock"]
    assert {e.id for e in stock} <= {f"stock:fake:100:{each}" for each in listings}


async def test_the_engines_own_time_to_give_up_is_short() -> None:
    """A drain of a dead shop takes no real time: nothing sleeps in it."""
    rig, _ = await a_mug_shop()
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")
    rig.fake.raises("fetch_orders", TransientError("Down."), times=99)
    begun = time.perf_counter()
    await asyncio.wait_for(rig.work(), 5)
    assert time.perf_counter() - begun < 2


async def test_p14_a_clock_set_back_does_not_make_what_waits_wait_for_hours() -> None:
    rig, mug = await a_mug_shop()
    order = rig.shop.sell(mug, 2)
    await rig.sync("orders")
    ship_order(rig.workspace, order.number, carrier="ups", tracking="1Z")
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")
    rig.fake.raises("push_stock", TransientError("Down."))
    rig.fake.raises("push_shipment", OutcomeUnknown("Lost."))
    await rig.work()
    rig.clock.advance(minutes=2)
    await rig.work()

    rig.clock.advance(hours=-5)
    for _ in range(4):
        await rig.work()
        rig.clock.advance(minutes=3)

    assert rig.shop.quantity(mug) == 13
    assert rig.shop.emails == [order.remote_id]


async def test_p14_a_change_after_the_clock_was_set_back_waits_for_no_time_to_come() -> None:
    rig, mug = await a_mug_shop()
    rig.clock.advance(hours=240)
    rig.fake.raises("push_stock", TransientError("Down."))
    adjust_stock(rig.workspace, "MUG", by=-1, reason="lost")
    await rig.work()
    rig.clock.advance(hours=-240)

    adjust_stock(rig.workspace, "MUG", by=-2, reason="lost")
    await rig.work()

    assert rig.shop.quantity(mug) == 7


async def test_s36_a_shop_that_could_not_be_read_is_still_looked_at_twice() -> None:
    rig, mug = await a_mug_shop()
    order = rig.shop.sell(mug, 2)
    await rig.sync("orders")
    ship_order(rig.workspace, order.number, carrier="ups", tracking="1Z")
    rig.fake.raises("push_shipment", OutcomeUnknown("Lost."))
    await rig.work()
    rig.clock.advance(minutes=3)
    rig.fake.raises("fetch_orders", TransientError("Down."))
    await rig.work()
    rig.clock.advance(minutes=6)

    await rig.work()
    assert rig.shop.emails == [], "that was the first look"
    rig.clock.advance(minutes=3)
    await rig.work()
    assert rig.shop.emails == [order.remote_id]


async def test_what_is_held_stays_held_while_the_shop_cannot_be_read() -> None:
    rig, held = await a_held_raise(15)
    request_sync(rig.workspace, ["orders"])
    await rig.work(drains=False)
    rig.fake.raises("fetch_orders", TransientError("Down."))
    await rig.work()

    assert rig.entry(held).state == "held"
    assert [change.held for change in make_plan(rig.workspace).changes] == [True]
    rig.clock.advance(minutes=6)
    await rig.work()
    assert rig.shop.quantity(held) == 5


def _just_before(monkeypatch: pytest.MonkeyPatch, step: str, action: Callable[[], object]) -> None:
    """Let another process act after a step was decided on, before it is stored."""
    actions, take = [action], getattr(EntryBook, step)

    def taking(book: EntryBook, *arguments: object) -> object:
        if actions:
            actions.pop()()
        return take(book, *arguments)

    monkeypatch.setattr(EntryBook, step, taking)


async def test_p01_what_is_owed_anew_just_before_a_number_is_sent_is_not_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig, mug = await a_mug_shop()
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")
    _just_before(monkeypatch, "begin", lambda: _break_three(rig))

    await rig.work()

    assert rig.shop.quantity(mug) == 12
    assert rig.entry(mug).state == "applied"


def _break_three(rig: Rig) -> None:
    adjust_stock(rig.workspace, "MUG", by=-3, reason="broken")


async def test_p01_what_is_owed_anew_just_before_a_push_is_closed_is_not_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig, mug = await a_mug_shop()
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")
    _just_before(monkeypatch, "applied", lambda: _break_three(rig))

    await rig.work()

    assert rig.shop.quantity(mug) == 12
    assert rig.entry(mug).state == "applied"


async def test_p01_what_is_owed_anew_just_before_nothing_seems_owed_is_not_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig, mug = await a_mug_shop()
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")
    rig.fake.drops_answer("push_stock")
    await rig.work()
    assert (rig.entry(mug).state, rig.shop.quantity(mug)) == ("unknown", 15)
    rig.clock.advance(minutes=5)
    _just_before(monkeypatch, "superseded", lambda: _break_three(rig))

    await rig.work()

    assert rig.shop.quantity(mug) == 12
    assert rig.entry(mug).state == "applied"


async def test_what_is_held_anew_just_before_a_push_is_closed_waits_for_the_plan(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig, mug = await a_mug_shop()
    configure_organization(rig.workspace, {"first_push": "review"})
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")
    less = {"buffer": "2"}
    _just_before(monkeypatch, "applied", lambda: configure_integration(rig.workspace, "fake", less))

    await rig.work()

    assert rig.shop.quantity(mug) == 15
    assert rig.entry(mug).state == "held"


async def _shipped_mug() -> tuple[Rig, str]:
    """Ship an order that the shop is to be told of; returns the order's id."""
    rig, mug = await a_mug_shop()
    rig.clock.advance(minutes=1)
    order = f"fake:100:{rig.shop.sell(mug).remote_id}"
    await rig.sync()
    ship_order(rig.workspace, order, carrier="dhl", tracking="OLD")
    return rig, order


def _told(rig: Rig, order: str) -> list[str | None]:
    return [each.tracking for each in rig.shop.orders[order.rpartition(":")[2]].shipments]


async def test_p01_a_shipment_corrected_just_before_it_is_told_is_told_as_corrected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig, order = await _shipped_mug()
    (parcel,) = rig.order(order.rpartition(":")[2]).shipments
    _just_before(
        monkeypatch,
        "begin",
        lambda: correct_shipment(
            rig.workspace, order, carrier=None, tracking="NEW", shipment=parcel.id
        ),
    )

    await rig.work()

    (corrected,) = rig.order(order.rpartition(":")[2]).shipments
    assert _told(rig, order) == ["NEW"]
    assert (corrected.tracking, corrected.push) == ("NEW", "sent")


async def test_a_shipment_given_up_just_before_it_is_told_is_not_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig, order = await _shipped_mug()
    (entry,) = [each for each in rig.outbox() if each.startswith("shipment:")]
    rig.fake.raises("push_shipment", TransientError("Away."))
    await rig.work()
    rig.clock.advance(hours=1)
    _just_before(monkeypatch, "begin", lambda: drop_push(rig.workspace, entry))

    await rig.work()

    assert _told(rig, order) == []
    assert rig.outbox()[entry] == "superseded"


@pytest.mark.parametrize("step", ["put_off", "lost"])
async def test_a_push_given_up_just_before_it_is_put_off_stays_given_up(
    monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    rig, mug = await a_mug_shop()
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")
    rig.fake.drops_answer("push_stock")
    await rig.work()
    rig.clock.advance(minutes=5)
    fault = TransientError("Away.") if step == "put_off" else RuntimeError("A fault.")
    monkeypatch.setattr(StockPush, "_read_again", AsyncMock(side_effect=fault))
    _just_before(monkeypatch, step, lambda: drop_push(rig.workspace, rig.entry(mug).id))

    await rig.work()

    assert rig.entry(mug).state == "superseded"
