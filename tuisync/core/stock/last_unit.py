"""Which shop keeps an item's last units to itself. Pure.

Between two looks at the orders, several shops can sell the same last unit. Where a shop is
told to keep the last N units (`last_unit=N`), every other shop that sells from the same stock
shows nothing as soon as N or fewer are available, so that only one place can sell them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Seller:
    """A shop that sells an item, as far as its last units go.

    Attributes:
        integration: The integration's id.
        name: What the user calls it.
        warehouse: The warehouse it sells from; None for all of them.
        available: Units it could show, before any rule.
        keeps: At or below this many it alone shows stock; None or 0 where it does not ask.
        connected_at: When it was connected.
    """

    integration: str
    name: str
    warehouse: str | None
    available: int
    keeps: int | None
    connected_at: datetime

    def shares_with(self, other: Seller) -> bool:
        """Return whether both sell from the same stock."""
        return self.warehouse is None or other.warehouse in {None, self.warehouse}


def keeper(shop: Seller, sellers: Iterable[Seller]) -> Seller | None:
    """Return the shop that keeps the last units of what `shop` sells; None while all show them.

    Among several that ask for them it is the one that asks for the most, then the one that was
    connected first, so that the units do not change hands while they run out.

    Args:
        shop: Whose number is being worked out.
        sellers: Every shop that sells the item, `shop` among them.
    """
    asking = [
        each
        for each in sellers
        if each.keeps and each.shares_with(shop) and 0 < shop.available <= each.keeps
        if each.available > 0
    ]
    return min(asking, key=_rank, default=None)


def _rank(seller: Seller) -> tuple[int, datetime, str]:
    return -(seller.keeps or 0), seller.connected_at, seller.integration
