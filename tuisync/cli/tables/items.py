"""Items and their stock, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tuisync.cli.pen import Cell, Pen, options
from tuisync.cli.table import card, count, flexible, head, section, spare, table
from tuisync.core.views.objects import ChannelView, ItemListingView, ItemView, WhyView

_ITEMS = (
    head("SKU"),
    flexible("Name"),
    spare(count("Price")),
    count("On hand"),
    spare(count("Committed")),
    count("Available"),
    spare(count("Variants")),
)


def item_table(views: Sequence[ItemView], pen: Pen) -> Iterator[str]:
    """Yield a line per item."""
    rows = (
        (
            view.sku,
            view.name,
            str(view.price) if view.price else None,
            _units(view.on_hand),
            view.committed,
            _units(view.available),
            len(view.listings),
        )
        for view in views
    )
    yield from table(_ITEMS, rows, pen)


def item_card(view: ItemView, pen: Pen) -> Iterator[str]:
    """Yield an item, its stock per warehouse, and where it is sold."""
    yield from card(
        [
            ("SKU", Cell(view.sku, "strong")),
            ("Name", view.name),
            ("Group", view.group),
            ("Attributes", options(view.attributes)),
            ("Price", str(view.price) if view.price else None),
            ("On hand", _units(view.on_hand)),
            ("Committed", view.committed),
            ("Available", _units(view.available)),
            *([("Retired", pen.time(view.retired_at))] if view.retired_at else []),
        ]
    )
    yield from section("Warehouses", _warehouses(view, pen))
    yield from section("Listing variants", _listings(view, pen))


def why_card(view: WhyView, pen: Pen) -> Iterator[str]:
    """Yield the chain from movements to what each shop shows."""
    sums = f"{view.on_hand} on hand - {view.committed} committed = {view.available} available"
    yield from card([("SKU", Cell(view.sku, "strong")), ("Stock", sums)])
    yield from section("Movements", _movements(view, pen))
    yield from section("Commitments", _commitments(view, pen))
    yield from section("Shops", _channels(view, pen))
    yield from section("Not sent", _left_alone(view, pen))


def _warehouses(view: ItemView, pen: Pen) -> Iterator[str]:
    heads = (head("Warehouse"), count("On hand"), count("Committed"), count("Available"))
    rows = (
        (each.warehouse, _units(each.on_hand), each.committed, _units(each.available))
        for each in view.warehouses
    )
    yield from table(heads, rows, pen)


def _listings(view: ItemView, pen: Pen) -> Iterator[str]:
    heads = (head("Shop"), head("Variant"), flexible("Title"), count("Shows"), head("Confirmed"))
    rows = (
        (each.integration, each.variant, each.title, _shows(each), pen.time(each.confirmed_at))
        for each in view.listings
    )
    yield from table(heads, rows, pen)


def _shows(listing: ItemListingView) -> Cell:
    """Return a shop's number, and whether buyers see it."""
    match listing.standing:
        case "gone":
            return Cell("gone", "bad")
        case "shown":
            return Cell(str(listing.quantity))
    return Cell(f"{listing.quantity} {listing.standing}", "warn")


def _movements(view: WhyView, pen: Pen) -> Iterator[str]:
    heads = (head("At"), count("Units"), head("Kind"), flexible("Why"), head("Warehouse"))
    rows = (
        (
            pen.time(each.at),
            f"{each.delta:+d}",
            each.kind.replace("_", " "),
            each.cause,
            each.warehouse,
        )
        for each in view.movements
    )
    yield from table(heads, rows, pen)


def _commitments(view: WhyView, pen: Pen) -> Iterator[str]:
    heads = (head("Order"), count("Units"), head("Warehouse"))
    rows = ((each.number, each.quantity, each.warehouse) for each in view.commitments)
    yield from table(heads, rows, pen)


def _channels(view: WhyView, pen: Pen) -> Iterator[str]:
    heads = (
        head("Shop"),
        head("Variant"),
        flexible("How"),
        count("Should show"),
        count("Confirmed"),
        head("At"),
    )
    rows = (
        (
            each.integration,
            each.variant,
            _how(each),
            each.desired,
            each.confirmed if each.confirmed is not None else None,
            pen.time(each.confirmed_at),
        )
        for each in view.channels
    )
    yield from table(heads, rows, pen)


def _how(channel: ChannelView) -> str:
    """Return the steps to a shop's number, the first one with the warehouse it sells from."""
    first, *rest = channel.rules
    words = [f"{first.rule}{f' in {channel.warehouse}' if channel.warehouse else ''} {first.value}"]
    return ", ".join([*words, *(f"{step.rule} {step.value}" for step in rest)])


def _left_alone(view: WhyView, pen: Pen) -> Iterator[str]:
    heads = (head("Shop"), head("Variant"), count("Shows"), flexible("Why"))
    rows = (
        (each.integration, each.variant, each.shows, each.left_alone)
        for each in view.channels
        if each.left_alone
    )
    yield from table(heads, rows, pen)


def _units(number: int) -> Cell:
    """Return units of stock; below zero more was sold than is there."""
    return Cell(str(number), "bad" if number < 0 else "plain" if number else "muted")
