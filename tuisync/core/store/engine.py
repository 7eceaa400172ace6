"""What the engines share: reading one state, and the course of a transaction."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

from tuisync.core.store.draft import Draft
from tuisync.core.store.guard import Guard, one_step
from tuisync.core.store.port import Change, FullReader, Holder, Lease, Transaction
from tuisync.core.store.shelf_draft import ShelfDraft
from tuisync.core.store.state import State

if TYPE_CHECKING:
    from tuisync.core.store.codec import Encoded
    from tuisync.core.store.schema import Collection, D

TIMEOUT = 10.0
"""Seconds a transaction waits for its turn."""

POLL = 0.15
"""Seconds between two looks for what others committed; `changes` promises 0.2."""


class StateStore(ABC):
    """A store that has its newest state in memory.

    Reads take the state that is newest at that moment and need no lock. A subclass says
    how a transaction excludes others, how a state is kept, and how others' are taken in.

    Args:
        timeout: Seconds a transaction waits for its turn.
        poll: Seconds between two looks for what others committed.
    """

    def __init__(self, *, timeout: float = TIMEOUT, poll: float = POLL) -> None:
        self._timeout = timeout
        self._poll = poll
        self._state = State()
        self._guard = Guard()
        self._closed = threading.Event()

    @abstractmethod
    def _exclusive(self) -> AbstractContextManager[None]:
        """Keep every other process out of a transaction during the block."""

    @abstractmethod
    def _commit(self, changed: Mapping[str, ShelfDraft]) -> None:
        """Keep the changes durably and take them in, or raise and leave everything."""

    def _catch_up(self) -> bool:
        """Take in what others committed, with the others kept out; True if there was something."""
        return self.refresh()

    @abstractmethod
    def _stale(self) -> bool:
        """Tell cheaply whether another process may have committed."""

    @abstractmethod
    def refresh(self) -> bool:
        """Take in what others committed; True if there was something. Cheap when not."""

    @abstractmethod
    def lease(self, name: str, holder: str = "") -> Lease | None:
        """Take the lease if it is free, else None. `holder` says who we are."""

    @abstractmethod
    def holder(self, name: str) -> Holder | None:
        """Return who holds the lease, or None when it is free."""

    @abstractmethod
    def size(self) -> int:
        """Return the bytes its files take."""

    @abstractmethod
    def compact(self) -> bool:
        """Write the files anew, so that nothing deleted is left in them; True if we did it."""

    def close(self) -> None:
        """Let go of everything; `changes` ends. Harmless when done twice."""
        self._closed.set()

    @property
    def version(self) -> int:
        """Number of the newest commit this process has taken in."""
        return self._state.version

    def get(self, collection: Collection[D], id_: str) -> D | None:
        """Return the document with that id, or None."""
        return self._state.get(collection, id_)

    def find(self, collection: Collection[D], index: str, key: str) -> list[D]:
        """Return the documents under that key of a declared index, ordered by id."""
        return self._state.find(collection, index, key)

    def ids(self, collection: Collection[D], index: str, key: str) -> tuple[str, ...]:
        """Return the ids under that key of a declared index, in order."""
        return self._state.ids(collection, index, key)

    def count(self, collection: Collection[D], index: str | None = None, key: str = "") -> int:
        """Return how many documents there are, in all or under one key of an index."""
        return self._state.count(collection, index, key)

    def all(self, collection: Collection[D]) -> Iterator[D]:
        """Iterate over all documents of the state at the time of the call, ordered by id."""
        return self._state.all(collection)

    def encoded(self, collection: Collection[Any]) -> dict[str, Encoded]:
        """Return all documents as bytes by id; the same object means the same content."""
        return self._state.encoded(collection)

    def touched(self, collection: Collection[Any]) -> object:
        """Return what equals its earlier self while nothing in the collection changes."""
        state = self._state
        return state, state.shelf(collection.name).version

    def tables(self) -> dict[str, dict[str, Encoded]]:
        """Return all documents of one commit, encoded, by collection and id."""
        with self._state.viewed() as views:
            return {
                name: {id_: encoded for part in view.slices(view.ids()) for id_, encoded in part}
                for name, view in views.items()
            }

    def moment(self) -> FullReader:
        """Return a reader of the newest commit, which stays as it is whatever comes later."""
        self.refresh()
        version = self.version
        return State(self.tables(), version)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Open a transaction: commits at the end of the block, rolls back on an exception.

        Raises:
            StoreBusy: Somebody else held the lock too long; names it.
            StoreError: It could not be written; the last good state stands.
            RuntimeError: This thread is in a transaction already, the block had an `await`
                in it, or the store is closed. All three are mistakes in the program.
        """
        self._check_open()
        with self._guard.entered(self._timeout), self._exclusive():
            self._catch_up()
            draft = Draft(self._state)
            try:
                with one_step():
                    yield draft
            finally:
                draft.end()
            changed = draft.result()
            if changed:
                self._commit(changed)

    def changes(self) -> AsyncIterator[Change]:
        """Iterate over commits of any process, from this call on; ends with the store."""
        return self._changes_since(self._state, self.version)

    async def _changes_since(self, state: State, version: int) -> AsyncIterator[Change]:
        # Importing asyncio takes as long as a whole short command; only watchers need it.
        import asyncio  # noqa: PLC0415  # see above

        while not self._closed.is_set():
            if self._stale():
                # Taking in a large commit would hold up the screen.
                await asyncio.to_thread(self.refresh)
            newest = self._state
            if newest is state:
                change = newest.since(version)
            else:  # read anew from its files: anything may have changed
                change = Change(newest.version, newest.names() | state.names())
            state, version = newest, change.version
            if change.collections:
                yield change
            await asyncio.sleep(self._poll)

    def _check_open(self) -> None:
        if self._closed.is_set():
            raise RuntimeError("the store is closed")
