"""P06: after each of thousands of random operations the ledger says what an oracle says."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from rig import Rig
from stock_oracle import Oracle, Place, Sold
from tuisync.core.actions.integrations import configure_integration
from tuisync.core.actions.items import add_item, adjust_stock, edit_item, transfer_stock
from tuisync.core.actions.links import link_variant, unlink_variant
from tuisync.core.actions.orders import ship_order
from tuisync.core.actions.returns import return_order
from tuisync.core.actions.syncs import request_sync
from tuisync.core.doctor.ledger import CHECKS
from tuisync.core.errors import Conflict
from tuisync.core.orders.repoint import Repoint
from tuisync.core.store import schema

ITEMS = 12
_MOST_OPEN = 25


@dataclass
class Life:
    """Random operations on a shop of a dozen things, each told to an oracle too."""

    rig: Rig
    rng: random.Random
    oracle: Oracle = field(default_factory=Oracle)
    listed: dict[str, str] = field(default_factory=dict)
    linked: dict[str, str | None] = field(default_factory=dict)
    warehouse: str = "P"
    done: Counter[str] = field(default_factory=Counter)
    last: str = ""
    _known: dict[Place, tuple[int, int]] = field(default_factory=dict)

    async def open(self) -> None:
        """Set up the items and a shop that lists them."""
        for number in range(ITEMS):
            sku = f"SKU-{number}"
            add_item(self.rig.workspace, sku=sku, name=f"Thing {number}", stock=40)
            self.oracle.put(sku, "P", 40)
            listing = self.rig.shop.list_item(f"Thing {number}", 40, sku=sku).remote_id
            self.listed[listing], self.linked[listing] = sku, sku
        await self.rig.connected()
        self.rig.clock.advance(minutes=1)

    async def step(self) -> None:
        """Do one thing that can be done."""
        kinds: list[tuple[str, Callable[[], Awaitable[bool]]]] = [
            ("count", self.count),
            ("count", self.count),
            ("transfer", self.transfer),
            ("sale", self.sale),
            ("sale", self.sale),
            ("sale", self.sale),
            ("cancel", self.cancel),
            ("cancel part", self.cancel_part),
            ("ship here", self.ship_here),
            ("ship here", self.ship_here),
            ("ship there", self.ship_there),
            ("refund", self.refund),
            ("return", self.give_back),
            ("rename", self.rename),
            ("unlink", self.unlink),
            ("link", self.link),
            ("relink", self.relink),
            ("map", self.map_warehouse),
            ("see again", self.see_again),
        ]
        while True:
            name, act = self.rng.choice(kinds)
            self.rig.clock.advance(seconds=self.rng.randint(1, 90))
            if await act():
                self.done[name] += 1
                self.last = name
                return

    async def count(self) -> bool:
        """Count a shelf anew, or try to take away more than is there."""
        sku, place, units = self._sku(), self._place(), self.rng.randint(-6, 9)
        if units == 0:
            return False
        self._refused_alike(
            self.oracle.put(sku, place, units),
            lambda: adjust_stock(
                self.rig.workspace, sku, by=units, warehouse=place, reason="counted"
            ),
        )
        return True

    async def transfer(self) -> bool:
        """Carry units from shelf to shelf."""
        sku, units = self._sku(), self.rng.randint(1, 8)
        source, target = self.rng.sample(("P", "Q"), 2)
        self._refused_alike(
            self.oracle.transfer(sku, source, target, units),
            lambda: transfer_stock(self.rig.workspace, sku, source=source, target=target, by=units),
        )
        return True

    async def sale(self) -> bool:
        """Let somebody buy one or two things, paid or not."""
        on_sale = [each for each in self.listed if self.rig.shop.quantity(each) > 0]
        chosen = self.rng.sample(on_sale, min(len(on_sale), self.rng.randint(1, 2)))
        if not chosen or len(self._in("open")) > _MOST_OPEN:
            return False
        basket = {
            (each, ""): self.rng.randint(1, min(3, self.rig.shop.quantity(each))) for each in chosen
        }
        order = self.rig.shop.checkout(basket, paid=self.rng.random() < 0.9)
        for line in order.lines:
            item = self.linked[line.listing_id or ""]
            sold = Sold(item, self.warehouse, line.quantity, line.listing_id or "")
            self.oracle.lines[f"{order.remote_id}/{line.remote_id}"] = sold
        await self._import()
        return True

    async def cancel(self) -> bool:
        """Cancel an order at the shop, sent or not."""
        order = self._some(self._in("open") if self.rng.random() < 0.8 else self._in("sent"))
        if order is None or self.rig.shop.orders[order].cancelled:
            return False
        self.rig.shop.cancel(order, restock=self.rng.random() < 0.5)
        for line in self._lines(order):
            self.oracle.cancel(line)
        await self._import()
        return True

    async def cancel_part(self) -> bool:
        """Take a unit off a line at the shop."""
        order = self._some(self._in("open"))
        if order is None:
            return False
        line = self.rig.shop.orders[order].lines[0]
        if line.quantity < 2:
            return False
        self.rig.shop.cancel_part(order, {line.remote_id: 1})
        self.oracle.lines[f"{order}/{line.remote_id}"].units -= 1
        await self._import()
        return True

    async def ship_here(self) -> bool:
        """Ship an order from here."""
        order = self._some(self._shippable())
        if order is None:
            return False
        ship_order(self.rig.workspace, f"fake:100:{order}", carrier="ups", tracking=f"T{order}")
        for line in self._lines(order):
            self.oracle.send(line)
        await self._import()
        return True

    async def ship_there(self) -> bool:
        """Ship an order from the shop."""
        order = self._some(self._shippable())
        if order is None:
            return False
        self.rig.shop.ship(order, "dhl", f"D{order}")
        for line in self._lines(order):
            self.oracle.send(line)
        await self._import()
        return True

    async def refund(self) -> bool:
        """Give money back: no unit moves."""
        order = self._some(self._in("sent"))
        if order is None:
            return False
        self.rig.shop.refund(order, partly=self.rng.random() < 0.5)
        await self._import()
        return True

    async def give_back(self) -> bool:
        """Answer where units that were sent are now."""
        away = (each for each in self._in("sent") if not self._lines(each)[0].settled)
        order = self._some(list(away))
        if order is None:
            return False
        place = self.rng.choice(("P", "Q", None))
        return_order(self.rig.workspace, f"fake:100:{order}", to=place)
        for line in self._lines(order):
            self.oracle.bring_back(line, place)
        return True

    async def rename(self) -> bool:
        """Edit an item: no unit moves."""
        edit_item(self.rig.workspace, self._sku(), name=f"Renamed {self.rng.random()}")
        return True

    async def unlink(self) -> bool:
        """Take a link apart: what was sold stays where it was counted."""
        listing = self._listing(linked=True)
        if listing is None or sum(item is None for item in self.linked.values()) > ITEMS // 3:
            return False
        unlink_variant(self.rig.workspace, f"fake:100:{listing}")
        self.linked[listing] = None
        return True

    async def link(self) -> bool:
        """Link a listing nobody knew: its frozen orders count from now on."""
        listing = self._listing(linked=False)
        if listing is None:
            return False
        sku = self._sku()
        link_variant(self.rig.workspace, f"fake:100:{listing}", sku)
        self.linked[listing] = sku
        for line in self.oracle.lines.values():
            if line.listing == listing and line.item is None:
                line.item = sku if line.state == "open" else None
        return True

    async def relink(self) -> bool:
        """Link a listing to another item: its orders follow as the seller says."""
        listing = self._listing(linked=True)
        if listing is None:
            return False
        sku = self._sku()
        which: Repoint = self.rng.choice(("open", "all", "none"))
        link_variant(self.rig.workspace, f"fake:100:{listing}", sku, which)
        self.linked[listing] = sku
        for line in self.oracle.lines.values():
            follows = which == "all" or (which == "open" and line.state == "open")
            if line.listing == listing and line.item is not None and follows:
                self.oracle.follow(line, sku)
        return True

    async def map_warehouse(self) -> bool:
        """Sell from another warehouse: what is sold already stays."""
        self.warehouse = self.rng.choice(("P", "Q"))
        name = "none" if self.warehouse == "P" else self.warehouse
        configure_integration(self.rig.workspace, "fake", {"warehouse": name})
        return True

    async def see_again(self) -> bool:
        """See everything again: nothing changes."""
        for order in self.rng.sample(list(self.rig.shop.orders), min(5, len(self.rig.shop.orders))):
            self.rig.shop.touch(order)
        request_sync(self.rig.workspace, ["items"])
        await self._import()
        return True

    def check(self) -> None:
        """Compare every number with the oracle's, and those that moved with the ledger's rows."""
        store = self.rig.store
        skus = {each.id: each.sku for each in store.all(schema.ITEMS)}
        names = {each.id: each.name for each in store.all(schema.WAREHOUSES)}
        held = self.oracle.committed()
        for balance in store.all(schema.BALANCES):
            place = skus[balance.item], names[balance.warehouse]
            expected = self.oracle.hand[place], held[place]
            assert (balance.on_hand, balance.committed) == expected, (place, self.last)
            assert balance.available == expected[0] - expected[1]
            if self._known.get(place) != expected:
                self._known[place] = expected
                self._check_rows(balance.item, balance.warehouse, expected)

    def _check_rows(self, item: str, warehouse: str, expected: tuple[int, int]) -> None:
        store = self.rig.store
        moved = sum(
            each.delta
            for each in store.find(schema.MOVEMENTS, "item", item)
            if each.warehouse == warehouse
        )
        held = sum(
            each.quantity
            for each in store.find(schema.COMMITMENTS, "open_item", item)
            if each.warehouse == warehouse
        )
        assert (moved, held) == expected

    async def _import(self) -> None:
        await self.rig.sync("orders")

    def _refused_alike(self, possible: bool, act: Callable[[], object]) -> None:
        try:
            act()
        except Conflict:
            assert not possible
        else:
            assert possible

    def _lines(self, order: str) -> list[Sold]:
        return [
            self.oracle.lines[f"{order}/{line.remote_id}"]
            for line in self.rig.shop.orders[order].lines
        ]

    def _in(self, state: str) -> list[str]:
        """Return the orders in a state, the newest ones."""
        recent = list(self.rig.shop.orders)[-60:]
        return [each for each in recent if self._lines(each)[0].state == state]

    def _shippable(self) -> list[str]:
        return [
            each
            for each in self._in("open")
            if self.rig.shop.orders[each].payment == "paid"
            and all(line.item is not None for line in self._lines(each))
        ]

    def _some(self, orders: list[str]) -> str | None:
        return self.rng.choice(orders) if orders else None

    def _sku(self) -> str:
        return f"SKU-{self.rng.randrange(ITEMS)}"

    def _place(self) -> str:
        return self.rng.choice(("P", "Q"))

    def _listing(self, *, linked: bool) -> str | None:
        return self._some([each for each, item in self.linked.items() if bool(item) is linked])


@pytest.mark.timeout(7200)
async def test_p06_the_ledger_is_right_after_each_of_thousands_of_random_operations(
    request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> None:
    operations = 10_000 if request.config.getoption("--full") else 2_000
    life = Life(Rig(warehouses=("P", "Q")), random.Random(6))  # noqa: S311  # repeatable
    await life.open()
    for number in range(1, operations + 1):
        await life.step()
        life.check()
        if number % 250 == 0:
            for check in CHECKS:
                assert check(life.rig.store).ok, check(life.rig.store).message

    kinds = dict(life.done)
    assert len(kinds) == 15
    assert min(kinds.values()) > operations // 100, kinds
    record_property("P06", f"right after each of {operations:,} operations of {len(kinds)} kinds")
