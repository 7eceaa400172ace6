"""What is owed to the shops, and what would change there."""

from __future__ import annotations

from datetime import datetime

from tuisync.core.models import DriftKind, Money, OutboxKind, OutboxState
from tuisync.core.views.objects.base import View


class OutboxView(View, frozen=True, kw_only=True):
    """A push that is or was owed."""

    id: str
    integration: str
    kind: OutboxKind
    target: str
    state: OutboxState
    attempts: int
    next_attempt_at: datetime | None
    reason: str


class ChangeView(View, frozen=True, kw_only=True):
    """One outgoing change."""

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


class PlanView(View, frozen=True, kw_only=True):
    """Every outgoing change at one moment."""

    id: str
    made_at: datetime
    changes: list[ChangeView]


class PushReport(View, frozen=True, kw_only=True):
    """What became of the pushes of one drain."""

    applied: list[ChangeView]
    failed: list[ChangeView]
    held: list[ChangeView]
    stale: list[ChangeView]
