"""What we read of Etsy's answers, as typed structs.

Etsy's description is unreliable about nulls, letter case and required fields, so everything
but an identifier may be missing or null here, unknown fields are ignored, and numbers are
taken from strings. Times are Unix seconds in UTC.
"""

from __future__ import annotations

import msgspec


class Wire(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all of them."""


class Money(Wire, frozen=True, kw_only=True):
    """`amount / divisor` in one currency; the divisor is not always 100."""

    amount: int
    divisor: int
    currency_code: str


class PropertyValue(Wire, frozen=True, kw_only=True):
    """One axis of a product: its property and the value chosen, in words."""

    property_id: int
    property_name: str | None = None
    scale_id: int | None = None
    value_ids: tuple[int, ...] | None = None
    values: tuple[str, ...] | None = None


class Offering(Wire, frozen=True, kw_only=True):
    """What is for sale of a product: how many, at what price."""

    quantity: int | None = None
    is_enabled: bool | None = None
    is_deleted: bool | None = None
    price: Money | None = None


class Product(Wire, frozen=True, kw_only=True):
    """One combination of values. Its id changes with every write, so it is not read."""

    sku: str | int | None = None
    is_deleted: bool | None = None
    offerings: tuple[Offering, ...] | None = None
    property_values: tuple[PropertyValue, ...] | None = None


class Inventory(Wire, frozen=True, kw_only=True):
    """All products of a listing, and which axes tell their quantities apart."""

    products: tuple[Product, ...] | None = None
    quantity_on_property: tuple[int, ...] | None = None


class Listing(Wire, frozen=True, kw_only=True):
    """A listing without its products."""

    listing_id: int
    shop_id: int | None = None
    title: str | None = None
    state: str | None = None
    quantity: int | None = None
    url: str | None = None
    has_variations: bool | None = None
    price: Money | None = None
    updated_timestamp: int | None = None
    last_modified_timestamp: int | None = None
    state_timestamp: int | None = None


class InventoryRow(Wire, frozen=True, kw_only=True):
    """A row of the batch inventory call; `inventory` may be null."""

    listing_id: int
    inventory: msgspec.Raw = msgspec.Raw(b"null")


class VariationImage(Wire, frozen=True, kw_only=True):
    """The picture of one option; `value` is the option in words, and may be missing."""

    property_id: int
    value_id: int
    image_id: int
    value: str | None = None


class VariationImages(Wire, frozen=True, kw_only=True):
    """The pictures of a listing's options."""

    results: tuple[VariationImage, ...] | None = None


class Variation(Wire, frozen=True, kw_only=True):
    """What a buyer chose, personalisation among it."""

    property_id: int | None = None
    formatted_name: str | None = None
    formatted_value: str | None = None
    question_id: int | None = None


class Transaction(Wire, frozen=True, kw_only=True):
    """A line of a receipt."""

    transaction_id: int
    quantity: int
    title: str | None = None
    listing_id: int | None = None
    sku: str | int | None = None
    price: Money | None = None
    paid_timestamp: int | None = None
    variations: tuple[Variation, ...] | None = None
    product_data: tuple[PropertyValue, ...] | None = None


class Shipment(Wire, frozen=True, kw_only=True):
    """A parcel; `carrier_name` is the name people read, not the code that was sent."""

    receipt_shipping_id: int | None = None
    shipment_notification_timestamp: int | None = None
    carrier_name: str | None = None
    tracking_code: str | int | None = None


class Refund(Wire, frozen=True, kw_only=True):
    """Money given back; the receipt's totals stay as they were."""

    amount: Money | None = None
    status: str | None = None


class Receipt(Wire, frozen=True, kw_only=True):
    """An order."""

    receipt_id: int
    transactions: tuple[Transaction, ...]
    status: str | None = None
    is_paid: bool | None = None
    is_shipped: bool | None = None
    buyer_user_id: int | None = None
    buyer_email: str | None = None
    name: str | None = None
    first_line: str | None = None
    second_line: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | int | None = None
    country_iso: str | None = None
    create_timestamp: int | None = None
    created_timestamp: int | None = None
    update_timestamp: int | None = None
    updated_timestamp: int | None = None
    grandtotal: Money | None = None
    shipments: tuple[Shipment, ...] | None = None
    refunds: tuple[Refund, ...] | None = None


class ReceiptStamp(Wire, frozen=True, kw_only=True):
    """Where a receipt stands in a walk by time; read even where the rest is unreadable."""

    receipt_id: int | None = None
    create_timestamp: int | None = None
    created_timestamp: int | None = None
    update_timestamp: int | None = None
    updated_timestamp: int | None = None


class Page(Wire, frozen=True, kw_only=True):
    """One page of a list: its records undecoded, so that a bad one fails alone.

    Attributes:
        count: How many match in all, not how many are here.
    """

    results: tuple[msgspec.Raw, ...]
    count: int | None = None


class Self(Wire, frozen=True, kw_only=True):
    """Who the token belongs to. A seller without a shop has no shop id."""

    user_id: int
    shop_id: int | None = None


class Shop(Wire, frozen=True, kw_only=True):
    """A shop; on vacation it takes no orders."""

    shop_id: int
    user_id: int | None = None
    shop_name: str | None = None
    currency_code: str | None = None
    is_vacation: bool | None = None


class InShop(Wire, frozen=True, kw_only=True):
    """A listing's shop, where a list was asked to include it."""

    shop: Shop | None = None


class Pong(Wire, frozen=True, kw_only=True):
    """The answer to a ping: the key is known."""

    application_id: int | None = None


class Grant(Wire, frozen=True, kw_only=True):
    """What the token endpoint gives; `expires_in` is in seconds."""

    access_token: str
    refresh_token: str
    expires_in: int = 3600
