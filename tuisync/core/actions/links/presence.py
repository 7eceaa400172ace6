"""Whether the shop still has the variant that is decided about."""

from __future__ import annotations

from tuisync.core.errors import Conflict, NotFound
from tuisync.core.linking.presence import CHANGED, is_gone
from tuisync.core.models import Link, Listing
from tuisync.core.store import schema
from tuisync.core.store.port import Reader


def check_there(reader: Reader, link: Link) -> None:
    """Check that the shop has what is to be linked, as far as it was read.

    Raises:
        NotFound: The listing was purged.
        Conflict: It is gone from the shop, or was changed there since it was read.
    """
    if is_gone(listing_of(reader, link), link):
        raise gone(link)
    if link.state == "broken":
        raise Conflict(
            CHANGED,
            hint="`tuisync sync items` reads them, and links again what is still there.",
        )


def gone(link: Link) -> Conflict:
    """Say that a variant is not at its shop any more."""
    return Conflict(
        "This variant is gone from the shop, so no item can stand behind it.",
        hint=f"`tuisync links let-go {link.id}` lets it go; should it come back, a sync finds it.",
    )


def listing_of(reader: Reader, link: Link) -> Listing:
    """Return the link's listing.

    Raises:
        NotFound: It was purged.
    """
    listing = reader.get(schema.LISTINGS, link.listing)
    if listing is None:
        raise NotFound("The listing is not here any more.", hint="Sync items first.")
    return listing
