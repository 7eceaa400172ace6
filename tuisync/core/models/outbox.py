"""What is owed to the shops, and what a plan says of it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from tuisync.core.models.base import Document, Money
from tuisync.core.models.listings import DriftKind, ListingState

OutboxKind = Literal["stock", "shipment"]
OutboxState = Literal[
    "held",
    "queued",
    "in_flight",
    "retry_wait",
    "unknown",
    "applied",
    "superseded",
    "rejected",
    "dead",
    "paused",
]

LIVE: frozenset[OutboxState] = frozenset(
    {"held", "queued", "in_flight", "retry_wait", "unknown", "paused"}
)
"""The states in which a push is still owed."""

REFUSED: frozenset[OutboxState] = frozenset({"rejected", "dead"})
"""The states in which a push was given up and waits for the user."""


class SentNumber(msgspec.Struct, frozen=True):
    """A number a shop took.

    Attributes:
        key: The variant's key in its listing.
        before: The shop's number before it.
        number: The number it confirmed.
    """

    key: str
    before: int
    number: int


class OutboxEntry(Document, frozen=True, kw_only=True):
    """A push that is owed: at most one per listing (stock) or shipment.

    Its id is `stock:<listing id>` or `shipment:<order id>#<shipment id>`, so that a second
    live one cannot exist. It says *that* a push is owed; the number is computed when sent.

    Attributes:
        integration: The integration's id.
        target: The listing's or the order's id.
        cause: Why, in words.
        version: Grows with each change that makes the push owed again.
        lowering: Only lowerings may be sent of it, because a sale lowered the number of a held
            listing; whatever else is owed goes back to being held.
        sale: A sale caused it, so it goes first.
        agreed: Per variant key, the number the user saw in a plan and applied; no other is
            sent. Empty for what needs nobody's consent.
        seen: Per variant key of `agreed`, the shop's number the user saw beside it.
        plan: Id of the plan that was applied, of which `agreed` is.
        attempts: Sends tried since it was last owed.
        looked_at: When a lost answer was last looked for at the shop.
        was_held: It waited for the plan when the shop's number fell to ours, as a sale does
            that is not read yet: what is owed next waits for the plan, too.
        sent: Stock: what the shop took last, at `sent_at`; it stays while more is owed.
    """

    integration: str
    kind: OutboxKind
    target: str
    state: OutboxState
    created_at: datetime
    updated_at: datetime
    cause: str = ""
    version: int = 1
    shipment: str | None = None
    lowering: bool = False
    sale: bool = False
    agreed: dict[str, int] = {}
    seen: dict[str, int] = {}
    plan: str = ""
    attempts: int = 0
    next_attempt_at: datetime | None = None
    looked_at: datetime | None = None
    reason: str = ""
    was_held: bool = False
    sent: tuple[SentNumber, ...] = ()
    sent_at: datetime | None = None


class PlannedChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One outgoing change of a plan: what the shop shows, and what it would show.

    Attributes:
        integration: The integration's id.
        target: The listing's or order's id.
        variant: The variant's id; None for a shipment.
        shipment: The shipment's id in its order; None for a number.
        parcel: A shipment's carrier, by name, and tracking number; empty for a number.
        item: The linked item's id when the plan was made.
        cause: What the push is owed for; `reason` says more.
        state: The listing's state when the plan was made.
        drift: Where the number changed since both sides were level.
        fee: What carrying it out costs at the marketplace, if it does.
    """

    integration: str
    kind: OutboxKind
    target: str
    title: str
    reason: str
    variant: str | None = None
    sku: str | None = None
    old: str | int | None = None
    new: str | int | None = None
    held: bool = False
    item: str | None = None
    shipment: str | None = None
    cause: str = ""
    state: ListingState | None = None
    drift: DriftKind | None = None
    fee: Money | None = None
    parcel: str = ""


class Plan(Document, frozen=True, kw_only=True):
    """Every outgoing change at one moment."""

    made_at: datetime
    changes: tuple[PlannedChange, ...]
