"""What a plug-in may import, and what that costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pluggy

import tuisync
from tuisync.core import hookspecs, remote

GUIDE = Path(__file__).parents[2] / "docs" / "plugins.md"


def test_every_public_name_is_there() -> None:
    for name in tuisync.__all__:
        assert getattr(tuisync, name) is not None

    assert sorted(set(tuisync.__all__) - {"__version__"}) == sorted(tuisync._HOME_OF)


def test_every_value_hooks_exchange_is_public() -> None:
    private = {"Budget"}  # a figure of ours that plug-ins do not make

    assert set(remote.__all__) - private <= set(tuisync.__all__)


def test_importing_the_root_brings_in_nothing_heavy() -> None:
    program = (
        "import sys, tuisync; from tuisync import hookimpl, RemoteListing, StockChanged;"
        "print(*sorted({'textual', 'rich', 'httpx', 'tinydb', 'click'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == ""


def test_every_hook_is_in_the_guide() -> None:
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    text = GUIDE.read_text(encoding="utf-8")

    for name in vars(manager.hook):
        if not name.startswith("_"):
            arguments = ", ".join(getattr(manager.hook, name).spec.argnames)
            assert f"`{name}({arguments})`" in text
