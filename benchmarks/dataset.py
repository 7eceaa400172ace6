"""The shop that every benchmark measures: a busy one after a few years.

At scale 1: 100,000 orders of two lines each with their contacts, commitments and movements,
10,000 items with their listings, links and balances, and a month of sync records. The same
arguments give the same documents.

    python -m benchmarks.dataset DIRECTORY [--scale 0.01]
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from tuisync.core.models import (
    Address,
    Balance,
    Commitment,
    Contact,
    Counts,
    Document,
    Integration,
    Item,
    Link,
    Listing,
    ListingVariant,
    Money,
    Movement,
    Order,
    OrderLine,
    Organization,
    RecordPage,
    Shipment,
    SyncRecord,
    SyncRun,
    Warehouse,
)
from tuisync.core.store import schema
from tuisync.core.store.schema import Collection
from tuisync.core.store.tiny import TinyStore

ORDERS = 100_000
ITEMS = 10_000
OPEN = 0.01
"""The share of the orders that were not sent yet, the newest ones."""

SHOP = "etsy:12345678"
START = datetime(2023, 1, 1, tzinfo=UTC)
APART = timedelta(minutes=15)
OPENING = 60
"""Units of an item at the beginning; some twenty of them are sold."""
MONTH = 30
CYCLES = 6
PAGE = 500

Row = tuple[Collection[Any], Document]


class Shop:
    """One shop's documents.

    Args:
        scale: How much of it; 1 has 100,000 orders.
    """

    def __init__(self, scale: float = 1.0) -> None:
        self.orders = max(1, int(ORDERS * scale))
        self.items = max(2, int(ITEMS * scale))
        self._sold = Counter(
            (self._item_of(number, place), self._is_shipped(number))
            for number in range(self.orders)
            for place in (0, 1)
        )

    def rows(self) -> Iterator[Row]:
        """Iterate over all documents, in the order they would have come to be."""
        yield (
            schema.ORGANIZATION,
            Organization(id="organization", name="Speckled", base_currency="USD", timezone="UTC"),
        )
        yield schema.WAREHOUSES, Warehouse(id="main", name="Main", primary=True)
        yield schema.INTEGRATIONS, _integration(START + APART * self.orders)
        for number in range(self.items):
            yield from self.item(number)
        for number in range(self.orders):
            yield from self.order(number)
        yield from self.records()

    def item(self, number: int) -> Iterator[Row]:
        """Iterate over one item, its listing, link, opening and balance."""
        item, listing, sku = f"item-{number:06}", f"{SHOP}:{900_000_000 + number}", _sku(number)
        price = Money(Decimal("26.45"), "USD")
        name = f"Handmade ceramic mug, speckled blue glaze, no. {number}"
        yield schema.ITEMS, Item(id=item, sku=sku, name=name, price=price, reorder_level=3)
        on_hand, committed = OPENING - self._sold[number, True], self._sold[number, False]
        balance = Balance(
            id=f"{item}@main", item=item, warehouse="main", on_hand=on_hand, committed=committed
        )
        shown = on_hand - committed
        variant = ListingVariant(key="", quantity=shown, sku=sku, price=price)
        yield (
            schema.LISTINGS,
            Listing(
                id=listing,
                integration=SHOP,
                listing_id=str(900_000_000 + number),
                title=name,
                state="active",
                variants=(variant,),
                read_at=START,
            ),
        )
        link = Link(
            id=listing,
            integration=SHOP,
            listing=listing,
            key="",
            state="linked",
            basis="sku",
            item=item,
            baseline_at=START,
            opening=True,
            confirmed=shown,
            confirmed_at=START,
        )
        yield schema.LINKS, link
        yield schema.BALANCES, balance
        yield schema.MOVEMENTS, _movement(f"opening-{number:06}", item, OPENING, "opening", START)

    def order(self, number: int) -> Iterator[Row]:
        """Iterate over one order, its contact, commitments and movements."""
        shipped, placed = self._is_shipped(number), START + APART * number
        lines = tuple(self._line(number, place, shipped=shipped) for place in (0, 1))
        order = self._order(number, placed, lines, shipped=shipped)
        yield schema.CONTACTS, _contact(number)
        yield schema.ORDERS, order
        for line in lines:
            commitment = Commitment(
                id=f"{order.id}:{line.id}",
                order=order.id,
                line=line.id,
                item=line.item or "",
                warehouse="main",
                quantity=1,
                state="consumed" if shipped else "open",
            )
            yield schema.COMMITMENTS, commitment
            if shipped:
                id_ = f"ship:{order.id}:{line.id}"
                at = placed + timedelta(days=1)
                yield (
                    schema.MOVEMENTS,
                    _movement(id_, commitment.item, -1, "ship", at, order=order.id),
                )

    def records(self) -> Iterator[Row]:
        """Iterate over the runs of a month and their records."""
        newest = self.orders - 1
        each = max(1, int(MONTH * timedelta(days=1) / APART) * self.orders // ORDERS)
        share = max(1, each // (MONTH * CYCLES))
        for number in range(MONTH * CYCLES):
            at = START + APART * newest - timedelta(hours=4) * number
            first = max(0, newest - share * (number + 1))
            run = SyncRun(
                id=f"run-{number:05}",
                batch=f"batch-{number:05}",
                integration=SHOP,
                module="orders",
                trigger="scheduled",
                queued_at=at,
                status="succeeded",
                counts=Counts(created=share, unchanged=60),
            )
            yield schema.RUNS, run
            numbers = range(first, first + share)
            records = tuple(_record(run, place, n, at) for place, n in enumerate(numbers))
            page = RecordPage(id=f"{run.id}/1", run=run.id, page=1, records=records)
            yield schema.RECORDS, page

    def _is_shipped(self, number: int) -> bool:
        return number < self.orders * (1 - OPEN)

    def _item_of(self, number: int, place: int) -> int:
        return (number * 7 + place * 3) % self.items

    def _line(self, number: int, place: int, *, shipped: bool) -> OrderLine:
        item = self._item_of(number, place)
        return OrderLine(
            id=f"{3_900_000_000 + number * 2 + place}",
            title=f"Handmade ceramic mug, speckled blue glaze, no. {item}",
            quantity=1,
            variant=f"{SHOP}:{900_000_000 + item}",
            sku=_sku(item),
            item=f"item-{item:06}",
            shipped=int(shipped),
            unit_price=Money(Decimal("26.45"), "USD"),
            listing_id=str(900_000_000 + item),
            variant_key="",
        )

    def _order(
        self, number: int, placed: datetime, lines: tuple[OrderLine, ...], *, shipped: bool
    ) -> Order:
        remote = str(3_100_000_000 + number)
        parcel = Shipment(
            id="1",
            carrier="usps",
            tracking=f"94001118992230{number:08}",
            shipped_at=placed + timedelta(days=1),
            push="sent",
        )
        return Order(
            id=f"{SHOP}:{remote}",
            integration=SHOP,
            remote_id=remote,
            number=remote,
            placed_at=placed,
            modified_at=placed + timedelta(days=1),
            lines=lines,
            warehouse="main",
            gate="frozen" if number % 500 == 0 else "ready",
            payment="paid",
            fulfilment="shipped" if shipped else "unfulfilled",
            remote_status="Completed" if shipped else "Paid",
            contact=f"contact-{number:06}",
            matched_by="buyer_id",
            total=Money(Decimal("58.40"), "USD"),
            shipments=(parcel,) if shipped else (),
        )


def _integration(now: datetime) -> Integration:
    return Integration(
        id=SHOP,
        name="etsy",
        marketplace="etsy",
        account_id="1",
        shop_id="12345678",
        shop_name="Speckled",
        currency="USD",
        connected_at=START,
        last_sync_at=now,
        cycle_started_at=now,
    )


def _sku(number: int) -> str:
    return f"MUG-BLUE-{number:06}"


def _movement(
    id_: str, item: str, delta: int, kind: Any, at: datetime, *, order: str | None = None
) -> Movement:
    cause = f"Order {order} shipped" if order else "Opening stock"
    return Movement(
        id=id_,
        item=item,
        warehouse="main",
        delta=delta,
        kind=kind,
        cause=cause,
        at=at,
        order=order,
    )


def _contact(number: int) -> Contact:
    return Contact(
        id=f"contact-{number:06}",
        name=f"Kim Buyer {number}",
        email=f"kim.buyer.{number}@example.com",
        email_key=f"kim.buyer.{number}@example.com",
        name_key=f"kim buyer {number}",
        buyer_keys=(f"etsy:{50_000_000 + number}",),
        address=Address(
            first_line=f"{number % 900 + 1} Long Street",
            city="Springfield",
            region="OR",
            postcode=f"{97_000 + number % 999}",
            country="US",
        ),
        matched_by="buyer_id",
    )


def _record(run: SyncRun, place: int, number: int, at: datetime) -> SyncRecord:
    remote = str(3_100_000_000 + number)
    return SyncRecord(
        id=f"{run.id}/{place}",
        kind="order",
        remote_id=remote,
        title=f"Order {remote}",
        outcome="created",
        at=at,
        local_id=f"{SHOP}:{remote}",
    )


def batched(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """Iterate over lists of so many."""
    rest = iter(rows)
    while batch := list(itertools.islice(rest, size)):
        yield batch


def fill(store: TinyStore, shop: Shop) -> None:
    """Put a shop into a store, and leave one snapshot with an empty journal."""
    for batch in batched(shop.rows(), PAGE * 6):
        with store.transaction() as transaction:
            for collection, document in batch:
                transaction.put(collection, document)
    store.compact()


def main() -> None:
    """Make a data directory."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--scale", type=float, default=1.0)
    arguments = parser.parse_args()
    began = time.perf_counter()
    store = TinyStore.open(arguments.directory)
    fill(store, Shop(arguments.scale))
    store.close()
    print(f"{store.size() / 1e6:.1f} MB in {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
