"""Receipts as Etsy's description shapes them, and as live data looks in it."""

from __future__ import annotations

from html import escape
from typing import Any

from tuisync_etsy.sandbox.domain.receipts import Line, Receipt
from tuisync_etsy.sandbox.domain.shop import Address, Shop
from tuisync_etsy.sandbox.domain.world import Quirks
from tuisync_etsy.sandbox.web.listing_shapes import property_shape
from tuisync_etsy.sandbox.web.shapes import money

PERSONALIZATION = 54
"""The property under which a buyer's personalization comes among the variations."""

_DAY = 86_400


def receipt_shape(receipt: Receipt, shop: Shop, quirks: Quirks) -> dict[str, Any]:
    """Return a `ShopReceipt` with its transactions, shipments and refunds."""
    status = _status(receipt, quirks)
    return {
        "receipt_id": receipt.receipt_id,
        "receipt_type": 0,
        "seller_user_id": shop.user_id,
        "seller_email": None,
        "buyer_user_id": receipt.buyer.user_id,
        "buyer_email": receipt.buyer.email,
        "name": _text(receipt.buyer.name, quirks) or "",
        **_address(receipt, quirks),
        "status": status,
        "payment_method": "cc",
        "payment_email": None,
        "message_from_seller": None,
        "message_from_buyer": _text(receipt.message_from_buyer, quirks),
        "message_from_payment": None,
        "is_paid": receipt.is_paid,
        "is_shipped": receipt.is_shipped,
        "create_timestamp": receipt.created_at,
        "created_timestamp": receipt.created_at,
        "update_timestamp": receipt.updated_at,
        "updated_timestamp": receipt.updated_at,
        "is_gift": bool(receipt.gift_message),
        "gift_message": receipt.gift_message,
        "gift_sender": "",
        **_totals(receipt, shop),
        "shipments": _shipments(receipt),
        "transactions": [_line(line, receipt, shop) for line in receipt.lines],
        "refunds": _refunds(receipt, shop),
    }


def _status(receipt: Receipt, quirks: Quirks) -> str:
    unknown = quirks.unknown_status and receipt.status == "paid"
    word = "held for review" if unknown else receipt.status
    return word.capitalize() if quirks.capitalised_status else word


def _totals(receipt: Receipt, shop: Shop) -> dict[str, Any]:
    amounts = {
        "grandtotal": receipt.grandtotal,
        "subtotal": receipt.subtotal,
        "total_price": receipt.total_price,
        "total_shipping_cost": receipt.shipping,
        "total_tax_cost": receipt.tax,
        "total_vat_cost": receipt.vat,
        "discount_amt": receipt.discount,
        "gift_wrap_price": 0,
    }
    return {name: money(amount, shop) for name, amount in amounts.items()}


def _shipments(receipt: Receipt) -> list[dict[str, Any]]:
    return [
        {
            "receipt_shipping_id": shipment.shipment_id,
            "shipment_notification_timestamp": shipment.notified_at,
            "carrier_name": shipment.carrier_name,
            "tracking_code": shipment.tracking_code,
        }
        for shipment in receipt.shipments
    ]


def _refunds(receipt: Receipt, shop: Shop) -> list[dict[str, Any]]:
    return [
        {
            "amount": money(refund.amount, shop),
            "created_timestamp": refund.created_at,
            "reason": refund.reason,
            "note_from_issuer": None,
            "status": "success",
        }
        for refund in receipt.refunds
    ]


def _address(receipt: Receipt, quirks: Quirks) -> dict[str, Any]:
    address = Address() if quirks.hidden_addresses else receipt.buyer.address
    parts = {
        "first_line": address.first_line,
        "second_line": address.second_line,
        "city": address.city,
        "state": address.state,
        "zip": address.zip,
    }
    shown: dict[str, Any] = {name: _text(part, quirks) for name, part in parts.items()}
    lines = [receipt.buyer.name, *(part for part in parts.values() if part)]
    whole = "\n".join([*lines, address.country_iso]) if address.country_iso else None
    return {
        **shown,
        "country_iso": address.country_iso,
        "formatted_address": _text(whole, quirks),
    }


def _line(line: Line, receipt: Receipt, shop: Shop) -> dict[str, Any]:
    paid = receipt.paid_at
    return {
        "transaction_id": line.transaction_id,
        "title": line.title,
        "description": None,
        "seller_user_id": shop.user_id,
        "buyer_user_id": receipt.buyer.user_id,
        "create_timestamp": receipt.created_at,
        "created_timestamp": receipt.created_at,
        "paid_timestamp": paid,
        "shipped_timestamp": receipt.shipped_at,
        "quantity": line.quantity,
        "listing_image_id": line.image_id,
        "receipt_id": receipt.receipt_id,
        "is_digital": line.is_digital,
        "file_data": "",
        "listing_id": line.listing_id,
        "transaction_type": "listing",
        "product_id": line.product_id,
        "sku": line.sku,
        "price": money(line.price, shop),
        "shipping_cost": money(0, shop),
        "variations": _variations(line),
        "product_data": [property_shape(value) for value in line.properties],
        "shipping_profile_id": None if line.is_digital else shop.shipping_profile_id,
        "min_processing_days": None if line.is_digital else 1,
        "max_processing_days": None if line.is_digital else 3,
        "shipping_method": None,
        "shipping_upgrade": None,
        "expected_ship_date": None if paid is None or line.is_digital else paid + 3 * _DAY,
        "buyer_coupon": 0.0,
        "shop_coupon": 0.0,
    }


def _variations(line: Line) -> list[dict[str, Any]]:
    chosen: list[dict[str, Any]] = [
        {
            "property_id": value.property_id,
            "value_id": value.value_ids[0] if value.value_ids else None,
            "formatted_name": value.property_name,
            "formatted_value": value.values[0],
            "question_id": None,
        }
        for value in line.properties
    ]
    if line.personalization is not None:
        chosen.append(
            {
                "property_id": PERSONALIZATION,
                "value_id": None,
                "formatted_name": "Personalization",
                "formatted_value": line.personalization,
                "question_id": 1,
            }
        )
    return chosen


def _text(text: str | None, quirks: Quirks) -> str | None:
    """Return a text the way the API sends it: with `'` as `&#39;` and its like."""
    if text is None or not quirks.escaped_text:
        return text
    return escape(text).replace("&#x27;", "&#39;")
