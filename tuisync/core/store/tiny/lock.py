"""The lock around a transaction, between processes.

`fcntl.flock` belongs to an open file, so the system frees it when its holder dies, however
that happens. Each transaction opens the file anew: a lock file that somebody removed meanwhile
is made again, and nothing is inherited by a child process. (A `fork` without `exec` inside a
transaction would share the lock with the child; never do that.)
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tuisync.core.store.guard import busy
from tuisync.core.store.tiny.files import explained, open_private

if TYPE_CHECKING:
    from pathlib import Path

_FIRST_WAIT = 0.0005
_LONGEST_WAIT = 0.005
_PID_BYTES = 20


class FileLock:
    """An exclusive lock between processes, which tells who holds it.

    There are two files. Whoever wants the lock takes the turn first, and gives the turn up on
    getting the lock, so that a process which commits again and again stands behind one that
    waits.

    Args:
        path: The lock file, and with `.turn` behind its name the one of the turn. They are
            made when needed and never removed: a lock on a removed file excludes nobody.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turn = path.with_name(f"{path.name}.turn")

    @contextmanager
    def held(self, timeout: float) -> Iterator[None]:
        """Hold the lock during the block.

        Args:
            timeout: Seconds to wait for it.

        Raises:
            StoreBusy: Somebody held it all that time; names the process.
            HomeUnwritable: The lock file cannot be opened.
        """
        with explained(self._path):
            fd = open_private(self._path, os.O_RDWR | os.O_CREAT)
        try:
            if not self._wait_in_line(fd, time.monotonic() + timeout):
                raise busy(_read_pid(fd), timeout)
            with explained(self._path):
                _write_pid(fd)
            yield
        finally:
            os.close(fd)

    def _wait_in_line(self, fd: int, deadline: float) -> bool:
        with explained(self._turn):
            turn = open_private(self._turn, os.O_RDWR | os.O_CREAT)
        try:
            return _acquire(turn, deadline) and _acquire(fd, deadline)
        finally:
            os.close(turn)


def _acquire(fd: int, deadline: float) -> bool:
    wait = _FIRST_WAIT
    while not try_lock(fd):
        if time.monotonic() >= deadline:
            return False
        time.sleep(wait)
        wait = min(wait * 2, _LONGEST_WAIT)
    return True


def try_lock(fd: int, *, shared: bool = False) -> bool:
    """Lock an open file if that is possible at once."""
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        fcntl.flock(fd, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write_pid(fd: int) -> None:
    # Always the same length: whoever reads it meanwhile sees one pid or the other.
    line = f"{os.getpid():<{_PID_BYTES - 1}}\n".encode()
    if os.pread(fd, _PID_BYTES, 0) != line:
        os.pwrite(fd, line, 0)


def _read_pid(fd: int) -> int | None:
    text = os.pread(fd, _PID_BYTES, 0).strip()
    return int(text) if text.isdigit() else None
