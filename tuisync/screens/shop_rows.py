"""The rows of connected shops and of marketplaces without one, and their columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from tuisync.core.errors import TuisyncError
from tuisync.core.views.history import run_views
from tuisync.core.views.integrations import integration_views
from tuisync.core.views.sales import sales_per_day
from tuisync.screens.batches import GOING
from tuisync.screens.standing import shop_mark
from tuisync.widgets.columns import Cell, Column, marked, number
from tuisync.widgets.marks import NOT_CONNECTED, SYNC_WAITS, SYNCING, Mark
from tuisync.widgets.when import ago, until

if TYPE_CHECKING:
    from tuisync.core.remote import Marketplace
    from tuisync.core.views.objects import IntegrationView, RunView
    from tuisync.core.workspace import Workspace
    from tuisync.widgets.marks import Tone


SALES_DAYS = 14
"""Days of sales shown."""

_LOOKED_AT = 40
"""Newest runs of a shop looked at to find one per module."""


@dataclass(frozen=True)
class ShopRow:
    """One line: a connected shop, or a marketplace without one.

    Attributes:
        shop: The integration, if there is one.
        marketplace: What the plug-in says of itself, or None when it does not load.
        trouble: Why it does not load.
        runs: The newest runs, one per module; of a module that is waited for, the one before.
        now: When this was read.
        course: The newest runs of all modules, oldest first.
        sales: Orders placed on each of the last days, today last.
    """

    name: str
    shop: IntegrationView | None
    marketplace: Marketplace | None
    trouble: str
    runs: tuple[RunView, ...]
    now: datetime
    course: tuple[RunView, ...] = ()
    sales: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        """The row's key."""
        return self.name if self.shop else f"+{self.name}"

    @property
    def title(self) -> str:
        """The marketplace's name for people."""
        return self.marketplace.title if self.marketplace else self.name

    @property
    def mark(self) -> Mark:
        """Its state."""
        if self.shop:
            mark = shop_mark(self.shop, {self.name} if self._any("running") else set())
            waits = self.shop.status == "active" and mark != SYNCING and self._any("queued")
            return SYNC_WAITS if waits else mark
        return Mark("✗", "plug-in bad", "bad") if self.trouble else NOT_CONNECTED

    @property
    def going(self) -> bool:
        """Something is being synced, or waits for that."""
        return self._any(*GOING)

    @property
    def waiting(self) -> tuple[RunView, ...]:
        """What was asked for and has not begun, in the order it will."""
        return tuple(run for run in self.course if run.status == "queued")

    def _any(self, *statuses: str) -> bool:
        return any(run.status in statuses for run in self.course)

    @property
    def failed(self) -> int:
        """Records that failed in the newest run of each module."""
        return sum(run.failed for run in self.runs)


def shop_rows(workspace: Workspace, installed: Iterable[str], zone: tzinfo) -> list[ShopRow]:
    """Return a row per shop, then one per marketplace that has none."""
    shops = integration_views(workspace.store)
    connected = {each.marketplace for each in shops}
    return [
        *(_connected(workspace, each, zone) for each in shops),
        *(_unconnected(workspace, name) for name in installed if name not in connected),
    ]


def _connected(workspace: Workspace, shop: IntegrationView, zone: tzinfo) -> ShopRow:
    store, now = workspace.store, workspace.now()
    runs = run_views(store, integration=shop.name, limit=_LOOKED_AT)
    described, trouble = _described(workspace, shop.marketplace)
    return ShopRow(
        shop.name,
        shop,
        described,
        trouble,
        newest(runs),
        now,
        course=tuple(reversed(runs)),
        sales=tuple(sales_per_day(store, shop.id, now, zone, SALES_DAYS)),
    )


def _unconnected(workspace: Workspace, name: str) -> ShopRow:
    return ShopRow(name, None, *_described(workspace, name), (), workspace.now())


def _described(workspace: Workspace, name: str) -> tuple[Marketplace | None, str]:
    try:
        return workspace.marketplaces.describe(name), ""
    except TuisyncError as error:
        return None, error.message


def newest(runs: Iterable[RunView]) -> tuple[RunView, ...]:
    """Return the newest run of each module that has begun, else the newest, items first."""
    found: dict[str, RunView] = {}
    for run in sorted(runs, key=lambda run: run.status == "queued"):
        found.setdefault(run.module, run)
    return tuple(
        found[module] for module in ("items", "orders", "stock", "shipments") if module in found
    )


def _count(
    key: str, title: str, of: Callable[[IntegrationView], int], tone: Tone
) -> Column[ShopRow]:
    """Return a column of a number that every shop has, and no marketplace without one."""
    return Column(
        key,
        title,
        lambda r: number(of(r.shop) if r.shop else None, tone=tone),
        width=max(len(title), len("2,000")),
        align="right",
    )


COLUMNS: tuple[Column[ShopRow], ...] = (
    Column(
        "name",
        "Shop",
        lambda r: Cell(r.name if r.shop else r.title, "strong"),
        width=10,
        flex=1,
        widest=18,
        snug=True,
    ),
    Column(
        "shop",
        "Its name",
        lambda r: Cell(r.shop.shop_name if r.shop else "", "plain"),
        width=12,
        flex=3,
        widest=40,
        rank=2,
        snug=True,
    ),
    Column("status", "Status", lambda r: marked(r.mark), width=13, snug=True),
    Column(
        "last",
        "Last sync",
        lambda r: Cell(ago(r.shop.last_sync_at, r.now) if r.shop else "", "plain"),
        width=10,
        flex=1,
        widest=14,
        rank=1,
        snug=True,
    ),
    Column(
        "next",
        "Next",
        lambda r: Cell(until(r.shop.next_sync_at, r.now) if r.shop else "", "muted"),
        width=9,
        rank=3,
        snug=True,
    ),
    _count("undecided", "To map", lambda r: r.counts.unconfirmed + r.counts.conflict, "warn"),
    Column(
        "failed",
        "Failed",
        lambda r: number(r.failed if r.shop else None, tone="bad"),
        width=6,
        align="right",
    ),
    _count("owed", "Owed", lambda r: r.counts.owed_pushes, "busy"),
)
