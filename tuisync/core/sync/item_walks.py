"""How much of a shop's listings a cycle reads, and what a walk over them did not show.

A scheduled cycle reads what changed. Once a day, and when the user syncs by hand, everything is
read, and what the shop does not show any more is asked for by id: being missing from a list
means nothing, pages shift while listings change (etsy/open-api #510).
"""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from tuisync.core.models import Cursor, Listing, SyncRun
from tuisync.core.remote import FetchRequest, ItemsPage
from tuisync.core.shop import Shop
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.sync.pages import Importer, store_page
from tuisync.core.sync.runs import RunBook
from tuisync.core.sync.second_try import failed_before
from tuisync.core.sync.stopping import chain
from tuisync.core.sync.thrift import not_now
from tuisync.core.workspace import Workspace

FULL_EVERY = timedelta(days=1)
"""Between two walks that read every listing, whether the shop says that it changed or not."""

_COUNTS_ON_IT = frozenset({"linked", "unconfirmed", "conflict"})
"""States of a link whose listing is taken to be there."""

_EARLY = timedelta(minutes=15)
"""So much earlier a cycle takes it along, so that it does not slip by a whole interval a day."""


def full_walk_due(cursor: Cursor | None, now: datetime) -> bool:
    """Return whether everything is to be read. Pure."""
    if cursor is None or cursor.position is None or cursor.full_at is None:
        return True
    return not timedelta(0) <= now - cursor.full_at < FULL_EVERY - _EARLY


def items_request(reader: Reader, run: SyncRun, now: datetime) -> tuple[FetchRequest, bool]:
    """Return what a normal pull of items asks for, and whether that is everything.

    Args:
        reader: The store.
        run: The run; one that was interrupted goes on as it began. One that went on with an
            earlier one's walk has read everything by that.
        now: The time.
    """
    if run.cursor is not None:
        return FetchRequest(cursor=run.cursor), run.full
    known = reader.get(schema.CURSORS, f"{run.integration}/items")
    if run.goes_on_from is not None and known is not None:
        return FetchRequest(cursor=known.position), False
    if run.trigger != "scheduled" or known is None:
        return FetchRequest(), True
    if full_walk_due(known, now) and _afforded(reader, run, now):
        return FetchRequest(), True
    return FetchRequest(cursor=known.position), False


def _afforded(reader: Reader, run: SyncRun, now: datetime) -> bool:
    """Return whether the day's calls suffice for a walk over everything."""
    shop = reader.get(schema.INTEGRATIONS, run.integration)
    return shop is None or not_now("everything", shop, now) is None


@dataclass(frozen=True)
class Missing:
    """Reads by id what a walk did not show and should have, as part of its run."""

    shop: Shop
    workspace: Workspace
    book: RunBook
    importer: Importer[ItemsPage]

    async def carry_out(self) -> None:
        """Ask for the listings of ours that are missing, and for those that failed before.

        Raises:
            MarketplaceError: The shop or the plug-in failed; what was stored stays stored.
        """
        failed = failed_before(self.workspace.store, self.book.run)
        ids = tuple(dict.fromkeys((*(self._absent() if self.book.run.full else ()), *failed)))
        if not ids:
            return
        request = FetchRequest(ids=ids)
        pages = self.shop.handle.fetch_items(self.shop.session, request)
        async with aclosing(pages) as open_pages:
            async for page in open_pages:
                kept = msgspec.structs.replace(page, cursor=self.book.run.cursor, expected=None)
                store_page(
                    self.workspace, self.book, kept, self.importer, requests=self.shop.requests
                )

    def _absent(self) -> tuple[str, ...]:
        store, seen = self.workspace.store, self._seen()
        ours = store.find(schema.LISTINGS, "integration", self.book.run.integration)
        return tuple(
            each.listing_id
            for each in ours
            if each.listing_id not in seen and (each.state != "removed" or self._is_kept(each))
        )

    def _is_kept(self, listing: Listing) -> bool:
        """Tell whether something goes on as if a listing that is gone were there.

        Data of older versions has such; asked for once more, its links are told of.
        """
        links = self.workspace.store.find(schema.LINKS, "listing", listing.id)
        return any(each.state in _COUNTS_ON_IT for each in links)

    def _seen(self) -> set[str]:
        """Return the listings the walk has a record of."""
        store = self.workspace.store
        runs = chain(store, self.book.run)
        pages = (page for run in runs for page in store.find(schema.RECORDS, "run", run.id))
        return {record.remote_id for page in pages for record in page.records}
