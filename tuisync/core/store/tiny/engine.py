"""The TinyDB engine: the state in memory, a journal, and a snapshot now and then."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from typing import TYPE_CHECKING, Self

from tuisync.core.clock import Clock, system_clock
from tuisync.core.errors import StoreDamaged, StoreError
from tuisync.core.models import Document
from tuisync.core.store.draft import prepare
from tuisync.core.store.engine import POLL, TIMEOUT, StateStore
from tuisync.core.store.schema import COLLECTIONS, Collection
from tuisync.core.store.shelf_draft import ShelfDraft
from tuisync.core.store.tiny import lines, migration
from tuisync.core.store.tiny.background import Background
from tuisync.core.store.tiny.files import damaged, explained, make_directory
from tuisync.core.store.tiny.journal import Journal, Unclear, generations, remove_before
from tuisync.core.store.tiny.leases import FileLease, Leases
from tuisync.core.store.tiny.loading import SNAPSHOT, Loaded, changes, load
from tuisync.core.store.tiny.lock import FileLock
from tuisync.core.store.tiny.snapshot import SCHEMA, Meta, at_once, generation_of, write_snapshot
from tuisync.core.store.tiny.trail import Trail

if TYPE_CHECKING:
    from pathlib import Path

    from tuisync.core.store.port import Holder

COMPACT = 16 << 20
"""Bytes of journal that are compacted, once they outgrow the snapshot too."""

_LATER = COMPACT >> 4
_LULL = 0.1
"""Seconds without a commit, after which a snapshot is in nobody's way."""

_STREAM = 4
"""Times as much journal as otherwise may gather while commit follows commit."""

_REST = 0.006
"""Seconds a snapshot written beside other work leaves to that after each slice; none at the end."""
_KNOWN = {collection.name: collection for collection in COLLECTIONS}
_log = logging.getLogger(__name__)


class TinyStore(StateStore):
    """A store in one data directory, shared with any number of threads and processes.

    Make one with `TinyStore.open`. Never `fork` while it is open.

    A commit is one line at the end of the journal. When the journals have grown, whoever
    notices begins a new one and writes a snapshot, in a thread, while commits go on.
    """

    def __init__(
        self, directory: Path, *, timeout: float, poll: float, clock: Clock, compact: int
    ) -> None:
        super().__init__(timeout=timeout, poll=poll)
        self._directory = directory
        self._path = directory / SNAPSHOT
        self._lock = FileLock(directory / "store.lock")
        self._leases = Leases(directory / "leases", clock)
        # Held while the state and its place in the journal move on together.
        self._exchange = threading.Lock()
        self._trail: Trail | None = None
        self._failed = False  # the file has to be opened anew
        self._doubtful = False  # everything has to be read anew
        self._let_go = False  # of the files; what was begun before still writes on closing
        self._snapshot_size = 0
        self._compact_above = compact
        self._not_below = 0
        self._background = Background(self._compact_quietly, "tuisync-compact")

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        timeout: float = TIMEOUT,
        poll: float = POLL,
        clock: Clock = system_clock,
        compact: int = COMPACT,
    ) -> Self:
        """Open the store of a data directory, which is created when it is missing.

        A store of an older layout is brought up to date, after a copy of its file.

        Args:
            directory: Where its files are.
            timeout: Seconds a transaction waits for its turn.
            poll: Seconds between two looks of `changes`.
            clock: Dates the leases.
            compact: Bytes of journal that are compacted, once they outgrow the snapshot too.

        Raises:
            HomeUnwritable: The directory cannot be created or written.
            StoreDamaged: A file does not hold what it should; it was left untouched.
            SchemaTooNew: A newer tuisync wrote it.
            StoreBusy: It has to be brought up to date, and somebody keeps it locked.
        """
        make_directory(directory)
        store = cls(directory, timeout=timeout, poll=poll, clock=clock, compact=compact)
        store._begin()
        return store

    def refresh(self) -> bool:
        """Take in what others committed; True if there was something. Cheap when not.

        Raises:
            StoreDamaged: A file does not hold what it should, or is gone; the state taken
                in before stays readable.
            SchemaTooNew: A newer tuisync wrote it.
            StoreError: A file cannot be read.
        """
        try:
            with self._exchange:
                if self._closed.is_set() or not self._stale():
                    return False
                return self._follow(settled=False)
        except Unclear:
            # Only while nobody writes can be told whether it is damage.
            with self._exclusive():
                return not self._let_go and self._catch_up()

    def compact(self) -> bool:
        """Write a snapshot, so that opening is quick and old journals go; True if we did it.

        Transactions wait while a new journal is begun, not while the snapshot is written.

        Raises:
            StoreBusy: Somebody kept the store locked.
            StoreError: It could not be written; the journals go on as they are.
        """
        return self._compact(rest=at_once)

    def _compact(self, *, rest: Callable[[], object]) -> bool:
        lease = self._leases.take("compact", "store")
        if lease is None:
            return False
        try:
            with ExitStack() as stack:
                return self._write_snapshot(stack, rest=rest)
        finally:
            lease.release()

    def lease(self, name: str, holder: str = "") -> FileLease | None:
        """Take the lease if it is free, else None. `holder` says who we are (`tui`)."""
        self._check_open()
        return self._leases.take(name, holder)

    def holder(self, name: str) -> Holder | None:
        """Return who holds the lease, or None when it is free."""
        return self._leases.holder(name)

    def size(self) -> int:
        """Return the bytes of the snapshot and the journals."""
        names = [Journal.named(self._directory, each) for each in generations(self._directory)]
        return sum(map(_size, (self._path, *names)))

    def close(self) -> None:
        """Let go of the files and release all leases; `changes` ends.

        A snapshot being written is waited for.
        """
        super().close()
        self._background.join()
        self._leases.release_all()
        with self._exchange:
            self._let_go = True
            if self._trail is not None:
                self._trail.close()

    def _begin(self) -> None:
        try:
            loaded = load(self._directory, settled=False)
        except Unclear:
            loaded = None
        if loaded is None or loaded.schema < SCHEMA:
            with self._exclusive():
                loaded = load(self._directory, settled=True)
                if loaded.schema < SCHEMA:
                    migration.migrate(self._path, loaded.state, loaded.schema)
                    loaded = load(self._directory, settled=True)
        self._adopt(loaded)

    def _adopt(self, loaded: Loaded) -> None:
        if self._trail is not None:
            self._trail.close()
        self._failed = self._doubtful = False
        self._trail = loaded.trail
        self._snapshot_size = loaded.snapshot
        self._state = loaded.state

    def _stale(self) -> bool:
        if self._trail is None:
            return self._path.exists()
        return self._failed or self._doubtful or self._trail.journal.stale()

    def _exclusive(self) -> AbstractContextManager[None]:
        return self._lock.held(self._timeout)

    def _catch_up(self) -> bool:
        with self._exchange:
            if self._let_go:
                raise RuntimeError("the store is closed")
            # Also while we close: to write without a look would undo what others committed.
            if not self._stale():
                return False
            try:
                return self._follow(settled=True)
            except Unclear:
                self._adopt(load(self._directory, settled=True))
                return True

    def _follow(self, *, settled: bool) -> bool:
        trail, before = self._trail, self.version
        try:
            if trail is None or self._doubtful:
                raise FileNotFoundError  # noqa: TRY301  # as if the journal was another one
            with explained(trail.journal.path, unless_missing=True):
                if self._failed:
                    trail.journal.reopen()
                    self._failed = False
                trail.follow(self._take_in, settled=settled)
        except FileNotFoundError:
            self._adopt(load(self._directory, settled=settled))
            return True
        return self.version != before

    def _take_in(self, commit: lines.Commit) -> None:
        """Carry out what another process committed."""
        drafts: dict[str, ShelfDraft] = {}
        for table, id_, encoded in changes(commit):
            if table not in drafts:
                drafts[table] = ShelfDraft(
                    _KNOWN.get(table, Collection(table, Document)), self._state
                )
            drafts[table].assign(id_, encoded)
        try:
            prepare(self._state, drafts)
        except StoreDamaged as error:
            raise damaged(self._path, f"version {commit.version}: {error}", error.hint) from error
        try:
            self._state.commit(commit.version, drafts)
        except BaseException:  # interrupted: who knows where
            self._doubtful = True
            raise

    def _commit(self, changed: Mapping[str, ShelfDraft]) -> None:
        with self._exchange:
            trail = self._trail
            if trail is None:
                trail = self._trail = Trail(migration.found(self._path, self._state))
            try:
                trail.journal.commit({name: draft.changes() for name, draft in changed.items()})
                self._state.commit(trail.journal.version, changed)
            except StoreError:
                self._failed = True
                raise
            except BaseException:  # interrupted: who knows where
                self._doubtful = True
                raise
        if not self._background.running and self._overdue():
            self._background.start()

    def _pending(self) -> int:
        """Return the bytes that have to be replayed on opening."""
        trail = self._trail
        return 0 if trail is None else trail.earlier + trail.journal.end

    def _allowed(self) -> int:
        """Return the bytes that need no snapshot yet."""
        return max(self._compact_above, self._snapshot_size, self._not_below)

    def _overdue(self) -> bool:
        if self._pending() <= self._allowed():
            return False
        # Somebody else may have written a snapshot since we opened.
        newest = generation_of(self._path)
        later = (each for each in generations(self._directory) if each >= newest)
        pending = sum(_size(Journal.named(self._directory, each)) for each in later)
        with self._exchange:
            if self._trail is not None:
                self._trail.earlier = max(0, pending - self._trail.journal.end)
            self._snapshot_size = _size(self._path)
        return pending > max(self._compact_above, self._snapshot_size)

    def _write_snapshot(self, stack: ExitStack, *, rest: Callable[[], object]) -> bool:
        with self._guard.entered(self._timeout), self._exclusive():
            self._catch_up()
            with self._exchange:
                if self._trail is None:
                    return False
                old = self._trail.journal.generation
                self._turn(self._trail)
                journal = self._trail.journal
                meta = Meta(SCHEMA, journal.version, journal.generation, journal.link)
                views = stack.enter_context(self._state.viewed())
        size = write_snapshot(self._path, meta, views, rest=rest)
        with self._exchange:
            self._snapshot_size, self._not_below = size, 0
            if self._trail is not None:
                self._trail.earlier = 0
        remove_before(self._directory, old)  # that one stays, for whoever is still reading it
        return True

    def _turn(self, trail: Trail) -> None:
        try:
            with explained(trail.journal.path):
                trail.turn()
        except BaseException:
            self._failed = True
            raise

    def _let_pass(self) -> None:
        """Wait for the end of a stream of commits: beside a snapshot each takes a sixth longer."""
        seen = -1
        while seen != self.version and self._pending() <= _STREAM * self._allowed():
            seen = self.version
            if self._closed.wait(_LULL):
                return

    def _compact_quietly(self) -> None:
        self._let_pass()
        try:
            # Beside a thread that never rests, a page of orders takes twice its time.
            done = self._compact(rest=lambda: self._closed.wait(_REST))
        except StoreError as error:
            _log.warning("The store could not be compacted: %s", error.message)
            done = False
        if not done:
            self._not_below = self._pending() + _LATER


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
