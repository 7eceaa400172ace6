"""The shop's clock, which a test can set and push forward."""

from __future__ import annotations

import time
from collections.abc import Callable


class SandboxClock:
    """Seconds since 1970 by the shop's reckoning.

    Args:
        source: Gives the running time; replaced in tests by one that stands still.
        start: The time the clock shows first; None means the source's own.
    """

    def __init__(self, source: Callable[[], float] = time.time, start: float | None = None) -> None:
        self._source = source
        self._offset = 0.0 if start is None else start - source()

    def precise(self) -> float:
        """Return the time with its fraction, for rolling limits."""
        return self._source() + self._offset

    def now(self) -> int:
        """Return the time in whole seconds, as the API shows it."""
        return int(self.precise())

    def advance(self, seconds: float) -> None:
        """Move forward by so many seconds."""
        self._offset += seconds
