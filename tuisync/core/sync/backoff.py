"""When to try again. Pure."""

from __future__ import annotations

from datetime import timedelta

_FIRST = timedelta(seconds=30)
_LONGEST = timedelta(hours=1)
MOST_ATTEMPTS = 12
"""Sends tried before an entry is given up and shown to the user."""


def wait_before(attempt: int) -> timedelta:
    """Return how long to wait after the `attempt`th try failed: doubling, at most an hour."""
    doublings = min(max(attempt, 1) - 1, 10)
    return min(_LONGEST, _FIRST * (1 << doublings))
