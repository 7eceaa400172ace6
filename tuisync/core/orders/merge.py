"""Merging what the shop says of an order into what we hold of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tuisync.core.models import (
    Comment,
    Fulfilment,
    Order,
    OrderLine,
    OrderSync,
    Shipment,
    ShipmentPush,
    record_id,
)
from tuisync.core.remote import RemoteLine, RemoteOrder, RemoteShipment


def new_order(remote: RemoteOrder, *, integration: str, warehouse: str) -> Order:
    """Return the order as first seen, with the warehouse it takes for good."""
    return Order(
        id=record_id(integration, remote.remote_id),
        integration=integration,
        remote_id=remote.remote_id,
        number=remote.number,
        placed_at=remote.placed_at,
        warehouse=warehouse,
        visible=False,
        lines=(),
    )


def merge_order(
    order: Order, remote: RemoteOrder, *, paid_comment: str, now: datetime, doubt: str = ""
) -> Order:
    """Return the order with the shop's news in it.

    What was done here stays: units shipped, lines mapped by hand, the warehouse, and what the
    user decided, unless the doubt is another one now. The shop never un-ships what we shipped.
    Stock is not touched; see `settle`.

    Args:
        order: What we hold of it.
        remote: What the shop says.
        paid_comment: The comment a paid order gets.
        now: The time.
        doubt: Why the user has to decide what it is; empty when there is no doubt.
    """
    order = order.but(doubt=doubt)
    shipments = merge_shipments(order.shipments, remote)
    merged = order.but(
        number=remote.number,
        placed_at=remote.placed_at,
        modified_at=remote.modified_at,
        remote_status=remote.status,
        payment=remote.payment,
        cancelled=remote.cancelled or order.decided == "void",
        total=remote.total,
        shipments=shipments,
        lines=_merge_lines(order.lines, remote),
        comments=_with_payment(order.comments, remote, paid_comment, now),
    )
    merged = merged.but(fulfilment=_fulfilment(order, remote))
    return _asked(order, merged)


def is_sales_order(order: Order, remote: RemoteOrder, preference: OrderSync) -> tuple[bool, str]:
    """Return whether it is shown as a sales order, and if not, why not.

    An order shown once stays shown, whatever becomes of it.
    """
    if order.visible:
        return True, ""
    if remote.payment == "unpaid":
        return False, "Not paid yet; it is imported once it is."
    if remote.cancelled:
        return False, "It was cancelled before it was ever imported."
    if remote.shipped and preference == "confirmed":
        return False, "Shipped already; only confirmed orders are imported."
    return True, ""


def _merge_lines(known: Sequence[OrderLine], remote: RemoteOrder) -> tuple[OrderLine, ...]:
    by_id = {line.id: line for line in known}
    merged = [_merge_line(by_id.pop(line.remote_id, None), line, remote) for line in remote.lines]
    if known:
        old = {line.id for line in known}
        merged = [line if line.id in old else _added(line, remote) for line in merged]
    # What was sent was sent, even if the shop took the line off the order since.
    dropped = [msgspec.structs.replace(line, quantity=0) for line in by_id.values() if line.shipped]
    return (*merged, *dropped)


def _merge_line(known: OrderLine | None, line: RemoteLine, remote: RemoteOrder) -> OrderLine:
    sent = known.shipped if known else 0
    return OrderLine(
        id=line.remote_id,
        title=line.title,
        options=line.options,
        quantity=line.quantity,
        sku=line.sku,
        unit_price=line.unit_price,
        listing_id=line.listing_id,
        variant_key=line.variant_key,
        variant=known.variant if known else None,
        item=known.item if known else None,
        no_item=known.no_item if known else False,
        history=known.history if known else False,
        chosen=known.chosen if known else False,
        shipped=max(sent, line.quantity if remote.shipped else 0),
        returned=known.returned if known else 0,
        lost=known.lost if known else 0,
        left=known.left if known else 0,
        added_at=known.added_at if known else None,
    )


def _added(line: OrderLine, remote: RemoteOrder) -> OrderLine:
    """Return a line the order did not have when it was seen before: it was sold later."""
    return msgspec.structs.replace(line, added_at=remote.modified_at)


def _fulfilment(order: Order, remote: RemoteOrder) -> Fulfilment:
    if remote.delivered and order.fulfilment != "returned":
        return "delivered"
    if (remote.shipped or order.decided == "fulfilled") and not order.shipped:
        return "shipped"
    return order.fulfilment


def _asked(before: Order, after: Order) -> Order:
    """Return the order with the question whether the goods came back, if there is one now.

    What was said of them before the shop took something back answers it as long as that stands:
    whoever takes it back is asked then.
    """
    asks = _asks_return(before, after, [line for line in after.lines if line.away > 0])
    answered = not asks and _asks_return(before, after, after.lines)
    returns = tuple(msgspec.structs.replace(each, asked=True) for each in after.returns)
    return after.but(
        asks_return=before.asks_return or asks, returns=returns if answered else after.returns
    )


def _asks_return(before: Order, after: Order, lines: Sequence[OrderLine]) -> bool:
    """Tell whether the shop took back, just now, some of what had been sent in these lines.

    Money that goes back before anything was sent asks nothing, not even once it is sent.
    """
    if not any(line.shipped for line in lines):
        return False
    sold = {line.id: line.quantity for line in before.lines}
    fewer = any(line.quantity < min(line.shipped, sold.get(line.id, 0)) for line in lines)
    return fewer or _taken_back(after) > _taken_back(before)


def _taken_back(order: Order) -> int:
    """Return how much of the sale was taken back: nothing, part of it, all of it."""
    if order.cancelled or order.payment == "refunded":
        return 2
    return 1 if order.payment == "partially_refunded" else 0


def _with_payment(
    comments: Sequence[Comment], remote: RemoteOrder, text: str, now: datetime
) -> tuple[Comment, ...]:
    told = any(each.by == "system" and each.text == text for each in comments)
    if remote.payment == "unpaid" or told:
        return tuple(comments)
    return (*comments, Comment(text=text, at=remote.paid_at or now, by="system"))


def same_parcel(ours: Shipment, theirs: RemoteShipment) -> bool:
    """Return whether the shop's shipment may be ours: the same tracking code, or none.

    Codes are trimmed and casefolded; carriers are not compared, since a shop may answer with
    a display name for the code it was given.
    """
    return parcel_code(theirs.tracking) == parcel_code(ours.tracking)


def parcel_code(tracking: str | None) -> str:
    """Return the form in which tracking codes are compared; empty for none."""
    return (tracking or "").strip().casefold()


def merge_shipments(ours: Sequence[Shipment], remote: RemoteOrder) -> tuple[Shipment, ...]:
    """Return an order's shipments with the shop's news: each of its parcels is one of them.

    One of ours that has no code is a parcel without one, or any once the whole order is sent.
    """
    merged = list(ours)
    # What the shop took is there already, so its parcels are these before any other.
    unclaimed = sorted(range(len(ours)), key=lambda i: ours[i].push != "sent")
    parcels = list(enumerate(remote.shipments, start=1))
    for is_it in (_is_it, _may_be_it) if remote.shipped else (_is_it,):
        for number, parcel in tuple(parcels):
            index = next((i for i in unclaimed if is_it(merged[i], parcel, number)), None)
            if index is not None:
                unclaimed.remove(index)
                parcels.remove((number, parcel))
                merged[index] = _seen(merged[index], parcel)
    merged += [_foreign(parcel, number) for number, parcel in parcels]
    return tuple(_told(each, remote) for each in merged)


def _told(shipment: Shipment, remote: RemoteOrder) -> Shipment:
    """Return a shipment the user was to enter at the shop; done once the shop shows it (E19)."""
    if shipment.push == "manual" and remote.shipped:
        return msgspec.structs.replace(shipment, push="sent", reason="")
    return shipment


def _is_it(known: Shipment, parcel: RemoteShipment, number: int) -> bool:
    """Tell whether a shipment is the shop's parcel: one of ours by code, one of theirs by id."""
    if known.push == "none":
        return known.id == _foreign_id(parcel, number)
    return same_parcel(known, parcel)


def _may_be_it(known: Shipment, _parcel: RemoteShipment, _number: int) -> bool:
    """Tell whether a shipment of ours is any parcel of an order that is sent as a whole."""
    return known.push != "none" and not known.tracking


def _seen(known: Shipment, parcel: RemoteShipment) -> Shipment:
    theirs = known.push == "none"
    confirmed: ShipmentPush = "none" if theirs else "sent"
    # Of their own parcels the carrier is told by name alone.
    name = known.carrier_name if theirs else known.carrier_name or parcel.carrier or ""
    return Shipment(
        id=known.id,
        carrier=known.carrier or parcel.carrier,
        tracking=known.tracking or parcel.tracking,
        shipped_at=known.shipped_at or parcel.shipped_at,
        push=confirmed,
        lines=known.lines,
        carrier_name=name,
    )


def _foreign(parcel: RemoteShipment, number: int) -> Shipment:
    return Shipment(
        id=_foreign_id(parcel, number),
        carrier=parcel.carrier,
        tracking=parcel.tracking,
        shipped_at=parcel.shipped_at,
    )


def _foreign_id(parcel: RemoteShipment, number: int) -> str:
    return parcel.remote_id or f"shop-{number}"
