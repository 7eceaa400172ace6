"""What every store engine promises. Callers see this and nothing else.

A store is a set of collections of immutable documents with string ids. Reads give values
that cannot change the store. All writes happen inside `transaction()`, which commits every
change or none, durably, and which nobody holds across an `await`. Several threads and
several processes may use one data directory; each transaction begins by taking in what the
others committed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from tuisync.core.store.codec import Encoded
    from tuisync.core.store.schema import Collection, D


@dataclass(frozen=True)
class Change:
    """What somebody, in any process, committed.

    Attributes:
        version: Grows with each commit.
        collections: Names of the collections that may have changed.
    """

    version: int
    collections: frozenset[str]


@dataclass(frozen=True)
class Holder:
    """Who holds a lease.

    Attributes:
        pid: The holder's process id.
        name: What it said of itself: `daemon`, `tui`, `cli`.
        since: Unix seconds when it took the lease.
        beat: Unix seconds of its newest heartbeat.
    """

    pid: int
    name: str
    since: float
    beat: float


class Reader(Protocol):
    """Reading; each call sees one committed state (or the transaction's own)."""

    def get(self, collection: Collection[D], id_: str) -> D | None:
        """Return the document with that id, or None."""
        ...

    def find(self, collection: Collection[D], index: str, key: str) -> list[D]:
        """Return the documents under that key of a declared index, ordered by id.

        Raises:
            KeyError: The collection declares no such index.
        """
        ...

    def ids(self, collection: Collection[D], index: str, key: str) -> tuple[str, ...]:
        """Return the ids under that key of a declared index, in order.

        For a long list of which only a screenful is read: no document is decoded.

        Raises:
            KeyError: The collection declares no such index.
        """
        ...

    def count(self, collection: Collection[D], index: str | None = None, key: str = "") -> int:
        """Return how many documents there are, in all or under one key of an index."""
        ...

    def all(self, collection: Collection[D]) -> Iterator[D]:
        """Iterate over all documents, ordered by id."""
        ...


class Transaction(Reader, Protocol):
    """Reading and writing inside one transaction; it reads its own writes."""

    def put(self, collection: Collection[D], document: D) -> None:
        """Add the document, or replace the one with its id.

        A document that is there already with the same content is not a change.

        Raises:
            Conflict: Another document has the same key in a unique index.
            UsageError: It would change a document of an append-only collection (movements).
            TypeError: It is not a document of that collection.
            ValueError: It could not be read back: its id is empty or not printable, or a
                field has a value that its type forbids.
        """
        ...

    def delete(self, collection: Collection[D], id_: str) -> None:
        """Remove the document; nothing happens when there is none.

        Raises:
            UsageError: The collection is append-only (movements), whether it is there or not.
        """
        ...


class Lease(Protocol):
    """A right held by one process at a time, freed by the OS when its holder dies."""

    def beat(self) -> None:
        """Write a heartbeat, so that others see the holder answer."""
        ...

    def release(self) -> None:
        """Give it back; harmless when done twice."""
        ...


@runtime_checkable
class Leased(Protocol):
    """Something that knows who holds its leases: a store, not a transaction."""

    def holder(self, name: str) -> Holder | None:
        """Return who holds the lease, or None when it is free."""
        ...


class FullReader(Reader, Protocol):
    """Reading that can hand out documents as they are kept: a store, or a moment of it."""

    def encoded(self, collection: Collection[Any]) -> Mapping[str, Encoded]:
        """Return all documents as bytes by id; the same object means the same content.

        For who reads a few fields of each, or needs to know cheaply what has changed.
        """
        ...


class Store(FullReader, Protocol):
    """One data directory."""

    @property
    def version(self) -> int:
        """Number of the newest commit this process has taken in; see `refresh`."""
        ...

    def refresh(self) -> bool:
        """Take in what others committed; True if there was something. Cheap when not."""
        ...

    def touched(self, collection: Collection[Any]) -> object:
        """Return what equals its earlier self while nothing in the collection changes."""
        ...

    def moment(self) -> FullReader:
        """Return a reader of the newest commit, which stays as it is whatever comes later.

        For work over everything, as a backup: several calls of the store itself may see
        several commits.
        """
        ...

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Open a transaction: commits at the end of the block, rolls back on an exception.

        A block that changed nothing writes nothing. It waits for its turn and for the disk, so
        keep blocks short; a block with an `await` in it is rolled back.

        Raises:
            StoreBusy: Somebody else held the lock too long; names the process.
            StoreError: It could not be written; the last good state stands.
            RuntimeError: This thread is in a transaction already, the block had an `await`
                in it, or the store is closed. All three are mistakes in the program.
        """
        ...

    def changes(self) -> AsyncIterator[Change]:
        """Iterate over commits of any process, from now on, within 200 ms of each.

        Several commits may arrive as one change. Ends when the store is closed.
        """
        ...

    def lease(self, name: str, holder: str = "") -> Lease | None:
        """Take the lease if it is free, else None. `holder` says who we are (`tui`).

        It is exclusive between processes and between callers in one process.
        """
        ...

    def holder(self, name: str) -> Holder | None:
        """Return who holds the lease, or None when it is free."""
        ...

    def size(self) -> int:
        """Return the bytes its files take."""
        ...

    def compact(self) -> bool:
        """Write the files anew, so that nothing deleted is left in them; True if we did it.

        Raises:
            StoreBusy: Somebody kept the store locked.
            StoreError: They could not be written; the last good state stands.
        """
        ...

    def close(self) -> None:
        """Let go of files; leases are released."""
        ...
