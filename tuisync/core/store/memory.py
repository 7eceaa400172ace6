"""A store that lives and dies with its process; what tests run on."""

from __future__ import annotations

import os
import threading
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from tuisync.core.clock import Clock, system_clock
from tuisync.core.store.engine import POLL, TIMEOUT, StateStore
from tuisync.core.store.port import Holder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tuisync.core.store.shelf_draft import ShelfDraft


class MemoryStore(StateStore):
    """An engine without files. It keeps every promise of the port but durability.

    Args:
        timeout: Seconds a transaction waits for another thread.
        poll: Seconds between two looks of `changes`.
        clock: Dates the leases.
    """

    def __init__(
        self, *, timeout: float = TIMEOUT, poll: float = POLL, clock: Clock = system_clock
    ) -> None:
        super().__init__(timeout=timeout, poll=poll)
        self._clock = clock
        self._leases: dict[str, MemoryLease] = {}
        self._leases_lock = threading.Lock()

    def _exclusive(self) -> AbstractContextManager[None]:
        return nullcontext()

    def _commit(self, changed: Mapping[str, ShelfDraft]) -> None:
        self._state.commit(self.version + 1, changed)

    def _stale(self) -> bool:
        return False

    def refresh(self) -> bool:
        """Return False: nobody else can commit here."""
        return False

    def lease(self, name: str, holder: str = "") -> MemoryLease | None:
        """Take the lease if it is free, else None."""
        self._check_open()
        with self._leases_lock:
            if name in self._leases:
                return None
            self._leases[name] = lease = MemoryLease(self, name, holder)
            return lease

    def holder(self, name: str) -> Holder | None:
        """Return who holds the lease, or None when it is free."""
        lease = self._leases.get(name)
        return None if lease is None else lease.held

    def size(self) -> int:
        """Return the bytes of all documents."""
        return self._state.size()

    def compact(self) -> bool:
        """Do nothing: there are no files."""
        return False

    def close(self) -> None:
        """End `changes` and release all leases."""
        super().close()
        with self._leases_lock:
            self._leases.clear()

    def _now(self) -> float:
        return self._clock().timestamp()

    def _release(self, lease: MemoryLease) -> None:
        with self._leases_lock:
            if self._leases.get(lease.name) is lease:
                del self._leases[lease.name]


class MemoryLease:
    """A right held by one caller in this process.

    Args:
        store: The store that gave it.
        name: What it is a right to.
        holder: What its holder calls itself.
    """

    def __init__(self, store: MemoryStore, name: str, holder: str) -> None:
        self._store = store
        self.name = name
        now = store._now()  # noqa: SLF001  # the two classes are one thing
        self.held = Holder(pid=os.getpid(), name=holder, since=now, beat=now)

    def beat(self) -> None:
        """Note that its holder answers."""
        now = self._store._now()  # noqa: SLF001  # the two classes are one thing
        self.held = Holder(self.held.pid, self.held.name, self.held.since, now)

    def release(self) -> None:
        """Give it back; harmless when done twice."""
        self._store._release(self)  # noqa: SLF001  # the two classes are one thing
