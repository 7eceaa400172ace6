"""A sync that was asked for and cannot begin yet says what it waits for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rig import Rig
from tuisync.cli.progress import Progress
from tuisync.core.actions.items import add_item, adjust_stock
from tuisync.core.actions.orders import ship_order
from tuisync.core.actions.plans import make_plan
from tuisync.core.actions.syncs import request_sync
from tuisync.core.applying import apply_plan, push_owed
from tuisync.core.models import Module, SyncRun
from tuisync.core.store import schema
from tuisync.core.views.status import ENGINE
from tuisync.core.views.waiting import waits_for
from tuisync.testing import FakeMarketplace, ManualClock


class Watched(FakeMarketplace):
    """Somebody acts when a hook begins."""

    watch: Callable[[str], None] = staticmethod(lambda _: None)

    async def _start(self, hook: str, request: object, shop_id: str | None) -> None:
        self.watch(hook)
        await super()._start(hook, request, shop_id)  # type: ignore[arg-type]  # passed on as it came


def _rig(first_push: str = "review") -> tuple[Rig, Watched]:
    fake = Watched(clock=ManualClock())
    return Rig(fake=fake, first_push=first_push), fake


def _ask(rig: Rig, *modules: Module) -> SyncRun:
    return request_sync(rig.workspace, modules or ("items",))[0]


async def _held(rig: Rig) -> None:
    """Let a change wait for the plan, and an engine be there."""
    add_item(rig.workspace, sku="MUG", name="Mug", stock=20)
    rig.shop.list_item("Mug", 10, sku="MUG")
    await rig.connected()
    rig.store.lease(ENGINE, "cli")


@pytest.mark.parametrize("hook", ["fetch_orders", "push_stock"])
async def test_a_sync_waits_for_the_plan_that_is_applied(hook: str) -> None:
    rig, fake = _rig()
    await _held(rig)
    asked: list[tuple[SyncRun, str]] = []

    def ask(begun: str) -> None:
        held = rig.store.count(schema.OUTBOX, "standing", "fake:100/held")
        if begun == hook and not (asked or held):
            run = _ask(rig, "items", "orders")
            asked.append((run, waits_for(rig.store, run)))

    fake.watch = ask
    await apply_plan(rig.workspace, rig.wait, make_plan(rig.workspace).id)
    await rig.work()

    ((run, said),) = asked
    assert said == "the plan being sent"
    assert rig.run(run.id).status == "succeeded", "it was taken and done"
    assert waits_for(rig.store, rig.run(run.id)) == ""


@pytest.mark.parametrize(
    ("owe", "hook", "said"),
    [
        (
            lambda rig, _: adjust_stock(rig.workspace, "MUG", by=-3, reason="broken"),
            "push_stock",
            "the numbers being sent",
        ),
        (
            lambda rig, order: ship_order(rig.workspace, order, carrier="dhl", tracking="1"),
            "push_shipment",
            "the shipments being sent",
        ),
    ],
)
async def test_a_sync_waits_for_what_is_sent_without_a_plan(
    owe: Callable[[Rig, str], object], hook: str, said: str
) -> None:
    rig = Rig(first_push="auto")
    await _held(rig)
    mug = next(iter(rig.shop.listings))
    order = rig.shop.sell(mug)
    await rig.sync()
    told: list[str] = []
    rig.fake.meanwhile(hook, lambda: told.append(waits_for(rig.store, _ask(rig))))
    owe(rig, f"fake:100:{order.remote_id}")

    await push_owed(rig.workspace, rig.wait)

    assert told == [said]


async def test_a_sync_waits_for_the_one_that_runs_and_for_those_asked_for_before() -> None:
    rig, fake = _rig()
    await _held(rig)
    told: list[str] = []

    def ask(begun: str) -> None:
        if begun == "fetch_items" and not told:
            told.append(waits_for(rig.store, _ask(rig)))

    fake.watch = ask
    items = _ask(rig, "items", "orders")
    assert waits_for(rig.store, items) == "", "it is next"
    assert waits_for(rig.store, _ask(rig, "orders")) == "the items asked for before"
    await rig.work()

    assert told == ["the items being read"]


async def test_a_sync_of_another_shop_is_not_waited_for() -> None:
    rig = Rig()
    await _held(rig)
    run = _ask(rig)
    with rig.store.transaction() as tx:
        tx.put(
            schema.RUNS, run.but(id="0", integration="fake:200", status="running", batch="other")
        )

    assert waits_for(rig.store, run) == ""


async def test_where_no_engine_runs_a_sync_waits_for_one() -> None:
    rig = Rig()
    await rig.connected()
    run = _ask(rig)
    with rig.store.transaction() as tx:
        tx.put(schema.RUNS, run.but(id="0", status="running", batch="left behind"))

    assert waits_for(rig.store, run) == "an engine: none runs"
    (view,) = (each for each in rig.runs() if each.id == run.id)
    assert view.waits_for == "an engine: none runs"


async def test_a_command_tells_once_what_its_sync_waits_for_if_that_takes_long() -> None:
    rig = Rig()
    await _held(rig)
    running = _ask(rig)
    with rig.store.transaction() as tx:
        tx.put(schema.RUNS, running.but(status="running", started_at=rig.clock()))
    runs = request_sync(rig.workspace, ["items", "orders"])
    told: list[str] = []
    seconds = [0.0]
    progress = Progress(rig.store, runs, told.append, clock=lambda: seconds[0])

    progress.look()
    assert told == [], "mostly it begins at once"
    for seconds[0] in (1.0, 2.0, 3.0):
        progress.look()

    assert told == ["fake items waits for the items being read."]
