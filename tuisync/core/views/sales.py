"""How much was sold, day by day: counted from an index, at any number of orders."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo

from tuisync.core.store import schema
from tuisync.core.store.port import Reader

_HOUR = timedelta(hours=1)


def sales_per_day(
    reader: Reader, integration: str, now: datetime, zone: tzinfo, days: int
) -> list[int]:
    """Return the number of sales orders placed on each of the last days, today last.

    Args:
        reader: Where they are.
        integration: The integration's id.
        now: The present.
        zone: Whose days; a zone that is not whole hours from UTC is taken to the hour.
        days: How many of them.
    """
    first = now.astimezone(zone).date() - timedelta(days=days - 1)
    found = [0] * days
    at = datetime.combine(first, time(), zone).astimezone(UTC).replace(minute=0)
    while at <= now:
        place = (at.astimezone(zone).date() - first).days
        if 0 <= place < days:
            found[place] += reader.count(schema.ORDERS, "hour", f"{integration}/{at:%Y%m%d%H}")
        at += _HOUR
    return found
