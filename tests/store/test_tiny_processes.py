"""Several real processes on one data directory."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from store.processes import Worker, workers
from store.samples import counter, item
from tuisync.core.errors import StoreBusy
from tuisync.core.store.port import Store
from tuisync.core.store.schema import CURSORS, ITEMS
from tuisync.core.store.tiny import TinyStore


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def counted(store: Store) -> int:
    found = store.get(CURSORS, "counter")
    return 0 if found is None else int(found.position or 0)


def check_whole(store: Store) -> int:
    """Every commit counted up by one and added the item of that number."""
    total = counted(store)
    assert [found.sku for found in store.all(ITEMS)] == [f"SKU-{n}" for n in range(1, total + 1)]
    assert store.version == total
    return total


def test_writers_in_four_processes_lose_nothing(data: Path) -> None:
    with workers(*(Worker("count", data, f"w{n}", 25) for n in range(4))) as writers:
        for writer in writers:
            writer.go()
        numbers = [int(line) for writer in writers for line in writer.rest()]
        assert [writer.code for writer in writers] == [0] * 4
    store = TinyStore.open(data)
    assert sorted(numbers) == list(range(1, 101))
    assert check_whole(store) == 100
    assert {store.count(ITEMS, "name", f"w{n}") for n in range(4)} == {25}


def test_of_two_processes_with_one_sku_exactly_one_wins(data: Path) -> None:
    for round_ in range(3):
        sku = f"RACE-{round_}"
        racers = (Worker("claim", data, f"{round_}-{n}", sku) for n in range(3))
        with workers(*racers) as ready:
            for racer in ready:
                racer.go()
            outcomes = [racer.rest() for racer in ready]
        assert sorted(outcomes) == [["lost"], ["lost"], ["won"]]
        assert TinyStore.open(data).count(ITEMS, "sku", sku) == 1


def test_killed_writers_lose_nothing_they_acknowledged(data: Path) -> None:
    chance = random.Random(7)  # noqa: S311  # a fixed course, not a secret
    acknowledged = 0
    for _ in range(8):
        with workers(*(Worker("count", data, "w", 100_000) for _ in range(2))) as writers:
            for writer in writers:
                writer.go()
            lines = [writer.line() for writer in writers for _ in range(chance.randrange(1, 12))]
            lines += [line for writer in writers for line in writer.kill()]
        acknowledged = max(acknowledged, *map(int, lines))
        store = TinyStore.open(data)
        assert check_whole(store) >= acknowledged
        store.close()
    assert acknowledged > 16


@pytest.mark.parametrize(
    ("point", "kept"),
    [
        ("before-write", False),
        ("amid-write", False),
        ("after-write", False),
        ("before-fsync", False),
        ("after-fsync", False),
        ("before-replace", False),
        ("after-replace", True),
    ],
)
def test_a_kill_at_any_point_of_a_commit_leaves_one_whole_state(
    data: Path,
    point: str,
    kept: bool,  # a row of the table
) -> None:
    store = TinyStore.open(data)
    with store.transaction() as transaction:
        transaction.put(CURSORS, counter(0))
    before = store.version
    with workers(Worker("die", data, point)) as (victim,):
        victim.rest()
        assert victim.code == -9
    store.refresh()
    reopened = TinyStore.open(data)
    for reader in (store, reopened):
        assert counted(reader) == reader.count(ITEMS) == int(kept)
        assert reader.version == before + int(kept)
    with store.transaction() as transaction:
        transaction.put(ITEMS, item(9))
    reopened.refresh()
    assert reopened.get(ITEMS, item(9).id) == item(9)
    assert not data.joinpath("store.json.new").exists()


def test_a_lease_is_freed_when_its_holder_is_killed(data: Path) -> None:
    store = TinyStore.open(data)
    with workers(Worker("hold", data, "engine")) as (holder,):
        assert holder.line() == "held"
        seen = store.holder("engine")
        assert seen is not None
        assert (seen.pid, seen.name) == (holder.pid, "daemon")
        assert store.lease("engine", "tui") is None
        holder.kill()
    assert store.holder("engine") is None
    lease = store.lease("engine", "tui")
    assert lease is not None
    with workers(Worker("hold", data, "engine")) as (second,):
        assert second.line() == "busy"


def test_the_lock_is_freed_when_its_holder_is_killed(data: Path) -> None:
    store = TinyStore.open(data, timeout=0.05)
    with workers(Worker("occupy", data)) as (occupier,):
        assert occupier.line() == "inside"
        busy = f"Process {occupier.pid} has kept the store locked for 0.05 seconds"
        with pytest.raises(StoreBusy, match=busy), store.transaction():
            pytest.fail("entered a locked store")
        store.refresh()
        occupier.kill()
    with store.transaction() as transaction:
        transaction.put(ITEMS, item(1))
    assert store.count(ITEMS) == 1


async def test_a_commit_of_another_process_arrives(data: Path) -> None:
    store = TinyStore.open(data, poll=0.01)
    changes = store.changes()
    with workers(Worker("count", data, "w", 1)) as (writer,):
        writer.go()
        change = await asyncio.wait_for(anext(changes), timeout=30)
    assert change.collections == {"cursors", "items"}
    assert check_whole(store) == change.version == 1
    store.close()
