"""The list of orders says at any time what reading every order whole would say."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from msgspec.structs import replace

from pottery import pottery
from tuisync.core.models import Contact
from tuisync.core.store import schema
from tuisync.core.store.port import Store, Transaction
from tuisync.core.store.tiny import TinyStore
from tuisync.core.views.contact_list import ContactList
from tuisync.core.views.contacts import contact_views
from tuisync.core.views.order_list import OrderEntry, OrderList
from tuisync.core.views.orders import order_views


def _copied(store: Store, path: Path) -> TinyStore:
    """Return the same documents in files, where the bytes come from a snapshot."""
    copy = TinyStore.open(path)
    with copy.transaction() as tx:
        for collection in schema.COLLECTIONS:
            for document in store.all(collection):
                tx.put(collection, document)
    copy.compact()
    return copy


def _agrees(store: Store, orders: OrderList, contacts: ContactList) -> None:
    whole = order_views(store)
    entries = orders.now()
    assert [each.id for each in entries] == [each.id for each in whole]
    for entry, order in zip(entries, whole, strict=True):
        assert entry.number == order.number
        assert (entry.status, entry.gate, entry.shop) == (
            order.status,
            order.gate,
            order.integration,
        )
        assert orders.buyer(entry) == (order.contact.name or "")
        assert entry.units == sum(line.quantity for line in order.lines)
        _can_be_found(entry, [order.number, order.contact.name, order.contact.email])
        for line in order.lines:
            _can_be_found(entry, [line.title, line.sku, line.item, *line.options.values()])
        for parcel in order.shipments:
            _can_be_found(entry, [parcel.tracking])
    views = contact_views(store)
    assert {(e.id, e.name, contacts.orders(e)) for e in contacts.now()} == {
        (view.id, view.name, view.orders) for view in views
    }


def _can_be_found(entry: OrderEntry, words: list[str | None]) -> None:
    assert all(word.casefold() in entry.text for word in words if word)


def _change(tx: Transaction, dice: random.Random) -> None:
    """Change something that the list shows, at random."""
    order = dice.choice(list(tx.all(schema.ORDERS)))
    match dice.randrange(7):
        case 0:
            tx.put(schema.ORDERS, order.but(number=f"N{dice.randrange(99)}"))
        case 1:
            tx.put(schema.ORDERS, order.but(visible=not order.visible))
        case 2:
            tx.put(schema.ORDERS, order.but(cancelled=not order.cancelled))
        case 3:
            contact = dice.choice(list(tx.all(schema.CONTACTS)))
            tx.put(schema.CONTACTS, contact.but(name=f"Buyer {dice.randrange(99)}"))
        case 4:
            listing = dice.choice([e for e in tx.all(schema.LISTINGS) if len(e.variants) > 1])
            glaze = {"Glaze": f"Nr. {dice.randrange(10_000)}"}
            variants = tuple(replace(each, options=glaze) for each in listing.variants)
            tx.put(schema.LISTINGS, listing.but(variants=variants))
        case 5:
            item = dice.choice(list(tx.all(schema.ITEMS)))
            tx.put(schema.ITEMS, item.but(sku=f"SKU-{dice.randrange(10_000)}"))
        case _:
            tx.put(schema.CONTACTS, Contact(id=f"c{dice.randrange(9)}", name="Somebody new"))


@pytest.mark.parametrize("files", [False, True], ids=["memory", "files"])
def test_a_list_follows_every_change(tmp_path: Path, *, files: bool) -> None:
    made = pottery(tmp_path)
    store: Store = made.workspace.store
    if files:
        store = _copied(store, tmp_path / "data")
    dice = random.Random(7)  # noqa: S311  # repeatable on purpose
    orders, contacts = OrderList(store), ContactList(store)
    _agrees(store, orders, contacts)
    for _ in range(60):
        with store.transaction() as tx:
            _change(tx, dice)
        _agrees(store, orders, contacts)
    store.close()


def test_nothing_is_read_again_while_nothing_changes(tmp_path: Path) -> None:
    store = pottery(tmp_path).workspace.store
    orders = OrderList(store)
    first = orders.now()

    assert orders.now() is first
    with store.transaction() as tx:
        order = tx.get(schema.ORDERS, first[3].id)
        assert order is not None
        tx.put(schema.ORDERS, order.but(number="changed"))
    again = orders.now()

    assert again[3].number == "changed"
    assert all(again[place] is first[place] for place in range(len(first)) if place != 3)


def test_what_another_process_wrote_and_what_was_compacted_is_seen(tmp_path: Path) -> None:
    mine = _copied(pottery(tmp_path).workspace.store, tmp_path / "data")
    theirs = TinyStore.open(tmp_path / "data")
    orders, contacts = OrderList(mine), ContactList(mine)
    _agrees(mine, orders, contacts)
    with theirs.transaction() as tx:
        _change(tx, random.Random(1))  # noqa: S311  # repeatable on purpose
        order = next(iter(tx.all(schema.ORDERS)))
        tx.delete(schema.ORDERS, order.id)
    theirs.compact()
    mine.refresh()

    _agrees(mine, orders, contacts)
    for store in (mine, theirs):
        store.close()
