"""Times in the words people use. Every function takes the present as an argument."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

_STYLES = {
    "iso": ("%Y-%m-%d", "%-d %b %Y"),
    "day-first": ("%d.%m.%Y", "%-d %b %Y"),
    "month-first": ("%m/%d/%Y", "%b %-d, %Y"),
}
"""Per way to write dates: in columns, and in words."""

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_DATE_AFTER = 7 * _DAY

_chosen = ["iso"]  # one process draws for one user


def write_dates(style: str) -> None:
    """Write dates that way from now on.

    Args:
        style: `iso` (2026-03-12), `day-first` (12.03.2026) or `month-first` (03/12/2026).
    """
    _chosen[0] = style


def span(length: timedelta) -> str:
    """Return a length of time in its one or two largest units: `3 h 40 min`."""
    seconds = max(0, int(length.total_seconds()))
    if seconds < _MINUTE:
        return f"{seconds} s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < _DAY:
        hours, minutes = seconds // _HOUR, seconds % _HOUR // _MINUTE
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{seconds // _DAY} d"


def ago(at: datetime | None, now: datetime) -> str:
    """Return how long ago that was: `4 min ago`, or a date once it is a week back."""
    if at is None:
        return "never"
    passed = (now - at).total_seconds()
    if passed < _MINUTE:
        return "just now"
    if passed >= _DATE_AFTER:
        return at.strftime(_STYLES[_chosen[0]][1])
    return f"{_rough(passed)} ago"


def lasting(seconds: int) -> str:
    """Return a duration: `40 s`, `12 min`, `3 h`."""
    return _rough(seconds)


def until(at: datetime | None, now: datetime) -> str:
    """Return how long it is till then: `in 3 h`, `due` when it has come."""
    if at is None:
        return "-"
    left = (at - now).total_seconds()
    return "due" if left <= 0 else f"in {_rough(left)}"


def _rough(seconds: float) -> str:
    if seconds < _MINUTE:
        return f"{int(seconds)} s"
    minutes = round(seconds / 60)
    if minutes < 60:  # noqa: PLR2004  # minutes in an hour
        return f"{minutes} min"
    hours = round(minutes / 60)
    if hours < 24:  # noqa: PLR2004  # hours in a day
        return f"{hours} h"
    return f"{round(hours / 24)} d"


def stamp(at: datetime | None, zone: tzinfo) -> str:
    """Return date and minute on the organization's clock: `2026-03-12 14:05`."""
    return f"{day(at, zone)} {at.astimezone(zone):%H:%M}" if at else "-"


def day(at: datetime | None, zone: tzinfo) -> str:
    """Return the day on the organization's calendar: `2026-03-12`."""
    return at.astimezone(zone).strftime(_STYLES[_chosen[0]][0]) if at else "-"
