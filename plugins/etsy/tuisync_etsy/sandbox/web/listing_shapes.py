"""Listings and their inventory as Etsy's description shapes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tuisync_etsy.sandbox.domain.listings import Listing, Product, PropertyValue
from tuisync_etsy.sandbox.domain.shop import ProcessingProfile, Shop
from tuisync_etsy.sandbox.domain.variation_images import options
from tuisync_etsy.sandbox.domain.world import Quirks
from tuisync_etsy.sandbox.web.shapes import money

_NOT_IN_SLUG = re.compile(r"[^A-Za-z0-9]+")


def listing_shape(listing: Listing, shop: Shop, *, profile: bool = True) -> dict[str, Any]:
    """Return a `ShopListing`.

    Args:
        listing: The listing.
        shop: Its shop.
        profile: Fill in the processing profile, which only shop-scoped and single reads of
            active physical listings do.
    """
    return {
        "listing_id": listing.listing_id,
        "user_id": shop.user_id,
        "shop_id": shop.shop_id,
        "title": listing.title,
        "description": listing.description,
        "rich_description": None,
        "state": listing.state,
        **_times(listing),
        "quantity": listing.quantity,
        "shop_section_id": None,
        "featured_rank": -1,
        "url": f"https://www.etsy.com/listing/{listing.listing_id}/{_slug(listing.title)}",
        "num_favorers": listing.favorers,
        "non_taxable": False,
        "is_taxable": True,
        "is_customizable": False,
        "is_personalizable": listing.personalizable,
        "listing_type": listing.type,
        "tags": list(listing.tags),
        "materials": list(listing.materials),
        "price": money(listing.price, shop, listing.currency),
        "converted_price": None,
        "has_variations": listing.has_variations,
        "should_auto_renew": listing.auto_renew,
        "language": "en-US",
        "taxonomy_id": listing.taxonomy_id,
        "suggested_title": None,
        **_fulfilment(listing, shop, profile=profile),
        **_FIXED,
    }


def with_associations(
    listing: Listing,
    shop: Shop,
    *,
    owner: bool,
    images: bool = False,
    inventory: dict[str, Any] | None = None,
    profile: bool = True,
    included_shop: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return a `ShopListingWithAssociations`; SKUs are for the owner's eyes."""
    skus = dict.fromkeys(product.sku for product in listing.products if product.sku)
    return {
        **listing_shape(listing, shop, profile=profile),
        "shipping_profile": None,
        "user": None,
        "shop": included_shop,
        "images": [_image(listing, each) for each in listing.image_ids] if images else [],
        "videos": [],
        "inventory": inventory,
        "production_partners": [],
        "skus": list(skus) if owner else [],
        "translations": None,
        "views": listing.views,
        "personalization": None,
        "buyer_price": None,
    }


def inventory_shape(
    listing: Listing, shop: Shop, quirks: Quirks, *, owner: bool, retired: bool = False
) -> dict[str, Any]:
    """Return a `ListingInventory`.

    Args:
        listing: The listing.
        shop: Its shop.
        quirks: May add the undocumented `value_pairs` and more.
        owner: Show SKUs; to others they are empty.
        retired: Add the products the last write replaced, marked as deleted.
    """
    view = _View(shop, quirks, listing.currency, owner=owner)
    products = [_product(each, view) for each in listing.products]
    if retired:
        products += [_product(each, view, deleted=True) for each in listing.retired]
    legacy = quirks.legacy_axes and not listing.has_variations
    return {
        "products": products,
        "price_on_property": list(listing.on_property.price),
        "quantity_on_property": [1] if legacy else list(listing.on_property.quantity),
        "sku_on_property": list(listing.on_property.sku),
        "readiness_state_on_property": list(listing.on_property.readiness),
    }


def property_shape(value: PropertyValue) -> dict[str, Any]:
    """Return a `ListingPropertyValue`."""
    return {
        "property_id": value.property_id,
        "property_name": value.property_name,
        "scale_id": value.scale_id,
        "scale_name": value.scale_name,
        "value_ids": list(value.value_ids),
        "values": list(value.values),
    }


def profile_of(listing: Listing, shop: Shop) -> ProcessingProfile | None:
    """Return the processing profile of a listing's first product."""
    wanted = listing.products[0].readiness_state_id
    return next((each for each in shop.profiles if each.readiness_state_id == wanted), None)


@dataclass(frozen=True)
class _View:
    """How products are shown, and to whom."""

    shop: Shop
    quirks: Quirks
    currency: str | None
    owner: bool


def _product(product: Product, view: _View, *, deleted: bool = False) -> dict[str, Any]:
    values = [property_shape(value) for value in product.properties]
    if view.quirks.value_pairs:
        values = [{**value, "value_pairs": _pairs(value)} for value in values]
    return {
        "product_id": product.product_id,
        "sku": product.sku if view.owner else "",
        "is_deleted": deleted,
        "offerings": [
            {
                "offering_id": product.offering_id,
                "quantity": product.quantity,
                "is_enabled": product.is_enabled,
                "is_deleted": deleted,
                "price": money(product.price, view.shop, view.currency),
                "readiness_state_id": product.readiness_state_id,
            }
        ],
        "property_values": values,
        **({"made_by_hand": True} if view.quirks.new_field else {}),
    }


def variation_images_shape(listing: Listing) -> list[dict[str, Any]]:
    """Return the pictures of a listing's options as `ListingVariationImage`s."""
    ids = {(property_id, text): id_ for (property_id, id_), text in options(listing).items()}
    return [
        {
            "property_id": link[0],
            "value_id": ids[link],
            "value": link[1],
            "image_id": image_id,
        }
        for link, image_id in listing.variation_images.items()
        if link in ids
    ]


def _pairs(value: dict[str, Any]) -> dict[str, str]:
    ids = map(str, value["value_ids"])
    return dict(zip(ids, value["values"], strict=False))


def _times(listing: Listing) -> dict[str, Any]:
    return {
        "creation_timestamp": listing.created_at,
        "created_timestamp": listing.created_at,
        "ending_timestamp": listing.ending_at,
        "original_creation_timestamp": listing.created_at,
        "last_modified_timestamp": listing.updated_at,
        "updated_timestamp": listing.updated_at,
        "state_timestamp": listing.state_at,
    }


def _fulfilment(listing: Listing, shop: Shop, *, profile: bool) -> dict[str, Any]:
    physical = listing.type == "physical"
    ready = profile_of(listing, shop) if physical and listing.state == "active" else None
    return {
        "shipping_profile_id": shop.shipping_profile_id if physical else None,
        "return_policy_id": shop.return_policy_id if physical else None,
        "processing_min": ready.min_days if ready else None,
        "processing_max": ready.max_days if ready else None,
        "readiness_state_id": ready.readiness_state_id if ready and profile else None,
    }


_FIXED: dict[str, Any] = {
    "who_made": "i_did",
    "when_made": "made_to_order",
    "is_supply": False,
    "item_weight": 14.0,
    "item_weight_unit": "oz",
    "item_length": 6.0,
    "item_width": 4.0,
    "item_height": 4.0,
    "item_dimensions_unit": "in",
    "is_private": False,
    "style": [],
    "file_data": "",
}


def _slug(title: str) -> str:
    return _NOT_IN_SLUG.sub("-", title).strip("-").lower()[:60] or "listing"


def _image(listing: Listing, image_id: int) -> dict[str, Any]:
    base = f"https://i.etsystatic.com/il/{listing.listing_id}"
    return {
        "listing_id": listing.listing_id,
        "listing_image_id": image_id,
        "hex_code": "C9BFA8",
        "red": 201,
        "green": 191,
        "blue": 168,
        "hue": 42,
        "saturation": 16,
        "brightness": 78,
        "is_black_and_white": False,
        "creation_tsz": listing.created_at,
        "created_timestamp": listing.created_at,
        "rank": 1,
        "url_75x75": f"{base}/il_75x75.{image_id}.jpg",
        "url_170x135": f"{base}/il_170x135.{image_id}.jpg",
        "url_570xN": f"{base}/il_570xN.{image_id}.jpg",
        "url_fullxfull": f"{base}/il_fullxfull.{image_id}.jpg",
        "full_height": 2000,
        "full_width": 2000,
        "alt_text": None,
    }
