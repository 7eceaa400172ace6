"""Leases: locked files that the system frees when their holder dies."""

from __future__ import annotations

import fcntl
import os
import secrets
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from tuisync.core.store.port import Holder
from tuisync.core.store.tiny.files import explained, make_directory, open_private
from tuisync.core.store.tiny.lock import try_lock

if TYPE_CHECKING:
    from pathlib import Path

    from tuisync.core.clock import Clock

_ATTEMPTS = 25
_LONGEST_PAUSE_MS = 4
_ENTRY_BYTES = 512
_UNKNOWN = Holder(pid=0, name="", since=0.0, beat=0.0)


class FileLease:
    """A lease held by this process, as a locked file that says who holds it.

    Args:
        fd: The open, locked file.
        holder: What its holder calls itself.
        clock: Dates the heartbeats.
    """

    def __init__(self, fd: int, holder: str, clock: Clock) -> None:
        self._fd: int | None = fd
        self._clock = clock
        self._lock = threading.Lock()
        self._name = holder
        self._since = clock().timestamp()
        self._write(fd, self._since)

    @property
    def held(self) -> bool:
        """It was not released yet."""
        return self._fd is not None

    def beat(self) -> None:
        """Write a heartbeat; nothing happens once it was released."""
        with self._lock:
            if self._fd is not None:
                self._write(self._fd, self._clock().timestamp())

    def release(self) -> None:
        """Give it back; harmless when done twice."""
        with self._lock:
            fd, self._fd = self._fd, None
        if fd is not None:
            with suppress(OSError):
                os.ftruncate(fd, 0)  # nobody shall take us for the next holder
            os.close(fd)

    def _write(self, fd: int, beat: float) -> None:
        entry = Holder(pid=os.getpid(), name=self._name, since=self._since, beat=beat)
        line = msgspec.json.encode(entry).ljust(_ENTRY_BYTES - 1) + b"\n"
        # A heartbeat that a full disk swallows is not worth an error: it only looks late.
        with suppress(OSError):
            os.pwrite(fd, line, 0)


class Leases:
    """The leases of one data directory.

    The lock counts, the file's content is information: a lease is free when nobody has its
    file locked. The files stay, since a lock on a removed file excludes nobody.

    Args:
        directory: Where their files are.
        clock: Dates them.
    """

    def __init__(self, directory: Path, clock: Clock) -> None:
        self._directory = directory
        self._clock = clock
        self._given: list[FileLease] = []
        self._lock = threading.Lock()

    def take(self, name: str, holder: str) -> FileLease | None:
        """Take the lease if it is free, else None.

        Raises:
            HomeUnwritable: Its file cannot be made.
        """
        make_directory(self._directory)
        path = self._path(name)
        with explained(path):
            fd = open_private(path, os.O_RDWR | os.O_CREAT)
        if not _lock_past_lookers(fd):
            os.close(fd)
            return None
        lease = FileLease(fd, holder, self._clock)
        with self._lock:
            self._given = [*filter(lambda given: given.held, self._given), lease]
        return lease

    def holder(self, name: str) -> Holder | None:
        """Return who holds the lease, or None when it is free."""
        try:
            fd = open_private(self._path(name), os.O_RDONLY)
        except FileNotFoundError:
            return None
        try:
            return _look(fd)
        finally:
            os.close(fd)

    def release_all(self) -> None:
        """Release every lease given out here."""
        with self._lock:
            given, self._given = self._given, []
        for lease in given:
            lease.release()

    def _path(self, name: str) -> Path:
        return self._directory / f"{quote(name, safe=':')}.lock"


def _lock_past_lookers(fd: int) -> bool:
    """Lock the file, unless it is held.

    Whoever looks for the holder has the file locked, shared, for an instant. A file that we
    can lock shared is only being looked at, so it is worth trying again.
    """
    for _ in range(_ATTEMPTS):
        if try_lock(fd):
            return True
        if not try_lock(fd, shared=True):
            return False
        fcntl.flock(fd, fcntl.LOCK_UN)
        _pause()
    return False


def _look(fd: int) -> Holder | None:
    """Return what the file says if it is held; None when it is free."""
    for _ in range(_ATTEMPTS):
        if try_lock(fd, shared=True):
            return None
        try:
            return msgspec.json.decode(os.pread(fd, _ENTRY_BYTES, 0), type=Holder)
        except msgspec.DecodeError:
            _pause()  # its holder has not written it yet
    return _UNKNOWN


def _pause() -> None:
    # Uneven, so that two who wait for each other do not meet again.
    time.sleep((1 + secrets.randbelow(_LONGEST_PAUSE_MS)) / 1000)
