"""When to try again. Pure."""

from __future__ import annotations

from datetime import timedelta

from tuisync.core.errors import RateLimited

_FIRST = timedelta(seconds=30)
_LONGEST = timedelta(hours=1)
_LONGEST_ASKED = timedelta(days=1)
MOST_ATTEMPTS = 12
"""Sends tried before an entry is given up and shown to the user."""


def wait_before(attempt: int) -> timedelta:
    """Return how long to wait after the `attempt`th try failed: doubling, at most an hour."""
    doublings = min(max(attempt, 1) - 1, 10)
    return min(_LONGEST, _FIRST * (1 << doublings))


def asked_wait(error: RateLimited) -> timedelta:
    """Return how long the shop asks to be left alone: believed up to a day.

    A limit is per day at the most; a plug-in may hand up anything for a number.
    """
    seconds = error.retry_after
    if not 0 <= seconds <= _LONGEST_ASKED.total_seconds():  # NaN is not either
        return _LONGEST_ASKED if seconds > 0 else _FIRST
    return timedelta(seconds=seconds)
