"""Customers, as users see them."""

from __future__ import annotations

from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.views.objects import ContactView


def contact_views(reader: Reader) -> list[ContactView]:
    """Return all contacts, by name."""
    views = [
        ContactView(
            id=contact.id,
            name=contact.name,
            email=contact.email,
            orders=reader.count(schema.ORDERS, "contact", contact.id),
            matched_by=contact.matched_by,
            weak=contact.weak,
        )
        for contact in reader.all(schema.CONTACTS)
    ]
    return sorted(views, key=lambda each: (each.name.casefold(), each.id))
