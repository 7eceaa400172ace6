"""What every engine promises about the feed of changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from store.samples import item, movement
from tuisync.core.store.engine import POLL
from tuisync.core.store.port import Change, Store
from tuisync.core.store.schema import ITEMS, MOVEMENTS


def put(store: Store, number: int) -> None:
    with store.transaction() as transaction:
        transaction.put(ITEMS, item(number))


async def arrival(changes: AsyncIterator[Change]) -> Change:
    return await asyncio.wait_for(anext(changes), timeout=10)


async def test_a_commit_of_anybody_arrives(store: Store, peer: Store) -> None:
    changes = store.changes()
    put(peer, 1)
    assert await arrival(changes) == Change(1, frozenset({"items"}))
    put(store, 2)
    assert await arrival(changes) == Change(2, frozenset({"items"}))
    assert store.count(ITEMS) == 2


async def test_it_names_the_collections_that_changed(store: Store, peer: Store) -> None:
    put(store, 1)
    peer.refresh()
    changes = peer.changes()
    with store.transaction() as transaction:
        transaction.put(MOVEMENTS, movement(1))
        transaction.put(ITEMS, item(1))
    assert await arrival(changes) == Change(2, frozenset({"movements"}))


async def test_several_commits_may_arrive_as_one(store: Store, peer: Store) -> None:
    changes = store.changes()
    put(peer, 1)
    with peer.transaction() as transaction:
        transaction.put(MOVEMENTS, movement(1))
    assert await arrival(changes) == Change(2, frozenset({"items", "movements"}))


async def test_it_tells_what_happened_from_the_call_on(store: Store) -> None:
    put(store, 1)
    changes = store.changes()
    put(store, 2)
    assert (await arrival(changes)).version == 2


async def test_two_watchers_both_hear(store: Store, peer: Store) -> None:
    first, second = store.changes(), peer.changes()
    put(store, 1)
    assert await arrival(first) == await arrival(second)


async def test_a_change_can_be_read_when_it_arrives(store: Store, peer: Store) -> None:
    changes = store.changes()
    put(peer, 7)
    await arrival(changes)
    assert store.get(ITEMS, item(7).id) == item(7)


async def test_nothing_arrives_when_nothing_changed(store: Store) -> None:
    put(store, 1)
    changes = store.changes()
    put(store, 1)
    waiting = asyncio.ensure_future(anext(changes))
    done, _ = await asyncio.wait({waiting}, timeout=0.05)
    assert not done
    put(store, 2)
    assert (await asyncio.wait_for(waiting, timeout=10)).version == 2


async def test_it_ends_when_the_store_is_closed(store: Store) -> None:
    changes = store.changes()
    waiting = asyncio.ensure_future(anext(changes))
    await asyncio.sleep(0)
    store.close()
    with pytest.raises(StopAsyncIteration):
        await asyncio.wait_for(waiting, timeout=10)


def test_the_usual_pace_keeps_the_promised_200_ms() -> None:
    assert POLL <= 0.15
