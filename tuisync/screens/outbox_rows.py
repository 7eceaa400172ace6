"""The rows of pushes that are or were owed, and their columns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from tuisync.core.models import LIVE, REFUSED
from tuisync.core.orders.tracking import parcel_said
from tuisync.core.store import schema
from tuisync.widgets.columns import Cell, Column, marked, number, title_column
from tuisync.widgets.marks import OUTBOX, Mark
from tuisync.widgets.plain import counted
from tuisync.widgets.when import ago, until

if TYPE_CHECKING:
    from tuisync.core.store.port import Reader
    from tuisync.core.views.objects import OutboxView, SentView


class OutboxRow(NamedTuple):
    """An entry with what it is about, in words.

    Attributes:
        past: It tells what was sent last, whatever is owed since.
        parcel: Carrier and tracking number of a shipment.
    """

    entry: OutboxView
    title: str
    now: datetime
    past: bool = False
    parcel: str = ""

    @property
    def key(self) -> str:
        """The row's key."""
        return f"{self.entry.id}@sent" if self.past else self.entry.id

    @property
    def group(self) -> str:
        """Still owed, refused, or done."""
        if self.past:
            return "done"
        if self.entry.state in LIVE:
            return "owed"
        return "refused" if self.entry.state in REFUSED else "done"

    @property
    def mark(self) -> Mark:
        """How it stands."""
        return OUTBOX["applied" if self.past else self.entry.state]

    @property
    def sent(self) -> str:
        """What the shop took, where the row is about that."""
        if not (self.past or self.entry.state == "applied"):
            return ""
        return ", ".join(_sent_words(each) for each in self.entry.sent)


def _sent_words(sent: SentView) -> str:
    return sent.said if sent.old is None else f"{sent.old} → {sent.new}"


def _why(row: OutboxRow) -> Cell:
    return Cell(row.entry.reason, "muted")


def _sent_cell(row: OutboxRow) -> Cell:
    count = len(row.entry.sent)
    return Cell(counted(count, "number") if count > 1 and row.sent else row.sent, "strong")


_WHAT: tuple[Column[OutboxRow], ...] = (
    Column("state", "State", lambda r: marked(r.mark), 15, order=lambda r: r.mark.word, snug=True),
    Column(
        "kind",
        "What",
        lambda r: Cell(r.entry.kind, "muted"),
        width=8,
        order=lambda r: r.entry.kind,
        snug=True,
    ),
    title_column("title", "Of", lambda r: r.title, width=17, wish=24),
)


_SHOP: Column[OutboxRow] = Column(
    "shop",
    "Shop",
    lambda r: Cell(r.entry.integration, "muted"),
    width=7,
    rank=4,
    order=lambda r: r.entry.integration,
)


COLUMNS: tuple[Column[OutboxRow], ...] = (
    *_WHAT,
    Column("reason", "Because", _why, width=14, flex=2, widest=200, rank=1, snug=True),
    Column("attempts", "Tries", lambda r: number(r.entry.attempts), width=5, align="right", rank=3),
    Column(
        "next",
        "Next try",
        lambda r: Cell(until(r.entry.next_attempt_at, r.now), "muted"),
        width=10,
        rank=2,
        snug=True,
    ),
    _SHOP,
)


DONE_COLUMNS: tuple[Column[OutboxRow], ...] = (
    *_WHAT,
    Column("sent", "Sent", _sent_cell, width=11, flex=1, widest=30, snug=True),
    Column(
        "at",
        "When",
        lambda r: Cell(ago(r.entry.sent_at, r.now) if r.sent else "", "muted"),
        width=11,
        rank=1,
        snug=True,
    ),
    Column(
        "reason",
        "Because",
        lambda r: Cell(_because(r), "muted"),
        width=14,
        flex=1,
        widest=200,
        rank=2,
        snug=True,
    ),
    _SHOP,
)


def _because(row: OutboxRow) -> str:
    """Return why; of what was sent before more was owed, that is not known any more."""
    return "" if row.past else row.entry.reason


def outbox_rows(reader: Reader, entry: OutboxView, now: datetime) -> Iterator[OutboxRow]:
    """Yield an entry's row, and one for what was sent last if more is owed since."""
    title, parcel = _title(reader, entry), _parcel(reader, entry)
    yield OutboxRow(entry, title, now, parcel=parcel)
    if entry.sent and entry.state != "applied":
        yield OutboxRow(entry, title, now, past=True, parcel=parcel)


def searched(row: OutboxRow) -> str:
    """Return what a filter looks at."""
    entry = row.entry
    return f"{row.title} {entry.reason} {row.mark.word} {entry.state} {entry.integration}"


def _parcel(reader: Reader, entry: OutboxView) -> str:
    order = reader.get(schema.ORDERS, entry.target) if entry.kind == "shipment" else None
    number = entry.id.rpartition("#")[2]
    for parcel in order.shipments if order else ():
        if parcel.id == number:
            known = parcel.carrier or parcel.tracking
            return parcel_said(parcel) if known else "without a tracking number"
    return ""


def _title(reader: Reader, entry: OutboxView) -> str:
    if entry.kind == "stock":
        listing = reader.get(schema.LISTINGS, entry.target)
        return listing.title if listing else entry.target
    order = reader.get(schema.ORDERS, entry.target)
    return f"order {order.number}" if order else entry.target
