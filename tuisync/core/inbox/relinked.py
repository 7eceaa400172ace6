"""Listings whose link was corrected while orders still count against the item before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tuisync.core.inbox.rows import Fix, Fold, InboxRow, some
from tuisync.core.models import Link
from tuisync.core.orders.repoint import strays
from tuisync.core.store import schema
from tuisync.core.store.port import Reader

_MOST_ORDERS = 200
"""Orders of one variant that are looked at, to name those it is about."""


def relinked(reader: Reader, now: datetime) -> Iterator[InboxRow]:
    """Yield a row per listing variant whose former item still holds orders of it."""
    del now  # it waits until it is decided
    for link in reader.find(schema.LINKS, "former", "orders"):
        count = reader.count(schema.ORDERS, "variant", link.id)
        numbers = _numbers(reader, link) if count <= _MOST_ORDERS else []
        if numbers:
            what = f"{'Orders' if len(numbers) > 1 else 'Order'} {some(numbers)} still"
            yield _row(reader, link, f"{what} {'count' if len(numbers) > 1 else 'counts'}", numbers)
        elif count > _MOST_ORDERS:
            yield _row(reader, link, "Orders still count", ["some"])


def _numbers(reader: Reader, link: Link) -> list[str]:
    """Return the numbers of the orders that count against a former item."""
    return [
        order.number
        for order, lines in strays(reader, link.id, link.item)
        if any(line.item in link.former for line in lines)
    ]


def _row(reader: Reader, link: Link, words: str, numbers: list[str]) -> InboxRow:
    listing = reader.get(schema.LISTINGS, link.listing)
    now = reader.get(schema.ITEMS, link.item) if link.item else None
    before = [item.sku for id_ in link.former if (item := reader.get(schema.ITEMS, id_))]
    sku = now.sku if now else "SKU"
    return InboxRow(
        id=f"relinked:{link.id}",
        kind="decision",
        integration=link.integration,
        subject=listing.title if listing else link.id,
        message=f"{words} against {some(before)}, which it was linked to before"
        f"{f'; it is {sku} now' if now else ''}.",
        hint=f"`tuisync link {link.id} {sku} --repoint open` takes the open ones along, `all` all"
        " of them, `none` leaves them.",
        fix=Fix("map", (link.id,)),
        count=len(numbers),
        fold=Fold(
            key=f"relinked:{link.integration}",
            noun="variants",
            message="Orders still count against the items they were linked to before.",
            hint=f"`tuisync inbox show relinked:{link.integration}` lists them;"
            " `tuisync link VARIANT SKU --repoint open` decides, or `all`, or `none`.",
        ),
    )
