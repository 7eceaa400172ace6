"""What one order did to stock, from the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.views.organization import warehouse_name


class Effect(NamedTuple):
    """One thing an order did to stock.

    Attributes:
        at: When; None for what is reserved now.
        sku: The item's.
        units: Units that came (positive) or went (negative), or that are reserved.
        words: What it was.
        warehouse: Where.
    """

    at: datetime | None
    sku: str
    units: int
    words: str
    warehouse: str


def order_effects(reader: Reader, order: str) -> list[Effect]:
    """Return what an order holds reserved, then what it moved, oldest first."""
    reserved = [
        Effect(
            None,
            _sku(reader, each.item),
            each.quantity,
            "reserved",
            warehouse_name(reader, each.warehouse) or each.warehouse,
        )
        for each in reader.find(schema.COMMITMENTS, "order", order)
        if each.state == "open"
    ]
    moved = [
        Effect(
            each.at,
            _sku(reader, each.item),
            each.delta,
            f"{each.kind}: {each.cause}",
            warehouse_name(reader, each.warehouse) or each.warehouse,
        )
        for each in reader.find(schema.MOVEMENTS, "order", order)
    ]
    return [*reserved, *moved]


def _sku(reader: Reader, item: str) -> str:
    found = reader.get(schema.ITEMS, item)
    return found.sku if found else item
