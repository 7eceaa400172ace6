"""What is sent to a shop, and what it confirms."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from tuisync.core.models import ListingState


class VariantChange(msgspec.Struct, frozen=True, kw_only=True):
    """One variant's number: what we believe buyers see, and what they shall see.

    Of a listing that is sold out, or that we paused, they see nothing, whatever the shop keeps.
    """

    key: str
    believed: int
    wanted: int


class StockChange(msgspec.Struct, frozen=True, kw_only=True):
    """A push of one listing's numbers.

    Attributes:
        variants: The variants to set; others keep the number they have.
        fingerprint: The shape the numbers were made for, as in `RemoteListing`.
        paused_by_us: We paused it for want of stock, so we may reactivate it.
        renew_sold_out: The seller allows paying for the renewal of a sold-out listing.
    """

    listing_id: str
    variants: tuple[VariantChange, ...]
    fingerprint: str = ""
    paused_by_us: bool = False
    renew_sold_out: bool = False


class StockResult(msgspec.Struct, frozen=True, kw_only=True):
    """What the shop confirmed after a push.

    Attributes:
        quantities: Per variant key, the shop's number now (0 for a listing we paused).
        state: The listing's state now.
        paused_by_us: It is off sale because we paused it.
        fingerprint: Its shape now.
        notes: What else the write did at the shop, in words for the user: something it
            changed besides the numbers, and whether that was put right.
    """

    quantities: dict[str, int]
    state: ListingState
    served_at: datetime
    paused_by_us: bool = False
    fingerprint: str = ""
    notes: tuple[str, ...] = ()


class ShipmentNotice(msgspec.Struct, frozen=True, kw_only=True):
    """A push of one shipment.

    Attributes:
        order_id: The shop's id of the order.
        carrier: One of the marketplace's carrier codes, or None.
        lines: Units per remote line id; empty means the whole order.
    """

    order_id: str
    carrier: str | None = None
    tracking: str | None = None
    shipped_at: datetime | None = None
    lines: dict[str, int] = {}


class ShipmentResult(msgspec.Struct, frozen=True, kw_only=True):
    """What the shop shows after a shipment push.

    Attributes:
        outcome: `sent` now; `already` there with the same tracking code; `differs`: the
            seller shipped it there with another code, and nothing was sent.
        remote_id: The shop's id of the shipment, if it has one.
    """

    outcome: Literal["sent", "already", "differs"]
    remote_id: str | None = None
    carrier: str | None = None
    tracking: str | None = None
