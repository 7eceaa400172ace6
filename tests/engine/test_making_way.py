"""Between two pages: another engine goes on, what sales owe is sent, a fault is told."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from page_by_page import a_shop_of_pages, at_page
from rig import Rig
from tuisync.cli.progress import Progress
from tuisync.core.actions.items import adjust_stock
from tuisync.core.actions.orders import ship_order
from tuisync.core.actions.syncs import request_sync
from tuisync.core.engine import DAEMON, Engine
from tuisync.core.errors import TransientError
from tuisync.core.models import SyncRun
from tuisync.core.remote import FetchRequest
from tuisync.core.store import schema
from tuisync.core.store.memory import MemoryStore
from tuisync.core.sync.recovery import recover
from tuisync.core.sync.runs import RunBook, seconds_left
from tuisync.core.sync.work import Work
from tuisync.core.views.history import batch_views, run_views
from tuisync.core.views.status import ENGINE, status_view
from tuisync.testing import FakeMarketplace, ManualClock


async def test_a_tui_yields_to_a_daemon_between_two_pages_and_the_daemon_goes_on_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = a_shop_of_pages()
    rig.connect()
    holders: list[str] = []
    daemon, tui = (
        Engine(rig.workspace, rig.shops, name, sleep=rig._sleep) for name in ("daemon", "tui")
    )
    stop_tui, stop_daemon = asyncio.Event(), asyncio.Event()

    def a_daemon_comes() -> None:
        assert rig.store.lease(DAEMON, DAEMON) is not None

    with monkeypatch.context() as patch:
        at_page(patch, 2, a_daemon_comes)
        serving = asyncio.create_task(tui.serve(stop_tui))
        async with asyncio.timeout(10):
            while (holder := rig.store.holder(ENGINE)) is not None or not holders:
                holders.append(holder.name if holder else "")
                await asyncio.sleep(0.01)

    [items] = rig.runs("items")
    assert (items.status, items.done % 10) == ("interrupted", 0), "whole pages only"
    assert 10 <= items.done < 40
    assert rig.runs("orders")[0].status == "queued"
    calls = len(rig.fake.calls)
    going_on = asyncio.create_task(daemon.serve(stop_daemon))
    async with asyncio.timeout(10):
        while rig.runs("orders")[0].status != "succeeded":  # noqa: ASYNC110  # no event for it
            await asyncio.sleep(0.01)
    assert rig.store.holder(ENGINE) is not None
    again = rig.fake.calls[calls].request
    assert isinstance(again, FetchRequest)
    assert again.cursor is not None, "nothing that was stored is read again"
    assert rig.runs("items")[0].counts.created == 40
    for stop, task in ((stop_daemon, going_on), (stop_tui, serving)):
        stop.set()
        await task


async def test_sales_and_shipments_are_sent_between_the_pages_of_a_long_pull(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = a_shop_of_pages()
    await rig.stocked()
    sold = rig.shop.sell(next(iter(rig.shop.listings)), 1)
    await rig.sync("orders")
    hooks: list[str] = []

    def ship() -> None:
        ship_order(rig.workspace, sold.number, carrier="ups", tracking="1Z")

    at_page(monkeypatch, 1, ship)
    request_sync(rig.workspace, ["items"])
    rig.fake.calls.clear()
    await rig.work()

    hooks = [call.hook for call in rig.fake.calls]
    assert "push_shipment" in hooks
    [items, *_] = rig.runs("items")
    pages = rig.store.find(schema.RECORDS, "run", items.id)
    shipped = rig.run(rig.runs("shipments")[0].id)
    first, last = pages[0].records[0].at, pages[-1].records[0].at
    assert first <= shipped.queued_at <= last
    assert items.status == "succeeded"
    assert items.requests == 0, "the calls of the push are not the pull's"


async def test_what_no_sale_owes_waits_for_the_end_of_the_pull(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = a_shop_of_pages()
    await rig.stocked()
    rig.clock.advance(minutes=1)
    states: list[str] = []
    listing = next(iter(rig.shop.listings))

    def count() -> None:
        adjust_stock(rig.workspace, "SKU-0", by=3, reason="found")

    def look() -> None:
        states.append(rig.entry(listing).state)

    at_page(monkeypatch, 1, count)
    at_page(monkeypatch, 3, look)
    request_sync(rig.workspace, ["items"])
    await rig.work()

    assert states == ["queued"]
    assert rig.entry(listing).state == "applied"


async def test_no_pull_of_the_drain_runs_while_new_orders_are_being_pulled() -> None:
    rig = a_shop_of_pages(3)
    await rig.stocked()
    listings = list(rig.shop.listings)
    for number in range(25):
        rig.shop.sell(listings[number % 3], 1)
    adjust_stock(rig.workspace, "SKU-0", by=3, reason="found")
    request_sync(rig.workspace, ["orders"])
    rig.fake.calls.clear()

    await rig.work()

    assert [call.hook for call in rig.fake.calls][:2] == ["fetch_orders", "fetch_orders"]
    manual = next(run for run in rig.runs("orders") if run.trigger == "manual")
    assert manual.counts.created == 25


async def test_a_shop_that_is_down_is_told_with_the_reason_and_the_next_try() -> None:
    rig = a_shop_of_pages(3)
    rig.connect()
    rig.fake.raises("fetch_items", TransientError("Fake Market cannot be reached."), times=2)
    told: list[str] = []
    runs = list(rig.store.all(schema.RUNS))
    progress = Progress(rig.store, runs, told.append, now=rig.workspace.now)
    stored: list[SyncRun] = []

    async def sleep(seconds: float) -> None:
        progress.look()
        stored.append(rig.run(runs[0].id))
        rig.clock.advance(seconds=seconds)

    await Work(rig.shops, rig.workspace, sleep=sleep).do("fake:100")
    progress.look()

    assert told[:2] == [
        "fake items: Fake Market cannot be reached. Trying again in 2 s.",
        "fake items: Fake Market cannot be reached. Trying again in 4 s.",
    ]
    assert [run.status for run in stored] == ["running", "running"]
    assert stored[0].retry_at == stored[0].resumed_at + timedelta(seconds=2)  # type: ignore[operator]  # begun
    ended = rig.run(runs[0].id)
    assert (ended.status, ended.reason, ended.retry_at) == ("succeeded", "", None)


async def test_a_shop_that_stays_down_is_not_waited_for_twice() -> None:
    rig = a_shop_of_pages(3)
    rig.connect()
    down = TransientError("Fake Market cannot be reached.")
    rig.fake.raises("fetch_items", down, times=9)
    rig.fake.raises("fetch_orders", down, times=9)
    began = rig.clock.now

    await rig.work()

    assert [run.status for run in rig.runs()] == ["failed", "failed"]
    assert rig.clock.now - began == timedelta(seconds=2 + 4 + 8)
    assert len(rig.fake.calls_of("fetch_orders")) == 1


async def test_after_a_kill_a_run_is_interrupted_although_nobody_came_to_say_so() -> None:
    rig = a_shop_of_pages(3)
    rig.connect()
    [items, *_] = list(rig.store.all(schema.RUNS))
    RunBook(rig.workspace, items).start()
    lease = rig.store.lease(ENGINE, "daemon")
    assert lease is not None
    assert run_views(rig.store, module="items")[0].status == "running"

    lease.release()  # as the OS does when its holder dies

    assert rig.run(items.id).status == "running", "nobody has said so yet"
    assert run_views(rig.store, module="items")[0].status == "interrupted"
    assert batch_views(rig.store)[0].status == "queued", "its orders wait still"
    recover(rig.workspace)
    assert rig.run(items.id).status == "interrupted"


def test_an_engine_that_does_not_beat_for_30_s_is_shown_as_not_answering_with_its_pid() -> None:
    clock = ManualClock()
    rig = Rig(fake=FakeMarketplace(clock=clock), store=MemoryStore(clock=clock))
    lease = rig.store.lease(ENGINE, "daemon")
    assert lease is not None
    clock.advance(seconds=29)
    assert status_view(rig.store, clock.now).engine.answering is True

    clock.advance(seconds=2)

    engine = status_view(rig.store, clock.now).engine
    assert (engine.answering, engine.running, engine.by) == (False, True, "daemon")
    assert engine.pid is not None
    lease.beat()
    assert status_view(rig.store, clock.now).engine.answering is True


@pytest.mark.parametrize(
    ("done", "expected", "spent", "left"),
    [(50, 100, 10, 10), (10, 100, 5, 45), (100, 100, 9, 0), (120, 100, 9, 0), (0, 100, 9, None)],
)
def test_time_left_goes_by_the_pace_since_it_was_begun_last(
    done: int, expected: int, spent: int, left: int | None
) -> None:
    rig = Rig()
    integration = rig.connect()
    [items, *_] = rig.store.find(schema.RUNS, "integration", integration.id)
    now = rig.clock.now
    counts = items.counts
    for _ in range(done + 7):
        counts = counts.plus("created")
    run = items.but(counts=counts, expected=expected + 7, resumed_at=now, resumed_with=7)

    assert seconds_left(run, now + timedelta(seconds=spent)) == left


async def test_s25_each_stored_page_tells_done_of_expected_calls_and_time_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = a_shop_of_pages()
    rig.connect()
    told: list[tuple[int, int | None, int | None]] = []
    original = RunBook.add_page

    def added(self: RunBook, *arguments: object, **named: object) -> None:
        rig.clock.advance(seconds=5)
        original(self, *arguments, **named)  # type: ignore[arg-type]  # passed on
        told.append((self.run.counts.total, self.run.expected, self.run.seconds_left))

    monkeypatch.setattr(RunBook, "add_page", added)
    await rig.work()

    assert told[:4] == [(10, 40, 15), (20, 40, 10), (30, 40, 5), (40, 40, 0)]
    assert {run.seconds_left for run in rig.runs()} == {None}, "ended runs have nothing left"
