from __future__ import annotations

from pathlib import Path

from pottery import pottery, services
from stage import stage
from tuisync.core.actions.organization import init_organization
from tuisync.screens.records import Records


async def test_s18_a_batch_is_one_line_with_its_four_counts(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("6")
        first = on.text.split("\n")[4]

        assert "2026-03-12 10:00" in first
        assert "19 ok · 2 failed" in first
        assert "4 ok · 1 failed" in first


async def test_s19_the_failed_count_opens_those_records_with_the_reason(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("6", "f")
        table = on.table()

        assert isinstance(on.app.screen, Records)
        assert [row.remote_id for row in table.rows] == ["1412000061", "1412000062", "3301430001"]
        assert on.shows("Moon Jar", "Reason  The listing has no price in USD.")
        await on.press("down")
        assert on.shows("Reason  Two variations carry the same property values.")


async def test_s19_the_counts_equal_the_rows_of_each_outcome(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("6", "enter")
        counts = {}
        for _ in range(4):
            screen = on.app.screen
            assert isinstance(screen, Records)
            counts[screen.group] = on.table().shown
            await on.press("right")

        assert counts == {"": 27, "failed": 3, "ok": 23, "frozen": 1}
        assert on.shows("all 27", "failed 3", "ok 23", "frozen 1")


async def test_nothing_failed_is_said_instead_of_an_empty_list(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("6", "down", "f")

        assert not isinstance(on.app.screen, Records)
        assert on.said()[-1] == "Nothing failed in that sync."


async def test_an_empty_history_says_what_it_is_for(tmp_path: Path) -> None:
    made = services(tmp_path)
    init_organization(made.workspace, currency="USD")
    async with stage(made) as on:
        await on.press("6")

        assert on.shows("Nothing has been synced yet.", "Press 1, then s, to sync a shop.")
