"""Pictures that belong to one option of a listing, such as the red one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from tuisync_etsy.sandbox.domain.errors import bad_request
from tuisync_etsy.sandbox.domain.listings import Listing

Link = tuple[int, str]
"""A property and the option's text; value ids are no key, because a write gives new ones."""


class Wanted(NamedTuple):
    """A picture for an option, as a request names it."""

    property_id: int
    value_id: int
    image_id: int


def options(listing: Listing) -> dict[tuple[int, int], str]:
    """Return the text of each option by property and value id."""
    return {
        (value.property_id, value_id): text
        for product in listing.products
        for value in product.properties
        for value_id, text in zip(value.value_ids, value.values, strict=False)
    }


def replace_links(listing: Listing, wanted: Iterable[Wanted]) -> None:
    """Replace all of a listing's links.

    Raises:
        Refused: 400: an unknown option or picture, more than one property, or twice the same.
    """
    known, wanted = options(listing), list(wanted)
    links: dict[Link, int] = {}
    if len({each.property_id for each in wanted}) > 1:
        raise bad_request("Variation images can only be associated with one property")
    for each in wanted:
        text = known.get((each.property_id, each.value_id))
        if text is None:
            raise bad_request(f"Invalid value_id: {each.value_id}")
        if each.image_id not in listing.image_ids:
            raise bad_request(f"Invalid image_id: {each.image_id}")
        if (each.property_id, text) in links:
            raise bad_request("variation_images should not contain any duplicates")
        links[each.property_id, text] = each.image_id
    listing.variation_images = links


def drop_stale(listing: Listing) -> None:
    """Forget links to options that are not there any more."""
    there = {(property_id, text) for (property_id, _), text in options(listing).items()}
    listing.variation_images = {
        link: image for link, image in listing.variation_images.items() if link in there
    }
