"""What a shop shows, and which item stands behind it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from tuisync.core.models.base import Document, Money

ListingState = Literal["active", "inactive", "sold_out", "draft", "expired", "removed"]
LinkState = Literal["linked", "unconfirmed", "conflict", "ignored", "broken", "closed"]
"""`closed`: its shop was disconnected; what was decided about it is kept, and it is not shown."""
LINK_STATES: tuple[LinkState, ...] = ("linked", "unconfirmed", "conflict", "ignored", "broken")
"""The states of the links of connected shops."""

LinkBasis = Literal["sku", "name", "manual"]
DriftKind = Literal["here", "there", "both", "reactivated"]


class ListingVariant(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The smallest thing in a listing with a quantity of its own.

    Attributes:
        key: Stable inside the listing; empty for a listing that counts as a whole.
        options: Property names and values, as `{"Size": "S"}`.
        sku: The shop's SKU, or None.
        quantity: The shop's number: as last read, less what orders seen since took from it.
    """

    key: str
    quantity: int
    sku: str | None = None
    options: dict[str, str] = {}
    price: Money | None = None


class Listing(Document, frozen=True, kw_only=True):
    """One listing of one shop. Its id is `<integration id>:<listing id>`.

    Attributes:
        integration: The integration's id.
        listing_id: The shop's own id.
        read_at: The shop's clock when its numbers were read.
        modified_at: When the shop says it last changed.
        paused_by_us: We took it off sale because nothing was left.
        reactivated: We paused it, and somebody at the shop put it up for sale again (E4).
        fingerprint: Changes when the variations do; quantities do not matter.
    """

    integration: str
    listing_id: str
    title: str
    state: ListingState
    variants: tuple[ListingVariant, ...]
    read_at: datetime
    modified_at: datetime | None = None
    url: str | None = None
    paused_by_us: bool = False
    reactivated: bool = False
    fingerprint: str = ""

    def variant_id(self, variant: ListingVariant) -> str:
        """Return the id of one of its variants, which is also its link's id."""
        return variant_id(self.id, variant.key)


class Shortfall(msgspec.Struct, frozen=True, kw_only=True):
    """A shop's number was read lower than believed, and no order explains all of it yet.

    Attributes:
        units: How many are not explained.
        after: The shop's clock at the reading that was believed.
        at: The shop's clock at the newest lower reading.
        unexplained_since: The first orders pull after that which left it unexplained.
    """

    units: int
    after: datetime
    at: datetime
    unexplained_since: datetime | None = None


class Level(msgspec.Struct, frozen=True):
    """The number at which our side and the shop's last stood level.

    Attributes:
        number: What the shop confirmed or showed then, less what it sold since.
        at: The shop's clock then.
    """

    number: int
    at: datetime


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A shop's number that is not ours, seen from three sides.

    Attributes:
        kind: Where the number changed since both were level.
        ours: The number our rules give.
        confirmed: The number at which both were level, or None where they never were.
        shop: The number the shop shows.
    """

    kind: DriftKind
    ours: int
    confirmed: int | None
    shop: int


class Link(Document, frozen=True, kw_only=True):
    """Which item stands behind one listing variant. Its id is the variant's.

    Attributes:
        integration: The integration's id.
        listing: The listing's id (ours, not the shop's).
        key: The variant's key in that listing.
        item: The item's id while linked.
        baseline_at: The shop's clock at the quantity read from which orders count.
        opening: The item's opening stock came from this variant's number.
        counted_from: While unlinked: the baseline it had, or when it was read first. What was sold
            since then and found no item counts for the item it is linked to next.
        confirmed: The number the shop last confirmed, and when.
        level: Where both sides were level last.
        asks: A difference that waits for the user's answer, since `asks_since`.
        left: A difference the user chose to leave, until any of its numbers changes.
        shortfall: What is missing at the shop and no order explains.
        never: Items the user unlinked from it; never linked again by themselves.
        candidates: Items that stood in the way of an automatic link (ids).
        former: Items it was unlinked from whose orders still count against them, until the user
            says whether they follow the new link (ids).
        shown_before: What the shop showed before the first number was sent through the link.
        gives_back: What it should show again, since an undo took the link apart.
        paused_by_us: While closed: we had taken the listing off sale because nothing was left.
        let_go: While ignored: it was gone from the shop, so it is asked about again if it returns.
    """

    integration: str
    listing: str
    key: str
    state: LinkState = "unconfirmed"
    basis: LinkBasis | None = None
    item: str | None = None
    baseline_at: datetime | None = None
    opening: bool = False
    counted_from: datetime | None = None
    confirmed: int | None = None
    confirmed_at: datetime | None = None
    level: Level | None = None
    asks: Difference | None = None
    asks_since: datetime | None = None
    left: Difference | None = None
    shortfall: Shortfall | None = None
    never: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    shown_before: int | None = None
    gives_back: int | None = None
    reason: str = ""
    paused_by_us: bool = False
    let_go: bool = False


def variant_id(listing: str, key: str) -> str:
    """Return the id of a listing variant: the listing's id, then the key if it has one."""
    return f"{listing}:{key}" if key else listing
