"""Keeping a run's books: its pages, records, counts, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tuisync.core.inbox.failures import Failures
from tuisync.core.models import (
    ENDED,
    InboxClass,
    RecordKind,
    RecordPage,
    RunStatus,
    SyncRecord,
    SyncRun,
)
from tuisync.core.outcome import Taken
from tuisync.core.store import schema
from tuisync.core.store.port import Reader, Transaction
from tuisync.core.sync.stopping import keep, left, stopped
from tuisync.core.undo.watch import Watch
from tuisync.core.workspace import Workspace

KINDS: dict[str, RecordKind] = {
    "items": "item",
    "orders": "order",
    "stock": "stock",
    "shipments": "shipment",
}

_IDLE: dict[str, None] = {"seconds_left": None, "retry_at": None}
"""What is told only of a run that is being worked on."""


@dataclass(frozen=True)
class Row:
    """A record to be: which remote thing, and what became of it.

    Attributes:
        about: The id of the outbox entry of a push; empty for what was fetched.
        made: Our order or listing came to be by it.
    """

    remote_id: str
    title: str
    taken: Taken
    about: str = ""
    made: bool = False


class RunBook:
    """One run being kept: start it, add pages to it, end it.

    Attributes:
        run: The run as last stored.
        requests_seen: Calls of the shop's connection that are counted in it already.
        news: A record of it changed something here, or had failed and does no more.
    """

    def __init__(self, workspace: Workspace, run: SyncRun) -> None:
        self._workspace = workspace
        self.run = run
        self.requests_seen = 0
        self.news = False

    def start(self) -> bool:
        """Mark it running, unless it ended meanwhile: somebody gave it up or cancelled it.

        A run that was interrupted keeps when it started first.
        """
        now = self._workspace.now()
        with self._workspace.store.transaction() as tx:
            known = tx.get(schema.RUNS, self.run.id)
            if known is None or known.status in ENDED:
                return False
            self.run = known.but(
                status="running",
                started_at=known.started_at or now,
                resumed_at=now,
                resumed_with=known.counts.total,
                reason="",
            )
            tx.put(schema.RUNS, self.run)
        return True

    def go_on_from(self, before: SyncRun) -> None:
        """Go on with the walk of a run that was stopped, at its last stored page."""
        self._put(
            self.run.but(
                cursor=before.cursor,
                full=before.full,
                listed_from=before.listed_from,
                goes_on_from=before.id,
            )
        )

    def begin_anew(self) -> None:
        """Begin a walk of its own, from how far the module has been read."""
        self._put(self.run.but(cursor=None, full=False, listed_from=None, expected=None))

    def wait(self, reason: str, until: datetime) -> None:
        """Tell that it is tried again, when, and after what; the next page takes that back."""
        self._put(self.run.but(reason=reason, retry_at=until, seconds_left=None))

    def interrupt(self) -> None:
        """Leave it where it is: it goes on at its last stored page, unless it was cancelled."""
        with self._workspace.store.transaction() as tx:
            self.run = left(self._heard(tx), self._workspace.now())
            keep(tx, self.run)

    def stop(self) -> None:
        """End it where it is, because its user cancelled it."""
        with self._workspace.store.transaction() as tx:
            self.run = stopped(self._heard(tx), self._workspace.now())
            keep(tx, self.run)

    def add_page(
        self,
        tx: Transaction,
        rows: Sequence[Row],
        *,
        cursor: str | None,
        expected: int | None = None,
        served_at: datetime | None = None,
        requests: int = 0,
    ) -> None:
        """Add a page's records and progress, in the transaction that stores the page.

        Args:
            tx: The transaction.
            rows: What became of the page's records.
            cursor: Where to go on after this page.
            expected: Records the whole run will bring.
            served_at: The shop's clock at the page.
            requests: Calls it took.
        """
        if rows:
            tx.put(schema.RECORDS, self._page(tx, rows))
        counts = self.run.counts
        for row in rows:
            counts = counts.plus(row.taken.outcome)
        mended = self._note_failures(tx, rows)
        self.news = self.news or mended or any(row.taken.news for row in rows)
        self.run = self.run.but(
            counts=counts,
            cursor=cursor,
            expected=expected if expected is not None else self.run.expected,
            listed_from=self.run.listed_from or served_at,
            requests=self.run.requests + requests,
            reason="",
            retry_at=None,
        )
        self.run = self.run.but(seconds_left=seconds_left(self.run, self._workspace.now()))
        self.run = self._heard(tx)
        tx.put(schema.RUNS, self.run)

    def keep_former(self, tx: Transaction, watch: Watch) -> None:
        """Keep what the page just added changed, as it was before, for an undo."""
        page = tx.count(schema.RECORDS, "run", self.run.id)
        former = watch.former(f"{self.run.id}/{page:06d}", self.run.id)
        if former is not None:
            tx.put(schema.FORMERS, former)

    def finish(self, status: RunStatus | None = None, reason: str = "") -> SyncRun:
        """End it: as given, or `partial` when a record failed, else `succeeded`."""
        own: RunStatus = "partial" if self.run.counts.failed else "succeeded"
        ended = self._workspace.now()
        self.run = self.run.but(
            status=status or own, finished_at=ended, reason=reason, cancelled_at=None, **_IDLE
        )
        with self._workspace.store.transaction() as tx:
            tx.put(schema.RUNS, self.run)
            if status is None:
                Failures(tx, ended).run_ended(self.run)
        return self.run

    def fail(self, reason: str, fault: InboxClass | None) -> SyncRun:
        """End it before its end; that is told until a later one gets there.

        Args:
            reason: Why, in words.
            fault: Of what class the failure is; None where the integration's state tells it.
        """
        ended = self._workspace.now()
        self.run = self.run.but(
            status="failed", finished_at=ended, reason=reason, cancelled_at=None, **_IDLE
        )
        with self._workspace.store.transaction() as tx:
            tx.put(schema.RUNS, self.run)
            Failures(tx, ended).run_failed(self.run, fault, reason)
        return self.run

    def drop(self) -> None:
        """Forget it and its records, as if it had never been: it ended well, without news."""
        with self._workspace.store.transaction() as tx:
            Failures(tx, self._workspace.now()).run_ended(self.run)
            for page in tx.find(schema.RECORDS, "run", self.run.id):
                tx.delete(schema.RECORDS, page.id)
            for former in tx.find(schema.FORMERS, "run", self.run.id):
                tx.delete(schema.FORMERS, former.id)
            tx.delete(schema.RUNS, self.run.id)

    def _page(self, reader: Reader, rows: Sequence[Row]) -> RecordPage:
        """Return the run's next page of records."""
        number = reader.count(schema.RECORDS, "run", self.run.id) + 1
        first = self.run.counts.total + 1
        return RecordPage(
            id=f"{self.run.id}/{number:06d}",
            run=self.run.id,
            page=number,
            records=tuple(self._record(each, row) for each, row in enumerate(rows, start=first)),
        )

    def _record(self, number: int, row: Row) -> SyncRecord:
        return SyncRecord(
            id=f"{self.run.id}/{number}",
            kind=KINDS[self.run.module],
            remote_id=row.remote_id,
            title=row.title,
            outcome=row.taken.outcome,
            reason=row.taken.reason,
            local_id=row.taken.local_id,
            at=self._workspace.now(),
            made=row.made,
        )

    def _note_failures(self, tx: Transaction, rows: Sequence[Row]) -> bool:
        """Keep what failed until it succeeds; return whether something has succeeded now."""
        if not tx.count(schema.FAILURES) and all(row.taken.outcome != "failed" for row in rows):
            return False
        failures = Failures(tx, self._workspace.now())
        mended = [
            failures.record(self.run, row.remote_id, row.title, row.taken, row.about)
            for row in rows
        ]
        return any(mended)

    def _put(self, run: SyncRun) -> None:
        self.run = run
        with self._workspace.store.transaction() as tx:
            self.run = self._heard(tx)
            tx.put(schema.RUNS, self.run)

    def _heard(self, tx: Transaction) -> SyncRun:
        """Return the run with what others asked of it meanwhile."""
        known = tx.get(schema.RUNS, self.run.id)
        return self.run if known is None else self.run.but(cancelled_at=known.cancelled_at)


def seconds_left(run: SyncRun, now: datetime) -> int | None:
    """Return how long a run will still take at its pace since it was last begun. Pure."""
    done = run.counts.total - run.resumed_with
    if run.expected is None or run.resumed_at is None or done <= 0:
        return None
    spent = (now - run.resumed_at).total_seconds()
    return max(0, round(spent / done * (run.expected - run.counts.total)))
