"""One file of the journal: followed by every process, appended to under the lock."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Self

import msgspec

from tuisync.core.disk import sync_directory
from tuisync.core.errors import StoreDamaged, StoreError
from tuisync.core.store.tiny import lines
from tuisync.core.store.tiny.files import (
    damaged,
    explained,
    open_private,
    sync_data,
    write_all,
)

if TYPE_CHECKING:
    from pathlib import Path

CHUNK = 1 << 22
"""Bytes read at a time."""

FIRST = 1
"""Generation of a store's first journal."""

Stamp = tuple[int, int, int]


class Journal:
    """One journal file, and how far this process has read it.

    Several processes follow it without a lock. The holder of the store's lock alone appends
    to it, and cuts off what a killed writer left behind.

    Args:
        path: The file.
        fd: The same, open for reading and writing.
        header: What its first line says.
        first: That line.
    """

    def __init__(self, path: Path, fd: int, header: lines.Header, first: bytes) -> None:
        self.path = path
        self.generation = header.journal
        self.schema = header.schema
        self.version = header.version
        self.next: lines.Next | None = None
        self.link = lines.checksum(first)
        self.end = len(first)
        self._fd = fd
        self._last = first
        self._stamp: Stamp | None = None

    @staticmethod
    def named(directory: Path, generation: int) -> Path:
        """Return where the journal of that generation is."""
        return directory / f"journal-{generation:08}.jsonl"

    @classmethod
    def open(cls, directory: Path, generation: int) -> Self:
        """Open a journal that somebody refers to, which is therefore complete.

        Raises:
            FileNotFoundError: It is not there.
            StoreDamaged: Its first line is not what it should be.
        """
        path = cls.named(directory, generation)
        fd = open_private(path, os.O_RDWR)
        try:
            first = _first_line(fd)
            header = _header(first)
        except BaseException:
            os.close(fd)
            raise
        if header is None or header.journal != generation:
            os.close(fd)
            raise damaged(path, "line 1 does not say that it is this journal")
        return cls(path, fd, header, first)

    @classmethod
    def create(cls, directory: Path, generation: int, schema: int, version: int) -> Self:
        """Create a journal without commits; the lock is held. One that nobody refers to may go.

        Raises:
            OSError: It could not be written.
        """
        path = cls.named(directory, generation)
        if begun(directory, generation):
            raise damaged(path, "it has commits, but no journal leads to it")
        header = lines.Header(generation, schema, version, secrets.token_hex(8))
        first = lines.encode(header)
        fd = open_private(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        try:
            write_all(fd, first, 0)
            os.fsync(fd)
            sync_directory(directory)
        except BaseException:
            os.close(fd)
            raise
        return cls(path, fd, header, first)

    def stale(self) -> bool:
        """Tell whether the file is not as it was when it was last read. One system call."""
        try:
            return self.next is not None or _stamp(os.fstat(self._fd)) != self._stamp
        except OSError:
            return True  # closed meanwhile, or failing: reading it will tell

    def news(self, *, settled: bool) -> Iterator[lines.Commit]:
        """Iterate over the commits not read yet.

        A commit counts as read once the next one is asked for. Afterwards `next` is set if
        another journal follows.

        Args:
            settled: The lock is held: nobody is writing.

        Raises:
            Unclear: It is not simply longer than it was. Read everything anew.
            OSError: It cannot be read.
        """
        status = os.fstat(self._fd)
        stamp = _stamp(status)
        if stamp == self._stamp or self.next is not None:
            return
        self._check_unmoved(status.st_size)
        if status.st_size > self.end:
            if not settled:
                # Nobody shall act on what a power failure could still take back.
                sync_data(self._fd)
            yield from self._read(status.st_size)
        if not status.st_nlink and not self._ended():
            raise Unclear(self.path, "it was removed while in use")
        self._stamp = stamp

    def append(self, line: bytes) -> None:
        """Add a line durably; the lock is held and all news are read.

        Raises:
            StoreError: It could not be written; the file is as it was before, unless the
                error says otherwise. `reopen` it before it is used again.
        """
        try:
            with explained(self.path):
                if self._stamp is None or self._stamp[0] > self.end:
                    os.ftruncate(self._fd, self.end)  # the rest of a killed writer's line
                write_all(self._fd, line, self.end)
                sync_data(self._fd)
        except BaseException as error:
            self._take_back(error)
            raise
        self._passed(line)
        self._stamp = _stamp(os.fstat(self._fd))

    def commit(self, changes: lines.Changes) -> None:
        """Add one transaction durably; as `append`."""
        version = self.version + 1
        self.append(lines.encode_commit(lines.checksum(self._last), version, changes))
        self.version = version

    def lead_to(self, successor: Journal) -> None:
        """End this journal with the line that names its successor; as `append`."""
        after = lines.checksum(self._last)
        line = lines.Next(after, successor.generation, successor.link)
        self.append(lines.encode(line))
        self.next = line

    def reopen(self) -> None:
        """Let go of a descriptor that failed, and read on with a fresh one.

        Raises:
            OSError: It cannot be opened.
        """
        fd = open_private(self.path, os.O_RDWR)
        os.close(self._fd)
        self._fd, self._stamp = fd, None

    def close(self) -> None:
        """Let go of the file. Harmless when done twice."""
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)

    def _check_unmoved(self, size: int) -> None:
        """Make sure that the last line we read is still where it was.

        A writer whose disk failed takes its line back; another may have taken its place.
        """
        start = self.end - len(self._last)
        if size < self.end or os.pread(self._fd, len(self._last), start) != self._last:
            raise Unclear(self.path, "lines that were there are gone")

    def _read(self, size: int) -> Iterator[lines.Commit]:
        for line in self._lines(size):
            said = lines.content(line)
            if said is None:
                self._check_unfinished(size)
                return
            try:
                entry = lines.decode(said)
            except (msgspec.DecodeError, UnicodeError) as error:
                raise self._unclear(str(error)) from error
            if isinstance(entry, lines.Header) or entry.after != lines.checksum(self._last):
                raise self._unclear("it does not follow the line before it")
            if isinstance(entry, lines.Next):
                self._passed(line)
                self._end_with(entry, size)
                return
            if entry.version != self.version + 1:
                raise self._unclear(f"version {entry.version} follows {self.version}")
            yield entry
            self._passed(line)
            self.version = entry.version

    def _lines(self, size: int) -> Iterator[bytes]:
        rest, position = b"", self.end
        while position < size:
            chunk = os.pread(self._fd, min(CHUNK, size - position), position)
            if not chunk:
                break
            position += len(chunk)
            *whole, rest = (rest + chunk).split(b"\n")
            for line in whole:
                yield line + b"\n"
        if rest:
            yield rest

    def _end_with(self, entry: lines.Next, size: int) -> None:
        if size > self.end:
            raise self._unclear("something follows the line that ends the journal")
        self.next = entry

    def _check_unfinished(self, size: int) -> None:
        rest = os.pread(self._fd, size - self.end, self.end)
        if not lines.unfinished(rest):
            raise self._unclear("its checksum is wrong")
        self.check_newest()

    def check_newest(self) -> None:
        """Make sure that no later journal has commits, since this one does not lead to it.

        Raises:
            Unclear: One has.
        """
        if begun(self.path.parent, self.generation + 1):
            raise self._unclear("it breaks off, and yet another journal follows")

    def _unclear(self, what: str) -> Unclear:
        number = os.pread(self._fd, self.end, 0).count(b"\n") + 1
        return Unclear(self.path, f"line {number}: {what}")

    def _ended(self) -> bool:
        return self.next is not None

    def _passed(self, line: bytes) -> None:
        self._last = line
        self.end += len(line)

    def _take_back(self, error: BaseException) -> None:
        """Cut off a line that may not have reached the disk."""
        self._stamp = None
        try:
            os.ftruncate(self._fd, self.end)
            sync_data(self._fd)
        except OSError as second:
            if os.fstat(self._fd).st_size <= self.end:
                return  # it is gone as far as any process can see
            raise StoreError(
                f"{self.path} could not be written, nor put back as it was: {second.strerror}.",
                hint="Check the disk, then look whether the last change is there.",
                code="store_unwritable",
            ) from error


class Unclear(Exception):  # not an error yet: reading anew decides
    """A journal does not go on as it should.

    Somebody may be writing, or compacting; only whoever holds the lock and reads everything
    anew can call it damage.

    Args:
        path: The journal.
        what: What is wrong, and in which line.
    """

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(what)
        self.path = path
        self.what = what

    def damage(self) -> StoreDamaged:
        """Return the error that it is when nobody is writing."""
        return damaged(self.path, self.what)


def begun(directory: Path, generation: int) -> bool:
    """Tell whether there is a journal of that generation with more than its first line."""
    try:
        fd = open_private(Journal.named(directory, generation), os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        return os.fstat(fd).st_size > len(_first_line(fd))
    finally:
        os.close(fd)


def generations(directory: Path) -> list[int]:
    """Return the generations of the journals there are, in order."""
    stems = (path.stem.removeprefix("journal-") for path in directory.glob("journal-*.jsonl"))
    return sorted(int(stem) for stem in stems if stem.isdigit())


def remove_before(directory: Path, generation: int) -> None:
    """Remove the journals older than that one; one that cannot be removed does no harm."""
    for each in generations(directory):
        if each < generation:
            with suppress(OSError):
                Journal.named(directory, each).unlink()


def _first_line(fd: int) -> bytes:
    start = os.pread(fd, 512, 0)
    return start[: start.find(b"\n") + 1] or start


def _header(line: bytes) -> lines.Header | None:
    said = lines.content(line)
    try:
        header = None if said is None else lines.decode(said)
    except (msgspec.DecodeError, UnicodeError):
        return None
    return header if isinstance(header, lines.Header) else None


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_size, status.st_mtime_ns, status.st_nlink
