"""The engine itself: one per data directory, cycles when they are due, no tick too many."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from rig import Rig
from tuisync.core.actions.integrations import (
    configure_integration,
    disable_integration,
    enable_integration,
)
from tuisync.core.actions.items import adjust_stock
from tuisync.core.actions.syncs import request_records, request_sync
from tuisync.core.engine import DAEMON, Engine
from tuisync.core.errors import (
    EngineBusy,
    MarketplaceError,
    PermanentError,
    RateLimited,
    TransientError,
)
from tuisync.core.models import INTERVALS
from tuisync.core.store import open_store, schema
from tuisync.core.sync.cycles import queue_cycle
from tuisync.core.sync.schedule import is_due
from tuisync.core.views.integrations import integration_view
from tuisync.core.views.orders import order_views
from tuisync.core.views.status import ENGINE
from tuisync.core.workspace import Workspace


def an_engine(rig: Rig, holder: str = "daemon", **options: bool) -> Engine:
    return Engine(rig.workspace, rig.shops, holder, sleep=rig._sleep, **options)


async def ticked(engine: Engine) -> None:
    """Let the engine look once and finish what it began."""
    engine.tick()
    while engine._working:
        await asyncio.gather(*(job.task for job in engine._working.values()))
        engine.tick()


async def until(condition: Callable[[], bool]) -> None:
    """Wait, in real time but not for long, until it is so."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  # the engine has no event for it
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("interval", INTERVALS)
async def test_s15_one_cycle_per_interval_and_module(interval: int) -> None:
    rig = Rig()
    await rig.connected()
    configure_integration(rig.workspace, "fake", {"interval": str(interval)})
    engine = an_engine(rig)
    before = len(rig.runs())

    for _ in range(3 * interval):
        rig.clock.advance(minutes=1)
        await ticked(engine)

    new = rig.runs()[: len(rig.runs()) - before]
    assert [run.trigger for run in new] == ["scheduled"] * 6
    assert [run.module for run in new].count("items") == 3
    assert len({run.batch for run in new}) == 3


async def test_s29_the_scheduler_imports_a_sale_by_itself() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 9, sku="MUG")
    await rig.stocked()
    rig.shop.sell(mug.remote_id, 2)
    rig.clock.advance(hours=4)

    await ticked(an_engine(rig))

    [view] = order_views(rig.store)
    assert (view.integration, view.status) == ("fake", "confirmed")
    assert {run.trigger for run in rig.runs()[:2]} == {"scheduled"}


async def test_s15_a_night_switched_off_is_one_cycle_not_six() -> None:
    rig = Rig()
    await rig.connected()
    rig.clock.advance(hours=25)
    engine = an_engine(rig)
    for _ in range(5):
        await ticked(engine)
        rig.clock.advance(minutes=1)

    assert [run.trigger for run in rig.runs()].count("scheduled") == 2


@pytest.mark.parametrize(("after", "due"), [(0, 30), (10, 40), (100, 100), (250, 250)])
async def test_s27_240_to_30_runs_once_at_its_time_and_not_in_a_burst(after: int, due: int) -> None:
    rig = Rig()
    await rig.connected()
    began = rig.clock.now
    rig.clock.advance(minutes=after)
    view = configure_integration(rig.workspace, "fake", {"interval": "30"})
    assert view.next_sync_at is not None
    engine = an_engine(rig)
    started: list[int] = []

    for minute in range(after, due + 60):
        await ticked(engine)
        fresh = [run for run in rig.runs("items") if run.trigger == "scheduled"]
        if len(fresh) > len(started):
            started.append(minute)
        rig.clock.advance(minutes=1)

    assert started == [due, due + 30]
    first = [run for run in rig.runs("items") if run.trigger == "scheduled"][-1]
    assert (first.queued_at - began).total_seconds() == due * 60


async def test_p14_an_interval_chosen_before_the_clock_was_set_back_makes_no_burst() -> None:
    rig = Rig()
    await rig.connected()
    rig.clock.advance(minutes=10)
    configure_integration(rig.workspace, "fake", {"interval": "30"})
    engine = an_engine(rig)
    rig.clock.advance(hours=-30)
    for _ in range(25):
        await ticked(engine)
        rig.clock.advance(minutes=1)

    assert [run.trigger for run in rig.runs("items")].count("scheduled") == 1


async def test_p14_a_clock_that_jumps_back_makes_one_cycle_and_goes_on() -> None:
    rig = Rig()
    await rig.connected()
    engine = an_engine(rig)
    rig.clock.advance(hours=-30)
    for _ in range(10):
        await ticked(engine)
        rig.clock.advance(minutes=1)
    assert [run.trigger for run in rig.runs()].count("scheduled") == 2

    rig.clock.advance(hours=4)
    await ticked(engine)
    assert [run.trigger for run in rig.runs()].count("scheduled") == 4


async def test_p14_sales_are_seen_after_the_clock_jumped_back() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 9, sku="MUG")
    await rig.stocked()
    rig.clock.advance(hours=-5)
    rig.shop.set_quantity(mug.remote_id, 4)
    await rig.sync("items")

    assert rig.item("MUG").listings[0].quantity == 4
    assert rig.link(mug.remote_id).shortfall is not None, "what was read then is not thrown away"


async def test_s39_a_disabled_integration_makes_no_call_for_three_intervals() -> None:
    rig = Rig()
    await rig.connected()
    disable_integration(rig.workspace, "fake")
    engine, calls = an_engine(rig), len(rig.fake.calls)
    for _ in range(12):
        rig.clock.advance(hours=1)
        await ticked(engine)
    assert len(rig.fake.calls) == calls


async def test_a_cycle_that_fails_is_tried_again_at_the_next_interval_only() -> None:
    rig = Rig()
    await rig.connected()
    rig.fake.raises("fetch_items", PermanentError("Closed."))
    engine = an_engine(rig)
    rig.clock.advance(hours=4)
    for _ in range(30):
        await ticked(engine)
        rig.clock.advance(minutes=1)
    assert [(r.module, r.status) for r in rig.runs() if r.trigger == "scheduled"] == [
        ("orders", "succeeded"),
        ("items", "failed"),
    ]


async def test_a_shop_that_is_not_reached_is_tried_again_soon_and_said_to_be_so() -> None:
    rig = Rig()
    await rig.connected()
    await rig.work()
    engine, began = an_engine(rig), rig.clock.now + timedelta(hours=4)
    rig.clock.advance(hours=4)
    down = TransientError("Fake Market cannot be reached.")
    rig.fake.raises("fetch_orders", down, times=40)
    missed = []
    for _ in range(30):
        await ticked(engine)
        missed.append(rig.integration().missed)
        rig.clock.advance(minutes=1)
    starts = [run.queued_at for run in rig.runs() if run.trigger == "scheduled"]
    assert [round((at - began) / timedelta(minutes=1)) for at in sorted(set(starts))] == [0, 5, 15]
    assert (missed[0], missed[-1]) == (1, 3)

    while rig.integration().missed:
        rig.clock.advance(hours=4)
        await ticked(engine)
    next_at = integration_view(rig.store, "fake").next_sync_at
    assert next_at == rig.runs()[0].queued_at + timedelta(hours=4)


@pytest.mark.parametrize(
    "then",
    [PermanentError("It refuses."), RateLimited("Slowly.", retry_after=3600)],
    ids=["refused", "asked to wait"],
)
async def test_s15_a_shop_that_answers_again_but_refuses_is_asked_once_an_interval(
    then: MarketplaceError,
) -> None:
    rig = Rig()
    await rig.connected()
    engine = an_engine(rig)
    rig.clock.advance(hours=4)
    rig.fake.raises("fetch_orders", TransientError("Fake Market cannot be reached."), times=4)
    rig.fake.raises("fetch_orders", then, times=100)
    before = len(rig.runs("orders"))
    for _ in range(8 * 60):
        await ticked(engine)
        rig.clock.advance(minutes=1)
    assert len(rig.runs("orders")) - before <= 3
    assert rig.integration().missed == 0


async def test_s15_a_shop_whose_calls_are_kept_back_after_an_outage_makes_no_heap_of_history() -> (
    None
):
    rig = Rig()
    await rig.connected()
    engine = an_engine(rig)
    rig.clock.advance(hours=4)
    rig.fake.raises("fetch_orders", TransientError("Fake Market cannot be reached."), times=4)
    await ticked(engine)
    quiet = rig.clock.now + timedelta(hours=8)
    with rig.store.transaction() as tx:
        tx.put(schema.INTEGRATIONS, rig.integration().but(quiet_until=quiet))
    before = len(rig.runs("orders"))
    for _ in range(7 * 60):
        rig.clock.advance(minutes=1)
        await ticked(engine)
    assert len(rig.runs("orders")) - before <= 3


async def test_who_syncs_by_hand_in_an_outage_does_not_put_off_the_next_try() -> None:
    rig = Rig()
    await rig.connected()
    engine = an_engine(rig)
    rig.clock.advance(hours=4)
    began = rig.clock.now
    rig.fake.raises("fetch_orders", TransientError("Fake Market cannot be reached."), times=100)
    await ticked(engine)
    for _ in range(7):
        request_sync(rig.workspace, ("orders",))
        await ticked(engine)
    assert integration_view(rig.store, "fake").next_sync_at == began + timedelta(minutes=5)


async def test_one_order_read_again_does_not_end_the_search_for_new_ones() -> None:
    rig = Rig()
    await rig.connected()
    engine = an_engine(rig)
    rig.clock.advance(hours=4)
    rig.fake.raises("fetch_orders", TransientError("Fake Market cannot be reached."), times=4)
    await ticked(engine)
    request_records(rig.workspace, rig.integration(), "orders", ["5001"])
    await ticked(engine)
    assert rig.integration().missed == 1


async def test_a_shop_switched_on_again_is_not_said_to_be_out_of_reach() -> None:
    rig = Rig()
    await rig.connected()
    engine = an_engine(rig)
    rig.clock.advance(hours=4)
    rig.fake.raises("fetch_orders", TransientError("Fake Market cannot be reached."), times=4)
    await ticked(engine)
    disable_integration(rig.workspace, "fake")
    assert enable_integration(rig.workspace, "fake").missed == 0


async def test_the_schedule_survives_a_restart() -> None:
    rig = Rig()
    integration = await rig.connected()
    queue_cycle(rig.workspace, integration)
    rig.clock.advance(minutes=239)
    assert not is_due(rig.integration(), rig.clock.now)
    rig.clock.advance(minutes=1)
    assert is_due(rig.integration(), rig.clock.now)


async def test_a_face_that_does_not_schedule_starts_no_cycle() -> None:
    rig = Rig()
    await rig.connected()
    rig.clock.advance(hours=9)
    await ticked(an_engine(rig, "cli", schedules=False))
    assert all(run.trigger == "initial" for run in rig.runs())


async def test_an_engine_that_only_reads_sends_nothing() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 9, sku="MUG")
    await rig.stocked()
    adjust_stock(rig.workspace, "MUG", by=1, reason="found")
    request_sync(rig.workspace, ["orders"])
    await ticked(an_engine(rig, "cli", drains=False))
    assert rig.entry(mug.remote_id).state == "queued"


async def test_an_idle_engine_makes_no_call_and_writes_nothing() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 9, sku="MUG")
    await rig.stocked()
    adjust_stock(rig.workspace, "MUG", by=1, reason="found")
    rig.fake.raises("fetch_orders", TransientError("Down."), times=1)
    engine = an_engine(rig)
    await ticked(engine)
    calls, version = len(rig.fake.calls), rig.store.version

    for _ in range(50):
        await ticked(engine)

    assert (len(rig.fake.calls), rig.store.version) == (calls, version)
    assert rig.entry(mug.remote_id).state == "retry_wait"


async def test_two_integrations_are_worked_on_side_by_side() -> None:
    rig = Rig()
    other = rig.fake.add_shop("200", owner="user-2")
    other.list_item("Vase", 3)
    rig.connect()
    rig.connect(user="user-2")
    rig.shops.authorizations.pop("fake:100")

    await ticked(an_engine(rig))

    by_name = {(r.integration, r.module): r.status for r in rig.runs()}
    assert by_name["fake", "items"] == "failed"
    assert by_name["fake-2", "orders"] == "succeeded"
    assert rig.integration().status == "needs_reauth"


def two_processes(tmp_path: Path) -> tuple[Rig, Workspace]:
    """Return a rig on files, and what another process sees of them."""
    rig = Rig(store=open_store(tmp_path / "data"))
    return rig, Workspace(open_store(tmp_path / "data"), rig.host, rig.clock)


async def test_only_one_engine_works_on_a_data_directory(tmp_path: Path) -> None:
    rig, other = two_processes(tmp_path)
    rig.shop.list_item("Mug", 9, sku="MUG")
    rig.connect()
    stop = asyncio.Event()
    first, second = an_engine(rig), Engine(other, rig.shops, "tui", sleep=rig._sleep)
    serving = [asyncio.create_task(each.serve(stop)) for each in (first, second)]
    await until(lambda: all(run.status == "succeeded" for run in rig.runs()))
    held = rig.store.holder(ENGINE)
    stop.set()
    await asyncio.gather(*serving)

    assert held is not None
    assert held.name in {"daemon", "tui"}
    assert len(rig.fake.calls_of("fetch_items")) == 1
    assert rig.store.holder(ENGINE) is None
    other.store.close()
    rig.store.close()


async def test_a_command_gets_its_work_done_by_the_engine_there_is(tmp_path: Path) -> None:
    rig, other = two_processes(tmp_path)
    rig.connect(sync=False)
    stop = asyncio.Event()
    serving = asyncio.create_task(an_engine(rig).serve(stop))
    await until(lambda: rig.store.holder(ENGINE) is not None)
    [run] = request_sync(other, ["items"])

    def done() -> bool:
        found = [each for each in rig.runs() if each.id == run.id]
        return bool(found) and found[0].status == "succeeded"

    await Engine(other, rig.shops, "cli", schedules=False).run_until(done, timeout=10)

    stop.set()
    await serving
    other.store.close()
    rig.store.close()


async def test_a_command_that_nobody_answers_gives_up(tmp_path: Path) -> None:
    rig, other = two_processes(tmp_path)
    lease = rig.store.lease(ENGINE, "daemon")
    assert lease is not None
    with pytest.raises(EngineBusy) as raised:
        await Engine(other, rig.shops, "cli").run_until(lambda: False, timeout=0.2)
    assert "`daemon`" in raised.value.hint
    lease.release()
    other.store.close()
    rig.store.close()


async def test_a_tui_makes_way_for_a_daemon() -> None:
    rig = Rig()
    stop, stop_daemon = asyncio.Event(), asyncio.Event()
    tui = asyncio.create_task(an_engine(rig, "tui").serve(stop))
    await until(lambda: rig.store.holder(ENGINE) is not None)
    alive = rig.store.lease(DAEMON, "daemon")
    assert alive is not None
    daemon = asyncio.create_task(an_engine(rig, "daemon").serve(stop_daemon))

    def daemon_has_it() -> bool:
        holder = rig.store.holder(ENGINE)
        return holder is not None and holder.name == "daemon"

    await until(daemon_has_it)
    stop_daemon.set()
    await daemon
    alive.release()
    await until(lambda: (h := rig.store.holder(ENGINE)) is not None and h.name == "tui")
    stop.set()
    await tui
