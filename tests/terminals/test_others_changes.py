"""What other processes change appears on a screen that somebody works on, and disturbs nothing."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from program import Program
from tmux import Terminal

pytestmark = pytest.mark.skipif(
    shutil.which("tmux") is None, reason="needs tmux (Debian's package `tmux`)"
)

ITEMS = 8


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    made = Terminal(tmp_path / "tmux", (80, 24))
    yield made
    made.close()


@pytest.fixture
def program(tmp_path: Path) -> Program:
    made = Program(tmp_path / "home")
    made.json("init", "--currency", "USD", "--name", "Pottery")
    for number in range(ITEMS):
        made.json("items", "add", "--sku", f"MUG-{number:02}", "--name", "Mug", "--stock", "10")
    return made


def test_p19_others_changes_keep_cursor_filter_and_typed_text(
    terminal: Terminal, program: Program
) -> None:
    environment = {"TERM": "xterm-256color", "PATH": os.environ["PATH"]}
    terminal.run(
        sys.executable, "-m", "tuisync", "--home", str(program.home), environment=environment
    )
    terminal.until("1 Market")
    terminal.press("3")
    terminal.until("MUG-05")
    terminal.press("/")
    terminal.type("mug")
    terminal.press("Tab")
    terminal.press(*["Down"] * 5)
    terminal.until(r"▌\s*MUG-05")

    program.json("items", "add", "--sku", "A-MUG", "--name", "First of all mugs", "--stock", "1")
    program.json("items", "adjust", "MUG-05", "--to", "44", "--reason", "counted")
    terminal.until(f"{ITEMS + 1} of {ITEMS + 1}", r"▌\s*MUG-05 .*44")

    terminal.press("a")
    terminal.until("Adjust", "44 on hand")
    terminal.type("+3")
    program.json("items", "adjust", "MUG-05", "--by", "-4", "--reason", "broken")
    terminal.until("40 on hand", r"\+3")
    terminal.press("Enter")
    terminal.until(r"▌\s*MUG-05 .*43", "MUG-05: 43 on hand")
    terminal.press("q")
    terminal.until_closed()

    (mug,) = [each for each in program.json("items") if each["sku"] == "MUG-05"]
    assert mug["on_hand"] == 43
