"""Where a difference between our number and the shop's comes from. Pure.

Three numbers are compared: ours (what the rules give), the one at which both sides were level
last (confirmed), and the shop's as last read. Sales the shop told of move ours and the
confirmed one alike, so a sale is no difference.
"""

from __future__ import annotations

from tuisync.core.models import Difference, DriftKind, Link, Listing

THEIRS: frozenset[DriftKind] = frozenset({"there", "both", "reactivated"})
"""The kinds in which somebody changed something at the shop, so that we may have to ask."""


def difference(
    *, ours: int, confirmed: int | None, shop: int, reactivated: bool = False
) -> Difference | None:
    """Return how the three numbers differ; None where the shop shows our number.

    Args:
        ours: The number our rules give.
        confirmed: The number at which both were level, or None where they never were.
        shop: The number the shop shows.
        reactivated: We paused the listing, and somebody put it up for sale again.
    """
    if ours == shop:
        return None
    kind: DriftKind = "reactivated" if reactivated else _kind(ours, confirmed, shop)
    return Difference(kind=kind, ours=ours, confirmed=confirmed, shop=shop)


def _kind(ours: int, confirmed: int | None, shop: int) -> DriftKind:
    if confirmed is None or shop == confirmed:
        return "here"
    return "there" if ours == confirmed else "both"


def of_link(link: Link, listing: Listing, *, ours: int, shop: int) -> Difference | None:
    """Return how a linked variant's numbers differ; None where they do not."""
    confirmed = link.level.number if link.level else None
    return difference(ours=ours, confirmed=confirmed, shop=shop, reactivated=listing.reactivated)


def is_left(link: Link, found: Difference) -> bool:
    """Return whether the user chose to leave exactly this difference as it is."""
    left = link.left
    return left is not None and _numbers(left) == _numbers(found)


def must_ask(found: Difference, *, ask: bool) -> bool:
    """Return whether nothing may be written before the user has answered.

    Args:
        found: The difference.
        ask: The integration is set to ask (`drift=ask`).
    """
    return ask and found.kind in THEIRS


def _numbers(each: Difference) -> tuple[int, int | None, int]:
    return each.ours, each.confirmed, each.shop
