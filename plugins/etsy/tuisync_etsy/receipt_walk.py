"""Walking over receipts by time, so that none is missed while they move.

A walk asks for receipts from a time on, in ascending order, and goes on from the time of the
last one it got. Receipts that change meanwhile move to its end and cannot push another one
over the edge of a page, and no offset comes near Etsy's limit. Where the answers do not come
in the order asked for (etsy/open-api #185), it falls back to offsets.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec

from tuisync import PermanentError
from tuisync_etsy import wire
from tuisync_etsy.api import EtsyApi
from tuisync_etsy.cursors import LIMIT, MAX_OFFSET, Place, more_follow

_STAMP = msgspec.json.Decoder(wire.ReceiptStamp, strict=False)
_EARLIEST = 946_684_800
"""Etsy takes no time before the year 2000."""

By = Literal["updated", "created"]


@dataclass(frozen=True)
class Query:
    """What a walk asks for.

    Attributes:
        by: The time that orders it and that its bounds are about.
        upper: Unix time of the last one wanted, or None.
        filters: Further conditions, such as `was_canceled`.
    """

    by: By
    filters: Mapping[str, str]
    upper: int | None = None

    def params(self, place: Place) -> dict[str, str]:
        """Return the query parameters for the page at a place."""
        bound = {"updated": "last_modified", "created": "created"}[self.by]
        params = {
            "limit": str(LIMIT),
            "offset": str(place.offset),
            "sort_on": self.by,
            "sort_order": "asc",
            **self.filters,
        }
        if place.mark is not None:
            params[f"min_{bound}"] = str(max(place.mark, _EARLIEST))
        if self.upper is not None:
            params[f"max_{bound}"] = str(max(self.upper, _EARLIEST))
        return params


class Leaf(NamedTuple):
    """One page of a walk.

    Attributes:
        after: Where the walk goes on, or None at its end.
        total: How many receipts match from its place on.
    """

    rows: tuple[msgspec.Raw, ...]
    after: Place | None
    total: int | None
    served_at: datetime


async def walk(api: EtsyApi, query: Query, place: Place) -> AsyncGenerator[Leaf, None]:
    """Yield the pages of a walk from a place on.

    Raises:
        PermanentError: Answers are not in order, and there are more than offsets reach.
    """
    here: Place | None = place
    while here is not None:
        if here.offset > MAX_OFFSET:
            raise PermanentError(
                "Etsy does not give these orders in order, and shows only the first "
                f"{MAX_OFFSET + LIMIT:,} of them.",
                hint="Read a shorter period.",
            )
        answer = await api.get(f"{api.shop}/receipts", wire.Page, query.params(here))
        rows, total = answer.value.results, answer.value.count
        here = advance(here, [stamp(row, query.by) for row in rows], total)
        yield Leaf(rows, here, total, answer.served_at)


def advance(place: Place, stamps: Sequence[int | None], total: int | None) -> Place | None:
    """Return where a walk goes on after a page with these times; None at its end. Pure."""
    if not more_follow(place.offset, len(stamps), total):
        return None
    known = [stamp for stamp in stamps if stamp is not None]
    low = -1 if place.mark is None else place.mark
    ordered = place.ordered and len(known) == len(stamps) and [low, *known] == sorted([low, *known])
    if ordered and known[-1] > low:
        return Place(mark=known[-1])
    return Place(mark=place.mark, offset=place.offset + LIMIT, ordered=ordered)


def stamp(row: msgspec.Raw, by: By) -> int | None:
    """Return a receipt's time of change or of creation, even if the rest is unreadable."""
    try:
        found = _STAMP.decode(row)
    except msgspec.DecodeError:
        return None
    if by == "created":
        return found.created_timestamp or found.create_timestamp
    return found.updated_timestamp or found.update_timestamp


def receipt_id(row: msgspec.Raw) -> str:
    """Return a receipt's id as text, even if the rest is unreadable."""
    try:
        return str(_STAMP.decode(row).receipt_id)
    except msgspec.DecodeError:
        return ""
