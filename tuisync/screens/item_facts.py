"""What is said of an item: its stock, where it is sold, and how its numbers come about."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tuisync.widgets.bars import bars, course
from tuisync.widgets.facts import Fact, Section, fact, note, section
from tuisync.widgets.marks import LISTING
from tuisync.widgets.when import span

if TYPE_CHECKING:
    from tuisync.core.views.objects import (
        ChannelView,
        ItemListingView,
        ItemView,
        WhyView,
    )


_COURSE = timedelta(days=90)
_CELLS = 20
"""The chart of the stock: how far back it goes, and its width."""


def course_words(why: WhyView, now: datetime) -> str:
    """Return the line over the movements: what is below it, and the course of the stock."""
    movements = why.movements
    if not movements:
        return "Movements"
    first = min(each.at for each in movements)
    length = min(_COURSE, max(now - first, timedelta(days=1)))
    steps = [(each.at, each.delta) for each in movements]
    values = course(steps, now, length, _CELLS)
    return (
        f"Movements  {bars(_from_below(values))}  {span(length)}: "
        f"{min(values):,} to {max(values):,} on hand"
    )


def _from_below(values: list[int]) -> list[float]:
    """Return the values above a ground that lets small changes of a large number be seen."""
    least, most = min(values), max(values)
    ground = max(0, least - (most - least) / 2) if most > least else 0
    return [value - ground for value in values]


def item_sections(item: ItemView, *, titled: bool = True) -> list[Section]:
    """Return what a pane says of an item."""
    places = [
        fact(each.warehouse, f"{each.on_hand:,} - {each.committed:,} = {each.available:,}")
        for each in item.warehouses
    ]
    listings = [_shown_there(each) for each in item.listings]
    attributes = ", ".join(f"{name}: {value}" for name, value in item.attributes.items())
    head = [fact("Price", item.price), *([fact("Options", attributes)] if attributes else [])]
    if item.retired_at:
        head.append(fact("Retired", "in no list, linked to nothing", "warn"))
    return [
        section(f"{item.sku}  {item.name}" if titled else "", head),
        section(
            "On hand - committed = available",
            places or [note("never counted: a adjusts it", "muted")],
        ),
        section(
            "Shops", listings or [note("not for sale anywhere: link a variant to it", "muted")]
        ),
    ]


def _shown_there(listing: ItemListingView) -> Fact:
    """Return what a shop shows, or why its number is not ours to set."""
    match listing.standing:
        case "gone":
            return fact(listing.integration, f"gone from the shop   {listing.title}", "bad")
        case "broken":
            return fact(listing.integration, f"broken   {listing.title}", "bad")
        case "off":
            words = f"{listing.quantity:,}, {LISTING[listing.listing_state].word} there"
            return fact(listing.integration, f"{words}   {listing.title}", "warn")
    return fact(listing.integration, f"shows {listing.quantity:,}   {listing.title}")


def why_sections(why: WhyView) -> list[Section]:
    """Return how the numbers come about, step by step."""
    promised = [
        fact(f"- {each.quantity:,}", f"order {each.number} in {each.warehouse}")
        for each in why.commitments
    ]
    chain: list[Fact] = [
        fact(f"{why.on_hand:,}", "on hand: the movements below"),
        *promised,
        fact(f"{why.available:,}", "available", "strong"),
    ]
    sections = [section("Why this number", chain)]
    return [*sections, *(section(each.integration, _steps_there(each)) for each in why.channels)]


def _steps_there(channel: ChannelView) -> list[Fact]:
    """Return the way to a shop's number, and where it ends when it is not sent."""
    place = f" in {channel.warehouse}" if channel.warehouse else ""
    steps = [
        fact(f"{step.value:,}", f"{step.rule}{'' if number else place}")
        for number, step in enumerate(channel.rules)
    ]
    if channel.left_alone and channel.shows != channel.desired:
        return [*steps, fact(f"{channel.desired:,}", f"to show; {channel.left_alone}", "warn")]
    told = (
        "never sent" if channel.confirmed is None else f"the shop confirmed {channel.confirmed:,}"
    )
    agreed = channel.confirmed in {None, channel.desired}
    return [*steps, fact(f"{channel.desired:,}", f"to show; {told}", "good" if agreed else "busy")]
