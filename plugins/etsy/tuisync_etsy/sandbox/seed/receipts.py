"""Four months of orders: most sent long ago, some to pack today, a few gone wrong."""

from __future__ import annotations

import random
from dataclasses import replace

from tuisync_etsy.sandbox.domain.ids import Ids
from tuisync_etsy.sandbox.domain.listings import Listing
from tuisync_etsy.sandbox.domain.market import Wish, line_of
from tuisync_etsy.sandbox.domain.receipts import Line, Receipt, Refund, Shipment
from tuisync_etsy.sandbox.domain.shop import Buyer, Shop

_DAY = 86_400
_SPAN = 120 * _DAY
_OLD = 60 * _DAY
_DELIVERY = 6 * _DAY
_UNPAID_RANKS = frozenset({0, 2, 5})
_CANCELLED_PARTS = (0.04, 0.3, 0.55, 0.8)
_REFUNDED_PARTS = (0.35, 0.6)
_TO_PACK_PART = 0.13
_GONE_PARTS = (0.85, 0.92)
_CARRIERS = ("USPS", "USPS", "USPS", "UPS", "DHL", "Royal Mail")


def make_receipts(
    count: int,
    listings: list[Listing],
    buyers: list[Buyer],
    shop: Shop,
    now: int,
    ids: Ids,
    rng: random.Random,
) -> list[Receipt]:
    """Return so many receipts, the oldest first.

    They lower no quantity: what a listing shows is what was left after all of them.
    """
    sold = [each for each in listings if each.shop_id == shop.shop_id and each.state != "draft"]
    if not sold or not buyers:
        return []
    times = sorted(now - 600 - int(_SPAN * rng.random() ** 1.3) for _ in range(count))
    receipts = []
    for place, created in enumerate(times):
        buyer = _buyer(place, buyers, rng)
        receipt = _receipt(sold, buyer, shop, created, ids, rng)
        _let_time_pass(receipt, count - 1 - place, count, now, ids, rng)
        receipts.append(receipt)
    _forget_listings(receipts)
    return receipts


def _buyer(place: int, buyers: list[Buyer], rng: random.Random) -> Buyer:
    """Return a new buyer more often than not, else one who came before."""
    fresh = place * len(buyers) // 300 if len(buyers) > place else None
    if fresh is not None and place < len(buyers) and rng.random() < 0.6:  # noqa: PLR2004 - six in ten
        return buyers[place]
    return rng.choice(buyers[: max(1, min(place, len(buyers)))])


def _receipt(
    sold: list[Listing], buyer: Buyer, shop: Shop, created: int, ids: Ids, rng: random.Random
) -> Receipt:
    lines = _lines(sold, ids, rng)
    receipt = Receipt(
        receipt_id=ids.next("receipt"),
        shop_id=shop.shop_id,
        buyer=buyer,
        lines=lines,
        created_at=created,
        updated_at=created,
        message_from_buyer="Please wrap it, it's a gift!" if rng.random() < 0.06 else None,  # noqa: PLR2004 - a few
    )
    _charge(receipt, shop, rng)
    return receipt


def _lines(sold: list[Listing], ids: Ids, rng: random.Random) -> tuple[Line, ...]:
    count = rng.choices((1, 2, 3), (76, 18, 6))[0]
    chosen = rng.sample(sold, min(count, len(sold)))
    if count > 1 and chosen[0].has_variations:
        chosen[1] = chosen[0]
    wishes: dict[tuple[int, int], Wish] = {}
    for listing in chosen:
        index = rng.randrange(len(listing.products))
        quantity = rng.choices((1, 2, 3), (85, 12, 3))[0]
        wishes[listing.listing_id, index] = Wish(listing, index, quantity)
    return tuple(_line(wish, ids, rng) for wish in wishes.values())


def _line(wish: Wish, ids: Ids, rng: random.Random) -> Line:
    line = line_of(wish, ids)
    if wish.listing.personalizable and rng.random() < 0.5:  # noqa: PLR2004 - half of them
        line = replace(line, personalization="For Sam & Alex")
    return line


def _charge(receipt: Receipt, shop: Shop, rng: random.Random) -> None:
    country = receipt.buyer.address.country_iso
    if not all(line.is_digital for line in receipt.lines):
        receipt.shipping = 495 if country == shop.country else 1450
    if rng.random() < 0.1:  # noqa: PLR2004 - one in ten uses a coupon
        receipt.discount = receipt.total_price // 10
    if country == "US" and shop.country == "US":
        receipt.tax = receipt.subtotal * rng.choice((0, 6, 8)) // 100
    elif country in {"GB", "DE", "FR"}:
        receipt.vat = receipt.subtotal // 5


def _let_time_pass(
    receipt: Receipt, rank: int, count: int, now: int, ids: Ids, rng: random.Random
) -> None:
    """Bring a receipt to where it stands today; rank 0 is the newest."""
    if rank in _UNPAID_RANKS:
        return
    receipt.paid_at = min(receipt.created_at + rng.randint(20, 100), now)
    receipt.updated_at = receipt.paid_at
    if all(line.is_digital for line in receipt.lines):
        receipt.shipped_at = receipt.paid_at
    elif rank in _ranks(_CANCELLED_PARTS, count):
        receipt.cancelled = True
    elif rank >= int(count * _TO_PACK_PART):
        _send(receipt, now, ids, rng)
    if rank in _ranks(_REFUNDED_PARTS, count):
        receipt.refunds.append(
            Refund(receipt.lines[0].price // 2, receipt.paid_at + _DAY, "Chipped in the post")
        )


def _send(receipt: Receipt, now: int, ids: Ids, rng: random.Random) -> None:
    sent = min(receipt.created_at + rng.randint(1, 5) * _DAY, now - 1800)
    receipt.shipped_at = sent
    receipt.updated_at = sent
    if sent + _DELIVERY < now:
        receipt.delivered_at = sent + _DELIVERY
    receipt.shipments.append(
        Shipment(
            shipment_id=ids.next("shipment"),
            notified_at=sent - sent % _DAY + 17 * 3600,
            carrier_name=rng.choice(_CARRIERS),
            tracking_code=f"94{rng.randrange(10**18, 10**19)}",
        )
    )


def _forget_listings(receipts: list[Receipt]) -> None:
    """Make old lines stale: listings deleted since, SKUs renamed since."""
    count = len(receipts)
    for rank in _ranks(_GONE_PARTS, count):
        receipt = receipts[count - 1 - rank]
        receipt.lines = tuple(
            replace(line, listing_id=None, product_id=None) for line in receipt.lines
        )
    for receipt in receipts[: count // 10 : 7]:
        receipt.lines = tuple(
            replace(line, sku=f"OLD-{line.sku}"[:32] if line.sku else "") for line in receipt.lines
        )


def _ranks(parts: tuple[float, ...], count: int) -> frozenset[int]:
    return frozenset(int(count * part) for part in parts)
