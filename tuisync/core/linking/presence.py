"""Whether a shop still has what a link is of. Pure."""

from __future__ import annotations

from tuisync.core.models import Link, Listing

GONE = "It is gone from the shop."
"""Of a listing, in words."""

VARIATION_GONE = "This variation is gone from the shop."
"""Of one variant of a listing that is still there."""

CHANGED = "Its variations were changed at the shop."
"""Of a listing that is there and is not what was linked."""


def is_gone(listing: Listing, link: Link) -> bool:
    """Return whether the shop has the link's listing, or its variation, no more."""
    return listing.state == "removed" or all(each.key != link.key for each in listing.variants)


def why_broken(listing: Listing, link: Link) -> str:
    """Return in words why a link is broken; empty when it is not."""
    if link.state != "broken":
        return ""
    if not is_gone(listing, link):
        return CHANGED
    return GONE if listing.state == "removed" else VARIATION_GONE
