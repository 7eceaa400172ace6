"""Opening a store: the snapshot, then every journal that goes on from it."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from pathlib import Path

from tuisync.core.store.state import State
from tuisync.core.store.tiny import lines
from tuisync.core.store.tiny.files import damaged, explained
from tuisync.core.store.tiny.journal import Journal, Unclear, begun, generations
from tuisync.core.store.tiny.snapshot import SCHEMA, Snapshot, read_snapshot
from tuisync.core.store.tiny.trail import Trail
from tuisync.core.store.tiny.validation import validate

SNAPSHOT = "store.json"

_MANY = 20_000
_MENDED = "Put a good copy in its place. If you changed it by hand, take its checksum out."


@dataclass(frozen=True)
class Loaded:
    """A store as read from its files.

    Attributes:
        state: All documents.
        trail: Where it goes on; None for a store that is new or in an old layout.
        snapshot: The snapshot's size.
        schema: Its layout, this program's own for a new store.
    """

    state: State
    trail: Trail | None
    snapshot: int = 0
    schema: int = SCHEMA


def load(directory: Path, *, settled: bool) -> Loaded:
    """Read a store; nothing is written.

    Args:
        directory: Where its files are.
        settled: The lock is held: nobody is writing.

    Raises:
        Unclear: Somebody may be writing; take the lock and try again.
        StoreDamaged: A file does not hold what it should, or is missing.
        SchemaTooNew: A newer tuisync wrote it.
        StoreError: A file cannot be read.
    """
    path = directory / SNAPSHOT
    tried = 0
    with explained(path):
        while True:
            snapshot = read_snapshot(path)
            if snapshot is None:
                return _empty(directory)
            if not snapshot.sound:
                _vouch(path, snapshot)
            if not snapshot.meta.generation:
                _refuse_journals(directory, "it is in an old layout")
                state = State(snapshot.documents, snapshot.meta.version)
                return Loaded(state, None, schema=snapshot.meta.schema)
            try:
                return _replayed(directory, snapshot, settled=settled)
            except FileNotFoundError as error:
                # Whoever compacts removes a journal only after the snapshot needs it no more.
                if tried == snapshot.meta.generation:
                    missing = directory / Path(error.filename).name
                    raise damaged(missing, "it is missing, and the store goes on in it") from error
                tried = snapshot.meta.generation


def _vouch(path: Path, snapshot: Snapshot) -> None:
    """Look at every document: the damaged one can be named, or somebody mended the file."""
    validate(path, snapshot.documents)
    if snapshot.meta.checksum:
        raise damaged(path, "its checksum is wrong", _MENDED)


def _empty(directory: Path) -> Loaded:
    _refuse_journals(directory, "it is missing")
    return Loaded(State(), None)


def _refuse_journals(directory: Path, what: str) -> None:
    if any(begun(directory, generation) for generation in generations(directory)):
        raise damaged(directory / SNAPSHOT, f"{what}, and there are journals with commits")


def _replayed(directory: Path, snapshot: Snapshot, *, settled: bool) -> Loaded:
    meta, documents = snapshot.meta, snapshot.documents

    def apply(commit: lines.Commit) -> None:
        for table, id_, encoded in changes(commit):
            if encoded is None:
                documents.get(table, {}).pop(id_, None)
            else:
                documents.setdefault(table, {})[id_] = encoded

    trail = Trail(Journal.open(directory, meta.generation))
    try:
        trail.check(meta.link, meta.version)
        trail.follow(apply, settled=settled)
        trail.journal.check_newest()
    except Unclear as unclear:
        trail.close()
        if settled:
            raise unclear.damage() from None
        raise
    except BaseException:
        trail.close()
        raise
    if sum(map(len, documents.values())) > _MANY:
        gc.freeze()  # spares every later collection from looking at all of it
    return Loaded(State(documents, trail.journal.version), trail, snapshot.size)


def changes(commit: lines.Commit) -> list[tuple[str, str, bytes | None]]:
    """Return what a commit changes: table, id, and bytes, or None for a removed document."""
    return [
        (table, id_, None if (encoded := bytes(raw)) == b"null" else encoded)
        for table, documents in commit.changes.items()
        for id_, raw in documents.items()
    ]
