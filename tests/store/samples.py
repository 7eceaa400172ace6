"""Documents for the store's tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tuisync.core.models import Cursor, Item, Money, Movement, Order, OrderLine

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def item(number: int, *, name: str = "Mug", sku: str | None = None, **attributes: str) -> Item:
    return Item(
        id=f"item-{number:05}",
        sku=f"SKU-{number}" if sku is None else sku,
        name=name,
        attributes=attributes,
    )


def movement(number: int, delta: int = 1, item_id: str = "item-00001") -> Movement:
    return Movement(
        id=f"movement-{number:05}",
        item=item_id,
        warehouse="main",
        delta=delta,
        kind="adjust",
        cause="Counted",
        at=NOON + timedelta(minutes=number),
    )


def order(number: int, *, integration: str = "etsy:1", shipped: bool = False) -> Order:
    return Order(
        id=f"{integration}:{number}",
        integration=integration,
        remote_id=str(number),
        number=str(number),
        placed_at=NOON,
        warehouse="main",
        fulfilment="shipped" if shipped else "unfulfilled",
        lines=(
            OrderLine(id="1", title="Mug", quantity=1, variant="etsy:1:7"),
            OrderLine(id="2", title="Bowl, “blue”", quantity=2, variant="etsy:1:8"),
        ),
        total=Money(Decimal("12.90"), "USD"),
    )


def counter(value: int) -> Cursor:
    return Cursor(id="counter", position=str(value))
