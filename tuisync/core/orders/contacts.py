"""Finding the customer behind an order: by buyer id, by e-mail, else by name.

A buyer id at the marketplace is certain; an e-mail nearly so; a name alone is weak, and is
used only when the order tells no e-mail (S31) and one contact alone has that name.
"""

from __future__ import annotations

from tuisync.core.models import Contact, MatchedBy, person_key
from tuisync.core.remote import RemoteBuyer
from tuisync.core.store import schema
from tuisync.core.store.port import Reader, Transaction
from tuisync.core.workspace import Workspace


def take_contact(
    tx: Transaction, workspace: Workspace, marketplace: str, buyer: RemoteBuyer
) -> tuple[str | None, MatchedBy | None]:
    """Return the id of the buyer's contact and how it was found, making one if need be.

    Returns (None, None) when the order tells nothing of its buyer.
    """
    key = buyer_key(marketplace, buyer)
    if not (key or person_key(buyer.email) or person_key(buyer.name)):
        return None, None
    found, how = _match(tx, key, buyer)
    contact = found or Contact(id=workspace.new_id(), name=_name_of(buyer))
    keys = contact.buyer_keys
    tx.put(
        schema.CONTACTS,
        contact.but(
            email=buyer.email or contact.email,
            email_key=person_key(buyer.email) or contact.email_key,
            name_key=person_key(contact.name),
            buyer_keys=keys if not key or key in keys else (*keys, key),
            address=buyer.address or contact.address,
            matched_by=how or contact.matched_by,
            weak=contact.weak or how == "name",
        ),
    )
    return contact.id, how


def buyer_key(marketplace: str, buyer: RemoteBuyer) -> str:
    """Return `<marketplace>:<buyer id>`; empty when the shop did not tell who it is."""
    return f"{marketplace}:{buyer.buyer_id}" if buyer.buyer_id else ""


def _name_of(buyer: RemoteBuyer) -> str:
    name, email = (buyer.name or "").strip(), (buyer.email or "").strip()
    return name or email or f"Buyer {buyer.buyer_id}"


def _match(
    reader: Reader, buyer_key: str, buyer: RemoteBuyer
) -> tuple[Contact | None, MatchedBy | None]:
    ways: list[tuple[MatchedBy, str, str]] = [
        ("buyer_id", "buyer", buyer_key),
        ("email", "email", person_key(buyer.email)),
    ]
    if not person_key(buyer.email):
        ways.append(("name", "name", person_key(buyer.name)))
    for how, index, key in ways:
        found = reader.find(schema.CONTACTS, index, key) if key else []
        if found and (how != "name" or len(found) == 1):
            return found[0], how
    return None, None
