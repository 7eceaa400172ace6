"""When to try again. Pure."""

from __future__ import annotations

from datetime import timedelta
from zlib import crc32

from tuisync.core.errors import RateLimited

_FIRST = timedelta(seconds=30)
_LONGEST = timedelta(hours=1)
_LONGEST_ASKED = timedelta(days=1)
MOST_ATTEMPTS = 12
"""Sends tried before an entry is given up and shown to the user."""


def wait_before(attempt: int, of: str = "") -> timedelta:
    """Return how long to wait after the `attempt`th try failed: doubling, at most an hour.

    Args:
        attempt: Tries so far.
        of: What is tried. Its wait is up to a quarter shorter, by an amount that follows from
            it, so that what failed together does not come back together.
    """
    doublings = min(max(attempt, 1) - 1, 10)
    longest = min(_LONGEST, _FIRST * (1 << doublings))
    return longest - longest / 4 * _share(f"{of}/{attempt}") if of else longest


def _share(text: str) -> float:
    """Return a number in [0, 1) that is the same for the same text, in every process."""
    return crc32(text.encode()) / 2**32


def asked_wait(error: RateLimited) -> timedelta:
    """Return how long the shop asks to be left alone: believed up to a day.

    A limit is per day at the most; a plug-in may hand up anything for a number.
    """
    seconds = error.retry_after
    if not 0 <= seconds <= _LONGEST_ASKED.total_seconds():  # NaN is not either
        return _LONGEST_ASKED if seconds > 0 else _FIRST
    return timedelta(seconds=seconds)
