"""Random sales, edits, cancellations, pauses and faults; an oracle that knows none of our code.

The oracle keeps, per item, how many units are free: what there was, less what was sold and not
cancelled before it left, plus what the seller counted in or out. In the end the shop must show
that, wherever the shop's own rules let it; each order must stand as it stands at the shop; and
each buyer must have had one e-mail for each order that left, whoever sent it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from etsy_life import Life
from sandbox_kit import PATIENCE
from tuisync.core.actions.items import adjust_stock
from tuisync.core.actions.orders import ship_order
from tuisync.core.errors import UsageError
from tuisync.core.models import Order
from tuisync.core.store import schema
from tuisync_etsy.sandbox.domain import market
from tuisync_etsy.sandbox.domain.faults import Fault
from tuisync_etsy.sandbox.domain.listings import Listing, set_pool, set_state
from tuisync_etsy.sandbox.domain.market import Wish
from tuisync_etsy.sandbox.domain.receipts import Receipt
from tuisync_etsy.sandbox.domain.shipping import Notice, ship
from tuisync_etsy.sandbox.domain.visit import sell
from tuisync_etsy.variants import variant_key
from tuisync_etsy.wire import PropertyValue

MOST = 999
FAULTS: tuple[dict[str, Any], ...] = (
    {"status": 500},
    {"html": "<h1>502</h1>"},
    {"drop": "before"},
    {"drop": "after"},
    {"cut": 11},
    {"array_error": True, "status": 500},
    {"delay": PATIENCE + 1},
    {"delay_after": PATIENCE + 1},
    {"status": 429, "body": {"error": "Exceeded per second rate limit"}},
)

Place = tuple[int, str]
"""A listing and the key of one of its variants."""


@dataclass
class Oracle:
    """What must be, worked out from what happened and nothing else.

    Attributes:
        item: Whose units are sold at a place.
        free: Units of each item that nobody bought.
        paused: Listings the seller took off sale.
    """

    item: dict[Place, str] = field(default_factory=dict)
    free: Counter[str] = field(default_factory=Counter)
    paused: set[int] = field(default_factory=set)

    def shown(self, place: Place) -> int:
        """What the shop must show there."""
        return min(max(self.free[self.item[place]], 0), MOST)


class Chance:
    """Lets things happen to a life, and tells the oracle."""

    def __init__(self, life: Life, seed: int) -> None:
        self.life = life
        self.world = life.world
        self.rng = Random(seed)  # noqa: S311 - a repeatable test, not a secret
        self.oracle = Oracle()
        self.sold: dict[int, list[tuple[Place, int]]] = {}
        self.shipped_here: set[int] = set()
        self.happened: Counter[str] = Counter()
        self._deeds: dict[Callable[[], None], int] = {
            self.a_sale: 34,
            self.a_count: 16,
            self.a_shipment_here: 14,
            self.a_shipment_there: 6,
            self.a_cancellation: 9,
            self.a_refund: 3,
            self.an_edit_there: 5,
            self.a_pause_there: 2,
            self.a_return_to_sale: 5,
            self.a_new_title: 3,
            self.a_payment: 3,
        }

    def learn(self) -> None:
        """Take the shop as it stands for the beginning of everything."""
        for link in self.life.store.all(schema.LINKS):
            if link.item is not None:
                listing = int(link.listing.rpartition(":")[2])
                self.oracle.item[listing, link.key] = link.item
        for place, item in self.oracle.item.items():
            there = self.numbers(self.world.listings[place[0]])[place[1]]
            self.oracle.free[item] = min(self.oracle.free.get(item, there), there)
        self.oracle.paused = {
            each.listing_id for each in self.mine() if each.state not in {"active", "sold_out"}
        }

    def mine(self) -> list[Listing]:
        return self.world.listings_of(self.world.shop.shop_id)

    def numbers(self, listing: Listing) -> dict[str, int]:
        """The shop's number of each variant, by the key a listing's options give it."""
        axes = frozenset(listing.on_property.quantity)
        return {
            variant_key(
                [PropertyValue(property_id=v.property_id, values=v.values) for v in p.properties],
                axes,
            ): p.quantity
            for p in listing.products
        }

    async def step(self) -> None:
        """Let one thing happen, in one of ten cases with a fault ahead, and time pass."""
        if self.rng.random() < 0.1:
            spoilt = Fault(path="/v3/application", skip=self.rng.randint(0, 3), **self._fault())
            self.world.faults.plan(spoilt)
            self.happened["a fault"] += 1
        (deed,) = self.rng.choices(list(self._deeds), weights=list(self._deeds.values()))
        deed()
        await self.life.sleep(self.rng.choice((1, 20, 90, 400)))
        if self.rng.random() < 0.35:
            await self.life.tick()

    def _fault(self) -> dict[str, Any]:
        return self.rng.choice(FAULTS)

    def a_sale(self) -> None:
        """A buyer buys something; one in five pays later."""
        shown = [
            (listing, index)
            for listing in self.mine()
            if listing.state == "active"
            for index, product in enumerate(listing.products)
            if product.is_enabled and product.quantity
        ]
        listing, index = self.rng.choice(shown)
        quantity = min(self.rng.choice((1, 1, 1, 2, 3)), listing.products[index].quantity)
        place = self._place(listing, index)
        pays_in = None if self.rng.random() < 0.2 else 0
        receipt = sell(self.world, [Wish(listing, index, quantity)], pays_in=pays_in)
        self.sold[receipt.receipt_id] = [(place, quantity)]
        self.oracle.free[self.oracle.item[place]] -= quantity
        self.happened["a sale"] += 1

    def a_payment(self) -> None:
        receipt = self._one(lambda each: not each.is_paid and not each.cancelled)
        if receipt is not None:
            market.pay(receipt, self.world.clock.now())

    def a_cancellation(self) -> None:
        """The seller cancels what has not left, and may put the units back there."""
        receipt = self._one(lambda each: not each.is_shipped and not each.cancelled)
        if receipt is None or receipt.receipt_id in self.shipped_here:
            return
        market.cancel(receipt, self.world.clock.now(), touch=self.rng.random() < 0.5)
        if self.rng.random() < 0.5:
            market.restock(receipt, self.world.listings, self.world.clock.now())
        for place, quantity in self.sold[receipt.receipt_id]:
            self.oracle.free[self.oracle.item[place]] += quantity
        self.happened["a cancellation"] += 1

    def a_refund(self) -> None:
        receipt = self._one(lambda each: each.is_paid and not each.cancelled and not each.refunds)
        if receipt is not None:
            market.refund(receipt, 100, "", self.world.clock.now(), touch=False)
            self.happened["a refund"] += 1

    def a_shipment_here(self) -> None:
        """The seller ships an order we know of; the shop is owed the news."""
        receipt = self._one(self._to_pack)
        order = None if receipt is None else self.order(receipt.receipt_id)
        if receipt is None or order is None or order.payment == "unpaid" or order.shipped:
            return
        code = f"1Z{receipt.receipt_id}"
        ship_order(self.life.workspace, order.id, carrier="ups", tracking=code)
        self.shipped_here.add(receipt.receipt_id)
        self.happened["a shipment here"] += 1

    def a_shipment_there(self) -> None:
        receipt = self._one(self._to_pack)
        if receipt is not None:
            now = self.world.clock.now()
            ship(receipt, self.world.shop, Notice("THERE", "ups"), self.world.ids, now)
            self.world.emails[receipt.receipt_id] += 1
            self.happened["a shipment there"] += 1

    def a_count(self) -> None:
        """The seller counts units in or out."""
        item = self.life.store.get(schema.ITEMS, self.rng.choice(sorted(self.oracle.free)))
        assert item is not None
        by = self.rng.choice((-3, -1, 1, 2, 5, 12))
        try:
            adjust_stock(self.life.workspace, item.sku, by=by, reason="counted")
        except UsageError:  # there are not that many
            return
        self.oracle.free[item.id] += by
        self.happened["a count"] += 1

    def an_edit_there(self) -> None:
        """The seller types another number at the shop; ours is put right."""
        listing = self._listing(lambda each: each.state == "active")
        if listing is not None:
            set_pool(listing, self.rng.randrange(len(listing.products)), self.rng.randint(1, 40))
            listing.updated_at = self.world.clock.now()
            self.happened["an edit there"] += 1

    def a_pause_there(self) -> None:
        listing = self._listing(lambda each: each.state == "active" and each.quantity > 0)
        if listing is not None and self._has_stock(listing):
            set_state(listing, "inactive", self.world.clock.now())
            self.oracle.paused.add(listing.listing_id)
            self.happened["a pause there"] += 1

    def a_return_to_sale(self) -> None:
        """The seller puts a listing on sale again, whoever took it off."""
        listing = self._listing(lambda each: each.state == "inactive" and each.quantity > 0)
        if listing is not None:
            set_state(listing, "active", self.world.clock.now())
            self.oracle.paused.discard(listing.listing_id)
            self.happened["a return to sale"] += 1

    def a_new_title(self) -> None:
        listing = self._listing(lambda each: each.state == "active")
        if listing is not None:
            listing.title = f"{listing.title.partition(' #')[0]} #{self.rng.randint(1, 99)}"
            listing.updated_at = self.world.clock.now()

    def order(self, receipt_id: int) -> Order | None:
        """Our order of a receipt."""
        return self.life.store.get(schema.ORDERS, f"{self.life.integration.id}:{receipt_id}")

    def _place(self, listing: Listing, index: int) -> Place:
        values = [
            PropertyValue(property_id=v.property_id, values=v.values)
            for v in listing.products[index].properties
        ]
        return listing.listing_id, variant_key(values, frozenset(listing.on_property.quantity))

    def _has_stock(self, listing: Listing) -> bool:
        """Tell whether we would not pause it ourselves right now."""
        keys = self.numbers(listing)
        return any(self.oracle.shown((listing.listing_id, key)) for key in keys)

    def _to_pack(self, each: Receipt) -> bool:
        open_ = each.is_paid and not each.is_shipped and not each.cancelled
        return open_ and each.receipt_id not in self.shipped_here

    def _one(self, fits: Callable[[Receipt], bool]) -> Receipt | None:
        found = [each for id_ in self.sold if fits(each := self.world.receipts[id_])]
        return self.rng.choice(found) if found else None

    def _listing(self, fits: Callable[[Listing], bool]) -> Listing | None:
        found = [each for each in self.mine() if fits(each)]
        return self.rng.choice(found) if found else None


def simple_enough(listing: Listing) -> bool:
    """Leave out files, whose sales lower no number, and variants that share a SKU."""
    shown = all(product.is_enabled for product in listing.products)
    skus = [product.sku for product in listing.products if product.sku]
    apart = not listing.on_property.quantity or len(set(skus)) == len(skus)
    return apart and listing.type == "physical" and listing.state == "active" and shown


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", [1, 2])
async def test_e08_a_random_life_ends_as_an_oracle_says(
    seed: int, request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> None:
    steps = 2_000 if request.config.getoption("--full") else 250
    life = Life(listings=40, orders=0, seed=seed)
    for each in life.world.listings_of(life.world.shop.shop_id):
        if not simple_enough(each):
            del life.world.listings[each.listing_id]
    await life.begin()
    chance = Chance(life, seed)
    chance.learn()
    for _ in range(steps):
        await chance.step()
    life.world.faults.clear()
    await life.cycles(60)
    _check_orders(chance)
    _check_numbers(chance)
    record_property("E08", f"{steps} random operations: {dict(chance.happened)}")


def _check_orders(chance: Chance) -> None:
    world = chance.world
    for receipt_id in chance.sold:
        receipt, order = world.receipts[receipt_id], chance.order(receipt_id)
        assert order is not None, receipt_id
        assert order.shipped is (receipt.is_shipped and not receipt.cancelled), receipt_id
        assert order.cancelled is receipt.cancelled, receipt_id
        assert (order.payment != "unpaid") is receipt.is_paid, receipt_id
        assert world.emails[receipt_id] == receipt.is_shipped, receipt_id
    assert len(list(chance.life.store.all(schema.ORDERS))) == len(chance.sold)
    assert chance.shipped_here <= {id_ for id_ in chance.sold if world.receipts[id_].is_shipped}


def _check_numbers(chance: Chance) -> None:
    wrong = []
    for listing in chance.mine():
        assert listing.renewals == 0
        expected = {
            key: chance.oracle.shown((listing.listing_id, key)) for key in chance.numbers(listing)
        }
        if listing.listing_id in chance.oracle.paused:
            assert listing.state == "inactive", "a seller's pause is never undone"
        elif not any(expected.values()):
            assert listing.state in {"inactive", "sold_out"}
        elif listing.state != "sold_out" and (
            listing.state != "active" or chance.numbers(listing) != expected
        ):
            wrong.append((listing.listing_id, listing.state, chance.numbers(listing), expected))
    assert wrong == []
