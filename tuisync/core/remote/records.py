"""Listings and orders as a shop shows them."""

from __future__ import annotations

from datetime import datetime

import msgspec

from tuisync.core.models import Address, ListingState, ListingVariant, Money, Payment


class Unreadable(msgspec.Struct, frozen=True, kw_only=True, tag="unreadable"):
    """A record the plug-in could not make sense of; it fails alone (S46).

    Attributes:
        reason: Why, in words a seller understands.
    """

    remote_id: str
    reason: str
    title: str = ""


class RemoteListing(msgspec.Struct, frozen=True, kw_only=True, tag="listing"):
    """A listing as the shop shows it.

    Attributes:
        remote_id: The shop's id of it, as text.
        variants: Each thing with a quantity of its own; one with an empty key when the
            listing counts as a whole. Keys are stable: property ids and values, percent
            encoded, as `513=S,514=Red`; never the shop's product ids (E20).
        fingerprint: Any text that changes when the variations do, and not with quantities.
    """

    remote_id: str
    title: str
    state: ListingState
    variants: tuple[ListingVariant, ...]
    modified_at: datetime | None = None
    url: str | None = None
    fingerprint: str = ""


class RemoteBuyer(msgspec.Struct, frozen=True, kw_only=True):
    """Who bought; everything may be missing."""

    buyer_id: str | None = None
    name: str | None = None
    email: str | None = None
    address: Address | None = None


class RemoteLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a remote order.

    Attributes:
        variant_key: As in `RemoteListing.variants`, or None when the shop does not tell.
        unit_price: Price of one unit.
        options: What the buyer chose, and wrote where the shop asked, by the shop's own words for
            it: `{"Size": "11x14", "Personalization": "For Sam"}`. Whoever packs reads it.
    """

    remote_id: str
    title: str
    quantity: int
    listing_id: str | None = None
    variant_key: str | None = None
    sku: str | None = None
    unit_price: Money | None = None
    options: dict[str, str] = {}


class RemoteShipment(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel the shop knows of."""

    remote_id: str | None = None
    carrier: str | None = None
    tracking: str | None = None
    shipped_at: datetime | None = None


class RemoteOrder(msgspec.Struct, frozen=True, kw_only=True, tag="order"):
    """An order as the shop tells it, in whatever state.

    Attributes:
        number: What buyer and seller call it.
        status: The shop's own word, for people.
        recognised: The plug-in knows that word; if not, the user decides (E17).
        payment: `unpaid` orders are not sales orders yet.
        paid_at: When it was paid, for the comment's date.
        shipped: All of it has left.
        delivered: All of it has arrived, as far as the shop knows.
        cancelled: The shop cancelled it.
    """

    remote_id: str
    number: str
    placed_at: datetime
    lines: tuple[RemoteLine, ...]
    status: str
    payment: Payment
    recognised: bool = True
    modified_at: datetime | None = None
    paid_at: datetime | None = None
    shipped: bool = False
    delivered: bool = False
    cancelled: bool = False
    buyer: RemoteBuyer = RemoteBuyer()
    total: Money | None = None
    shipments: tuple[RemoteShipment, ...] = ()
