"""Marking a receipt as shipped, once.

Every success e-mails the buyer and adds a parcel that nothing can take away (etsy/open-api
#201), so the receipt is read first and nothing is sent twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from tuisync import NotPermitted, OutcomeUnknown, RejectedError, ShipmentResult
from tuisync_etsy import wire
from tuisync_etsy.api import connect
from tuisync_etsy.batches import known_number
from tuisync_etsy.carriers import carrier_code
from tuisync_etsy.faults import NOT_PERMITTED
from tuisync_etsy.orders import status_of, tracking_of
from tuisync_etsy.values import text

if TYPE_CHECKING:
    from typing import Literal

    from tuisync import Session, ShipmentNotice

SHIPPING_WRITE = "shipping_write"
"""The capability of marking orders as shipped, which Etsy keeps from some keys and countries."""

_GATED = (
    "Etsy keeps tracking from some keys and shop countries. Mark the order as shipped on Etsy; "
    "the next orders sync closes it here."
)


async def push(session: Session, shipment: ShipmentNotice) -> ShipmentResult:
    """Tell Etsy of one shipment, as the hook `push_shipment` promises.

    A 403 of the tracking call, after the same token has just read the receipt, is about the
    key or the shop's country and neither about the token nor about this order.
    """
    api = connect(session)
    path = f"{api.shop}/receipts/{known_number(shipment.order_id)}"
    receipt = (await api.get(path, wire.Receipt)).value
    known = already_there(receipt, shipment)
    if known is not None:
        return known
    check(receipt, shipment)
    try:
        answer = await api.post(f"{path}/tracking", body(shipment), wire.Receipt)
    except RejectedError as error:
        if error.error_code != NOT_PERMITTED:
            raise
        raise NotPermitted(error.message, capability=SHIPPING_WRITE, hint=_GATED) from error
    sent = _parcel(answer.value, shipment)
    if sent is None and _code(shipment.tracking):
        raise OutcomeUnknown("Etsy took the shipment, but does not show its tracking number.")
    return _result("sent", sent or _last(answer.value))


def already_there(receipt: wire.Receipt, shipment: ShipmentNotice) -> ShipmentResult | None:
    """Return what to say without sending anything; None when it has to be sent. Pure.

    Carriers are not compared: Etsy answers with display names, not with the codes sent.
    """
    same = _parcel(receipt, shipment)
    shipped = receipt.is_shipped is True or bool(receipt.shipments)
    if same is not None or (shipped and not _code(shipment.tracking)):
        return _result("already", same or _last(receipt))
    return _result("differs", _last(receipt)) if shipped else None


def check(receipt: wire.Receipt, shipment: ShipmentNotice) -> None:
    """Refuse what Etsy would do wrongly. Pure.

    Raises:
        RejectedError: The order was cancelled, or only a part of it is to be sent: Etsy
            marks all lines of a receipt together.
    """
    if status_of(receipt) in {"canceled", "cancelled"}:
        raise RejectedError("The order was cancelled on Etsy.")
    sold = {str(line.transaction_id): line.quantity for line in receipt.transactions}
    if shipment.lines and any(shipment.lines.get(id_, 0) < count for id_, count in sold.items()):
        raise RejectedError("Etsy takes one shipment for the whole order.")


def body(shipment: ShipmentNotice) -> bytes:
    """Return the JSON to post. Pure.

    The tracking code stays a string whatever it looks like: a number was shown on another
    order (etsy/open-api #466). Etsy wants a carrier with it; without a code there is neither.
    """
    tracking = (shipment.tracking or "").strip()
    fields: Mapping[str, str] = {}
    if tracking:
        fields = {"tracking_code": tracking, "carrier_name": carrier_code(shipment.carrier)}
    return msgspec.json.encode(fields)


def _parcel(receipt: wire.Receipt, shipment: ShipmentNotice) -> wire.Shipment | None:
    wanted = _code(shipment.tracking)
    if not wanted:
        return None
    parcels = receipt.shipments or ()
    return next((each for each in parcels if _code(tracking_of(each)) == wanted), None)


def _last(receipt: wire.Receipt) -> wire.Shipment | None:
    return receipt.shipments[-1] if receipt.shipments else None


def _code(tracking: str | None) -> str:
    return (tracking or "").strip().casefold()


def _result(
    outcome: Literal["sent", "already", "differs"], parcel: wire.Shipment | None
) -> ShipmentResult:
    if parcel is None:
        return ShipmentResult(outcome=outcome)
    id_ = parcel.receipt_shipping_id
    return ShipmentResult(
        outcome=outcome,
        remote_id=str(id_) if id_ else None,
        carrier=text(parcel.carrier_name),
        tracking=tracking_of(parcel),
    )
