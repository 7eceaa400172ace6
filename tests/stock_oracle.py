"""A second opinion on stock: what each operation should do, in twelve plain sums.

It shares no code with the ledger. Stock is a number per item and warehouse; an order line is
where it is reserved, how many, and whether it was sent.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

Place = tuple[str, str]
"""An item's SKU and a warehouse."""


@dataclass
class Sold:
    """One line of one order.

    Attributes:
        item: The SKU it counts against; None while nobody knows.
        warehouse: Where it is reserved, and taken from when it is sent.
        units: How many.
        listing: What was bought.
        state: `open`, `sent` or `void`.
        settled: Of what was sent it is known where it is now.
        back_in: Where the units are again, if they came back.
    """

    item: str | None
    warehouse: str
    units: int
    listing: str
    state: str = "open"
    settled: bool = False
    back_in: str | None = None


@dataclass
class Oracle:
    """What stock should be."""

    hand: Counter[Place] = field(default_factory=Counter)
    lines: dict[str, Sold] = field(default_factory=dict)

    def committed(self) -> Counter[Place]:
        """Return the units reserved, by place."""
        held: Counter[Place] = Counter()
        for line in self.lines.values():
            if line.state == "open" and line.item is not None:
                held[line.item, line.warehouse] += line.units
        return held

    def put(self, sku: str, warehouse: str, units: int) -> bool:
        """Add or take units away; False where that many are not there."""
        if units < 0 and self.hand[sku, warehouse] + units < 0:
            return False
        self.hand[sku, warehouse] += units
        return True

    def transfer(self, sku: str, source: str, target: str, units: int) -> bool:
        """Move units; False where that many are not there."""
        if not self.put(sku, source, -units):
            return False
        return self.put(sku, target, units)

    def send(self, line: Sold) -> None:
        """Take a line off the shelf where it was reserved."""
        line.state = "sent"
        self._move(line.item, line.warehouse, -line.units)

    def cancel(self, line: Sold) -> None:
        """Free what is not sent yet; what was sent stays away."""
        if line.state == "open":
            line.state = "void"

    def bring_back(self, line: Sold, warehouse: str | None) -> None:
        """Put what was sent on a shelf again, or give it up."""
        line.settled, line.back_in = True, warehouse
        if warehouse is not None:
            self._move(line.item, warehouse, line.units)

    def follow(self, line: Sold, item: str) -> None:
        """Count a line against another item: what is reserved, what was sent, what came back."""
        if line.state == "sent":
            self._move(line.item, line.warehouse, line.units)
            self._move(item, line.warehouse, -line.units)
            if line.back_in is not None:
                self._move(line.item, line.back_in, -line.units)
                self._move(item, line.back_in, line.units)
        line.item = item

    def _move(self, item: str | None, warehouse: str, units: int) -> None:
        assert item is not None
        self.hand[item, warehouse] += units
