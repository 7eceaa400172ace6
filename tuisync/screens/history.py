"""History: every sync, one line per batch, with what became of items and orders."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on

from tuisync.core.views.history import batch_views
from tuisync.screens.batches import BATCH_COLUMNS, GOING, BatchRow, BatchTable, batch_rows
from tuisync.screens.place import Place
from tuisync.screens.records import Records
from tuisync.screens.resyncing import ask_undo, resync
from tuisync.screens.syncing import ask_period, ask_sync, cancel
from tuisync.screens.verbs import verb
from tuisync.widgets.finder import Finder
from tuisync.widgets.rows import Rows
from tuisync.widgets.table import Table

if TYPE_CHECKING:
    from textual.widget import Widget

_EMPTY = (
    "Nothing has been synced yet.\n"
    "Here stands, for every sync, how many items and orders came in well and how many did not.\n"
    "Press {sync.now} to sync now."
)
_OF_A_SYNC = frozenset({"records", "failed", "resync", "undo", "cancel"})


class History(Place[Rows[BatchRow]]):
    """All batches, newest first."""

    HELP = (
        "Every sync, newest first. {sync.show_records} shows what became of each item and order "
        "in it."
    )
    PLACE: ClassVar[str] = "history"
    WATCHES: ClassVar[frozenset[str]] = frozenset({"runs", "integrations"})

    def __init__(self) -> None:
        super().__init__()
        self.table: Table[BatchRow] = BatchTable(BATCH_COLUMNS, empty=_EMPTY)

    def body(self) -> Iterable[Widget]:
        """Yield the table."""
        yield Finder(self.table)

    def load(self) -> Rows[BatchRow]:
        """Read the batches."""
        workspace = self.shell.workspace
        batches = batch_views(workspace.store)
        return self.table.prepare(batch_rows(batches, workspace.now(), self.shell.zone))

    def show(self, data: Rows[BatchRow]) -> None:
        """Fill the table."""
        self.table.fill(data)

    def why_not(self, action: str) -> str:
        """Say what there must be to open."""
        row = self.table.row
        if row is None:
            return self._nothing() if action in _OF_A_SYNC else ""
        return _why_not(action, row)

    def _nothing(self) -> str:
        found = len(self.table.rows)
        return "No sync is shown that could be meant." if found else "Nothing has been synced yet."

    @verb("enter", "Records", "sync: show records", "What became of each record, and why")
    def action_records(self) -> None:
        """Open all records of the batch."""
        self._open("")

    @verb(
        "f", "Failed", "sync: show failed records", "Only the records that failed, with the reason"
    )
    def action_failed(self) -> None:
        """Open the failed records of the batch."""
        self._open("failed")

    @verb("r", "Resync", "sync: read records again", "Read each record of that sync again, by id")
    def action_resync(self) -> None:
        """Read every record of the batch again."""
        if row := self.table.row:
            resync(self.shell, row.batch.id, "that sync")

    @verb("u", "Undo", "sync: undo", "Take back what that sync linked and imported")
    def action_undo(self) -> None:
        """Say what would be taken back, then ask."""
        if row := self.table.row:
            ask_undo(self.shell, row.batch.id)

    @verb("c", "Cancel", "sync: cancel", "Stop that sync before its next page; what came in stays")
    def action_cancel(self) -> None:
        """Stop the batch."""
        if row := self.table.row:
            cancel(self.shell, row.batch.id)

    @verb("p", "Period", "sync: specific period", "Fetch the orders or items of some days again")
    def action_period(self) -> None:
        """Ask for two days."""
        ask_period(self.shell)

    @verb("s", "Sync", "sync: now", "Fetch items, orders or both from all shops now")
    def action_sync(self) -> None:
        """Ask what to sync."""
        ask_sync(self.shell)

    def _open(self, outcome: str) -> None:
        if row := self.table.row:
            self.app.push_screen(Records(row.batch.id, outcome))

    @on(Table.Highlighted)
    def _moved(self) -> None:
        self.refresh_bindings()

    @on(Table.Opened)
    def _opened(self) -> None:
        self.action_records()


def _no_failed_record(row: BatchRow) -> str:
    """Say that no record failed; of a sync that broke off, why."""
    broken = [run.reason for run in row.batch.runs if run.status == "failed"]
    return (
        f"It broke off before any record: {broken[0]}" if broken else "Nothing failed in that sync."
    )


def _why_not(action: str, row: BatchRow) -> str:
    """Say what a batch must be for a verb."""
    batch = row.batch
    going = batch.status in GOING
    match action:
        case "failed" if not batch.items_failed + batch.orders_failed + batch.push_failed:
            return _no_failed_record(row)
        case "resync" | "undo" if going:
            return "That sync has not ended yet."
        case "cancel" if not going:
            return "That sync has ended already."
        case "resync" if not any(run.done for run in batch.runs):
            return "That sync has no record to read again."
        case "undo" if batch.undone:
            return "It was undone already."
    return ""
