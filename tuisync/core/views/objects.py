"""The objects of the command line's JSON, key for key; screens draw from the same ones.

These keys are a promise to scripts: keys may be added, never renamed or dropped. Unknown is
null. Times are UTC.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from tuisync.core.models import (
    Counts,
    Drift,
    FirstPush,
    Gate,
    IntegrationStatus,
    LinkBasis,
    LinkState,
    ListingState,
    MatchedBy,
    Module,
    Money,
    MovementKind,
    OrderStatus,
    OrderSync,
    OutboxKind,
    OutboxState,
    Outcome,
    Payment,
    RecordKind,
    RunStatus,
    ShipmentPush,
    Switch,
    Trigger,
)


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Something the user sees; every field is always present in its JSON."""


class WarehouseView(View, frozen=True, kw_only=True):
    """A warehouse."""

    name: str
    primary: bool
    active: bool


class OrganizationView(View, frozen=True, kw_only=True):
    """The organization with its warehouses."""

    name: str
    base_currency: str
    timezone: str
    primary_warehouse: str
    warehouses: list[WarehouseView]
    order_sync: OrderSync
    first_push: FirstPush


class RulesView(View, frozen=True, kw_only=True):
    """An integration's stock rules; null is not set."""

    buffer: int | None = None
    max: int | None = None
    fixed: int | None = None
    percent: int | None = None
    hide_at: int | None = None
    last_unit: int | None = None


class IntegrationCounts(View, frozen=True, kw_only=True):
    """What needs attention at an integration."""

    linked: int = 0
    unconfirmed: int = 0
    conflict: int = 0
    ignored: int = 0
    broken: int = 0
    frozen_orders: int = 0
    owed_pushes: int = 0


class BudgetView(View, frozen=True, kw_only=True):
    """What the shop allows and what is left."""

    limit_per_second: int | None
    limit_per_day: int | None
    remaining_today: int | None


class IntegrationView(View, frozen=True, kw_only=True):
    """One connected shop."""

    id: str
    name: str
    marketplace: str
    status: IntegrationStatus
    status_reason: str
    account_id: str
    shop_id: str
    shop_name: str
    currency: str
    interval_minutes: int
    stock_sync: Switch
    warehouse: str | None
    rules: RulesView
    drift: Drift
    renew_sold_out: bool
    connected_at: datetime
    last_sync_at: datetime | None
    next_sync_at: datetime | None
    counts: IntegrationCounts
    budget: BudgetView


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
    """One sync run. `done` of `expected` records is its progress."""

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


class RunDetailView(RunView, frozen=True, kw_only=True):
    """One sync run with its records."""

    records: list[RecordView]


class BatchView(View, frozen=True, kw_only=True):
    """Runs started together: one line of history (S18).

    Attributes:
        runs: Its runs, items before orders before pushes.
        status: The worst of theirs.
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
    runs: list[RunView]


class StockView(View, frozen=True, kw_only=True):
    """An item's numbers in one warehouse."""

    warehouse: str
    on_hand: int
    committed: int
    available: int


class ItemListingView(View, frozen=True, kw_only=True):
    """What one shop shows of an item."""

    integration: str
    variant: str
    listing_id: str
    title: str
    quantity: int
    confirmed_at: datetime | None


class ComponentView(View, frozen=True, kw_only=True):
    """A part of a kit."""

    sku: str
    quantity: int


class ItemView(View, frozen=True, kw_only=True):
    """One item with its stock and where it is sold."""

    id: str
    sku: str
    name: str
    group: str | None
    attributes: dict[str, str]
    price: Money | None
    on_hand: int
    committed: int
    available: int
    warehouses: list[StockView]
    listings: list[ItemListingView]
    components: list[ComponentView]


class CandidateView(View, frozen=True, kw_only=True):
    """An item that may stand behind a variant; score 0 to 100."""

    sku: str
    name: str
    reason: str
    score: int


class LinkView(View, frozen=True, kw_only=True):
    """A listing variant and the item behind it."""

    variant: str
    integration: str
    listing_id: str
    title: str
    options: dict[str, str]
    sku: str | None
    quantity: int
    listing_state: ListingState
    state: LinkState
    basis: LinkBasis | None
    item: str | None
    baseline_at: datetime | None
    reason: str
    candidates: list[CandidateView]


class OrderContactView(View, frozen=True, kw_only=True):
    """The buyer of an order."""

    id: str | None
    name: str | None
    email: str | None


class OrderLineView(View, frozen=True, kw_only=True):
    """A line: `sku` is the shop's, `item` our SKU."""

    id: str
    variant: str | None
    sku: str | None
    item: str | None
    title: str
    quantity: int
    shipped: int
    unit_price: Money | None


class CommentView(View, frozen=True, kw_only=True):
    """A remark on an order."""

    text: str
    at: datetime
    by: str


class ShipmentView(View, frozen=True, kw_only=True):
    """A parcel and whether the shop knows."""

    id: str
    carrier: str | None
    tracking: str | None
    shipped_at: datetime | None
    push: ShipmentPush
    reason: str


class OrderView(View, frozen=True, kw_only=True):
    """One sales order."""

    id: str
    number: str
    integration: str
    remote_id: str
    status: OrderStatus
    gate: Gate
    frozen: bool
    payment: Payment
    fulfilment: str
    warehouse: str
    placed_at: datetime
    contact: OrderContactView
    lines: list[OrderLineView]
    total: Money | None
    comments: list[CommentView]
    shipments: list[ShipmentView]


class ContactView(View, frozen=True, kw_only=True):
    """A customer; `orders` counts their sales orders."""

    id: str
    name: str
    email: str | None
    orders: int
    matched_by: MatchedBy | None
    weak: bool


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


class EngineView(View, frozen=True, kw_only=True):
    """The engine: who runs it, and whether it answers."""

    running: bool
    by: str | None
    pid: int | None
    since: datetime | None
    answering: bool | None


class StoreView(View, frozen=True, kw_only=True):
    """How much the store holds."""

    orders: int
    items: int
    bytes: int


class StatusView(View, frozen=True, kw_only=True):
    """Everything at a glance."""

    organization: OrganizationView
    engine: EngineView
    integrations: list[IntegrationView]
    inbox: int
    outbox: int
    next_due_at: datetime | None
    store: StoreView


class MovementView(View, frozen=True, kw_only=True):
    """One row of the ledger."""

    at: datetime
    delta: int
    kind: MovementKind
    cause: str
    warehouse: str


class CommitmentView(View, frozen=True, kw_only=True):
    """One open reservation."""

    order: str
    quantity: int
    warehouse: str


class RuleStepView(View, frozen=True, kw_only=True):
    """One step from what is available to what a shop shows."""

    rule: str
    value: int


class ChannelView(View, frozen=True, kw_only=True):
    """How one variant's number comes about."""

    integration: str
    variant: str
    rules: list[RuleStepView]
    desired: int
    confirmed: int | None
    confirmed_at: datetime | None


class WhyView(View, frozen=True, kw_only=True):
    """The whole chain behind an item's numbers."""

    sku: str
    on_hand: int
    committed: int
    available: int
    movements: list[MovementView]
    commitments: list[CommitmentView]
    channels: list[ChannelView]


class PluginView(View, frozen=True, kw_only=True):
    """One installed plug-in and whether it works."""

    name: str
    distribution: str | None
    version: str | None
    api_version: str | None
    state: str
    error: str | None
    hooks: list[str]


class CheckView(View, frozen=True, kw_only=True):
    """One thing that was looked at, and whether it is as it should be."""

    check: str
    ok: bool
    message: str


class BackupView(View, frozen=True, kw_only=True):
    """A backup that was made."""

    file: str
    made_at: datetime
    documents: int
    bytes: int


class RestoreView(View, frozen=True, kw_only=True):
    """A backup that was put back; `kept` is where the data before it is now."""

    file: str
    made_at: datetime
    documents: int
    kept: str | None
    integrations: list[str]


class ExportView(View, frozen=True, kw_only=True):
    """Files that were written for other programs."""

    directory: str
    files: list[str]
