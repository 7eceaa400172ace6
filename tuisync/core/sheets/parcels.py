"""Parcels from a spreadsheet: which order left with which carrier and tracking number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tuisync.core import lookup
from tuisync.core.actions.parcels import Parcel, ReadyParcel, ready_parcel, ship_parcel
from tuisync.core.errors import StoreError, TuisyncError, UsageError
from tuisync.core.models import Order
from tuisync.core.orders.merge import parcel_code
from tuisync.core.sheets.outcome import Change, Tally, tally_of
from tuisync.core.sheets.reading import BadRow, Line, Sheet, read_sheet
from tuisync.core.views.objects import SheetView
from tuisync.core.workspace import Workspace

KEY = "order"
COLUMNS = ("order", "carrier", "tracking")
ALSO = {
    "order_number": "order",
    "order_id": "order",
    "tracking_number": "tracking",
    "tracking_code": "tracking",
}
_REFUSED = (
    "The shop refused the parcel of order {number}. `tuisync inbox` says why;"
    " `tuisync ship {number} --carrier C --tracking T` corrects it."
)
_FORMULA = re.compile('="([^"]*)"')


class _Seen(NamedTuple):
    """What the rows so far speak of.

    Attributes:
        lines: The line of each order, by its id.
        numbers: The number of the first order that has a tracking number, by its code.
    """

    lines: dict[str, int]
    numbers: dict[str, str]

    def other(self, order: Order, ready: ReadyParcel | None) -> str:
        """Return the order that has the same tracking number: right for one parcel, else a slip."""
        code = parcel_code(ready.to_send.number) if ready else ""
        first = self.numbers.setdefault(code, order.number) if code else order.number
        return "" if first == order.number else first


def import_parcels(workspace: Workspace, path: Path, *, apply: bool = False) -> SheetView:
    """Compare a list of parcels with the orders; ship them if asked to.

    A row is an order, by id or number, all of which leaves in one parcel. One that has left with
    that number already changes nothing, so a file can be taken again. What a row would tell the
    shop, and which buyer is e-mailed, are its changes.

    Args:
        workspace: Where.
        path: A CSV file with a heading line.
        apply: Ship them, each by itself.

    Raises:
        UsageError: The file cannot be read, has no column `order` or `tracking`, or its headings
            leave in doubt which column that is.
        NoOrganization: `init` was never run here.
    """
    lookup.organization(workspace.store)
    sheet = read_sheet(path, COLUMNS, key=KEY, also=ALSO)
    _check_columns(sheet)
    tally, seen = tally_of(sheet), _Seen({}, {})
    for line in sheet.lines:
        _take(workspace, tally, seen, line, apply=apply)
    return tally.view(applied=apply)


def _check_columns(sheet: Sheet) -> None:
    """Refuse a file in which a column is in doubt: no e-mail to a buyer is ever taken back."""
    known = f"The columns are: {', '.join(COLUMNS)}."
    for fault in sheet.faults:
        if fault.line == 1 and fault.column in COLUMNS:
            raise UsageError(
                f"{sheet.name} has several columns that say `{fault.column}`.",
                hint="Leave one of them.",
            )
        if fault.line == 1:
            raise UsageError(f"{sheet.name}: {fault.message}", hint=known)
    if "tracking" not in sheet.columns:
        raise UsageError(
            f"{sheet.name} has no column `tracking`.",
            hint=f"{known} Parcels without a number have an empty cell there.",
        )


def _take(workspace: Workspace, tally: Tally, seen: _Seen, line: Line, *, apply: bool) -> None:
    """Count a row, and ship what it says if asked to."""
    try:
        order, ready = _read(workspace, seen, line)
        if ready is not None and apply:
            _ship(workspace, line, ready)
    except BadRow as bad:
        tally.bad(bad)
        return
    changes = _changes(line, ready, seen.other(order, ready)) if ready else ()
    tally.add(order.id, "updated" if ready else "unchanged", changes)


def _read(workspace: Workspace, seen: _Seen, line: Line) -> tuple[Order, ReadyParcel | None]:
    """Return the row's order, and its parcel unless that has left already."""
    try:
        order = lookup.order(workspace.store, line.get(KEY) or _missing(line))
        if order.id in seen.lines:
            raise line.bad(KEY, f"Line {seen.lines[order.id]} speaks of this order already.")
        seen.lines[order.id] = line.number
        tracking = _number(line)
        if _has_left(line, order, tracking):
            return order, None
        parcel = Parcel.written(order.id, line.get("carrier"), tracking)
        return order, ready_parcel(workspace.store, workspace, parcel)
    except StoreError:
        raise
    except TuisyncError as error:
        raise _bad(line, error) from error


def _number(line: Line) -> str:
    """Return the number, also where it is written as a formula so that no digit of it is lost."""
    cell = line.get("tracking")
    formula = _FORMULA.fullmatch(cell)
    return formula[1].strip() if formula else cell


def _missing(line: Line) -> str:
    raise line.bad(KEY, "The order is missing.")


def _has_left(line: Line, order: Order, tracking: str) -> bool:
    code = parcel_code(tracking)
    known = [each for each in order.shipments if code and parcel_code(each.tracking) == code]
    if order.shipped and any(each.push == "failed" for each in known):
        raise line.bad(KEY, _REFUSED.format(number=order.number))
    return order.shipped and bool(known)


def _ship(workspace: Workspace, line: Line, ready: ReadyParcel) -> None:
    try:
        ship_parcel(workspace, ready.parcel)
    except StoreError:
        raise
    except TuisyncError as error:  # it has become another one since it was read
        raise _bad(line, error) from error


def _bad(line: Line, error: TuisyncError) -> BadRow:
    return line.bad("", " ".join(part for part in (error.message, error.hint) if part))


def _changes(line: Line, ready: ReadyParcel, other: str) -> Iterator[Change]:
    yield Change(line.number, ready.number, "parcel", None, ready.said)
    if other:
        yield Change(line.number, ready.number, "same number as", None, f"order {other}")
    told = "by you, at the shop" if ready.by_hand else ready.buyer or "the buyer"
    yield Change(line.number, ready.number, "told" if ready.by_hand else "e-mail to", None, told)
