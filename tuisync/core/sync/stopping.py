"""Runs their user cancelled: what becomes of them, in which words, and where the next goes on.

A cancelled run is not gone on with by itself, as one is that was interrupted: whoever stopped
it decides when there is another. That one goes on at the page where this one stopped.
"""

from __future__ import annotations

from datetime import datetime

from tuisync.core.models import ENDED, SyncRun
from tuisync.core.store import schema
from tuisync.core.store.port import Reader, Transaction

_NEVER_BEGAN = "Cancelled by you before it began."
_GOES_ON = "The next sync goes on from there."
_KEPT = "What came in is kept."


def can_be_cancelled(run: SyncRun) -> bool:
    """Return whether a run has yet to end, and ends sooner when asked to. Pure.

    The look at the orders around a push belongs to the push: without it no number is safe.
    """
    of_a_drain = run.trigger == "push" and run.push
    return run.status not in ENDED and not of_a_drain


def cancelled(run: SyncRun, now: datetime) -> SyncRun:
    """Return a run after its user cancelled it: asked to stop, or ended if nobody is at it. Pure.

    Args:
        run: A run that has not ended.
        now: The time.
    """
    asked = run.but(cancelled_at=run.cancelled_at or now)
    return asked if run.status == "running" else stopped(asked, now)


def stopped(run: SyncRun, now: datetime) -> SyncRun:
    """Return a cancelled run as it ends; one that had begun did not reach its end. Pure."""
    begun = run.started_at is not None
    return run.but(
        status="failed" if begun else "skipped",
        finished_at=now,
        reason=_words(run) if begun else _NEVER_BEGAN,
        retry_at=None,
        seconds_left=None,
    )


def left(run: SyncRun, now: datetime) -> SyncRun:
    """Return a run as an engine leaves it that stops working on it. Pure.

    It is gone on with at its last stored page, unless its user has cancelled it.
    """
    if run.cancelled_at is not None:
        return stopped(run, now)
    return run.but(status="interrupted", retry_at=None, seconds_left=None)


def keep(tx: Transaction, run: SyncRun) -> None:
    """Store a run; where it was stopped amid a walk, the shop's next one goes on there."""
    tx.put(schema.RUNS, run)
    shop = tx.get(schema.INTEGRATIONS, run.integration)
    if shop is not None and run.cancelled_at is not None and keeps_its_place(run):
        tx.put(schema.INTEGRATIONS, shop.but(stopped={**shop.stopped, run.module: run.id}))


def keeps_its_place(run: SyncRun) -> bool:
    """Return whether the next run can go on where this one ended. Pure.

    One that read certain records or days only leaves nothing to go on with.
    """
    return run.status == "failed" and _walks(run) and run.cursor is not None


def stopped_before(reader: Reader, run: SyncRun) -> SyncRun | None:
    """Return the run whose walk this one goes on with; None where it begins its own.

    A push needs the news, not the rest of an old walk. What was undone is read anew.
    """
    shop = reader.get(schema.INTEGRATIONS, run.integration)
    if shop is None or run.trigger == "push" or not _walks(run):
        return None
    found = reader.get(schema.RUNS, shop.stopped.get(run.module, ""))
    return found if found is not None and found.undone_at is None else None


def chain(reader: Reader, run: SyncRun) -> list[SyncRun]:
    """Return a run and those whose walk it went on with, the last one first."""
    runs = [run]
    while (id_ := runs[-1].goes_on_from) and (before := reader.get(schema.RUNS, id_)) is not None:
        runs.append(before)
    return runs


def _walks(run: SyncRun) -> bool:
    return not run.only and run.period is None


def _words(run: SyncRun) -> str:
    done, expected = run.counts.total, run.expected
    of = f" of {expected:,}" if expected is not None and expected > done else ""
    noun = "record" if (expected if of else done) == 1 else "records"
    if not done:
        return "Stopped by you before anything came in."
    rest = _GOES_ON if _walks(run) and run.cursor is not None else _KEPT
    return f"Stopped by you after {done:,}{of} {noun}. {rest}"
