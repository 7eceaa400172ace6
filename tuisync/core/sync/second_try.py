"""Reading again, with each cycle, the orders that failed and that the shop says nothing new of.

What made an order unreadable may be mended without the order being changed: without a second
try it would come in only once the user asks for it. So may a shop know an order again that it
did not know for a while.
"""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass

import msgspec

from tuisync.core.models import SyncRun
from tuisync.core.orders.importing import GONE_DOUBT
from tuisync.core.remote import FetchRequest, OrdersPage
from tuisync.core.shop import Shop
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.sync.pages import Importer, store_page
from tuisync.core.sync.runs import RunBook
from tuisync.core.workspace import Workspace

MOST = 100
"""Records that are tried again with a cycle, those that failed last first."""


def failed_before(reader: Reader, run: SyncRun) -> tuple[str, ...]:
    """Return the remote ids of the run's module that failed and of which it has no record."""
    key = f"{run.integration}/{run.module}"
    failures = reader.find(schema.FAILURES, "record", key)
    if not failures:
        return ()
    pages = reader.find(schema.RECORDS, "run", run.id)
    seen = {record.remote_id for page in pages for record in page.records}
    newest = sorted(failures, key=lambda each: each.last_at, reverse=True)
    return tuple(
        each.remote_id for each in newest if each.remote_id and each.remote_id not in seen
    )[:MOST]


def _gone_before(reader: Reader, run: SyncRun) -> tuple[str, ...]:
    """Return the orders that the shop did not know before and did not miss in this run."""
    asking = reader.find(schema.ORDERS, "asks", "decision")
    ids = [
        order.remote_id
        for order in asking
        if order.integration == run.integration and order.doubt == GONE_DOUBT
    ]
    if not ids:
        return ()
    pages = reader.find(schema.RECORDS, "run", run.id)
    seen = {record.remote_id for page in pages for record in page.records}
    return tuple(id_ for id_ in ids if id_ not in seen)[:MOST]


@dataclass(frozen=True)
class SecondTry:
    """Reads orders by id that failed before, as part of a run."""

    shop: Shop
    workspace: Workspace
    book: RunBook
    importer: Importer[OrdersPage]

    async def carry_out(self) -> None:
        """Try again; only what a cycle or the user started does, not what a push looks up.

        Raises:
            MarketplaceError: The shop or the plug-in failed; what was stored stays stored.
        """
        run = self.book.run
        if run.trigger == "push" or run.only or run.period:
            return
        store = self.workspace.store
        ids = (*failed_before(store, run), *_gone_before(store, run))
        if not ids:
            return
        pages = self.shop.handle.fetch_orders(self.shop.session, FetchRequest(ids=ids))
        async with aclosing(pages) as open_pages:
            async for page in open_pages:
                kept = msgspec.structs.replace(page, cursor=run.cursor, expected=None)
                store_page(
                    self.workspace, self.book, kept, self.importer, requests=self.shop.requests
                )
