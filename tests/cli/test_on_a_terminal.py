"""On a real terminal: colour, width, and secrets that are not echoed."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
from fcntl import ioctl
from pathlib import Path

from tuisync.cli.cells import width

_ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


class Pty:
    """A program on a terminal of its own."""

    def __init__(self, home: Path, *arguments: str, columns: int = 80, **environ: str) -> None:
        self._master, slave = pty.openpty()
        ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        kept = {"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "xterm-256color"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tuisync", *arguments],
            env=kept | {"TUISYNC_HOME": str(home)} | environ,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        self.screen = ""

    def wait_for(self, text: str) -> None:
        """Read until it shows that."""
        while text not in self.screen:
            assert self._read(), f"{text!r} is not in {self.screen!r}"

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self._master, text.encode())

    def interrupt(self) -> None:
        """Press ctrl+c."""
        self._process.send_signal(signal.SIGINT)

    def end(self) -> int:
        """Read to the end; return the exit code."""
        while self._read():
            pass
        os.close(self._master)
        return self._process.wait(20)

    def _read(self) -> bool:
        ready, _, _ = select.select([self._master], [], [], 20)
        try:
            chunk = os.read(self._master, 4096) if ready else b""
        except OSError:  # Linux says so when the other end is closed
            chunk = b""
        self.screen += chunk.decode(errors="replace")
        return bool(chunk)


def _ran(home: Path, *arguments: str, columns: int = 80, **environ: str) -> str:
    program = Pty(home, *arguments, columns=columns, **environ)
    assert program.end() == 0, program.screen
    return program.screen


def _with_items(home: Path) -> Path:
    _ran(home, "init", "--currency", "USD")
    _ran(home, "items", "add", "--sku", "MUG", "--name", "A mug with a very long name " * 5)
    return home


def test_a_table_fits_the_terminal_and_is_in_colour(tmp_path: Path) -> None:
    screen = _ran(_with_items(tmp_path), "items", columns=60)

    assert "\x1b[1m" in screen
    for line in _ESCAPE.sub("", screen).splitlines():
        assert width(line) <= 60
    assert "…" in screen


def test_no_color_and_dumb_terminals_are_respected(tmp_path: Path) -> None:
    home = _with_items(tmp_path)

    assert "\x1b" not in _ran(home, "items", NO_COLOR="1")
    assert "\x1b" not in _ran(home, "items", TERM="dumb")


def test_json_for_people_is_spread_out_and_still_one_document(tmp_path: Path) -> None:
    screen = _ran(_with_items(tmp_path), "items", "show", "MUG", "--json", NO_COLOR="1")

    assert screen.count("\n") > 5
    assert json.loads(screen)["sku"] == "MUG"


def test_a_secret_is_asked_for_without_echo(tmp_path: Path) -> None:
    _ran(tmp_path, "init", "--currency", "USD")
    nobody = "base_url=http://127.0.0.1:9"

    program = Pty(
        tmp_path, "connect", "etsy", "--set", "keystring=k1234567", "--set", nobody, NO_COLOR="1"
    )
    program.wait_for("Shared secret:")
    program.type("hush-hush-42\n")
    code = program.end()

    assert code == 5, "nobody listens at the address"
    assert "hush-hush-42" not in program.screen
    assert "Traceback" not in program.screen


def test_an_interrupt_while_asking_is_no_fault(tmp_path: Path) -> None:
    _ran(tmp_path, "init", "--currency", "USD")

    program = Pty(tmp_path, "connect", "etsy", "--set", "keystring=k1234567")
    program.wait_for("Shared secret:")
    program.interrupt()

    assert program.end() == 130
    assert "Stopped." in program.screen
    assert "Traceback" not in program.screen
