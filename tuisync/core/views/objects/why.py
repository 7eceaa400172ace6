"""The chain behind an item's numbers."""

from __future__ import annotations

from datetime import datetime

from tuisync.core.models import ListingState, MovementKind
from tuisync.core.views.objects.base import View


class MovementView(View, frozen=True, kw_only=True):
    """One row of the ledger."""

    at: datetime
    delta: int
    kind: MovementKind
    cause: str
    warehouse: str


class CommitmentView(View, frozen=True, kw_only=True):
    """One open reservation; `number` is the order's, as people call it."""

    order: str
    number: str
    quantity: int
    warehouse: str


class RuleStepView(View, frozen=True, kw_only=True):
    """One step from what is available to what a shop shows."""

    rule: str
    value: int


class ChannelView(View, frozen=True, kw_only=True):
    """How one variant's number comes about.

    Attributes:
        warehouse: The one the shop sells from; None where it sells from all of them.
        title: The listing's title.
        listing_state: Whether the listing is for sale.
        shows: The shop's number as last read; None where the listing is gone.
        left_alone: Why the number is not sent, in words; empty where it is.
    """

    integration: str
    variant: str
    rules: list[RuleStepView]
    desired: int
    confirmed: int | None
    confirmed_at: datetime | None
    warehouse: str | None
    title: str
    listing_state: ListingState
    shows: int | None
    left_alone: str


class WhyView(View, frozen=True, kw_only=True):
    """The whole chain behind an item's numbers."""

    sku: str
    on_hand: int
    committed: int
    available: int
    movements: list[MovementView]
    commitments: list[CommitmentView]
    channels: list[ChannelView]
