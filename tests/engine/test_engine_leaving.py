"""The engine stops with nothing cut off: drains end, runs that cannot are to be gone on with."""

from __future__ import annotations

import asyncio

import pytest

from rig import Rig
from tuisync.core.actions.creation import create_items, unconfirmed_variants
from tuisync.core.actions.items import add_item, adjust_stock
from tuisync.core.actions.syncs import request_sync, skip_unclaimed
from tuisync.core.engine import Engine
from tuisync.core.errors import EngineBusy
from tuisync.core.store import schema
from tuisync.core.store.memory import MemoryStore
from tuisync.core.views.status import ENGINE
from tuisync.testing import FakeMarketplace, ManualClock


class SlowOrders(FakeMarketplace):
    """Its orders wait at a gate, once something was pushed."""

    gate: asyncio.Event

    async def _start(self, hook: str, request: object, shop_id: str | None) -> None:
        if hook == "fetch_orders" and self.calls_of("push_stock"):
            await self.gate.wait()
        await super()._start(hook, request, shop_id)  # type: ignore[arg-type]  # passed on as it came


def _engine(rig: Rig) -> Engine:
    return Engine(rig.workspace, rig.shops, "cli", schedules=False)


async def test_the_last_look_at_the_orders_belongs_to_the_drain() -> None:
    fake = SlowOrders(clock=ManualClock())
    fake.gate = asyncio.Event()
    rig = Rig(fake=fake)
    mug = rig.shop.list_item("Mug", 10, sku="MUG")
    await rig.connected()
    create_items(rig.workspace, unconfirmed_variants(rig.store))
    rig.clock.advance(minutes=1)
    adjust_stock(rig.workspace, "MUG", by=-3, reason="broken")
    fake.meanwhile("push_stock", lambda: rig.shop.sell(mug.remote_id))

    def applied() -> bool:
        if set(rig.outbox().values()) != {"applied"}:
            return False
        fake.gate.set()
        return True

    await _engine(rig).run_until(applied, timeout=5)

    assert rig.stock("MUG") == (7, 1, 6), "the sale between read and write was found"
    assert rig.shop.quantity(mug.remote_id) == 6
    assert not rig.store.count(schema.RUNS, "status", "running")


async def test_a_run_that_is_cut_off_is_interrupted_at_once() -> None:
    rig = Rig()
    rig.connect()
    rig.fake.hangs("fetch_items")
    stop = asyncio.Event()
    serving = asyncio.create_task(_engine(rig).serve(stop))
    while not rig.fake.calls_of("fetch_items"):  # noqa: ASYNC110  # the fake has no event for it
        await asyncio.sleep(0)

    stop.set()
    await serving

    assert [run.status for run in rig.runs()] == ["queued", "interrupted"]
    assert rig.store.holder(ENGINE) is None


async def test_an_engine_that_does_not_answer_is_not_waited_for() -> None:
    clock = ManualClock()
    rig = Rig(store=MemoryStore(clock=clock), fake=FakeMarketplace(clock=clock))
    rig.connect()
    with rig.store.transaction() as tx:
        for run in rig.store.all(schema.RUNS):
            tx.put(schema.RUNS, run.but(status="running"))
    lease = rig.store.lease(ENGINE, "tui")
    clock.advance(seconds=31)

    with pytest.raises(EngineBusy, match="did not take this up") as caught:
        await _engine(rig).run_until(lambda: False, timeout=0)

    assert lease is not None
    assert "`tui`" in caught.value.hint


async def test_an_engine_that_works_is_waited_for() -> None:
    rig = Rig()
    rig.connect()
    lease = rig.store.lease(ENGINE, "daemon")
    looks = 0

    def done() -> bool:
        """Act as the other engine: commit something before each of five looks."""
        nonlocal looks
        looks += 1
        add_item(rig.workspace, sku=f"MUG-{looks}", name="Mug")
        return looks > 5

    await _engine(rig).run_until(done, timeout=0)

    assert lease is not None


async def test_an_unclaimed_run_is_skipped_and_a_begun_one_is_not() -> None:
    rig = Rig()
    await rig.connected()
    begun, waiting = request_sync(rig.workspace, ["items", "orders"])
    with rig.store.transaction() as tx:
        tx.put(schema.RUNS, begun.but(status="running"))

    assert [run.id for run in skip_unclaimed(rig.workspace, [begun, waiting])] == [waiting.id]

    assert rig.run(begun.id).status == "running"
    assert rig.run(waiting.id).status == "skipped"
    assert rig.run(waiting.id).finished_at == rig.clock.now
