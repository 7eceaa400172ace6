"""What one row of a list of items says, and what would follow from it. Nothing is written here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from tuisync.core import lookup
from tuisync.core.checking import MOST_UNITS, checked_price, checked_text
from tuisync.core.errors import TuisyncError
from tuisync.core.models import Item, Warehouse, match_key
from tuisync.core.sheets.outcome import Change
from tuisync.core.sheets.reading import BadRow, Line
from tuisync.core.sheets.writing import read_pairs, written_pairs
from tuisync.core.stock.ledger import balance_of
from tuisync.core.store import schema
from tuisync.core.store.port import Reader

T = TypeVar("T")

KEY = "sku"
STOCK = "on_hand"
COLUMNS = (
    *("sku", "name", "group", "attributes", "price", "currency"),
    *("warehouse", "on_hand", "reason"),
)
ALSO = {"stock": "on_hand", "count": "on_hand"}
"""What else people call a column."""


class Count(NamedTuple):
    """Units on hand in one warehouse: as they are, and as the row says."""

    warehouse: Warehouse
    before: int
    after: int


@dataclass(frozen=True)
class Row:
    """A row that was understood.

    Attributes:
        item: The item with what the row says; a new one has an empty id.
        before: The item as it is, or None.
        count: What the row says of its stock, or None.
    """

    line: Line
    item: Item
    before: Item | None
    count: Count | None

    def changes(self) -> Iterator[Change]:
        """Yield what the row changes."""
        if self.before is None:
            yield Change(self.line.number, self.item.sku, "item", None, self.item.name)
        else:
            for what, read in _PARTS.items():
                old, new = read(self.before), read(self.item)
                if old != new:
                    yield Change(self.line.number, self.item.sku, what, old, new)
        if self.count and self.count.before != self.count.after:
            what = f"on hand in {self.count.warehouse.name}"
            old, new = str(self.count.before), str(self.count.after)
            yield Change(self.line.number, self.item.sku, what, old, new)


@dataclass
class ItemRows:
    """Reads the rows of one file, each against what is stored and what the rows before said.

    Attributes:
        reader: What is stored.
        said: Per SKU and per SKU and warehouse, the first line that spoke of it.
        planned: Per SKU, the item as the rows so far make it.
    """

    reader: Reader
    said: dict[tuple[str, str], Line] = field(default_factory=dict)
    planned: dict[str, tuple[Item, Item | None]] = field(default_factory=dict)

    def read(self, line: Line) -> Row:
        """Return what a row says.

        Raises:
            BadRow: It cannot be taken; it names each column that is wrong.
        """
        sku = _cell(line, KEY, lambda text: match_key(checked_text(text, "SKU")))
        earlier = self.said.get((sku, ""))
        before = self._known(line, sku) if earlier is None else self.planned[sku][1]
        if earlier is not None:
            _check_same(line, earlier)
        item = _item(self.reader, line, sku, before)
        if earlier is not None:
            item = self.planned[sku][0]
        count = self._count(line, before)
        self.said.setdefault((sku, ""), line)
        self.planned[sku] = (item, before)
        # What an earlier row changes is not counted once more.
        return Row(line, item, item if earlier is not None else before, count)

    def _known(self, line: Line, sku: str) -> Item | None:
        found = self.reader.find(schema.ITEMS, "sku", sku)
        if found and found[0].retired_at is not None:
            error = lookup.retired(found[0])
            raise line.bad(KEY, f"{error.message} {error.hint}")
        return found[0] if found else None

    def _count(self, line: Line, item: Item | None) -> Count | None:
        text = line.get(STOCK)
        if not text:
            return None
        warehouse = _cell(line, "warehouse", self._warehouse, empty=True)
        key = (match_key(line.get(KEY)), warehouse.id)
        if key in self.said:
            message = f"Line {self.said[key].number} counts it in {warehouse.name} already."
            raise line.bad(STOCK, message)
        before = balance_of(self.reader, item.id, warehouse.id).on_hand if item else 0
        after = _cell(line, STOCK, lambda cell: _units(cell, before))
        if after != before and not warehouse.active:
            raise line.bad("warehouse", f"{warehouse.name} is not active any more.")
        self.said[key] = line
        return Count(warehouse, before, after)

    def _warehouse(self, name: str) -> Warehouse:
        if not name:
            return lookup.primary_warehouse(self.reader)
        return lookup.warehouse(self.reader, name)


def _item(reader: Reader, line: Line, sku: str, before: Item | None) -> Item:
    """Return the item with what the row says; an empty cell leaves a value as it is."""
    base = before or Item(id="", sku=sku, name="")
    currency = lookup.organization(reader).base_currency
    faults: list[BadRow] = []

    def part(column: str, read: Callable[[str], T], as_is: T) -> T:
        if not line.get(column):
            return as_is
        try:
            return _cell(line, column, read)
        except BadRow as bad:
            faults.append(bad)
            return as_is

    if before is None and not line.get("name"):
        faults.append(line.bad("name", "A new item needs a name."))
    if line.get("price") and line.get("currency").upper() not in {"", currency}:
        faults.append(line.bad("currency", f"Prices are in {currency} here."))
    item = base.but(
        name=part("name", lambda text: checked_text(text, "name"), base.name),
        group=part("group", lambda text: checked_text(text, "group"), base.group),
        attributes=part("attributes", _attributes, base.attributes),
        price=part("price", lambda text: checked_price(text, currency), base.price),
    )
    if faults:
        raise BadRow(*(fault for bad in faults for fault in bad.faults))
    return item


def _cell(line: Line, column: str, read: Callable[[str], T], *, empty: bool = False) -> T:
    """Read a cell; what is wrong with it becomes the row's fault."""
    text = line.get(column)
    if not text and not empty:
        raise line.bad(column, f"The {column} is missing.")
    try:
        return read(text)
    except TuisyncError as error:
        raise line.bad(column, f"{error.message} {error.hint or ''}".rstrip()) from error
    except ValueError as error:
        raise line.bad(column, str(error)) from error


def _attributes(text: str) -> dict[str, str]:
    pairs = read_pairs(text)
    for each in (*pairs, *pairs.values()):
        if each:
            checked_text(each, "attribute")
    return pairs


def _units(text: str, before: int) -> int:
    """Return a count of units; below zero only if it is so already, as oversold stock is."""
    if text.lstrip("-").isdecimal() and int(text) == before:
        return before
    plain = text.removesuffix(".0") if text.endswith(".0") else text
    if not (plain.isascii() and plain.isdecimal()) or int(plain) > MOST_UNITS:
        raise ValueError(f"`{text}` is not a count of units: a whole number from 0 on.")
    return int(plain)


def _check_same(line: Line, earlier: Line) -> None:
    """Refuse a second row of an item that says something else of it than the first."""
    for column in _PARTS:
        text = line.get(column)
        if text and text != earlier.get(column):
            message = f"Line {earlier.number} says `{earlier.get(column)}` of this item."
            raise line.bad(column, message)


def _written_price(item: Item) -> str | None:
    return str(item.price.amount) if item.price else None


_PARTS: dict[str, Callable[[Item], str | None]] = {
    "name": lambda item: item.name,
    "group": lambda item: item.group,
    "attributes": lambda item: written_pairs(item.attributes) or None,
    "price": _written_price,
}
"""What a row may say of an item, as text."""
