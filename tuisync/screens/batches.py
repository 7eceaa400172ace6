"""How a batch of sync runs looks as one line of history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, NamedTuple

from tuisync.widgets.columns import Cell, Column, marked, number
from tuisync.widgets.marks import RUN, STOPPED, UNDONE
from tuisync.widgets.progress import bar
from tuisync.widgets.rows import Rows
from tuisync.widgets.table import Table
from tuisync.widgets.when import ago, stamp

if TYPE_CHECKING:
    from tuisync.core.views.objects import BatchView, RunView


GOING = frozenset({"queued", "running", "interrupted"})
"""What a batch is while there is more to come of it."""


class BatchRow(NamedTuple):
    """A batch with the clock to show it by."""

    batch: BatchView
    now: datetime
    zone: tzinfo


def batch_rows(batches: list[BatchView], now: datetime, zone: tzinfo) -> Rows[BatchRow]:
    """Return the batches as rows."""
    return Rows(
        (BatchRow(each, now, zone) for each in batches), key=lambda row: row.batch.id, text=_text
    ).indexed()


def _text(row: BatchRow) -> str:
    batch = row.batch
    words = (batch.trigger, batch.status, _status(row).text, *batch.integrations)
    return " ".join((stamp(batch.at, row.zone), *words))


def _module(row: BatchRow, module: str) -> Cell:
    """Return what became of a module's records; what was read never looks like nothing."""
    runs = [run for run in row.batch.runs if run.module == module]
    if not runs:
        return Cell("-", "muted")
    ok, failed = sum(run.succeeded for run in runs), sum(run.failed for run in runs)
    if failed:
        return Cell(f"{ok:,} ok · {failed:,} failed", "bad")
    if ok:
        return Cell(f"{ok:,} ok")
    first = next((run for run in row.batch.runs if run.waits_for), None)
    if first in runs and row.batch.status == "queued":
        return Cell(f"for {first.waits_for}", "muted")
    return _neither(runs)


def _neither(runs: Sequence[RunView]) -> Cell:
    """Return what became of records of which none went through and none failed."""
    frozen, skipped = (
        sum(getattr(run.counts, name) for run in runs) for name in ("frozen", "skipped")
    )
    if frozen:
        return Cell(f"{frozen:,} frozen", "warn")
    if skipped:
        return Cell(f"{skipped:,} skipped", "muted")
    statuses = {run.status for run in runs}
    if statuses & GOING:
        return Cell("…", "muted")
    return Cell("nothing new" if "succeeded" in statuses else "not read", "muted")


def _status(row: BatchRow) -> Cell:
    batch = row.batch
    if batch.undone:
        return marked(UNDONE)
    if batch.status != "running":
        return _ended(batch)
    if batch.cancelled:
        return Cell("↻ stopping", "busy")
    done = sum(run.done for run in batch.runs)
    expected = sum(run.expected or 0 for run in batch.runs)
    return Cell(f"↻ {bar(done, expected, 12)}", "busy")


def _ended(batch: BatchView) -> Cell:
    """Return how a batch ended; of one where some failed, how many."""
    failed = batch.items_failed + batch.orders_failed + batch.push_failed
    if batch.cancelled and batch.status not in GOING:
        return marked(STOPPED)
    if batch.status == "partial" and failed:
        return marked(RUN["partial"]._replace(word=f"{failed:,} failed"))
    return marked(RUN[batch.status])


def _items(row: BatchRow) -> Cell:
    """Return what became of the items, or the words of a line that tells of no sync."""
    told = [run.reason for run in row.batch.runs if run.status == "succeeded" and not run.done]
    if any(told) and len(told) == len(row.batch.runs):
        return Cell(" ".join(told))
    return _module(row, "items")


def _orders(row: BatchRow) -> Cell:
    return _module(row, "orders")


def _sent(row: BatchRow) -> Cell:
    """Return how many numbers and shipments a shop was told, and how many it refused."""
    batch = row.batch
    if batch.push_failed:
        return Cell(f"{batch.pushed:,} · ✗ {batch.push_failed:,}", "bad")
    return number(batch.pushed) if batch.pushed else Cell("-", "muted")


def _trigger(row: BatchRow) -> Cell:
    return Cell(row.batch.trigger, "muted")


def _shops(row: BatchRow) -> Cell:
    return Cell(", ".join(row.batch.integrations))


def _items_failed(row: BatchRow) -> int:
    return row.batch.items_failed


def _orders_failed(row: BatchRow) -> int:
    return row.batch.orders_failed


def _pushed(row: BatchRow) -> int:
    return row.batch.pushed + row.batch.push_failed


def _at(row: BatchRow) -> datetime:
    return row.batch.at


def _ago(row: BatchRow) -> str:
    return ago(row.batch.at, row.now)


_STATUS: Column[BatchRow] = Column(
    "status", "Status", _status, 13, order=lambda r: r.batch.status, snug=True
)
_ITEMS: Column[BatchRow] = Column(
    "items", "Items", _items, 17, flex=2, widest=60, order=_items_failed, snug=True
)
_ORDERS: Column[BatchRow] = Column(
    "orders", "Orders", _orders, 17, flex=2, widest=22, order=_orders_failed, snug=True
)
BATCH_COLUMNS: tuple[Column[BatchRow], ...] = (
    Column("at", "When", lambda r: Cell(stamp(r.batch.at, r.zone)), 16, order=_at),
    Column("ago", "", lambda r: Cell(_ago(r), "muted"), 10, rank=4, snug=True),
    Column("trigger", "Started", _trigger, 9, rank=2, order=lambda r: r.batch.trigger, snug=True),
    Column("shops", "Shops", _shops, 8, flex=1, widest=24, rank=3, snug=True),
    _STATUS,
    _ITEMS,
    _ORDERS,
    Column("sent", "Sent", _sent, 8, flex=1, widest=22, order=_pushed, snug=True),
    Column(
        "frozen",
        "Frozen",
        lambda r: number(r.batch.frozen, tone="warn"),
        width=6,
        align="right",
        rank=5,
        snug=True,
    ),
)

OWN_COLUMNS = tuple(each for each in BATCH_COLUMNS if each.key != "shops")
"""The columns where all batches are of one shop."""

_NARROW = 70
"""Cells below which a date with its time leaves too little for what became of the records."""

_NARROW_COLUMNS: tuple[Column[BatchRow], ...] = (
    Column("at", "When", lambda r: Cell(_ago(r)), 10, order=_at, snug=True),
    _STATUS,
    replace(_ITEMS, width=12),
    replace(_ORDERS, width=12, rank=1),
)


class BatchTable(Table[BatchRow]):
    """A table of batches; where it is narrow it says how long ago each was, instead of when.

    Args:
        columns: What to show of a batch where there is room.
        empty: What to say when there are none.
    """

    def __init__(
        self,
        columns: Sequence[Column[BatchRow]],
        *,
        empty: str,
        id: str | None = None,  # noqa: A002  # the name every Textual widget uses
    ) -> None:
        super().__init__(columns, empty=empty, id=id)
        self._wide = self.columns

    def on_resize(self) -> None:
        """Show the columns there is room for."""
        self.columns = _NARROW_COLUMNS if self.size.width < _NARROW else self._wide
