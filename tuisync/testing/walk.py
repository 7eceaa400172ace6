"""Which of a fake shop's records a request asks for, in what order, with which cursors.

A cursor is the number of the newest change read so far: going on after a page and reading
what changed later are the same thing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from tuisync.core.remote import FetchRequest, RemoteListing, RemoteOrder, Unreadable
from tuisync.testing.shop import FakeShop

R = TypeVar("R", RemoteListing, RemoteOrder)


@dataclass(frozen=True)
class Leg(Generic[R]):
    """One page of a walk, without the time it is read at."""

    records: tuple[R | Unreadable, ...]
    cursor: str | None
    expected: int
    gone: tuple[str, ...] = ()


def walk_listings(shop: FakeShop, request: FetchRequest, size: int) -> Iterator[Leg[RemoteListing]]:
    """Yield the pages of listings a request asks for; a period asks for all of them."""
    if request.ids:
        yield _by_id(shop, shop.listings, request.ids)
    else:
        wanted = _changed(shop, shop.listings, request)
        yield from _legs(shop, wanted, size, request)


def walk_orders(shop: FakeShop, request: FetchRequest, size: int) -> Iterator[Leg[RemoteOrder]]:
    """Yield the pages of orders a request asks for, oldest change first."""
    for leg in _order_legs(shop, request, size):
        shop.told |= {each.remote_id: each for each in leg.records if isinstance(each, RemoteOrder)}
        yield leg


def _order_legs(shop: FakeShop, request: FetchRequest, size: int) -> Iterator[Leg[RemoteOrder]]:
    orders = shop.visible_orders()
    if request.ids:
        yield _by_id(shop, orders, request.ids)
    elif request.period:
        period = request.period
        wanted = [key for key, o in orders.items() if period.start <= o.placed_at < period.end]
        yield from _legs(shop, {key: orders[key] for key in wanted}, size, request)
    else:
        wanted_ = _changed(shop, orders, request)
        quiet = _changed_quietly(shop, orders, request.open_ids, wanted_)
        gone = tuple(key for key in request.open_ids if key not in shop.orders)
        yield from _legs(shop, wanted_ | quiet, size, request, gone)


def _by_id(shop: FakeShop, records: Mapping[str, R], ids: tuple[str, ...]) -> Leg[R]:
    known = tuple(_readable(shop, key, records[key]) for key in ids if key in records)
    gone = tuple(key for key in ids if key not in records)
    return Leg(known, None, len(known), gone)


def _changed(shop: FakeShop, records: Mapping[str, R], request: FetchRequest) -> dict[str, R]:
    after = 0 if request.period else int(request.cursor or 0)
    keys = (key for key in records if shop.revision(key) > after)
    return {key: records[key] for key in sorted(keys, key=shop.revision)}


def _changed_quietly(
    shop: FakeShop,
    orders: Mapping[str, RemoteOrder],
    open_ids: tuple[str, ...],
    seen: Mapping[str, RemoteOrder],
) -> dict[str, RemoteOrder]:
    """Return the orders we hold as open that are otherwise at the shop, though it told nobody."""
    unseen = (key for key in open_ids if key in orders and key not in seen)
    return {
        key: orders[key]
        for key in unseen
        if orders[key].cancelled or orders[key].shipped or shop.told.get(key) != orders[key]
    }


def _legs(
    shop: FakeShop,
    records: Mapping[str, R],
    size: int,
    request: FetchRequest,
    gone: tuple[str, ...] = (),
) -> Iterator[Leg[R]]:
    """Yield the pages of these records; the last one tells what is gone."""
    keys = list(records)
    cursor = int(request.cursor or 0)
    for start in range(0, max(1, len(keys)), size):
        on_page: list[str] = keys[start : start + size]
        cursor = max([cursor, *map(shop.revision, on_page)])
        page = tuple(_readable(shop, key, records[key]) for key in on_page)
        told = gone if start + size >= len(keys) else ()
        yield Leg(page, None if request.period else str(cursor), len(keys), told)


def _readable(shop: FakeShop, key: str, record: R) -> R | Unreadable:
    reason = shop.unreadable.get(key)
    if reason is None:
        return record
    return Unreadable(remote_id=key, reason=reason)
