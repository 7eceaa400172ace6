"""The plug-in's README names what there is."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

import tuisync_etsy
from tuisync_etsy.sandbox import options
from tuisync_etsy.sandbox.domain.faults import Fault
from tuisync_etsy.sandbox.domain.world import Quirks
from tuisync_etsy.sandbox.web.control import ROUTES

HERE = Path(__file__).parent
README = (HERE.parent / "README.md").read_text(encoding="utf-8")
QUIRKS = (HERE.parent / "docs" / "quirks.md").read_text(encoding="utf-8")


def test_it_names_every_flag_of_the_sandbox(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        options.read_options(["--help"])
    flags = set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out)) - {"--help"}
    assert len(flags) > 5
    assert not [flag for flag in flags if f"`{flag} " not in README and f"`{flag}`" not in README]


def test_it_names_every_control_call_every_quirk_and_every_fault() -> None:
    names = {route.path for route in ROUTES}
    names |= {field.name for field in fields(Quirks)} | set(Fault.__struct_fields__)
    assert not [name for name in names if name not in README]


def test_it_names_every_option_and_shows_the_notice() -> None:
    described = tuisync_etsy.marketplace()
    assert all(f"`{option.key}`" in README for option in described.options)
    assert described.notice in " ".join(README.replace("*", "").split())


def test_every_test_that_the_quirks_name_exists() -> None:
    written = {
        name
        for path in HERE.glob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
    }
    named = set(re.findall(r"`(test_\w+)`", QUIRKS))
    assert len(named) > 60
    assert sorted(named - written) == []


def test_the_quirks_cover_every_e_row_that_is_the_plugins() -> None:
    rows = {int(number) for number in re.findall(r"\bE(\d+)\b", QUIRKS)}
    tested = {int(number) for number in re.findall(r"`test_e(\d+)_", QUIRKS)}
    ours = set(range(1, 21)) - {9, 14, 15}  # paging, pasting and the account are told in words
    assert ours <= rows | tested


def test_every_row_of_the_quirks_says_what_is_done_and_what_shows_it() -> None:
    rows = [line for line in QUIRKS.splitlines() if line.startswith("| ") and "---" not in line]
    assert all(line.count("|") == 4 for line in rows)
    silent = [line for line in rows if "`test_" not in line and "Shown by" not in line]
    assert silent == []
