"""What taking a shop's number as right would do to stock, before it is done."""

from __future__ import annotations

from typing import NamedTuple


class Taking(NamedTuple):
    """What taking a shop's number would do.

    Attributes:
        sku: The item's.
        shop: The integration's name.
        ours: The number our rules give now.
        theirs: The number the shop shows.
        delta: By how many units stock changes.
        warehouse: Where.
        on_hand: The units there now.
        others: Names of the shops that show other listings of the item.
    """

    sku: str
    shop: str
    ours: int
    theirs: int
    delta: int
    warehouse: str
    on_hand: int
    others: tuple[str, ...]
