"""Everything the sandbox knows, in one place to hand around."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

from tuisync_etsy.sandbox.domain.clock import SandboxClock
from tuisync_etsy.sandbox.domain.faults import FaultQueue
from tuisync_etsy.sandbox.domain.ids import Ids
from tuisync_etsy.sandbox.domain.limits import Limits
from tuisync_etsy.sandbox.domain.listings import Listing
from tuisync_etsy.sandbox.domain.receipts import Receipt
from tuisync_etsy.sandbox.domain.shop import Buyer, Seat, Shop, User
from tuisync_etsy.sandbox.domain.tokens import TokenBook
from tuisync_etsy.sandbox.domain.traffic import RequestLog


@dataclass(frozen=True, slots=True)
class AppKey:
    """The registered app: what a client sends as `x-api-key`, and its redirect."""

    application_id: int
    keystring: str
    shared_secret: str
    redirect_uri: str = "http://localhost:3003/oauth/redirect"

    def __repr__(self) -> str:
        return f"AppKey(application_id={self.application_id})"


@dataclass(slots=True)
class Quirks:
    """Where Etsy's behaviour is odd or unknown, and a test may want it otherwise.

    Attributes:
        capitalised_status: Receipts say `Completed`, as live data does (etsy/open-api #806).
        escaped_text: Names and addresses carry HTML entities (etsy/open-api #446).
        cancel_moves_update: A cancellation or refund moves `update_timestamp`.
        cancelled_listed: Cancelled receipts come without `was_canceled=true`.
        value_pairs: Inventory carries the undocumented field `value_pairs`.
        strict_keys: An inventory write with unknown keys is refused (etsy/open-api #159).
        hidden_addresses: Address fields are null.
        tracking_refused: The tracking call answers 403 `Unauthorized`.
        product_data_in_lists: Lists of receipts carry `product_data`, which they once did
            not (etsy/open-api #476).
        sale_moves_listing: A sale moves its listing's `updated_timestamp`.
        inactive_reads_as_edit: A listing off sale reads back as `edit` in places
            (etsy/open-api #473).
        dead_tokens_forbidden: An expired or revoked access token is a 403, not a 401.
        denial_stops: Refusing on the consent page ends there and never leads back
            (etsy/open-api #234).
        new_field: Products carry a field that a write does not take.
        legacy_axes: Listings without variations name a property in `quantity_on_property`
            (etsy/open-api #134).
        unknown_status: Paid receipts say something the description does not have.
        unsorted_receipts: Lists of receipts come in no order (etsy/open-api #185).
        images_unlinked: An inventory write drops the pictures of options
            (etsy/open-api #200, #384).
        put_moves_prices: An inventory write makes prices a little higher.
        tracking_dropped: A shipment is taken without its tracking number (etsy/open-api #201).
    """

    capitalised_status: bool = True
    escaped_text: bool = True
    cancel_moves_update: bool = False
    cancelled_listed: bool = False
    value_pairs: bool = False
    strict_keys: bool = True
    hidden_addresses: bool = False
    tracking_refused: bool = False
    product_data_in_lists: bool = True
    sale_moves_listing: bool = True
    inactive_reads_as_edit: bool = False
    dead_tokens_forbidden: bool = False
    denial_stops: bool = False
    new_field: bool = False
    legacy_axes: bool = False
    unknown_status: bool = False
    unsorted_receipts: bool = False
    images_unlinked: bool = False
    put_moves_prices: bool = False
    tracking_dropped: bool = False


@dataclass(slots=True)
class World:
    """The state of the sandbox.

    Attributes:
        shop: The owner's shop, which is what a client connects.
        users: By seat: who the consent page finds signed in.
        seat: Who is signed in now.
        emails: Shipping notices sent to buyers, per receipt.
        rng: Drives whatever buyers do while the sandbox runs.
    """

    clock: SandboxClock
    key: AppKey
    shop: Shop
    shops: dict[int, Shop]
    users: dict[Seat, User]
    listings: dict[int, Listing]
    receipts: dict[int, Receipt]
    buyers: list[Buyer]
    ids: Ids
    rng: random.Random
    seat: Seat = "owner"
    tokens: TokenBook = field(default_factory=TokenBook)
    limits: Limits = field(default_factory=Limits)
    faults: FaultQueue = field(default_factory=FaultQueue)
    log: RequestLog = field(default_factory=RequestLog)
    quirks: Quirks = field(default_factory=Quirks)
    emails: Counter[int] = field(default_factory=Counter)

    def listings_of(self, shop_id: int) -> list[Listing]:
        """Return a shop's listings, oldest first."""
        return [each for each in self.listings.values() if each.shop_id == shop_id]

    def receipts_of(self, shop_id: int) -> list[Receipt]:
        """Return a shop's receipts, oldest first."""
        return [each for each in self.receipts.values() if each.shop_id == shop_id]

    def user(self, user_id: int) -> User | None:
        """Return a seller's account by its id."""
        return next((each for each in self.users.values() if each.user_id == user_id), None)

    def shop_owned_by(self, user_id: int) -> Shop | None:
        """Return the one shop an account owns."""
        return next((each for each in self.shops.values() if each.user_id == user_id), None)
