"""Customers, as users see them."""

from __future__ import annotations

from tuisync.core.errors import NotFound
from tuisync.core.models import Contact
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.views.objects import ContactView


def contact_view(reader: Reader, id_: str) -> ContactView:
    """Return one contact.

    Raises:
        NotFound: There is none with that id.
    """
    contact = reader.get(schema.CONTACTS, id_)
    if contact is None:
        raise NotFound(f"No contact has the id `{id_}`.", hint="See `tuisync contacts`.")
    return _view(reader, contact)


def contact_views(reader: Reader) -> list[ContactView]:
    """Return all contacts, by name."""
    views = [_view(reader, contact) for contact in reader.all(schema.CONTACTS)]
    return sorted(views, key=lambda each: (each.name.casefold(), each.id))


def _view(reader: Reader, contact: Contact) -> ContactView:
    return ContactView(
        id=contact.id,
        name=contact.name,
        email=contact.email,
        orders=reader.count(schema.ORDERS, "contact", contact.id),
        matched_by=contact.matched_by,
        weak=contact.weak,
    )
