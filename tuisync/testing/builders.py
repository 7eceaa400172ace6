"""Remote records in one line, with believable values for all that is not said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from urllib.parse import quote

from tuisync.core.remote import (
    Address,
    ListingState,
    ListingVariant,
    Money,
    Payment,
    RemoteBuyer,
    RemoteLine,
    RemoteListing,
    RemoteOrder,
)
from tuisync.testing.clock import START


def a_variant(
    quantity: int = 5,
    *,
    sku: str | None = None,
    options: Mapping[str, str] | None = None,
    key: str | None = None,
    price: str = "12.90",
    currency: str = "USD",
) -> ListingVariant:
    """Return a listing variant; its key comes from its options unless given."""
    options = dict(options or {})
    derived = ",".join(f"{quote(name)}={quote(value)}" for name, value in options.items())
    return ListingVariant(
        key=derived if key is None else key,
        quantity=quantity,
        sku=sku,
        options=options,
        price=Money(Decimal(price), currency),
    )


def shape_of(variants: Iterable[ListingVariant]) -> str:
    """Return a fingerprint of a listing's variations: keys only, in their order."""
    return "|".join(variant.key for variant in variants)


def a_listing(
    title: str = "Blue mug",
    quantity: int = 5,
    *,
    remote_id: str = "1001",
    sku: str | None = None,
    variants: Iterable[ListingVariant] | None = None,
    state: ListingState = "active",
    modified_at: datetime = START,
) -> RemoteListing:
    """Return a listing: with these variants, or as a whole with one quantity and SKU."""
    parts = (a_variant(quantity, sku=sku),) if variants is None else tuple(variants)
    return RemoteListing(
        remote_id=remote_id,
        title=title,
        state=state,
        variants=parts,
        modified_at=modified_at,
        url=f"https://fake.example/listing/{quote(remote_id)}",
        fingerprint=shape_of(parts),
    )


def a_buyer(
    name: str | None = "Ada Lovelace",
    *,
    email: str | None = "ada@example.org",
    buyer_id: str | None = "b-1",
) -> RemoteBuyer:
    """Return a buyer with an address."""
    address = Address(first_line="1 Analytical Row", city="London", country="GB")
    return RemoteBuyer(buyer_id=buyer_id, name=name, email=email, address=address)


def a_line(
    listing_id: str | None = "1001",
    quantity: int = 1,
    *,
    remote_id: str = "1",
    variant_key: str | None = "",
    title: str = "Blue mug",
    sku: str | None = None,
    price: str = "12.90",
    currency: str = "USD",
) -> RemoteLine:
    """Return an order line."""
    return RemoteLine(
        remote_id=remote_id,
        title=title,
        quantity=quantity,
        listing_id=listing_id,
        variant_key=variant_key,
        sku=sku,
        unit_price=Money(Decimal(price), currency),
    )


def an_order(
    *lines: RemoteLine,
    remote_id: str = "5001",
    placed_at: datetime = START,
    payment: Payment = "paid",
    buyer: RemoteBuyer | None = None,
    shipped: bool = False,
    cancelled: bool = False,
) -> RemoteOrder:
    """Return an order of these lines (of one line, when none is given)."""
    lines = lines or (a_line(),)
    return RemoteOrder(
        remote_id=remote_id,
        number=remote_id,
        placed_at=placed_at,
        modified_at=placed_at,
        lines=lines,
        status=_word(payment, shipped=shipped, cancelled=cancelled),
        payment=payment,
        paid_at=None if payment == "unpaid" else placed_at,
        shipped=shipped,
        cancelled=cancelled,
        buyer=a_buyer() if buyer is None else buyer,
        total=_total(lines),
    )


def _word(payment: Payment, *, shipped: bool, cancelled: bool) -> str:
    if cancelled:
        return "Canceled"
    if shipped:
        return "Completed"
    return "Open" if payment == "unpaid" else "Paid"


def _total(lines: Iterable[RemoteLine]) -> Money | None:
    prices = [line.unit_price.times(line.quantity) for line in lines if line.unit_price]
    if not prices:
        return None
    return Money(sum((price.amount for price in prices), Decimal()), prices[0].currency)
