"""The list of sales orders at any length: what it is filtered and sorted by, and no more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from tuisync.core.models import Gate, OrderStatus, variant_id
from tuisync.core.store import schema
from tuisync.core.store.outlines import Outlines
from tuisync.core.views.integrations import integration_name

if TYPE_CHECKING:
    from tuisync.core.store.port import Store

V = TypeVar("V")

_Variants = tuple[tuple[str, tuple[str, ...]], ...]
"""The ids of a listing's variants, each with its options."""

_READS = (
    "number",
    "placed_at",
    "visible",
    "integration",
    "cancelled",
    "fulfilment",
    "gate",
    "payment",
    "contact",
    "total",
    "lines.variant",
    "lines.title",
    "lines.options",
    "lines.quantity",
    "lines.sku",
    "lines.item",
    "shipments.tracking",
)


class OrderEntry(msgspec.Struct, frozen=True, gc=False):
    """What the list knows of one sales order.

    Attributes:
        shop: The integration's name.
        contact: The contact's id, or empty.
        units: Units ordered.
        amount: About the total, to sort by; the order has the exact one.
        text: What a search looks at, casefolded.
    """

    id: str
    number: str
    placed_at: datetime
    status: OrderStatus
    gate: Gate
    shop: str
    contact: str
    units: int
    amount: float | None
    text: str


class OrderList:
    """Sales orders and what else asks for a decision, newest first. Used by one thread at a time.

    Args:
        store: Where they are.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._orders = Outlines(store, schema.ORDERS, _READS, self._entry)
        self._contacts = Outlines(store, schema.CONTACTS, ("name", "email"), _buyer)
        self._items = Outlines(store, schema.ITEMS, ("sku",), _sku)
        self._listings = Outlines(
            store, schema.LISTINGS, ("variants.key", "variants.options"), _siblings
        )
        self._buyers: dict[str, str] = {}
        self._skus: dict[str, str] = {}
        self._shops: dict[str, str] = {}
        self._variants: dict[str, _Variants] = {}
        self._options: dict[str, tuple[str, ...]] = {}
        self._seen: dict[str, OrderEntry | None] | None = None
        self._sorted: tuple[OrderEntry, ...] = ()

    def now(self) -> tuple[OrderEntry, ...]:
        """Return the entries; the same tuple when nothing has changed."""
        self._take_names()
        orders = self._orders.now()
        if orders is not self._seen:
            self._seen = orders
            self._sorted = _newest_first(each for each in orders.values() if each is not None)
        return self._sorted

    def buyer(self, entry: OrderEntry) -> str:
        """Return the buyer's name, or nothing."""
        return self._buyers.get(entry.contact, "").partition("\n")[0]

    def _take_names(self) -> None:
        """Take what orders are shown with; forget those for which it has changed."""
        shops = {
            each.id: integration_name(self._store, each.id)
            for each in self._store.all(schema.INTEGRATIONS)
        }
        buyers, skus = self._contacts.now(), self._items.now()
        options, listings = self._options, self._listings.now()
        if listings is not self._variants:
            self._variants = listings
            options = {id_: chosen for each in listings.values() for id_, chosen in each}
        if self._seen is not None:
            same = shops == self._shops and not _renamed(self._skus, skus)
            if not same or _renamed(self._options, options):
                self._orders.forget(list(self._seen))
            elif buyers is not self._buyers:
                self._forget_orders_of(_renamed(self._buyers, buyers))
        self._shops, self._buyers, self._skus, self._options = shops, buyers, skus, options

    def _forget_orders_of(self, contacts: set[str]) -> None:
        if contacts:
            self._orders.forget([each.id for each in self._sorted if each.contact in contacts])

    def _entry(self, id_: str, order: Any) -> OrderEntry | None:
        """Return an order's entry, or None when it is no sales order and asks nothing."""
        if not (order.visible or order.undecided):
            return None
        shop = self._shops.get(order.integration, order.integration)
        return OrderEntry(
            id_,
            order.number,
            order.placed_at,
            order.status,
            order.gate,
            shop,
            order.contact or "",
            sum(line.quantity for line in order.lines),
            float(order.total.amount) if order.total else None,
            self._text(order, shop),
        )

    def _text(self, order: Any, shop: str) -> str:
        words = [order.number, shop, self._buyers.get(order.contact, "")]
        for line in order.lines:
            words += (line.title, *(line.options.values() or self._chosen(line.variant)))
            words.append(self._skus.get(line.item, "") if line.item else "")
            if line.sku and line.sku != words[-1]:
                words.append(line.sku)
        words += [each.tracking for each in order.shipments if each.tracking]
        return " ".join(words).casefold()

    def _chosen(self, variant: str | None) -> tuple[str, ...]:
        """Return the options of a listing's variant, which a line shows that names none."""
        return self._options.get(variant, ()) if variant else ()


def _newest_first(entries: Iterable[OrderEntry]) -> tuple[OrderEntry, ...]:
    return tuple(sorted(entries, key=lambda each: (each.placed_at, each.id), reverse=True))


def _renamed(before: dict[str, V], now: dict[str, V]) -> set[str]:
    if before is now:
        return set()
    return {id_ for id_, name in before.items() if now.get(id_) != name}


def _buyer(_: str, contact: Any) -> str:
    return f"{contact.name}\n{contact.email or ''}"


def _siblings(id_: str, listing: Any) -> _Variants:
    """Return the ids of a listing's variants, if it has several, each with its options."""
    if len(listing.variants) == 1:
        return ()
    return tuple((variant_id(id_, v.key), tuple(v.options.values())) for v in listing.variants)


def _sku(_: str, item: Any) -> str:
    sku: str = item.sku
    return sku
