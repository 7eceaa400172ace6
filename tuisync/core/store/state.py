"""One committed state of the store, in memory: immutable, so reading it needs no lock.

A commit makes a new state that shares every collection it did not touch. Whoever holds a
state goes on seeing exactly that state, and two states differ in the collections that are
not the same object.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tuisync.core.store.codec import decode

if TYPE_CHECKING:
    from tuisync.core.store.schema import Collection, D

Buckets = Mapping[str, tuple[str, ...]]
"""The ids under each key of one index, in order."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The documents of one collection, encoded, and its indexes."""

    documents: Mapping[str, bytes] = field(default_factory=dict)
    indexes: Mapping[str, Buckets] = field(default_factory=dict)

    def ids(self, index: str, key: str) -> tuple[str, ...]:
        """Return the ids under that key of an index, in order."""
        buckets = self.indexes.get(index)
        return () if buckets is None else buckets.get(key, ())


NOTHING = Shelf()
"""A collection without documents."""


@dataclass(frozen=True, slots=True)
class State:
    """Every collection after one commit; a `Reader`.

    Attributes:
        version: The number of the commit that made it; 0 before the first.
        shelves: Collections by name; one that never held a document may be missing.
    """

    version: int = 0
    shelves: Mapping[str, Shelf] = field(default_factory=dict)

    def shelf(self, collection: Collection[D]) -> Shelf:
        """Return that collection's documents and indexes."""
        return self.shelves.get(collection.name, NOTHING)

    def get(self, collection: Collection[D], id_: str) -> D | None:
        """Return the document with that id, or None."""
        encoded = self.shelf(collection).documents.get(id_)
        return None if encoded is None else decode(collection, encoded)

    def find(self, collection: Collection[D], index: str, key: str) -> list[D]:
        """Return the documents under that key of a declared index, ordered by id."""
        declared(collection, index)
        shelf = self.shelf(collection)
        return [decode(collection, shelf.documents[id_]) for id_ in shelf.ids(index, key)]

    def count(self, collection: Collection[D], index: str | None = None, key: str = "") -> int:
        """Return how many documents there are, in all or under one key of an index."""
        shelf = self.shelf(collection)
        if index is None:
            return len(shelf.documents)
        declared(collection, index)
        return len(shelf.ids(index, key))

    def all(self, collection: Collection[D]) -> Iterator[D]:
        """Iterate over all documents of this state, ordered by id."""
        documents = self.shelf(collection).documents
        return (decode(collection, documents[id_]) for id_ in sorted(documents))

    def differences(self, other: State) -> frozenset[str]:
        """Return the names of the collections that are not the same in both states."""
        return frozenset(
            name
            for name in {*self.shelves, *other.shelves}
            if self.shelves.get(name, NOTHING) is not other.shelves.get(name, NOTHING)
        )


def declared(collection: Collection[D], index: str) -> None:
    """Make sure that the collection has that index.

    Raises:
        KeyError: It has not.
    """
    if index not in collection.indexes:
        raise KeyError(f"{collection.name} has no index {index!r}")
