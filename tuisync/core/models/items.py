"""Items and the ledger of what is physically there and what is promised away."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from tuisync.core.models.base import Document, Money

MovementKind = Literal[
    "opening",
    "receive",
    "adjust",
    "transfer_out",
    "transfer_in",
    "ship",
    "return",
    "historical",
]
CommitmentState = Literal["open", "consumed", "released"]


class Item(Document, frozen=True, kw_only=True):
    """One stock-keeping unit.

    Attributes:
        sku: Unique among all items, compared with case.
        group: The listing or product family it belongs to, if any.
        attributes: What tells it from its siblings, as `{"Size": "S"}`.
        reorder_level: Units at which to buy more, if set.
        retired_at: Since when it is out of use; None while it is in use. Of what is retired
            nothing is on hand, nothing reserved, and no listing is linked to it.
    """

    sku: str
    name: str
    group: str | None = None
    attributes: dict[str, str] = {}
    price: Money | None = None
    reorder_level: int | None = None
    retired_at: datetime | None = None


class Movement(Document, frozen=True, kw_only=True):
    """One append-only row of the stock ledger. On hand is the sum of movements.

    Attributes:
        item: The item's id.
        warehouse: The warehouse's id.
        delta: Units that came (positive) or went (negative).
        cause: Why, in words a seller understands.
        order: The order's id, when an order caused it.
        counted: The shelf was counted: all that had left by then is accounted for.
    """

    item: str
    warehouse: str
    delta: int
    kind: MovementKind
    cause: str
    at: datetime
    order: str | None = None
    counted: bool = False


class Commitment(Document, frozen=True, kw_only=True):
    """A sold, unshipped order line's reservation. Its id is the order's id and the line's.

    Attributes:
        order: The order's id.
        line: The order line's id.
        item: The item's id.
        warehouse: The warehouse's id, fixed when the order was imported.
        quantity: Units reserved while open; units shipped once consumed.
    """

    order: str
    line: str
    item: str
    warehouse: str
    quantity: int
    state: CommitmentState = "open"


class Balance(Document, frozen=True, kw_only=True):
    """Sums over the ledger for one item in one warehouse; always derivable again.

    Its id is `<item id>@<warehouse id>`.
    """

    item: str
    warehouse: str
    on_hand: int = 0
    committed: int = 0

    @property
    def available(self) -> int:
        """On hand minus committed; below zero when more was sold than is there."""
        return self.on_hand - self.committed
