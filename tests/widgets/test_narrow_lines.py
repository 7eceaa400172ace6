"""The lines of tabs and of groups, where the terminal is narrow."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from textual.app import App, ComposeResult

from tuisync.screens.places import PLACES, tabs
from tuisync.widgets.colours import Toned
from tuisync.widgets.header import HeaderState, ShopState, StatusLine, Tabs
from tuisync.widgets.marks import NOT_REACHED
from tuisync.widgets.pills import Pill, Pills

if TYPE_CHECKING:
    from textual.pilot import Pilot

_PILLS = (
    Pill("", "all", 12),
    Pill("confirmed", "to ship", 4),
    Pill("frozen", "frozen", 1),
    Pill("fulfilled", "fulfilled", 6),
    Pill("void", "void", 1),
)


_TABS = tuple(
    each._replace(key=str(number))
    for number, each in enumerate(tabs({"mapping": 100, "inbox": 100, "plan": 100}), 1)
)


class LineApp(App[None]):
    CSS = "StatusLine, Tabs, Pills { height: 1; }"

    def __init__(self) -> None:
        super().__init__()
        self.chosen: list[str] = []

    def get_default_screen(self) -> Toned[None]:
        return Toned()

    def compose(self) -> ComposeResult:
        yield StatusLine()
        yield Tabs()
        yield Pills()

    def on_tabs_chosen(self, message: Tabs.Chosen) -> None:
        self.chosen.append(message.place)


@asynccontextmanager
async def _lines(width: int, chosen: str = "") -> AsyncIterator[tuple[LineApp, Pilot[None]]]:
    app = LineApp()
    async with app.run_test(size=(width, 4)) as pilot:
        line = app.query_one(Tabs)
        line.tabs, line.current = _TABS, "items"
        app.query_one(Pills).show(_PILLS, chosen)
        await pilot.pause()
        yield app, pilot


def _text(line: StatusLine | Tabs | Pills) -> str:
    return line.render_line(0).text


async def test_every_place_is_named_at_sixty_columns() -> None:
    async with _lines(60) as (app, _):
        assert _text(app.query_one(Tabs)).rstrip() == (
            "1Market 2Map•3Items 4Orders 5Inbox•6Out 7Hist 8Cont 9Plan•"
        )


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
async def test_a_click_on_a_tab_goes_to_the_place_under_it(width: int) -> None:
    async with _lines(width) as (app, pilot):
        text = _text(app.query_one(Tabs))
        for tab in _TABS:
            x = text.index(tab.key)
            app.query_one(Tabs).on_click(_Click(x))  # type: ignore[arg-type]
        await pilot.pause()

        assert app.chosen == [tab.place for tab in _TABS]


@pytest.mark.parametrize("width", [40, 80, 120])
async def test_a_click_on_what_needs_the_user_or_on_a_shop_goes_there(width: int) -> None:
    async with _lines(width) as (app, pilot):
        line = app.query_one(StatusLine)
        line.state = HeaderState("Wren", shops=(ShopState("etsy", NOT_REACHED),), needs=3)
        text = _text(line)
        for x in (text.index("!"), text.index("etsy"), len(text.rstrip()) - 1):
            line.on_click(_Click(x))  # type: ignore[arg-type]
        await pilot.pause()

        assert app.chosen == ["inbox", "marketplaces"]


class _Click:
    def __init__(self, x: int) -> None:
        self.x = x


@pytest.mark.parametrize(
    ("width", "chosen", "shown"),
    [
        (60, "", "  [all 12]  to ship 4   frozen 1   fulfilled 6   void 1"),
        (52, "", "  [all 12] to ship 4  frozen 1  fulfilled 6  void 1"),
        (40, "", "  [all 12] to ship 4  frozen 1  …"),
        (40, "void", "…  frozen 1  fulfilled 6 [void 1]"),
        (30, "frozen", "…  to ship 4 [frozen 1] …"),
    ],
)
async def test_groups_without_room_leave_a_sign(width: int, chosen: str, shown: str) -> None:
    async with _lines(width, chosen) as (app, _):
        assert _text(app.query_one(Pills)).rstrip() == shown


async def test_a_click_on_the_sign_goes_to_the_next_group_there() -> None:
    async with _lines(30, "frozen") as (app, _):
        pills = app.query_one(Pills)
        pills.on_click(_Click(_text(pills).rindex("…")))  # type: ignore[arg-type]
        assert pills.chosen == "fulfilled"
        pills.on_click(_Click(0))  # type: ignore[arg-type]
        assert pills.chosen == "frozen"
        pills.on_click(_Click(_text(pills).index("to ship")))  # type: ignore[arg-type]
        assert pills.chosen == "confirmed"


@pytest.mark.parametrize("width", [60, 80, 100, 120])
async def test_a_narrow_tab_is_called_by_the_beginning_of_its_place(width: int) -> None:
    async with _lines(width) as (app, _):
        words = re.findall(r"[A-Z][a-z]+", _text(app.query_one(Tabs)))

    titles = [each.title for each in PLACES]
    assert [title[: len(word)] for title, word in zip(titles, words, strict=True)] == words
