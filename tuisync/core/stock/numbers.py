"""The number a shop should show for a linked variant, and what it shows now."""

from __future__ import annotations

from collections.abc import Callable

from tuisync.core.models import Integration, Link, Listing, ListingVariant
from tuisync.core.stock.ledger import balances
from tuisync.core.stock.rules import RuleStep, apply_rules
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
    return apply_rules(for_sale(reader, item, integration.warehouse), integration.rules, cap)


def pushable(listing: Listing) -> bool:
    """Return whether its numbers are ours to set: it is for sale, or we paused it.

    Drafts, expired and seller-paused listings are left alone. A listing the shop sold out is
    pushed too: whether that may cost a renewal is decided where it is sent.
    """
    return listing.state in {"active", "sold_out"} or listing.paused_by_us


def shown(variant: ListingVariant, listing: Listing) -> int:
    """Return the number buyers see: nothing while the listing is paused by us."""
    return 0 if listing.paused_by_us else variant.quantity


def is_linked(link: Link) -> bool:
    """Return whether an item stands behind the variant."""
    return link.state == "linked" and link.item is not None
