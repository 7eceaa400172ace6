"""What a page of a sync changes, noted in the transaction that stores it.

To take a sync back one must know what it made, and what stood there before. What it made is
a mark on its record; what it changed of what was known is kept as it was, and only where an
undo would put it back: a link it made on a known listing, a contact it wrote to. An order of a
new buyer costs the mark, a dozen bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tuisync.core.models import Contact, Cursor, Former, Link, Listing
from tuisync.core.store import schema
from tuisync.core.store.port import Transaction
from tuisync.core.store.schema import Collection, D


@dataclass
class Watch:
    """A transaction that notes what is written through it.

    Attributes:
        tx: The transaction itself.
        made: Ids of listings and orders that were not there before.
    """

    tx: Transaction
    made: set[str] = field(default_factory=set)
    _links: dict[str, Link] = field(default_factory=dict)
    _listings: dict[str, Listing] = field(default_factory=dict)
    _contacts: dict[str, Contact] = field(default_factory=dict)

    def get(self, collection: Collection[D], id_: str) -> D | None:
        """Return the document with that id, or None."""
        return self.tx.get(collection, id_)

    def find(self, collection: Collection[D], index: str, key: str) -> list[D]:
        """Return the documents under that key of an index."""
        return self.tx.find(collection, index, key)

    def count(self, collection: Collection[D], index: str | None = None, key: str = "") -> int:
        """Return how many documents there are."""
        return self.tx.count(collection, index, key)

    def all(self, collection: Collection[D]) -> Iterator[D]:
        """Iterate over all documents."""
        return self.tx.all(collection)

    def ids(self, collection: Collection[D], index: str, key: str) -> tuple[str, ...]:
        """Return the ids under that key of an index."""
        return self.tx.ids(collection, index, key)

    def put(self, collection: Collection[D], document: D) -> None:
        """Note what stands there, then add or replace the document."""
        self._note(collection.name, document.id)
        self.tx.put(collection, document)

    def delete(self, collection: Collection[D], id_: str) -> None:
        """Remove the document."""
        self.tx.delete(collection, id_)

    def former(self, id_: str, run: str) -> Former | None:
        """Return what an undo would put back, or None when that is nothing.

        Args:
            id_: The id to keep it under.
            run: The run's id.
        """
        links = [each for each in self._links.values() if self._was_linked(each)]
        listings = {each.listing for each in links}
        contacts = [
            each
            for each in self._contacts.values()
            if self.tx.get(schema.CONTACTS, each.id) != each
        ]
        if not links and not contacts:
            return None
        return Former(
            id=id_,
            run=run,
            links=tuple(links),
            listings=tuple(self._listings[key] for key in listings if key in self._listings),
            contacts=tuple(contacts),
        )

    def _note(self, name: str, id_: str) -> None:
        match name:
            case schema.ORDERS.name:
                self._note_order(id_)
            case schema.LISTINGS.name:
                self._note_listing(id_)
            case schema.LINKS.name:
                self._note_link(id_)
            case schema.CONTACTS.name:
                self._note_contact(id_)

    def _note_order(self, id_: str) -> None:
        if id_ not in self.made and self.tx.get(schema.ORDERS, id_) is None:
            self.made.add(id_)

    def _note_listing(self, id_: str) -> None:
        if id_ in self.made or id_ in self._listings:
            return
        before = self.tx.get(schema.LISTINGS, id_)
        if before is None:
            self.made.add(id_)
        else:
            self._listings[id_] = before

    def _note_link(self, id_: str) -> None:
        if id_ not in self._links and (before := self.tx.get(schema.LINKS, id_)) is not None:
            self._links[id_] = before

    def _note_contact(self, id_: str) -> None:
        if id_ not in self._contacts:
            before = self.tx.get(schema.CONTACTS, id_)
            if before is not None:
                self._contacts[id_] = before

    def _was_linked(self, before: Link) -> bool:
        """Tell whether a link was made on a listing that was known before."""
        after = self.tx.get(schema.LINKS, before.id)
        if after is None or before.listing in self.made:
            return False
        return before.item is None and after.item is not None


def former_cursor(id_: str, run: str, cursor: Cursor | None, key: str) -> Former:
    """Return how far a module had been read before a run, to be kept under an id."""
    return Former(id=id_, run=run, cursors=(cursor or Cursor(id=key),))
