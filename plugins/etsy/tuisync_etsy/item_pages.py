"""Reading listings: every state in turn, a hundred a page, and the inventories that changed.

Etsy has no filter for what changed (etsy/open-api #301), so a pull walks the lists of all
states and goes by the times in them; inventories are read of the changed ones only, and of
all once a day. Pages shift while listings change, so a listing may come twice (#510); a second
sight that tells something new is passed on, a mere repetition is not. Being missing from a
walk means nothing.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from tuisync import ItemsPage, PermanentError
from tuisync_etsy import wire
from tuisync_etsy.api import connect
from tuisync_etsy.batches import chunks, is_number
from tuisync_etsy.cursors import LIMIT, MAX_OFFSET, ItemsCursor, dump
from tuisync_etsy.item_walk import STATES, announced, begun, changed, next_page, start
from tuisync_etsy.listing_reader import ListingReader, Rows, Seen, earliest
from tuisync_etsy.progress import counted

if TYPE_CHECKING:
    from tuisync import FetchRequest, Session


def listings(session: Session, request: FetchRequest) -> AsyncGenerator[ItemsPage, None]:
    """Return pages of listings, as the hook `fetch_items` promises.

    A period is not something Etsy can filter listings by, so it gives all of them.
    """
    reader = ListingReader(connect(session))
    if request.ids:
        pages = _by_id(session, reader, request.ids)
    else:
        pages = _Walk(reader, start(int(session.now().timestamp()), request.cursor)).pages()
    return counted(session, pages)


@dataclass
class _Walk:
    """One walk over the listings of all states, from a place on.

    Attributes:
        told: Rows passed on already; the same row again is a repetition.
        held: Changed listings whose inventories are still to be read: a call takes a
            hundred, so few changes on many pages cost one call together.
        on_vacation: What the shop said of itself, once it did.
    """

    reader: ListingReader
    here: ItemsCursor
    told: set[wire.Listing] = field(default_factory=set)
    held: list[Seen] = field(default_factory=list)
    on_vacation: bool | None = None

    async def pages(self) -> AsyncGenerator[ItemsPage, None]:
        """Yield a page of ours for each of Etsy's, and what is still held at the end."""
        await self._announce()
        self.held = await self.reader.by_id(self.here.pending)
        served_at = None
        while self.here.state:
            ask_shop = self.on_vacation is None and self.here.offset == 0
            rows = await self.reader.page(self.here.state, self.here.offset, with_shop=ask_shop)
            served_at = rows.served_at
            self.on_vacation = rows.on_vacation if self.on_vacation is None else self.on_vacation
            failed, unchanged = self._sort(rows)
            waits = self.here.since is not None and len(self.held) < LIMIT
            due = failed if waits else failed + self._taken()
            yield await self._page(due, served_at, unchanged)
        while self.held:
            yield await self._page(self._taken(), served_at)
        if self.here.cut_short:
            raise _too_many(self.here.cut_short)

    async def _announce(self) -> None:
        """Ask how many listings a whole walk will bring: a call for each state but the first.

        A walk for changes only brings few and is short, so it does without.
        """
        here = self.here
        if here.since is None and not here.began and here.state == STATES[0]:
            ahead = [await self.reader.count(state) for state in STATES[1:]]
            self.here = msgspec.structs.replace(here, ahead=sum(ahead))

    def _sort(self, rows: Rows) -> tuple[list[Seen], tuple[str, ...]]:
        """Take a page of Etsy's in: hold what changed; return the unreadable and the rest."""
        here = begun(self.here, int(rows.served_at.timestamp()))
        self.here = next_page(here, len(rows.seen), rows.total)
        failed: list[Seen] = []
        unchanged: list[str] = []
        for row in rows.seen:
            if not isinstance(row.listing, wire.Listing):
                failed.append(row)
            elif row.listing not in self.told:
                self.told.add(row.listing)
                if changed(row.listing, here.since):
                    self.held.append(row)
                else:
                    unchanged.append(str(row.listing.listing_id))
        return failed, tuple(unchanged)

    def _taken(self) -> list[Seen]:
        taken, self.held = self.held[:LIMIT], self.held[LIMIT:]
        return taken

    async def _page(
        self, due: list[Seen], served_at: datetime | None, unchanged: tuple[str, ...] = ()
    ) -> ItemsPage:
        """Read the inventories of what is due; the cursor keeps what is still held."""
        records = await self.reader.records(due)
        held = [each.listing for each in self.held if isinstance(each.listing, wire.Listing)]
        self.here = msgspec.structs.replace(
            self.here, pending=tuple(each.listing_id for each in held)
        )
        return ItemsPage(
            records=tuple(record for record, _ in records),
            served_at=earliest(records, served_at or self.reader.now()),
            cursor=dump(self.here),
            expected=announced(self.here) if self.here.since is None else None,
            unchanged=unchanged,
            on_vacation=self.on_vacation,
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
