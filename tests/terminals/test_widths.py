"""A real terminal gives every text as many cells as we count: no column is pushed aside."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len

from tmux import Terminal
from tuisync.cli.cells import width
from tuisync.core.text import clean, settled
from tuisync.widgets.plain import plain

pytestmark = pytest.mark.skipif(
    shutil.which("tmux") is None, reason="needs tmux (Debian's package `tmux`)"
)

TEXTS = (
    "湯呑みと急須 한국어 \uff21\uff22 ｱｲ",
    "family 👨\u200d👩\u200d👧\u200d👦 heart ❤\ufe0f key 1\ufe0f\u20e3 wave 👋🏽",
    "pirate 🏴\u200d☠\ufe0f",
    "flags 🇫🇷🇩🇪 and half a flag 🇫",
    "كوب خزفي يدوي الصنع ספל קרמיקה می\u200cرود",
    "Z\u0301\u0302\u0303 Vie\u0323\u0302t e\u0301\u20dd",
    "हिन्दी தமிழ் বাংলা മലയാളം မြန်မာ ខ្មែរ ไทยน้ำ བོད",
    "\u1112\u1161\u11ab jamo, ☰ menu, ䷀ ㉈ signs",
    "¼ \u00d7 ° § ① ② ★ ☀ ⚡ ⌚ ⏰ ✂ ✈ \U0001d49c 𝄞 𠮷 \ue0b0 \u3000",
    "\u202eevil\u202c \u2066x\u2069 soft\u00adhyphen zero\u200bwidth \x1b[31mred\x1b[0m tab\there",
)

_ASK = """
import json, os, re, sys, termios, tty
settings = termios.tcgetattr(0)
tty.setcbreak(0)
found = []
for text in json.load(open(sys.argv[1], encoding="utf-8")):
    os.write(1, f"\\r\\x1b[K{text}\\x1b[6n".encode())
    said = b""
    while not said.endswith(b"R"):
        said += os.read(0, 1)
    found.append(int(re.search(rb";([0-9]+)R", said)[1]) - 1)
termios.tcsetattr(0, termios.TCSADRAIN, settings)
open(sys.argv[2], "w").write(json.dumps(found))
print("\\nmeasured")
sys.stdin.read()
"""
"""Writes each text and asks the terminal where its cursor has come to."""


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    made = Terminal(tmp_path / "tmux", (200, 24))
    yield made
    made.close()


def _measured(terminal: Terminal, tmp_path: Path, texts: list[str]) -> list[int]:
    asked, told = tmp_path / "texts.json", tmp_path / "cells.json"
    asked.write_text(json.dumps(texts), encoding="utf-8")
    environment = {"TERM": "tmux-256color", "LANG": "C.UTF-8", "PATH": os.environ["PATH"]}
    terminal.run(sys.executable, "-c", _ASK, str(asked), str(told), environment=environment)
    terminal.until("measured")
    found: list[int] = json.loads(told.read_text())
    return found


def test_a_terminal_gives_what_the_screens_show_as_many_cells_as_they_count(
    terminal: Terminal, tmp_path: Path
) -> None:
    shown = [plain(text) for text in TEXTS]

    assert _measured(terminal, tmp_path, shown) == [cell_len(text) for text in shown]


def test_a_terminal_gives_what_commands_print_as_many_cells_as_they_count(
    terminal: Terminal, tmp_path: Path
) -> None:
    printed = [settled(clean(text)) for text in TEXTS]

    assert _measured(terminal, tmp_path, printed) == [width(text) for text in printed]
