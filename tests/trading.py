"""What the proofs of P01 have in common: one seller's stock in three shops, and many lives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from afterlife import Afterlife
from mortal import Wire, fate_of, never
from tuisync.testing import FakeMarketplace, ManualClock

NAMES = ("north", "south", "west")
SKUS = ("MUG", "CUP", "BOWL", "VASE")
START = 20

Life = Callable[[Wire], Any]


@dataclass(frozen=True)
class Trading:
    """Stock changes for three shops.

    Attributes:
        home: The data directory.
        listed: The listing of each SKU in each shop.
        changes: How many stock changes.
        seed: Which ones.
    """

    home: Path
    fakes: dict[str, FakeMarketplace]
    listed: dict[tuple[str, str], str]
    changes: int
    seed: int

    @classmethod
    def at(cls, home: Path, clock: ManualClock, changes: int, seed: int) -> Self:
        """List everything everywhere."""
        fakes = {name: FakeMarketplace(name, clock=clock) for name in NAMES}
        listed = {
            (name, sku): fake.shop.list_item(sku.title(), START, sku=sku).remote_id
            for name, fake in fakes.items()
            for sku in SKUS
        }
        return cls(home, fakes, listed, changes, seed)

    def quantity(self, name: str, sku: str) -> int:
        """Return what a shop shows of a SKU."""
        return self.fakes[name].shop.quantity(self.listed[name, sku])

    def outlive(self, clock: ManualClock, begin: Life, live: Life) -> dict[str, Any]:
        """Let processes live and die until one comes to its end; return its report and ours."""
        after = Afterlife(self.fakes, clock)
        after.live(begin, never)
        report: dict[str, Any] | None = None
        while report is None:
            _, report = after.live(live, fate_of(after.died, self.seed))
        shops = [fake.shop for fake in self.fakes.values()]
        return report | {
            "deaths": after.died.total(),
            "points": sorted(after.died),
            "versions": after.passed,
            "e_mails": [max(Counter(shop.emails).values(), default=0) for shop in shops],
            "sold": sum(order is not None for order in after.sold.values()),
        }
