"""The demo in a real terminal: from nothing to a synced shop, a sale, and out again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tmux import PATIENCE, Terminal, redirect_port

pytestmark = pytest.mark.skipif(
    shutil.which("tmux") is None, reason="needs tmux (Debian's package `tmux`)"
)


@pytest.fixture
def _alone() -> Iterator[None]:
    with redirect_port():
        yield


@pytest.fixture(params=[(80, 24), (120, 40)], ids=["80x24", "120x40"])
def terminal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Terminal]:
    made = Terminal(tmp_path / "tmux", request.param)
    yield made
    made.close()


@pytest.mark.usefixtures("_alone")
@pytest.mark.parametrize("terminal", [(80, 24)], indirect=True)
def test_s07_s25_the_demo_walks_itself_to_a_synced_shop(terminal: Terminal, tmp_path: Path) -> None:
    environment = {"TERM": "xterm-256color", "TMPDIR": str(tmp_path), "PATH": os.environ["PATH"]}
    terminal.run(sys.executable, "-m", "tuisync", "demo", environment=environment)

    terminal.until("Sandbox: nothing here is real", "is connected", "Done.")
    terminal.press("Enter")
    terminal.until("unconfirmed")
    terminal.press("C")
    terminal.until("Make items of", "y  Create")
    terminal.press("y")
    terminal.until("items made")
    terminal.press("3")
    terminal.until("Hand", "Avail")
    terminal.press("B", "4")
    terminal.until(r"all 3[5-9]")
    terminal.press("q", "y")  # it asks, should the engine be at work right then
    terminal.until_closed()

    assert [each.name for each in tmp_path.iterdir() if "demo" in each.name] == []


@pytest.mark.usefixtures("_alone")
@pytest.mark.parametrize("terminal", [(80, 24)], indirect=True)
@pytest.mark.parametrize("how", ["gone", "TERM", "HUP"])
def test_the_demo_ends_with_its_terminal_and_leaves_nothing(
    terminal: Terminal, tmp_path: Path, how: str
) -> None:
    environment = {"TERM": "xterm-256color", "TMPDIR": str(tmp_path), "PATH": os.environ["PATH"]}
    terminal.run(sys.executable, "-m", "tuisync", "demo", environment=environment)
    terminal.until("is connected", "Done.")
    with Path(f"/proc/{terminal.pid}/cmdline").open("rb") as program:
        if how == "gone":
            terminal.close()
        else:
            os.kill(terminal.pid, signal.Signals[f"SIG{how}"])
        ends = time.monotonic() + PATIENCE
        with suppress(OSError):  # what is read of a process that has ended
            while program.seek(0) == 0 and program.read():
                assert time.monotonic() < ends, "it goes on without a terminal"
                time.sleep(0.1)  # another process ends; there is nothing to wait on

    assert [each.name for each in tmp_path.iterdir() if "demo" in each.name] == []


@pytest.mark.usefixtures("_alone")
@pytest.mark.parametrize("terminal", [(80, 24)], indirect=True)
def test_the_demo_ends_with_its_terminal_though_nobody_tells_it(
    terminal: Terminal, tmp_path: Path
) -> None:
    environment = {"TERM": "xterm-256color", "TMPDIR": str(tmp_path), "PATH": os.environ["PATH"]}
    program = f"trap '' HUP; {sys.executable} -m tuisync demo; echo $? >{tmp_path}/ended"
    terminal.run("sh", "-c", program, environment=environment)
    terminal.until("is connected", "Done.")

    terminal.close()

    ends = time.monotonic() + PATIENCE
    while not (tmp_path / "ended").exists():
        assert time.monotonic() < ends, "it goes on without a terminal"
        time.sleep(0.1)  # another process ends; there is nothing to wait on
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
