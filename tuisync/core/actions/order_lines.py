"""Finding the lines of an order that the user means."""

from __future__ import annotations

from tuisync.core.errors import UsageError
from tuisync.core.models import Order, OrderLine
from tuisync.core.store import schema
from tuisync.core.store.port import Reader


def line_of_sku(reader: Reader, order: Order, sku: str) -> OrderLine:
    """Return the first line with that SKU, ours or the shop's; else the one with that id.

    Raises:
        UsageError: There is none.
    """
    for line in order.lines:
        if sku in {line.sku, item_sku(reader, line)}:
            return line
    for line in order.lines:
        if sku == line.id:
            return line
    raise UsageError(f"Order {order.number} has no line with the SKU {sku}.")


def line_of(order: Order, name: str) -> OrderLine:
    """Return the line with that id, or the only one with that SKU of the shop's.

    Raises:
        UsageError: There is none, or there are several; the hint names the lines.
    """
    named = [line for line in order.lines if line.id == name]
    found = named or [line for line in order.lines if line.sku == name]
    if len(found) == 1:
        return found[0]
    what = "no line" if not found else "several lines"
    known = ", ".join(f"{line.id} ({line.title})" for line in order.lines)
    raise UsageError(f"Order {order.number} has {what} `{name}`.", hint=f"Its lines: {known}.")


def item_sku(reader: Reader, line: OrderLine) -> str | None:
    """Return the SKU of the line's item; None when it has none."""
    item = reader.get(schema.ITEMS, line.item) if line.item else None
    return item.sku if item else None
