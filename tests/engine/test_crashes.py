"""Dying at every step of a drain: nothing is lost, nothing is sent blindly or twice."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from itertools import product

import pytest

from kills import Killed, kill_at
from mug_shops import a_held_raise
from rig import Rig
from tuisync.core.actions.items import adjust_stock
from tuisync.core.actions.orders import ship_order
from tuisync.core.actions.plans import make_plan
from tuisync.core.applying import apply_plan
from tuisync.core.models import LIVE, Module
from tuisync.core.plugins.handle import PluginHandle
from tuisync.core.remote import Capabilities, StockChange, StockResult
from tuisync.core.store import schema
from tuisync.core.store.memory import MemoryStore
from tuisync.core.sync.entries import EntryBook
from tuisync.core.sync.push_log import PushLog
from tuisync.core.sync.push_shipments import ParcelPush
from tuisync.core.sync.push_stock import StockPush
from tuisync.core.sync.recovery import recover
from tuisync.core.sync.runs import RunBook
from tuisync.testing import FakeMarketplace, FakeShop
from tuisync.testing import marketplace as fake_shop
from tuisync.testing.pushing import write_stock

POINTS = [
    (EntryBook, "change"),
    (StockPush, "_confirmed"),
    (StockPush, "_close"),
    (ParcelPush, "_mark"),
    (RunBook, "add_page"),
    (RunBook, "drop"),
    (PushLog, "add"),
    (MemoryStore, "_commit"),
]


async def until_settled(rig: Rig) -> None:
    recover(rig.workspace)
    for _ in range(6):
        await rig.work()
        rig.clock.advance(minutes=11)
    assert not [entry for entry in rig.store.all(schema.OUTBOX) if entry.state in LIVE]


def counting_writes(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Return a count of the numbers the shop takes from now on, by listing."""
    accepted: Counter[str] = Counter()

    def write(shop: FakeShop, change: StockChange, can: Capabilities) -> StockResult:
        accepted[change.listing_id] += 1
        return write_stock(shop, change, can)

    monkeypatch.setattr(fake_shop, "write_stock", write)
    return accepted


def told(rig: Rig, module: Module) -> Counter[str]:
    """Return how often the history tells of each listing or order that the shop was told."""
    runs = {run.id for run in rig.runs() if run.module == module}
    pages = [page for page in rig.store.all(schema.RECORDS) if page.run in runs]
    return Counter(each.remote_id for page in pages for each in page.records)


@pytest.mark.parametrize(
    ("point", "call", "after"),
    list(product(POINTS, (1, 2, 3), (False, True))),
    ids=lambda value: value[1] if isinstance(value, tuple) else str(value),
)
async def test_p01_a_crash_at_any_step_of_a_drain_loses_and_repeats_nothing(
    monkeypatch: pytest.MonkeyPatch, point: tuple[type, str], call: int, after: bool
) -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 10, sku="MUG")
    cup = rig.shop.list_item("Cup", 10, sku="CUP")
    await rig.stocked()
    accepted = counting_writes(monkeypatch)
    order = rig.shop.sell(mug.remote_id, 2)
    await rig.sync("orders")
    ship_order(rig.workspace, order.number, carrier="ups", tracking="1Z")
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")
    adjust_stock(rig.workspace, "CUP", by=-4, reason="broken")
    rig.shop.sell(cup.remote_id, 1)

    with monkeypatch.context() as patch:
        kill_at(patch, point[0], point[1], call=call, after=after)
        with suppress(Killed):
            await rig.work()
    await until_settled(rig)

    assert rig.shop.quantity(mug.remote_id) == 13 == rig.stock("MUG")[2]
    assert rig.shop.quantity(cup.remote_id) == 5 == rig.stock("CUP")[2]
    assert rig.shop.emails == [order.remote_id]
    assert rig.order(order.remote_id).shipments[0].push == "sent"
    assert not [run for run in rig.runs() if run.status in {"running", "interrupted", "queued"}]
    assert told(rig, "stock") == accepted, "the history tells of each number a shop took, once"
    shipped = told(rig, "shipments")[order.remote_id]
    if shipped != 1:  # the answer was lost, and the shop's own order told that it had arrived
        assert (shipped, told(rig, "orders")[order.remote_id]) == (0, 2)


@pytest.mark.parametrize("name", ["check_stock", "write_stock"])
@pytest.mark.parametrize("after", [False, True])
async def test_a_crash_inside_the_plug_in_is_a_lost_answer(
    monkeypatch: pytest.MonkeyPatch, name: str, after: bool
) -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 10, sku="MUG")
    await rig.stocked()
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")
    with monkeypatch.context() as patch:
        kill_at(patch, fake_shop, name, after=after)
        await rig.work()

    await until_settled(rig)

    assert rig.shop.quantity(mug.remote_id) == 15


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("point", [(PluginHandle, "push_stock"), (StockPush, "_confirmed")])
async def test_a_held_entry_that_crashed_in_flight_is_never_raised_without_approval(
    monkeypatch: pytest.MonkeyPatch, point: tuple[type, str], after: bool
) -> None:
    rig, held = await a_held_raise(15)
    with monkeypatch.context() as patch:
        kill_at(patch, point[0], point[1], after=after)
        with pytest.raises(Killed):
            await rig.sync("orders")
    recover(rig.workspace)
    adjust_stock(rig.workspace, "MUG", by=30, reason="a delivery came")

    for _ in range(5):
        await rig.work()
        rig.clock.advance(minutes=11)

    assert rig.shop.quantity(held) <= 10
    assert rig.entry(held).state == "held"
    plan = make_plan(rig.workspace)
    assert all(change.held for change in plan.changes if change.target.endswith(held))
    await apply_plan(rig.workspace, rig.wait)
    assert rig.shop.quantity(held) == 35


async def test_an_interrupted_pull_of_a_drain_is_gone_on_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = Rig(fake=FakeMarketplace(clock=Rig().clock, page_size=2))
    mug = rig.shop.list_item("Mug", 20, sku="MUG")
    await rig.stocked()
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")
    for _ in range(5):
        rig.shop.sell(mug.remote_id)
    with monkeypatch.context() as patch:
        kill_at(patch, RunBook, "add_page", call=2)
        with pytest.raises(Killed):
            await rig.work()

    await until_settled(rig)

    assert rig.stock("MUG") == (25, 5, 20)
    assert rig.shop.quantity(mug.remote_id) == 20
