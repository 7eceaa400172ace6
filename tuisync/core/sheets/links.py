"""Links from a spreadsheet: which item stands behind which listing variant."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, get_args

from tuisync.core import lookup
from tuisync.core.actions.links import check_there, ignore, relink, set_aside, unlink
from tuisync.core.errors import Conflict, NotFound
from tuisync.core.models import Item, Link, LinkBasis, LinkState, match_key
from tuisync.core.sheets.items import BATCH
from tuisync.core.sheets.outcome import Change, Tally, tally_of
from tuisync.core.sheets.reading import BadRow, Line, Sheet, read_sheet
from tuisync.core.store import schema
from tuisync.core.store.port import Reader, Transaction
from tuisync.core.views.objects import SheetView
from tuisync.core.workspace import Workspace

KEY = "variant"
COLUMNS = ("variant", "state", "basis", "item")

_OPEN = frozenset({"unconfirmed", "conflict"})


class _Row(NamedTuple):
    """A row that was understood.

    Attributes:
        state: `linked`, `ignored` or `unconfirmed`; None leaves the link as it is.
        item: The item it is to be linked to.
    """

    line: Line
    link: Link
    state: LinkState | None
    item: Item | None
    basis: LinkBasis


def import_links(workspace: Workspace, path: Path, *, apply: bool = False) -> SheetView:
    """Compare a list of links with what is stored; decide as it says if asked to.

    A row is a listing variant, found by its id. With an item it is linked to that; `ignored`
    ignores it; `unconfirmed` without an item takes its link apart. A row that says what is so
    already changes nothing. Where a link moves to another item, the orders of the former one
    wait for the user's word.

    Args:
        workspace: Where.
        path: A CSV file with a heading line.
        apply: Do it.

    Raises:
        UsageError: The file cannot be read or has no column `variant`.
    """
    lookup.organization(workspace.store)
    sheet = read_sheet(path, COLUMNS, key=KEY)
    if not apply:
        tally, seen = tally_of(sheet), dict[str, int]()
        for line in sheet.lines:
            _take(workspace.store, tally, seen, line)
        return tally.view(applied=False)
    return _written(workspace, sheet).view(applied=True)


def _written(workspace: Workspace, sheet: Sheet) -> Tally:
    tally, seen = tally_of(sheet), dict[str, int]()
    for start in range(0, len(sheet.lines), BATCH):
        with workspace.store.transaction() as tx:
            for line in sheet.lines[start : start + BATCH]:
                row = _take(tx, tally, seen, line)
                if row is not None:
                    _decide(tx, workspace, row)
    return tally


def _take(reader: Reader, tally: Tally, seen: dict[str, int], line: Line) -> _Row | None:
    """Count a row; None when it cannot be taken."""
    try:
        row = _read(reader, line)
        if row.link.id in seen:
            raise line.bad(KEY, f"Line {seen[row.link.id]} speaks of this variant already.")
    except BadRow as bad:
        tally.bad(bad)
        return None
    seen[row.link.id] = line.number
    changes = list(_changes(reader, row))
    tally.add(row.link.id, "updated" if changes else "unchanged", changes)
    return row


def _read(reader: Reader, line: Line) -> _Row:
    variant, state, basis = line.get(KEY), line.get("state"), line.get("basis")
    if not variant:
        raise line.bad(KEY, "The variant is missing.")
    try:
        link = lookup.link(reader, variant)
    except NotFound as error:
        raise line.bad(KEY, f"{error.message} Sync its shop's items first.") from error
    if state and state not in get_args(LinkState):
        raise line.bad("state", f"`{state}` is no state: {', '.join(get_args(LinkState))}.")
    if basis and basis not in get_args(LinkBasis):
        raise line.bad("basis", f"`{basis}` is no basis: {', '.join(get_args(LinkBasis))}.")
    item = _item(reader, line)
    wanted = _wanted(line, link, state, item)
    if wanted == "linked":
        _check_there(reader, line, link)
    return _Row(line, link, wanted, item, basis or "manual")  # type: ignore[arg-type]  # checked above


def _check_there(reader: Reader, line: Line, link: Link) -> None:
    try:
        check_there(reader, link)
    except (Conflict, NotFound) as error:
        raise line.bad("item", error.message) from error


def _item(reader: Reader, line: Line) -> Item | None:
    sku = match_key(line.get("item"))
    if not sku:
        return None
    found = reader.find(schema.ITEMS, "sku", sku)
    if not found:
        # No guess at what was meant: a file may have it wrong in every row.
        raise line.bad("item", f"No item has the SKU `{sku}`.")
    if found[0].retired_at is not None:
        error = lookup.retired(found[0])
        raise line.bad("item", f"{error.message} {error.hint}")
    return found[0]


def _wanted(line: Line, link: Link, state: str, item: Item | None) -> LinkState | None:
    """Return the state the row asks for; None when it is so already."""
    if item is not None:
        if state in {"ignored", "unconfirmed", "conflict"}:
            raise line.bad("state", f"It names an item and says `{state}`: one of both is wrong.")
        return None if link.item == item.id else "linked"
    if state == "linked":
        raise line.bad("item", "It says `linked` and names no item.")
    if state == "ignored" and link.state != "ignored":
        return "ignored"
    if state in _OPEN and (link.item is not None or link.state == "ignored"):
        return "unconfirmed"
    return None


def _changes(reader: Reader, row: _Row) -> Iterator[Change]:
    if row.state is None:
        return
    held = reader.get(schema.ITEMS, row.link.item) if row.link.item else None
    before = held.sku if held else None
    after = row.item.sku if row.item else None
    number = row.line.number
    if before != after:
        yield Change(number, row.link.id, "item", before, after)
    if row.link.state != row.state:
        yield Change(number, row.link.id, "state", row.link.state, row.state)


def _decide(tx: Transaction, workspace: Workspace, row: _Row) -> None:
    if row.state == "linked" and row.item is not None:
        relink(tx, workspace, row.link, row.item.id, basis=row.basis)
        return
    if row.state is None:
        return
    link = unlink(tx, workspace, row.link) if row.link.item is not None else row.link
    if row.state == "ignored":
        ignore(tx, workspace, link)
    else:
        set_aside(tx, link)
