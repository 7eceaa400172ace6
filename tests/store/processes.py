"""Starting the other processes of a test, and seeing them end."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WORKER = Path(__file__).with_name("worker.py")


class Worker:
    """One other process; see `worker.py`."""

    def __init__(self, action: str, directory: Path, *arguments: object) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(WORKER), action, str(directory), *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def go(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def kill(self) -> list[str]:
        """Kill it as the system would, and return the lines not read yet."""
        self._process.kill()
        return self.rest()

    def rest(self) -> list[str]:
        """Wait for its end and return the lines not read yet."""
        # Not `communicate`, which passes over what was read ahead with an earlier line.
        assert self._process.stdout is not None
        lines = self._process.stdout.read().split()
        self._process.wait()
        return lines

    def end(self) -> None:
        """Make sure that it is gone and that its pipes are closed."""
        self._process.kill()
        with self._process:
            pass

    @property
    def code(self) -> int | None:
        return self._process.poll()


@contextmanager
def workers(*made: Worker) -> Iterator[tuple[Worker, ...]]:
    """Have them ready inside the block and gone after it."""
    try:
        for worker in made:
            assert worker.line() == "ready"
        yield made
    finally:
        for worker in made:
            worker.end()
