"""Marketplaces: every connected shop and every marketplace that can be connected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Container

from tuisync.core.errors import TuisyncError
from tuisync.core.views.history import run_views
from tuisync.core.views.integrations import integration_views
from tuisync.core.views.sales import sales_per_day
from tuisync.screens.batches import GOING
from tuisync.screens.counts import explained
from tuisync.screens.place import Place
from tuisync.screens.standing import shop_mark
from tuisync.screens.syncing import ask_sync, cancel
from tuisync.screens.verbs import verb
from tuisync.widgets.bars import bars
from tuisync.widgets.columns import Cell, Column, marked, number
from tuisync.widgets.facts import Fact, Facts, Section, fact, note, section
from tuisync.widgets.finder import Finder
from tuisync.widgets.keys import key, keyed
from tuisync.widgets.marks import NOT_CONNECTED, RUN, Mark, Tone
from tuisync.widgets.plain import counted, owed_words, plain
from tuisync.widgets.progress import run_line
from tuisync.widgets.rows import Rows
from tuisync.widgets.table import Table
from tuisync.widgets.when import ago, until

if TYPE_CHECKING:
    from textual.widget import Widget

    from tuisync.core.models import Trigger
    from tuisync.core.remote import Marketplace
    from tuisync.core.views.objects import IntegrationView, RunView
    from tuisync.core.workspace import Workspace

_DAYS = 14
"""Days of sales shown."""

_LOOKED_AT = 40
"""Newest runs of a shop looked at to find one per module."""

_MARKS = 20
"""Syncs shown as a mark each."""

_EMPTY = (
    "No marketplace is installed.\n"
    "A marketplace is a plug-in: `pip install tuisync-etsy` adds Etsy. Start tuisync again then."
)


@dataclass(frozen=True)
class ShopRow:
    """One line: a connected shop, or a marketplace without one.

    Attributes:
        shop: The integration, if there is one.
        marketplace: What the plug-in says of itself, or None when it does not load.
        trouble: Why it does not load.
        runs: The newest runs, one per module.
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
            busy = {run.integration for run in self.runs if run.status == "running"}
            return shop_mark(self.shop, busy)
        return Mark("✗", "plug-in bad", "bad") if self.trouble else NOT_CONNECTED

    @property
    def going(self) -> bool:
        """Something is being synced, or waits for that."""
        return any(run.status in GOING for run in self.runs)

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
        sales=tuple(sales_per_day(store, shop.id, now, zone, _DAYS)),
    )


def _unconnected(workspace: Workspace, name: str) -> ShopRow:
    return ShopRow(name, None, *_described(workspace, name), (), workspace.now())


def _described(workspace: Workspace, name: str) -> tuple[Marketplace | None, str]:
    try:
        return workspace.marketplaces.describe(name), ""
    except TuisyncError as error:
        return None, error.message


def newest(runs: Iterable[RunView]) -> tuple[RunView, ...]:
    """Return the newest run of each module, items first."""
    found: dict[str, RunView] = {}
    for run in runs:
        found.setdefault(run.module, run)
    return tuple(
        found[module] for module in ("items", "orders", "stock", "shipments") if module in found
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
    Column(
        "undecided",
        "To map",
        lambda r: number(
            r.shop.counts.unconfirmed + r.shop.counts.conflict if r.shop else None, tone="warn"
        ),
        width=6,
        align="right",
    ),
    Column(
        "failed",
        "Failed",
        lambda r: number(r.failed if r.shop else None, tone="bad"),
        width=6,
        align="right",
    ),
    Column(
        "owed",
        "Owed",
        lambda r: number(r.shop.counts.owed_pushes if r.shop else None, tone="busy"),
        width=5,
        align="right",
    ),
)


class Marketplaces(Place[Rows[ShopRow]]):
    """Connected shops with their state, and the marketplaces to connect."""

    HELP = (
        "Your shops, and the marketplaces you can connect. Below, what runs now and what "
        "waits for you at the shop under the cursor."
    )
    PLACE: ClassVar[str] = "marketplaces"
    WATCHES: ClassVar[frozenset[str]] = frozenset(
        {"integrations", "links", "runs", "outbox", "orders", "organization"}
    )

    def __init__(self) -> None:
        super().__init__()
        self.table: Table[ShopRow] = Table(COLUMNS, empty=_EMPTY)

    def body(self) -> Iterable[Widget]:
        """Yield the table and the pane below it."""
        yield Container(Finder(self.table), Facts(classes="pane--detail"), classes="panes")

    def load(self) -> Rows[ShopRow]:
        """Read the shops and the installed marketplaces."""
        shell = self.shell
        rows = shop_rows(shell.workspace, shell.services.host.names(), shell.zone)
        if any(row.shop and row.shop.status != "active" for row in rows):
            _in_details("shop.enable")  # may have to import the details: not in the event loop
        return Rows(
            rows, key=lambda row: row.key, text=lambda row: f"{row.name} {row.title}"
        ).indexed()

    def show(self, data: Rows[ShopRow]) -> None:
        """Fill the table."""
        self.table.styles.height = min(len(data), 8) + 2
        self.table.fill(data)
        self._detail()

    def why_not(self, action: str) -> str:
        """Say what a shop must be for a verb."""
        row = self.table.row
        if action in {"details", "sync"} and (row is None or row.shop is None):
            return f"That is not connected yet: {key('shop.set_up')} sets it up."
        if action == "cancel" and not (row and row.going):
            return f"Nothing is being synced at {row.name}." if row else ""
        if action == "sync" and row and row.shop and row.shop.status == "needs_reauth":
            return f"{row.name} needs a sign-in first: {_in_details('shop.sign_in_again')}."
        if action == "sync" and row and row.shop and row.shop.status == "inactive":
            return f"{row.name} is inactive: {_in_details('shop.enable')} enables it."
        return ""

    @verb("enter", "Details", "shop: show details", "Settings, modules and history of the shop")
    def action_details(self) -> None:
        """Open the details of the shop under the cursor."""
        from tuisync.screens.details import Details  # noqa: PLC0415  # after the first sight

        row = self.table.row
        if row and row.shop:
            self.app.push_screen(Details(row.name))

    @verb("n", "Setup now", "shop: set up", "Connect a shop on a marketplace")
    def action_setup(self) -> None:
        """Start the wizard for the marketplace under the cursor."""
        from tuisync.screens.setup import Setup  # noqa: PLC0415  # after the first sight

        row = self.table.row
        name = (row.shop.marketplace if row.shop else row.name) if row else ""
        self.app.push_screen(Setup(name))

    @verb("s", "Sync", "shop: sync manually", "Fetch items, orders or both now")
    def action_sync(self) -> None:
        """Ask what to sync."""
        row = self.table.row
        if row:
            ask_sync(self.shell, row.name)

    @verb("c", "Cancel", "shop: cancel sync", "Stop what is being synced; what came in stays")
    def action_cancel(self) -> None:
        """Stop what is being synced at the shop under the cursor."""
        row = self.table.row
        if row:
            cancel(self.shell, shop=row.name)

    @on(Table.Opened)
    def _opened(self) -> None:
        self.action_details()

    @on(Table.Highlighted)
    def _detail(self) -> None:
        row = self.table.row
        self.query_one(Facts).show(sections(row) if row else [])
        self.refresh_bindings()


def sections(row: ShopRow) -> list[Section]:
    """Return what the pane says of a shop or a marketplace."""
    if row.shop is None:
        return _invitation(row)
    found = [section(row.shop.shop_name, [*_now(row), *_lately(row)])]
    if needs := list(_needs(row.shop)):
        found.append(section("Waiting for you", needs))
    return found


def _invitation(row: ShopRow) -> list[Section]:
    if row.trouble:
        return [section(row.title, [note(row.trouble, "bad")])]
    steps = row.marketplace.setup_steps if row.marketplace else ()
    facts = [note(keyed("Press {shop.set_up} to connect a shop. You will need:"), "strong")]
    facts += [fact(f"{place}.", step) for place, step in enumerate(steps, 1)]
    return [section(row.title, facts)]


def _now(row: ShopRow) -> Iterable[Fact]:
    if row.shop and row.shop.status_reason:
        yield note(row.shop.status_reason, "bad")
    if not row.runs:
        yield note(keyed("Nothing has been synced yet: {shop.sync_manually} syncs."), "muted")
    for run in row.runs:
        tone: Tone = "busy" if run.status == "running" else "plain"
        when = f"  {ago(run.finished_at, row.now)}" if run.finished_at else ""
        yield fact(run.module.capitalize(), run_line(run) + _only(run) + when, tone)
        if run.reason and run.retry_at is None:  # a line that waits to try again tells it
            yield fact("", plain(run.reason), "warn")
    yield from explained([run.counts for run in row.runs])


def _only(run: RunView) -> str:
    """Say of a run that read a part of its module alone which part that was."""
    words: dict[Trigger, str] = {"resync": "records read again", "period": "a period"}
    found = words.get(run.trigger)
    return f"  ({found})" if found else ""


def _lately(row: ShopRow) -> Iterable[Fact]:
    """Return the small charts: sales per day, and how the syncs went."""
    if any(row.sales):
        words = f"{counted(sum(row.sales), 'order')} in {_DAYS} days, {row.sales[-1]} today"
        yield fact("Sales", f"{bars(row.sales)}  {words}")
    ended = [run for run in row.course if run.finished_at]
    if len(ended) > 1:
        well = sum(run.status == "succeeded" for run in ended)
        marks = "".join(RUN[run.status].glyph for run in ended[-_MARKS:])
        tone: Tone = "plain" if well == len(ended) else "warn"
        yield fact("Syncs", f"{marks}  {well} of {len(ended)} went well", tone)


def _in_details(verb: str) -> str:
    """Return the two keys that do something in a shop's details."""
    return f"{key('shop.show_details')}, then {key(verb)}"


def _needs(shop: IntegrationView) -> Iterable[Fact]:
    counts = shop.counts
    if shop.status == "needs_reauth":
        yield note(f"Sign in again: {_in_details('shop.sign_in_again')}.", "bad")
    if open_ := counts.unconfirmed + counts.conflict:
        goes = f"{key('go.mapping')} goes there"
        yield note(f"{counted(open_, 'listing')} without an item: {goes}.", "warn")
    if counts.frozen_orders:
        text = f"{counted(counts.frozen_orders, 'order')} frozen until the listings are mapped."
        yield note(text, "warn")
    if counts.refused_pushes:
        listings = counts.refused_pushes - counts.refused_shipments
        words = owed_words(listings, counts.refused_shipments)
        yield note(f"{words} refused by the shop: {key('go.inbox')} shows why.", "bad")
    if counts.held_pushes:
        held = counted(counts.held_pushes, "listing")
        yield note(f"{held} held until you saw the plan: {key('go.plan')} shows it.", "warn")
    if owed := counts.owed_pushes - counts.held_pushes:
        words = owed_words(owed - counts.owed_shipments, counts.owed_shipments)
        yield note(f"{words} owed to the shop: {key('go.outbox')} shows it.", "busy")
