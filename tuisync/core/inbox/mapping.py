"""Listings that need an item, and the sold orders that wait for that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from tuisync.core.inbox.rows import Fix, Fold, InboxRow, some
from tuisync.core.linking.decide import shared_skus
from tuisync.core.linking.presence import is_gone, why_broken
from tuisync.core.models import Integration, Link, Listing, Order, OrderLine, match_key
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
            yield from _conflicts(reader, integration, frozen)
            yield from _broken(reader, integration, frozen)
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
    what = f"{count:,} variants have no item yet" if count > 1 else "1 variant has no item yet"
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


def _by_listing(
    reader: Reader, integration: Integration, state: Literal["conflict", "broken"]
) -> Iterator[tuple[Listing, list[Link]]]:
    """Yield each listing with links in that state, and these."""
    found: dict[str, list[Link]] = defaultdict(list)
    for link in reader.find(schema.LINKS, "standing", f"{integration.id}/{state}"):
        found[link.listing].append(link)
    for id_, links in found.items():
        listing = reader.get(schema.LISTINGS, id_)
        if listing is not None:
            yield listing, links


def _conflicts(reader: Reader, integration: Integration, frozen: _Frozen) -> Iterator[InboxRow]:
    for listing, links in _by_listing(reader, integration, "conflict"):
        first = links[0]
        reason = (first.reason or "More than one item fits it.").removesuffix(".")
        yield InboxRow(
            id=f"conflict:{listing.id}",
            kind="mapping",
            integration=integration.id,
            subject=listing.title,
            message=f"{reason}{_waiting(frozen.listings[listing.id])}.",
            hint=_deciding(listing, first),
            fix=Fix("map", tuple(each.id for each in links)),
            count=len(links),
            fold=Fold(
                key=f"conflict:{integration.id}",
                noun="listings",
                message="More than one item fits them.",
                hint=f"`tuisync inbox show conflict:{integration.id}` lists them;"
                " `tuisync link VARIANT SKU` or `tuisync ignore VARIANT` decides.",
            ),
        )


def _deciding(listing: Listing, link: Link) -> str:
    """Return how a conflict is decided; variants that share a SKU are items of their own."""
    variant = next((each for each in listing.variants if each.key == link.key), None)
    shares = variant is not None and match_key(variant.sku or "") in shared_skus(listing)
    creates = f"`tuisync items create-from {link.id}` makes it an item of its own; " * shares
    return f"{creates}`tuisync link {link.id} SKU` or `tuisync ignore {link.id}` decides."


def _broken(reader: Reader, integration: Integration, frozen: _Frozen) -> Iterator[InboxRow]:
    """Yield a row per listing that is gone, in part or whole, or that was changed at the shop."""
    for listing, links in _by_listing(reader, integration, "broken"):
        gone = [each for each in links if is_gone(listing, each)]
        message = why_broken(listing, (gone or links)[0]).removesuffix(".")
        yield InboxRow(
            id=f"broken:{listing.id}",
            kind="mapping",
            integration=integration.id,
            subject=listing.title,
            message=f"{message}{_waiting(frozen.listings[listing.id])}.",
            hint=_hint_gone(gone[0]) if gone else _hint_changed(integration),
            fix=Fix("let_go", tuple(each.id for each in gone))
            if gone
            else Fix("sync", (integration.id,)),
            count=len(gone or links),
            about=tuple(each.id for each in gone or links),
            covers=(f"stock:{listing.id}", f"item:{listing.id}"),
            fold=_fold_gone(integration) if gone else _fold_changed(integration),
        )


def _hint_gone(link: Link) -> str:
    return (
        f"`tuisync links let-go {link.id}` unlinks it and does not ask again; should it come back,"
        " a sync finds it."
    )


def _fold_gone(integration: Integration) -> Fold:
    return Fold(
        key=f"gone:{integration.id}",
        noun="listings",
        message="They are gone from the shop.",
        hint=f"`tuisync inbox show gone:{integration.id}` lists them;"
        " `tuisync links let-go VARIANT...` lets them go.",
    )


def _hint_changed(integration: Integration) -> str:
    return (
        f"`tuisync sync items -i {integration.name}` reads them, and links again what is still"
        " there."
    )


def _fold_changed(integration: Integration) -> Fold:
    return Fold(
        key=f"changed:{integration.id}",
        noun="listings",
        message="Their variations were changed at the shop.",
        hint=f"`tuisync inbox show changed:{integration.id}` lists them;"
        f" {_hint_changed(integration)}",
    )


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
            hint=f"`tuisync inbox show frozen:{order.integration}` lists them;"
            f" `tuisync sync items -i {shop.name if shop else order.integration}` reads listings.",
        ),
    )
