"""What the control interface shows of the world; never a token or a secret."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from tuisync_etsy.sandbox.domain.listings import Listing, Product
from tuisync_etsy.sandbox.domain.receipts import Receipt
from tuisync_etsy.sandbox.domain.traffic import Call
from tuisync_etsy.sandbox.domain.world import World


def world_view(world: World) -> dict[str, Any]:
    """Return the owner's shop with its numbers and orders, and what was counted."""
    shop, now = world.shop, world.clock.precise()
    return {
        "now": world.clock.now(),
        "shop": {
            "shop_id": shop.shop_id,
            "user_id": shop.user_id,
            "shop_name": shop.name,
            "currency": shop.currency,
            "on_vacation": shop.on_vacation,
        },
        "signed_in": world.seat,
        "users": {seat: user.user_id for seat, user in world.users.items()},
        "listings": [listing_view(each) for each in world.listings_of(shop.shop_id)],
        "receipts": [
            receipt_view(each, world.emails[each.receipt_id])
            for each in world.receipts_of(shop.shop_id)
        ],
        "emails": {
            "total": world.emails.total(),
            "per_receipt": {str(key): count for key, count in world.emails.items() if count},
        },
        "tokens": {"live": world.tokens.live(now), "refreshes": world.tokens.refreshes},
        "requests": {"total": world.log.total, "today": world.limits.used_today},
        "faults": len(world.faults.waiting),
        "quirks": quirks_view(world),
    }


def quirks_view(world: World) -> dict[str, Any]:
    """Return where the shop behaves oddly."""
    return {**asdict(world.quirks), "rotation": world.tokens.rotation}


def listing_view(listing: Listing) -> dict[str, Any]:
    """Return a listing without product ids, so that two views compare."""
    return {
        "listing_id": listing.listing_id,
        "title": listing.title,
        "state": listing.state,
        "type": listing.type,
        "quantity": listing.quantity,
        "shared_quantity": listing.has_variations and not listing.on_property.quantity,
        "renewals": listing.renewals,
        "on_property": asdict(listing.on_property),
        "products": [_product_view(product) for product in listing.products],
        "currency": listing.currency,
        "variation_images": [
            [property_id, text, image_id]
            for (property_id, text), image_id in listing.variation_images.items()
        ],
    }


def _product_view(product: Product) -> dict[str, Any]:
    return {
        "sku": product.sku,
        "options": {value.property_name: value.values[0] for value in product.properties},
        "properties": [asdict(value) for value in product.properties],
        "quantity": product.quantity,
        "price": product.price,
        "is_enabled": product.is_enabled,
        "readiness_state_id": product.readiness_state_id,
    }


def receipt_view(receipt: Receipt, emails: int) -> dict[str, Any]:
    """Return where an order stands."""
    return {
        "receipt_id": receipt.receipt_id,
        "status": receipt.status,
        "is_paid": receipt.is_paid,
        "is_shipped": receipt.is_shipped,
        "created_at": receipt.created_at,
        "buyer_id": receipt.buyer.user_id,
        "buyer": receipt.buyer.name,
        "country": receipt.buyer.address.country_iso,
        "grandtotal": receipt.grandtotal,
        "lines": [
            {"listing_id": line.listing_id, "sku": line.sku, "quantity": line.quantity}
            for line in receipt.lines
        ],
        "shipments": [
            {"carrier_name": each.carrier_name, "tracking_code": each.tracking_code}
            for each in receipt.shipments
        ],
        "emails": emails,
    }


def call_view(call: Call) -> dict[str, Any]:
    """Return one line of the request log."""
    return asdict(call)
