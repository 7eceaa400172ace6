"""A listing and its inventory, from Etsy's form into ours. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tuisync import ListingVariant, RemoteListing, Unreadable
from tuisync_etsy import wire
from tuisync_etsy.values import moment, money, text
from tuisync_etsy.variants import fingerprint, listing_variants, live_products

if TYPE_CHECKING:
    from tuisync import ListingState

_LISTING = msgspec.json.Decoder(wire.Listing, strict=False)
_INVENTORY = msgspec.json.Decoder(wire.Inventory | None, strict=False)
_STATES: dict[str, ListingState] = {
    "active": "active",
    "inactive": "inactive",
    "edit": "inactive",
    "sold_out": "sold_out",
    "draft": "draft",
    "expired": "expired",
    "removed": "removed",
}


def listing_state(word: str | None) -> ListingState:
    """Return the state; whatever is not known is not for sale.

    `edit` is what `inactive` reads back as in places (etsy/open-api #473).
    """
    return _STATES.get((word or "").strip().casefold().replace(" ", "_"), "inactive")


def read_listing(raw: bytes | msgspec.Raw) -> wire.Listing | Unreadable:
    """Decode one listing, or say why it cannot be."""
    try:
        return _LISTING.decode(raw)
    except msgspec.DecodeError as error:
        return unreadable(raw, "listing_id", error)


def to_listing(listing: wire.Listing, inventory: bytes | msgspec.Raw) -> RemoteListing | Unreadable:
    """Put a listing and its inventory together.

    A listing never edited with Etsy's inventory tools has no inventory record (null); it
    counts as a whole, with the listing's own quantity.
    """
    title = text(listing.title) or ""
    try:
        found = _INVENTORY.decode(inventory)
    except msgspec.DecodeError as error:
        return Unreadable(remote_id=str(listing.listing_id), title=title, reason=_reason(error))
    if found is not None and live_products(found):
        return _remote(listing, title, listing_variants(found), fingerprint(found))
    if listing.has_variations:
        return Unreadable(
            remote_id=str(listing.listing_id),
            title=title,
            reason="Etsy did not tell the listing's variations this time.",
        )
    return _remote(listing, title, (_whole(listing),), "")


def unreadable(raw: bytes | msgspec.Raw, id_field: str, error: Exception) -> Unreadable:
    """Return what can be said of a record that does not fit: its id, its title, and why."""
    try:
        fields = msgspec.json.decode(raw)
    except msgspec.DecodeError:
        fields = None
    known = fields if isinstance(fields, dict) else {}
    title = known.get("title")
    return Unreadable(
        remote_id=str(known.get(id_field, "?")),
        title=(text(title) or "") if isinstance(title, str) else "",
        reason=_reason(error),
    )


def _remote(
    listing: wire.Listing, title: str, variants: tuple[ListingVariant, ...], shape: str
) -> RemoteListing:
    return RemoteListing(
        remote_id=str(listing.listing_id),
        title=title,
        state=listing_state(listing.state),
        variants=variants,
        modified_at=moment(listing.updated_timestamp, listing.last_modified_timestamp),
        url=text(listing.url),
        fingerprint=shape,
    )


def _whole(listing: wire.Listing) -> ListingVariant:
    return ListingVariant(
        key="", quantity=max(listing.quantity or 0, 0), price=money(listing.price)
    )


def _reason(error: Exception) -> str:
    return f"Etsy sent something unexpected: {error}."
