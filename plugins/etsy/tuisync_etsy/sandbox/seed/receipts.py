"""Four months of orders: most sent long ago, some to pack today, a few gone wrong."""

from __future__ import annotations

import random
from dataclasses import replace

from tuisync_etsy.sandbox.domain.listings import Listing
from tuisync_etsy.sandbox.domain.market import Wish, line_of
from tuisync_etsy.sandbox.domain.receipts import Line, Receipt, Refund, Shipment
from tuisync_etsy.sandbox.domain.shop import Buyer, Shop
from tuisync_etsy.sandbox.seed.bench import Bench

_DAY = 86_400
_SPAN = 120 * _DAY
_OLD = 60 * _DAY
_DELIVERY = 6 * _DAY
_UNPAID_RANKS = frozenset({0, 2, 5})
_CANCELLED_PARTS = (0.04, 0.3, 0.55, 0.8)
_REFUNDED_PARTS = (0.35, 0.6)
_TO_PACK_PART = 0.13
_GONE_PARTS = (0.85, 0.92)
_NEW_BUYERS = 0.55
_WITH_MESSAGE = 0.06
_PERSONALIZED = 0.5
_WITH_COUPON = 0.1
_CARRIERS = ("USPS", "USPS", "USPS", "UPS", "DHL", "Royal Mail")


def make_receipts(
    count: int, listings: list[Listing], buyers: list[Buyer], bench: Bench
) -> list[Receipt]:
    """Return so many receipts, the oldest first.

    They lower no quantity: what a listing shows is what was left after all of them.
    """
    sold = [each for each in listings if each.state != "draft"]
    if not count or not sold or not buyers:
        return []
    ages = sorted((int(_SPAN * bench.rng.random() ** 1.3) for _ in range(count)), reverse=True)
    receipts = []
    for place, age in enumerate(ages):
        buyer = _buyer(place, buyers, bench.rng)
        receipt = _receipt(sold, buyer, bench.now - 600 - age, bench)
        _let_time_pass(receipt, count - 1 - place, count, bench)
        receipts.append(receipt)
    _forget_listings(receipts)
    return receipts


def _buyer(place: int, buyers: list[Buyer], rng: random.Random) -> Buyer:
    """Return a new buyer more often than not, else one who came before."""
    if place < len(buyers) and rng.random() < _NEW_BUYERS:
        return buyers[place]
    return rng.choice(buyers[: max(1, min(place, len(buyers)))])


def _receipt(sold: list[Listing], buyer: Buyer, created: int, bench: Bench) -> Receipt:
    receipt = Receipt(
        receipt_id=bench.ids.next("receipt"),
        shop_id=bench.shop.shop_id,
        buyer=buyer,
        lines=_lines(sold, bench),
        created_at=created,
        updated_at=created,
    )
    if bench.rng.random() < _WITH_MESSAGE:
        receipt.message_from_buyer = "Please wrap it, it's a gift!"
    _charge(receipt, bench.shop, bench.rng)
    return receipt


def _lines(sold: list[Listing], bench: Bench) -> tuple[Line, ...]:
    rng = bench.rng
    count = rng.choices((1, 2, 3), (76, 18, 6))[0]
    chosen = rng.sample(sold, min(count, len(sold)))
    if len(chosen) > 1 and chosen[0].has_variations:
        chosen[1] = chosen[0]
    wishes: dict[tuple[int, int], Wish] = {}
    for listing in chosen:
        index = rng.randrange(len(listing.products))
        quantity = rng.choices((1, 2, 3), (85, 12, 3))[0]
        wishes[listing.listing_id, index] = Wish(listing, index, quantity)
    return tuple(_line(wish, bench) for wish in wishes.values())


def _line(wish: Wish, bench: Bench) -> Line:
    line = line_of(wish, bench.ids)
    if wish.listing.personalizable and bench.rng.random() < _PERSONALIZED:
        line = replace(line, personalization="For Sam & Alex")
    return line


def _charge(receipt: Receipt, shop: Shop, rng: random.Random) -> None:
    country = receipt.buyer.address.country_iso
    if not all(line.is_digital for line in receipt.lines):
        receipt.shipping = 495 if country == shop.country else 1450
    if rng.random() < _WITH_COUPON:
        receipt.discount = receipt.total_price // 10
    if country == "US" and shop.country == "US":
        receipt.tax = receipt.subtotal * rng.choice((0, 6, 8)) // 100
    elif country in {"GB", "DE", "FR"}:
        receipt.vat = receipt.subtotal // 5


def _let_time_pass(receipt: Receipt, rank: int, count: int, bench: Bench) -> None:
    """Bring a receipt to where it stands today; rank 0 is the newest."""
    if rank in _UNPAID_RANKS:
        return
    receipt.paid_at = receipt.created_at + bench.rng.randint(20, 100)
    receipt.updated_at = receipt.paid_at
    if all(line.is_digital for line in receipt.lines):
        receipt.shipped_at = receipt.paid_at
    elif rank in _ranks(_CANCELLED_PARTS, count):
        receipt.cancelled = True
    elif rank >= int(count * _TO_PACK_PART):
        _send(receipt, bench)
    if rank in _ranks(_REFUNDED_PARTS, count):
        receipt.refunds.append(
            Refund(receipt.lines[0].price // 2, receipt.paid_at + _DAY, "Chipped in the post")
        )


def _send(receipt: Receipt, bench: Bench) -> None:
    rng = bench.rng
    sent = min(receipt.created_at + rng.randint(1, 5) * _DAY, bench.now - 300)
    receipt.shipped_at = sent
    receipt.updated_at = sent
    if sent + _DELIVERY < bench.now:
        receipt.delivered_at = sent + _DELIVERY
    receipt.shipments.append(
        Shipment(
            shipment_id=bench.ids.next("shipment"),
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
        if not receipt.is_shipped:
            continue
        receipt.lines = tuple(
            replace(line, listing_id=None, product_id=None) for line in receipt.lines
        )
    for receipt in receipts[: count // 10 : 7]:
        receipt.lines = tuple(
            replace(line, sku=f"OLD-{line.sku}"[:32] if line.sku else "") for line in receipt.lines
        )


def _ranks(parts: tuple[float, ...], count: int) -> frozenset[int]:
    return frozenset(int(count * part) for part in parts)
