"""History: every sync, one line per batch, with what became of items and orders."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on

from tuisync.core.views.history import batch_views
from tuisync.screens.batches import BATCH_COLUMNS, BatchRow, batch_rows
from tuisync.screens.place import Place
from tuisync.screens.records import Records
from tuisync.screens.verbs import verb
from tuisync.widgets.finder import Finder
from tuisync.widgets.rows import Rows
from tuisync.widgets.table import Table

if TYPE_CHECKING:
    from textual.widget import Widget

_EMPTY = (
    "Nothing has been synced yet.\n"
    "Here stands, for every sync, how many items and orders came in well and how many did not.\n"
    "Press 1, then s, to sync a shop."
)


class History(Place[Rows[BatchRow]]):
    """All batches, newest first."""

    HELP = "Every sync, newest first. Enter shows what became of each item and order in it."
    PLACE: ClassVar[str] = "history"
    WATCHES: ClassVar[frozenset[str]] = frozenset({"runs", "integrations"})

    def __init__(self) -> None:
        super().__init__()
        self.table: Table[BatchRow] = Table(BATCH_COLUMNS, empty=_EMPTY)

    def body(self) -> Iterable[Widget]:
        """Yield the table."""
        yield Finder(self.table)

    def load(self) -> Rows[BatchRow]:
        """Read the batches."""
        workspace = self.shell.workspace
        return batch_rows(batch_views(workspace.store), workspace.now(), self.shell.zone)

    def show(self, data: Rows[BatchRow]) -> None:
        """Fill the table."""
        self.table.fill(data)
        self.refresh_bindings()

    def why_not(self, action: str) -> str:
        """Say what there must be to open."""
        row = self.table.row
        if action in {"records", "failed"} and row is None:
            return "Nothing has been synced yet."
        if action == "failed" and row and not _failed(row):
            return "Nothing failed in that sync."
        return ""

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

    def _open(self, outcome: str) -> None:
        if row := self.table.row:
            self.app.push_screen(Records(row.batch.id, outcome))

    @on(Table.Highlighted)
    def _moved(self) -> None:
        self.refresh_bindings()

    @on(Table.Opened)
    def _opened(self) -> None:
        self.action_records()


def _failed(row: BatchRow) -> int:
    batch = row.batch
    return batch.items_failed + batch.orders_failed + batch.push_failed
