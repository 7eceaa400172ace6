"""A fake marketplace whose orders are read by the time they were changed, and hard days.

It is read as a plug-in reads a real one: changed since a time, of one second's resolution, with
an overlap, page by page; every page's cursor goes on after it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tuisync.core.hookspecs import hookimpl
from tuisync.core.remote import FetchRequest, OrdersPage, RemoteOrder, Unreadable
from tuisync.core.session import Session
from tuisync.testing import FakeMarketplace
from tuisync.testing.walk import walk_orders

OVERLAP = 15 * 60
PAGE = 40


class Day(NamedTuple):
    """A day on somebody's calendar."""

    zone: str
    day: date

    @property
    def start(self) -> datetime:
        """When it begins, in UTC."""
        return datetime.combine(self.day, time.min, ZoneInfo(self.zone)).astimezone(UTC)

    @property
    def end(self) -> datetime:
        """When the next one begins."""
        return Day(self.zone, self.day + timedelta(days=1)).start


DAYS = (
    Day("Europe/Vienna", date(2024, 2, 29)),  # a leap day
    Day("America/New_York", date(2024, 3, 10)),  # 23 hours
    Day("Europe/Vienna", date(2024, 3, 31)),  # 23 hours
    Day("Australia/Lord_Howe", date(2024, 4, 7)),  # 24 hours and a half
    Day("Africa/Cairo", date(2024, 4, 26)),  # 23 hours, midnight does not exist
    Day("Australia/Lord_Howe", date(2024, 10, 6)),  # 23 hours and a half
    Day("Europe/Vienna", date(2024, 10, 27)),  # 25 hours
    Day("America/New_York", date(2024, 11, 3)),  # 25 hours
)


class TimedMarketplace(FakeMarketplace):
    """A marketplace whose orders are read by the time they were last changed."""

    @hookimpl
    async def fetch_orders(
        self, session: Session, request: FetchRequest
    ) -> AsyncIterator[OrdersPage]:
        """Yield what changed since the cursor, or what was asked for."""
        shop = await self._enter("fetch_orders", session, request)
        if request.ids or request.period:
            for leg in walk_orders(shop, request, PAGE):
                yield OrdersPage(records=leg.records, served_at=self.clock(), gone=leg.gone)
            return
        for number, (orders, cursor) in enumerate(self._pages(request.cursor)):
            self._faults.page("fetch_orders", number)
            yield OrdersPage(records=orders, served_at=self.clock(), cursor=cursor)

    def _pages(
        self, cursor: str | None
    ) -> Iterator[tuple[tuple[RemoteOrder | Unreadable, ...], str]]:
        """Yield pages with the cursor after each: where it stands, or how far all was read."""
        after = _place(cursor)
        until = int(self.clock().timestamp())
        changed = sorted(
            (_changed(order), key) for key, order in self.shop.visible_orders().items()
        )
        wanted = [place for place in changed if place > after]
        for start in range(0, max(1, len(wanted)), PAGE):
            on_page = wanted[start : start + PAGE]
            last = start + PAGE >= len(wanted)
            cursor = f"done {until}" if last else f"at {on_page[-1][0]} {on_page[-1][1]}"
            yield tuple(self._record(key) for _, key in on_page), cursor

    def _record(self, key: str) -> RemoteOrder | Unreadable:
        reason = self.shop.unreadable.get(key)
        order = self.shop.orders[key]
        return Unreadable(remote_id=key, reason=reason) if reason else order


def _changed(order: RemoteOrder) -> int:
    return int((order.modified_at or order.placed_at).timestamp())


def _place(cursor: str | None) -> tuple[int, str]:
    """Return the place after which to read: a pull left off there, or one that ended then."""
    match (cursor or "done 0").split():
        case ["at", second, key]:
            return int(second), key
        case [_, until]:
            return int(until) - OVERLAP, ""
    raise AssertionError(cursor)
