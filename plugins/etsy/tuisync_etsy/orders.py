"""A receipt, from Etsy's form into ours. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from tuisync import (
    Address,
    RemoteBuyer,
    RemoteLine,
    RemoteOrder,
    RemoteShipment,
    Unreadable,
)
from tuisync_etsy import wire
from tuisync_etsy.listings import unreadable
from tuisync_etsy.values import amount, moment, money, text
from tuisync_etsy.variants import variant_key

if TYPE_CHECKING:
    from datetime import datetime

    from tuisync import Payment

PERSONALIZATION = 54
"""The property under which a buyer's own words come; it is not a variation."""

_RECEIPT = msgspec.json.Decoder(wire.Receipt, strict=False)
_CANCELLED = frozenset({"canceled", "cancelled"})
_NOT_PAID_YET = frozenset({"open", "payment processing"})
_PAID = frozenset({"paid", "completed"})
_REFUNDED: dict[str, Payment] = {
    "fully refunded": "refunded",
    "partially refunded": "partially_refunded",
}
_KNOWN = _CANCELLED | _NOT_PAID_YET | _PAID | _REFUNDED.keys()
_REFUND_FAILED = frozenset({"failed", "rejected", "declined", "canceled", "cancelled"})


def read_receipt(raw: bytes | msgspec.Raw) -> wire.Receipt | Unreadable:
    """Decode one receipt, or say why it cannot be."""
    try:
        return _RECEIPT.decode(raw)
    except msgspec.DecodeError as error:
        return unreadable(raw, "receipt_id", error)


def to_order(receipt: wire.Receipt) -> RemoteOrder | Unreadable:
    """Return the order a receipt stands for; whole or not at all."""
    placed = moment(receipt.created_timestamp, receipt.create_timestamp)
    if placed is None:
        return _incomplete(receipt, "Etsy did not tell when the order was placed.")
    if not receipt.transactions:
        return _incomplete(receipt, "Etsy sent the order without its lines.")
    status = status_of(receipt)
    payment = payment_of(receipt)
    return RemoteOrder(
        remote_id=str(receipt.receipt_id),
        number=str(receipt.receipt_id),
        placed_at=placed,
        modified_at=moment(receipt.updated_timestamp, receipt.update_timestamp),
        lines=tuple(map(_line, receipt.transactions)),
        status=text(receipt.status) or "unknown",
        recognised=status in _KNOWN,
        payment=payment,
        paid_at=None if payment == "unpaid" else _paid_at(receipt, placed),
        shipped=receipt.is_shipped is True or status == "completed",
        cancelled=status in _CANCELLED,
        buyer=_buyer(receipt),
        total=money(receipt.grandtotal),
        shipments=tuple(map(_shipment, receipt.shipments or ())),
    )


def status_of(receipt: wire.Receipt) -> str:
    """Return the status in one letter case; live data is capitalised, the description not."""
    return " ".join((receipt.status or "").replace("_", " ").split()).casefold()


def payment_of(receipt: wire.Receipt) -> Payment:
    """Tell how far the order is paid.

    Refunds do not change a receipt's totals (etsy/open-api #339), so they are summed up.
    """
    status = status_of(receipt)
    if status in _REFUNDED:
        return _REFUNDED[status]
    if status in _NOT_PAID_YET:
        return "unpaid"
    if receipt.is_paid is False or (receipt.is_paid is None and status not in _PAID):
        return "unpaid"
    return _refunded(receipt) or "paid"


def line_key(transaction: wire.Transaction) -> str | None:
    """Return the key of what was sold, over all its options; None when Etsy does not tell.

    `product_data` was empty in lists once (etsy/open-api #476); then the buyer's choices
    serve, without personalisation, which is not an option of the product.
    """
    if transaction.product_data:
        return variant_key(transaction.product_data)
    chosen = tuple(_chosen(transaction.variations or ()))
    return variant_key(chosen) if chosen else None


def tracking_of(shipment: wire.Shipment) -> str | None:
    """Return the tracking code as text; some came as numbers (etsy/open-api #466)."""
    return text(shipment.tracking_code)


def _chosen(variations: Iterable[wire.Variation]) -> Iterable[wire.PropertyValue]:
    for each in variations:
        personal = each.property_id == PERSONALIZATION or each.question_id is not None
        if each.property_id and each.formatted_value and not personal:
            yield wire.PropertyValue(property_id=each.property_id, values=(each.formatted_value,))


def _line(transaction: wire.Transaction) -> RemoteLine:
    listing = transaction.listing_id
    return RemoteLine(
        remote_id=str(transaction.transaction_id),
        title=text(transaction.title) or "",
        quantity=transaction.quantity,
        listing_id=str(listing) if listing else None,
        variant_key=line_key(transaction),
        sku=text(transaction.sku),
        unit_price=money(transaction.price),
        options=_options(transaction),
    )


def _options(transaction: wire.Transaction) -> dict[str, str]:
    """Return what the buyer chose, and wrote where the listing asks for it (property 54)."""
    found: dict[str, str] = {}
    for each in transaction.variations or ():
        name, value = text(each.formatted_name) or "Choice", text(each.formatted_value)
        if value:
            found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _refunded(receipt: wire.Receipt) -> Payment | None:
    amounts = [
        amount(refund.amount)
        for refund in receipt.refunds or ()
        if refund.amount and (refund.status or "").strip().casefold() not in _REFUND_FAILED
    ]
    if not any(amounts):
        return None
    whole = receipt.grandtotal is not None and sum(amounts) >= amount(receipt.grandtotal)
    return "refunded" if whole else "partially_refunded"


def _paid_at(receipt: wire.Receipt, placed: datetime) -> datetime:
    stamps = [each.paid_timestamp for each in receipt.transactions if each.paid_timestamp]
    return moment(min(stamps, default=None)) or placed


def _buyer(receipt: wire.Receipt) -> RemoteBuyer:
    return RemoteBuyer(
        buyer_id=str(receipt.buyer_user_id) if receipt.buyer_user_id else None,
        name=text(receipt.name),
        email=text(receipt.buyer_email),
        address=_address(receipt),
    )


def _address(receipt: wire.Receipt) -> Address | None:
    """Return the address; Etsy keeps it from some keys and regions, then all is null."""
    address = Address(
        first_line=text(receipt.first_line),
        second_line=text(receipt.second_line),
        city=text(receipt.city),
        region=text(receipt.state),
        postcode=text(receipt.zip),
        country=text(receipt.country_iso),
    )
    return None if address == Address() else address


def _shipment(shipment: wire.Shipment) -> RemoteShipment:
    id_ = shipment.receipt_shipping_id
    return RemoteShipment(
        remote_id=str(id_) if id_ else None,
        carrier=text(shipment.carrier_name),
        tracking=tracking_of(shipment),
        shipped_at=moment(shipment.shipment_notification_timestamp),
    )


def _incomplete(receipt: wire.Receipt, reason: str) -> Unreadable:
    return Unreadable(remote_id=str(receipt.receipt_id), reason=reason)
