"""What all forms and lists to choose from have in common: nothing typed is lost or unseen."""

from __future__ import annotations

from pathlib import Path

import pytest

from pottery import pottery
from stage import Stage, stage
from tuisync.core.views.integrations import integration_views
from tuisync.screens.dialogs.choose import Choose
from tuisync.screens.dialogs.confirm import Confirm
from tuisync.screens.dialogs.fields import Picker
from tuisync.screens.dialogs.form import Form
from tuisync.widgets.line import Line


def _on(on: Stage, *kinds: type) -> bool:
    """Tell whether one of these has the screen."""
    return isinstance(on.app.screen, kinds)


FORMS = ("3 n", "3 a", "4 s", "2 e", "comma b")


@pytest.mark.parametrize("way", FORMS)
async def test_escape_closes_a_form_nothing_was_typed_into(tmp_path: Path, way: str) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press(*way.split())
        assert _on(on, Form)
        await on.press("escape")

        assert not _on(on, Form, Confirm)


@pytest.mark.parametrize("way", FORMS)
async def test_escape_asks_before_typed_text_is_thrown_away(tmp_path: Path, way: str) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press(*way.split())
        line = on.app.screen.query(Line).first()
        line.value = "typed"
        await on.press("escape")
        assert on.shows("Throw away what you typed?", "Discard", "Keep editing")
        await on.press("enter")  # the safe answer
        assert _on(on, Form)
        assert line.value == "typed"
        await on.press("escape", "y")

        assert not _on(on, Form, Confirm)


async def test_escape_asks_before_a_choice_is_thrown_away(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("4", "s", "right", "escape")
        assert _on(on, Confirm)


async def test_a_tab_out_of_habit_skips_no_field_after_a_choice(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("4", "s", *"royal", "enter", "tab", *"RM1")
        assert on.app.screen.query_one(Picker).value == "royal-mail"
        assert on.app.screen.query_one(Line).value == "RM1"
        focused = on.app.focused
        await on.press("tab")
        assert on.app.focused is not focused, "it goes on again once something was typed"


async def test_a_short_list_shows_what_is_typed_and_escape_takes_it_away_first(
    tmp_path: Path,
) -> None:
    made = pottery(tmp_path)
    before = integration_views(made.workspace.store)[0].interval_minutes
    async with stage(made) as on:
        await on.press("enter", "i", *"99")
        line = on.app.screen.query_one(Line)
        assert (bool(line.display), line.value) == (True, "99")
        assert on.shows("Nothing here contains “99”.", "esc takes the filter away")
        await on.press("enter")
        assert _on(on, Choose), "enter takes nothing where nothing fits"
        assert "nothing here fits" in on.said()[-1]
        await on.press("escape")
        assert _on(on, Choose)
        assert (bool(line.display), line.value) == (False, "")
        await on.press("escape")

        assert not _on(on, Choose)
        assert integration_views(made.workspace.store)[0].interval_minutes == before


async def test_a_picker_s_short_list_shows_what_is_typed(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("3", "t", "up", *"99")
        assert _on(on, Choose)
        assert on.app.screen.query_one(Line).display
        assert on.app.screen.query_one(Line).value == "99"
        await on.press("escape", "escape")
        assert _on(on, Form)


async def test_values_of_lists_and_of_lines_stand_in_one_column(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("4", "s", *"usps", "tab", *"9400", "tab")
        lines = on.text.split("\n")
        carrier = next(line for line in lines if "USPS" in line)
        tracking = next(line for line in lines if "9400" in line)

        assert carrier.index("USPS") == tracking.index("9400")


async def test_what_is_typed_into_a_filter_again_replaces_the_old_words(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("3", "slash", *"bowl", "enter", "slash", *"mug")

        assert on.table().words == "mug"


async def test_a_filter_without_a_match_here_says_where_there_are_some(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path), size=(100, 30)) as on:
        await on.press("2")
        linked = next(link for link in on.app.screen.groups.rows("linked"))  # type: ignore[attr-defined]
        await on.press("slash", *linked.sku.lower())

        assert on.shows(f"Nothing here contains “{linked.sku.lower()}”.", "in all", "goes there")


async def test_a_form_stands_back_from_a_question_and_keeps_its_cursor(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("3", "n", "A", "tab", "B", "escape")
        assert on.shows("Throw away what you typed?")
        assert not on.shows("New item")
        await on.press("n", "C")

        assert on.shows("New item", "Name           BC")
