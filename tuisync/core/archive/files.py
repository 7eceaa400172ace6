"""New private files that appear whole or not at all, and never in the place of another."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from tuisync.core.disk import sync_directory
from tuisync.core.errors import Conflict, UsageError

PRIVATE_FILE = 0o600
PRIVATE_DIRECTORY = 0o700


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Let the block write a new file, for its owner alone; it appears when the block ends well.

    Raises:
        Conflict: There is such a file already; it was left alone.
        UsageError: It cannot be written there.
    """
    if path.exists() or path.is_symlink():
        raise _exists(path)
    draft = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, path)  # unlike a rename it replaces nothing
        finally:
            with suppress(FileNotFoundError):
                draft.unlink()
        sync_directory(path.parent)
    except FileExistsError:
        raise _exists(path) from None
    except OSError as error:
        raise unwritable(path, error) from error


def new_directory(path: Path) -> None:
    """Create a directory for its owner alone, or take an empty one.

    Raises:
        Conflict: There is something in it; it was left alone.
        UsageError: It cannot be made, or it is not a directory.
    """
    try:
        path.mkdir(PRIVATE_DIRECTORY, parents=True, exist_ok=True)
        if any(path.iterdir()):
            raise Conflict(f"{path} is not empty.", hint="Name a new directory.")
        path.chmod(PRIVATE_DIRECTORY)
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> UsageError:
    """Return the error for a place the system does not let us write."""
    return UsageError(
        f"Cannot write {path}: {error.strerror or error}.", hint="Name another place."
    )


def _exists(path: Path) -> Conflict:
    return Conflict(f"{path} is there already; it was left alone.", hint="Name a new file.")
