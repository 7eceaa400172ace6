"""Which of the numbers that differ may go out now. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from tuisync.core.models import OutboxEntry
from tuisync.core.stock.wanted import Wanted


def allowed(entry: OutboxEntry, differing: Sequence[Wanted]) -> list[Wanted]:
    """Return what may go out: what the user agreed to, or only lowerings, or everything.

    What waits for an answer goes out only when the user agreed to it.
    """
    if entry.agreed:
        return [each for each in differing if _is_agreed(entry, each)]
    owed = [each for each in differing if not each.waits]
    if entry.lowering:
        return [each for each in owed if each.wants < each.shows]
    return owed


def _is_agreed(entry: OutboxEntry, each: Wanted) -> bool:
    """Return whether both numbers are still the ones the user saw."""
    key = each.link.key
    return entry.agreed.get(key) == each.wants and entry.seen.get(key, each.shows) == each.shows
