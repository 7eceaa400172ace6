"""A sync that was asked for and cannot begin yet is seen to be taken, and what it waits for."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pottery import ETSY, NOW, PotteryServices, pottery
from stage import Stage, stage
from tuisync.core.actions.syncs import request_sync
from tuisync.core.models import Counts, SyncRun
from tuisync.core.store import schema
from tuisync.core.store.port import Lease
from tuisync.core.views.history import run_view
from tuisync.core.views.status import ENGINE
from tuisync.screens.standing import waiting_words
from tuisync.screens.syncing import MODULES


def _engine(made: PotteryServices) -> Lease:
    """Let an engine be there, as the daemon's would be."""
    lease = made.workspace.store.lease(ENGINE, "daemon")
    assert lease is not None
    return lease


def _apply(made: PotteryServices) -> None:
    """Let a plan be sent just now."""
    with made.workspace.store.transaction() as tx:
        owed = next(e for e in tx.all(schema.OUTBOX) if e.kind == "stock" and e.integration == ETSY)
        tx.put(schema.OUTBOX, owed.but(state="in_flight", agreed={"": 3}, plan="p"))


def _read_orders(made: PotteryServices) -> None:
    """Let the shop's orders be read just now."""
    run = SyncRun(
        id="z",
        batch="z",
        integration=ETSY,
        module="orders",
        trigger="manual",
        queued_at=NOW - timedelta(minutes=4),
        started_at=NOW - timedelta(minutes=3),
        status="running",
        counts=Counts(unchanged=120),
        expected=300,
    )
    with made.workspace.store.transaction() as tx:
        tx.put(schema.RUNS, run)


def _row(on: Stage) -> str:
    return next(line for line in on.text.split("\n") if line.startswith("▌"))


async def test_a_sync_asked_for_while_a_plan_is_sent_says_so_at_once(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    lease = _engine(made)
    _apply(made)
    async with stage(made, size=(120, 40)) as on:
        assert "● active" in _row(on)
        await on.press("s", "b")

        waits = "It waits for the plan being sent."
        assert on.said()[-1] == f"Asked for items and orders of etsy. {waits}"
        assert on.text.split("\n")[0].count("… sync of etsy waits for the plan being sent") == 1
        assert "… sync waits" in _row(on)
        assert on.shows(
            "… items and orders, asked for just now, waiting for the plan being sent",
            "Items   ! some failed",  # what came before is still told
        )
        await on.press("7")
        assert "… waiting" in _row(on)
        assert "for the plan being" in _row(on)
        await on.press("c")
        assert on.said()[-1] == "Cancelled before it began."
    lease.release()


async def test_the_sync_that_runs_stays_in_sight_beside_the_one_that_waits(
    tmp_path: Path,
) -> None:
    made = pottery(tmp_path)
    lease = _engine(made)
    _read_orders(made)
    request_sync(made.workspace, MODULES["both"])
    async with stage(made) as on:
        assert "↻ syncing" in _row(on), "the shop is at work, whatever else waits"
        assert on.shows("Orders  ↻", "120 of 300", "Then    … items and orders, asked for just now")
        assert on.shows("↻ etsy orders 120 of 300")
        await on.press("c")
        assert on.said()[-1].startswith("Stopping before the next page.")
    lease.release()


@pytest.mark.parametrize(
    ("size", "said"),
    [
        ((120, 24), "… sync of etsy waits for the plan being sent"),
        ((80, 24), "… sync waits"),
        ((60, 20), "… sync waits"),
    ],
    ids=["120x24", "80x24", "60x20"],
)
async def test_the_header_says_as_much_of_it_as_there_is_room_for(
    tmp_path: Path, size: tuple[int, int], said: str
) -> None:
    made = pottery(tmp_path)
    lease = _engine(made)
    _apply(made)
    request_sync(made.workspace, MODULES["orders"], integration="etsy", only=True)
    async with stage(made, size=size) as on:
        header = on.text.split("\n")[0]

        assert said in header
        assert "daemon" in header or size[0] < 70
    lease.release()


async def test_a_sync_without_an_engine_says_that_none_runs(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("s", "o")

        assert on.said()[-1] == "Asked for orders of etsy. It waits for an engine: none runs."
        assert on.shows("waiting for an engine: none runs")


def test_what_follows_in_a_batch_that_has_begun_is_not_told_as_waiting(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    lease = _engine(made)
    store = made.workspace.store
    items, orders = request_sync(made.workspace, MODULES["both"], integration="etsy", only=True)
    with store.transaction() as tx:
        tx.put(schema.RUNS, items.but(status="running", started_at=NOW))
    running = [run_view(store, items.but(status="running"))]
    queued = [run_view(store, orders)]

    assert queued[0].waits_for == "the items being read"
    assert waiting_words(running, queued) == ()
    assert waiting_words([], queued)[-1] == "sync waits"
    lease.release()
