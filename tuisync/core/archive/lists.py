"""The lists of an export: which columns, and a row for each thing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

from tuisync.core.models import Money
from tuisync.core.sheets.writing import Row, written_pairs
from tuisync.core.store.port import FullReader
from tuisync.core.views.contacts import contact_views
from tuisync.core.views.items import item_views
from tuisync.core.views.links import link_views
from tuisync.core.views.orders import order_views


def _items(reader: FullReader) -> Iterator[Row]:
    """Yield a row per item and warehouse, so that the columns of stock can be summed."""
    for item in item_views(reader):
        about = (
            item.sku,
            item.name,
            item.group,
            written_pairs(item.attributes),
            *_money(item.price),
        )
        for stock in item.warehouses:
            yield (*about, stock.warehouse, stock.on_hand, stock.committed, stock.available)


def _orders(reader: FullReader) -> Iterator[Row]:
    for order in order_views(reader):
        yield (
            *(order.id, order.number, order.integration, order.status, order.gate),
            *(order.payment, order.fulfilment, order.warehouse, _time(order.placed_at)),
            *(order.contact.name, order.contact.email, *_money(order.total)),
        )


def _lines(reader: FullReader) -> Iterator[Row]:
    for order in order_views(reader):
        for line in order.lines:
            yield (
                *(order.id, order.number, line.id, line.sku, line.item, line.title),
                *(line.quantity, line.shipped, *_money(line.unit_price)),
                written_pairs(line.options),
            )


def _contacts(reader: FullReader) -> Iterator[Row]:
    for contact in contact_views(reader):
        yield contact.id, contact.name, contact.email, contact.orders


def _links(reader: FullReader) -> Iterator[Row]:
    for link in link_views(reader):
        yield (
            *(link.variant, link.integration, link.listing_id, link.title),
            *(written_pairs(link.options), link.sku, link.quantity, link.listing_state),
            *(link.state, link.basis, link.item),
        )


def _heads(names: str) -> Row:
    return tuple(names.split())


LISTS: Mapping[str, tuple[Row, Callable[[FullReader], Iterator[Row]]]] = {
    "items": (
        _heads("sku name group attributes price currency warehouse on_hand committed available"),
        _items,
    ),
    "orders": (
        _heads(
            "id number integration status gate payment fulfilment warehouse placed_at"
            " contact_name contact_email total currency"
        ),
        _orders,
    ),
    "order_lines": (
        _heads("order number line sku item title quantity shipped unit_price currency options"),
        _lines,
    ),
    "contacts": (_heads("id name email orders"), _contacts),
    "links": (
        _heads(
            "variant integration listing_id title options sku quantity listing_state state"
            " basis item"
        ),
        _links,
    ),
}
"""Per file its heading and its rows."""


def _money(money: Money | None) -> tuple[str | None, str | None]:
    return (None, None) if money is None else (str(money.amount), money.currency)


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
