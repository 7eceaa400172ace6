"""The demo in a real terminal: from nothing to a synced shop, a sale, and out again."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    shutil.which("tmux") is None, reason="needs tmux (Debian's package `tmux`)"
)

PATIENCE = 60.0
"""Seconds after which something is taken to be stuck, on however busy a machine."""


class Terminal:
    """A tmux session of our own with one program in it."""

    def __init__(self, socket: Path, size: tuple[int, int]) -> None:
        self._tmux = ["tmux", "-f", "/dev/null", "-S", str(socket)]
        self._size = size

    def run(self, *command: str, environment: dict[str, str]) -> None:
        width, height = map(str, self._size)
        given = [f"{key}={value}" for key, value in environment.items()]
        self._call("new-session", "-d", "-x", width, "-y", height, "env", *given, *command)

    def press(self, *keys: str) -> None:
        self._call("send-keys", *keys)

    @property
    def text(self) -> str:
        return self._call("capture-pane", "-p", check=False)

    @property
    def open(self) -> bool:
        done = subprocess.run([*self._tmux, "has-session"], capture_output=True, check=False)
        return done.returncode == 0

    def until(self, *patterns: str) -> None:
        """Wait until all of these stand on the screen."""
        ends = time.monotonic() + PATIENCE
        while not all(re.search(each, self.text) for each in patterns):
            assert time.monotonic() < ends, f"never shown: {patterns}\n{self.text}"
            time.sleep(0.1)  # another process draws; there is nothing to wait on

    @property
    def flags(self) -> str:
        """Whether a program holds the other screen, and the mouse."""
        return self._call("display", "-p", "#{alternate_on} #{mouse_any_flag}").strip()

    @property
    def pid(self) -> int:
        """The program's process."""
        return int(self._call("display", "-p", "#{pane_pid}"))

    def close(self) -> None:
        self._call("kill-server", check=False)

    def _call(self, *arguments: str, check: bool = True) -> str:
        done = subprocess.run(
            [*self._tmux, *arguments], capture_output=True, text=True, check=check
        )
        return done.stdout


@pytest.fixture(params=[(80, 24), (120, 40)], ids=["80x24", "120x40"])
def terminal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Terminal]:
    made = Terminal(tmp_path / "tmux", request.param)
    yield made
    made.close()


@pytest.mark.parametrize("terminal", [(80, 24)], indirect=True)  # one at a time: one redirect port
def test_s07_s25_the_demo_walks_itself_to_a_synced_shop(terminal: Terminal, tmp_path: Path) -> None:
    environment = {"TERM": "xterm-256color", "TMPDIR": str(tmp_path), "PATH": os.environ["PATH"]}
    terminal.run(sys.executable, "-m", "tuisync", "demo", environment=environment)

    terminal.until("Sandbox: nothing here is real", "is connected", "Done.")
    terminal.press("Enter")
    terminal.until("unconfirmed")
    terminal.press("C")
    terminal.until("items made")
    terminal.press("3")
    terminal.until("On hand", "Available")
    terminal.press("b", "4")
    terminal.until(r"all 3[5-9]")
    terminal.press("q")
    ends = time.monotonic() + PATIENCE
    while terminal.open:
        assert time.monotonic() < ends, terminal.text
        time.sleep(0.1)  # as above

    assert [each.name for each in tmp_path.iterdir() if "demo" in each.name] == []


def test_a_program_told_to_end_gives_the_terminal_back(terminal: Terminal, tmp_path: Path) -> None:
    home = str(tmp_path / "home")
    environment = {"TERM": "xterm-256color", "TUISYNC_HOME": home, "PATH": os.environ["PATH"]}
    program = f"{sys.executable} -m tuisync & fg >/dev/null; echo ended; cat"
    terminal.run("bash", "-mc", program, environment=environment)
    terminal.until("Your business")
    assert terminal.flags == "1 1"

    subprocess.run(["pkill", "-TERM", "-P", str(terminal.pid)], check=True)

    terminal.until("ended")
    assert terminal.flags == "0 0"
