"""Builds the whole sandbox world from a few numbers."""

from __future__ import annotations

import random
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from tuisync_etsy.sandbox.domain.clock import SandboxClock
from tuisync_etsy.sandbox.domain.ids import Ids
from tuisync_etsy.sandbox.domain.limits import Limits
from tuisync_etsy.sandbox.domain.shop import ProcessingProfile, Seat, Shop, User
from tuisync_etsy.sandbox.domain.tokens import Rotation, TokenBook
from tuisync_etsy.sandbox.domain.world import AppKey, World
from tuisync_etsy.sandbox.seed.bench import Bench
from tuisync_etsy.sandbox.seed.listings import make_listings
from tuisync_etsy.sandbox.seed.people import make_buyers
from tuisync_etsy.sandbox.seed.receipts import make_receipts

_YEAR = 365 * 86_400
_WITHOUT_CENTS = frozenset({"CLP", "ISK", "JPY", "KRW", "VND"})
_COUNTRIES = {"EUR": "DE", "GBP": "GB", "CAD": "CA", "AUD": "AU", "JPY": "JP", "INR": "IN"}
_BUYERS_PER_ORDER = 0.8


@dataclass(frozen=True, slots=True)
class Settings:
    """What the sandbox shall be like.

    Attributes:
        qps: Calls allowed in a second.
        qpd: Calls allowed in a day.
    """

    listings: int = 120
    orders: int = 300
    seed: int = 7
    currency: str = "USD"
    qps: int = 10
    qpd: int = 10_000
    rotation: Rotation = "strict"
    seat: Seat = "owner"


def build(settings: Settings, clock: SandboxClock) -> World:
    """Return a world in which the studio has been open for three years."""
    rng = random.Random(settings.seed)  # noqa: S311 - believable data, not a secret
    ids = Ids(settings.seed)
    now = clock.now()
    owner, neighbour = ids.next("user"), ids.next("user")
    shop = _shop("FernAndKiln", owner, settings.currency, now, ids)
    other = _shop("HarbourPaper", neighbour, settings.currency, now, ids)
    users: dict[Seat, User] = {
        "owner": User(owner, "fernandkiln", works_in=shop.shop_id),
        "member": User(ids.next("user"), "studiohelper", works_in=other.shop_id),
        "no-shop": User(ids.next("user"), "justbrowsing"),
    }
    buyers = make_buyers(max(1, int(settings.orders * _BUYERS_PER_ORDER)), rng, ids)
    bench, next_door = Bench(shop, now, ids, rng), Bench(other, now, ids, rng)
    listings = make_listings(settings.listings, bench)
    receipts = make_receipts(settings.orders, listings, buyers, bench)
    theirs = make_listings(5, next_door)
    their_receipts = make_receipts(4, theirs, buyers, next_door)
    shop.sold = sum(line.quantity for receipt in receipts for line in receipt.lines)
    return World(
        clock=clock,
        key=_key(settings.seed),
        shop=shop,
        shops={each.shop_id: each for each in (shop, other)},
        users=users,
        listings={each.listing_id: each for each in (*listings, *theirs)},
        receipts={each.receipt_id: each for each in (*receipts, *their_receipts)},
        buyers=buyers,
        ids=ids,
        rng=rng,
        seat=settings.seat,
        tokens=TokenBook(settings.rotation),
        limits=Limits(settings.qps, settings.qpd),
    )


def _shop(name: str, owner: int, currency: str, now: int, ids: Ids) -> Shop:
    kinds: tuple[tuple[Literal["ready_to_ship", "made_to_order"], int, int], ...] = (
        ("ready_to_ship", 1, 2),
        ("made_to_order", 5, 10),
    )
    return Shop(
        shop_id=ids.next("shop"),
        user_id=owner,
        name=name,
        title="Small-batch ceramics & prints",
        currency=currency,
        divisor=1 if currency in _WITHOUT_CENTS else 100,
        country=_COUNTRIES.get(currency, "US"),
        created_at=now - 3 * _YEAR,
        profiles=tuple(
            ProcessingProfile(ids.next("profile"), kind, low, high) for kind, low, high in kinds
        ),
        shipping_profile_id=ids.next("profile"),
        return_policy_id=ids.next("profile"),
    )


def _key(seed: int) -> AppKey:
    """Return the registered app; the same seed gives the same one."""
    text = sha256(f"sandbox app {seed}".encode()).hexdigest()
    return AppKey(1_200_000_000 + seed, keystring=text[:24], shared_secret=text[24:34])
