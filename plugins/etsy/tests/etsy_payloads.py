"""JSON as Etsy sends it, made by hand for tests."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def money(amount: int = 1290, divisor: int = 100, currency: str = "USD") -> Json:
    return {"amount": amount, "divisor": divisor, "currency_code": currency}


def value(property_id: int, text: str, name: str | None = None, scale: int | None = None) -> Json:
    return {
        "property_id": property_id,
        "property_name": name or {513: "Size", 514: "Colour"}.get(property_id, "Length"),
        "scale_id": scale,
        "scale_name": None,
        "value_ids": [property_id * 10 + len(text)],
        "values": [text],
        "value_pairs": {"x": text},
    }


def product(quantity: int, *values: Json, sku: Any = "", number: int = 1, **offering: Any) -> Json:
    return {
        "product_id": 1000 + number,
        "sku": sku,
        "is_deleted": False,
        "offerings": [
            {
                "offering_id": 5000 + number,
                "quantity": quantity,
                "is_enabled": True,
                "is_deleted": False,
                "price": money(),
                "readiness_state_id": 77,
                **offering,
            }
        ],
        "property_values": list(values),
    }


def inventory(*products: Json, on: tuple[int, ...] = (), **more: Any) -> Json:
    return {
        "products": list(products),
        "price_on_property": [],
        "quantity_on_property": list(on),
        "sku_on_property": list(on),
        "readiness_state_on_property": [],
        **more,
    }


def sizes(*quantities: int) -> Json:
    """A listing in sizes S, M, L ..., counted apart."""
    names = ["S", "M", "L", "XL", "XXL"]
    products = [
        product(quantity, value(513, name), sku=f"MUG-{name}", number=index)
        for index, (quantity, name) in enumerate(zip(quantities, names, strict=False))
    ]
    return inventory(*products, on=(513,))


def listing(listing_id: Any = 7, **more: Any) -> Json:
    return {
        "listing_id": listing_id,
        "shop_id": 22,
        "title": "Blue mug",
        "state": "active",
        "quantity": 4,
        "url": f"https://www.etsy.com/listing/{listing_id}",
        "has_variations": False,
        "price": money(),
        "updated_timestamp": 1_788_000_000,
        **more,
    }


def transaction(transaction_id: int = 1, **more: Any) -> Json:
    return {
        "transaction_id": transaction_id,
        "title": "Blue mug",
        "quantity": 1,
        "listing_id": 7,
        "product_id": 1001,
        "sku": "MUG",
        "price": money(),
        "paid_timestamp": 1_788_000_060,
        "variations": [],
        "product_data": [],
        **more,
    }


def receipt(receipt_id: int = 3_000_000_001, **more: Any) -> Json:
    return {
        "receipt_id": receipt_id,
        "status": "Paid",
        "is_paid": True,
        "is_shipped": False,
        "buyer_user_id": 501,
        "buyer_email": None,
        "name": "Sinéad O&#39;Connell",
        "first_line": "1 High St",
        "second_line": None,
        "city": "Cork",
        "state": None,
        "zip": "T12",
        "country_iso": "IE",
        "created_timestamp": 1_788_000_000,
        "updated_timestamp": 1_788_000_500,
        "grandtotal": money(1790),
        "shipments": [],
        "transactions": [transaction()],
        "refunds": [],
        **more,
    }


def page(*results: Any, count: int | None = None) -> Json:
    return {"count": len(results) if count is None else count, "results": list(results)}
