"""Telling two people apart who were taken for one because of their name."""

from __future__ import annotations

from tuisync.core import lookup
from tuisync.core.errors import Conflict
from tuisync.core.models import Contact, Order, person_key
from tuisync.core.store import schema
from tuisync.core.store.port import Reader, Transaction
from tuisync.core.views.contacts import contact_view
from tuisync.core.views.objects import ContactView
from tuisync.core.workspace import Workspace


def split_contact(workspace: Workspace, order: str) -> ContactView:
    """Say that an order's buyer is not the contact it was matched with by name alone.

    The buyer becomes a contact of their own, with every other order of the same marketplace
    account. Orders by that name which tell nothing else of their buyer are matched with neither
    from then on, for both have the name.

    Args:
        workspace: Where.
        order: The order's id or number.

    Raises:
        NotFound: No such order.
        Conflict: It has no contact, or was matched by more than the name.
    """
    with workspace.store.transaction() as tx:
        found = lookup.order(tx, order)
        wrong = tx.get(schema.CONTACTS, found.contact) if found.contact else None
        if wrong is None:
            raise Conflict(f"Order {found.number} has no contact.")
        if found.matched_by != "name":
            raise Conflict(
                f"Order {found.number} was not matched by name alone.",
                hint="Only such a match can be a mistake: ids and addresses are certain.",
            )
        own = Contact(
            id=workspace.new_id(),
            name=wrong.name,
            name_key=person_key(wrong.name),
            buyer_keys=(found.buyer_key,) if found.buyer_key else (),
            address=found.address,
        )
        tx.put(schema.CONTACTS, own)
        for each in _orders_of(tx, wrong, found):
            tx.put(schema.ORDERS, each.but(contact=own.id, matched_by=None))
        tx.put(schema.CONTACTS, _without(tx, wrong, found))
        return contact_view(tx, own.id)


def _orders_of(reader: Reader, contact: Contact, order: Order) -> list[Order]:
    """Return the order, and the contact's others from the same marketplace account."""
    if not order.buyer_key:
        return [order]
    theirs = reader.find(schema.ORDERS, "contact", contact.id)
    return [each for each in theirs if each.buyer_key == order.buyer_key]


def _without(tx: Transaction, contact: Contact, order: Order) -> Contact:
    """Return the contact without what the order's buyer brought into it."""
    left = tx.find(schema.ORDERS, "contact", contact.id)
    addresses = [each.address for each in left if each.address is not None]
    foreign = contact.address is not None and contact.address == order.address
    return contact.but(
        buyer_keys=tuple(key for key in contact.buyer_keys if key != order.buyer_key),
        address=addresses[-1] if foreign and addresses else contact.address,
        weak=any(each.matched_by == "name" for each in left),
        matched_by=max(left, key=lambda each: each.placed_at).matched_by if left else None,
    )
