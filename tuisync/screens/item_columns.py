"""The columns of the list of items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuisync.core.views.objects import ItemListingView, ItemView
from tuisync.widgets.columns import Cell, Column, number, sku_column, title_column
from tuisync.widgets.marks import LISTING

if TYPE_CHECKING:
    from tuisync.widgets.marks import Tone


def _available(item: ItemView) -> Cell:
    tone: Tone = "bad" if item.available < 0 else "warn" if item.available == 0 else "strong"
    return Cell(f"{item.available:,}", tone)


def _shops(item: ItemView) -> Cell:
    shops: dict[str, list[str]] = {}
    for listing in item.listings:
        shops.setdefault(listing.integration, []).append(_shows(listing))
    words = [f"{shop} {', '.join(numbers)}" for shop, numbers in shops.items()]
    return Cell(" · ".join(words) or "not for sale", _shops_tone(item))


def _shows(listing: ItemListingView) -> str:
    match listing.standing:
        case "gone" | "broken":
            return listing.standing
        case "off":
            return f"{listing.quantity} {LISTING[listing.listing_state].word}"
    return str(listing.quantity)


def _shops_tone(item: ItemView) -> Tone:
    standings = {listing.standing for listing in item.listings}
    if not standings:
        return "muted"
    if standings & {"gone", "broken"}:
        return "bad"
    if "off" in standings:
        return "warn"
    ours = max(0, item.available)
    return "busy" if any(each.quantity != ours for each in item.listings) else "good"


COLUMNS: tuple[Column[ItemView], ...] = (
    sku_column("sku", "SKU", lambda i: i.sku, tone="strong", width=20),
    title_column("name", "Name", lambda i: i.name, width=12, flex=2, rank=1, wish=25),
    Column(
        "on_hand",
        "On hand",
        lambda i: number(i.on_hand),
        width=7,
        align="right",
        order=lambda i: i.on_hand,
        short="Hand",
        snug=True,
    ),
    Column(
        "committed",
        "Committed",
        lambda i: number(i.committed, tone="accent"),
        width=9,
        align="right",
        rank=2,
        order=lambda i: i.committed,
        short="Comm.",
        snug=True,
    ),
    Column(
        "available",
        "Available",
        _available,
        width=9,
        align="right",
        order=lambda i: i.available,
        short="Avail",
        snug=True,
    ),
    Column(
        "shops",
        "Shops show",
        _shops,
        width=12,
        flex=1,
        widest=30,
        short="Shops",
        snug=True,
    ),
    Column(
        "price",
        "Price",
        lambda i: Cell(str(i.price) if i.price else "-", "muted"),
        width=12,
        align="right",
        rank=3,
        order=lambda i: i.price.amount if i.price else None,
    ),
)
