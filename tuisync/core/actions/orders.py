"""What a seller does with an order."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tuisync.core.actions.shippable import is_whole, shippable
from tuisync.core.models import (
    Commitment,
    Fulfilment,
    Order,
    OrderLine,
    Shipment,
    ShipmentPush,
)
from tuisync.core.orders.settle import Settlement
from tuisync.core.orders.telling import why_by_hand
from tuisync.core.orders.tracking import Tracking
from tuisync.core.outbox import Outbox
from tuisync.core.stock.ledger import Ledger
from tuisync.core.store import schema
from tuisync.core.store.port import Reader, Transaction
from tuisync.core.views.objects import OrderView
from tuisync.core.views.orders import order_view
from tuisync.core.workspace import Workspace

_UNTOLD = "The shop is not told, as you asked."


def ship_order(
    workspace: Workspace,
    order: str,
    *,
    carrier: str | None,
    tracking: str | None,
    lines: Mapping[str, int] | None = None,
    tell: bool = True,
) -> OrderView:
    """Ship an order, or some lines of it: stock leaves, the shop is owed the news.

    Where the shop cannot be told (it keeps that from our key, or is disconnected), the shipment
    is the user's to enter there: its push is `manual`.

    Args:
        workspace: Where.
        order: The order's id or number.
        carrier: One of the marketplace's carriers, by code or name.
        tracking: The tracking number; text, never a number.
        lines: Units per SKU (ours or the shop's); None ships all that is left.
        tell: Tell the shop. If not, it left some other way: nothing is sent, and carrier and
            tracking number may be left out.

    Raises:
        NotFound: No such order.
        Conflict: It is shipped or void already, or frozen, or has a parcel of that number.
        PartialShipment: The marketplace takes whole orders only (S02).
        UsageError: Carrier or tracking is missing or unknown, or a line is not the order's.
    """
    with workspace.store.transaction() as tx:
        found, units, to_send = shippable(
            tx, workspace, order, carrier=carrier, tracking=tracking, lines=lines, tell=tell
        )
        shipment = _parcel(tx, workspace, found, units, to_send, tell=tell)
        shipped = _shipped(found, units, shipment)
        shipped = _ship_parts(tx, workspace, shipped, units)
        settled = Settlement(tx, workspace).settle(shipped)
        if shipment.push == "owed":
            Outbox(tx, workspace).shipment(settled, shipment)
        return order_view(tx, settled.id)


def _parcel(
    reader: Reader,
    workspace: Workspace,
    order: Order,
    units: dict[str, int],
    to_send: Tracking,
    *,
    tell: bool,
) -> Shipment:
    """Return the shipment of these units, and who tells the shop of it: we, the user, or nobody."""
    why = why_by_hand(reader, order) if tell else _UNTOLD
    push: ShipmentPush = "none" if not tell else "manual" if why else "owed"
    return Shipment(
        id=workspace.new_id(),
        carrier=to_send.carrier,
        carrier_name=to_send.name,
        tracking=to_send.number,
        shipped_at=workspace.now(),
        push=push,
        reason=why,
        lines={} if is_whole(order, units) else units,
    )


def _shipped(order: Order, units: Mapping[str, int], shipment: Shipment) -> Order:
    lines = tuple(_line_shipped(line, units.get(line.id, 0)) for line in order.lines)
    whole = all(line.shipped >= line.quantity for line in lines)
    fulfilment: Fulfilment = "shipped" if whole else "partially_shipped"
    return order.but(lines=lines, fulfilment=fulfilment, shipments=(*order.shipments, shipment))


def _line_shipped(line: OrderLine, units: int) -> OrderLine:
    return msgspec.structs.replace(line, shipped=line.shipped + units)


def _ship_parts(
    tx: Transaction, workspace: Workspace, order: Order, units: Mapping[str, int]
) -> Order:
    """Take the units of a partial shipment off the shelf where they are reserved."""
    if order.shipped:
        return order  # settling consumes what is left
    ledger = Ledger(tx, workspace.clock)
    lines = [
        _ship_part(ledger, order, line, tx.get(schema.COMMITMENTS, f"{order.id}/{line.id}"), count)
        if (count := units.get(line.id, 0))
        else line
        for line in order.lines
    ]
    return order.but(lines=tuple(lines))


def _ship_part(
    ledger: Ledger, order: Order, line: OrderLine, held: Commitment | None, count: int
) -> OrderLine:
    if held is None or held.state != "open":
        return line
    cause = f"order {order.number} shipped in part"
    if count == held.quantity:
        ledger.consume(held, cause)
    else:
        ledger.commit(held.but(quantity=held.quantity - count))
        ledger.move(held.item, held.warehouse, -count, "ship", cause, order=order.id)
    return msgspec.structs.replace(line, left=line.left + count)
