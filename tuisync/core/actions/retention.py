"""Letting go of old history: successes after a calendar month, failures after two."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import datetime

from tuisync.core.models import ENDED, Counts, RecordPage, SyncRecord, SyncRun
from tuisync.core.store import schema
from tuisync.core.store.port import Transaction
from tuisync.core.undo.choices import forget_old_choices
from tuisync.core.workspace import Workspace

KEPT_MONTHS = 1
"""Calendar months that a record is kept which did not fail."""

FAILED_KEPT_MONTHS = 2
"""Calendar months that a failed record is kept."""


def months_later(at: datetime, months: int) -> datetime:
    """Return the same time of day so many calendar months later.

    Where that month has no such day it is the month's last: 31 January and one month is the
    last day of February.
    """
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    day = min(at.day, monthrange(year, month + 1)[1])
    return at.replace(year=year, month=month + 1, day=day)


def is_old(at: datetime, now: datetime, *, failed: bool) -> bool:
    """Return whether history of that time has been kept for long enough."""
    return now > months_later(at, FAILED_KEPT_MONTHS if failed else KEPT_MONTHS)


def forget_old_history(workspace: Workspace, *, most: int | None = None) -> int:
    """Drop the records that are old, and the runs that have none left.

    A run with both kinds keeps its failed records, and its counts are those of the records it
    has left. Runs that have not ended are left alone, and so is everything but history: orders,
    items and the ledger are never dropped.

    Args:
        workspace: Where.
        most: Change so many runs at most; the others wait for the next call.

    Returns:
        How many runs were changed.
    """
    forget_old_choices(workspace)
    now = workspace.now()
    changed = 0
    for run in list(workspace.store.all(schema.RUNS)):
        if changed == most:
            break
        # No record is older than its run.
        if run.status in ENDED and is_old(run.queued_at, now, failed=False):
            with workspace.store.transaction() as tx:
                changed += _forget(tx, run.id, now)
    _forget_failures(workspace, now)
    return changed


def _forget_failures(workspace: Workspace, now: datetime) -> None:
    """Let records that failed leave the inbox together with their history."""
    old = [
        failure.id
        for failure in workspace.store.all(schema.FAILURES)
        if failure.remote_id is not None and is_old(failure.last_at, now, failed=True)
    ]
    if old:
        with workspace.store.transaction() as tx:
            for id_ in old:
                tx.delete(schema.FAILURES, id_)


def _forget(tx: Transaction, run_id: str, now: datetime) -> bool:
    """Drop what is old of one run; True if something was."""
    run = tx.get(schema.RUNS, run_id)
    if run is None or run.status not in ENDED:
        return False
    pages = tx.find(schema.RECORDS, "run", run.id)
    kept = {page.id: _young(page, now) for page in pages}
    left = [record for records in kept.values() for record in records]
    if pages:
        if len(left) == sum(len(page.records) for page in pages):
            return False
    elif not _run_is_old(run, now):
        return False
    for page in pages:
        _keep(tx, page, kept[page.id])
    if left:
        lost = sum(len(page.records) for page in pages) - len(left)
        tx.put(schema.RUNS, run.but(counts=_counts(left), forgotten=run.forgotten + lost))
    else:
        tx.delete(schema.RUNS, run.id)
    for former in tx.find(schema.FORMERS, "run", run.id):
        tx.delete(schema.FORMERS, former.id)  # half a run cannot be taken back
    return True


def _young(page: RecordPage, now: datetime) -> tuple[SyncRecord, ...]:
    return tuple(
        each for each in page.records if not is_old(each.at, now, failed=each.outcome == "failed")
    )


def _run_is_old(run: SyncRun, now: datetime) -> bool:
    """Return whether a run that touched no record is old."""
    ended = run.finished_at or run.queued_at
    return is_old(ended, now, failed=run.status in {"failed", "partial"})


def _keep(tx: Transaction, page: RecordPage, records: tuple[SyncRecord, ...]) -> None:
    if records:
        tx.put(schema.RECORDS, page.but(records=records))
    else:
        tx.delete(schema.RECORDS, page.id)


def _counts(records: Iterable[SyncRecord]) -> Counts:
    counts = Counts()
    for record in records:
        counts = counts.plus(record.outcome)
    return counts
