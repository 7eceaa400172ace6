"""What passes between the engine and a plug-in: requests down, remote facts up.

Everything here is part of the plug-in API and is exported from the package root. Values a
plug-in hands up are validated at the border (`core.plugins.handle`), and control characters
are taken out of their texts there, so that nothing behind it meets hostile text.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from tuisync.core.models import (
    Address,
    Budget,
    ListingState,
    ListingVariant,
    Money,
    Payment,
    Period,
)

API_VERSION = (1, 0)
"""Version of the plug-in API: the first number changes when plug-ins must."""


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """A setting a marketplace needs before it can sign in.

    Declared once; the command line (`--set KEY=VALUE`), the wizard and the docs render it.

    Attributes:
        key: Its name, lower case with underscores.
        title: What the form calls it.
        help: One sentence: where the user finds it.
        secret: Asked for without echo, kept with the secrets, never shown.
        required: The sign-in cannot start without it.
        default: Used when the user gives none.
    """

    key: str
    title: str
    help: str = ""
    secret: bool = False
    required: bool = True
    default: str = ""


class Carrier(msgspec.Struct, frozen=True, kw_only=True):
    """A carrier the marketplace knows: the code it wants and the name people use."""

    code: str
    title: str


class RateHeaders(msgspec.Struct, frozen=True, kw_only=True):
    """Names of the response headers that tell the budget; empty where there is none.

    Attributes:
        assumed_per_second: Calls per second until a response said otherwise.
    """

    limit_per_second: str = ""
    remaining_this_second: str = ""
    limit_per_day: str = ""
    remaining_today: str = ""
    assumed_per_second: float = 5.0


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    """What the marketplace can do; the core decides by these, never by its name.

    Attributes:
        partial_shipments: An order may be sent in several parcels (S02).
        tracking_required: A shipment needs carrier and tracking number.
        tracking_pair: Carrier and tracking number go together: both, or neither.
        max_quantity: Highest number a variant may show, or None.
        zero_stock: A listing may show zero; else it is paused and reactivated.
        renewal_fee: What the marketplace charges for putting a sold-out listing up again, or
            None where that is free; plans name it.
        paid_comment: The comment put on a paid order (S37, S38).
        carriers: Known carriers; `other` is accepted where listed.
    """

    partial_shipments: bool = True
    tracking_required: bool = False
    tracking_pair: bool = False
    max_quantity: int | None = None
    zero_stock: bool = True
    renewal_fee: Money | None = None
    paid_comment: str = "Paid"
    carriers: tuple[Carrier, ...] = ()
    rate: RateHeaders = RateHeaders()


class Marketplace(msgspec.Struct, frozen=True, kw_only=True):
    """A plug-in's description of itself; made without any call.

    Attributes:
        id: Equal to the plug-in's entry-point name.
        title: What people call it.
        api_version: The `API_VERSION` it was written for.
        options: What it needs before it can sign in.
        redirect_port: Loopback port of its sign-in redirect.
        redirect_path: Path of its sign-in redirect.
        sandbox: Module that `python -m` runs as a sandbox shop, or None.
        setup_steps: What the user does at the marketplace first, a sentence a step.
        notice: A legal notice to show with it, or empty.
    """

    id: str
    title: str
    api_version: tuple[int, int] = API_VERSION
    options: tuple[Option, ...] = ()
    capabilities: Capabilities = Capabilities()
    redirect_port: int = 3003
    redirect_path: str = "/oauth/redirect"
    sandbox: str | None = None
    setup_steps: tuple[str, ...] = ()
    notice: str = ""


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """What a sign-in gave. Never logged, never shown: its repr hides both tokens.

    Attributes:
        expires_at: When the access token ends.
        refresh_expires_at: When the refresh token ends if it is not used, or None.
    """

    access: str
    refresh: str
    expires_at: datetime
    refresh_expires_at: datetime | None = None

    def __repr__(self) -> str:
        return f"Tokens(expires_at={self.expires_at.isoformat()})"


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Who signed in, and the one shop that account owns."""

    account_id: str
    shop_id: str
    shop_name: str
    currency: str


class Authorization(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of a sign-in."""

    tokens: Tokens
    account: Account


class FetchRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What to fetch, in exactly one of these ways.

    - `ids`: these records by id, each read once, nothing else;
    - `period`: orders *placed* in it (or all items when the shop cannot filter them);
    - else everything changed since `cursor` (None: everything there is).

    Attributes:
        cursor: What an earlier page gave, or None.
        ids: Remote ids, or empty.
        period: `[start, end)`.
        open_ids: Orders only: remote ids of the orders we hold as open. The plug-in compares
            them with the shop's open ones and reads by id those missing there, so that a
            cancellation the shop does not announce is found (E8).
    """

    cursor: str | None = None
    ids: tuple[str, ...] = ()
    period: Period | None = None
    open_ids: tuple[str, ...] = ()


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
    """

    remote_id: str
    title: str
    quantity: int
    listing_id: str | None = None
    variant_key: str | None = None
    sku: str | None = None
    unit_price: Money | None = None


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


class ItemsPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of listings.

    Attributes:
        records: What was on it; a listing may come twice in one pull.
        served_at: The shop's clock (its `Date` header) when the numbers on it were read.
        cursor: Stored with the page; handed back to go on after it, or to read what changed.
        expected: How many records the whole pull will bring, if known.
        gone: Remote ids that the shop says do not exist (when asked for by id).
        unchanged: Remote ids that the shop still shows and that say nothing new since the
            cursor, so that they were not read again.
        on_vacation: The shop takes no orders for now; None when this page does not tell.
    """

    records: tuple[RemoteListing | Unreadable, ...]
    served_at: datetime
    cursor: str | None = None
    expected: int | None = None
    gone: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    on_vacation: bool | None = None


class OrdersPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of orders; attributes as in `ItemsPage`."""

    records: tuple[RemoteOrder | Unreadable, ...]
    served_at: datetime
    cursor: str | None = None
    expected: int | None = None
    gone: tuple[str, ...] = ()


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


__all__ = [
    "API_VERSION",
    "Account",
    "Address",
    "Authorization",
    "Budget",
    "Capabilities",
    "Carrier",
    "FetchRequest",
    "ItemsPage",
    "ListingState",
    "ListingVariant",
    "Marketplace",
    "Money",
    "Option",
    "OrdersPage",
    "Payment",
    "Period",
    "RateHeaders",
    "RemoteBuyer",
    "RemoteLine",
    "RemoteListing",
    "RemoteOrder",
    "RemoteShipment",
    "ShipmentNotice",
    "ShipmentResult",
    "StockChange",
    "StockResult",
    "Tokens",
    "Unreadable",
    "VariantChange",
]
