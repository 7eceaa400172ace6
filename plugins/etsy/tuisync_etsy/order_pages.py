"""Reading receipts: what was cancelled, what changed, and what is no longer open.

Etsy's filter for changes may not show cancellations, refunds and changed dates (etsy/open-api
#604, #629), so a pull has three passes: the cancelled receipts, the changed ones, and the
shop's list of open ones. Orders we hold as open that are missing from that list are read by
id. With nothing new that is a call each for the first two and one per hundred open orders.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from tuisync import OrdersPage, RemoteNotFound, RemoteOrder, Unreadable
from tuisync_etsy.api import EtsyApi, connect
from tuisync_etsy.batches import chunks, known_number
from tuisync_etsy.cursors import (
    LIMIT,
    OrdersCursor,
    OrdersStep,
    Place,
    dump,
    load_orders,
    more_follow,
)
from tuisync_etsy.orders import read_receipt, to_order
from tuisync_etsy.progress import counted
from tuisync_etsy.receipt_walk import Leaf, Query, Row, listed, read, walk

if TYPE_CHECKING:
    from tuisync import FetchRequest, Session

OVERLAP = 15 * 60
"""Seconds read again at each pull, for orders that become visible late."""

AHEAD = 5 * 60
"""Seconds the fixed end of a pull lies ahead of the shop's clock, whose parts may differ: an
order just placed is in it all the same."""

DAILY = 24 * 3600
"""Seconds after which the shop's open orders are listed even if we hold none."""

_BY_ID = 25
"""Receipts read by id that make a page."""

_CANCELLED = {"was_canceled": "true"}
_OPEN = {"was_shipped": "false", "was_canceled": "false"}

Record = RemoteOrder | Unreadable


def receipts(session: Session, request: FetchRequest) -> AsyncGenerator[OrdersPage, None]:
    """Return pages of orders, as the hook `fetch_orders` promises."""
    api = connect(session)
    cursor = load_orders(request.cursor)
    if request.ids:
        pages = _by_id(api, request.ids)
    elif request.period is not None:
        span = (_seconds(request.period.start), _seconds(request.period.end))
        held = cursor if cursor is not None and cursor.period == span else None
        pages = _Pull(api, _resumed(held) if held else OrdersCursor(period=span)).period(span)
    else:
        held = cursor if cursor is not None and cursor.period is None else None
        pages = _Pull(api, _resumed(held)).changes(request.open_ids)
    return counted(session, pages)


def _resumed(held: OrdersCursor | None) -> OrdersCursor:
    """Return where a pull begins: where one was left off, or anew from where one ended.

    One that was left off reads up to now, not only up to when it was left off. The list of
    open orders is only of use whole, so a pull left off there looks for changes once more,
    which costs two calls.
    """
    if held is None:
        return OrdersCursor()
    if held.step in {"cancelled", "changed"}:
        return msgspec.structs.replace(held, until=None)
    since = held.until if held.step == "open" else held.since
    return OrdersCursor(
        since=since,
        place=_from(since),
        period=held.period,
        cancelled=held.cancelled,
        swept=held.swept,
    )


def _from(since: int | None) -> Place:
    return Place(mark=None if since is None else since - OVERLAP)


@dataclass
class _Pull:
    """One pull.

    Attributes:
        at: Where it stands.
        seen: Receipts already passed on, with a hash of what they said.
    """

    api: EtsyApi
    at: OrdersCursor
    seen: dict[str, int] = field(default_factory=dict)

    async def changes(self, open_ids: Iterable[str]) -> AsyncGenerator[OrdersPage, None]:
        """Yield what was cancelled and changed since the cursor, then what is open."""
        ours = list(open_ids)
        if self.at.step == "cancelled":
            async for page in self._cancelled():
                yield page
        end = None if self.at.until is None else self.at.until + AHEAD
        async for leaf in walk(self.api, Query("updated", {}, end), self.at.place):
            self._move(leaf, "open", Place())
            sweeps = self._sweeps(ours)
            self._finish(last=leaf.after is None and not sweeps)
            yield self._page(leaf)
        if sweeps:
            async for page in self._open(ours):
                yield page

    def _sweeps(self, ours: list[str]) -> bool:
        """Tell whether the shop's list of open orders is read: whenever we hold open ones.

        Otherwise once a day, for an order that the passes before did not show (etsy/open-api
        #652). The first pull has just read everything.
        """
        now = self.at.until or 0
        return bool(ours) or (self.at.since is not None and now - self.at.swept >= DAILY)

    async def _cancelled(self) -> AsyncGenerator[OrdersPage, None]:
        """Yield the cancelled receipts: all of them at first, the newest later.

        Whether a cancellation moves a receipt's time is uncertain (etsy/open-api #604), so
        the newest are compared with those of the last pull as well. Where all of a page are
        newer than that, or they are in no order, a walk by time follows.
        """
        if self.at.since is not None and self.at.place == _from(self.at.since):
            leaf = await read(self.api, Query("updated", _CANCELLED, newest_first=True), Place())
            whole = _reaches(leaf, self.at.since - OVERLAP)
            fresh = [row for row in leaf.rows if self._newly_cancelled(row)]
            self._remember(leaf.rows)
            if whole:
                self._move(leaf, "changed", _from(self.at.since))
                yield self._page(leaf._replace(rows=tuple(fresh)))
                return
        async for leaf in walk(self.api, Query("updated", _CANCELLED), self.at.place):
            self._remember(reversed(leaf.rows))
            self._move(leaf, "changed", _from(self.at.since))
            yield self._page(leaf)

    def _newly_cancelled(self, row: Row) -> bool:
        moved = row.stamp is None or row.stamp >= (self.at.since or 0) - OVERLAP
        return moved or not row.id or int(row.id) not in self.at.cancelled

    def _remember(self, newest: Iterable[Row]) -> None:
        """Keep the numbers of a page of cancelled receipts, the newest first."""
        ids = dict.fromkeys([*(int(row.id) for row in newest if row.id), *self.at.cancelled])
        self.at = msgspec.structs.replace(self.at, cancelled=tuple(ids)[:LIMIT])

    async def period(self, span: tuple[int, int]) -> AsyncGenerator[OrdersPage, None]:
        """Yield the orders placed in `[start, end)`, the cancelled ones first."""
        start, end = span
        first = Place(mark=start)
        if self.at.step == "cancelled":
            place = first if self.at.place == Place() else self.at.place
            async for leaf in walk(self.api, Query("created", _CANCELLED, end - 1), place):
                self._move(leaf, "changed", first)
                yield self._page(leaf)
        async for leaf in walk(self.api, Query("created", {}, end - 1), self.at.place):
            self._move(leaf, "done", Place())
            yield self._page(leaf)

    async def _open(self, ours: list[str]) -> AsyncGenerator[OrdersPage, None]:
        """Yield the shop's open orders, then those of ours that are not among them.

        Unpaid ones are open too: they are waited for in the same list.
        """
        at_shop: set[str] = set()
        missing: list[list[str]] = []
        async for leaf in listed(self.api, Query("created", _OPEN)):
            at_shop.update(row.id for row in leaf.rows)
            if leaf.after is None:
                known = at_shop | self.seen.keys()
                missing = _by_pages(id_ for id_ in ours if id_ not in known)
                self._finish(last=not missing, swept=True)
            yield self._page(leaf)
        for number, ids in enumerate(missing, 1):
            page = await _read_by_id(self.api, ids)
            self._finish(last=number == len(missing), swept=True)
            yield msgspec.structs.replace(page, cursor=dump(self.at), expected=self.at.total)

    def _move(self, leaf: Leaf, step: OrdersStep, place: Place) -> None:
        """Note where the pull stands once this page is stored."""
        self.at = msgspec.structs.replace(
            self.at,
            until=_seconds(leaf.served_at) if self.at.until is None else self.at.until,
            total=self._expected(leaf),
            step=self.at.step if leaf.after else step,
            place=leaf.after or place,
        )

    def _expected(self, leaf: Leaf) -> int | None:
        """Return how many orders the first pull, or a period, will bring, once known."""
        first_of_all = self.at.since is None and self.at.step == "changed"
        return leaf.total if first_of_all and self.at.total is None else self.at.total

    def _finish(self, *, last: bool, swept: bool = False) -> None:
        """Note that the pull is over; the first one counts as a sweep, having read it all."""
        if last:
            until = self.at.until or 0
            self.at = OrdersCursor(
                step="done",
                since=self.at.until,
                total=self.at.total,
                cancelled=self.at.cancelled,
                swept=until if swept or self.at.since is None else self.at.swept,
            )

    def _page(self, leaf: Leaf) -> OrdersPage:
        return OrdersPage(
            records=tuple(_record(row.raw) for row in leaf.rows if self._is_news(row)),
            served_at=leaf.served_at,
            cursor=dump(self.at),
            expected=self.at.total,
        )

    def _is_news(self, row: Row) -> bool:
        """Tell whether this receipt says something it did not say earlier in this pull."""
        said = hash(bytes(row.raw))
        if self.seen.get(row.id) == said:
            return False
        self.seen[row.id] = said
        return True


def _reaches(leaf: Leaf, since: int) -> bool:
    """Tell whether a page, newest first, has all that changed since then."""
    stamps = [row.stamp for row in leaf.rows if row.stamp is not None]
    if len(stamps) < len(leaf.rows) or stamps != sorted(stamps, reverse=True):
        return False
    return not more_follow(0, len(stamps), leaf.total) or stamps[-1] < since


def _record(raw: msgspec.Raw) -> Record:
    receipt = read_receipt(raw)
    return receipt if isinstance(receipt, Unreadable) else to_order(receipt)


async def _by_id(api: EtsyApi, ids: Iterable[str]) -> AsyncGenerator[OrdersPage, None]:
    pages = _by_pages(ids)
    for page_ids in pages:
        page = await _read_by_id(api, page_ids)
        yield msgspec.structs.replace(page, expected=sum(map(len, pages)))


def _by_pages(ids: Iterable[str]) -> list[list[str]]:
    return list(chunks(list(dict.fromkeys(ids)), _BY_ID))


async def _read_by_id(api: EtsyApi, ids: Iterable[str]) -> OrdersPage:
    """Read some receipts, one call each; Etsy has no call for several."""
    records: list[Record] = []
    gone: list[str] = []
    served: list[datetime] = []
    for id_ in ids:
        try:
            answer = await api.get(f"{api.shop}/receipts/{known_number(id_)}", msgspec.Raw)
        except RemoteNotFound:
            gone.append(id_)
        else:
            record = _record(answer.value)
            records.append(msgspec.structs.replace(record, remote_id=id_))
            served.append(answer.served_at)
    return OrdersPage(
        records=tuple(records),
        gone=tuple(gone),
        served_at=min(served, default=api.session.now()),
    )


def _seconds(time: datetime) -> int:
    return int(time.timestamp())
