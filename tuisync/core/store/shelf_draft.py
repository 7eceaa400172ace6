"""Changes on the way to a commit: those to one collection, and what they do to its indexes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from tuisync.core.store.codec import Encoded, decode
from tuisync.core.store.heads import head_decoder, may_be_shared
from tuisync.core.store.shelf import Moves
from tuisync.core.store.state import State

if TYPE_CHECKING:
    from tuisync.core.store.schema import Collection


class ShelfDraft:
    """Changes to one collection, over the state they begin from.

    It keeps the changes apart instead of copying the collection, so that a transaction
    costs what it changes, and a rollback is to forget it. No rule is checked here.

    Args:
        collection: The collection.
        base: What was committed; it stays as it is while there is a draft over it.
    """

    def __init__(self, collection: Collection[Any], base: State) -> None:
        self._collection = collection
        self._base = base
        self._documents = base.shelf(collection.name).documents
        self._changes: dict[str, bytes | None] = {}
        # For the indexes asked for so far: per key, the ids that came and went.
        self._moves: dict[str, dict[str, dict[str, bool]]] = {}
        # What the indexes look at: of documents as they were, and of those that changed.
        self._head = head_decoder(collection)
        self._was: dict[str, Any] = {}
        self._is: dict[str, Any] = {}
        # Documents read or written so far, where they can be handed out again.
        model: Any = collection.model  # the types of types say that they cannot be keys
        self._read: dict[str, Any] | None = {} if may_be_shared(model) else None

    @property
    def changed(self) -> bool:
        """Something differs from what was committed."""
        return bool(self._changes)

    def encoded(self, id_: str) -> bytes | None:
        """Return the bytes of a document, or None when there is none."""
        if id_ in self._changes:
            return self._changes[id_]
        return _copied(self._documents.get(id_))

    def document(self, id_: str) -> Any:
        """Return a document, or None when there is none."""
        read = self._read
        if read is not None and (known := read.get(id_)) is not None:
            return known
        encoded = self.encoded(id_)
        if encoded is None:
            return None
        found = decode(self._collection, encoded)
        if read is not None:
            read[id_] = found
        return found

    def ids(self, index: str, key: str) -> tuple[str, ...]:
        """Return the ids under that key of an index, in order."""
        base = self._base.ids(self._collection, index, key)
        return _moved(base, self.moves(index).get(key, {}))

    def taken(self, index: str, key: str, id_: str) -> bool:
        """Tell whether another document than that one is under the key of an index."""
        return any(other != id_ for other in self.ids(index, key))

    def documents(self) -> dict[str, Encoded]:
        """Return all documents by id."""
        merged: dict[str, Encoded] = dict(self._documents)
        for id_, encoded in self._changes.items():
            if encoded is None:
                merged.pop(id_, None)
            else:
                merged[id_] = encoded
        return merged

    def count(self) -> int:
        """Return how many documents there are."""
        base = self._documents
        came = sum(encoded is not None and id_ not in base for id_, encoded in self.changes())
        went = sum(encoded is None and id_ in base for id_, encoded in self.changes())
        return len(base) + came - went

    def count_under(self, index: str, key: str) -> int:
        """Return how many documents there are under that key of an index."""
        base = self._base.index(self._collection, index)
        moves = self.moves(index).get(key, {})
        return base.count(key) + sum(came - base.has(key, id_) for id_, came in moves.items())

    def changes(self) -> Iterator[tuple[str, bytes | None]]:
        """Iterate over what differs: ids and bytes, None for a removed document."""
        return iter(self._changes.items())

    def moves(self, index: str) -> Moves:
        """Return what came under the keys of an index, and what left them."""
        moves = self._moves.get(index)
        if moves is None:
            moves = self._moves[index] = {}
            for id_ in self._changes:
                self._move(index, id_, self._before(id_), self._after(id_))
        return moves

    def assign(self, id_: str, encoded: bytes | None, document: Any = None) -> None:
        """Make these bytes the document with that id, or remove it when they are None.

        Args:
            id_: The id.
            encoded: The bytes.
            document: What they say, if it is known; nobody else may have it unless it is frozen.
        """
        if self._moves:
            before = self._after(id_) if id_ in self._changes else self._before(id_)
        if encoded == _copied(self._documents.get(id_)):
            self._changes.pop(id_, None)
        else:
            self._changes[id_] = encoded
        self._is[id_] = document
        if self._read is not None:
            self._read[id_] = document
        for index in self._moves:
            self._move(index, id_, before, self._after(id_))

    def _before(self, id_: str) -> Any:
        """Return what the indexes look at of a document as it was committed."""
        if id_ not in self._was:
            encoded = self._documents.get(id_)
            self._was[id_] = None if encoded is None else self._head(encoded)
        return self._was[id_]

    def _after(self, id_: str) -> Any:
        """Return what the indexes look at of a document that was assigned."""
        known = self._is.get(id_)
        if known is None and (encoded := self.encoded(id_)) is not None:
            known = self._is[id_] = self._head(encoded)
        return known

    def _move(self, index: str, id_: str, before: Any, after: Any) -> None:
        keys, moves = self._collection.indexes[index], self._moves[index]
        left = set() if before is None else set(keys(before))
        reached = set() if after is None else set(keys(after))
        for key in left - reached:
            moves.setdefault(key, {})[id_] = False
        for key in reached - left:
            moves.setdefault(key, {})[id_] = True


def _copied(encoded: Encoded | None) -> bytes | None:
    """Return bytes that can be compared: a view equals nothing but a view."""
    return None if encoded is None else bytes(encoded)


def _moved(base: tuple[str, ...], moves: Mapping[str, bool]) -> tuple[str, ...]:
    if not moves:
        return base
    ids = set(base)
    for id_, came in moves.items():
        (ids.add if came else ids.discard)(id_)
    return tuple(sorted(ids))
