"""The documents of one collection in memory, encoded, and the indexes asked for so far."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

from tuisync.core.store.codec import Encoded

SLICE = 2_000
"""Documents looked at while the lock is held: about a millisecond."""

FEW = 32
"""Ids under one key that are looked through one by one."""

_BETWEEN = "\n"
"""No id has it: see `codec.encode`."""

Moves = Mapping[str, Mapping[str, bool]]
"""Per key of an index: the ids that came under it (True) or left it (False)."""


class Index:
    """The ids under each key of one index.

    Nothing in it is looked at by the garbage collector, which leaves texts alone and dicts that
    hold nothing but texts. Over 100,000 orders it took 35 ms each half second for sets and tuples.
    """

    __slots__ = ("_few", "_many")

    def __init__(self) -> None:
        # Most keys have one id, some have a few: these are lines of one text.
        self._few: dict[str, str] = {}
        self._many: dict[str, dict[str, None]] = {}

    def ids(self, key: str) -> tuple[str, ...]:
        """Return the ids under that key, in order."""
        return tuple(sorted(self._under(key)))

    def count(self, key: str) -> int:
        """Return how many ids are under that key."""
        return len(self._under(key))

    def has(self, key: str, id_: str) -> bool:
        """Tell whether that id is under that key."""
        return id_ in self._under(key)

    def add(self, key: str, id_: str) -> None:
        """Put the id under the key."""
        if key in self._many:
            self._many[key][id_] = None
            return
        found = self._few.setdefault(key, id_)
        if found is id_ or id_ in (ids := found.split(_BETWEEN)):
            return
        if len(ids) < FEW:
            self._few[key] = f"{found}{_BETWEEN}{id_}"
        else:
            self._many[key] = dict.fromkeys((*ids, id_))
            del self._few[key]

    def discard(self, key: str, id_: str) -> None:
        """Take the id from under the key, if it is there."""
        many = self._many.get(key)
        if many is not None:
            many.pop(id_, None)
            if not many:
                del self._many[key]
            return
        left = [each for each in self._under(key) if each != id_]
        if left:
            self._few[key] = _BETWEEN.join(left)
        else:
            self._few.pop(key, None)

    def move(self, moves: Moves) -> None:
        """Let ids come and go."""
        for key, moved in moves.items():
            for id_, came in moved.items():
                (self.add if came else self.discard)(key, id_)

    def _under(self, key: str) -> Collection[str]:
        found = self._few.get(key)
        return self._many.get(key, ()) if found is None else found.split(_BETWEEN)


class Changing(Protocol):
    """What a commit does to one shelf."""

    def changes(self) -> Iterable[tuple[str, bytes | None]]:
        """Return the new bytes by id, None for a removed document."""
        ...

    def moves(self, index: str) -> Moves:
        """Return what comes under the keys of an index, and what leaves them."""
        ...


@dataclass(slots=True)
class Shelf:
    """The documents of one collection, encoded, and its indexes.

    Attributes:
        documents: Their bytes by id.
        indexes: Those somebody has asked for; the others would cost memory for nothing.
        views: Who wants to be told what a document was before it changes.
        version: The commit that changed it last; 0 when none did since it was read.
    """

    documents: dict[str, Encoded] = field(default_factory=dict)
    indexes: dict[str, Index] = field(default_factory=dict)
    views: list[View] = field(default_factory=list)
    version: int = 0

    def change(self, changing: Changing, version: int) -> None:
        """Carry out one commit.

        Args:
            changing: What it changes.
            version: Its number.
        """
        moves = [(index, changing.moves(name)) for name, index in self.indexes.items()]
        documents = self.documents
        for id_, encoded in changing.changes():
            for view in self.views:
                view.keep(id_, documents.get(id_))
            if encoded is None:
                documents.pop(id_, None)
            else:
                documents[id_] = encoded
        for index, moved in moves:
            index.move(moved)
        self.version = version


class View:
    """The documents of a shelf as they were at one moment, while they go on changing.

    It copies nothing: it is told what a document was before it first changes, and it holds
    the lock for a slice at a time.

    Args:
        shelf: The shelf.
        lock: Held by whoever changes the shelf.
    """

    def __init__(self, shelf: Shelf, lock: threading.Lock) -> None:
        self._shelf = shelf
        self._lock = lock
        self._before: dict[str, Encoded | None] = {}

    def keep(self, id_: str, encoded: Encoded | None) -> None:
        """Note a document, or that there was none, before it changes; the lock is held."""
        self._before.setdefault(id_, encoded)

    def ids(self) -> list[str]:
        """Return the ids there were, and perhaps some that came since."""
        with self._lock:
            now = self._shelf.documents
            return [*now, *(self._before.keys() - now.keys())]

    def slices(self, ids: Iterable[str]) -> Iterator[list[tuple[str, Encoded]]]:
        """Iterate over ids and documents, some at a time; ids that came since are left out."""
        coming = iter(ids)
        while some := tuple(islice(coming, SLICE)):
            with self._lock:
                found = [(id_, self._was(id_)) for id_ in some]
            yield [(id_, encoded) for id_, encoded in found if encoded is not None]

    def changed(self) -> Iterator[tuple[str, Encoded | None, Encoded | None]]:
        """Iterate over the changes since: id, what it was, what it is now; the lock is held."""
        for id_, before in self._before.items():
            yield id_, before, self._shelf.documents.get(id_)

    def _was(self, id_: str) -> Encoded | None:
        if id_ in self._before:
            return self._before[id_]
        return self._shelf.documents[id_]
