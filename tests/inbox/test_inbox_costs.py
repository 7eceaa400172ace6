"""The inbox is put together from indexes: its cost goes with its rows, not with the orders."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from rig import Rig
from tuisync.core.inbox.gather import inbox_rows
from tuisync.core.models import Commitment, Failure, Link, OutboxEntry
from tuisync.core.store import schema
from tuisync.core.store.port import Reader, Store
from tuisync.core.store.schema import Collection

SMALL = {"integrations", "warehouses", "organization"}


class Counting:
    """Reads from a store and counts the documents."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.read = 0

    def get(self, collection: Collection[Any], id_: str) -> Any:
        self.read += 1
        return self._store.get(collection, id_)

    def find(self, collection: Collection[Any], index: str, key: str) -> list[Any]:
        found = self._store.find(collection, index, key)
        self.read += len(found)
        return found

    def ids(self, collection: Collection[Any], index: str, key: str) -> tuple[str, ...]:
        return self._store.ids(collection, index, key)

    def count(self, collection: Collection[Any], index: str | None = None, key: str = "") -> int:
        return self._store.count(collection, index, key)

    def all(self, collection: Collection[Any]) -> Iterator[Any]:
        assert collection.name in SMALL, f"all {collection.name} were read"
        return self._store.all(collection)


async def _read(extra: int) -> int:
    """Return how many documents an inbox takes that has a little of everything.

    Args:
        extra: Listings, orders, commitments and pushes more that need nobody.
    """
    rig = Rig()
    mug = rig.shop.list_item("Mug", 9, sku="MUG").remote_id
    await rig.stocked()
    rig.shop.sell(mug, 2)
    rig.shop.list_item("Teapot", 3)
    bad = rig.shop.list_item("Moon jar", 3).remote_id
    rig.shop.unreadable[bad] = "It has no price."
    await rig.sync()
    _fill(rig, extra)
    counting = Counting(rig.store)
    reader: Reader = counting
    assert [row.kind for row in inbox_rows(reader, rig.clock())] == ["rejected", "mapping"]
    return counting.read


def _fill(rig: Rig, extra: int) -> None:
    order = next(rig.store.all(schema.ORDERS))
    commitment = next(rig.store.all(schema.COMMITMENTS))
    link: Link = next(each for each in rig.store.all(schema.LINKS) if each.item)
    now = rig.clock()
    with rig.store.transaction() as tx:
        for number in range(extra):
            tx.put(schema.ORDERS, order.but(id=f"fake:100:x{number}", remote_id=f"x{number}"))
            held: Commitment = commitment.but(id=f"x{number}", item=f"i{number}")
            tx.put(schema.COMMITMENTS, held)
            tx.put(schema.LINKS, link.but(id=f"fake:100:l{number}", listing=f"l{number}"))
            tx.put(
                schema.OUTBOX,
                OutboxEntry(
                    id=f"stock:l{number}",
                    integration="fake:100",
                    kind="stock",
                    target=f"l{number}",
                    state="applied",
                    created_at=now,
                    updated_at=now,
                ),
            )


async def test_what_needs_nobody_is_not_read() -> None:
    few, many = await _read(10), await _read(500)

    assert few == many
    assert many < 40


@pytest.mark.parametrize("failures", [11, 1000])
async def test_thousands_of_one_cause_are_one_row(failures: int) -> None:
    rig = Rig()
    rig.connect(sync=False)
    now = rig.clock()
    with rig.store.transaction() as tx:
        for number in range(failures):
            tx.put(
                schema.FAILURES,
                Failure(
                    id=f"order:fake:100:{number}",
                    integration="fake:100",
                    module="orders",
                    fault="rejected",
                    reason="It is in EUR.",
                    remote_id=str(number),
                    first_at=now,
                    last_at=now,
                ),
            )

    rows = inbox_rows(rig.store, now)

    assert [(row.subject, row.count) for row in rows] == [(f"{failures:,} orders", failures)]
