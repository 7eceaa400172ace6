"""The app follows `config.toml`, from the start and whenever it is saved."""

from __future__ import annotations

from pathlib import Path

import pytest

from pottery import pottery
from stage import Stage, stage
from tuisync.core.preferences import read_preferences
from tuisync.core.preferences.known import THEMES
from tuisync.screens.dialogs.form import Form


def _save(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")


async def _noticed(on: Stage) -> None:
    on.app._follow_file()
    await on.settle()


async def test_theme_dates_and_keys_hold_from_the_start(tmp_path: Path) -> None:
    _save(
        tmp_path,
        '[screen]\ntheme = "nord"\ndates = "day-first"\n[keys]\n"item.adjust_stock" = "plus"\n',
    )
    async with stage(pottery(tmp_path)) as on:
        assert on.app.theme == "nord"
        await on.press("4")
        assert on.shows("12.03.2026")
        await on.press("3")
        assert "+ Adjust" in on.footer()
        await on.press("a")
        assert not isinstance(on.app.screen, Form)
        await on.press("plus")
        assert isinstance(on.app.screen, Form)


async def test_a_saved_file_holds_at_once(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        assert on.app.theme == "ink"
        _save(tmp_path, '[screen]\ntheme = "ansi-dark"\ndates = "month-first"\n')
        await _noticed(on)
        assert on.app.theme == "ansi-dark"
        await on.press("4")
        assert on.shows("03/12/2026")
        (tmp_path / "config.toml").unlink()
        await _noticed(on)
        assert on.app.theme == "ink"


async def test_a_bad_file_is_told_and_stops_nothing(tmp_path: Path) -> None:
    _save(tmp_path, '[screen]\ntheme = "inkk"\ndates = "day-first"\n')
    async with stage(pottery(tmp_path)) as on:
        assert on.app.theme == "ink"
        (said,) = on.said()
        assert str(tmp_path / "config.toml") in said
        assert "Did you mean `ink`?" in said
        await on.press("4")
        assert on.shows("12.03.2026")


async def test_a_theme_chosen_on_the_screen_is_kept_with_the_comments(tmp_path: Path) -> None:
    _save(tmp_path, '# mine\n[screen]\n# theme = "ink"\n')
    async with stage(pottery(tmp_path)) as on:
        on.app.theme = "dracula"
        await on.settle()

    assert read_preferences(tmp_path / "config.toml").preferences["screen.theme"] == "dracula"
    assert (tmp_path / "config.toml").read_text().startswith("# mine\n")


async def test_a_key_given_to_two_verbs_of_a_place_is_told_once(tmp_path: Path) -> None:
    _save(tmp_path, '[keys]\n"item.adjust_stock" = "t"\n')
    async with stage(pottery(tmp_path)) as on:
        await on.press("3", "down", "down")

        (said,) = on.said()
        assert (
            said
            == "Keys: `t` is now item: adjust stock; item: transfer stock is left to the palette."
        )
        await on.press("t")
        assert isinstance(on.app.screen, Form)


async def test_a_key_of_the_app_given_one_that_a_screen_has_is_told_where_it_is_not(
    tmp_path: Path,
) -> None:
    _save(tmp_path, '[keys]\n"app.settings" = "t"\n')
    async with stage(pottery(tmp_path)) as on:
        (said,) = on.said()
        assert said == (
            "Keys: `t` is app.settings, but where it is drift: take theirs, item: transfer stock,"
            " shop: switch stock sync."
        )
        await on.press("t")
        assert on.shows("This program")


async def test_a_key_that_moves_in_lists_is_told_where_a_verb_loses_it(tmp_path: Path) -> None:
    _save(tmp_path, '[keys]\n"table.down" = "t"\n')
    async with stage(pottery(tmp_path)) as on:
        (said,) = on.said()
        assert said.startswith("Keys: `t` is table.down; ")
        assert "item: transfer stock" in said
        assert said.endswith("left to the palette.")


@pytest.mark.parametrize(
    ("animation", "ssh", "level"),
    [("auto", "", "full"), ("auto", "yes", "none"), ("full", "yes", "full"), ("none", "", "none")],
)
async def test_animation_is_still_over_ssh_unless_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, animation: str, ssh: str, level: str
) -> None:
    monkeypatch.setenv("SSH_CONNECTION", ssh)
    _save(tmp_path, f'[screen]\nanimation = "{animation}"\n')
    async with stage(pottery(tmp_path)) as on:
        assert on.app.animation_level == level


async def test_the_known_themes_are_those_there_are(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        assert set(THEMES) == set(on.app.available_themes)
