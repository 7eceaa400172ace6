"""Marking a receipt shipped: every accepted notice adds a parcel and e-mails the buyer."""

from __future__ import annotations

from dataclasses import dataclass

from tuisync_etsy.sandbox.domain.carriers import display_name
from tuisync_etsy.sandbox.domain.errors import Refused, bad_request
from tuisync_etsy.sandbox.domain.ids import Ids
from tuisync_etsy.sandbox.domain.receipts import Receipt, Shipment
from tuisync_etsy.sandbox.domain.shop import Shop

_DAY = 86_400
_FIVE_PM = 17 * 3600


@dataclass(frozen=True, slots=True)
class Notice:
    """What a client tells about a parcel; both may be empty."""

    tracking_code: str = ""
    carrier_name: str = ""


def needs_tracking(receipt: Receipt, shop: Shop) -> bool:
    """Tell whether Etsy wants carrier and number: US to US over USD 10, and to India."""
    country = receipt.buyer.address.country_iso
    if country == "IN":
        return True
    domestic = shop.country == "US" and country == "US"
    return domestic and receipt.subtotal > 10 * shop.divisor


def ship(receipt: Receipt, shop: Shop, notice: Notice, ids: Ids, now: int) -> None:
    """Mark a receipt shipped and add the parcel.

    A repeat is accepted and adds another parcel (etsy/open-api #201).

    Raises:
        Refused: Cancelled or unpaid, or carrier and number are missing where needed.
    """
    if receipt.cancelled or not receipt.is_paid:
        raise Refused(409, f"Receipt {receipt.receipt_id} is {receipt.status}.")
    if needs_tracking(receipt, shop) and not notice.tracking_code:
        raise bad_request("A tracking number is required")
    if notice.tracking_code and not notice.carrier_name:
        raise bad_request("A carrier name is required")
    receipt.shipments.append(
        Shipment(
            shipment_id=ids.next("shipment"),
            notified_at=now - now % _DAY + _FIVE_PM,
            carrier_name=display_name(notice.carrier_name),
            tracking_code=notice.tracking_code,
        )
    )
    receipt.shipped_at = receipt.shipped_at or now
    receipt.updated_at = now
