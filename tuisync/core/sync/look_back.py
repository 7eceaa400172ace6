"""Looking back at orders of the last weeks: shops hide refunds and edits of what was sent.

A refund does not move an order among the changed ones at some shops (etsy/open-api #604, #629),
and what was sent is not among the open ones either. So once a day the orders of the last weeks
are listed again, by the time they were placed; only those that differ from ours are records.
"""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from tuisync.core.errors import PermanentError
from tuisync.core.models import Budget, Cursor, Organization, Period, SyncRun
from tuisync.core.remote import FetchRequest, OrdersPage, RemoteOrder
from tuisync.core.shop import Shop
from tuisync.core.store import schema
from tuisync.core.sync.pages import Importer, store_page
from tuisync.core.sync.runs import RunBook
from tuisync.core.workspace import Workspace

EVERY = timedelta(days=1)
"""Between two looks back."""

_ENOUGH = 0.4
"""Share of the day's calls that must be left: what is new comes first."""


class OrderImporter(Importer[OrdersPage], Protocol):
    """Takes orders in, and can tell beforehand whether one is worth it."""

    def is_news(self, remote: RemoteOrder) -> bool:
        """Return whether the shop says anything of it that we do not hold."""
        ...


def look_back_due(cursor: Cursor | None, days: int, budget: Budget, now: datetime) -> bool:
    """Return whether the last weeks' orders are to be listed again. Pure.

    Args:
        cursor: How far orders have been read; None before the first complete pull.
        days: How far back; 0 for not at all.
        budget: What is left of the shop's limits.
        now: The time.
    """
    if cursor is None or cursor.looked_back_at is None or days <= 0:
        return False
    left, limit = budget.remaining_today, budget.limit_per_day
    if left is not None and limit is not None and left < limit * _ENOUGH:
        return False
    return not timedelta() <= now - cursor.looked_back_at < EVERY


@dataclass(frozen=True)
class LookBack:
    """Lists the last weeks' orders of one shop again, as part of a run."""

    shop: Shop
    workspace: Workspace
    book: RunBook
    importer: OrderImporter

    async def carry_out(self, organization: Organization) -> None:
        """Look back if it is due, and remember when.

        Raises:
            MarketplaceError: The shop or the plug-in failed; what was stored stays stored.
        """
        run = self.book.run
        now = self.workspace.now()
        known = self.workspace.store.get(schema.CURSORS, _cursor(run))
        due = look_back_due(known, organization.follow_days, self.shop.budget, now)
        if due or (known is not None and known.looked_back_at is None):
            self._remember(now)  # first, so that one that fails does not fail every run
        if due:
            await self._list(Period(now - timedelta(days=organization.follow_days), now))

    def _remember(self, now: datetime) -> None:
        with self.workspace.store.transaction() as tx:
            cursor = tx.get(schema.CURSORS, _cursor(self.book.run))
            if cursor is not None:
                tx.put(schema.CURSORS, cursor.but(looked_back_at=now))

    async def _list(self, period: Period) -> None:
        request = FetchRequest(period=period)
        pages = self.shop.handle.fetch_orders(self.shop.session, request)
        async with aclosing(pages) as open_pages:
            async for page in open_pages:
                news = tuple(each for each in page.records if self._is_news(each))
                kept = msgspec.structs.replace(
                    page, records=news, cursor=self.book.run.cursor, expected=None
                )
                store_page(
                    self.workspace, self.book, kept, self.importer, requests=self.shop.requests
                )
                self._check_still_on()

    def _check_still_on(self) -> None:
        """End with an integration that was switched off meanwhile (S39)."""
        current = self.workspace.store.get(schema.INTEGRATIONS, self.book.run.integration)
        if current is None or current.status != "active":
            raise PermanentError("The shop was switched off meanwhile.")

    def _is_news(self, record: object) -> bool:
        return isinstance(record, RemoteOrder) and self.importer.is_news(record)


def _cursor(run: SyncRun) -> str:
    return f"{run.integration}/{run.module}"
