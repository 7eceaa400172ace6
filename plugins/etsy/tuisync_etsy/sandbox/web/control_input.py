"""What the control calls take; anything else is refused with a sentence."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from tuisync_etsy.sandbox.domain.listings import MAX_QUANTITY, ListingState
from tuisync_etsy.sandbox.domain.shop import Seat
from tuisync_etsy.sandbox.domain.tokens import Rotation

Units = Annotated[int, Meta(ge=0, le=MAX_QUANTITY)]
SomeUnits = Annotated[int, Meta(ge=1, le=MAX_QUANTITY)]
Price = Annotated[int, Meta(ge=1, le=5_000_000)]
Title = Annotated[str, Meta(min_length=1, max_length=140)]
Sku = Annotated[str, Meta(max_length=32)]
Calls = Annotated[int, Meta(ge=0, le=10_000_000)]
Seconds = Annotated[float, Meta(ge=0, le=10 * 365 * 86_400)]


class Input(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Base of the bodies: unknown keys are mistakes."""


class Variant(Input):
    """Names a product: by SKU, by listing, by listing and options, or by nothing."""

    listing_id: int | None = None
    sku: str | None = None
    options: dict[str, str] = {}


class OrderLine(Variant):
    """So many of a product."""

    quantity: SomeUnits = 1


class Sell(OrderLine):
    """A buyer buys something for sale, or what `lines` name.

    Attributes:
        lines: Several products in one order.
        pays_in: Seconds until the payment goes through, when it is not paid at once.
        buyer_id: An earlier buyer's id; a random one if None.
    """

    lines: list[OrderLine] = []
    paid: bool = True
    pays_in: Annotated[int, Meta(ge=1, le=86_400)] | None = None
    buyer_id: int | None = None


class ReceiptOnly(Input):
    """Names an order."""

    receipt_id: int


class Pay(ReceiptOnly):
    """The payment of an order goes through."""


class Revoke(Input):
    """The signed-in user changes the password, which ends every token."""


class Cancel(ReceiptOnly):
    """The seller cancels an order, and may put the units back."""

    restock: bool = False


class GiveBack(ReceiptOnly):
    """The seller gives money back; all of it if no amount is named."""

    amount: int | None = None
    reason: str = "Refunded by the seller"


class ShipThere(ReceiptOnly):
    """The seller ships an order on Etsy's own pages."""

    tracking_code: str = ""
    carrier_name: str = ""


class Edit(Variant):
    """The seller edits a listing on Etsy's own pages.

    Attributes:
        new_sku: The SKU it gets.
        rename: An option's old and new text, which changes the listing's shape.
        currency: What its prices are in from now on, until an inventory write.
        delete: Take the listing away for good.
    """

    title: Title | None = None
    new_sku: Sku | None = None
    quantity: Units | None = None
    price: Price | None = None
    enabled: bool | None = None
    state: ListingState | None = None
    rename: tuple[str, str] | None = None
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")] | None = None
    delete: bool = False


class NewListing(Input):
    """The seller adds a simple listing; `price` is in the smallest unit."""

    title: Title
    sku: Sku = ""
    quantity: SomeUnits = 1
    price: Price = 2_000
    state: Literal["active", "draft", "inactive"] = "active"


class Advance(Input):
    """Time passes, in seconds."""

    advance: Seconds


class SignIn(Input):
    """Who the consent page finds signed in."""

    seat: Seat


class Region(Input):
    """Whether addresses are withheld and tracking calls refused, as in some countries."""

    restricted: bool = True


class Vacation(Input):
    """The seller goes on vacation, or comes back: the shop takes no orders meanwhile."""

    on: bool = True


class NewLimits(Input):
    """Other limits, or calls that somebody else made with the key."""

    per_second: Calls | None = None
    per_day: Calls | None = None
    spend: Calls = 0


class NewQuirks(Input):
    """Switches of `Quirks`, and how refresh tokens rotate; what is absent stays."""

    capitalised_status: bool | None = None
    escaped_text: bool | None = None
    cancel_moves_update: bool | None = None
    cancelled_listed: bool | None = None
    value_pairs: bool | None = None
    strict_keys: bool | None = None
    hidden_addresses: bool | None = None
    tracking_refused: bool | None = None
    product_data_in_lists: bool | None = None
    sale_moves_listing: bool | None = None
    inactive_reads_as_edit: bool | None = None
    dead_tokens_forbidden: bool | None = None
    denial_stops: bool | None = None
    new_field: bool | None = None
    legacy_axes: bool | None = None
    unknown_status: bool | None = None
    unsorted_receipts: bool | None = None
    images_unlinked: bool | None = None
    put_moves_prices: bool | None = None
    tracking_dropped: bool | None = None
    rotation: Rotation | None = None
