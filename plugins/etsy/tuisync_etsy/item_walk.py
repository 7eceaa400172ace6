"""Where a walk over the listings begins, and how it goes on. Pure."""

from __future__ import annotations

import msgspec

from tuisync_etsy import wire
from tuisync_etsy.cursors import LIMIT, MAX_OFFSET, ItemsCursor, load_items, more_follow

STATES = ("active", "inactive", "sold_out", "draft", "expired")
"""The states a shop's listings are asked for in; one call takes one of them (#54)."""

DAILY = 24 * 3600
"""Seconds after which every inventory is read again, whether its listing changed or not, and
after which a walk that was left off is begun anew."""

OVERLAP = 15 * 60
"""Seconds that the next walk looks back behind the last one: what Etsy serves lags a while
(etsy/open-api #491)."""


def start(now: int, cursor: str | None) -> ItemsCursor:
    """Return where to begin: where a recent walk was left off, else at the first state.

    After a finished walk only what changed since is read in full, until the daily walk that
    reads everything is due: nothing promises that every change moves a listing's time.
    """
    held = load_items(cursor)
    if held is None:
        return ItemsCursor(state=STATES[0])
    unfinished = held.state in STATES or (not held.state and bool(held.pending))
    if unfinished and now - held.began < DAILY:
        return held
    if not held.state and held.full and 0 <= now - held.full < DAILY:
        return ItemsCursor(state=STATES[0], since=held.began - OVERLAP, full=held.full)
    return ItemsCursor(state=STATES[0])


def begun(here: ItemsCursor, served_at: int) -> ItemsCursor:
    """Note the shop's clock at the first page."""
    if here.began:
        return here
    full = served_at if here.since is None else here.full
    return msgspec.structs.replace(here, began=served_at, full=full)


def changed(listing: wire.Listing, since: int | None) -> bool:
    """Tell whether a listing may have changed since then; without a time it may."""
    stamps = (listing.updated_timestamp, listing.last_modified_timestamp, listing.state_timestamp)
    known = [stamp for stamp in stamps if stamp]
    return since is None or not known or max(known) >= since


def next_page(here: ItemsCursor, rows: int, total: int | None) -> ItemsCursor:
    """Return where the walk goes on after a page with so many rows."""
    if here.offset == 0:
        found = total or rows
        ahead = here.ahead if here.state == STATES[0] else max(0, here.ahead - found)
        here = msgspec.structs.replace(here, total=here.total + found, ahead=ahead)
    offset = here.offset + LIMIT
    more = more_follow(here.offset, rows, total)
    if more and offset <= MAX_OFFSET:
        return msgspec.structs.replace(here, offset=offset)
    following = STATES[STATES.index(here.state) + 1 :]
    return msgspec.structs.replace(
        here,
        state=following[0] if following else "",
        offset=0,
        cut_short=(*here.cut_short, here.state) if more else here.cut_short,
    )


def announced(here: ItemsCursor) -> int:
    """Return how many listings the whole walk brings: found so far, and counted further on."""
    return here.total + (here.ahead if here.state else 0)
