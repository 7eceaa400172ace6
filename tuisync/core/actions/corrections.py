"""Correcting a shipment that its shop has not taken, and sending it again."""

from __future__ import annotations

import msgspec

from tuisync.core import lookup
from tuisync.core.actions.shipments import put_shipment
from tuisync.core.errors import Conflict, NotFound
from tuisync.core.inbox.failures import Failures
from tuisync.core.models import Order, OutboxEntry, Shipment, marketplace_of
from tuisync.core.orders.telling import why_by_hand
from tuisync.core.orders.tracking import checked_tracking
from tuisync.core.outbox import Outbox
from tuisync.core.store import schema
from tuisync.core.store.port import Reader, Transaction
from tuisync.core.views.objects import OrderView
from tuisync.core.views.orders import order_view
from tuisync.core.workspace import Workspace


def refused_shipments(order: Order) -> list[Shipment]:
    """Return the shipments of an order that its shop refused. Pure."""
    return [each for each in order.shipments if each.push == "failed"]


def is_refused(reader: Reader, order: str) -> bool:
    """Return whether nothing of an order is left to be sent, and its shop refused a shipment.

    Raises:
        NotFound: No such order.
    """
    found = lookup.order(reader, order)
    return found.shipped and bool(refused_shipments(found))


def correct_shipment(
    workspace: Workspace,
    order: str,
    *,
    carrier: str | None,
    tracking: str | None,
    shipment: str | None = None,
) -> OrderView:
    """Correct carrier and tracking number of a shipment the shop has not taken; it is owed again.

    Stock is not touched. The shop reads the order before anything is sent, so a parcel it knows
    of is not told twice.

    Args:
        workspace: Where.
        order: The order's id or number.
        carrier: One of the marketplace's carriers, by code or name; None keeps it, empty takes
            it away.
        tracking: The tracking number; None keeps it, empty takes it away.
        shipment: The shipment's id; None is the only one that was refused.

    Raises:
        NotFound: No such order or shipment.
        Conflict: The shop knows of it, or may know; the order was cancelled; or several were
            refused and none is named.
        UsageError: Carrier or tracking is missing or unknown.
    """
    with workspace.store.transaction() as tx:
        found = lookup.order(tx, order)
        parcel = _parcel(found, shipment)
        entry = tx.get(schema.OUTBOX, f"shipment:{found.id}#{parcel.id}")
        _check_open(found, parcel, entry)
        can = workspace.marketplaces.describe(marketplace_of(found.id)).capabilities
        to_send = checked_tracking(
            can,
            parcel.carrier if carrier is None else carrier,
            parcel.tracking if tracking is None else tracking,
        )
        by_hand = why_by_hand(tx, found)
        corrected = msgspec.structs.replace(
            parcel,
            carrier=to_send.carrier,
            carrier_name=to_send.name,
            tracking=to_send.number,
            push="manual" if by_hand else "owed",
            reason=by_hand,
        )
        changed = put_shipment(tx, found, corrected)
        _owe(tx, workspace, changed, corrected, entry)
        return order_view(tx, changed.id)


def _parcel(order: Order, id_: str | None) -> Shipment:
    if id_ is not None:
        named = next((each for each in order.shipments if each.id == id_), None)
        if named is None:
            raise NotFound(f"Order {order.number} has no shipment `{id_}`.")
        return named
    refused = refused_shipments(order)
    if len(refused) > 1:
        ids = ", ".join(each.id for each in refused)
        raise Conflict(
            f"Several shipments of order {order.number} were refused.",
            hint=f"Name one with `--shipment`: {ids}.",
        )
    if not refused:
        raise Conflict(f"No shipment of order {order.number} was refused.")
    return refused[0]


def _check_open(order: Order, parcel: Shipment, entry: OutboxEntry | None) -> None:
    if order.cancelled:
        raise Conflict(f"Order {order.number} was cancelled at the shop.")
    if parcel.push in {"sent", "none"}:
        known = "The shop knows of this shipment" if parcel.push == "sent" else "It is not told"
        raise Conflict(f"{known}, so nothing can be corrected here.")
    if entry is not None and entry.state == "in_flight":
        raise Conflict("It is being sent just now.", hint="Look again in a moment.")
    if entry is not None and entry.state == "unknown":
        raise Conflict(
            "Its answer was lost, so the shop may know of it; that is looked up first.",
            hint="Look again in some minutes.",
        )


def _owe(
    tx: Transaction,
    workspace: Workspace,
    order: Order,
    parcel: Shipment,
    entry: OutboxEntry | None,
) -> None:
    if parcel.push == "owed":
        Outbox(tx, workspace).shipment(order, parcel)
    if entry is not None:
        Failures(tx, workspace.now()).over(entry.id)
