"""Listings that need an item, and the sold orders that wait for that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from tuisync.core.inbox.rows import Fix, Fold, InboxRow, some
from tuisync.core.models import Integration, Link, Order, OrderLine
from tuisync.core.store import schema
from tuisync.core.store.port import Reader

_MOST_ORDERS = 200
"""Frozen orders that are looked at for what they wait for."""


def mapping(reader: Reader, now: datetime) -> Iterator[InboxRow]:
    """Yield a row for all that is unconfirmed at a shop, and one per listing in conflict."""
    del now  # a listing needs an item until it has one
    frozen = _frozen(reader)
    for integration in reader.all(schema.INTEGRATIONS):
        if integration.status != "inactive":
            yield from _unconfirmed(reader, integration, frozen)
            yield from _listings(reader, integration, "conflict", frozen)
            yield from _listings(reader, integration, "broken", frozen)
    yield from (_unknown(reader, order, line) for order, line in frozen.unknown)


@dataclass
class _Frozen:
    """Which frozen orders wait for what.

    Attributes:
        unconfirmed: Numbers of orders by integration.
        listings: Numbers of orders by listing, for those in conflict or broken.
        unknown: Orders with the line that no known listing stands behind.
    """

    unconfirmed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    listings: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    unknown: list[tuple[Order, OrderLine]] = field(default_factory=list)

    def add(self, order: Order, line: OrderLine, link: Link | None) -> None:
        """Note what one line of an order waits for."""
        if link is not None and link.state == "unconfirmed":
            _once(self.unconfirmed[order.integration], order.number)
        elif link is not None and link.state in {"conflict", "broken"}:
            _once(self.listings[link.listing], order.number)
        else:
            self.unknown.append((order, line))


def _frozen(reader: Reader) -> _Frozen:
    found = _Frozen()
    for id_ in reader.ids(schema.ORDERS, "asks", "frozen")[:_MOST_ORDERS]:
        order = reader.get(schema.ORDERS, id_)
        if order is not None:
            for line in order.lines:
                if line.item is None and not line.no_item:
                    link = reader.get(schema.LINKS, line.variant) if line.variant else None
                    found.add(order, line, link)
    return found


def _once(numbers: list[str], number: str) -> None:
    if number not in numbers:
        numbers.append(number)


def _unconfirmed(reader: Reader, integration: Integration, frozen: _Frozen) -> Iterator[InboxRow]:
    count = reader.count(schema.LINKS, "standing", f"{integration.id}/unconfirmed")
    if not count:
        return
    what = f"{count:,} listings have no item yet" if count > 1 else "1 listing has no item yet"
    yield InboxRow(
        id=f"unconfirmed:{integration.id}",
        kind="mapping",
        integration=integration.id,
        subject=integration.shop_name,
        message=f"{what}{_waiting(frozen.unconfirmed[integration.id])}.",
        hint=f"`tuisync links --state unconfirmed -i {integration.name}` lists them;"
        " `tuisync items create-from --all-unconfirmed` makes items of them.",
        fix=Fix("map"),
        count=count,
    )


def _waiting(orders: Sequence[str]) -> str:
    if not orders:
        return ""
    noun, verb = ("orders", "wait") if len(orders) > 1 else ("order", "waits")
    return f"; {noun} {some(orders)} {verb} for that"


def _listings(
    reader: Reader, integration: Integration, state: Literal["conflict", "broken"], frozen: _Frozen
) -> Iterator[InboxRow]:
    listings: dict[str, list[Link]] = defaultdict(list)
    for link in reader.find(schema.LINKS, "standing", f"{integration.id}/{state}"):
        listings[link.listing].append(link)
    for id_, links in listings.items():
        yield _listing(reader, integration, id_, links, frozen.listings[id_])


def _listing(
    reader: Reader,
    integration: Integration,
    id_: str,
    links: Sequence[Link],
    orders: Sequence[str],
) -> InboxRow:
    listing, first = reader.get(schema.LISTINGS, id_), links[0]
    broken = first.state == "broken"
    return InboxRow(
        id=f"{first.state}:{id_}",
        kind="mapping",
        integration=integration.id,
        subject=listing.title if listing else id_,
        message=(first.reason or "More than one item fits it.").removesuffix(".")
        + f"{_waiting(orders)}.",
        hint=_hint(integration, first),
        fix=Fix("map", tuple(each.id for each in links)),
        count=len(links),
        covers=(f"stock:{id_}", f"item:{id_}") if broken else (),
        fold=Fold(
            key=f"{first.state}:{integration.id}",
            noun="listings",
            message="Their links are broken." if broken else "More than one item fits them.",
            hint=f"`tuisync links --state {first.state} -i {integration.name}` lists them.",
        ),
    )


def _hint(integration: Integration, link: Link) -> str:
    choose = f"`tuisync link {link.id} SKU` or `tuisync ignore {link.id}` decides"
    if link.state == "broken":
        return f"`tuisync sync items -i {integration.name}` reads it again; {choose}."
    return f"{choose}."


def _unknown(reader: Reader, order: Order, line: OrderLine) -> InboxRow:
    shop = reader.get(schema.INTEGRATIONS, order.integration)
    return InboxRow(
        id=f"frozen:{order.id}/{line.id}",
        kind="mapping",
        integration=order.integration,
        subject=f"Order {order.number}",
        message=f"“{line.title}” is of no listing that is known here, so it has no item.",
        hint=f"`tuisync orders map {order.id} {line.id} SKU`, or `--no-item`.",
        fix=Fix("decide", (order.id,)),
        first_at=order.placed_at,
        last_at=order.placed_at,
        fold=Fold(
            key=f"frozen:{order.integration}",
            noun="lines of orders",
            message="They are of listings that are not known here, so they have no item.",
            hint="`tuisync orders list --gate frozen` lists them;"
            f" `tuisync sync items -i {shop.name if shop else order.integration}` reads listings.",
        ),
    )
