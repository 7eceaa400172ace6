"""What every engine promises about documents and reading them."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from store.samples import counter, item, movement, order
from tuisync.core.errors import UsageError
from tuisync.core.models import Cursor, Item, Money, Order, match_key
from tuisync.core.store.port import Store
from tuisync.core.store.schema import COLLECTIONS, CURSORS, ITEMS, MOVEMENTS, ORDERS


def test_a_new_store_is_empty(store: Store) -> None:
    assert store.version == 0
    for collection in COLLECTIONS:
        assert store.count(collection) == 0
        assert list(store.all(collection)) == []
        assert store.get(collection, "x") is None


def test_a_document_is_read_back_equal(store: Store) -> None:
    document = order(7)
    with store.transaction() as transaction:
        transaction.put(ORDERS, document)
    assert store.get(ORDERS, document.id) == document


@pytest.mark.parametrize("amount", ["0.10", "12.9", "12.90", "1000000000000.01", "-3"])
def test_money_keeps_the_digits_it_came_with(store: Store, amount: str) -> None:
    with store.transaction() as transaction:
        transaction.put(ORDERS, order(1).but(total=Money(Decimal(amount), "EUR")))
    found = store.get(ORDERS, order(1).id)
    assert found is not None
    assert found.total is not None
    assert str(found.total.amount) == amount


def test_times_keep_their_instant_and_microseconds(store: Store) -> None:
    placed = datetime(2026, 3, 29, 2, 30, 0, 123456, tzinfo=timezone(timedelta(hours=-8)))
    with store.transaction() as transaction:
        transaction.put(ORDERS, order(1).but(placed_at=placed))
    found = store.get(ORDERS, order(1).id)
    assert found is not None
    assert found.placed_at == placed


@pytest.mark.parametrize(
    "name", ['"quotes"\\', "new\nline", "\x1b[31mred", "naïve ☕ 😀", "\u202eabc", "", "\x00"]
)
def test_any_text_survives(store: Store, name: str) -> None:
    with store.transaction() as transaction:
        transaction.put(ITEMS, item(1, name=name))
    assert store.get(ITEMS, item(1).id) == item(1, name=name)
    assert store.count(ITEMS, "name", match_key(name)) == 1


def test_ids_are_strings_of_any_shape(store: Store) -> None:
    ids = ["1", "01", "etsy:1:2", "stock:etsy:1:2#3", "a/b", "ü"]
    with store.transaction() as transaction:
        for id_ in ids:
            transaction.put(CURSORS, Cursor(id=id_, position=id_))
    for id_ in ids:
        assert store.get(CURSORS, id_) == Cursor(id=id_, position=id_)
    assert [cursor.id for cursor in store.all(CURSORS)] == sorted(ids)


def test_finding_goes_by_the_declared_keys(store: Store) -> None:
    with store.transaction() as transaction:
        for number in (3, 1, 2):
            transaction.put(ORDERS, order(number, shipped=number == 2))
        transaction.put(ORDERS, order(9, integration="etsy:2"))
    assert [found.remote_id for found in store.find(ORDERS, "integration", "etsy:1")] == list("123")
    assert [found.remote_id for found in store.find(ORDERS, "open", "etsy:1")] == list("13")
    assert [found.remote_id for found in store.find(ORDERS, "remote", "etsy:2/9")] == ["9"]
    assert store.find(ORDERS, "integration", "etsy:3") == []


def test_a_document_can_have_several_keys_in_an_index(store: Store) -> None:
    with store.transaction() as transaction:
        transaction.put(ORDERS, order(1))
    assert store.find(ORDERS, "variant", "etsy:1:7") == store.find(ORDERS, "variant", "etsy:1:8")
    assert store.count(ORDERS, "variant", "etsy:1:7") == 1


def test_an_index_follows_a_change_and_a_removal(store: Store) -> None:
    with store.transaction() as transaction:
        transaction.put(ITEMS, item(1, name="Mug"))
        transaction.put(ITEMS, item(2, name="Mug"))
    with store.transaction() as transaction:
        transaction.put(ITEMS, item(1, name="Bowl"))
    assert store.find(ITEMS, "name", "Mug") == [item(2)]
    assert store.find(ITEMS, "name", "Bowl") == [item(1, name="Bowl")]
    with store.transaction() as transaction:
        transaction.delete(ITEMS, item(2).id)
    assert store.find(ITEMS, "name", "Mug") == []
    assert store.count(ITEMS, "name", "Mug") == 0


def test_counting_agrees_with_reading(store: Store) -> None:
    with store.transaction() as transaction:
        for number in range(5):
            transaction.put(ITEMS, item(number, name="Mug" if number % 2 else "Bowl"))
    assert store.count(ITEMS) == len(list(store.all(ITEMS))) == 5
    assert store.count(ITEMS, "name", "Mug") == len(store.find(ITEMS, "name", "Mug")) == 2


def test_an_index_that_was_not_declared_is_an_error_even_without_documents(store: Store) -> None:
    with pytest.raises(KeyError, match="no index 'colour'"):
        store.find(ITEMS, "colour", "red")
    with pytest.raises(KeyError, match="no index 'colour'"):
        store.count(ITEMS, "colour", "red")
    with pytest.raises(KeyError, match="no index 'colour'"):
        store.ids(ITEMS, "colour", "red")
    with store.transaction() as transaction:
        with pytest.raises(KeyError):
            transaction.find(ITEMS, "colour", "red")
        with pytest.raises(KeyError):
            transaction.count(ITEMS, "colour", "red")
        with pytest.raises(KeyError):
            transaction.ids(ITEMS, "colour", "red")


def _spoil(document: Item | None) -> None:
    assert document is not None
    document.attributes["Size"] = "XXL"


def test_changing_what_was_read_does_not_change_the_store(store: Store) -> None:
    with store.transaction() as transaction:
        transaction.put(ITEMS, item(1, Size="S"))
    _spoil(store.get(ITEMS, item(1).id))
    _spoil(store.find(ITEMS, "sku", "SKU-1")[0])
    _spoil(next(store.all(ITEMS)))
    with store.transaction() as transaction:
        _spoil(transaction.get(ITEMS, item(1).id))
        _spoil(transaction.find(ITEMS, "sku", "SKU-1")[0])
        _spoil(next(transaction.all(ITEMS)))
        assert transaction.get(ITEMS, item(1).id) == item(1, Size="S")
    assert store.get(ITEMS, item(1).id) == item(1, Size="S")


def test_changing_what_was_put_does_not_change_the_store(store: Store) -> None:
    document = item(1, Size="S")
    with store.transaction() as transaction:
        transaction.put(ITEMS, document)
        document.attributes["Size"] = "L"
        assert transaction.get(ITEMS, document.id) == item(1, Size="S")
    document.attributes["Size"] = "XL"
    assert store.get(ITEMS, document.id) == item(1, Size="S")


def test_an_iteration_goes_on_over_the_state_it_began_with(store: Store) -> None:
    with store.transaction() as transaction:
        for number in range(3):
            transaction.put(ITEMS, item(number))
    reading = store.all(ITEMS)
    next(reading)
    with store.transaction() as transaction:
        transaction.delete(ITEMS, item(1).id)
        transaction.put(ITEMS, item(5))
    assert list(reading) == [item(1), item(2)]


def test_p06_movements_cannot_be_edited_or_deleted(store: Store) -> None:
    with store.transaction() as transaction:
        transaction.put(MOVEMENTS, movement(1, delta=5))
    with store.transaction() as transaction:
        with pytest.raises(UsageError, match="edited or deleted"):
            transaction.put(MOVEMENTS, movement(1, delta=6))
        with pytest.raises(UsageError, match="edited or deleted"):
            transaction.delete(MOVEMENTS, movement(1).id)
        transaction.put(MOVEMENTS, movement(1, delta=5))
        transaction.put(MOVEMENTS, movement(2, delta=-1))
    assert [found.delta for found in store.all(MOVEMENTS)] == [5, -1]


def test_p06_a_movement_of_the_same_transaction_cannot_be_edited_either(store: Store) -> None:
    with store.transaction() as transaction:
        transaction.put(MOVEMENTS, movement(1, delta=5))
        with pytest.raises(UsageError):
            transaction.put(MOVEMENTS, movement(1, delta=6))
    assert [found.delta for found in store.all(MOVEMENTS)] == [5]


def test_a_document_of_another_kind_is_refused(store: Store) -> None:
    impostor: Any = counter(1)
    with store.transaction() as transaction, pytest.raises(TypeError, match="items holds Item"):
        transaction.put(ITEMS, impostor)
    assert store.version == 0


@pytest.mark.parametrize(
    "broken",
    [
        item(1).but(id=""),
        item(1).but(id="a\nb"),
        item(1).but(name=None),
        item(1).but(name="\ud800"),
        item(1).but(attributes={"Size": 7}),
        item(1).but(price=sys),
    ],
    ids=["no id", "id", "null", "surrogate", "nested", "object"],
)
def test_what_could_not_be_read_back_is_refused(store: Store, broken: Item) -> None:
    with store.transaction() as transaction, pytest.raises(ValueError, match="items"):
        transaction.put(ITEMS, broken)
    assert store.version == 0
    assert store.count(ITEMS) == 0


def test_a_state_that_is_not_one_of_the_words_is_refused(store: Store) -> None:
    broken: Order = order(1).but(gate="ajar")
    with store.transaction() as transaction, pytest.raises(ValueError, match="ajar"):
        transaction.put(ORDERS, broken)


def test_the_size_grows_with_the_documents(store: Store) -> None:
    before = store.size()
    with store.transaction() as transaction:
        transaction.put(ITEMS, item(1, name="x" * 1000))
    assert store.size() >= before + 1000
