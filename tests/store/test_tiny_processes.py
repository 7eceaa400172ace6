"""Several real processes on one data directory."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
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
    for _ in range(6):
        with workers(*(Worker("count", data, "w", 100_000) for _ in range(2))) as writers:
            for writer in writers:
                writer.go()
            lines = [writer.line() for writer in writers for _ in range(chance.randrange(1, 60))]
            lines += [line for writer in writers for line in writer.kill()]
        acknowledged = max(acknowledged, *map(int, lines))
        store = TinyStore.open(data)
        assert check_whole(store) >= acknowledged
        store.close()
    assert acknowledged > 16


def test_writers_readers_and_compactions_under_random_kills(data: Path) -> None:
    """Four writers and two readers; each round kills one writer, which another replaces."""
    chance = random.Random(11)  # noqa: S311  # a fixed course, not a secret
    acknowledged: list[int] = []
    with ExitStack() as stack:
        writers = [stack.enter_context(_started("count", data, "w", 100_000)) for _ in range(4)]
        readers = [stack.enter_context(_started("watch", data)) for _ in range(2)]
        for _ in range(12):
            for writer in writers:
                acknowledged += [int(writer.line()) for _ in range(chance.randrange(1, 30))]
            victim = writers.pop(chance.randrange(4))
            acknowledged += map(int, victim.kill())
            writers.append(stack.enter_context(_started("count", data, "w", 100_000)))
        acknowledged += [int(line) for writer in writers for line in writer.kill()]
        seen = [reader.kill() for reader in readers]
    store = TinyStore.open(data)
    total = check_whole(store)
    assert len(set(acknowledged)) == len(acknowledged)
    assert set(acknowledged) <= set(range(1, total + 1))
    assert total - len(acknowledged) <= 16, "more than the killed ones' last commits"
    for numbers in seen:
        assert "torn" not in numbers
        assert len(numbers) > 1
        assert [int(number) for number in numbers] == sorted({int(number) for number in numbers})
    journals = sorted(data.glob("journal-*.jsonl"))
    assert journals[0].name > "journal-00000003.jsonl", "there were too few compactions"
    store.close()


@contextmanager
def _started(action: str, data: Path, *arguments: object) -> Iterator[Worker]:
    with workers(Worker(action, data, *arguments)) as (worker,):
        if action == "count":
            worker.go()
        yield worker


@pytest.mark.parametrize(
    ("point", "kept"),
    [
        ("before-pwrite-0", False),
        ("amid-pwrite-0", False),
        ("after-pwrite-0", True),
        ("before-fdatasync-0", True),
        ("after-fdatasync-0", True),
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
    _check_whole_and_usable(store, data, before, kept=kept)


CREATION = "open-0 pwrite-0 fsync-0 fsync-1 pwrite-1 pwrite-2 fsync-2 replace-0 fsync-3 pwrite-4"
COMPACTION = "pwrite-0 pwrite-1 fsync-0 fsync-1 pwrite-2 fdatasync-0 pwrite-4 fsync-2 replace-0"
MOMENTS = ("before", "after")


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("call", CREATION.split())
def test_a_kill_at_any_point_of_the_first_commit_leaves_one_whole_state(
    data: Path, moment: str, call: str
) -> None:
    with workers(Worker("die", data, f"{moment}-{call}")) as (victim,):
        victim.rest()
        assert victim.code == -9
    reopened = TinyStore.open(data)
    assert reopened.version == reopened.count(ITEMS) == counted(reopened)
    with reopened.transaction() as transaction:
        transaction.put(ITEMS, item(9))
    assert TinyStore.open(data).get(ITEMS, item(9).id) == item(9)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("call", [*COMPACTION.split(), "fsync-3"])
def test_a_kill_at_any_point_of_a_compaction_loses_nothing(
    data: Path, moment: str, call: str
) -> None:
    store = TinyStore.open(data)
    for number in (1, 2, 3):
        with store.transaction() as transaction:
            transaction.put(CURSORS, counter(number))
            transaction.put(ITEMS, item(number))
    with workers(Worker("compact", data, f"{moment}-{call}")) as (victim,):
        victim.rest()
        assert victim.code == -9
    for reader in (store, TinyStore.open(data)):
        reader.refresh()
        assert counted(reader) == reader.count(ITEMS) == reader.version == 3
    with store.transaction() as transaction:
        transaction.put(ITEMS, item(9))
    assert store.compact()
    assert TinyStore.open(data).get(ITEMS, item(9).id) == item(9)
    assert not data.joinpath("store.json.new").exists()


def _check_whole_and_usable(store: TinyStore, data: Path, before: int, *, kept: bool) -> None:
    store.refresh()
    reopened = TinyStore.open(data)
    for reader in (store, reopened):
        assert counted(reader) == reader.count(ITEMS) == int(kept)
        assert reader.version == before + int(kept)
    with store.transaction() as transaction:
        transaction.put(ITEMS, item(9))
    reopened.refresh()
    assert reopened.get(ITEMS, item(9).id) == item(9)


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
