from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from tuisync.widgets.columns import Cell, Column
from tuisync.widgets.folding import Folding
from tuisync.widgets.rows import Rows
from widgets.table_app import TableApp

if TYPE_CHECKING:
    from textual.pilot import Pilot

_TEXTS = ("short", "the one that does not fit into it", "last")
_ROWS = Rows(range(3), key=str, text=lambda row: _TEXTS[row])


@asynccontextmanager
async def _shown(width: int) -> AsyncIterator[tuple[Folding[int], Pilot[None]]]:
    columns: tuple[Column[int], ...] = (
        Column("row", "", lambda row: Cell(f"row {row}"), 6),
        Column(
            "text", "", lambda row: Cell(_TEXTS[row]), 8, flex=1, widest=60, snug=True, folds=True
        ),
    )
    table = Folding(columns, titled=False)
    app = TableApp(table)
    async with app.run_test(size=(width, 10)) as pilot:
        table.fill(_ROWS)
        await pilot.pause()
        yield table, pilot


def _lines(table: Folding[int]) -> list[str]:
    return [table.render_line(y).text.strip() for y in range(table.shown)]


async def test_what_does_not_fit_goes_on_in_the_next_line() -> None:
    async with _shown(30) as (table, _):
        assert _lines(table) == [
            "▌ row 0   short",
            "row 1   the one that does",
            "not fit into it",
            "row 2   last",
        ]


async def test_what_fits_takes_one_line_after_a_resize() -> None:
    async with _shown(30) as (table, pilot):
        await pilot.press("end")
        await pilot.resize_terminal(60, 10)
        await pilot.pause()

        assert _lines(table)[1] == "row 1   the one that does not fit into it"
        assert (table.shown, table.key) == (3, "2")


async def test_a_line_can_be_drawn_at_a_new_width_before_it_is_folded_for_it() -> None:
    async with _shown(30) as (table, _):
        table._fitting_width = -1
        table._columns = table.columns[:1]

        assert _lines(table)[3] == "row 2   last"


async def test_the_cursor_goes_from_row_to_row() -> None:
    async with _shown(30) as (table, pilot):
        seen = []
        for key in ("down", "down", "down", "up", "home", "end", "pageup"):
            await pilot.press(key)
            seen.append(table.key)

        assert seen == ["1", "2", "2", "1", "0", "2", "0"]


async def test_the_cursors_bar_stands_along_the_whole_row() -> None:
    async with _shown(30) as (table, pilot):
        await pilot.press("down")

        assert [line[0] == "▌" for line in _lines(table)] == [False, True, True, False]


async def test_a_click_on_any_line_of_the_row_under_the_cursor_opens_it() -> None:
    async with _shown(30) as (table, pilot):
        await pilot.click(table, offset=(10, 2))
        assert table.key == "1"
        await pilot.pause(1)
        await pilot.click(table, offset=(10, 2))
        assert isinstance(pilot.app, TableApp)
        await pilot.pause()
        assert pilot.app.opened == ["1"]


async def test_a_cell_of_more_than_three_lines_is_cut() -> None:
    async with _shown(30) as (table, _):
        table.fill(Rows([0], key=str, text=str))
        table.columns = (Column("text", "", lambda _: Cell("word " * 40), 8, flex=1, folds=True),)
        table.fill(Rows([0], key=str, text=str))

        assert table.shown == 3
        assert _lines(table)[2].endswith("word …")


async def test_rows_are_counted_not_lines() -> None:
    async with _shown(30) as (table, pilot):
        await pilot.press("slash", *"one")

        assert (table.found, table.shown) == (1, 2)
