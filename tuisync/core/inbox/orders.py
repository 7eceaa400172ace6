"""Orders that ask something: what they are, whether goods came back, what to enter at the shop."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tuisync.core.inbox.rows import Fix, Fold, InboxRow, shop_name
from tuisync.core.models import Order, Shipment
from tuisync.core.store import schema
from tuisync.core.store.port import Reader


def orders(reader: Reader, now: datetime) -> Iterator[InboxRow]:
    """Yield a row per order that waits for the user's answer."""
    del now  # an order asks until it is answered
    for order in reader.find(schema.ORDERS, "asks", "decision"):
        yield _undecided(reader, order)
    for order in reader.find(schema.ORDERS, "asks", "return"):
        yield _asks_return(order)
    for order in reader.find(schema.ORDERS, "asks", "by hand"):
        for shipment in order.shipments:
            if shipment.push == "manual":
                yield _by_hand(order, shipment)


def _undecided(reader: Reader, order: Order) -> InboxRow:
    return InboxRow(
        id=f"decide:{order.id}",
        kind="decision",
        integration=order.integration,
        subject=f"Order {order.number}",
        message=order.doubt or f"The shop calls it `{order.remote_status}`: please decide.",
        hint=f"`tuisync orders decide {order.id} confirmed`, or `fulfilled`, or `void`.",
        fix=Fix("decide", (order.id,)),
        first_at=order.modified_at,
        last_at=order.modified_at,
        fold=Fold(
            key=f"decide:{order.integration}",
            noun="orders",
            message="The shop leaves in doubt what they are: please decide.",
            hint="`tuisync orders list --gate needs_decision -i"
            f" {shop_name(reader, order.integration)}` lists them.",
        ),
    )


def _asks_return(order: Order) -> InboxRow:
    what = "cancelled" if order.cancelled else "refunded"
    return InboxRow(
        id=f"return:{order.id}",
        kind="decision",
        integration=order.integration,
        subject=f"Order {order.number}",
        message=f"It was {what} after it was sent. Did the goods come back to stock?",
        hint=f"`tuisync orders return {order.id} --to WAREHOUSE`, or `--lost`.",
        fix=Fix("return", (order.id,)),
        first_at=order.modified_at,
        last_at=order.modified_at,
        fold=Fold(
            key=f"return:{order.integration}",
            noun="orders",
            message="Money went back after they were sent. Did the goods come back to stock?",
            hint=f"`tuisync inbox show return:{order.integration}` lists them;"
            " `tuisync orders return ID --to WAREHOUSE`, or `--lost`, for each.",
        ),
    )


def _parcel(shipment: Shipment) -> str:
    """Return what to enter there, ready to be copied."""
    carrier = shipment.carrier_name or shipment.carrier
    said = [("carrier", carrier), ("tracking number", shipment.tracking)]
    told = ", ".join(f"{name} {value}" for name, value in said if value)
    return f": {told}" if told else ""


def _by_hand(order: Order, shipment: Shipment) -> InboxRow:
    """Return the row of a parcel that only the user can tell the shop of.

    It has the id of the parcel's push, so that one which was refused has one row and not two.
    """
    return InboxRow(
        id=f"shipment:{order.id}#{shipment.id}",
        kind="decision",
        integration=order.integration,
        subject=f"Order {order.number}",
        message=f"Mark it as shipped at the shop{_parcel(shipment)}."
        f" {shipment.reason or 'The shop does not let us tell it of shipments.'}",
        hint="This goes away once the shop shows it as shipped. To let us try again:"
        " `tuisync integration set NAME shipments=on`.",
        fix=Fix("ship_there", (order.id,)),
        first_at=shipment.shipped_at,
        last_at=shipment.shipped_at,
        fold=Fold(
            key=f"by-hand:{order.integration}",
            noun="shipments",
            message="The shop does not let us tell it of them: mark them as shipped there.",
            hint=f"`tuisync inbox show by-hand:{order.integration}` lists them. To let us try"
            " again: `tuisync integration set NAME shipments=on`.",
        ),
    )
