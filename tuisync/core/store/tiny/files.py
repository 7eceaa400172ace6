"""The store's files: private, replaced atomically, and errors a user can act on."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from tuisync.core.disk import sync_directory
from tuisync.core.errors import HomeUnwritable, StoreDamaged, StoreError

if TYPE_CHECKING:
    from pathlib import Path

DIRECTORY_MODE = 0o700
FILE_MODE = 0o600

_FULL = {errno.ENOSPC, errno.EDQUOT}
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.ENOENT}


def make_directory(directory: Path) -> None:
    """Create a directory and its missing parents, each for its owner alone.

    One that exists is left as it is.

    Raises:
        HomeUnwritable: It cannot be created, or nothing can be created in it.
    """
    try:
        missing = [path for path in (directory, *directory.parents) if not path.exists()]
        for path in reversed(missing):
            path.mkdir(mode=DIRECTORY_MODE, exist_ok=True)
        if not directory.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "it is not a directory")
        if not os.access(directory, os.R_OK | os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "it may not be written")
    except OSError as error:
        raise HomeUnwritable(
            f"The data directory {directory} cannot be used: {reason(error)}.",
            hint="Choose another one with --home, or make it writable for you.",
        ) from error


def open_private(path: Path, flags: int) -> int:
    """Open a file that only its owner can read, and that no child process inherits."""
    return os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW, FILE_MODE)


@contextmanager
def replacing(path: Path) -> Iterator[int]:
    """Let the block write a new content: afterwards the file has all of it, else it is as before.

    Callers take turns.

    Yields:
        A descriptor of the new file, empty, open for reading and writing.

    Raises:
        OSError: It could not be written; the old file stands, the new one is gone.
        StoreError: It was written, but the disk would not confirm it.
    """
    new = path.with_name(f"{path.name}.new")
    fd = open_private(new, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    try:
        try:
            yield fd
            os.fsync(fd)
        finally:
            os.close(fd)
        new.replace(path)
    except BaseException:
        with suppress(OSError):
            new.unlink()
        raise
    try:
        sync_directory(path.parent)
    except OSError as error:
        raise StoreError(
            f"{path} was written, but the disk did not confirm it: {reason(error)}.",
            hint="Check the disk, then look whether the last change is there.",
            code="store_unwritable",
        ) from error


def write_all(fd: int, content: bytes, offset: int) -> None:
    """Write all of it at that place of a file.

    Raises:
        OSError: It could not be written; some of it may have been.
    """
    rest = memoryview(content)
    while rest:
        written = os.pwrite(fd, rest, offset)
        rest, offset = rest[written:], offset + written


def sync_data(fd: int) -> None:
    """Have the disk confirm what was written to a file.

    Raises:
        OSError: It did not. What is on the disk is unknown then.
    """
    if hasattr(fcntl, "F_FULLFSYNC"):  # macOS: fsync stops at the drive's cache
        fcntl.fcntl(fd, fcntl.F_FULLFSYNC)
    else:
        os.fdatasync(fd)


@contextmanager
def explained(path: Path, *, unless_missing: bool = False) -> Iterator[None]:
    """Turn an `OSError` of the block into the error that says what to do about the file.

    Args:
        path: The file.
        unless_missing: Let a `FileNotFoundError` pass.

    Raises:
        HomeUnwritable: The system does not let us.
        StoreError: The disk is full or fails.
    """
    try:
        yield
    except OSError as error:
        if unless_missing and isinstance(error, FileNotFoundError):
            raise
        raise _explanation(path, error) from error


def _explanation(path: Path, error: OSError) -> StoreError:
    if error.errno in _FULL:
        return StoreError(
            f"There is no space left for {path}; nothing was changed.",
            hint="Free some space, then try again.",
            code="disk_full",
        )
    if error.errno in _REFUSED:
        return HomeUnwritable(
            f"{path} cannot be written: {reason(error)}; nothing was changed.",
            hint="Make it writable for you, or choose another place with --home.",
        )
    return StoreError(
        f"{path} cannot be read or written: {reason(error)}; nothing was changed.",
        hint="Check the disk.",
        code="store_unwritable",
    )


def reason(error: OSError) -> str:
    """Return the system's words for what went wrong, fit for the middle of a sentence."""
    words = error.strerror or str(error)
    return words[:1].lower() + words[1:]


def damaged(path: Path, what: str, hint: str = "") -> StoreDamaged:
    """Return the error for a file that does not hold what it should."""
    return StoreDamaged(
        f"{path} is damaged ({what}). It was left as it is.",
        hint=hint or "Put a good copy in its place, or mend it with an editor.",
    )
