from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from pottery import NOW, PotteryServices, pottery, services
from stage import stage
from tuisync.core.models import Counts, RunStatus, SyncRun
from tuisync.core.store import schema
from tuisync.core.store.port import Store
from tuisync.core.views.status import ENGINE
from tuisync.screens.details import Details
from tuisync.screens.setup import Setup
from tuisync.screens.syncing import MODULES


async def test_s13_every_shop_stands_there_with_how_it_is(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        etsy, fair = (line.split() for line in on.text.split("\n")[4:6])

        assert etsy[1:] == [
            "etsy",
            "WrenAndThistle",
            "●",
            "active",
            "4",
            "min",
            "ago",
            "in",
            "4",
            "h",
            "9",
            "3",
            "3",
        ]
        assert fair[-10:] == ["!", "sign", "in", "21", "h", "ago", "-", "0", "0", "0"]
        assert on.shows("9 variants without an item", "1 order frozen")
        assert on.shows(
            "1 listing refused by the shop: 5", "1 listing held until you saw the plan: 9"
        )
        assert on.shows("2 listings owed to the shop: 6")


def _newest(made: PotteryServices, **changes: object) -> None:
    """Let the newest run of the shop's orders be another one."""
    store = made.workspace.store
    with store.transaction() as tx:
        runs = [each for each in tx.all(schema.RUNS) if each.module == "orders"]
        newest = max(runs, key=lambda each: each.queued_at)
        tx.put(schema.RUNS, newest.but(**changes))


async def test_a_record_read_again_does_not_read_as_a_whole_sync(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    _newest(made, trigger="resync", status="succeeded", counts=Counts(skipped=1))
    async with stage(made) as on:
        assert on.shows("0 ok · 1 skipped  (records read again)")


async def test_why_a_sync_is_tried_again_stands_once(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    engine_at = NOW + timedelta(minutes=3)
    _newest(made, status="running", reason="Etsy did not answer.", retry_at=engine_at)
    assert made.workspace.store.lease(ENGINE, "tui") is not None
    async with stage(made) as on:
        assert on.text.count("Etsy did not answer.") == 1


async def test_a_marketplace_that_is_not_connected_says_how(tmp_path: Path) -> None:
    async with stage(services(tmp_path)) as on:
        await on.press("escape")

        assert on.shows("+ not set up", "Press n to connect a shop", "1.  Open etsy.com")
        await on.press("n")
        assert isinstance(on.app.screen, Setup)


async def test_s16_a_manual_sync_asks_what_to_fetch_and_queues_it(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        for letter, chosen in (("i", "items"), ("o", "orders"), ("b", "both")):
            before = set(_queued(made.workspace.store.all(schema.RUNS)))
            await on.press("s", letter)
            queued = set(_queued(made.workspace.store.all(schema.RUNS))) - before

            assert sorted(module for _, module in queued) == sorted(MODULES[chosen])
        assert on.said()[-1].startswith("Asked for items and orders of etsy.")


def _queued(runs: Iterable[SyncRun]) -> list[tuple[str, str]]:
    return [
        (run.id, run.module) for run in runs if (run.trigger, run.status) == ("manual", "queued")
    ]


async def test_a_shop_that_needs_a_sign_in_says_so_instead_of_syncing(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        runs = made.workspace.store.count(schema.RUNS)
        await on.press("down", "s")

        assert made.workspace.store.count(schema.RUNS) == runs
        assert "needs a sign-in first" in on.said()[-1]


async def test_progress_shows_while_a_sync_runs(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    assert made.workspace.store.lease(ENGINE, "tui") is not None
    async with stage(made, size=(120, 40)) as on:
        _run(made.workspace.store, done=80, status="running")
        await on.until(lambda: on.shows("80 of 120", "↻ etsy items 80 of 120", "! fair sign in"))
        _run(made.workspace.store, done=119, status="running")
        await on.until(lambda: on.shows("119 of 120"))
        _run(made.workspace.store, done=120, status="succeeded")
        await on.until(lambda: on.shows("✓ done  120 ok"))
        assert not on.shows("↻")


async def test_s25_time_left_and_waiting_for_another_try_show_while_a_sync_runs(
    tmp_path: Path,
) -> None:
    made = pottery(tmp_path)
    store = made.workspace.store
    lease = store.lease(ENGINE, "tui")
    assert lease is not None
    async with stage(made, size=(120, 40)) as on:
        _run(store, done=80, status="running", seconds_left=95)
        await on.until(lambda: on.shows("80 of 120, 2 min left", "etsy items 80 of 120, 2 min"))
        soon = NOW + timedelta(seconds=4)
        _run(store, done=80, status="running", reason="Etsy is not there.", retry_at=soon)
        await on.until(lambda: on.shows("waits, then tries again: Etsy is not there."))
        assert on.shows("etsy items waits: Etsy is not there.")
        lease.release()
        _run(store, done=81, status="running")
        await on.until(lambda: on.shows("Items   ■ interrupted  81 ok"))


def _run(store: Store, *, done: int, status: RunStatus, **more: object) -> None:
    run = SyncRun(
        id="zz-run",
        batch="zz",
        integration="etsy:8101",
        module="items",
        trigger="manual",
        queued_at=NOW,
        started_at=NOW,
        finished_at=NOW + timedelta(seconds=9) if status == "succeeded" else None,
        status=status,
        counts=Counts(unchanged=done),
        expected=120,
    )
    with store.transaction() as tx:
        tx.put(schema.RUNS, run.but(**more))


async def test_enter_opens_the_details_and_escape_comes_back_but_never_leaves(
    tmp_path: Path,
) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("enter")
        assert isinstance(on.app.screen, Details)
        await on.press("escape", "escape", "escape")

        assert on.app.is_running
        assert on.shows("Waiting for you")


async def test_the_verbs_of_the_place_stand_in_the_footer(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        assert on.footer().split() == (
            [
                "enter",
                "Details",
                "n",
                "Setup",
                "now",
                "s",
                "Sync",
                "c",
                "Cancel",
                "/",
                "Filter",
                "?",
                "Help",
                "^p",
                "Palette",
            ]
        )


async def test_a_click_in_the_footer_presses_the_key(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.pilot.click("KeyBar", offset=(3, 0))
        await on.settle()

        assert isinstance(on.app.screen, Details)


async def test_a_click_on_a_tab_goes_there(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.pilot.click("Tabs", offset=(11, 0))
        await on.settle()

        assert on.app.current_mode == "mapping"
