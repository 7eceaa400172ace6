"""Bringing a store of an older layout up to date, and making the files of a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuisync.core.store.tiny.files import explained, replacing, write_all
from tuisync.core.store.tiny.journal import FIRST, Journal
from tuisync.core.store.tiny.snapshot import SCHEMA, Meta, write_snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from tuisync.core.store.state import State


def found(path: Path, state: State) -> Journal:
    """Write a state as a store of this layout; the lock is held.

    The journal comes first: one that no snapshot names is of no account, and a snapshot
    whose journal is missing would be damage.

    Args:
        path: The snapshot.
        state: What it is to hold.

    Returns:
        The journal that goes on from it.

    Raises:
        StoreError: It could not be written; what was there stands.
    """
    with explained(path):
        journal = Journal.create(path.parent, FIRST, SCHEMA, state.version)
    try:
        meta = Meta(SCHEMA, state.version, journal.generation, journal.link)
        with state.viewed() as views:
            write_snapshot(path, meta, views)
    except BaseException:
        journal.close()
        raise
    return journal


def migrate(path: Path, state: State, schema: int) -> None:
    """Rewrite a store of an older layout, after a copy of its file; the lock is held.

    The first layout had the same documents and no journal: every commit rewrote the file.

    Args:
        path: The snapshot.
        state: What it holds.
        schema: Its layout.

    Raises:
        StoreError: It could not be written; the old file stands.
    """
    backup = path.with_name(f"{path.stem}-layout-{schema}-version-{state.version}{path.suffix}")
    with explained(backup), replacing(backup) as fd:
        write_all(fd, path.read_bytes(), 0)
    found(path, state).close()
