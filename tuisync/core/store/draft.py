"""Changes on the way to a commit: a transaction's own view of the store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from tuisync.core.errors import Conflict, UsageError
from tuisync.core.store.codec import decode, encode, index_keys
from tuisync.core.store.state import Shelf, State, declared

if TYPE_CHECKING:
    from tuisync.core.store.schema import Collection, D


_NO_KEYS: set[str] = set()


class ShelfDraft:
    """Changes to one collection, over the state they begin from.

    It keeps the changes apart instead of copying the collection, so that a transaction
    costs what it changes, and a rollback is to forget it. No rule is checked here.

    Args:
        collection: The collection.
        base: What was committed.
    """

    def __init__(self, collection: Collection[Any], base: Shelf) -> None:
        self._collection = collection
        self._base = base
        self._changes: dict[str, bytes | None] = {}
        # Per index and key: the ids that came (True) and went (False).
        self._moves: dict[str, dict[str, dict[str, bool]]] = {
            index: {} for index in collection.indexes
        }

    @property
    def changed(self) -> bool:
        """Something differs from what was committed."""
        return bool(self._changes)

    def encoded(self, id_: str) -> bytes | None:
        """Return the bytes of a document, or None when there is none."""
        if id_ in self._changes:
            return self._changes[id_]
        return self._base.documents.get(id_)

    def ids(self, index: str, key: str) -> tuple[str, ...]:
        """Return the ids under that key of an index, in order."""
        return _moved(self._base.ids(index, key), self._moves[index].get(key, {}))

    def documents(self) -> dict[str, bytes]:
        """Return all documents by id."""
        merged = dict(self._base.documents)
        for id_, encoded in self._changes.items():
            if encoded is None:
                merged.pop(id_, None)
            else:
                merged[id_] = encoded
        return merged

    def count(self) -> int:
        """Return how many documents there are."""
        base = self._base.documents
        came = sum(encoded is not None and id_ not in base for id_, encoded in self.changes())
        went = sum(encoded is None and id_ in base for id_, encoded in self.changes())
        return len(base) + came - went

    def changes(self) -> Iterator[tuple[str, bytes | None]]:
        """Iterate over what differs: ids and bytes, None for a removed document."""
        return iter(self._changes.items())

    def touched(self, index: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Iterate over the keys of an index that changed, with the ids they have now."""
        return ((key, self.ids(index, key)) for key in self._moves[index])

    def assign(self, id_: str, encoded: bytes | None, document: object | None) -> None:
        """Make these bytes the document with that id, or remove it when they are None.

        Args:
            id_: The id.
            encoded: The document's bytes.
            document: The same document, decoded.
        """
        old = self.encoded(id_)
        before = None if old is None else decode(self._collection, old)
        self._reindex(id_, before, document)
        if encoded == self._base.documents.get(id_):
            self._changes.pop(id_, None)
        else:
            self._changes[id_] = encoded

    def _reindex(self, id_: str, before: object | None, after: object | None) -> None:
        old = index_keys(self._collection, before)
        new = index_keys(self._collection, after)
        for index, moves in self._moves.items():
            left, reached = old.get(index, _NO_KEYS), new.get(index, _NO_KEYS)
            if left == reached:
                continue
            for key in left - reached:
                moves.setdefault(key, {})[id_] = False
            for key in reached - left:
                moves.setdefault(key, {})[id_] = True

    def result(self) -> Shelf:
        """Return the collection with the changes; the very same one if there are none."""
        if not self._changes:
            return self._base
        return Shelf(
            documents=self.documents(),
            indexes={index: self._buckets(index) for index in self._moves},
        )

    def _buckets(self, index: str) -> dict[str, tuple[str, ...]]:
        buckets = dict(self._base.indexes.get(index, {}))
        for key, ids in self.touched(index):
            if ids:
                buckets[key] = ids
            else:
                buckets.pop(key, None)
        return buckets


def _moved(base: tuple[str, ...], moves: Mapping[str, bool]) -> tuple[str, ...]:
    if not moves:
        return base
    if not base:
        return tuple(sorted(id_ for id_, came in moves.items() if came))
    ids = set(base)
    for id_, came in moves.items():
        (ids.add if came else ids.discard)(id_)
    return tuple(sorted(ids))


class Draft:
    """A transaction over a committed state; the `Transaction` of every engine here.

    It reads its own writes and changes nothing until an engine takes its `result`.

    Args:
        base: The state it begins from.
    """

    def __init__(self, base: State) -> None:
        self._base = base
        self._shelves: dict[str, ShelfDraft] = {}
        self._ended = False

    @property
    def changed(self) -> bool:
        """Something differs from the state it began from."""
        return any(shelf.changed for shelf in self._shelves.values())

    def result(self) -> State:
        """Return the state after this transaction, one version on."""
        shelves = {name: shelf.result() for name, shelf in self._shelves.items()}
        return State(self._base.version + 1, {**self._base.shelves, **shelves})

    def end(self) -> None:
        """Refuse all further use: its block was left."""
        self._ended = True

    def get(self, collection: Collection[D], id_: str) -> D | None:
        """Return the document with that id, or None."""
        encoded = self._shelf(collection).encoded(id_)
        return None if encoded is None else decode(collection, encoded)

    def find(self, collection: Collection[D], index: str, key: str) -> list[D]:
        """Return the documents under that key of a declared index, ordered by id."""
        declared(collection, index)
        shelf = self._shelf(collection)
        found = (shelf.encoded(id_) for id_ in shelf.ids(index, key))
        return [decode(collection, encoded) for encoded in found if encoded is not None]

    def count(self, collection: Collection[D], index: str | None = None, key: str = "") -> int:
        """Return how many documents there are, in all or under one key of an index."""
        shelf = self._shelf(collection)
        if index is None:
            return shelf.count()
        declared(collection, index)
        return len(shelf.ids(index, key))

    def all(self, collection: Collection[D]) -> Iterator[D]:
        """Iterate over all documents as they are now, ordered by id; writing meanwhile is fine."""
        documents = self._shelf(collection).documents()
        return (decode(collection, documents[id_]) for id_ in sorted(documents))

    def put(self, collection: Collection[D], document: D) -> None:
        """Add the document, or replace the one with its id.

        Raises:
            Conflict: Another document has the same key in a unique index.
            UsageError: It would change a document of an append-only collection.
            TypeError: It is not a document of that collection.
            ValueError: It could not be read back; see `codec.encode`.
        """
        shelf = self._shelf(collection)
        encoded, clean = encode(collection, document)
        old = shelf.encoded(clean.id)
        if old == encoded:
            return
        if old is not None and collection.append_only:
            raise _append_only(collection, clean.id)
        _check_unique(collection, shelf, clean)
        shelf.assign(clean.id, encoded, clean)

    def delete(self, collection: Collection[D], id_: str) -> None:
        """Remove the document; nothing happens when there is none.

        Raises:
            UsageError: The collection is append-only.
        """
        if collection.append_only:
            raise _append_only(collection, id_)
        shelf = self._shelf(collection)
        if shelf.encoded(id_) is not None:
            shelf.assign(id_, None, None)

    def _shelf(self, collection: Collection[D]) -> ShelfDraft:
        if self._ended:
            raise RuntimeError("this transaction has ended; open another one")
        shelf = self._shelves.get(collection.name)
        if shelf is None:
            shelf = ShelfDraft(collection, self._base.shelf(collection))
            self._shelves[collection.name] = shelf
        return shelf


def _check_unique(collection: Collection[D], shelf: ShelfDraft, document: D) -> None:
    for index in sorted(collection.unique):
        for key in collection.indexes[index](document):
            if any(id_ != document.id for id_ in shelf.ids(index, key)):
                raise Conflict(f"Another of the {collection.name} has the {index} {key!r} already.")


def _append_only(collection: Collection[D], id_: str) -> UsageError:
    return UsageError(
        f"Nothing in {collection.name} can be edited or deleted ({id_}).",
        hint="Add a new one that puts it right.",
    )
