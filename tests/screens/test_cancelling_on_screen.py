"""One key stops what is being synced, wherever a sync is shown, and says what is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from pottery import ETSY, PotteryServices, pottery
from stage import stage
from tuisync.core.actions.cancels import request_cancel
from tuisync.core.actions.syncs import request_sync
from tuisync.core.models import Counts, Module, SyncRun
from tuisync.core.store import schema
from tuisync.core.sync.recovery import recover
from tuisync.core.sync.runs import RunBook
from tuisync.core.views.status import ENGINE

WAYS = {"history": ("7",), "marketplaces": ("1",), "details": ("1", "enter")}


def a_sync(made: PotteryServices, *modules: Module, begun: bool = False) -> list[SyncRun]:
    """Ask for a sync of the pottery; when it has begun, half of it has come in."""
    runs = request_sync(made.workspace, modules, integration="etsy", only=True)
    if begun:
        RunBook(made.workspace, runs[0]).start()
        with made.workspace.store.transaction() as tx:
            run = tx.get(schema.RUNS, runs[0].id)
            assert run is not None
            half = run.but(counts=Counts(unchanged=10), expected=21, cursor="10")
            tx.put(schema.RUNS, half)
    return runs


def stored(made: PotteryServices, run: SyncRun) -> SyncRun:
    found = made.workspace.store.get(schema.RUNS, run.id)
    assert found is not None
    return found


@pytest.mark.parametrize("place", WAYS)
async def test_c_stops_a_sync_that_an_engine_elsewhere_is_at(tmp_path: Path, place: str) -> None:
    made = pottery(tmp_path)
    lease = made.workspace.store.lease(ENGINE, "daemon")
    assert lease is not None
    items, orders = a_sync(made, "items", "orders", begun=True)
    async with stage(made) as on:
        await on.press(*WAYS[place], "c")

        assert on.said()[-1] == "Stopping before the next page. What came in is kept."
        assert stored(made, items).cancelled_at is not None
        assert stored(made, items).status == "running"
        assert stored(made, orders).status == "skipped"
        assert on.shows("stopping")
        recover(made.workspace)  # the engine has noticed
        await on.until(lambda: not on.shows("stopping"))
        await on.press("c")
        assert on.said()[-1] in {
            "That sync has ended already.",
            "Nothing is being synced at etsy.",
        }
    lease.release()


async def test_what_no_engine_is_at_stops_at_once(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    [items] = a_sync(made, "items", begun=True)
    async with stage(made) as on:
        await on.press("7", "c")

        assert on.said()[-1] == "Stopped. What came in is kept."
        assert on.shows("■ stopped")
        assert stored(made, items).status == "failed"


async def test_what_has_not_begun_never_begins(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    [items] = a_sync(made, "items")
    async with stage(made) as on:
        await on.press("7", "c")

        assert on.said()[-1] == "Cancelled before it began."
        assert stored(made, items).status == "skipped"


@pytest.mark.parametrize("place", WAYS)
async def test_c_says_why_there_is_nothing_to_stop(tmp_path: Path, place: str) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press(*WAYS[place], "c")

        assert on.said()[-1] in {
            "That sync has ended already.",
            "Nothing is being synced at etsy.",
        }
        assert not any(run.cancelled_at for run in made.workspace.store.all(schema.RUNS))


async def test_only_the_shop_under_the_cursor_is_stopped(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    [etsy] = a_sync(made, "items")
    with made.workspace.store.transaction() as tx:
        other = etsy.but(id=made.workspace.new_id(), integration="elsewhere:1")
        tx.put(schema.RUNS, other)
    async with stage(made) as on:
        await on.press(*WAYS["marketplaces"], "c")

        assert stored(made, etsy).status == "skipped"
        assert stored(made, other).status == "queued"


async def test_the_records_of_a_stopped_sync_say_how_far_it_came(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    a_sync(made, "items", begun=True)
    recover(made.workspace)
    request_cancel(made.workspace)
    async with stage(made, size=(120, 40)) as on:
        await on.press("7", "enter")

        assert on.shows("items stopped · Stopped by you after 10 of 21 records.")


async def test_nothing_of_a_push_can_be_stopped_that_way(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    now = made.workspace.now()
    with made.workspace.store.transaction() as tx:
        look = SyncRun(
            id=made.workspace.new_id(),
            batch="push",
            integration=ETSY,
            module="orders",
            trigger="push",
            queued_at=now,
            started_at=now,
            status="running",
        )
        tx.put(schema.RUNS, look)
    async with stage(made) as on:
        await on.press(*WAYS["marketplaces"], "c")

        assert on.said()[-1] == "Nothing is being synced there; a push ends by itself."
        assert stored(made, look).cancelled_at is None
