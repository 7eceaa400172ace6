"""A clock that goes when it is told to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2024, 3, 1, 9, 0, tzinfo=UTC)
"""When a manual clock starts, unless told otherwise."""


class ManualClock:
    """A `Clock` for tests: call it for the time, `advance` it to let time pass."""

    def __init__(self, start: datetime = START) -> None:
        self.now = start

    def __call__(self) -> datetime:
        """Return the time it shows."""
        return self.now

    def advance(self, *, hours: float = 0, minutes: float = 0, seconds: float = 0) -> datetime:
        """Let time pass (backwards, too) and return the new time."""
        self.now += timedelta(hours=hours, minutes=minutes, seconds=seconds)
        return self.now
