"""Walking over receipts by time, so that none is missed while they move.

A walk asks for receipts from a time on, in ascending order, and goes on from the time of the
last one it got. Receipts that change meanwhile move to its end and cannot push another one
over the edge of a page, and no offset comes near Etsy's limit. Where the answers do not come
in the order asked for (etsy/open-api #185), it falls back to offsets, and narrows the window
of time where offsets do not reach (#344).
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec

from tuisync import PermanentError
from tuisync_etsy import wire
from tuisync_etsy.api import EtsyApi
from tuisync_etsy.cursors import LIMIT, MAX_OFFSET, REACH, Place, more_follow

_STAMP = msgspec.json.Decoder(wire.ReceiptStamp, strict=False)
_EARLIEST = 946_684_800
"""Etsy takes no time before the year 2000."""

_SOON = 24 * 3600
"""Seconds ahead of the shop's clock where a window that has no end is taken to end."""

By = Literal["updated", "created"]


@dataclass(frozen=True)
class Query:
    """What a walk asks for.

    Attributes:
        by: The time that orders it and that its bounds are about.
        upper: Unix time of the last one wanted, or None.
        filters: Further conditions, such as `was_canceled`.
        newest_first: Ask for descending order; a walk wants it ascending.
    """

    by: By
    filters: Mapping[str, str]
    upper: int | None = None
    newest_first: bool = False

    def params(self, place: Place) -> dict[str, str]:
        """Return the query parameters for the page at a place."""
        bound = {"updated": "last_modified", "created": "created"}[self.by]
        params = {
            "limit": str(LIMIT),
            "offset": str(place.offset),
            "sort_on": self.by,
            "sort_order": "desc" if self.newest_first else "asc",
            **self.filters,
        }
        if place.mark is not None:
            params[f"min_{bound}"] = str(max(place.mark, _EARLIEST))
        if self.upper is not None:
            params[f"max_{bound}"] = str(max(self.upper, _EARLIEST))
        return params


class Row(NamedTuple):
    """One receipt as it came, and what is known of it even if the rest is unreadable.

    Attributes:
        id: Its number as text, or empty.
        stamp: Its time of change or of creation, as the query goes by.
    """

    raw: msgspec.Raw
    id: str
    stamp: int | None


class Leaf(NamedTuple):
    """One page of a walk.

    Attributes:
        after: Where the walk goes on, or None at its end.
        total: How many receipts match from its place on.
    """

    rows: tuple[Row, ...]
    after: Place | None
    total: int | None
    served_at: datetime


async def walk(api: EtsyApi, query: Query, place: Place) -> AsyncGenerator[Leaf, None]:
    """Yield the pages of a walk by time from a place on.

    Raises:
        PermanentError: Answers are not in order, and more of them are of one second than
            offsets reach.
    """
    here: Place | None = place
    while here is not None:
        leaf = await read(api, query, here)
        after = advance(here, [row.stamp for row in leaf.rows], leaf.total)
        if after is not None and not after.ordered and (leaf.total or 0) > REACH:
            async for each in _narrowed(api, query, here, leaf.served_at):
                yield each
            return
        here = after
        yield leaf._replace(after=here)


async def read(api: EtsyApi, query: Query, place: Place) -> Leaf:
    """Read one page, as if nothing followed it.

    Raises:
        PermanentError: Offsets do not reach it.
    """
    if place.offset > MAX_OFFSET:
        raise _too_many()
    answer = await api.get(f"{api.shop}/receipts", wire.Page, query.params(place))
    rows = tuple(_row(raw, query.by) for raw in answer.value.results)
    return Leaf(rows, None, answer.value.count, answer.served_at)


async def listed(api: EtsyApi, query: Query) -> AsyncGenerator[Leaf, None]:
    """Yield the pages of a list by offset: no more calls than pages.

    A receipt that leaves the list meanwhile may hide one other; where that matters, `walk`.
    """
    place = Place(ordered=False)
    while True:
        leaf = await read(api, query, place)
        if (leaf.total or 0) > REACH:
            async for each in walk(api, query, Place()):
                yield each
            return
        more = more_follow(place.offset, len(leaf.rows), leaf.total)
        place = Place(offset=place.offset + LIMIT, ordered=False)
        yield leaf._replace(after=place if more else None)
        if not more:
            return


async def _narrowed(
    api: EtsyApi, query: Query, place: Place, now: datetime
) -> AsyncGenerator[Leaf, None]:
    """Yield the pages of a window of time in two halves, each narrowed again if need be.

    All but the last lead back to the window's beginning: one that is left off begins anew.
    """
    low = _EARLIEST if place.mark is None else place.mark
    high = int(now.timestamp()) + _SOON if query.upper is None else query.upper
    if low >= high:
        raise _too_many()
    middle = (low + high) // 2
    for start, end in ((low, middle), (middle + 1, high)):
        half = replace(query, upper=end)
        async for leaf in walk(api, half, Place(mark=start, ordered=False)):
            last = leaf.after is None and end == high
            yield leaf if last else leaf._replace(after=Place(mark=place.mark, ordered=False))


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


def _row(raw: msgspec.Raw, by: By) -> Row:
    try:
        found = _STAMP.decode(raw)
    except msgspec.DecodeError:
        return Row(raw, "", None)
    id_ = "" if found.receipt_id is None else str(found.receipt_id)
    if by == "created":
        return Row(raw, id_, found.created_timestamp or found.create_timestamp)
    return Row(raw, id_, found.updated_timestamp or found.update_timestamp)


def _too_many() -> PermanentError:
    return PermanentError(
        f"Etsy does not give these orders in order, and shows only the first {REACH:,} of them.",
        hint="Read a shorter period.",
    )
