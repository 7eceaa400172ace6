"""How old what we show of a listing is.

Shops may ask that their content is not shown when it was read long ago (Etsy's terms: more than
six hours). A listing counts as read when it was read itself, and when a complete pull went over
the shop without naming it as changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from tuisync.core.models import Listing
from tuisync.core.store import schema
from tuisync.core.store.port import Reader

FRESH_FOR = timedelta(hours=6)
"""How long a listing's content may be shown without being read again."""


class Readings:
    """When listings were last known to be as we hold them; looks each shop up once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._walked: dict[str, datetime | None] = {}

    def at(self, listing: Listing) -> datetime:
        """Return when the shop last said, in one way or the other, what we show of a listing."""
        walked = self._walk_of(listing.integration)
        if walked is None or listing.state == "removed":
            return listing.read_at
        return max(walked, listing.read_at)

    def _walk_of(self, integration: str) -> datetime | None:
        if integration not in self._walked:
            cursor = self._reader.get(schema.CURSORS, f"{integration}/items")
            self._walked[integration] = cursor.read_from if cursor else None
        return self._walked[integration]


def stale(reader: Reader, listings: Iterable[str], now: datetime) -> list[Listing]:
    """Return those of these listings (our ids) that were read too long ago to be shown as they are.

    Those the shop does not have any more cannot be read again.
    """
    readings = Readings(reader)
    found = (reader.get(schema.LISTINGS, id_) for id_ in dict.fromkeys(listings))
    return [
        each
        for each in found
        if each is not None and each.state != "removed" and now - readings.at(each) > FRESH_FOR
    ]
