"""A table and the pane below it share the room."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.app import App, ComposeResult
from textual.widget import Widget

from tuisync.widgets.colours import Toned
from tuisync.widgets.columns import Cell, Column
from tuisync.widgets.finder import Finder
from tuisync.widgets.rows import Rows
from tuisync.widgets.stack import Stack
from tuisync.widgets.table import Table

LEAST = 5


class StackApp(App[None]):
    CSS = f"""
    Stack {{ height: 1fr; layout: vertical; }}
    Grid {{ height: 1fr; }}
    .filter {{ height: 1; display: none; }}
    #pane {{ height: 1fr; min-height: {LEAST}; }}
    .-nothing > #pane {{ display: none; }}
    """

    def __init__(self) -> None:
        super().__init__()
        self.table: Table[str] = Table([Column("name", "Name", Cell, 10)], empty="Nothing.")

    def get_default_screen(self) -> Toned[None]:
        return Toned()

    def compose(self) -> ComposeResult:
        yield Stack(self.table, Widget(id="pane"))

    @property
    def heights(self) -> tuple[int, int]:
        pane = self.query_one("#pane")
        return self.query_one(Finder).size.height, pane.size.height if pane.display else 0


@asynccontextmanager
async def _shown(rows: int, height: int = 40) -> AsyncIterator[StackApp]:
    app = StackApp()
    async with app.run_test(size=(40, height)) as pilot:
        app.table.fill(Rows([f"row {number}" for number in range(rows)], key=str))
        await pilot.pause()
        await pilot.pause()
        yield app


@pytest.mark.parametrize(
    ("rows", "heights"),
    [(3, (16, 24)), (15, (16, 24)), (20, (21, 19)), (34, (35, LEAST)), (1_000, (35, LEAST))],
)
async def test_the_pane_takes_what_the_rows_leave_free(rows: int, heights: tuple[int, int]) -> None:
    async with _shown(rows) as app:
        assert app.heights == heights


async def test_without_rows_there_is_no_pane() -> None:
    async with _shown(0) as app:
        assert app.heights == (40, 0)


async def test_a_filter_moves_nothing() -> None:
    async with _shown(20) as app:
        app.table.filter("19")
        await app.animator.wait_for_idle()
        assert app.table.shown == 1
        assert app.heights == (21, 19)
