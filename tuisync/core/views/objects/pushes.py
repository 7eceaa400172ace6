"""What is owed to the shops, and what would change there."""

from __future__ import annotations

from datetime import datetime

from tuisync.core.models import DriftKind, Money, OutboxKind, OutboxState
from tuisync.core.views.objects.base import View


class SentView(View, frozen=True, kw_only=True):
    """What a shop took: a variant's number, or carrier and tracking number of a parcel.

    `new` has the carrier's code, `parcel` its name.
    """

    variant: str | None
    old: int | None
    new: int | str
    parcel: str | None = None

    @property
    def said(self) -> str:
        """What it took, in words for people."""
        return self.parcel or str(self.new)


class OutboxView(View, frozen=True, kw_only=True):
    """A push that is or was owed.

    Attributes:
        sent: What the shop took last, at `sent_at`; it stays while more is owed.
    """

    id: str
    integration: str
    kind: OutboxKind
    target: str
    state: OutboxState
    attempts: int
    next_attempt_at: datetime | None
    reason: str
    sent: list[SentView]
    sent_at: datetime | None


class ChangeView(View, frozen=True, kw_only=True):
    """One outgoing change; of a parcel `new` has the carrier's code, `parcel` its name."""

    integration: str
    kind: OutboxKind
    target: str
    variant: str | None
    title: str
    sku: str | None
    old: int | str | None
    new: int | str | None
    reason: str
    held: bool
    drift: DriftKind | None = None
    fee: Money | None = None
    parcel: str | None = None

    @property
    def said(self) -> str:
        """What the shop would show, in words for people."""
        return self.parcel or str(self.new)


class PlanView(View, frozen=True, kw_only=True):
    """Every outgoing change at one moment."""

    id: str
    made_at: datetime
    changes: list[ChangeView]


class PushReport(View, frozen=True, kw_only=True):
    """What became of the pushes of one drain.

    Attributes:
        stopped: Not sent, because the user stopped it.
    """

    applied: list[ChangeView]
    failed: list[ChangeView]
    held: list[ChangeView]
    stale: list[ChangeView]
    stopped: list[ChangeView]
