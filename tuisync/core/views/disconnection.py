"""What disconnecting a shop would do, in numbers and in words."""

from __future__ import annotations

from typing import NamedTuple

from tuisync.core import lookup
from tuisync.core.store import schema
from tuisync.core.store.port import Reader


class Disconnection(NamedTuple):
    """What goes and what stays when a shop is disconnected.

    Attributes:
        name: The integration's name.
        shop_name: The shop's name.
        listings: Listings whose content is removed.
        links: Links that are closed.
        pushes: Owed numbers that are given up.
        shipments: Owed shipments that are the user's to enter at the shop.
        orders: Sales orders that stay.
    """

    name: str
    shop_name: str
    listings: int
    links: int
    pushes: int
    shipments: int
    orders: int


def disconnection(reader: Reader, name: str) -> Disconnection:
    """Return what disconnecting would do.

    Raises:
        UnknownIntegration: There is none of that name.
    """
    integration = lookup.integration(reader, name)
    links = reader.find(schema.LINKS, "integration", integration.id)
    live = [entry.kind for entry in reader.find(schema.OUTBOX, "live", integration.id)]
    return Disconnection(
        name=integration.name,
        shop_name=integration.shop_name,
        listings=reader.count(schema.LISTINGS, "integration", integration.id),
        links=sum(link.item is not None for link in links),
        pushes=live.count("stock"),
        shipments=live.count("shipment"),
        orders=reader.count(schema.ORDERS, "integration", integration.id),
    )


def disconnection_words(would: Disconnection) -> list[str]:
    """Return what would happen, a sentence each."""
    said = [
        f"Its sign-in and key are removed from this machine; nothing changes at {would.shop_name}.",
        f"{_many(would.listings, 'listing')} removed here, {_many(would.links, 'link')} closed.",
    ]
    if would.pushes:
        said.append(f"{_many(would.pushes, 'owed number')} will not be sent.")
    if would.shipments:
        said.append(
            f"{_many(would.shipments, 'shipment')} will not be told: mark them at the shop."
        )
    kept = _many(would.orders, "order")
    said.append(f"Kept: {kept}, customers, items, stock and every movement.")
    said.append("Connecting the same shop again takes up your links and imports nothing twice.")
    return said


def _many(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
