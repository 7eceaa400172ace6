"""How long to wait before a call is repeated; pure arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime

DAY = 86_400.0
UNSAID = 1.0
"""Seconds to wait when the shop says 429 and not how long."""

FIRST_PAUSE = 0.25
LONGEST_PAUSE = 4.0


def retry_after(headers: Mapping[str, str]) -> float:
    """Return the seconds a 429 asks for: at most a day, `UNSAID` if it does not tell.

    `Retry-After` is a number of seconds or a date, which is read by the answer's own clock.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), DAY)
    try:
        until = parsedate_to_datetime(text)
        seconds = (until - parsedate_to_datetime(headers["date"])).total_seconds()
    except (KeyError, TypeError, ValueError):
        return UNSAID
    return min(max(seconds, 0.0), DAY)


def pause(attempt: int, chance: float) -> float:
    """Return the seconds before attempt number 2, 3 ...: doubling, and spread by chance.

    Args:
        attempt: The number of the attempt that failed, from 1.
        chance: From 0 to 1.
    """
    longest = min(FIRST_PAUSE * 2.0**attempt, LONGEST_PAUSE)
    return longest / 2 + longest / 2 * chance
