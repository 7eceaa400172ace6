"""How far a run has come, as one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuisync.widgets.marks import RUN, STOPPED
from tuisync.widgets.when import lasting

if TYPE_CHECKING:
    from tuisync.core.views.objects import RunView

_LENGTH = 24


def bar(done: int, expected: int | None, length: int = _LENGTH) -> str:
    """Return a bar of that many cells; empty while the end is not known."""
    if not expected:
        return "╌" * length
    filled = min(length, round(length * done / expected))
    return "━" * filled + "╌" * (length - filled)


def run_line(run: RunView, length: int = _LENGTH) -> str:
    """Return a run's state in words and, while it runs, as a bar."""
    mark = STOPPED if run.cancelled_at and run.finished_at else RUN[run.status]
    if run.status == "running" and run.cancelled_at is not None:
        return f"{mark.glyph} stopping before the next page"
    if run.status == "running" and run.retry_at is not None:
        return f"{mark.glyph} waits, then tries again: {run.reason}"
    if run.status == "running":
        expected = f" of {run.expected:,}" if run.expected else ""
        left = f", {lasting(run.seconds_left)} left" if run.seconds_left else ""
        return f"{mark.glyph} {bar(run.done, run.expected, length)}  {run.done:,}{expected}{left}"
    if run.status == "queued":
        return f"{mark} for {run.waits_for}" if run.waits_for else str(mark)
    return f"{mark}  {run_counts(run)}".rstrip()


def run_counts(run: RunView) -> str:
    """Return what became of a run's records: `118 ok · 2 failed · 1 frozen`."""
    counts = run.counts
    parts = [f"{run.succeeded:,} ok"]
    for word, count in (
        ("failed", counts.failed),
        ("frozen", counts.frozen),
        ("skipped", counts.skipped),
    ):
        if count:
            parts.append(f"{count:,} {word}")
    return " · ".join(parts)
