"""Every engine there is, so that the contract suite pins the port and not one of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tuisync.core.store.memory import MemoryStore
from tuisync.core.store.port import Store
from tuisync.core.store.tiny import TinyStore

TIMEOUT = 0.05
PATIENCE = 60.0
POLL = 0.01


@dataclass(frozen=True)
class Engine:
    """One engine, opened twice on the same data.

    Attributes:
        store: The store under test.
        peer: What another process has open; the same object where there is none.
    """

    store: Store
    peer: Store


def _memory(_: Path, timeout: float) -> Iterator[Engine]:
    store = MemoryStore(timeout=timeout, poll=POLL)
    yield Engine(store, store)
    store.close()


def _tiny(directory: Path, timeout: float) -> Iterator[Engine]:
    store, peer = (TinyStore.open(directory, timeout=timeout, poll=POLL) for _ in range(2))
    yield Engine(store, peer)
    store.close()
    peer.close()


ENGINES = {"memory": _memory, "tiny": _tiny}
