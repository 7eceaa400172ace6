"""The settings: the organization, warehouses, this program, the data as files."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from pottery import PotteryServices, pottery
from stage import Stage, stage
from terminal import Terminal
from tuisync.app import restored
from tuisync.core.archive.backup import read_backup
from tuisync.core.home import Home
from tuisync.core.preferences import read_preferences
from tuisync.core.views.organization import organization_view
from tuisync.screens.dialogs.confirm import Confirm
from tuisync.screens.dialogs.form import Form
from tuisync.screens.general import Settings
from tuisync.screens.palette import Palette


async def _open(on: Stage, key: str = "") -> None:
    await on.press("comma")
    assert isinstance(on.app.screen, Settings)
    if key:
        on.table().go_to(key)
        await on.settle()


def _names(made: PotteryServices) -> dict[str, tuple[bool, bool]]:
    found = organization_view(made.workspace.store).warehouses
    return {each.name: (each.primary, each.active) for each in found}


async def test_it_opens_from_every_place_once_and_escape_goes_back(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path), size=(120, 40)) as on:
        await on.press("3", "comma", "comma")
        assert on.shows("Wren & Thistle", "America/New_York", "Theme", "Back up", "incompatible")
        await on.press("escape")
        assert on.table().key == "BOWL-OAT"


async def test_p19_the_organization_is_changed_here(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await _open(on, "organization.order_sync")
        await on.press("enter", "down", "enter")
        await _open_line(on, "organization.name")
        assert isinstance(on.app.screen, Form)
        await on.press("end", "ctrl+u")
        await on.type("Fern")
        await on.press("enter")
        await on.until(lambda: organization_view(made.workspace.store).name == "Fern")

    assert organization_view(made.workspace.store).order_sync == "confirmed_and_fulfilled"


async def _open_line(on: Stage, key: str) -> None:
    on.table().go_to(key)
    await on.settle()
    await on.press("enter")


async def test_s01_the_currency_stays_while_a_shop_is_connected(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await _open(on)
        await _open_line(on, "organization.base_currency")
        await on.type("euro")
        await on.press("enter")

        assert "The base currency cannot change while a shop is connected." in on.said()[-1]


async def test_p19_warehouses_are_added_renamed_made_primary_and_retired(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await _open(on)
        await on.press("n")
        await on.type("Attic")
        await on.press("enter")
        await on.until(lambda: "Attic" in _names(made))
        on.table().go_to("warehouse.Attic")
        await on.press("m")
        await on.press("end", "ctrl+u")
        await on.type("Loft")
        await on.press("enter")
        await on.until(lambda: "Loft" in _names(made))
        on.table().go_to("warehouse.Loft")
        await on.press("p")
        await on.until(lambda: _names(made)["Loft"][0])
        await on.press("d")
        assert on.said()[-1] == "Loft is the primary one."
        on.table().go_to("warehouse.Barn")
        await on.press("d")
        assert isinstance(on.app.screen, Confirm)
        await on.press("n")
        assert _names(made)["Barn"] == (False, True)
        await on.press("d", "y")
        await on.until(lambda: not _names(made)["Barn"][1])


async def test_a_preference_is_chosen_here_and_kept_in_the_file(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await _open(on, "screen.dates")
        await on.press("enter", "down", "enter")
        await on.until(lambda: on.shows("day-first"))

        read = read_preferences(tmp_path / "config.toml")
        assert read.preferences["screen.dates"] == "day-first"


async def test_p19_a_backup_and_an_export_are_written_from_here(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await _open(on)
        for key, name in (("b", "monday.json"), ("x", "monday")):
            await on.press(key, "end", "ctrl+u")
            await on.type(str(tmp_path / name))
            await on.press("enter")
        await on.until(lambda: len(on.said()) == 2)

        assert len(read_backup(tmp_path / "monday.json")) > 100
        assert (tmp_path / "monday" / "tuisync.json").exists()
        assert "monday.json" in on.said()[0]
        await on.press("b", "end", "ctrl+u")
        await on.type(str(tmp_path / "monday.json"))
        await on.press("enter")
        assert on.shows("is there already")


async def test_p19_the_doctor_s_findings_are_shown_what_is_wrong_first(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await _open(on)
        await on.press("c")

        assert on.shows("1 of 2 need a look", "✗ space", "1.2 MB are left", "✓ ledger")


async def test_a_restore_looks_at_the_file_says_what_happens_and_then_leaves(
    tmp_path: Path,
) -> None:
    async with stage(pottery(tmp_path)) as on:
        path = tmp_path / "b.json"
        on.app.chores.back_up(path)
        await _open(on)
        await on.press("o")
        await on.type(str(tmp_path / "nothing.json"))
        await on.press("enter")
        assert isinstance(on.app.screen, Form)
        await on.press("end", "ctrl+u")
        await on.type(str(path))
        await on.press("enter")
        assert on.shows("Restore b.json?", "documents of 2026-03-12", "comes back")
        await on.press("n")
        assert on.app.restoring is None
        await on.press("o")
        await on.type(str(path))
        await on.press("enter", "y")
        await on.until(lambda: on.app.restoring == path)

    assert on.app.return_code == 0


def test_p17_what_was_restored_is_told_and_a_refusal_too(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "home")
    terminal.connected()
    terminal.ok("backup", str(tmp_path / "b.json"))
    home = Home.at(tmp_path / "home")

    told = restored(home, tmp_path / "b.json")
    assert told.severity == "information"
    assert "Sign in again: fake" in told.text
    told = restored(home, tmp_path / "none.json")
    assert told.severity == "error"
    assert terminal.json("integrations")[0]["status"] == "needs_reauth"


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("data: back up", "Write everything to one file"),
        ("warehouse: add", "Another place that holds stock"),
        ("plugins: list", "Which marketplaces are installed"),
    ],
)
async def test_p19_the_palette_has_them_too(tmp_path: Path, words: str, meaning: str) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("3", "ctrl+p")
        assert isinstance(on.app.screen, Palette)
        await on.type(words)
        await on.until(lambda: on.shows(meaning) and not on.shows("item: open"))
        await on.press("down")
        await on.press("enter")
        await on.until(lambda: any(isinstance(each, Settings) for each in on.app.screen_stack))


async def test_the_file_that_the_keys_line_names_can_be_opened(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await _open(on)
        await _open_line(on, "file")
        assert "is made, all of it comments" in on.said()[-1]
        assert '"item.adjust_stock" = "x"' in on.said()[-1]
        await on.press("enter")
        assert "config.toml is there." in on.said()[-1]

    assert '# "item.adjust_stock" = "a"' in (tmp_path / "config.toml").read_text()


async def test_a_second_backup_of_a_day_is_offered_a_name_that_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    async with stage(pottery(tmp_path)) as on:
        await _open(on)
        for number in range(1, 4):
            await on.press("b", "enter")
            await on.until(partial(_said, on, number))

    names = _backups(tmp_path)
    (day,) = {name[: len("tuisync-2026-01-01")] for name in names}
    assert names == {f"{day}.json", f"{day}-2.json", f"{day}-3.json"}


def _backups(directory: Path) -> set[str]:
    return {each.name for each in directory.glob("tuisync-*")}


def _said(on: Stage, count: int) -> bool:
    return len(on.said()) == count
