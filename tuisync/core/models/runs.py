"""Runs, their records, and how far a module has been read."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from tuisync.core.models.base import Document

Module = Literal["items", "orders", "stock", "shipments"]
Trigger = Literal["initial", "scheduled", "manual", "period", "resync", "push"]
RunStatus = Literal["queued", "running", "succeeded", "partial", "failed", "interrupted", "skipped"]
RecordKind = Literal["item", "order", "stock", "shipment"]
Outcome = Literal["created", "updated", "unchanged", "frozen", "failed", "skipped"]

ENDED: frozenset[RunStatus] = frozenset({"succeeded", "partial", "failed", "skipped"})
"""The states a run does not leave; an interrupted one is gone on with."""


class Period(msgspec.Struct, frozen=True):
    """Whole days in the organization's time zone, both included, as instants `[start, end)`."""

    start: datetime
    end: datetime


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many records ended in which way; the sum is the number of records."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    frozen: int = 0
    failed: int = 0
    skipped: int = 0

    @property
    def succeeded(self) -> int:
        """Created, updated and unchanged together."""
        return self.created + self.updated + self.unchanged

    @property
    def total(self) -> int:
        """All records."""
        return self.succeeded + self.frozen + self.failed + self.skipped

    def plus(self, outcome: Outcome) -> Counts:
        """Return the counts with one more record of that outcome."""
        return msgspec.structs.replace(self, **{outcome: getattr(self, outcome) + 1})


class SyncRun(Document, frozen=True, kw_only=True):
    """One sync of one module of one integration.

    Attributes:
        batch: Runs started together share it and make one line of history.
        integration: The integration's id.
        expected: Records the shop announced, for progress; None when unknown.
        requests: Calls made to the shop.
        only: Resync: these remote ids and nothing else.
        listed_from: The shop's clock when the run's first page was read.
        cursor: Where an interrupted run goes on.
        full: Items: every listing is read, not only what changed.
        forgotten: Records of it that were let go of with old history.
        undone_at: When it was taken back.
        resumed_at: When the engine last began to work on it.
        resumed_with: Records it had by then.
        seconds_left: How long it will still take, at the pace since then; None when unknown.
        retry_at: When it is tried again after the passing fault that `reason` tells of.
        cancelled_at: When its user asked that it stop.
        goes_on_from: The stopped run whose walk it went on with.
    """

    batch: str
    integration: str
    module: Module
    trigger: Trigger
    queued_at: datetime
    status: RunStatus = "queued"
    started_at: datetime | None = None
    finished_at: datetime | None = None
    counts: Counts = Counts()
    expected: int | None = None
    requests: int = 0
    reason: str = ""
    resync_of: str | None = None
    period: Period | None = None
    only: tuple[str, ...] = ()
    full: bool = False
    listed_from: datetime | None = None
    cursor: str | None = None
    push: bool = True
    forgotten: int = 0
    undone_at: datetime | None = None
    resumed_at: datetime | None = None
    resumed_with: int = 0
    seconds_left: int | None = None
    retry_at: datetime | None = None
    cancelled_at: datetime | None = None
    goes_on_from: str | None = None


class SyncRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one remote record in one run; `id` is `<run id>/<n>`.

    Attributes:
        made: Our order or listing came to be by it, so that an undo takes it away.
    """

    id: str
    kind: RecordKind
    remote_id: str
    title: str
    outcome: Outcome
    at: datetime
    reason: str = ""
    local_id: str | None = None
    made: bool = False


class RecordPage(Document, frozen=True, kw_only=True):
    """The records of one stored page of a run. Its id is `<run id>/<page number>`."""

    run: str
    page: int
    records: tuple[SyncRecord, ...]


class Cursor(Document, frozen=True, kw_only=True):
    """How far a module of an integration has been read. Its id is `<integration>/<module>`.

    Attributes:
        position: The plug-in's own cursor, handed back to it.
        read_from: The shop's clock at the first page of the last complete pull.
        looked_back_at: When the last weeks' orders were listed again.
        full_at: Items: when the last pull began that read every listing to the end.
    """

    position: str | None = None
    read_from: datetime | None = None
    looked_back_at: datetime | None = None
    full_at: datetime | None = None
