"""Sync runs and their records, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tuisync.cli.pen import Cell, Pen, Value, attention, state, trouble
from tuisync.cli.progress import spell
from tuisync.cli.table import card, count, flexible, head, section, spare, table
from tuisync.core.views.objects import RecordView, RunDetailView, RunView

_RUNS = (
    head("Run"),
    head("Shop"),
    head("Module"),
    spare(head("Started by")),
    head("Status"),
    head("At"),
    count("Synced"),
    spare(count("New")),
    count("Failed"),
    spare(count("Frozen")),
    spare(count("Skipped")),
)
_RECORDS = (
    head("Kind"),
    head("Remote id"),
    flexible("Title"),
    head("Outcome"),
    flexible("Reason"),
)


def run_table(views: Sequence[RunView], pen: Pen) -> Iterator[str]:
    """Yield a line per run."""
    rows = (
        (
            view.id,
            view.integration,
            view.module,
            view.trigger,
            _standing(view),
            pen.time(view.started_at or view.queued_at),
            view.succeeded,
            view.counts.created,
            trouble(view.failed),
            attention(view.counts.frozen),
            view.counts.skipped,
        )
        for view in views
    )
    yield from table(_RUNS, rows, pen)


def _standing(view: RunView) -> Value:
    """Return how a run stands: one its user undid or stopped is called so."""
    if view.undone_at:
        return "undone"
    if view.cancelled_at:
        return Cell("stopped" if view.finished_at else "stopping", "warn")
    return state(view.status)


def run_card(view: RunDetailView, pen: Pen) -> Iterator[str]:
    """Yield a run and all its records."""
    yield from card(_facts(view, pen))
    yield from section("Records", record_table(view.records, pen))


def record_table(views: Sequence[RecordView], pen: Pen) -> Iterator[str]:
    """Yield a line per record."""
    rows = (
        (view.kind, view.remote_id, view.title, state(view.outcome), view.reason) for view in views
    )
    yield from table(_RECORDS, rows, pen)


def _facts(view: RunDetailView, pen: Pen) -> list[tuple[str, Value]]:
    counts = view.counts
    optional: list[tuple[str, Value]] = []
    if view.reason:
        optional.append(("Why", view.reason))
    if view.period:
        optional.append(("Period", f"{view.period.start} to {view.period.end}"))
    if view.resync_of:
        optional.append(("Resync of", view.resync_of))
    if view.cancelled_at:
        optional.append(("Cancelled", pen.time(view.cancelled_at)))
    if view.undone_at:
        optional.append(("Undone", pen.time(view.undone_at)))
    return [
        ("Run", Cell(view.id, "strong")),
        ("Batch", view.batch),
        ("Shop", view.integration),
        ("Module", view.module),
        ("Started by", view.trigger),
        ("Status", state(view.status)),
        *optional,
        ("Started", pen.time(view.started_at)),
        ("Finished", pen.time(view.finished_at)),
        ("Synced", view.succeeded),
        ("of them new", counts.created),
        ("of them updated", counts.updated),
        ("Failed", trouble(counts.failed)),
        ("Frozen", attention(counts.frozen)),
        ("Skipped", counts.skipped),
        ("Calls", view.requests),
        *_meanwhile(view, pen),
    ]


def _meanwhile(view: RunDetailView, pen: Pen) -> list[tuple[str, Value]]:
    """Return what is known of a run that goes on: how far it is, when it is tried again."""
    facts: list[tuple[str, Value]] = []
    if view.waits_for:
        facts.append(("Waits for", view.waits_for))
    if view.status == "running" and view.expected is not None:
        facts.append(("So far", f"{view.done:,} of {view.expected:,}"))
    if view.seconds_left is not None:
        facts.append(("Left", spell(view.seconds_left)))
    if view.retry_at is not None:
        facts.append(("Tried again", pen.time(view.retry_at)))
    return facts
