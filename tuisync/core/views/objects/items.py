"""Items with their stock, as the user sees them."""

from __future__ import annotations

from datetime import datetime

from tuisync.core.models import ListingState, Money
from tuisync.core.stock.left_alone import ShelfStanding
from tuisync.core.views.objects.base import View


class StockView(View, frozen=True, kw_only=True):
    """An item's numbers in one warehouse."""

    warehouse: str
    on_hand: int
    committed: int
    available: int


class ItemListingView(View, frozen=True, kw_only=True):
    """What one shop shows of an item.

    Attributes:
        standing: `shown`, `off` (not for sale, and its number is left alone), `broken` (changed
            at the shop since it was linked) or `gone`.
        left_alone: Why its number is left alone, in words; empty where it is not.
    """

    integration: str
    variant: str
    listing_id: str
    title: str
    quantity: int
    confirmed_at: datetime | None
    read_at: datetime
    listing_state: ListingState
    standing: ShelfStanding
    left_alone: str


class ComponentView(View, frozen=True, kw_only=True):
    """A part of a kit."""

    sku: str
    quantity: int


class ItemView(View, frozen=True, kw_only=True):
    """One item with its stock and where it is sold; `retired_at` is null while it is in use."""

    id: str
    sku: str
    name: str
    group: str | None
    attributes: dict[str, str]
    price: Money | None
    on_hand: int
    committed: int
    available: int
    warehouses: tuple[StockView, ...]
    listings: tuple[ItemListingView, ...]
    components: tuple[ComponentView, ...]
    retired_at: datetime | None
