"""Counting the calls of one session."""

from __future__ import annotations

from dataclasses import dataclass

SAFE_METHODS = frozenset({"GET", "HEAD"})
"""Methods that change nothing at the shop, so that a call may be repeated."""


@dataclass
class Meter:
    """What a session sent.

    Attributes:
        requests: Calls that reached the shop, or may have.
        writes: Those among them that may have changed something there.
    """

    requests: int = 0
    writes: int = 0

    def count(self, method: str, calls: int = 1) -> None:
        """Note a call, or with -1 that it never left."""
        self.requests += calls
        if method not in SAFE_METHODS:
            self.writes += calls
