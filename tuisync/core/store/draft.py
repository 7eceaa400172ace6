"""Changes on the way to a commit: a transaction's own view of the store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from tuisync.core.errors import Conflict, UsageError
from tuisync.core.store.codec import decode, encode
from tuisync.core.store.shelf_draft import ShelfDraft
from tuisync.core.store.state import State, declared

if TYPE_CHECKING:
    from tuisync.core.store.schema import Collection, D


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

    def result(self) -> dict[str, ShelfDraft]:
        """Return what differs, per collection, once everything about it is known.

        Whatever could fail has been done then: to commit it is to move bytes about.
        """
        changed = {name: shelf for name, shelf in self._shelves.items() if shelf.changed}
        prepare(self._base, changed)
        return changed

    def end(self) -> None:
        """Refuse all further use: its block was left."""
        self._ended = True

    def get(self, collection: Collection[D], id_: str) -> D | None:
        """Return the document with that id, or None."""
        found: D | None = self._shelf(collection).document(id_)
        return found

    def find(self, collection: Collection[D], index: str, key: str) -> list[D]:
        """Return the documents under that key of a declared index, ordered by id."""
        declared(collection, index)
        shelf = self._shelf(collection)
        return [shelf.document(id_) for id_ in shelf.ids(index, key)]

    def ids(self, collection: Collection[D], index: str, key: str) -> tuple[str, ...]:
        """Return the ids under that key of a declared index, in order."""
        declared(collection, index)
        return self._shelf(collection).ids(index, key)

    def count(self, collection: Collection[D], index: str | None = None, key: str = "") -> int:
        """Return how many documents there are, in all or under one key of an index."""
        shelf = self._shelf(collection)
        if index is None:
            return shelf.count()
        declared(collection, index)
        return shelf.count_under(index, key)

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
            shelf.assign(id_, None)

    def _shelf(self, collection: Collection[D]) -> ShelfDraft:
        if self._ended:
            raise RuntimeError("this transaction has ended; open another one")
        shelf = self._shelves.get(collection.name)
        if shelf is None:
            shelf = ShelfDraft(collection, self._base)
            self._shelves[collection.name] = shelf
        return shelf


def prepare(base: State, changed: Mapping[str, ShelfDraft]) -> None:
    """Work out what a commit does to the indexes that there are, before anything is changed.

    Raises:
        StoreDamaged: A document cannot be read.
    """
    for name, shelf in changed.items():
        for index in tuple(base.shelf(name).indexes):
            shelf.moves(index)


def _check_unique(collection: Collection[D], shelf: ShelfDraft, document: D) -> None:
    for index in sorted(collection.unique):
        for key in collection.indexes[index](document):
            if shelf.taken(index, key, document.id):
                raise Conflict(f"Another of the {collection.name} has the {index} {key!r} already.")


def _append_only(collection: Collection[D], id_: str) -> UsageError:
    return UsageError(
        f"Nothing in {collection.name} can be edited or deleted ({id_}).",
        hint="Add a new one that puts it right.",
    )
