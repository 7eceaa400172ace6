"""One small private file: locked between processes, replaced whole, its space set aside.

Readers need no lock: they see the old file or the new one. A writer may reserve the space
for its next version before it knows what to write; then a full disk is found out before
something is asked for that cannot be asked for twice.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from tuisync.core.disk import sync_directory
from tuisync.core.errors import HomeUnwritable, StoreBusy

PRIVATE = 0o600
LOCK_WAIT = 10.0
"""Seconds to wait for another process; it holds the lock for one write only."""

_POLL = 0.01
_PADDING = b" " * 4096


class PrivateFile:
    """A file that only its owner may read, at a path in a directory that exists."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> bytes | None:
        """Return what is in it, or None if there is no such file."""
        try:
            with self.path.open("rb") as file:
                if os.fstat(file.fileno()).st_mode & 0o077:
                    os.fchmod(file.fileno(), PRIVATE)
                return file.read()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unusable(self.path, error) from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other writers out, of this process and of others.

        Raises:
            StoreBusy: Somebody else has been writing for too long.
            HomeUnwritable: The lock cannot be created.
        """
        with ExitStack() as stack:
            with self._writing():
                lock = stack.enter_context(self._opened(self._beside("lock")))
            self._wait_for(lock)
            yield  # closing the file gives the lock back

    def reserve(self, tag: str, size: int) -> None:
        """Put so many bytes aside on the disk for the next `replace` with this tag.

        Raises:
            HomeUnwritable: There is no room, or the place cannot be written.
        """
        with self._writing(), self._opened(self._reserve(tag)) as file:
            while (missing := size - os.fstat(file).st_size) > 0:
                os.lseek(file, 0, os.SEEK_END)
                os.write(file, _PADDING[:missing])
            os.fsync(file)

    def release(self, tag: str) -> None:
        """Give back what was put aside; harmless if nothing is."""
        with suppress(OSError):
            self._reserve(tag).unlink()

    def replace(self, content: bytes, tag: str = "next") -> None:
        """Write the whole file anew, durably, in the space put aside under that tag if any.

        Raises:
            HomeUnwritable: It could not be written; the old one stands.
        """
        draft = self._reserve(tag)
        with self._writing():
            with self._opened(draft) as file:
                _write_all(file, content)
                os.ftruncate(file, len(content))
                os.fsync(file)
            draft.replace(self.path)
            sync_directory(self.path.parent)

    def _beside(self, suffix: str) -> Path:
        return self.path.with_name(f".{self.path.name}.{suffix}")

    def _reserve(self, tag: str) -> Path:
        return self._beside(f"{tag}.reserve")

    @contextmanager
    def _opened(self, path: Path) -> Iterator[int]:
        """Open a file of ours for writing, private from its first moment, never a link."""
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        file = os.open(path, flags, PRIVATE)
        try:
            os.fchmod(file, PRIVATE)  # one left behind, or an odd umask
            yield file
        finally:
            os.close(file)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise _unusable(self.path, error) from error

    def _wait_for(self, lock: int) -> None:
        deadline = time.monotonic() + LOCK_WAIT
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                if time.monotonic() > deadline:
                    raise StoreBusy(f"Another process keeps {self.path} locked.") from None
                time.sleep(_POLL)
            else:
                return


def _write_all(file: int, content: bytes) -> None:
    os.lseek(file, 0, os.SEEK_SET)
    left = memoryview(content)
    while left:
        left = left[os.write(file, left) :]


def _unusable(path: Path, error: OSError) -> HomeUnwritable:
    return HomeUnwritable(
        f"Cannot use {path}: {error.strerror or error}.",
        hint="Check who owns the directory and whether the disk is full.",
    )
