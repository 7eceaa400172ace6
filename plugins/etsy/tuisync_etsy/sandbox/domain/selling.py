"""What the seller may do with a listing's state, and what each move costs."""

from __future__ import annotations

from dataclasses import replace

from tuisync_etsy.sandbox.domain.errors import Refused, bad_request
from tuisync_etsy.sandbox.domain.listings import FOUR_MONTHS, MAX_QUANTITY, Listing, set_state

EMPTY_QUANTITY = "There was a problem with /quantity : cannot be empty"
TOO_MANY = f"There was a problem with /quantity : cannot be greater than {MAX_QUANTITY}"


def change_state(listing: Listing, wanted: str, now: int) -> None:
    """Set a listing `active` or `inactive` as `updateListing` does.

    Activating a listing that is sold out or expired renews it, which costs the seller a
    fee; a sold-out one comes back with one unit, whatever its inventory said. A listing
    without units cannot be paused (etsy/open-api #538), and one with more than 999 units
    in all cannot be changed at all (etsy/open-api #214).

    Raises:
        Refused: The move is not possible.
    """
    if wanted not in {"active", "inactive"}:
        raise bad_request(f"Invalid value for 'state': {wanted}. Use active or inactive.")
    if listing.quantity > MAX_QUANTITY and listing.type == "physical":
        raise bad_request(TOO_MANY)
    if wanted == listing.state:
        return
    if wanted == "active":
        _activate(listing, now)
    else:
        _pause(listing, now)


def _activate(listing: Listing, now: int) -> None:
    if not listing.image_ids:
        raise bad_request("A listing must have at least one image to be active.")
    if listing.state == "sold_out":
        _back_with_one(listing)
    if listing.quantity == 0:
        raise bad_request(EMPTY_QUANTITY)
    if listing.state != "inactive":
        listing.renewals += 1
        listing.ending_at = now + FOUR_MONTHS
    set_state(listing, "active", now)


def _pause(listing: Listing, now: int) -> None:
    if listing.quantity == 0:
        raise bad_request(EMPTY_QUANTITY)
    if listing.state != "active":
        raise Refused(409, f"A listing that is {listing.state} cannot be made inactive.")
    set_state(listing, "inactive", now)


def _back_with_one(listing: Listing) -> None:
    shared = not listing.on_property.quantity
    listing.products = tuple(
        replace(product, quantity=1 if shared or index == 0 else 0, is_enabled=True)
        for index, product in enumerate(listing.products)
    )
