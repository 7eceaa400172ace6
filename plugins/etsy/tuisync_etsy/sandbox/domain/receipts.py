"""Receipts: what was bought, what became of it, and how a list of them is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tuisync_etsy.sandbox.domain.listings import PropertyValue
from tuisync_etsy.sandbox.domain.shop import Buyer


@dataclass(frozen=True, slots=True)
class Line:
    """One transaction of a receipt: a product and how many of it.

    Attributes:
        product_id: The product's id at the time of the sale; inventory writes leave it stale.
        sku: The SKU at the time of the sale.
        price: Of one unit, in the shop's smallest unit.
        personalization: What the buyer wants written on it; it arrives among the variations.
    """

    transaction_id: int
    listing_id: int | None
    product_id: int | None
    sku: str
    title: str
    quantity: int
    price: int
    properties: tuple[PropertyValue, ...] = ()
    is_digital: bool = False
    personalization: str | None = None
    image_id: int | None = None


@dataclass(frozen=True, slots=True)
class Shipment:
    """A parcel the shop was told of; nothing edits or removes one."""

    shipment_id: int
    notified_at: int
    carrier_name: str
    tracking_code: str


@dataclass(frozen=True, slots=True)
class Refund:
    """Money given back; totals of the receipt stay as they were (etsy/open-api #339)."""

    amount: int
    created_at: int
    reason: str


@dataclass(slots=True)
class Receipt:
    """An order.

    Attributes:
        pays_at: When a pending payment will go through, or None if nobody knows.
        delivered_at: When the carrier delivered it; the API shows no field of it.
        region_hidden: Its address is withheld.
    """

    receipt_id: int
    shop_id: int
    buyer: Buyer
    lines: tuple[Line, ...]
    created_at: int
    updated_at: int
    paid_at: int | None = None
    shipped_at: int | None = None
    delivered_at: int | None = None
    pays_at: int | None = None
    cancelled: bool = False
    shipping: int = 0
    tax: int = 0
    vat: int = 0
    discount: int = 0
    shipments: list[Shipment] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    message_from_buyer: str | None = None
    gift_message: str = ""

    @property
    def is_paid(self) -> bool:
        """Whether the money has come."""
        return self.paid_at is not None

    @property
    def is_shipped(self) -> bool:
        """Whether all of it has left."""
        return self.shipped_at is not None

    @property
    def total_price(self) -> int:
        """What the goods cost before a discount."""
        return sum(line.price * line.quantity for line in self.lines)

    @property
    def subtotal(self) -> int:
        """What the goods cost after it."""
        return self.total_price - self.discount

    @property
    def grandtotal(self) -> int:
        """What the buyer paid."""
        return self.subtotal + self.tax + self.vat + self.shipping

    @property
    def status(self) -> str:
        """Etsy's word for where it stands, in the lower case of its description."""
        if self.cancelled:
            return "canceled"
        refunded = sum(refund.amount for refund in self.refunds)
        if refunded:
            return "fully refunded" if refunded >= self.grandtotal else "partially refunded"
        if not self.is_paid:
            return "payment processing"
        return "completed" if self.is_shipped else "paid"


@dataclass(frozen=True, slots=True)
class ReceiptQuery:
    """The filters of `getShopReceipts`; None means it was not asked for."""

    min_created: int | None = None
    max_created: int | None = None
    min_last_modified: int | None = None
    max_last_modified: int | None = None
    was_paid: bool | None = None
    was_shipped: bool | None = None
    was_delivered: bool | None = None
    was_canceled: bool | None = None
    sort_on: str = "created"
    descending: bool = True


def select(
    receipts: Iterable[Receipt],
    query: ReceiptQuery,
    *,
    show_cancelled: bool,
    in_order: bool = True,
) -> list[Receipt]:
    """Return the receipts a query asks for, in its order.

    Args:
        receipts: All of one shop.
        query: The filters.
        show_cancelled: Whether a query without `was_canceled` brings cancelled ones too.
            Etsy does not say; a client must live with both.
        in_order: They come in the order asked for (etsy/open-api #185).
    """
    wanted = query.was_canceled
    if wanted is None and not show_cancelled:
        wanted = False
    found = [
        receipt
        for receipt in receipts
        if wanted in (None, receipt.cancelled) and _matches(receipt, query)
    ]
    key = _SORT_KEYS[query.sort_on] if in_order else _no_order
    return sorted(found, key=key, reverse=query.descending)


_SORT_KEYS = {
    "created": lambda receipt: (receipt.created_at, receipt.receipt_id),
    "updated": lambda receipt: (receipt.updated_at, receipt.receipt_id),
    "receipt_id": lambda receipt: (receipt.receipt_id, 0),
}


def _no_order(receipt: Receipt) -> tuple[int, int]:
    """Give each receipt a place that stays the same and means nothing."""
    return receipt.receipt_id * 2_654_435_761 % 2**32, 0


def _matches(receipt: Receipt, query: ReceiptQuery) -> bool:
    return (
        _between(receipt.created_at, query.min_created, query.max_created)
        and _between(receipt.updated_at, query.min_last_modified, query.max_last_modified)
        and query.was_paid in (None, receipt.is_paid)
        and query.was_shipped in (None, receipt.is_shipped)
        and query.was_delivered in (None, receipt.delivered_at is not None)
    )


def _between(at: int, low: int | None, high: int | None) -> bool:
    return (low is None or at >= low) and (high is None or at <= high)
