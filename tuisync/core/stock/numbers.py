"""The number a shop should show for a linked variant, and what it shows now."""

from __future__ import annotations

from collections.abc import Callable

from tuisync.core.models import Integration, Level, Link, Listing, ListingVariant
from tuisync.core.stock.last_unit import Seller, keeper
from tuisync.core.stock.ledger import balances
from tuisync.core.stock.rules import RuleStep, apply_rules
from tuisync.core.store import schema
from tuisync.core.store.port import Reader

Cap = Callable[[str], int | None]
"""Returns a marketplace's highest quantity."""


def for_sale(reader: Reader, item: str, warehouse: str | None) -> int:
    """Return available units: of one warehouse, or summed over the active ones.

    The sum is made first and may be negative in parts; the caller clamps it afterwards.
    """
    return sum(
        balance.available
        for each, balance in balances(reader, item)
        if (each.id == warehouse if warehouse else each.active)
    )


def number_steps(
    reader: Reader, integration: Integration, item: str, cap: int | None
) -> list[RuleStep]:
    """Return the steps to the number that integration should show for the item."""
    available = for_sale(reader, item, integration.warehouse)
    kept_by = _kept_by(reader, integration, item, available)
    return apply_rules(available, integration.rules, cap, kept_by=kept_by)


def last_units_are_kept(reader: Reader) -> bool:
    """Return whether any shop keeps last units to itself, so that shops' numbers interact."""
    return reader.count(schema.INTEGRATIONS, "keeps", "last units") > 0


def _kept_by(reader: Reader, integration: Integration, item: str, available: int) -> Seller | None:
    """Return the other shop that keeps the item's last units, if one does."""
    if available <= 0 or not last_units_are_kept(reader):
        return None
    asked = [each for each in reader.all(schema.INTEGRATIONS) if _sells(reader, each, item)]
    sellers = [_seller(reader, each, item) for each in asked]
    kept = keeper(_seller(reader, integration, item), sellers)
    return None if kept is None or kept.integration == integration.id else kept


def _seller(reader: Reader, integration: Integration, item: str) -> Seller:
    return Seller(
        integration=integration.id,
        name=integration.name,
        warehouse=integration.warehouse,
        available=for_sale(reader, item, integration.warehouse),
        keeps=integration.rules.last_unit,
        connected_at=integration.connected_at,
    )


def _sells(reader: Reader, integration: Integration, item: str) -> bool:
    """Return whether a shop can sell the item: a shop that is asleep still has buyers."""
    if integration.status == "inactive" or integration.stock_sync != "active":
        return False
    for link in reader.find(schema.LINKS, "item", item):
        if link.integration == integration.id and is_linked(link):
            listing = reader.get(schema.LISTINGS, link.listing)
            if listing is not None and pushable(listing):
                return True
    return False


def pushable(listing: Listing) -> bool:
    """Return whether its numbers are ours to set: it is for sale, or we paused it.

    Drafts, expired and seller-paused listings are left alone. A listing the shop sold out is
    pushed too: whether that may cost a renewal is decided where it is sent.
    """
    return listing.state in {"active", "sold_out"} or listing.paused_by_us


def shown(variant: ListingVariant, listing: Listing) -> int:
    """Return the number buyers see: nothing while we paused it, nor once it is sold out or gone.

    A shop may keep another number of it then, which nobody can buy.
    """
    unseen = listing.paused_by_us or listing.state in {"removed", "sold_out"}
    return 0 if unseen else variant.quantity


def level_of(listing: Listing, key: str) -> Level | None:
    """Return where a variant that is linked now begins: at the number its shop shows."""
    found = (shown(each, listing) for each in listing.variants if each.key == key)
    number = next(found, None)
    return None if number is None else Level(number, listing.read_at)


def is_linked(link: Link) -> bool:
    """Return whether an item stands behind the variant."""
    return link.state == "linked" and link.item is not None


def takes_sales(link: Link) -> bool:
    """Return whether what is sold of the variant is taken from its item.

    Also while its link is broken: what the shop does not show any more was sold before that.
    """
    return link.item is not None and link.state in {"linked", "broken"}
