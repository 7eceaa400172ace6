from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Event, get_ident
from typing import TYPE_CHECKING

import pytest
from textual import events

from tuisync.widgets.columns import Cell, Column
from tuisync.widgets.finder import Finder
from tuisync.widgets.rows import MANY, Rows
from tuisync.widgets.table import Table
from widgets.table_app import TableApp

if TYPE_CHECKING:
    from textual.pilot import Pilot

ROWS = 100_000
PATIENCE = 30.0


class Counting:
    """Cells that know how often they were asked for."""

    def __init__(self) -> None:
        self.asked = 0

    def cell(self, row: int) -> Cell:
        self.asked += 1
        return Cell(f"row {row}")


def _rows(*numbers: int) -> Rows[int]:
    return Rows(numbers, key=str, text=lambda row: f"row {row}")


def _table(counting: Counting | None = None, *, selectable: bool = False) -> Table[int]:
    cell = (counting or Counting()).cell
    columns: tuple[Column[int], ...] = (
        Column("row", "Row", cell, 10, order=lambda row: row),
        Column("square", "Square", lambda row: Cell(str(row * row)), 10, order=lambda row: -row),
    )
    return Table(columns, empty="Nothing here.\nPress n.", selectable=selectable)


@asynccontextmanager
async def _running(
    table: Table[int], rows: Rows[int], size: tuple[int, int] = (60, 12)
) -> AsyncIterator[Pilot[None]]:
    app = TableApp(table)
    async with app.run_test(size=size) as pilot:
        table.fill(rows)
        table.focus()
        await pilot.pause()
        yield pilot


def _lines(table: Table[int]) -> list[str]:
    return [table.render_line(y).text.rstrip() for y in range(table.size.height)]


async def test_only_the_rows_on_the_screen_are_asked_for_their_cells() -> None:
    counting = Counting()
    table = _table(counting)

    async with _running(table, _rows(*range(ROWS))) as pilot:
        await pilot.press("end")
        await pilot.pause()
        shown = _lines(table)

    assert counting.asked < 200
    assert shown[-1].split() == ["▌", "row", "99999", str(99_999**2)]


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ("j j k", "1"),
        ("down down", "2"),
        ("G", "49"),
        ("G g", "0"),
        ("end home", "0"),
        ("pagedown", "10"),
        ("pagedown pagedown pageup", "10"),
        ("up", "0"),
        ("G down", "49"),
    ],
)
async def test_keys_move_the_cursor(keys: str, key: str) -> None:
    table = _table()

    async with _running(table, _rows(*range(50))) as pilot:
        await pilot.press(*keys.split())

        assert table.key == key


async def test_the_cursor_and_the_scroll_position_stay_with_their_row() -> None:
    table = _table()

    async with _running(table, _rows(*range(50))) as pilot:
        await pilot.press(*["down"] * 30)
        on_screen = table.cursor - table.scroll_offset.y
        table.fill(_rows(*range(-5, 50)))
        await pilot.pause()

        assert table.key == "30"
        assert table.cursor == 35
        assert table.cursor - table.scroll_offset.y == on_screen


async def test_who_looks_at_the_top_sees_what_comes_in_there() -> None:
    table = _table()

    async with _running(table, _rows(*range(50))) as pilot:
        table.fill(_rows(*range(-2, 50)))
        await pilot.pause()

        assert (table.scroll_offset.y, table.key) == (0, "0")
        table.fill(_rows(*range(-30, 50)))
        await pilot.pause()
        assert table.key == "0"
        assert table.cursor < table.scroll_offset.y + table.size.height, "it is in sight"


async def test_the_cursor_stays_in_place_when_its_row_is_gone() -> None:
    table = _table()

    async with _running(table, _rows(1, 2, 3, 4)) as pilot:
        await pilot.press("down")
        table.fill(_rows(1, 3, 4))
        await pilot.pause()

        assert table.key == "3"


async def test_a_selection_keeps_the_rows_that_are_still_there() -> None:
    table = _table(selectable=True)

    async with _running(table, _rows(1, 2, 3)) as pilot:
        await pilot.press("space", "space")
        assert [str(row) for row in table.chosen] == ["1", "2"]
        table.fill(_rows(2, 3))
        await pilot.pause()

        assert table.selected == {"2"}
        assert "✓" in _lines(table)[1]


async def test_all_that_a_filter_shows_is_marked_beside_what_it_hides() -> None:
    table = _table(selectable=True)

    async with _running(table, _rows(1, 2, 21, 3)) as pilot:
        await pilot.press("space")
        table.filter("2")
        await pilot.press("ctrl+a")
        assert table.selected == {"1", "2", "21"}
        assert (table.chosen, table.hidden) == ([2, 21, 1], 1)
        await pilot.press("ctrl+a")

        assert table.selected == {"1"}
        assert table.chosen == [1]


async def test_a_table_that_takes_no_marks_ignores_space() -> None:
    table = _table()

    async with _running(table, _rows(1, 2)) as pilot:
        await pilot.press("space")

        assert not table.selected
        assert table.chosen == [1]


async def test_columns_sort_by_keys_and_turn_round() -> None:
    table = _table()

    async with _running(table, _rows(2, 3, 1)) as pilot:
        await pilot.press("greater_than_sign")
        assert [line.split()[-2] for line in _lines(table)[1:4]] == ["1", "2", "3"]
        assert "Row▴" in _lines(table)[0]
        await pilot.press("R")
        assert [line.split()[-2] for line in _lines(table)[1:4]] == ["3", "2", "1"]
        await pilot.press("less_than_sign", "less_than_sign")
        assert table.sorted_by == "square"


async def test_many_rows_are_sorted_in_a_thread_and_shown_as_before_until_then() -> None:
    may_go, threads = Event(), set()

    def order(row: int) -> int:
        threads.add(get_ident())
        may_go.wait(PATIENCE)
        return -row

    table = Table((Column("row", "Row", lambda row: Cell(str(row)), 10, order=order),))
    async with _running(table, _rows(*range(MANY + 1))) as pilot:
        await pilot.press("greater_than_sign", "down")
        assert (table.is_sorted, table.key, _lines(table)[0].strip()) == (False, "1", "Row")
        may_go.set()
        await _sorted(pilot)

        assert (table.is_sorted, table.key, _lines(table)[0].strip()) == (True, "1", "Row▴")
        assert table.key_at(0) == str(MANY)
        assert get_ident() not in threads


async def test_a_column_chosen_while_another_is_sorted_by_is_the_one_that_counts() -> None:
    may_go = Event()

    def order(row: int) -> int:
        may_go.wait(PATIENCE)
        return -row

    table = Table(
        (
            Column("slow", "Slow", lambda row: Cell(str(row)), 10, order=order),
            Column("quick", "Quick", lambda row: Cell(str(row)), 10, order=lambda row: -row % 7),
        )
    )
    async with _running(table, _rows(*range(MANY + 1))) as pilot:
        await pilot.press("greater_than_sign", "greater_than_sign")
        may_go.set()
        await _sorted(pilot)

        assert (table.is_sorted, _lines(table)[0].split()) == (True, ["Slow", "Quick▴"])


async def _sorted(pilot: Pilot[None]) -> None:
    """Wait for what is sorted in a thread, and what is sorted again after it."""
    table = pilot.app.query_one(Table)
    while not table.is_sorted:
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()


async def test_a_click_on_a_title_sorts_on_a_row_highlights_and_again_opens() -> None:
    table = _table()

    async with _running(table, _rows(2, 3, 1)) as pilot:
        await pilot.click(table, offset=(4, 0))
        assert table.sorted_by == "row"
        await pilot.click(table, offset=(4, 3))
        assert table.key == "3"
        app = pilot.app
        assert isinstance(app, TableApp)
        assert app.opened == []
        await pilot.click(table, offset=(4, 3))
        await pilot.pause()
        assert app.opened == ["3"]


async def test_the_wheel_scrolls_without_moving_the_cursor() -> None:
    table = _table()

    async with _running(table, _rows(*range(50))) as pilot:
        await pilot._post_mouse_events([events.MouseScrollDown], widget=table, offset=(4, 4))
        await pilot.pause()

        assert table.scroll_offset.y > 0
        assert table.cursor == 0


async def test_the_filter_narrows_as_one_types_and_counts() -> None:
    table = _table()

    async with _running(table, _rows(*range(480))) as pilot:
        await pilot.press("slash", *"47")
        await pilot.pause()
        finder = pilot.app.query_one(Finder)

        assert table.shown == 15
        assert "15 of 480" in str(finder.query_one(".filter--count").render())
        await pilot.press("enter")
        assert table.has_focus
        assert table.shown == 15
        await pilot.press("escape")
        assert table.shown == 480


async def test_the_filter_keeps_the_cursor_on_its_row() -> None:
    table = _table()

    async with _running(table, _rows(*range(480))) as pilot:
        table.go_to("147")
        await pilot.press("slash", *"47", "escape")
        await pilot.pause()

        assert table.key == "147"


async def test_an_empty_filter_is_closed_by_enter() -> None:
    table = _table()

    async with _running(table, _rows(1, 2)) as pilot:
        await pilot.press("slash", "enter")
        await pilot.pause()

        assert not pilot.app.query_one(Finder).has_class("-filtering")


async def test_no_rows_say_what_to_do_and_no_match_says_so() -> None:
    table = _table()

    async with _running(table, _rows()) as pilot:
        assert "  Nothing here." in _lines(table)
        assert "  Press n." in _lines(table)
        table.fill(_rows(1))
        table.filter("zzz")
        await pilot.pause()
        assert any("Nothing here contains “zzz”." in line for line in _lines(table))


async def test_nothing_is_said_before_the_first_rows_have_come() -> None:
    table = _table()
    app = TableApp(table)

    async with app.run_test() as pilot:
        await pilot.pause()

        assert not any("Nothing" in line for line in _lines(table))


async def test_every_line_is_as_wide_as_the_table_at_any_width() -> None:
    table = _table()

    async with _running(table, _rows(1, 2)) as pilot:
        for width in (20, 33, 80, 200):
            await pilot.resize_terminal(width, 10)
            await pilot.pause()

            assert {table.render_line(y).cell_length for y in range(3)} == {table.size.width}
