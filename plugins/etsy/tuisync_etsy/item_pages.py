"""Reading listings: every state in turn, a hundred a page, each with its inventory.

Etsy has no filter for what changed (etsy/open-api #301), so a pull walks everything. Pages
shift while listings change, so a listing may come twice (#510); a second sight that tells
something new is passed on, a mere repetition is not. Being missing from a walk means nothing.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING

import msgspec

from tuisync import ItemsPage, PermanentError
from tuisync_etsy import wire
from tuisync_etsy.api import connect
from tuisync_etsy.batches import chunks, is_number
from tuisync_etsy.cursors import LIMIT, MAX_OFFSET, ItemsCursor, dump, load_items, more_follow
from tuisync_etsy.listing_reader import ListingReader, Seen, earliest

if TYPE_CHECKING:
    from tuisync import FetchRequest, Session

STATES = ("active", "inactive", "sold_out", "draft", "expired")
"""The states a shop's listings are asked for in; one call takes one of them."""

_STALE = 24 * 3600
"""Seconds after which a walk that was left off is begun anew."""


async def listings(session: Session, request: FetchRequest) -> AsyncGenerator[ItemsPage, None]:
    """Yield pages of listings, as the hook `fetch_items` promises.

    A period is not something Etsy can filter listings by, so it gives all of them.
    """
    reader = ListingReader(connect(session))
    if request.ids:
        pages = _by_id(session, reader, request.ids)
    else:
        pages = _walk(reader, _start(int(session.now().timestamp()), request.cursor))
    done = 0
    async with aclosing(pages) as open_pages:
        async for page in open_pages:
            done += len(page.records)
            session.progress(done, page.expected)
            yield page


def _start(now: int, cursor: str | None) -> ItemsCursor:
    """Return where to begin: where a recent walk was left off, else at the first state."""
    held = load_items(cursor)
    if held is not None and held.state in STATES and now - held.began < _STALE:
        return held
    return ItemsCursor(state=STATES[0], began=now)


async def _walk(reader: ListingReader, here: ItemsCursor) -> AsyncGenerator[ItemsPage, None]:
    """Yield the listings of all states from a place on."""
    told: set[wire.Listing] = set()
    while here.state:
        rows = await reader.page(here.state, here.offset)
        here = next_page(here, len(rows.seen), rows.total)
        records = await reader.records([each for each in rows.seen if _is_news(each, told)])
        yield ItemsPage(
            records=tuple(record for record, _ in records),
            served_at=earliest(records, rows.served_at),
            cursor=dump(here),
            expected=here.total,
        )
    if here.cut_short:
        raise _too_many(here.cut_short)


def _is_news(row: Seen, told: set[wire.Listing]) -> bool:
    """Tell whether a row says something that this walk has not passed on yet."""
    if not isinstance(row.listing, wire.Listing):
        return True
    if row.listing in told:
        return False
    told.add(row.listing)
    return True


def next_page(here: ItemsCursor, rows: int, total: int | None) -> ItemsCursor:
    """Return where the walk goes on after a page with so many rows. Pure."""
    if here.offset == 0:
        here = msgspec.structs.replace(here, total=here.total + (total or rows))
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


async def _by_id(
    session: Session, reader: ListingReader, ids: tuple[str, ...]
) -> AsyncGenerator[ItemsPage, None]:
    wanted = list(dict.fromkeys(ids))
    for chunk in chunks(wanted, LIMIT):
        seen = await reader.by_id([int(id_) for id_ in chunk if is_number(id_)])
        records = await reader.records([each for each in seen if _ours(session, each)])
        known = {record.remote_id for record, _ in records}
        yield ItemsPage(
            records=tuple(record for record, _ in records),
            served_at=earliest(records, session.now()),
            expected=len(wanted),
            gone=tuple(id_ for id_ in chunk if id_ not in known),
        )


def _ours(session: Session, row: Seen) -> bool:
    """Tell whether a listing is the signed-in seller's; anybody's can be read by id."""
    shop = getattr(row.listing, "shop_id", None)
    return shop is None or session.account is None or str(shop) == session.account.shop_id


def _too_many(states: tuple[str, ...]) -> PermanentError:
    names = " and ".join(state.replace("_", " ") for state in states)
    return PermanentError(
        f"Etsy shows only the first {MAX_OFFSET + LIMIT:,} {names} listings; "
        "those beyond were not read.",
        hint="Listings can still be read one by one: resync them by their number.",
    )
