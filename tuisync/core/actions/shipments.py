"""Shipments the shop is not told of: leaving them to the user, and trying again."""

from __future__ import annotations

import msgspec

from tuisync.core.models import Integration, Order, Shipment, ShipmentPush
from tuisync.core.outbox import Outbox
from tuisync.core.store import schema
from tuisync.core.store.port import Transaction
from tuisync.core.workspace import Workspace


def mark_shipment(
    tx: Transaction, order: str, shipment: str, push: ShipmentPush, reason: str = ""
) -> Order | None:
    """Note whether the shop knows of a shipment; returns the order, None if there is none."""
    known = tx.get(schema.ORDERS, order)
    if known is None:
        return None
    parcel = next((each for each in known.shipments if each.id == shipment), None)
    if parcel is None:
        return known
    return put_shipment(tx, known, msgspec.structs.replace(parcel, push=push, reason=reason))


def put_shipment(tx: Transaction, order: Order, shipment: Shipment) -> Order:
    """Replace the order's shipment of that id; returns the order."""
    shipments = tuple(shipment if each.id == shipment.id else each for each in order.shipments)
    changed = order.but(shipments=shipments)
    tx.put(schema.ORDERS, changed)
    return changed


def tell_again(tx: Transaction, workspace: Workspace, integration: Integration) -> None:
    """Owe the shop the shipments that were left to the user.

    Each is looked for at the shop before it is sent, so one the user has entered there by now
    is not told twice.
    """
    for order in tx.find(schema.ORDERS, "asks", "by hand"):
        if order.integration != integration.id:
            continue
        for shipment in by_hand(order):
            owed = mark_shipment(tx, order.id, shipment.id, "owed")
            if owed is not None:
                Outbox(tx, workspace).shipment(owed, shipment)


def by_hand(order: Order) -> list[Shipment]:
    """Return an order's shipments that only the user can tell the shop of."""
    return [each for each in order.shipments if each.push == "manual"]
