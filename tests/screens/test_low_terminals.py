"""Where a terminal is too low for a dialog, its middle scrolls and its keys stay."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from pottery import pottery
from stage import Stage, stage
from tuisync.screens.dialogs.base import Body
from tuisync.screens.dialogs.choose import Choose
from tuisync.screens.dialogs.confirm import Confirm
from tuisync.widgets.facts import Facts
from tuisync.widgets.keybar import KeyBar

LOW = [(80, 16), (60, 18), (80, 10), (60, 12)]
FORMS = ("3 n", "3 a", "3 t", "4 s", "2 e", "comma b", "1 enter u", "7 p")


def _keys_in_sight(on: Stage) -> bool:
    """Tell whether the last line of the dialog is the one with its keys."""
    screen = on.app.screen
    bar, panel = screen.query_one(KeyBar).region, screen.query_one(".dialog").region
    return bar.bottom == panel.bottom - 1 and panel.bottom <= screen.size.height


def _focus_in_sight(on: Stage) -> bool:
    """Tell whether what has the focus is drawn, and nothing over it."""
    focused = on.app.focused
    assert focused is not None
    return on.app.screen.get_widget_at(*focused.region.offset)[0] is focused


@pytest.mark.parametrize("size", LOW, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_form_keeps_its_keys_and_the_field_at_hand_in_sight(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with stage(pottery(tmp_path), size=size) as on:
        for way in FORMS:
            await on.press(*way.split())
            for _ in range(len(on.app.screen.query(".field"))):
                assert _keys_in_sight(on), way
                assert _focus_in_sight(on), way
                await on.press("tab")
            await on.press("escape")
            assert not on.app.screen.is_modal, way


async def test_what_went_wrong_takes_no_sight_of_the_field_it_is_about(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path), size=(80, 12)) as on:
        await on.press("3", "t", "ctrl+s")

        assert on.shows("Fill in “Units” first.")
        assert isinstance(on.app.focused, Input)
        assert _keys_in_sight(on)
        assert _focus_in_sight(on)


async def test_page_keys_show_the_rest_of_a_form(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path), size=(80, 10)) as on:
        await on.press("4", "s")
        assert not on.shows("2 x Speckled Mug - Handmade Stoneware - Blue")
        await on.press("pageup", "pageup")
        assert on.shows("2 x Speckled Mug - Handmade Stoneware - Blue")
        await on.press("pagedown", "pagedown")
        assert on.shows("Tracking number")


async def test_a_long_question_is_read_with_the_arrows(tmp_path: Path) -> None:
    lines = [f"line {number}" for number in range(40)]
    async with stage(pottery(tmp_path)) as on:
        on.app.push_screen(Confirm("Many?", "\n".join(lines), yes="Do it"))
        await on.settle()
        assert on.shows("line 0", "Leave as it is", "Yes")
        await on.press("down", "j", "up", "k", "j")
        assert not on.shows("line 0\n")
        assert on.app.screen.query_one(Body).scroll_y == 1
        await on.press("pagedown", "pagedown", "pagedown", "pagedown")

        assert on.shows("line 39", "Leave as it is", "Yes")
        assert _keys_in_sight(on)


@pytest.mark.parametrize("size", LOW, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_list_to_choose_from_scrolls_to_its_last_row(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with stage(pottery(tmp_path), size=size) as on:
        await on.press("4", "s", "enter")
        assert isinstance(on.app.screen, Choose)
        assert _keys_in_sight(on)
        await on.press(*["down"] * 10)

        assert on.shows("▏ Other", "tab Next field")


async def test_a_text_to_read_ends_above_the_keys(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path), size=(80, 14)) as on:
        await on.press("question_mark", "end")

        facts = on.app.screen.query_one(Facts)
        assert on.shows("Suspend", "esc Close")
        assert facts.region.bottom <= on.app.screen.query_one(KeyBar).region.y
