"""A TinyDB storage that replaces its file atomically and knows whether somebody else did."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from tinydb.storages import Storage

from tuisync.core.errors import StoreDamaged
from tuisync.core.store.tiny.files import explained, open_private, replace_file

if TYPE_CHECKING:
    from pathlib import Path

_DECODER = msgspec.json.Decoder(dict[str, dict[str, msgspec.Raw]])

Stamp = tuple[int, int, int, int]


class AtomicStorage(Storage):
    """Tables in one JSON file, their documents encoded.

    It is TinyDB's contract with two differences: documents are handed out as
    `msgspec.Raw`, which costs a seventh of decoding them, and `write` leaves either the
    whole new file or the whole old one behind. Locking is up to the caller. After `read`
    and `write`, `stale` speaks of the file as it was then.

    Args:
        path: The file; it need not exist before the first `write`.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        # Kept open: while a file is open, the system gives its inode to no other. Without
        # that, a file replaced twice could look exactly like the one we read.
        self._fd: int | None = None
        self._stamp: Stamp | None = None

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def stale(self) -> bool:
        """Tell whether the file is not the one last read or written. One system call."""
        try:
            return _stamp(self._path.stat()) != self._stamp
        except FileNotFoundError:
            return self._stamp is not None
        except OSError:
            return True  # the next read says what is wrong

    def read(self) -> dict[str, dict[str, Any]] | None:
        """Return all tables, or None when there is no file yet.

        Raises:
            StoreDamaged: It is not JSON in TinyDB's shape; it was left untouched.
            StoreError: It cannot be read.
        """
        with explained(self._path):
            fd = _open(self._path)
        if fd is None:
            self.forget()
            return None
        try:
            with explained(self._path):
                stamp = _stamp(os.fstat(fd))
                content = _read_all(fd)
            tables = _parse(self._path, content)
        except BaseException:
            os.close(fd)
            raise
        self._remember(fd, stamp)
        return tables

    def write(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        """Replace all tables.

        Args:
            data: Per table and id, the document as bytes of JSON.

        Raises:
            StoreError: It could not be written; the old file stands.
        """
        with explained(self._path):
            fd = replace_file(self._path, b"".join(_lines(data)))
        self._remember(fd, _stamp(os.fstat(fd)))

    def forget(self) -> None:
        """Take the file for unknown: `stale` as long as it exists."""
        fd, self._fd, self._stamp = self._fd, None, None
        if fd is not None:
            os.close(fd)

    def close(self) -> None:
        """Let go of the file."""
        self.forget()

    def _remember(self, fd: int, stamp: Stamp) -> None:
        self.forget()
        self._fd, self._stamp = fd, stamp


def _open(path: Path) -> int | None:
    try:
        return open_private(path, os.O_RDONLY)
    except FileNotFoundError:
        return None


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size


def _read_all(fd: int) -> bytes:
    with os.fdopen(fd, "rb", closefd=False) as file:
        return file.read()


def _parse(path: Path, content: bytes) -> dict[str, dict[str, Any]]:
    try:
        return _DECODER.decode(content)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise damaged(path, str(error)) from error


def damaged(path: Path, what: str) -> StoreDamaged:
    """Return the error for a file that does not hold what it should."""
    return StoreDamaged(
        f"{path} is damaged ({what}). It was left as it is.",
        hint="Put a good copy in its place, or mend it with an editor.",
    )


def _lines(tables: Mapping[str, Mapping[str, bytes]]) -> Iterator[bytes]:
    """Write one document per line, ordered by id: any text tool can work with the file."""
    before_table = b"{\n"
    for name, documents in tables.items():
        yield before_table + msgspec.json.encode(name) + b": {"
        before = b"\n"
        for id_ in sorted(documents):
            yield before + msgspec.json.encode(id_) + b": " + documents[id_]
            before = b",\n"
        yield b"\n}"
        before_table = b",\n"
    yield b"\n}\n"
