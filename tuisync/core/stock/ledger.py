"""Writing to the stock ledger: movements, commitments, and the balances they add up to.

Every change of stock in the program goes through here, inside the caller's transaction, so
that on hand is always the sum of movements and committed the sum of open commitments.
"""

from __future__ import annotations

from dataclasses import dataclass

from tuisync.core.clock import Clock
from tuisync.core.errors import Conflict
from tuisync.core.ids import new_id
from tuisync.core.models import Balance, Commitment, Movement, MovementKind, Warehouse
from tuisync.core.store import schema
from tuisync.core.store.port import Reader, Transaction


@dataclass(frozen=True)
class Ledger:
    """The ledger, open for writing in one transaction."""

    tx: Transaction
    clock: Clock

    def move(
        self,
        item: str,
        warehouse: str,
        delta: int,
        kind: MovementKind,
        cause: str,
        *,
        order: str | None = None,
        may_go_below_zero: bool = True,
        counted: bool = False,
    ) -> None:
        """Append a movement of `delta` units; nothing for zero units, unless they were counted.

        Raises:
            Conflict: It would take on hand below zero where that is not allowed.
        """
        if delta == 0 and kind != "opening" and not counted:
            return
        if delta:
            self._back_in_use(item)
        balance = balance_of(self.tx, item, warehouse)
        after = balance.on_hand + delta
        if delta < 0 and after < 0 and not may_go_below_zero:
            raise Conflict(
                f"There are {balance.on_hand} units; {-delta} cannot be taken away.",
                hint="Take away fewer, or say how many there are.",
            )
        self.tx.put(
            schema.MOVEMENTS,
            Movement(
                id=new_id(self.clock),
                item=item,
                warehouse=warehouse,
                delta=delta,
                kind=kind,
                cause=cause,
                at=self.clock(),
                order=order,
                counted=counted,
            ),
        )
        self.tx.put(schema.BALANCES, balance.but(on_hand=after))

    def commit(self, commitment: Commitment) -> None:
        """Reserve units: a new open commitment, or a new quantity for one."""
        self._back_in_use(commitment.item)
        before = self.tx.get(schema.COMMITMENTS, commitment.id)
        held = before.quantity if before is not None and before.state == "open" else 0
        self._reserve(commitment, commitment.quantity - held)
        self.tx.put(schema.COMMITMENTS, commitment.but(state="open"))

    def release(self, commitment: Commitment) -> None:
        """Free an open reservation: the units are for sale again."""
        self._reserve(commitment, -commitment.quantity)
        self.tx.put(schema.COMMITMENTS, commitment.but(state="released"))

    def consume(self, commitment: Commitment, cause: str) -> None:
        """Ship reserved units where they are reserved; on hand may go below zero."""
        self._reserve(commitment, -commitment.quantity)
        self.ship(commitment, cause)

    def ship(self, commitment: Commitment, cause: str) -> None:
        """Take units off the shelf that were never reserved; remembers that it did."""
        self.move(
            commitment.item,
            commitment.warehouse,
            -commitment.quantity,
            "ship",
            cause,
            order=commitment.order,
        )
        self.tx.put(schema.COMMITMENTS, commitment.but(state="consumed"))

    def _back_in_use(self, item: str) -> None:
        """Revive a retired item that stock moves of again, or its numbers would be out of sight.

        A shop may reinstate an order that was cancelled, and goods come back long after.
        """
        if self.tx.count(schema.ITEMS, "retired", item):
            found = self.tx.get(schema.ITEMS, item)
            if found is not None:
                self.tx.put(schema.ITEMS, found.but(retired_at=None))

    def _reserve(self, commitment: Commitment, delta: int) -> None:
        balance = balance_of(self.tx, commitment.item, commitment.warehouse)
        self.tx.put(schema.BALANCES, balance.but(committed=balance.committed + delta))


def balance_of(reader: Reader, item: str, warehouse: str) -> Balance:
    """Return an item's sums in one warehouse; zeros when nothing ever happened there."""
    id_ = f"{item}@{warehouse}"
    found = reader.get(schema.BALANCES, id_)
    return found or Balance(id=id_, item=item, warehouse=warehouse)


def balances(reader: Reader, item: str) -> list[tuple[Warehouse, Balance]]:
    """Return an item's sums in every active warehouse, and in others that still hold some."""
    pairs = [(each, balance_of(reader, item, each.id)) for each in reader.all(schema.WAREHOUSES)]
    return [
        (warehouse, balance)
        for warehouse, balance in pairs
        if warehouse.active or balance.on_hand or balance.committed
    ]
