"""An index is made when it is first asked for, while others read and commit."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from store.samples import item
from tuisync.core.store.heads import head_decoder
from tuisync.core.store.memory import MemoryStore
from tuisync.core.store.port import Store
from tuisync.core.store.schema import ITEMS

if TYPE_CHECKING:
    import pytest


def put(store: Store, number: int, name: str) -> None:
    with store.transaction() as transaction:
        transaction.put(ITEMS, item(number, name=name))


def test_commits_while_an_index_is_made_are_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    store = MemoryStore()
    for number in range(3):
        put(store, number, "Mug")
    decode = head_decoder(ITEMS)
    done: list[int] = []

    def meanwhile(encoded: bytes) -> object:
        if not done:
            done.append(1)
            put(store, 0, "Cup")
            put(store, 9, "Mug")
            with store.transaction() as transaction:
                transaction.delete(ITEMS, item(1).id)
        return decode(encoded)

    monkeypatch.setattr("tuisync.core.store.state.head_decoder", lambda _: meanwhile)
    assert store.find(ITEMS, "name", "Mug") == [item(2), item(9)]
    assert store.find(ITEMS, "name", "Cup") == [item(0, name="Cup")]


def test_threads_that_ask_at_once_share_one_index() -> None:
    store = MemoryStore()
    for number in range(50):
        put(store, number, "Mug")
    ready, found = threading.Barrier(4), list[int]()

    def ask() -> None:
        ready.wait()
        found.append(store.count(ITEMS, "name", "Mug"))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [50] * 4
    assert len(store._state.shelf("items").indexes) == 2
