"""Sync runs, their records and batches, as the user sees them."""

from __future__ import annotations

from datetime import datetime

from tuisync.core.models import Counts, Module, Outcome, RecordKind, RunStatus, Trigger
from tuisync.core.views.objects.base import View


class PeriodView(View, frozen=True, kw_only=True, rename={"start": "from", "end": "to"}):
    """The days asked for, both included."""

    start: str
    end: str


class RecordView(View, frozen=True, kw_only=True):
    """What became of one remote record."""

    id: str
    run: str
    kind: RecordKind
    remote_id: str
    title: str
    outcome: Outcome
    reason: str
    local_id: str | None
    at: datetime


class RunView(View, frozen=True, kw_only=True):
    """One sync run. `done` of `expected` records is its progress.

    Attributes:
        status: `interrupted` also while it says that it runs and no engine is there to run it.
        seconds_left: How long it will still take at its pace; None when unknown.
        retry_at: When it is tried again after the passing fault that `reason` tells of.
        cancelled_at: When its user asked that it stop; it ends as `skipped` if it had not begun,
            else as `failed`.
        waits_for: What it waits for while it is queued, in words; None for nothing.
    """

    id: str
    batch: str
    integration: str
    module: Module
    trigger: Trigger
    status: RunStatus
    reason: str
    queued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    succeeded: int
    failed: int
    counts: Counts
    done: int
    expected: int | None
    requests: int
    resync_of: str | None
    period: PeriodView | None
    undone_at: datetime | None
    seconds_left: int | None
    retry_at: datetime | None
    cancelled_at: datetime | None
    waits_for: str | None = None


class RunDetailView(RunView, frozen=True, kw_only=True):
    """One sync run with its records."""

    records: list[RecordView]


class BatchView(View, frozen=True, kw_only=True):
    """Runs started together: one line of history (S18).

    Attributes:
        runs: Its runs, items before orders before pushes.
        status: The worst of theirs.
        undone: What it brought was taken back.
        cancelled: Its user stopped it, or a part of it.
    """

    id: str
    at: datetime
    trigger: Trigger
    status: RunStatus
    integrations: list[str]
    items_succeeded: int
    items_failed: int
    orders_succeeded: int
    orders_failed: int
    frozen: int
    skipped: int
    pushed: int
    push_failed: int
    undone: bool
    cancelled: bool
    runs: list[RunView]
