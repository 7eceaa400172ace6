"""Shops, money and carriers as Etsy's description shapes them."""

from __future__ import annotations

from typing import Any

from tuisync_etsy.sandbox.domain.carriers import DISPLAY_NAMES
from tuisync_etsy.sandbox.domain.shop import ProcessingProfile, Shop, User


def money(amount: int, shop: Shop, currency: str | None = None) -> dict[str, Any]:
    """Return an amount of a shop's currency, or of another one."""
    code = currency or shop.currency
    return {"amount": amount, "divisor": shop.divisor, "currency_code": code}


def page_of(count: int, results: list[Any]) -> dict[str, Any]:
    """Return the envelope of a list; `count` is of all matches, not of the page."""
    return {"count": count, "results": results}


def shop_shape(shop: Shop, user: User | None, active: int, digital: int) -> dict[str, Any]:
    """Return a shop."""
    us_based = shop.country == "US"
    return {
        "shop_id": shop.shop_id,
        "user_id": shop.user_id,
        "shop_name": shop.name,
        "create_date": shop.created_at,
        "created_timestamp": shop.created_at,
        "title": shop.title,
        "announcement": None,
        "currency_code": shop.currency,
        "is_vacation": shop.on_vacation,
        "vacation_message": "Back soon" if shop.on_vacation else None,
        "sale_message": None,
        "digital_sale_message": None,
        "update_date": shop.created_at,
        "updated_timestamp": shop.created_at,
        "listing_active_count": active,
        "digital_listing_count": digital,
        "login_name": user.login_name if user else shop.name.lower(),
        "accepts_custom_requests": True,
        "url": f"https://www.etsy.com/shop/{shop.name}",
        "image_url_760x100": None,
        "num_favorers": 214,
        "languages": ["en-US"],
        "icon_url_fullxfull": None,
        "transaction_sold_count": shop.sold,
        "shipping_from_country_iso": shop.country,
        "shop_location_country_iso": shop.country,
        "is_shop_us_based": us_based,
        "is_calculated_eligible": us_based,
        "is_opted_in_to_buyer_promise": False,
        "is_direct_checkout_onboarded": True,
        "is_etsy_payments_onboarded": True,
        "review_count": 96,
        "review_average": 4.9,
        **_policies(shop),
    }


def _policies(shop: Shop) -> dict[str, Any]:
    return {
        "policy_welcome": None,
        "policy_payment": None,
        "policy_shipping": None,
        "policy_refunds": None,
        "policy_additional": None,
        "policy_seller_info": None,
        "policy_update_date": shop.created_at,
        "policy_has_private_receipt_info": False,
        "has_unstructured_policies": False,
        "policy_privacy": None,
        "vacation_autoreply": None,
        "is_using_structured_policies": True,
        "has_onboarded_structured_policies": True,
        "include_dispute_form_link": False,
    }


def profile_shape(profile: ProcessingProfile, shop: Shop) -> dict[str, Any]:
    """Return a processing profile."""
    return {
        "shop_id": shop.shop_id,
        "readiness_state_id": profile.readiness_state_id,
        "readiness_state": profile.readiness_state,
        "min_processing_days": profile.min_days,
        "max_processing_days": profile.max_days,
        "processing_days_display_label": f"{profile.min_days}-{profile.max_days} days",
    }


def carrier_shapes() -> list[dict[str, Any]]:
    """Return the carriers; their codes are not among it, as at Etsy."""
    names = sorted(set(DISPLAY_NAMES.values()) - {"Other"})
    return [
        {
            "shipping_carrier_id": number,
            "name": name,
            "domestic_classes": [{"mail_class_key": f"standard_{number}", "name": "Standard"}],
            "international_classes": [],
        }
        for number, name in enumerate(names, start=1)
    ]
