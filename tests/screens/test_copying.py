"""Copying: over OSC 52, through tmux, or to a file that is named; never with what a shop hid."""

from __future__ import annotations

import base64
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

from pottery import pottery
from stage import stage
from tuisync.screens.copying import copyable, deaf, sequences
from tuisync.screens.dialogs.choose import Choose

if TYPE_CHECKING:
    import pytest


def test_the_sequence_holds_the_text_and_nothing_of_it_is_read_by_the_terminal() -> None:
    found = sequences("a\x1b]0;x\x07b", {})

    assert found.startswith("\x1b]52;c;")
    assert found.count("\x1b") == 1
    assert base64.b64decode(found[7:-1]) == b"a\x1b]0;x\x07b"


def test_in_tmux_the_terminal_around_it_copies_too() -> None:
    found = sequences("SKU", {"TMUX": "tmux,1,0"})

    assert found.startswith("\x1b]52;c;")
    assert "\x1bPtmux;\x1b\x1b]52;c;" in found
    assert found.endswith("\x1b\\")


def test_what_a_shop_hid_in_a_text_is_not_copied() -> None:
    subject = SimpleNamespace(sku="MUG\x1b]0;owned\x07\u202e-1\n", title="  ")

    assert copyable(subject) == {"SKU": "MUG-1"}


def test_terminals_that_do_not_copy_are_known() -> None:
    assert deaf({"TERM": "linux"})
    assert deaf({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"})
    assert not deaf({"TERM": "tmux-256color"})


async def test_a_part_of_what_is_under_the_cursor_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    async with stage(pottery(tmp_path)) as on:
        await on.press("4", "end", "home", "y")
        assert isinstance(on.app.screen, Choose)
        assert on.shows("number", "3301442900", "e-mail", "ada@example.com")
        await on.press("e")

        assert on.app.clipboard == "ada@example.com"
        assert on.said()[-1] == "Copied the e-mail: ada@example.com"


async def test_a_parcel_s_tracking_number_and_an_item_s_sku_can_be_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    async with stage(pottery(tmp_path), size=(100, 40)) as on:
        await on.press("4")
        on.table().go_to("etsy:8101:3301436215")
        await on.press("enter", "y")
        assert on.shows("tracking number")
        await on.press("escape", "3", "enter", "y", "s")
        assert on.app.clipboard == "BOWL-OAT"


async def test_by_preference_it_goes_to_a_file_only_its_owner_reads(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[screen]\nclipboard = "file"\n')
    async with stage(pottery(tmp_path)) as on:
        await on.press("3", "y", "s")

        path = tmp_path / "clipboard.txt"
        assert path.read_text() == "BOWL-OAT"
        assert path.stat().st_mode & 0o077 == 0
        assert str(path) in on.said()[-1]
