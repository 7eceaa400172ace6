"""A tmux session of our own with one program in it, and the hands on its keyboard."""

from __future__ import annotations

import fcntl
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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

    def type(self, text: str) -> None:
        self._call("send-keys", "-l", text)

    def resize(self, width: int, height: int) -> None:
        self._call("resize-window", "-x", str(width), "-y", str(height))

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

    def until_closed(self) -> None:
        """Wait until the program has ended."""
        ends = time.monotonic() + PATIENCE
        while self.open:
            assert time.monotonic() < ends, self.text
            time.sleep(0.1)  # as above

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


@contextmanager
def redirect_port() -> Iterator[None]:
    """Be the only test that listens where a shop's consent comes back to."""
    with (Path(tempfile.gettempdir()) / "tuisync-tests-redirect-port").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
