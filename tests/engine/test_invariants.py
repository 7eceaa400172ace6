"""Random lives of a shop: whatever happens, the ledger adds up and the shop ends up right."""

from __future__ import annotations

import asyncio
from collections import Counter

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from rig import Rig
from tuisync.core.actions.creation import create_items, unconfirmed_variants
from tuisync.core.actions.items import adjust_stock, transfer_stock
from tuisync.core.actions.orders import ship_order
from tuisync.core.actions.syncs import request_sync
from tuisync.core.engine import recover
from tuisync.core.errors import Conflict, OutcomeUnknown, TransientError
from tuisync.core.models import LIVE
from tuisync.core.remote import RemoteOrder
from tuisync.core.store import schema
from tuisync.testing import OutOfStock
from tuisync.testing.faults import Faults

SKUS = ("MUG", "CUP")
units = st.integers(min_value=1, max_value=4)
skus = st.sampled_from(SKUS)


class ShopLife(RuleBasedStateMachine):
    """Two items, three listings, two warehouses, one shop with faults."""

    def __init__(self) -> None:
        super().__init__()
        self.rig = Rig(warehouses=("P", "Q"))
        shop = self.rig.shop
        self.listings = [
            shop.list_item("Mug", 9, sku="MUG").remote_id,
            shop.list_item("Mug, again", 9, sku="MUG").remote_id,
            shop.list_item("Cup", 6, sku="CUP").remote_id,
        ]
        shop.sell(self.listings[0], 2)
        self.rig.clock.advance(minutes=1)
        asyncio.run(self.rig.connected())
        create_items(self.rig.workspace, unconfirmed_variants(self.rig.store))
        self.rig.clock.advance(minutes=1)
        self.work()

    def work(self) -> None:
        asyncio.run(self.rig.work())

    @rule(listing=st.integers(0, 2), count=units, paid=st.booleans())
    def a_buyer_buys(self, listing: int, count: int, paid: bool) -> None:
        self.rig.clock.advance(seconds=2)
        try:
            self.rig.shop.sell(self.listings[listing], count, paid=paid)
        except OutOfStock:
            return

    @rule(number=st.integers(0, 30), restock=st.booleans())
    def the_seller_cancels_there(self, number: int, restock: bool) -> None:
        order = self._order(number)
        if order and not order.shipped and not order.cancelled:
            self.rig.shop.cancel(order.remote_id, restock=restock)

    @rule(number=st.integers(0, 30))
    def the_seller_ships_there(self, number: int) -> None:
        order = self._order(number)
        if order and order.payment == "paid" and not order.shipped and not order.cancelled:
            self.rig.shop.ship(order.remote_id, "ups", f"T{number}")

    @rule(number=st.integers(0, 30))
    def the_seller_ships_here(self, number: int) -> None:
        order = self._order(number)
        if order is None:
            return
        try:
            ship_order(self.rig.workspace, order.number, carrier="ups", tracking=f"H{number}")
        except (Conflict, LookupError):
            return
        except Exception as error:
            if type(error).__name__ != "NotFound":
                raise

    @rule(number=st.integers(0, 30))
    def a_payment_arrives(self, number: int) -> None:
        order = self._order(number)
        if order and order.payment == "unpaid" and not order.cancelled:
            self.rig.shop.pay(order.remote_id)

    @rule(sku=skus, delta=st.integers(-4, 6))
    def a_count_is_corrected(self, sku: str, delta: int) -> None:
        try:
            adjust_stock(self.rig.workspace, sku, by=delta, reason="counted")
        except Conflict:
            return

    @rule(sku=skus, count=units)
    def units_are_transferred(self, sku: str, count: int) -> None:
        try:
            transfer_stock(self.rig.workspace, sku, source="P", target="Q", by=count)
        except Conflict:
            return

    @rule(listing=st.integers(0, 2), quantity=st.integers(1, 9))
    def the_seller_edits_a_number_there(self, listing: int, quantity: int) -> None:
        self.rig.shop.set_quantity(self.listings[listing], quantity)

    @rule(modules=st.sampled_from([("items",), ("orders",), ("items", "orders")]))
    def a_sync_runs(self, modules: tuple[str, ...]) -> None:
        request_sync(self.rig.workspace, modules)  # type: ignore[arg-type]  # drawn literals
        self.work()

    @rule(hook=st.sampled_from(["push_stock", "push_shipment"]), lost=st.booleans())
    def an_answer_will_be_lost(self, hook: str, lost: bool) -> None:
        if lost:
            self.rig.fake.drops_answer(hook)
        else:
            self.rig.fake.raises(hook, OutcomeUnknown("Nobody answered."))

    @rule(hook=st.sampled_from(["push_stock", "push_shipment", "fetch_orders"]))
    def a_call_will_fail(self, hook: str) -> None:
        self.rig.fake.raises(hook, TransientError("The shop is down."))

    @rule(minutes=st.integers(1, 15))
    def time_passes(self, minutes: int) -> None:
        self.rig.clock.advance(minutes=minutes)
        self.work()

    @precondition(lambda self: any(s == "queued" for s in self.rig.outbox().values()))
    @rule()
    def the_engine_dies_while_sending(self) -> None:
        with self.rig.store.transaction() as tx:
            for entry in list(tx.all(schema.OUTBOX)):
                if entry.state == "queued":
                    tx.put(schema.OUTBOX, entry.but(state="in_flight"))
        recover(self.rig.workspace)

    @invariant()
    def on_hand_is_the_sum_of_movements(self) -> None:
        moved: Counter[tuple[str, str]] = Counter()
        for movement in self.rig.store.all(schema.MOVEMENTS):
            moved[movement.item, movement.warehouse] += movement.delta
        held: Counter[tuple[str, str]] = Counter()
        for commitment in self.rig.store.all(schema.COMMITMENTS):
            if commitment.state == "open":
                held[commitment.item, commitment.warehouse] += commitment.quantity
        for balance in self.rig.store.all(schema.BALANCES):
            key = balance.item, balance.warehouse
            assert (balance.on_hand, balance.committed) == (moved[key], held[key])

    @invariant()
    def shipped_and_void_lines_reserve_nothing(self) -> None:
        for commitment in self.rig.store.all(schema.COMMITMENTS):
            order = self.rig.store.get(schema.ORDERS, commitment.order)
            assert order is not None
            assert commitment.state != "open" or order.open

    @invariant()
    def orders_are_whole_and_single(self) -> None:
        orders = list(self.rig.store.all(schema.ORDERS))
        assert len({order.remote_id for order in orders}) == len(orders)
        for order in orders:
            assert len(order.lines) == len(self.rig.shop.orders[order.remote_id].lines)

    @invariant()
    def nobody_is_e_mailed_twice_by_us(self) -> None:
        sent = Counter(self.rig.shop.emails)
        assert all(count == 1 for count in sent.values())

    def teardown(self) -> None:
        """Heal everything: in the end the shop shows what is available, and nothing is owed."""
        self.rig.fake._faults = Faults()
        for _ in range(8):
            self.rig.clock.advance(minutes=61)
            request_sync(self.rig.workspace, ["items", "orders"])
            self.work()
        for entry in self.rig.store.all(schema.OUTBOX):
            assert entry.state not in LIVE, entry
        for listing, sku in zip(self.listings, ("MUG", "MUG", "CUP"), strict=True):
            assert self.rig.shop.quantity(listing) == max(0, self.rig.stock(sku)[2])

    def _order(self, number: int) -> RemoteOrder | None:
        orders = list(self.rig.shop.orders.values())
        return orders[number % len(orders)] if orders else None


TestShopLife = ShopLife.TestCase
TestShopLife.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
