"""Etsy's two limits per key: calls per rolling second, then calls per rolling day."""

from __future__ import annotations

from collections import deque

from tuisync_etsy.sandbox.domain.errors import Refused

_BUCKET = 3600
_BUCKETS = 24


class Limits:
    """Counts the calls of one key.

    The day is 24 hourly buckets, so budget comes back bit by bit and never at midnight.
    Refused calls are not counted.

    Attributes:
        per_second: Calls allowed in any second.
        per_day: Calls allowed in any 24 hours.
    """

    def __init__(self, per_second: int = 10, per_day: int = 10_000) -> None:
        self.per_second = per_second
        self.per_day = per_day
        self._recent: deque[float] = deque()
        self._buckets: dict[int, int] = {}

    def admit(self, now: float) -> None:
        """Count a call.

        Raises:
            Refused: 429, with the seconds to wait in `retry-after`.
        """
        self._forget(now)
        if len(self._recent) >= self.per_second:
            raise Refused(
                429,
                "Exceeded per second rate limit",
                headers={
                    "retry-after": "1",
                    "x-limit-per-second": str(self.per_second),
                    "x-remaining-this-second": "0",
                },
            )
        if self.used_today >= self.per_day:
            raise Refused(
                429,
                "Exceeded daily rate limit",
                headers={"retry-after": str(self._until_relief(now)), **self.headers(now)},
            )
        self._recent.append(now)
        self._buckets[_bucket(now)] = self._buckets.get(_bucket(now), 0) + 1

    def headers(self, now: float) -> dict[str, str]:
        """Return the four headers every counted answer carries."""
        self._forget(now)
        return {
            "x-limit-per-second": str(self.per_second),
            "x-remaining-this-second": str(max(0, self.per_second - len(self._recent))),
            "x-limit-per-day": str(self.per_day),
            "x-remaining-today": str(max(0, self.per_day - self.used_today)),
        }

    @property
    def used_today(self) -> int:
        """Calls counted in the last 24 hours, by full buckets."""
        return sum(self._buckets.values())

    def spend(self, calls: int, now: float) -> None:
        """Count calls that somebody else made with the same key."""
        self._buckets[_bucket(now)] = self._buckets.get(_bucket(now), 0) + calls

    def _forget(self, now: float) -> None:
        while self._recent and self._recent[0] <= now - 1:
            self._recent.popleft()
        oldest = _bucket(now) - _BUCKETS
        for bucket in [bucket for bucket in self._buckets if bucket <= oldest]:
            del self._buckets[bucket]

    def _until_relief(self, now: float) -> int:
        first = min(self._buckets, default=_bucket(now))
        return max(1, int((first + _BUCKETS) * _BUCKET - now) + 1)


def _bucket(now: float) -> int:
    return int(now // _BUCKET)
