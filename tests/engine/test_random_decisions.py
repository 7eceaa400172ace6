"""Whatever is decided about orders and links, in whatever order, the ledger adds up."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from rig import Rig
from tuisync.core.actions.decisions import map_line
from tuisync.core.actions.items import add_item, adjust_stock
from tuisync.core.actions.links import ignore_variant, link_variant, unlink_variant
from tuisync.core.actions.orders import ship_order
from tuisync.core.actions.retiring import retire_item, revive_item
from tuisync.core.actions.return_undo import take_back_return
from tuisync.core.actions.returns import return_order
from tuisync.core.doctor.ledger import CHECKS
from tuisync.core.errors import TuisyncError
from tuisync.core.models import Order
from tuisync.core.store import schema
from tuisync.core.undo.choices import take_back_choice
from tuisync.testing.shop import OutOfStock

STEPS = 120
SKUS = ("A", "B", "C")
OPENING = 1_000


class Chance:
    """Somebody who decides at random.

    Attributes:
        rig: The shop and its seller.
        dice: Where chance comes from.
        counted: Units that were counted in, less those counted out.
    """

    def __init__(self, seed: int) -> None:
        self.rig = Rig(warehouses=("Main", "Attic"))
        self.dice = random.Random(seed)  # noqa: S311  # a test's dice
        for sku in SKUS:
            add_item(self.rig.workspace, sku=sku, name=f"Item {sku}", stock=OPENING)
        self.counted = 0
        self.listings = [self.rig.shop.list_item(f"Thing {n}", 500).remote_id for n in range(4)]

    def order(self) -> Order:
        """Return any order."""
        return self.dice.choice(list(self.rig.store.all(schema.ORDERS)))

    def variant(self) -> str:
        """Return any variant's id."""
        return f"fake:100:{self.dice.choice(self.listings)}"

    async def sell(self) -> None:
        basket = {
            (listing, ""): self.dice.randint(1, 3) for listing in self.dice.sample(self.listings, 2)
        }
        self.rig.shop.checkout(basket)

    async def sync(self) -> None:
        await self.rig.sync("orders")

    async def cancel(self) -> None:
        self.rig.shop.cancel(self.order().remote_id)

    async def cut(self) -> None:
        order = self.rig.shop.orders[self.order().remote_id]
        line = self.dice.choice(order.lines)
        if len(order.lines) > 1 or line.quantity > 1:
            self.rig.shop.cancel_part(order.remote_id, {line.remote_id: 1})

    async def ship_there(self) -> None:
        order = self.rig.shop.orders[self.order().remote_id]
        if not order.cancelled:
            self.rig.shop.ship(order.remote_id, "dhl", "1")

    async def ship(self) -> None:
        order = self.order()
        part = {self.dice.choice(order.lines).id: 1} if self.dice.random() < 0.5 else None
        ship_order(self.rig.workspace, order.id, carrier="dhl", tracking="1", lines=part)

    async def give_back(self) -> None:
        order = self.order()
        part = {self.dice.choice(order.lines).id: 1} if self.dice.random() < 0.5 else None
        to = self.dice.choice(["Main", "Attic", None])
        return_order(self.rig.workspace, order.id, to=to, lines=part)

    async def take_back_return(self) -> None:
        take_back_return(self.rig.workspace, self.order().id)

    async def map(self) -> None:
        order = self.order()
        sku = self.dice.choice([*SKUS, None])
        line = self.dice.choice(order.lines)
        if line.item is not None or not line.shipped:  # else it is told apart by nothing here
            map_line(self.rig.workspace, order.id, line.id, sku)

    async def link(self) -> None:
        way = self.dice.choice(["open", "all", "none", None])
        link_variant(self.rig.workspace, self.variant(), self.dice.choice(SKUS), way)  # type: ignore[arg-type]  # any of them

    async def unlink(self) -> None:
        unlink_variant(self.rig.workspace, self.variant())

    async def ignore(self) -> None:
        ignore_variant(self.rig.workspace, self.variant())

    async def retire(self) -> None:
        sku, store = self.dice.choice(SKUS), self.rig.store
        item = self.rig.item(sku)
        if item.retired_at is not None:
            revive_item(self.rig.workspace, sku)
            return
        for link in store.find(schema.LINKS, "item", item.id):
            unlink_variant(self.rig.workspace, link.id)
        for place in item.warehouses:
            self.counted -= place.on_hand
            adjust_stock(self.rig.workspace, sku, to=0, warehouse=place.warehouse, reason="no more")
        retire_item(self.rig.workspace, sku)

    async def undo(self) -> None:
        take_back_choice(self.rig.workspace)

    async def step(self) -> None:
        """Do anything; what cannot be done changes nothing."""
        steps: list[Callable[[], Awaitable[None]]] = [
            *(self.sell, self.sell, self.sync, self.sync, self.cancel, self.cut),
            *(self.ship_there, self.ship, self.ship, self.give_back, self.give_back, self.map),
            *(self.take_back_return, self.take_back_return),
            *(self.link, self.link, self.unlink, self.ignore, self.undo, self.retire),
        ]
        with suppress(TuisyncError, OutOfStock, IndexError):
            await self.dice.choice(steps)()
        self.rig.clock.advance(minutes=1)


def sent_of(rig: Rig) -> int:
    """Return the units that orders took from the shelves, less what came back."""
    lines = [line for order in rig.store.all(schema.ORDERS) for line in order.lines]
    gone = sum(line.left for line in lines if line.item is not None)
    return gone - sum(line.returned for line in lines if line.item is not None)


@pytest.mark.parametrize("seed", range(24))
async def test_p06_the_ledger_adds_up_after_every_decision(seed: int) -> None:
    chance = Chance(seed)
    await chance.rig.connected()
    await chance.sell()
    await chance.sync()

    for _ in range(STEPS):
        await chance.step()
        wrong = [found.message for check in CHECKS if not (found := check(chance.rig.store)).ok]
        assert wrong == []
        on_hand = sum(chance.rig.item(sku).on_hand for sku in SKUS)
        assert on_hand == len(SKUS) * OPENING + chance.counted - sent_of(chance.rig)
