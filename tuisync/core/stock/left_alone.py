"""Why a linked listing's number is not sent, though it may be another one than ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from tuisync.core.linking.presence import is_gone
from tuisync.core.models import Integration, IntegrationStatus, Link, Listing, ListingState
from tuisync.core.remote import Capabilities
from tuisync.core.stock.numbers import is_linked, number_steps, pushable, shown
from tuisync.core.stock.reasons import fee_words
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.workspace import Workspace

ShelfStanding = Literal["shown", "off", "broken", "gone"]
"""Whether buyers are shown a listing's number, and whether it is ours to set."""

_OFF: dict[ListingState, str] = {
    "inactive": "paused at the shop",
    "draft": "a draft at the shop",
    "expired": "expired at the shop",
}


def standing_of(link: Link, listing: Listing) -> ShelfStanding:
    """Return how a linked variant stands at its shop. Pure."""
    if is_gone(listing, link):
        return "gone"
    if link.state == "broken":
        return "broken"
    return "shown" if pushable(listing) else "off"


def why_left_alone(link: Link, listing: Listing) -> str:
    """Return in words why a linked variant's number is not ours to set; empty when it is. Pure."""
    match standing_of(link, listing):
        case "gone":
            return "gone from the shop"
        case "broken":
            return "its variations were changed at the shop; a sync of items reads them"
        case "off":
            return f"{_OFF.get(listing.state, 'off at the shop')}: its number is left alone"
    return ""


def why_not_sent(
    link: Link, listing: Listing, integration: Integration, can: Capabilities, wants: int
) -> str:
    """Return in words why a number of ours that differs is not sent; empty when it is. Pure.

    Args:
        link: The variant's link.
        listing: Its listing.
        integration: Its shop.
        can: What the shop's marketplace can do, and charges.
        wants: The number the shop should show.
    """
    alone = why_left_alone(link, listing)
    if alone:
        return alone
    if integration.stock_sync != "active":
        return "stock sync is off for this shop"
    if listing.state == "sold_out" and wants > 0 and not integration.renew_sold_out:
        return fee_words(can.renewal_fee, allowed=False) if can.renewal_fee else ""
    if link.asks is not None:
        return "it was changed at the shop and waits for your answer"
    if link.left is not None:
        return "you chose to leave the difference"
    return "the shop is on vacation: it waits" if integration.on_vacation else ""


_STATUS: dict[IntegrationStatus, str] = {
    "inactive": "it is switched off",
    "needs_reauth": "it needs a sign-in",
}


def left_out(reader: Reader) -> dict[str, str]:
    """Return by name the shops that get no numbers, with the reason: `it is switched off`."""
    return {
        each.name: _STATUS.get(each.status, "its stock sync is off")
        for each in reader.all(schema.INTEGRATIONS)
        if each.status != "active" or each.stock_sync != "active"
    }


def left_out_words(shops: Mapping[str, str]) -> str:
    """Return the shops that are left out in words: `etsy (it is switched off)`."""
    return ", ".join(f"{name} ({reason})" for name, reason in shops.items())


def other_numbers(reader: Reader, workspace: Workspace) -> int:
    """Return how many listings are off at their shop and show another number than ours."""
    return sum(
        len(_other_numbers(reader, workspace, each))
        for each in reader.all(schema.INTEGRATIONS)
        if each.status == "active" and each.stock_sync == "active"
    )


def _other_numbers(reader: Reader, workspace: Workspace, integration: Integration) -> set[str]:
    cap = workspace.marketplaces.describe(integration.marketplace).capabilities.max_quantity
    found: set[str] = set()
    for link in reader.find(schema.LINKS, "integration", integration.id):
        listing = reader.get(schema.LISTINGS, link.listing) if is_linked(link) else None
        if listing is None or standing_of(link, listing) != "off" or link.item is None:
            continue
        wants = number_steps(reader, integration, link.item, cap)[-1].value
        if any(each.key == link.key and shown(each, listing) != wants for each in listing.variants):
            found.add(listing.id)
    return found
