"""What a daemon says: a line for every run that has ended, pushes among them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from tuisync.cli.progress import ending
from tuisync.core.models import ENDED, SyncRun
from tuisync.core.store import schema
from tuisync.core.views.integrations import integration_name

if TYPE_CHECKING:
    from tuisync.core.store.port import Reader


@dataclass
class Chronicle:
    """Follows the runs of a store from now on.

    Attributes:
        reader: The store.
        say: Writes a line.
        ended: The runs that have ended since.
    """

    reader: Reader
    say: Callable[[str], object]
    ended: list[SyncRun] = field(default_factory=list)
    _known: set[str] = field(init=False)
    _count: int = field(init=False)

    def __post_init__(self) -> None:
        self._known = {run.id for run in self._over()}
        self._count = self._number()

    def look(self) -> None:
        """Tell of the runs that have ended since the last look."""
        if self._number() == self._count:
            return
        fresh = [run for run in self._over() if run.id not in self._known]
        self._count = self._number()
        for run in fresh:
            self._known.add(run.id)
            self.ended.append(run)
            self.say(line(self.reader, run))

    def _number(self) -> int:
        return sum(self.reader.count(schema.RUNS, "status", status) for status in ENDED)

    def _over(self) -> list[SyncRun]:
        found = [run for status in ENDED for run in self.reader.find(schema.RUNS, "status", status)]
        return sorted(found, key=lambda run: run.id)


def line(reader: Reader, run: SyncRun) -> str:
    """Return a log line about a run that has ended."""
    name = integration_name(reader, run.integration)
    return f"{_stamp(run.finished_at)} {name} {run.module}: {ending(run)}"


def _stamp(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else "-"
