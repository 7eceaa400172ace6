"""A moment is one commit, and stays as it is."""

from __future__ import annotations

from store.samples import item
from tuisync.core.store import schema
from tuisync.core.store.port import Store


def test_a_moment_stays_as_it_is(store: Store) -> None:
    first, second, third = item(1), item(2), item(3)
    with store.transaction() as tx:
        tx.put(schema.ITEMS, first)
        tx.put(schema.ITEMS, second)
    moment = store.moment()

    with store.transaction() as tx:
        tx.delete(schema.ITEMS, first.id)
        tx.put(schema.ITEMS, third)

    assert list(moment.all(schema.ITEMS)) == [first, second]
    assert list(store.moment().all(schema.ITEMS)) == [second, third]


def test_a_moment_has_the_indexes(store: Store) -> None:
    with store.transaction() as tx:
        tx.put(schema.ITEMS, item(1))

    assert store.moment().find(schema.ITEMS, "sku", "SKU-1") == [item(1)]
