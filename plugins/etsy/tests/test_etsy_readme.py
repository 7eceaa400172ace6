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

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


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
