"""A short value of every document of a collection, for lists of any length.

Reading 100,000 orders whole takes seconds; what a list filters and sorts by is a handful of
their fields. They are read once, and afterwards only for the documents that changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from tuisync.core.store.codec import understood
from tuisync.core.store.heads import head_reader

if TYPE_CHECKING:
    from tuisync.core.store.codec import Encoded
    from tuisync.core.store.schema import Collection

V = TypeVar("V")


class Source(Protocol):
    """A store that hands out its documents as they are kept."""

    def encoded(self, collection: Collection[Any]) -> Mapping[str, Encoded]:
        """Return all documents as bytes by id; the same object means the same content."""
        ...

    def touched(self, collection: Collection[Any]) -> object:
        """Return what equals its earlier self while nothing in the collection changes."""
        ...


class Outlines(Generic[V]):
    """The short values of a collection. Used by one thread at a time.

    Args:
        store: Where the documents are.
        collection: Which ones.
        reads: The fields that `make` looks at, as in `Collection.reads`.
        make: Makes the value of a document from its id and from something that has these
            fields and its model's properties.
    """

    def __init__(
        self,
        store: Source,
        collection: Collection[Any],
        reads: tuple[str, ...],
        make: Callable[[str, Any], V],
    ) -> None:
        self._store = store
        self._collection = collection
        self._read = head_reader(collection.model, reads)
        self._make = make
        self._touched: object = None
        self._encoded: dict[str, Encoded] = {}
        self._values: dict[str, V] = {}

    def now(self) -> dict[str, V]:
        """Return the values by id; the same dictionary when nothing has changed."""
        touched = self._store.touched(self._collection)
        if touched == self._touched:
            return self._values
        encoded = dict(self._store.encoded(self._collection))
        seen, known, read, make = self._encoded, self._values, self._read, self._make
        values: dict[str, V] = {}
        with understood(self._collection):
            for id_, each in encoded.items():
                values[id_] = known[id_] if seen.get(id_) is each else make(id_, read(each))
        self._touched, self._encoded, self._values = touched, encoded, values
        return values

    def forget(self, ids: Iterable[str]) -> None:
        """Make the values of these documents anew the next time."""
        for id_ in ids:
            self._encoded.pop(id_, None)
        self._touched = None
