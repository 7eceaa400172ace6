"""What every engine promises about transactions."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from store.samples import counter, item, movement, order
from tuisync.core.errors import Conflict, StoreBusy
from tuisync.core.models import Cursor, Item
from tuisync.core.store.port import Store, Transaction
from tuisync.core.store.schema import CURSORS, ITEMS, MOVEMENTS, ORDERS

if TYPE_CHECKING:
    from store.engines import Engine


class DeliberateError(Exception):
    pass


def put_items(store: Store, *items: Item) -> None:
    with store.transaction() as transaction:
        for document in items:
            transaction.put(ITEMS, document)


def increment(transaction: Transaction) -> None:
    found = transaction.get(CURSORS, "counter")
    value = 0 if found is None else int(found.position or 0)
    transaction.put(CURSORS, counter(value + 1))


def test_changes_of_several_collections_commit_together(store: Store, peer: Store) -> None:
    with store.transaction() as transaction:
        transaction.put(ITEMS, item(1))
        transaction.put(MOVEMENTS, movement(1))
        transaction.put(ORDERS, order(1))
        assert store.count(ITEMS) == 0
        assert peer.count(ITEMS) == 0
    peer.refresh()
    for reader in (store, peer):
        counts = reader.count(ITEMS), reader.count(MOVEMENTS), reader.count(ORDERS)
        assert counts == (1, 1, 1)


def test_an_exception_undoes_everything(store: Store, peer: Store) -> None:
    put_items(store, item(1), item(2))
    before = store.version

    def fail() -> None:
        with store.transaction() as transaction:
            transaction.put(ITEMS, item(1, name="Bowl"))
            transaction.put(ITEMS, item(3))
            transaction.delete(ITEMS, item(2).id)
            transaction.put(MOVEMENTS, movement(1))
            raise DeliberateError

    with pytest.raises(DeliberateError):
        fail()
    peer.refresh()
    for reader in (store, peer):
        assert list(reader.all(ITEMS)) == [item(1), item(2)]
        assert reader.find(ITEMS, "name", "Bowl") == []
        assert reader.count(MOVEMENTS) == 0
        assert reader.version == before


def test_a_transaction_reads_its_own_writes(store: Store) -> None:
    put_items(store, item(1), item(2), item(3))
    with store.transaction() as transaction:
        transaction.put(ITEMS, item(2, name="Bowl"))
        transaction.delete(ITEMS, item(3).id)
        transaction.put(ITEMS, item(0))
        assert transaction.get(ITEMS, item(2).id) == item(2, name="Bowl")
        assert transaction.get(ITEMS, item(3).id) is None
        assert transaction.find(ITEMS, "name", "Mug") == [item(0), item(1)]
        assert transaction.find(ITEMS, "sku", "SKU-3") == []
        assert transaction.count(ITEMS) == 3
        assert transaction.count(ITEMS, "name", "Bowl") == 1
        assert list(transaction.all(ITEMS)) == [item(0), item(1), item(2, name="Bowl")]
    assert list(store.all(ITEMS)) == [item(0), item(1), item(2, name="Bowl")]


def test_writing_while_iterating_in_a_transaction_is_fine(store: Store) -> None:
    put_items(store, item(1), item(2))
    with store.transaction() as transaction:
        for document in transaction.all(ITEMS):
            transaction.put(ITEMS, document.but(name="Bowl"))
            transaction.put(ITEMS, item(int(document.sku[-1]) + 10))
    assert store.count(ITEMS, "name", "Bowl") == 2
    assert store.count(ITEMS) == 4


def test_deleting_what_is_not_there_changes_nothing(store: Store) -> None:
    put_items(store, item(1))
    before = store.version
    with store.transaction() as transaction:
        transaction.delete(ITEMS, "nobody")
    assert store.version == before


def test_a_block_that_changed_nothing_commits_nothing(store: Store) -> None:
    put_items(store, item(1, Size="S"))
    before = store.version
    with store.transaction() as transaction:
        transaction.put(ITEMS, item(1, Size="S"))
        transaction.put(ITEMS, item(2))
        transaction.delete(ITEMS, item(2).id)
        transaction.delete(ITEMS, item(1).id)
        transaction.put(ITEMS, item(1, Size="S"))
    with store.transaction():
        pass
    assert store.version == before
    assert list(store.all(ITEMS)) == [item(1, Size="S")]
    assert store.find(ITEMS, "sku", "SKU-2") == []


def test_each_commit_has_the_next_version(store: Store, peer: Store) -> None:
    for number in range(3):
        put_items(store if number % 2 else peer, item(number))
    store.refresh()
    assert store.version == 3


def test_a_unique_key_belongs_to_one_document(store: Store, peer: Store) -> None:
    put_items(store, item(1, sku="A"))
    with peer.transaction() as transaction:
        with pytest.raises(Conflict, match="'A'"):
            transaction.put(ITEMS, item(2, sku="A"))
        assert transaction.count(ITEMS) == 1
        transaction.put(ITEMS, item(2, sku="B"))
        with pytest.raises(Conflict):
            transaction.put(ITEMS, item(3, sku="B"))
        with pytest.raises(Conflict):
            transaction.put(ITEMS, item(2, sku="A"))
    store.refresh()
    assert list(store.all(ITEMS)) == [item(1, sku="A"), item(2, sku="B")]


def test_a_unique_key_is_free_again_once_it_was_given_up(store: Store) -> None:
    put_items(store, item(1, sku="A"), item(2, sku="B"))
    with store.transaction() as transaction:
        transaction.delete(ITEMS, item(1).id)
        transaction.put(ITEMS, item(2, sku="A"))
        transaction.put(ITEMS, item(3, sku="B"))
    assert store.find(ITEMS, "sku", "A") == [item(2, sku="A")]
    assert store.find(ITEMS, "sku", "B") == [item(3, sku="B")]


def test_unique_keys_are_compared_with_case(store: Store) -> None:
    put_items(store, item(1, sku="a"), item(2, sku="A"))
    assert store.count(ITEMS) == 2


def test_a_transaction_begins_with_what_others_committed(store: Store, peer: Store) -> None:
    for _ in range(5):
        for writer in (store, peer):
            with writer.transaction() as transaction:
                increment(transaction)
    store.refresh()
    assert store.get(CURSORS, "counter") == counter(10)


def test_refresh_tells_whether_there_was_something(store: Store, peer: Store) -> None:
    assert not store.refresh()
    put_items(peer, item(1))
    assert store.refresh() == (store is not peer)
    assert store.get(ITEMS, item(1).id) == item(1)
    assert not store.refresh()


def test_a_thread_cannot_open_two_transactions(store: Store) -> None:
    with store.transaction() as outer:
        outer.put(ITEMS, item(1))
        with pytest.raises(RuntimeError, match="already"), store.transaction():
            pytest.fail("entered twice")
        outer.put(ITEMS, item(2))
    assert store.count(ITEMS) == 2
    put_items(store, item(3))


def test_a_transaction_ends_with_its_block(store: Store) -> None:
    with store.transaction() as transaction:
        pass
    uses: list[Callable[[], object]] = [
        lambda: transaction.put(ITEMS, item(1)),
        lambda: transaction.delete(ITEMS, "x"),
        lambda: transaction.get(ITEMS, "x"),
        lambda: transaction.find(ITEMS, "sku", "x"),
        lambda: transaction.ids(ITEMS, "sku", "x"),
        lambda: transaction.count(ITEMS),
        lambda: transaction.all(ITEMS),
    ]
    for use in uses:
        with pytest.raises(RuntimeError, match="ended"):
            use()
    assert store.count(ITEMS) == 0


async def test_a_transaction_held_across_an_await_is_refused_and_undone(store: Store) -> None:
    async def careless() -> None:
        with store.transaction() as transaction:
            transaction.put(ITEMS, item(1))
            await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="await"):
        await careless()
    assert store.count(ITEMS) == 0
    put_items(store, item(2))
    assert store.count(ITEMS) == 1


async def test_the_exception_of_a_block_is_not_hidden_by_its_await(store: Store) -> None:
    async def careless() -> None:
        with store.transaction():
            await asyncio.sleep(0)
            raise DeliberateError

    with pytest.raises(DeliberateError):
        await careless()


async def test_a_transaction_without_await_works_inside_a_loop(store: Store) -> None:
    put_items(store, item(1))
    await asyncio.sleep(0)
    assert store.count(ITEMS) == 1


def test_threads_take_turns_and_lose_nothing(patient: Engine) -> None:
    store = patient.store

    def work(first: int) -> None:
        for number in range(first, first + 25):
            with store.transaction() as transaction:
                increment(transaction)
                transaction.put(ITEMS, item(number))

    threads = [threading.Thread(target=work, args=(first,)) for first in (0, 100, 200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.get(CURSORS, "counter") == counter(75)
    assert store.count(ITEMS) == 75
    assert store.version == 75


def test_a_reading_thread_sees_whole_commits_only(patient: Engine) -> None:
    store = patient.store
    done = threading.Event()
    torn: list[int] = []

    def read() -> None:
        while not done.is_set():
            store.refresh()
            names = {document.name for document in store.all(ITEMS)}
            if len(names) > 1:
                torn.append(len(names))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(30):
        put_items(store, *(item(index, name=str(number)) for index in range(10)))
    done.set()
    reader.join()
    assert torn == []


def test_a_store_kept_locked_by_another_thread_is_busy(store: Store) -> None:
    inside, leave = threading.Event(), threading.Event()

    def occupy() -> None:
        with store.transaction() as transaction:
            transaction.put(ITEMS, item(1))
            inside.set()
            leave.wait()

    occupier = threading.Thread(target=occupy)
    occupier.start()
    inside.wait()
    with pytest.raises(StoreBusy, match="this program"), store.transaction():
        pytest.fail("entered a locked store")
    assert store.count(ITEMS) == 0
    leave.set()
    occupier.join()
    put_items(store, item(2))
    assert store.count(ITEMS) == 2


def test_a_closed_store_takes_no_transaction(store: Store) -> None:
    put_items(store, item(1))
    store.close()
    store.close()
    with pytest.raises(RuntimeError, match="closed"), store.transaction():
        pytest.fail("entered a closed store")
    assert not store.refresh()


def test_many_documents_of_a_page_commit_at_once(store: Store, peer: Store) -> None:
    with store.transaction() as transaction:
        for number in range(100):
            transaction.put(ORDERS, order(number, shipped=number % 3 == 0))
        transaction.put(CURSORS, Cursor(id="etsy:1/orders", position="100"))
    assert peer.count(ORDERS) in {0, 100}
    peer.refresh()
    assert peer.count(ORDERS) == 100
    assert peer.count(ORDERS, "open", "etsy:1") == 66
    assert peer.version == 1
