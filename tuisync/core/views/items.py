"""Items with their stock and where they are sold."""

from __future__ import annotations

from tuisync.core import lookup
from tuisync.core.models import Item
from tuisync.core.stock.ledger import balances
from tuisync.core.stock.left_alone import standing_of, why_left_alone
from tuisync.core.stock.numbers import shown
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.views.freshness import Readings
from tuisync.core.views.integrations import integration_name
from tuisync.core.views.objects import ItemListingView, ItemView, StockView


def item_views(reader: Reader) -> list[ItemView]:
    """Return all items but the retired ones, by SKU."""
    return [_view(reader, each) for each in lookup.items_in_use(reader)]


def retired_views(reader: Reader) -> list[ItemView]:
    """Return the retired items, by SKU."""
    found = reader.find(schema.ITEMS, "retired", "retired")
    return [_view(reader, each) for each in sorted(found, key=lambda each: each.sku)]


def item_view(reader: Reader, sku: str) -> ItemView:
    """Return the item with that SKU.

    Raises:
        NotFound: There is none.
    """
    return _view(reader, lookup.item(reader, sku))


def stock_views(reader: Reader, item: str) -> tuple[StockView, ...]:
    """Return an item's numbers per warehouse, by name."""
    views = [
        StockView(
            warehouse=warehouse.name,
            on_hand=balance.on_hand,
            committed=balance.committed,
            available=balance.available,
        )
        for warehouse, balance in balances(reader, item)
    ]
    return tuple(sorted(views, key=lambda each: each.warehouse))


def _view(reader: Reader, item: Item) -> ItemView:
    stock = stock_views(reader, item.id)
    return ItemView(
        id=item.id,
        sku=item.sku,
        name=item.name,
        group=item.group,
        attributes=dict(item.attributes),
        price=item.price,
        on_hand=sum(each.on_hand for each in stock),
        committed=sum(each.committed for each in stock),
        available=sum(each.available for each in stock),
        warehouses=stock,
        listings=_listings(reader, item.id),
        components=(),
        retired_at=item.retired_at,
    )


def _listings(reader: Reader, item: str) -> tuple[ItemListingView, ...]:
    views, readings = [], Readings(reader)
    for link in reader.find(schema.LINKS, "item", item):
        listing = reader.get(schema.LISTINGS, link.listing)
        if listing is not None:
            numbers = (shown(each, listing) for each in listing.variants if each.key == link.key)
            views.append(
                ItemListingView(
                    integration=integration_name(reader, link.integration),
                    variant=link.id,
                    listing_id=listing.listing_id,
                    title=listing.title,
                    quantity=next(numbers, 0),
                    confirmed_at=link.confirmed_at,
                    read_at=readings.at(listing),
                    listing_state=listing.state,
                    standing=standing_of(link, listing),
                    left_alone=why_left_alone(link, listing),
                )
            )
    return tuple(views)
