from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tuisync.core.models import Order
from tuisync.core.store import schema
from tuisync.core.store.memory import MemoryStore
from tuisync.core.views.sales import sales_per_day

NOW = datetime(2026, 3, 31, 15, 0, tzinfo=UTC)


def _order(number: int, placed: datetime, *, visible: bool = True) -> Order:
    return Order(
        id=f"a:{number}",
        integration="a",
        remote_id=str(number),
        number=str(number),
        placed_at=placed,
        lines=(),
        warehouse="w",
        visible=visible,
    )


@pytest.mark.parametrize(
    ("zone", "expected"),
    [("UTC", [0, 1, 1, 1]), ("Europe/Vienna", [0, 1, 0, 2]), ("America/New_York", [1, 0, 1, 1])],
)
def test_each_sale_counts_on_its_day_in_the_zone(zone: str, expected: list[int]) -> None:
    store = MemoryStore()
    with store.transaction() as tx:
        tx.put(schema.ORDERS, _order(1, datetime(2026, 3, 29, 3, 59, tzinfo=UTC)))
        tx.put(schema.ORDERS, _order(2, datetime(2026, 3, 30, 22, 30, tzinfo=UTC)))
        tx.put(schema.ORDERS, _order(3, NOW))
        tx.put(schema.ORDERS, _order(4, NOW, visible=False))
        tx.put(schema.ORDERS, _order(5, datetime(2026, 3, 1, tzinfo=UTC)))

    assert sales_per_day(store, "a", NOW, ZoneInfo(zone), 4) == expected
