"""What buyers do: buy, pay, cancel, get money back. Each sale lowers the shop's own number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tuisync_etsy.sandbox.domain.errors import Refused, bad_request
from tuisync_etsy.sandbox.domain.ids import Ids
from tuisync_etsy.sandbox.domain.listings import (
    Listing,
    Product,
    pool_key,
    set_pool,
    set_state,
)
from tuisync_etsy.sandbox.domain.receipts import Line, Receipt, Refund
from tuisync_etsy.sandbox.domain.shop import Buyer


@dataclass(frozen=True, slots=True)
class Wish:
    """A product of a listing, and how many of it a buyer wants."""

    listing: Listing
    index: int
    quantity: int

    @property
    def product(self) -> Product:
        """The product wanted."""
        return self.listing.products[self.index]


def buy(wishes: Iterable[Wish], buyer: Buyer, ids: Ids, now: int, *, touch: bool = True) -> Receipt:
    """Sell all that is wished, and return the receipt, which is not paid yet.

    The last unit sold makes a listing `sold_out`.

    Args:
        wishes: What, and how many.
        buyer: Who.
        ids: Gives the numbers.
        now: The time.
        touch: Move the listing's `updated_timestamp`; Etsy does not say that a sale does.

    Raises:
        Refused: Something is not for sale, or fewer units are left; nothing is sold then.
    """
    wishes = list(wishes)
    _check(wishes)
    lines = tuple(_sell(wish, ids, now, touch=touch) for wish in wishes)
    return Receipt(
        receipt_id=ids.next("receipt"),
        shop_id=wishes[0].listing.shop_id,
        buyer=buyer,
        lines=lines,
        created_at=now,
        updated_at=now,
    )


def _check(wishes: list[Wish]) -> None:
    """Check that everything is for sale, also where wishes draw on the same units."""
    wanted: Counter[tuple[int, tuple[tuple[str, ...], ...]]] = Counter()
    for wish in wishes:
        listing, product = wish.listing, wish.product
        pool = (listing.listing_id, pool_key(product, listing.on_property.quantity))
        wanted[pool] += wish.quantity
        if listing.state != "active" or not product.is_enabled:
            raise Refused(409, f"Listing {listing.listing_id} is not for sale.")
        if product.quantity < wanted[pool]:
            raise Refused(409, f"Only {product.quantity} left of listing {listing.listing_id}.")


def _sell(wish: Wish, ids: Ids, now: int, *, touch: bool) -> Line:
    listing, product = wish.listing, wish.product
    line = line_of(wish, ids)
    if listing.type == "physical":
        set_pool(listing, wish.index, product.quantity - wish.quantity)
        if touch:
            listing.updated_at = now
        if listing.quantity == 0:
            set_state(listing, "sold_out", now)
    return line


def line_of(wish: Wish, ids: Ids) -> Line:
    """Return the transaction for a wish, without touching the stock."""
    listing, product = wish.listing, wish.product
    return Line(
        transaction_id=ids.next("transaction"),
        listing_id=listing.listing_id,
        product_id=product.product_id,
        sku=product.sku,
        title=listing.title,
        quantity=wish.quantity,
        price=product.price,
        properties=product.properties,
        is_digital=listing.type == "download",
        image_id=listing.image_ids[0] if listing.image_ids else None,
    )


def pay(receipt: Receipt, now: int) -> None:
    """Let the payment go through; a digital order is complete with it.

    Raises:
        Refused: It is cancelled or paid already.
    """
    if receipt.cancelled or receipt.is_paid:
        raise Refused(409, f"Receipt {receipt.receipt_id} is {receipt.status}.")
    receipt.paid_at = now
    receipt.pays_at = None
    receipt.updated_at = now
    if all(line.is_digital for line in receipt.lines):
        receipt.shipped_at = now


def settle(receipts: Iterable[Receipt], now: int) -> None:
    """Let every pending payment that is due go through."""
    for receipt in receipts:
        if receipt.pays_at is not None and receipt.pays_at <= now and not receipt.cancelled:
            pay(receipt, receipt.pays_at)


def cancel(receipt: Receipt, now: int, *, touch: bool) -> None:
    """Cancel an order.

    Args:
        receipt: The order.
        now: The time.
        touch: Move `update_timestamp` too; Etsy was seen not to (etsy/open-api #604).

    Raises:
        Refused: It is cancelled already.
    """
    if receipt.cancelled:
        raise Refused(409, f"Receipt {receipt.receipt_id} is canceled already.")
    receipt.cancelled = True
    receipt.pays_at = None
    if touch:
        receipt.updated_at = now


def restock(receipt: Receipt, listings: dict[int, Listing], now: int) -> None:
    """Put the units of an order back, as a seller may choose to do."""
    for line in receipt.lines:
        listing = listings.get(line.listing_id or 0)
        index = None if listing is None else _find(listing, line)
        if listing is None or index is None:
            continue
        set_pool(listing, index, listing.products[index].quantity + line.quantity)
        listing.updated_at = now


def _find(listing: Listing, line: Line) -> int | None:
    wanted = [value.values for value in line.properties]
    for index, product in enumerate(listing.products):
        if [value.values for value in product.properties] == wanted:
            return index
    return None


def refund(receipt: Receipt, amount: int, reason: str, now: int, *, touch: bool) -> None:
    """Give money back.

    Args:
        receipt: The order.
        amount: In the shop's smallest unit.
        reason: What the seller wrote.
        now: The time.
        touch: As in `cancel`.

    Raises:
        Refused: It is unpaid, or more than was paid.
    """
    left = receipt.grandtotal - sum(given.amount for given in receipt.refunds)
    if not receipt.is_paid or not 0 < amount <= left:
        raise bad_request(f"At most {left if receipt.is_paid else 0} can be refunded.")
    receipt.refunds.append(Refund(amount=amount, created_at=now, reason=reason))
    if touch:
        receipt.updated_at = now


def rename_sku(listing: Listing, index: int, sku: str) -> None:
    """Give a product another SKU; all of them where the listing has one for all."""
    shared = not listing.on_property.sku
    listing.products = tuple(
        replace(product, sku=sku) if shared or position == index else product
        for position, product in enumerate(listing.products)
    )
