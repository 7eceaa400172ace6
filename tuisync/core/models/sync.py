"""Runs, their records, how far a module has been read, and what is owed."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from tuisync.core.models.base import Document, Money
from tuisync.core.models.listings import DriftKind, Link, Listing, ListingState
from tuisync.core.models.orders import Contact

Module = Literal["items", "orders", "stock", "shipments"]
Trigger = Literal["initial", "scheduled", "manual", "period", "resync", "push"]
RunStatus = Literal["queued", "running", "succeeded", "partial", "failed", "interrupted", "skipped"]
RecordKind = Literal["item", "order", "stock", "shipment"]
Outcome = Literal["created", "updated", "unchanged", "frozen", "failed", "skipped"]
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


class Former(Document, frozen=True, kw_only=True):
    """What a run changed, as it was before; kept as long as the run's history.

    Its id is that of the page of records it belongs to, or `<run id>/cursor`.

    Attributes:
        run: The run's id.
        links: Links the run made on listings that were known, as they were before.
        listings: Those listings.
        contacts: Contacts the run wrote to.
        cursors: How far its module had been read; one without a position: not at all.
    """

    run: str
    links: tuple[Link, ...] = ()
    listings: tuple[Listing, ...] = ()
    contacts: tuple[Contact, ...] = ()
    cursors: tuple[Cursor, ...] = ()


class Parting(Document, frozen=True, kw_only=True):
    """Links of a listing variant that an undo took back. Its id is the variant's.

    Attributes:
        items: Ids of the items; the variant is never linked to them again by itself.
    """

    items: tuple[str, ...]


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


class Plan(Document, frozen=True, kw_only=True):
    """Every outgoing change at one moment."""

    made_at: datetime
    changes: tuple[PlannedChange, ...]
