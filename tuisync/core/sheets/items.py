"""Items and their stock from a spreadsheet: compared first, written when the user says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tuisync.core import lookup
from tuisync.core.linking.linker import Linker
from tuisync.core.models import Item
from tuisync.core.outbox import Outbox
from tuisync.core.sheets.item_rows import ALSO, COLUMNS, KEY, ItemRows, Row
from tuisync.core.sheets.outcome import Fate, Tally, tally_of
from tuisync.core.sheets.reading import BadRow, Line, Sheet, read_sheet
from tuisync.core.stock.ledger import Ledger
from tuisync.core.store import schema
from tuisync.core.store.port import Transaction
from tuisync.core.views.objects import SheetView
from tuisync.core.workspace import Workspace

BATCH = 500
"""Rows of one transaction: the store is not kept from others for long."""


def import_items(workspace: Workspace, path: Path, *, apply: bool = False) -> SheetView:
    """Compare a list of items with what is stored; write it if asked to.

    A row is an item, found by its SKU, or one more warehouse of it. An empty cell leaves a
    value as it is. `on_hand` is a count: what differs is an adjustment in the ledger, with the
    file as its reason unless `reason` names one. What cannot be taken is told, and the other
    rows count. Writing goes in batches, each whole; doing it again changes nothing.

    Args:
        workspace: Where.
        path: A CSV file with a heading line.
        apply: Write it.

    Raises:
        UsageError: The file cannot be read or has no column `sku`.
        NoOrganization: `init` was never run here.
    """
    lookup.organization(workspace.store)
    sheet = read_sheet(path, COLUMNS, key=KEY, also=ALSO)
    compared = _compared(workspace, sheet)
    if not apply:
        return compared.view(applied=False)
    return _Writing(workspace, sheet, hold=compared.touched > 1).carry_out().view(applied=True)


def _compared(workspace: Workspace, sheet: Sheet) -> Tally:
    tally = tally_of(sheet)
    rows = ItemRows(workspace.store)
    for line in sheet.lines:
        _take(tally, rows, line)
    return tally


def _take(tally: Tally, rows: ItemRows, line: Line) -> Row | None:
    """Count a row; None when it cannot be taken."""
    try:
        row = rows.read(line)
    except BadRow as bad:
        tally.bad(bad)
        return None
    changes = list(row.changes())
    fate: Fate = "unchanged" if not changes else "created" if row.before is None else "updated"
    tally.add(row.item.sku, fate, changes)
    return row


@dataclass(frozen=True)
class _Writing:
    """Writes the rows of a file.

    Attributes:
        hold: What the shops show wrongly afterwards waits for the plan.
    """

    workspace: Workspace
    sheet: Sheet
    hold: bool

    def carry_out(self) -> Tally:
        """Write batch after batch, then link what fits the items now."""
        tally, rows = tally_of(self.sheet), ItemRows(self.workspace.store)
        for batch in _batches(self.sheet.lines):
            with self.workspace.store.transaction() as tx:
                rows.reader = tx
                taken = [row for line in batch if (row := _take(tally, rows, line))]
                moved = {item for row in taken if (item := self._write(tx, row))}
                for item in sorted(moved):
                    Outbox(tx, self.workspace).item_changed(item, self._cause, hold=self.hold)
        with self.workspace.store.transaction() as tx:
            named = [item for item, _ in rows.planned.values()]
            Linker(tx, self.workspace).items_changed(named)
        return tally

    @property
    def _cause(self) -> str:
        return f"import of {self.sheet.name}"

    def _write(self, tx: Transaction, row: Row) -> str | None:
        """Write a row; returns the item's id if its stock moved."""
        item, is_new = self._stored(tx, row)
        if row.count is None or (row.count.before == row.count.after and not is_new):
            return None
        Ledger(tx, self.workspace.clock).move(
            item.id,
            row.count.warehouse.id,
            row.count.after - row.count.before,
            "opening" if is_new else "adjust",
            row.line.get("reason") or self._cause,
            counted=True,
        )
        return item.id

    def _stored(self, tx: Transaction, row: Row) -> tuple[Item, bool]:
        """Return the item, stored as the row says, and whether the file brought it."""
        found = tx.find(schema.ITEMS, "sku", row.item.sku)
        item = row.item.but(id=found[0].id if found else self.workspace.new_id())
        tx.put(schema.ITEMS, item)
        return item, not row.item.id


def _batches(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    for start in range(0, len(lines), BATCH):
        yield lines[start : start + BATCH]
