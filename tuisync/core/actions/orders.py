"""What a seller does with an order."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tuisync.core import lookup
from tuisync.core.actions.order_lines import line_of_sku
from tuisync.core.errors import Conflict, PartialShipment, UsageError
from tuisync.core.models import (
    Commitment,
    Fulfilment,
    Order,
    OrderLine,
    Shipment,
    ShipmentPush,
    marketplace_of,
)
from tuisync.core.orders.merge import parcel_code
from tuisync.core.orders.settle import Settlement
from tuisync.core.orders.telling import why_by_hand
from tuisync.core.orders.tracking import Tracking, checked_tracking
from tuisync.core.outbox import Outbox
from tuisync.core.remote import Capabilities
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
        carrier: One of the marketplace's carrier codes.
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
        found = lookup.order(tx, order)
        can = workspace.marketplaces.describe(marketplace_of(found.id)).capabilities
        if not tell:
            can = msgspec.structs.replace(can, tracking_required=False, tracking_pair=False)
        _check_shippable(found)
        units = _units(tx, found, lines)
        _check_partial(can, found, units)
        if tell:
            _check_new_parcel(found, tracking)
        to_send = checked_tracking(can, carrier, tracking)
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
        tracking=to_send.number,
        shipped_at=workspace.now(),
        push=push,
        reason=why,
        lines={} if _is_whole(order, units) else units,
    )


def _check_shippable(order: Order) -> None:
    if order.shipped:
        refused = any(each.push == "failed" for each in order.shipments)
        raise Conflict(
            f"Order {order.number} is shipped already.",
            hint="The shop refused it: `--carrier` and `--tracking` correct that." * refused,
        )
    if order.cancelled:
        raise Conflict(f"Order {order.number} was cancelled at the shop.")
    if not order.visible:
        raise Conflict(f"Order {order.number} is not paid yet.")
    if order.gate == "needs_decision":
        raise Conflict(
            f"Order {order.number} needs a decision. {order.doubt}".rstrip(),
            hint=f"`tuisync orders decide {order.id} confirmed`, or `fulfilled`, or `void`.",
        )
    if order.gate == "frozen":
        raise Conflict(
            f"Order {order.number} is frozen: a line of it has no item.",
            hint="Link its listings first: `tuisync links --state unconfirmed`.",
        )


def _units(reader: Reader, order: Order, lines: Mapping[str, int] | None) -> dict[str, int]:
    """Return units to ship per line id."""
    if lines is None:
        return {line.id: line.to_ship for line in order.lines}
    units: dict[str, int] = {}
    for sku, count in lines.items():
        line = line_of_sku(reader, order, sku)
        if not 0 < count <= line.to_ship:
            left = line.to_ship
            raise UsageError(f"{count} of {sku} cannot be shipped; {left} are left to ship.")
        units[line.id] = count
    return units


def _is_whole(order: Order, units: Mapping[str, int]) -> bool:
    return all(units.get(line.id, 0) == line.quantity for line in order.lines)


def _check_partial(can: Capabilities, order: Order, units: Mapping[str, int]) -> None:
    if can.partial_shipments or _is_whole(order, units):
        return
    raise PartialShipment(
        "This marketplace takes one shipment with one tracking number for the whole order.",
        hint="Ship all of its lines together.",
    )


def _check_new_parcel(order: Order, tracking: str | None) -> None:
    """Refuse a second parcel of one number: the shop would take it for the one it has."""
    code = parcel_code(tracking)
    if code and any(parcel_code(each.tracking) == code for each in order.shipments):
        raise Conflict(
            f"Order {order.number} has a parcel with that tracking number already.",
            hint="Is it in that parcel, too? `--no-tell` ships it without telling the shop.",
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
