"""The days a user names: whole ones, in the organization's time zone. Pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from tuisync.core.errors import UsageError
from tuisync.core.models import Period

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_EARLIEST = date(1970, 1, 1)
_LATEST = date(2999, 12, 31)


def period(
    start: str | None, end: str | None, zone: tzinfo, *, names: tuple[str, str] = ("--from", "--to")
) -> Period | None:
    """Return the period from the first day to the last, both included; None for none.

    Args:
        start: The first day, or None.
        end: The last day, or None.
        zone: The time zone the days are in.
        names: What the user knows the two by.

    Raises:
        UsageError: One is missing or no date, or they are the wrong way round.
    """
    if start is None and end is None:
        return None
    if start is None or end is None:
        missing = names[0] if start is None else names[1]
        raise UsageError(
            f"A period has two ends; `{missing}` is missing.",
            hint="For one day give it twice: `--from 2024-03-01 --to 2024-03-01`.",
        )
    first, last = day(names[0], start), day(names[1], end)
    if first > last:
        raise UsageError(f"The period ends ({last}) before it begins ({first}).")
    return Period(_midnight(first, zone), _midnight(last + timedelta(days=1), zone))


def open_period(start: str | None, end: str | None, zone: tzinfo) -> Period | None:
    """Return the period between two days, both included; a missing one leaves that end open.

    Raises:
        UsageError: One is no date, or they are the wrong way round.
    """
    if start is None and end is None:
        return None
    return period(start or _EARLIEST.isoformat(), end or _LATEST.isoformat(), zone)


def day(option: str, text: str) -> date:
    """Return the date an option names.

    Raises:
        UsageError: It is not one.
    """
    hint = "Give it as 2024-03-31 (year, month, day)."
    if not _DATE.fullmatch(text):
        raise UsageError(f"{option}: “{text}” is not a date.", hint=hint)
    try:
        named = date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"There is no day {text}.", hint=hint) from None
    if not _EARLIEST <= named <= _LATEST:
        raise UsageError(f"{option} is from {_EARLIEST} to {_LATEST}, not {text}.")
    return named


def _midnight(named: date, zone: tzinfo) -> datetime:
    """Return when a day begins; where clocks skip midnight, the moment they do."""
    return datetime.combine(named, time.min, zone).astimezone(UTC)
