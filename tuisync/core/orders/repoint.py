"""Moving what an order did to one item's stock over to another item: the link was wrong.

The ledger is only added to: what was reserved is released and reserved anew, what was sent is
put back on the shelf of the wrong item and taken from the right one's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from tuisync.core.models import MovementKind, Order, OrderLine
from tuisync.core.orders.settle import Settlement
from tuisync.core.stock.ledger import Ledger
from tuisync.core.store import schema
from tuisync.core.store.port import Reader, Transaction
from tuisync.core.workspace import Workspace

Repoint = Literal["open", "all", "none"]
"""Which orders of the wrong item follow a new link: the open ones, all of them, or none."""

_OUT: Collection[MovementKind] = ("ship", "return")


def strays(reader: Reader, variant: str, item: str | None) -> list[tuple[Order, list[OrderLine]]]:
    """Return the orders whose lines of that variant count against another item than this one.

    Lines whose item the user chose for one order alone are left out.
    """
    found = []
    for order in reader.find(schema.ORDERS, "variant", variant):
        lines = [
            line
            for line in order.lines
            if line.variant == variant and line.item not in {None, item} and not line.chosen
        ]
        if lines:
            found.append((order, lines))
    return found


@dataclass(frozen=True)
class Repointing:
    """Moves lines from item to item, in one transaction."""

    tx: Transaction
    workspace: Workspace

    def follow(self, variant: str, item: str, which: Repoint) -> set[str]:
        """Give the lines of that variant their new item; returns the items whose numbers moved."""
        moved: set[str] = set()
        if which == "none":
            return moved
        for order, lines in strays(self.tx, variant, item):
            if which == "all" or order.open:
                moved |= {line.item for line in lines if line.item} | {item}
                self._follow(order, lines, item)
        return moved

    def _follow(self, order: Order, lines: Sequence[OrderLine], item: str) -> None:
        self.move(order, lines, item)
        ids = {line.id for line in lines}
        new = tuple(
            msgspec.structs.replace(line, item=item) if line.id in ids else line
            for line in order.lines
        )
        Settlement(self.tx, self.workspace).settle(order.but(lines=new), moved=set())

    def move(self, order: Order, lines: Sequence[OrderLine], item: str | None) -> None:
        """Undo what these lines did to their items and do it to this one, if there is one."""
        for old in dict.fromkeys(line.item for line in lines if line.item):
            group = [line for line in lines if line.item == old]
            self._move_sent(order, group, old, item)
            for line in group:
                self._move_reserved(order, line, item)

    def _move_reserved(self, order: Order, line: OrderLine, item: str | None) -> None:
        known = self.tx.get(schema.COMMITMENTS, f"{order.id}/{line.id}")
        if known is None:
            return
        ledger = Ledger(self.tx, self.workspace.clock)
        if known.state == "open":
            ledger.release(known)
        if item is None:
            self.tx.delete(schema.COMMITMENTS, known.id)
        elif known.state == "open":
            ledger.commit(known.but(item=item))
        else:
            self.tx.put(schema.COMMITMENTS, known.but(item=item))

    def _move_sent(
        self, order: Order, lines: Sequence[OrderLine], old: str, item: str | None
    ) -> None:
        ledger = Ledger(self.tx, self.workspace.clock)
        cause = f"order {order.number} was counted against the wrong item"
        for (warehouse, kind), units in self._sent(order, lines, old).items():
            ledger.move(old, warehouse, -units, kind, cause, order=order.id)
            if item is not None:
                ledger.move(item, warehouse, units, kind, cause, order=order.id)

    def _sent(
        self, order: Order, lines: Sequence[OrderLine], old: str
    ) -> Counter[tuple[str, MovementKind]]:
        """Return what these lines moved, per warehouse and kind.

        The ledger tells it; where another line of the order is of the same item and stays, it
        tells only to which shelves units came back.
        """
        moved: Counter[tuple[str, MovementKind]] = Counter()
        for movement in self.tx.find(schema.MOVEMENTS, "order", order.id):
            if movement.item == old and movement.kind in _OUT:
                moved[movement.warehouse, movement.kind] += movement.delta
        ids = {line.id for line in lines}
        if all(line.item != old or line.id in ids for line in order.lines):
            return moved
        sums: Counter[tuple[str, MovementKind]] = Counter()
        for line in lines:
            commitment = self.tx.get(schema.COMMITMENTS, f"{order.id}/{line.id}")
            if commitment is not None:
                sums[commitment.warehouse, "ship"] -= line.left
        sums.update(_returned(moved, sum(line.returned for line in lines)))
        return sums


def _returned(
    moved: Counter[tuple[str, MovementKind]], units: int
) -> Counter[tuple[str, MovementKind]]:
    """Return where so many of the units are that came back: the ledger names no line."""
    found: Counter[tuple[str, MovementKind]] = Counter()
    for place, kind in sorted(moved):
        if kind == "return":
            found[place, kind] = min(units, moved[place, kind])
            units -= found[place, kind]
    return found
