"""How far the runs are, told on stderr as they go."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from tuisync.cli.pen import many
from tuisync.core.clock import Clock, system_clock
from tuisync.core.models import ENDED, SyncRun
from tuisync.core.store import schema
from tuisync.core.views.integrations import integration_name
from tuisync.core.views.waiting import waits_for

if TYPE_CHECKING:
    from tuisync.core.store.port import Reader

_PAUSE = 1.0
"""Seconds between two lines about one run that still goes on."""


@dataclass
class Progress:
    """Tells of some runs: a line when they have got further, a line when they have ended.

    Attributes:
        reader: The store.
        runs: Which runs.
        say: Writes a line.
        clock: Seconds that only grow.
        now: The time of day.
    """

    reader: Reader
    runs: Sequence[SyncRun]
    say: Callable[[str], object]
    clock: Callable[[], float] = time.monotonic
    now: Clock = system_clock
    _told: dict[str, tuple[int, float]] = field(default_factory=dict)
    _ended: set[str] = field(default_factory=set)
    _waited: dict[str, datetime] = field(default_factory=dict)
    _queued: dict[str, tuple[str, float]] = field(default_factory=dict)
    _told_waiting: set[tuple[str, str]] = field(default_factory=set)

    def look(self) -> None:
        """Tell what is new."""
        for asked in self.runs:
            run = self.reader.get(schema.RUNS, asked.id)
            if run is None or run.id in self._ended:
                continue
            if run.status in ENDED:
                self._ended.add(run.id)
                self.say(f"{self._name(run)}: {ending(run)}")
            else:
                self._advance(run)

    def _advance(self, run: SyncRun) -> None:
        if run.status == "queued":
            self._say_queued(run)
            return
        if run.retry_at is not None:
            self._say_waits(run)
            return
        done, now = run.counts.total, self.clock()
        before, at = self._told.get(run.id, (0, -_PAUSE))
        if done > before and now - at >= _PAUSE:
            self._told[run.id] = (done, now)
            self.say(f"{self._name(run)} {_of(run)}{_left(run)}")

    def _say_queued(self, run: SyncRun) -> None:
        """Tell once what a run waits for that is not begun at once."""
        what, now = "" if self._has_begun(run.batch) else waits_for(self.reader, run), self.clock()
        known, since = self._queued.get(run.id, ("", now))
        if what != known:
            self._queued[run.id] = (what, now)
        elif what and now - since >= _PAUSE and (run.batch, what) not in self._told_waiting:
            self._told_waiting.add((run.batch, what))
            self.say(f"{self._name(run)} waits for {what}.")

    def _has_begun(self, batch: str) -> bool:
        runs = self.reader.find(schema.RUNS, "batch", batch)
        return any(each.started_at is not None for each in runs)

    def _say_waits(self, run: SyncRun) -> None:
        """Tell once for each wait why and until when."""
        if run.retry_at is not None and self._waited.get(run.id) != run.retry_at:
            self._waited[run.id] = run.retry_at
            seconds = max(0, round((run.retry_at - self.now()).total_seconds()))
            self.say(f"{self._name(run)}: {run.reason} Trying again in {seconds} s.")

    def _name(self, run: SyncRun) -> str:
        return f"{integration_name(self.reader, run.integration)} {run.module}"


def ending(run: SyncRun) -> str:
    """Return how a run ended, as the rest of a sentence."""
    counts = run.counts
    parts = [run.status, _of(run)] if counts.total else [run.status]
    named = {
        "new": counts.created,
        "frozen": counts.frozen,
        "failed": counts.failed,
        "skipped": counts.skipped,
    }
    parts += [f"{number:,} {word}" for word, number in named.items() if number]
    return ", ".join(parts) + (f" ({run.reason})" if run.reason else "")


def _of(run: SyncRun) -> str:
    if run.expected is None:
        return many(run.counts.total, "record")
    return f"{run.counts.total:,} of {max(run.expected, run.counts.total):,}"


def _left(run: SyncRun) -> str:
    """Return how long a run will still take, where that is known."""
    if not run.seconds_left:
        return ""
    return f", about {spell(run.seconds_left)} left"


def spell(seconds: int) -> str:
    """Return a duration as one says it: `40 s`, `12 min`, `2 h`."""
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{round(seconds / size)} {unit}"
    return f"{seconds} s"
