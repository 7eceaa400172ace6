"""The TinyDB engine: the state in memory, and its one file."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Self

from tuisync.core.clock import Clock, system_clock
from tuisync.core.store.engine import POLL, TIMEOUT, StateStore
from tuisync.core.store.tiny.content import to_state, to_tables
from tuisync.core.store.tiny.files import make_directory
from tuisync.core.store.tiny.leases import FileLease, Leases
from tuisync.core.store.tiny.lock import FileLock
from tuisync.core.store.tiny.storage import damaged
from tuisync.core.store.tiny.table import Database

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tuisync.core.store.port import Holder
    from tuisync.core.store.state import State


class TinyStore(StateStore):
    """A store in one data directory, shared with any number of threads and processes.

    Make one with `TinyStore.open`. Never `fork` while it is open.

    TinyDB gives the file's shape and its reading and writing; reads go past its tables,
    which have no indexes and would copy the whole table for each change.
    """

    def __init__(self, directory: Path, *, timeout: float, poll: float, clock: Clock) -> None:
        super().__init__(timeout=timeout, poll=poll)
        self._database = Database(directory / "store.json")
        self._storage = self._database.file
        self._lock = FileLock(directory / "store.lock")
        self._leases = Leases(directory / "leases", clock)
        # Held while the state and the file it belongs to are exchanged, never for longer.
        self._exchange = threading.Lock()

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        timeout: float = TIMEOUT,
        poll: float = POLL,
        clock: Clock = system_clock,
    ) -> Self:
        """Open the store of a data directory, which is created when it is missing.

        Args:
            directory: Where its files are.
            timeout: Seconds a transaction waits for its turn.
            poll: Seconds between two looks of `changes`.
            clock: Dates the leases.

        Raises:
            HomeUnwritable: The directory cannot be created or written.
            StoreDamaged: The file does not hold what it should; it was left untouched.
            SchemaTooNew: A newer tuisync wrote it.
        """
        make_directory(directory)
        store = cls(directory, timeout=timeout, poll=poll, clock=clock)
        store.refresh()
        return store

    def refresh(self) -> bool:
        """Take in what others committed; True if there was something. Cheap when not.

        Raises:
            StoreDamaged: The file does not hold what it should, or is gone; the state
                taken in before stays readable.
            SchemaTooNew: A newer tuisync wrote it.
        """
        with self._exchange:
            if self._closed.is_set() or not self._storage.stale():
                return False
            try:
                self._state = self._load()
            except BaseException:
                self._storage.forget()
                raise
            return True

    def _load(self) -> State:
        tables = self._storage.read()
        if tables is not None:
            return to_state(self._storage.path, tables, self._state)
        if self._state.version:
            raise damaged(self._storage.path, "it was removed while in use")
        return self._state

    def _stale(self) -> bool:
        return self._storage.stale()

    def _exclusive(self) -> AbstractContextManager[None]:
        return self._lock.held(self._timeout)

    def _commit(self, state: State) -> None:
        with self._exchange:
            self._storage.write(to_tables(state))
            self._state = state

    def lease(self, name: str, holder: str = "") -> FileLease | None:
        """Take the lease if it is free, else None. `holder` says who we are (`tui`)."""
        self._check_open()
        return self._leases.take(name, holder)

    def holder(self, name: str) -> Holder | None:
        """Return who holds the lease, or None when it is free."""
        return self._leases.holder(name)

    def size(self) -> int:
        """Return the bytes of `store.json`; the other files hold nothing that is kept."""
        try:
            return self._storage.path.stat().st_size
        except FileNotFoundError:
            return 0

    def close(self) -> None:
        """Let go of the files and release all leases; `changes` ends."""
        super().close()
        self._leases.release_all()
        with self._exchange:
            self._database.close()
