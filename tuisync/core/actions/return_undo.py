"""Taking back what was said of units that had been sent: the ledger moves them out again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from tuisync.core import lookup
from tuisync.core.actions.returns import came_back, return_words
from tuisync.core.errors import Conflict
from tuisync.core.models import Comment, Order, OrderLine, Return
from tuisync.core.outbox import Outbox
from tuisync.core.stock.ledger import Ledger, balance_of
from tuisync.core.store import schema
from tuisync.core.store.port import Reader, Transaction
from tuisync.core.views.objects import OrderView
from tuisync.core.views.orders import order_view
from tuisync.core.views.organization import warehouse_name
from tuisync.core.workspace import Workspace


def take_back_return(
    workspace: Workspace, order: str, *, seen: datetime | None = None
) -> OrderView:
    """Take back what was said last of units of an order that had been sent.

    They are with the buyer again, and the order asks again if it asked before. Nothing is taken
    out of the ledger: as much is moved the other way, and every shop that sells the item is owed
    the new number. Done again, what was said before that is taken back.

    Args:
        workspace: Where.
        order: The order's id or number.
        seen: When that was said which the user was shown; refused if it is not the last any more.

    Raises:
        NotFound: There is no such order.
        Conflict: Nothing was said of it, something else was said last, or what came back is not
            all in that warehouse any more.
    """
    with workspace.store.transaction() as tx:
        found = lookup.order(tx, order)
        if not found.returns:
            raise Conflict(
                f"Nothing was said of what became of order {found.number} that can be taken back."
            )
        if seen not in {None, found.returns[-1].at}:
            raise Conflict(f"Something else was said of order {found.number} since.")
        after = _TakingBack(tx, workspace, found, found.returns[-1]).carry_out()
        tx.put(schema.ORDERS, after)
        return order_view(tx, after.id)


@dataclass(frozen=True)
class _TakingBack:
    tx: Transaction
    workspace: Workspace
    order: Order
    said: Return

    def carry_out(self) -> Order:
        """Move out again what was put back, and return the order as it is without it."""
        order, said = self.order, self.said
        lines = tuple(self._line(line, said.units.get(line.id, 0)) for line in order.lines)
        words = return_words(self.tx, order, said)
        taken_back = Comment(
            text=f"Taken back: {words[0].lower()}{words[1:]}", at=self.workspace.now(), by="user"
        )
        return order.but(
            lines=lines,
            asks_return=order.asks_return or said.asked,
            returns=order.returns[:-1],
            comments=(*order.comments, taken_back),
            fulfilment=said.fulfilment if order.fulfilment == "returned" else order.fulfilment,
        )

    def _line(self, line: OrderLine, count: int) -> OrderLine:
        if self.said.warehouse is None:
            return msgspec.structs.replace(line, lost=line.lost - count)
        if count and line.item is not None and line.id not in self.said.unmoved:
            self._move_out(line.item, self.said.warehouse, count)
        return msgspec.structs.replace(line, returned=line.returned - count)

    def _move_out(self, item: str, warehouse: str, count: int) -> None:
        units = min(count, self._put_back(item, warehouse))
        there = balance_of(self.tx, item, warehouse).on_hand
        if there < units:
            raise _is_gone(self.tx, item, warehouse, there, units)
        cause = f"taken back: {came_back(self.order)}"
        ledger = Ledger(self.tx, self.workspace.clock)
        ledger.move(item, warehouse, -units, "return", cause, order=self.order.id)
        Outbox(self.tx, self.workspace).item_changed(item, cause)

    def _put_back(self, item: str, warehouse: str) -> int:
        """Return the units that the order's returns put there; none of what had no item then."""
        return sum(
            each.delta
            for each in self.tx.find(schema.MOVEMENTS, "order", self.order.id)
            if (each.item, each.warehouse, each.kind) == (item, warehouse, "return")
        )


def _is_gone(reader: Reader, item: str, warehouse: str, there: int, units: int) -> Conflict:
    known, place = reader.get(schema.ITEMS, item), warehouse_name(reader, warehouse) or warehouse
    sku = known.sku if known else item
    return Conflict(
        f"{place} has {there:,} of {sku} now: the {units:,} that came back are not there any more.",
        hint=f"Correct the count instead: `tuisync items adjust '{sku}' --warehouse '{place}'"
        " --to N --reason TEXT`.",
    )
