"""The list of contacts at any length: what it is filtered and sorted by, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from tuisync.core.models import MatchedBy
from tuisync.core.store import schema
from tuisync.core.store.outlines import Outlines

if TYPE_CHECKING:
    from tuisync.core.store.port import Store


class ContactEntry(msgspec.Struct, frozen=True, gc=False):
    """What the list knows of one contact.

    Attributes:
        text: What a search looks at, casefolded.
    """

    id: str
    name: str
    email: str | None
    matched_by: MatchedBy | None
    weak: bool
    text: str


class ContactList:
    """All contacts, by name. Used by one thread at a time.

    Args:
        store: Where they are.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._contacts = Outlines(
            store, schema.CONTACTS, ("name", "email", "matched_by", "weak"), _entry
        )
        self._seen: dict[str, ContactEntry] | None = None
        self._sorted: tuple[ContactEntry, ...] = ()

    def now(self) -> tuple[ContactEntry, ...]:
        """Return the entries; the same tuple when nothing has changed."""
        contacts = self._contacts.now()
        self._store.count(schema.ORDERS, "contact")  # makes the index here, not while drawing
        if contacts is not self._seen:
            self._seen = contacts
            found = sorted(contacts.values(), key=lambda each: (each.text, each.id))
            self._sorted = tuple(found)
        return self._sorted

    def orders(self, entry: ContactEntry) -> int:
        """Return how many orders a contact has."""
        return self._store.count(schema.ORDERS, "contact", entry.id)


def _entry(id_: str, contact: Any) -> ContactEntry:
    text = f"{contact.name} {contact.email or ''}".casefold()
    return ContactEntry(id_, contact.name, contact.email, contact.matched_by, contact.weak, text)
