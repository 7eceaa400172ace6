"""Writing a listing's inventory: the whole product list is replaced, under Etsy's rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from tuisync_etsy.sandbox.domain.ids import Ids
from tuisync_etsy.sandbox.domain.inventory_input import Draft, read_body
from tuisync_etsy.sandbox.domain.inventory_rules import check
from tuisync_etsy.sandbox.domain.listings import Listing, Product, PropertyValue
from tuisync_etsy.sandbox.domain.shop import Shop
from tuisync_etsy.sandbox.domain.variation_images import drop_stale


@dataclass(frozen=True, slots=True)
class Writer:
    """What a write needs to know besides the body.

    Attributes:
        axes_supported: `max_variations_supported` of the request.
        strict_keys: Refuse keys the description does not have (etsy/open-api #159).
        unlink_images: Drop the pictures of options, as writes did (etsy/open-api #200).
        reprice: Make every price one smallest unit higher.
    """

    shop: Shop
    ids: Ids
    now: int
    axes_supported: int = 2
    strict_keys: bool = True
    unlink_images: bool = False
    reprice: bool = False


def replace_inventory(listing: Listing, body: Any, writer: Writer) -> None:
    """Replace a listing's products by those of a request body.

    Every product and offering gets a new id, also those that did not change
    (etsy/open-api #523); the old ones are kept as retired. The listing's state stays. Its
    prices are in the shop's currency from then on, whatever they were in.

    Raises:
        Refused: 400, with the rule that was broken; nothing has changed then.
    """
    draft = read_body(body, strict=writer.strict_keys)
    check(draft, listing, writer.shop, axes_supported=writer.axes_supported)
    products = tuple(_product(each, listing, writer) for each in draft.products)
    listing.retired = listing.products
    listing.products = products
    listing.on_property = draft.on_property
    listing.updated_at = writer.now
    listing.currency = None
    if writer.unlink_images:
        listing.variation_images = {}
    drop_stale(listing)


def _product(draft: Draft, listing: Listing, writer: Writer) -> Product:
    return Product(
        product_id=writer.ids.next("product"),
        offering_id=writer.ids.next("offering"),
        sku=draft.sku,
        price=round(draft.price * writer.shop.divisor) + writer.reprice,
        quantity=draft.quantity,
        is_enabled=draft.is_enabled,
        readiness_state_id=draft.readiness_state_id,
        properties=tuple(_own_ids(value, listing, writer) for value in draft.properties),
    )


def _own_ids(value: PropertyValue, listing: Listing, writer: Writer) -> PropertyValue:
    """Give a value the shop's own ids, and the name its property has on the listing."""
    known = {each.property_id: each for product in listing.products for each in product.properties}
    before = known.get(value.property_id)
    name = value.property_name or (before.property_name if before else "Custom Property")
    return replace(
        value,
        property_name=name,
        scale_name=before.scale_name if before and value.scale_id else None,
        value_ids=tuple(value_id(writer, value.property_id, text) for text in value.values),
    )


def value_id(writer: Writer, property_id: int, text: str) -> int:
    """Return the shop's id of an option's text, made when it is first used."""
    key = (property_id, text)
    if key not in writer.shop.value_ids:
        writer.shop.value_ids[key] = writer.ids.next("value")
    return writer.shop.value_ids[key]
