"""Goods that came back after an order was sent, or that never will."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from tuisync.core import lookup
from tuisync.core.actions.order_lines import line_of_sku
from tuisync.core.errors import Conflict, UsageError
from tuisync.core.models import Comment, Order, OrderLine, Return, Warehouse
from tuisync.core.outbox import Outbox
from tuisync.core.stock.ledger import Ledger
from tuisync.core.store import schema
from tuisync.core.store.port import Reader, Transaction
from tuisync.core.views.objects import OrderView
from tuisync.core.views.orders import order_view
from tuisync.core.views.organization import warehouse_name
from tuisync.core.workspace import Workspace


def return_order(
    workspace: Workspace,
    order: str,
    *,
    to: str | None,
    lines: Mapping[str, int] | None = None,
) -> OrderView:
    """Say what became of units that were sent: they are back in a warehouse, or lost.

    It answers the question that a cancellation or refund after shipping asks. What comes
    back later can be returned later; no unit twice.

    Args:
        workspace: Where.
        order: The order's id or number.
        to: The warehouse they are in again; None when they will not come back.
        lines: Units per SKU (ours or the shop's); None means all that is still away.

    Raises:
        NotFound: No such order or warehouse.
        Conflict: Nothing of it was sent or all is accounted for, a line has no item to put
            back, or the warehouse is not active.
        UsageError: More than was sent, or a line is not the order's.
    """
    with workspace.store.transaction() as tx:
        found = lookup.order(tx, order)
        units = _units(tx, found, lines)
        warehouse = _warehouse(tx, to) if to is not None else None
        returning = _Returning(tx, workspace, found, warehouse)
        returned = returning.carry_out(units)
        tx.put(schema.ORDERS, returned)
        return order_view(tx, returned.id)


@dataclass(frozen=True)
class _Returning:
    tx: Transaction
    workspace: Workspace
    order: Order
    warehouse: Warehouse | None

    def carry_out(self, units: Mapping[str, int]) -> Order:
        """Put the units back where there is a warehouse, and return the order with them."""
        lines = tuple(self._line(line, units.get(line.id, 0)) for line in self.order.lines)
        back = all(line.returned >= line.shipped for line in lines)
        now = self.workspace.now()
        said = Return(
            units={id_: count for id_, count in units.items() if count},
            at=now,
            warehouse=self.warehouse.id if self.warehouse else None,
            asked=self.order.asks_return,
            fulfilment=self.order.fulfilment,
            unmoved=tuple(each.id for each in lines if each.no_item and units.get(each.id)),
        )
        words = return_words(self.tx, self.order, said)
        return self.order.but(
            lines=lines,
            asks_return=False,
            returns=(*self.order.returns, said),
            comments=(*self.order.comments, Comment(text=words, at=now, by="user")),
            fulfilment="returned" if back and self.order.shipped else self.order.fulfilment,
        )

    def _line(self, line: OrderLine, count: int) -> OrderLine:
        if self.warehouse is None:
            return msgspec.structs.replace(line, lost=line.lost + count)
        if count and not line.no_item:
            self._put_back(line, count, self.warehouse)
        return msgspec.structs.replace(line, returned=line.returned + count)

    def _put_back(self, line: OrderLine, count: int, warehouse: Warehouse) -> None:
        if line.item is None:
            raise Conflict(
                f"No item stands behind “{line.title}”, so nothing can be put back.",
                hint=f"First `tuisync orders map {self.order.id} {line.id} SKU`.",
            )
        cause = came_back(self.order)
        ledger = Ledger(self.tx, self.workspace.clock)
        ledger.move(line.item, warehouse.id, count, "return", cause, order=self.order.id)
        Outbox(self.tx, self.workspace).item_changed(line.item, cause)


def return_words(reader: Reader, order: Order, said: Return) -> str:
    """Return what was said of units of an order, as a comment of it."""
    titles = {line.id: line.sku or line.title for line in order.lines}
    what = ", ".join(f"{count} x {titles.get(id_, id_)}" for id_, count in said.units.items())
    if said.warehouse is None:
        return f"Will not come back: {what}"
    return f"Came back to {warehouse_name(reader, said.warehouse) or said.warehouse}: {what}"


def came_back(order: Order) -> str:
    """Return the cause of the movements of a return."""
    return f"order {order.number} came back"


def _units(reader: Reader, order: Order, lines: Mapping[str, int] | None) -> dict[str, int]:
    """Return units per line id."""
    if not any(line.shipped for line in order.lines):
        raise Conflict(
            f"Nothing of order {order.number} was sent, so nothing can come back.",
            hint="What was reserved for it is freed when the shop cancels it.",
        )
    if lines is None:
        away = {line.id: line.away for line in order.lines if line.away > 0}
        if not away:
            raise Conflict(
                f"All that was sent of order {order.number} is accounted for already.",
                hint=f"`tuisync orders return {order.id} --undo` takes back what was said last.",
            )
        return away
    units: dict[str, int] = {}
    for sku, count in lines.items():
        line = line_of_sku(reader, order, sku)
        if not 0 < count <= line.away:
            what = line.sku or f"“{line.title}”"
            there = "1 is" if line.away == 1 else f"{max(0, line.away)} are"
            raise UsageError(f"{count} of {what} cannot come back: {there} with the buyer.")
        units[line.id] = count
    return units


def _warehouse(reader: Reader, name: str) -> Warehouse:
    found = lookup.warehouse(reader, name)
    if not found.active:
        raise Conflict(f"{found.name} is not active any more.")
    return found
