"""Random lives of a shop: whatever happens, the ledger adds up and the shop ends up right."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import cast

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from inbox_checks import check_inbox
from kills import Killed, kill_at
from page_by_page import at_page
from rig import Rig
from shop_watch import (
    MOST,
    WatchedMarketplace,
    check_calls,
    check_cursors,
    check_ledger,
    check_reservations,
    check_single,
    check_versions,
    check_whole,
)
from tuisync.core.actions.cancels import request_cancel
from tuisync.core.actions.creation import create_items, unconfirmed_variants
from tuisync.core.actions.integrations import (
    configure_integration,
    disable_integration,
    enable_integration,
)
from tuisync.core.actions.items import adjust_stock, transfer_stock
from tuisync.core.actions.links import link_variant, unlink_variant
from tuisync.core.actions.orders import ship_order
from tuisync.core.actions.organization import configure_organization
from tuisync.core.actions.plans import make_plan
from tuisync.core.actions.retiring import retire_item, revive_item
from tuisync.core.actions.syncs import request_sync
from tuisync.core.applying import apply_plan
from tuisync.core.connecting import reconnect
from tuisync.core.doctor.ledger import retired
from tuisync.core.errors import (
    Conflict,
    MarketplaceError,
    NotFound,
    OutcomeUnknown,
    PlanStale,
    RejectedError,
    TransientError,
)
from tuisync.core.models import ENDED, LIVE
from tuisync.core.remote import Marketplace, RemoteOrder, Tokens
from tuisync.core.services import Services
from tuisync.core.store import schema
from tuisync.core.store.memory import MemoryStore
from tuisync.core.sync.entries import EntryBook
from tuisync.core.sync.push_shipments import ParcelPush
from tuisync.core.sync.push_stock import StockPush
from tuisync.core.sync.recovery import recover
from tuisync.core.sync.runs import RunBook
from tuisync.core.views.integrations import integration_view
from tuisync.testing import FakePrompt, FakeSession, FakeShop, OutOfStock
from tuisync.testing.faults import Faults

POINTS = [
    (EntryBook, "change"),
    (StockPush, "_confirmed"),
    (ParcelPush, "_mark"),
    (RunBook, "add_page"),
    (MemoryStore, "_commit"),
]
SKUS = ("MUG", "CUP")
units = st.integers(min_value=1, max_value=4)
skus = st.sampled_from(SKUS)


class ShopLife(RuleBasedStateMachine):
    """Two items, four listings in two shops, two warehouses, faults, and an engine that dies."""

    def __init__(self) -> None:
        super().__init__()
        self.watched = WatchedMarketplace()
        self.rig = Rig(warehouses=("P", "Q"), fake=self.watched)
        self.watched.store = self.rig.store
        self.workspace, self.host, self.secrets = self.rig.workspace, self.rig.host, self
        shop = self.rig.shop
        other = self.rig.fake.add_shop("200", owner="user-2")
        self.listings = [
            (shop, shop.list_item("Mug", 9, sku="MUG").remote_id, "MUG"),
            (shop, shop.list_item("Mug, again", 9, sku="MUG").remote_id, "MUG"),
            (shop, shop.list_item("Cup", 6, sku="CUP").remote_id, "CUP"),
            (other, other.list_item("Mug elsewhere", 8, sku="MUG").remote_id, "MUG"),
        ]
        shop.sell(self.listings[0][1], 2)
        self.rig.clock.advance(minutes=1)
        self.rig.connect()
        self.rig.connect(user="user-2")
        self.work()
        create_items(self.rig.workspace, unconfirmed_variants(self.rig.store))
        self.rig.clock.advance(minutes=1)
        self.work()

    def work(self) -> None:
        asyncio.run(self.rig.work())

    # What a sign-in needs of the services

    @asynccontextmanager
    async def sign_in_session(
        self, _marketplace: Marketplace, options: Mapping[str, str]
    ) -> AsyncIterator[FakeSession]:
        yield FakeSession(options=options, clock=self.rig.clock)

    def options(self, _integration: str) -> dict[str, str]:
        return {}

    def store_tokens(self, integration: str, tokens: Tokens, _generation: object) -> None:
        known = self.rig.shops.authorizations[integration]
        again = msgspec.structs.replace(known, tokens=tokens)
        self.rig.shops.authorizations[integration] = again
        self.rig.shops._credentials.pop(integration, None)

    # What happens

    @rule(listing=st.integers(0, 3), count=units, paid=st.booleans())
    def a_buyer_buys(self, listing: int, count: int, paid: bool) -> None:
        self.rig.clock.advance(seconds=2)
        shop, id_, _ = self.listings[listing]
        try:
            shop.sell(id_, count, paid=paid)
        except OutOfStock:
            return

    @rule(number=st.integers(0, 30), restock=st.booleans())
    def the_seller_cancels_there(self, number: int, restock: bool) -> None:
        shop, order = self._order(number)
        if order and not order.shipped and not order.cancelled:
            shop.cancel(order.remote_id, restock=restock)

    @rule(number=st.integers(0, 30))
    def the_seller_ships_there(self, number: int) -> None:
        shop, order = self._order(number)
        if order and order.payment == "paid" and not order.shipped and not order.cancelled:
            shop.ship(order.remote_id, "ups", f"T{number}")

    @rule(number=st.integers(0, 30))
    def the_seller_ships_here(self, number: int) -> None:
        shop, order = self._order(number)
        if order is None:
            return
        id_ = f"fake:{shop.shop_id}:{order.remote_id}"
        with suppress(Conflict, NotFound):
            ship_order(self.rig.workspace, id_, carrier="ups", tracking=f"H{number}")

    @rule(number=st.integers(0, 30))
    def a_payment_arrives(self, number: int) -> None:
        shop, order = self._order(number)
        if order and order.payment == "unpaid" and not order.cancelled:
            shop.pay(order.remote_id)

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

    @rule(listing=st.integers(0, 3), quantity=st.integers(1, 9))
    def the_seller_edits_a_number_there(self, listing: int, quantity: int) -> None:
        shop, id_, _ = self.listings[listing]
        shop.set_quantity(id_, quantity)

    @rule(listing=st.integers(0, 3))
    def a_link_is_taken_apart_or_made(self, listing: int) -> None:
        variant, sku = self._variant(listing), self.listings[listing][2]
        if self._is_linked(listing):
            unlink_variant(self.rig.workspace, variant)
        else:
            with suppress(Conflict):  # the item is retired
                link_variant(self.rig.workspace, variant, sku)

    @rule(sku=skus, done_with=st.booleans())
    def an_item_is_retired_or_brought_back(self, sku: str, done_with: bool) -> None:
        item = self.rig.item(sku)
        if item.retired_at is not None:
            revive_item(self.rig.workspace, sku)
            return
        if done_with:
            for link in self.rig.store.find(schema.LINKS, "item", item.id):
                unlink_variant(self.rig.workspace, link.id)
            for place in item.warehouses:
                self.rig.clock.advance(seconds=1)
                adjust_stock(
                    self.rig.workspace, sku, to=0, warehouse=place.warehouse, reason="no more"
                )
        with suppress(Conflict):
            retire_item(self.rig.workspace, sku)

    @rule(buffer=st.sampled_from(["none", "1", "2"]), name=st.sampled_from(["fake", "fake-2"]))
    def a_rule_is_changed(self, buffer: str, name: str) -> None:
        configure_integration(self.rig.workspace, name, {"buffer": buffer})

    @rule(name=st.sampled_from(["fake", "fake-2"]))
    def a_shop_is_switched_off_or_on(self, name: str) -> None:
        if integration_view(self.rig.store, name).status == "active":
            disable_integration(self.rig.workspace, name)
            return
        with suppress(Conflict):  # it needs a sign-in
            enable_integration(self.rig.workspace, name)

    @rule(review=st.booleans())
    def first_pushes_are_reviewed_or_not(self, review: bool) -> None:
        word = "review" if review else "auto"
        configure_organization(self.rig.workspace, {"first_push": word})

    @rule()
    def the_plan_is_applied(self) -> None:
        if not make_plan(self.rig.workspace).changes:
            return
        with suppress(PlanStale, MarketplaceError):
            asyncio.run(apply_plan(self.rig.workspace, self._wait))

    @rule(point=st.sampled_from(POINTS), call=st.integers(1, 4), after=st.booleans())
    def the_engine_dies_at_work(self, point: tuple[type, str], call: int, after: bool) -> None:
        with pytest.MonkeyPatch.context() as patch:
            kill_at(patch, point[0], point[1], call=call, after=after)
            with suppress(Killed):
                self.work()
        recover(self.rig.workspace)

    @rule(modules=st.sampled_from([("items",), ("orders",), ("items", "orders")]))
    def a_sync_runs(self, modules: tuple[str, ...]) -> None:
        request_sync(self.rig.workspace, modules)  # type: ignore[arg-type]  # drawn literals
        self.work()

    @rule(
        modules=st.sampled_from([("items",), ("orders",), ("items", "orders")]),
        page=st.integers(1, 3),
        trigger=st.sampled_from(["manual", "scheduled"]),
    )
    def a_sync_is_cancelled(self, modules: tuple[str, ...], page: int, trigger: str) -> None:
        runs = request_sync(self.rig.workspace, modules, trigger=trigger)  # type: ignore[arg-type]
        with pytest.MonkeyPatch.context() as patch:
            at_page(patch, page, lambda: request_cancel(self.rig.workspace))
            self.work()
        assert all(self.rig.run(run.id).status in ENDED for run in runs)

    @rule(hook=st.sampled_from(["push_stock", "push_shipment"]), lost=st.booleans())
    def an_answer_will_be_lost(self, hook: str, lost: bool) -> None:
        if lost:
            self.rig.fake.drops_answer(hook)
        else:
            self.rig.fake.raises(hook, OutcomeUnknown("Nobody answered."))

    @rule(hook=st.sampled_from(["push_stock", "push_shipment", "fetch_orders"]))
    def a_call_will_fail(self, hook: str) -> None:
        self.rig.fake.raises(hook, TransientError("The shop is down."))

    @rule(
        hook=st.sampled_from(["push_stock", "push_shipment", "fetch_orders", "fetch_items"]),
        times=st.integers(1, 3),
    )
    def a_call_will_be_refused(self, hook: str, times: int) -> None:
        self.rig.fake.raises(hook, RejectedError("The shop says no."), times=times)

    @rule(number=st.integers(0, 30), readable=st.booleans())
    def an_order_cannot_be_read_or_can_again(self, number: int, readable: bool) -> None:
        shop, order = self._order(number)
        if readable:
            shop.unreadable.clear()
        elif order is not None:
            shop.unreadable[order.remote_id] = "It has no lines."
            shop.touch(order.remote_id)

    @rule(minutes=st.integers(1, 15))
    def time_passes(self, minutes: int) -> None:
        self.rig.clock.advance(minutes=minutes)
        self.work()

    @rule(name=st.sampled_from(["user-1", "user-2"]))
    def access_is_taken_back(self, name: str) -> None:
        self.rig.fake.identity.revoke(name)

    @rule(second=st.booleans())
    def the_seller_signs_in_again(self, second: bool) -> None:
        id_, user = ("fake:200", "user-2") if second else ("fake:100", "user-1")
        self.rig.fake.identity.seller = user
        prompt = FakePrompt(self.rig.fake.identity)
        asyncio.run(reconnect(cast("Services", self), id_, prompt))

    @invariant()
    def the_ledger_adds_up(self) -> None:
        check_ledger(self.rig.store)
        check_reservations(self.rig.store)

    @invariant()
    def what_is_retired_is_empty(self) -> None:
        assert retired(self.rig.store).ok

    @invariant()
    def orders_are_whole_and_rows_single(self) -> None:
        check_whole(self.rig.store, self.rig.fake)
        check_single(self.rig.store)

    @invariant()
    def no_number_is_taken_after_a_newer_one(self) -> None:
        check_versions(self.watched)

    @invariant()
    def no_cursor_passes_what_is_not_stored(self) -> None:
        check_cursors(self.rig.store, self.rig.fake)

    @invariant()
    def quiet_shops_are_left_alone_and_numbers_can_be_shown(self) -> None:
        check_calls(self.watched)

    @invariant()
    def nobody_is_e_mailed_twice_by_us(self) -> None:
        for shop in self.rig.fake.shops.values():
            assert all(count == 1 for count in Counter(shop.emails).values())

    @invariant()
    def what_failed_needs_the_user_once(self) -> None:
        check_inbox(self.rig)

    @invariant()
    def nobody_agreed_to_what_is_held(self) -> None:
        for entry in self.rig.store.all(schema.OUTBOX):
            assert entry.state != "held" or not entry.agreed

    def teardown(self) -> None:
        """Heal everything: in the end the shop shows what is available, and nothing is owed."""
        self.rig.fake._faults = Faults()
        for shop in self.rig.fake.shops.values():
            shop.unreadable.clear()
            for remote_id in shop.orders:
                shop.touch(remote_id)
        configure_organization(self.rig.workspace, {"first_push": "auto"})
        for second, name in enumerate(("fake", "fake-2")):
            self.the_seller_signs_in_again(second=bool(second))
            enable_integration(self.rig.workspace, name)
        for _ in range(8):
            self.rig.clock.advance(minutes=61)
            request_sync(self.rig.workspace, ["items", "orders"])
            self.work()
        make_plan(self.rig.workspace)
        asyncio.run(apply_plan(self.rig.workspace, self._wait))
        for entry in self.rig.store.all(schema.OUTBOX):
            assert entry.state not in LIVE, entry
        for number, (shop, id_, sku) in enumerate(self.listings):
            rules = self.rig.integration(f"fake:{shop.shop_id}").rules
            available = max(0, self.rig.stock(sku)[2])
            if self._is_linked(number):
                wanted = max(0, available - (rules.buffer or 0))
                assert shop.quantity(id_) == min(MOST, wanted)

    async def _wait(self, done: Callable[[], bool]) -> None:
        await self.rig.work()

    def _variant(self, listing: int) -> str:
        shop, id_, _ = self.listings[listing]
        return f"fake:{shop.shop_id}:{id_}"

    def _is_linked(self, listing: int) -> bool:
        link = self.rig.store.get(schema.LINKS, self._variant(listing))
        return link is not None and link.item is not None

    def _order(self, number: int) -> tuple[FakeShop, RemoteOrder | None]:
        orders = [
            (shop, order) for shop in self.rig.fake.shops.values() for order in shop.orders.values()
        ]
        return orders[number % len(orders)] if orders else (self.rig.shop, None)


TestShopLife = ShopLife.TestCase
TestShopLife.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
