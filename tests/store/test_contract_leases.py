"""What every engine promises about leases."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tuisync.core.store.memory import MemoryStore
from tuisync.core.store.port import Holder, Lease, Store
from tuisync.core.store.tiny import TinyStore

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Hands:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture(params=["memory", "tiny"])
def dated(request: pytest.FixtureRequest, tmp_path: Path, hands: Hands) -> Iterator[Store]:
    store: Store
    if request.param == "memory":
        store = MemoryStore(clock=hands)
    else:
        store = TinyStore.open(tmp_path, clock=hands)
    yield store
    store.close()


def taken(lease: Lease | None) -> Lease:
    assert lease is not None
    return lease


def test_a_lease_is_held_by_one_at_a_time(store: Store, peer: Store) -> None:
    lease = taken(store.lease("engine", "tui"))
    assert peer.lease("engine", "daemon") is None
    assert store.lease("engine", "tui") is None
    lease.release()
    assert peer.lease("engine", "daemon") is not None


def test_leases_of_different_names_are_independent(store: Store, peer: Store) -> None:
    names = ["engine", "credentials:etsy:1", "credentials:etsy:2", "a/b", "a%2Fb", "..", "ü"]
    leases = [taken(store.lease(name)) for name in names]
    assert [peer.lease(name) for name in names] == [None] * len(names)
    leases[0].release()
    assert peer.holder("engine") is None
    assert peer.holder("credentials:etsy:1") is not None


def test_anybody_can_see_who_holds_it(dated: Store, hands: Hands) -> None:
    assert dated.holder("engine") is None
    lease = taken(dated.lease("engine", "daemon"))
    since = START.timestamp()
    assert dated.holder("engine") == Holder(os.getpid(), "daemon", since, since)
    hands.now += timedelta(seconds=31)
    assert dated.holder("engine") == Holder(os.getpid(), "daemon", since, since)
    lease.beat()
    assert dated.holder("engine") == Holder(os.getpid(), "daemon", since, since + 31)
    lease.release()
    assert dated.holder("engine") is None


def test_a_released_lease_stays_released(store: Store, peer: Store) -> None:
    first = taken(store.lease("engine", "tui"))
    first.release()
    second = taken(peer.lease("engine", "daemon"))
    first.release()
    first.beat()
    holder = peer.holder("engine")
    assert holder is not None
    assert holder.name == "daemon"
    assert store.lease("engine", "tui") is None
    second.release()


def test_closing_the_store_releases_its_leases(store: Store, peer: Store) -> None:
    taken(store.lease("engine", "tui"))
    taken(store.lease("compact", "tui"))
    store.close()
    assert peer.holder("engine") is None
    assert peer.holder("compact") is None
    with pytest.raises(RuntimeError, match="closed"):
        store.lease("engine", "tui")


def test_many_can_look_while_many_try_and_one_has_it(store: Store, peer: Store) -> None:
    """Looking for the holder must not keep anybody from taking a free lease."""
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            peer.holder("engine")

    lookers = [threading.Thread(target=look) for _ in range(2)]
    for looker in lookers:
        looker.start()
    try:
        for _ in range(200):
            lease = store.lease("engine", "tui")
            assert lease is not None
            lease.release()
    finally:
        done.set()
        for looker in lookers:
            looker.join()


def test_of_several_threads_exactly_one_gets_it(store: Store) -> None:
    ready = threading.Barrier(4)
    won: list[Lease] = []

    def reach() -> None:
        ready.wait()
        lease = store.lease("engine")
        if lease is not None:
            won.append(lease)

    threads = [threading.Thread(target=reach) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1


def test_a_held_lease_does_not_keep_transactions_out(store: Store, peer: Store) -> None:
    taken(store.lease("engine"))
    with peer.transaction():
        pass
