"""The newest state of the store in memory; what every engine here reads from."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tuisync.core.store.codec import Encoded, decode, understood
from tuisync.core.store.heads import head_decoder, keys_of
from tuisync.core.store.port import Change
from tuisync.core.store.shelf import Changing, Index, Moves, Shelf, View

if TYPE_CHECKING:
    from tuisync.core.store.schema import Collection, D


class State:
    """Every collection after one commit; a `Reader`.

    Each call sees one whole commit, whatever other threads do: the lock is held while a
    commit is carried out and while bytes are picked out, never while they are decoded.

    Args:
        documents: Bytes by collection and id.
        version: The number of the commit that made it; 0 before the first.
    """

    def __init__(
        self, documents: Mapping[str, dict[str, Encoded]] | None = None, version: int = 0
    ) -> None:
        self._shelves = {name: Shelf(kept) for name, kept in (documents or {}).items()}
        self._version = version
        self._lock = threading.Lock()
        self._building = threading.Lock()

    @property
    def version(self) -> int:
        """The number of the commit that made it."""
        return self._version

    def shelf(self, name: str) -> Shelf:
        """Return the documents and indexes of a collection."""
        shelf = self._shelves.get(name)
        return self._shelves.setdefault(name, Shelf()) if shelf is None else shelf

    def index(self, collection: Collection[Any], name: str) -> Index:
        """Return an index; the first call makes it.

        Raises:
            KeyError: The collection declares no such index.
        """
        shelf = self.shelf(collection.name)
        index = shelf.indexes.get(name)
        if index is not None:
            return index
        declared(collection, name)
        with self._building:
            # Somebody else may have made it while we waited.
            return shelf.indexes.get(name) or self._build(collection, name)

    def ids(self, collection: Collection[Any], index: str, key: str) -> tuple[str, ...]:
        """Return the ids under that key of a declared index, in order."""
        found = self.index(collection, index)
        with self._lock:
            return found.ids(key)

    def get(self, collection: Collection[D], id_: str) -> D | None:
        """Return the document with that id, or None."""
        with self._lock:
            encoded = self.shelf(collection.name).documents.get(id_)
        return None if encoded is None else decode(collection, encoded)

    def find(self, collection: Collection[D], index: str, key: str) -> list[D]:
        """Return the documents under that key of a declared index, ordered by id."""
        found, documents = self.index(collection, index), self.shelf(collection.name).documents
        with self._lock:
            encoded = [documents[id_] for id_ in found.ids(key)]
        return [decode(collection, each) for each in encoded]

    def count(self, collection: Collection[D], index: str | None = None, key: str = "") -> int:
        """Return how many documents there are, in all or under one key of an index."""
        if index is None:
            return len(self.shelf(collection.name).documents)
        found = self.index(collection, index)
        with self._lock:
            return found.count(key)

    def all(self, collection: Collection[D]) -> Iterator[D]:
        """Iterate over all documents of this moment, ordered by id."""
        documents = self.shelf(collection.name).documents
        with self._lock:
            moment = [documents[id_] for id_ in sorted(documents)]
        return (decode(collection, encoded) for encoded in moment)

    def encoded(self, collection: Collection[Any]) -> dict[str, Encoded]:
        """Return all documents as bytes by id; the same object means the same content."""
        with self._lock:
            return dict(self.shelf(collection.name).documents)

    def commit(self, version: int, changing: Mapping[str, Changing]) -> None:
        """Carry out one commit as a whole.

        Args:
            version: Its number.
            changing: What it changes, per collection.
        """
        with self._lock:
            for name, each in changing.items():
                self.shelf(name).change(each, version)
            self._version = version

    def since(self, version: int) -> Change:
        """Return the newest version, and the names of what changed after another one."""
        with self._lock:
            names = (name for name, shelf in self._shelves.items() if shelf.version > version)
            return Change(self._version, frozenset(names))

    def names(self) -> frozenset[str]:
        """Return the names of the collections that hold documents."""
        with self._lock:
            return frozenset(name for name, shelf in self._shelves.items() if shelf.documents)

    def size(self) -> int:
        """Return the bytes of all documents."""
        with self._lock:
            shelves = self._shelves.values()
            return sum(
                memoryview(each).nbytes for shelf in shelves for each in shelf.documents.values()
            )

    @contextmanager
    def viewed(self, *names: str) -> Iterator[dict[str, View]]:
        """Keep views of collections as they are now, during the block.

        Args:
            names: Which ones; when none is named, all that hold documents.
        """
        with self._lock:
            held = [name for name, shelf in self._shelves.items() if shelf.documents]
            shelves = {name: self.shelf(name) for name in names or held}
            views = {name: View(shelf, self._lock) for name, shelf in shelves.items()}
            for name, shelf in shelves.items():
                shelf.views.append(views[name])
        try:
            yield views
        finally:
            with self._lock:
                for name, shelf in shelves.items():
                    shelf.views.remove(views[name])

    def _build(self, collection: Collection[Any], name: str) -> Index:
        """Make an index beside the running work: slice by slice, then what changed since."""
        keys, index = keys_of(collection, name), Index()
        head, of_head, add = head_decoder(collection), collection.indexes[name], index.add
        with self.viewed(collection.name) as views:
            view = views[collection.name]
            for documents in view.slices(view.ids()):
                with understood(collection):
                    for id_, encoded in documents:
                        for key in of_head(head(encoded)):
                            add(key, id_)
            with self._lock:
                for id_, before, after in view.changed():
                    index.move(moved(id_, keys(before), keys(after)))
                self.shelf(collection.name).indexes[name] = index
        return index


def moved(id_: str, before: set[str], after: set[str]) -> Moves:
    """Return the moves of one document from its keys before to its keys after."""
    left = {key: {id_: False} for key in before - after}
    return left | {key: {id_: True} for key in after - before}


def declared(collection: Collection[D], index: str) -> None:
    """Make sure that the collection has that index.

    Raises:
        KeyError: It has not.
    """
    if index not in collection.indexes:
        raise KeyError(f"{collection.name} has no index {index!r}")
