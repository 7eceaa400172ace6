"""Customers, as users see them."""

from __future__ import annotations

from tuisync.core.errors import NotFound
from tuisync.core.models import Address, Contact
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.views.objects import AddressView, ContactView


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


def address_view(address: Address | None) -> AddressView | None:
    """Return an address, or None where it is unknown."""
    if address is None:
        return None
    return AddressView(
        first_line=address.first_line,
        second_line=address.second_line,
        city=address.city,
        region=address.region,
        postcode=address.postcode,
        country=address.country,
    )


def _view(reader: Reader, contact: Contact) -> ContactView:
    return ContactView(
        id=contact.id,
        name=contact.name,
        email=contact.email,
        address=address_view(contact.address),
        orders=reader.count(schema.ORDERS, "contact", contact.id),
        matched_by=contact.matched_by,
        weak=contact.weak,
    )
