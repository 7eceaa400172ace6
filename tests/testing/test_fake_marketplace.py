from __future__ import annotations

import asyncio

import pytest

from tuisync import (
    AuthorizationRequired,
    BadKey,
    Capabilities,
    ConsentDenied,
    FetchRequest,
    ItemsPage,
    NoOwnedShop,
    Option,
    OrdersPage,
    OutcomeUnknown,
    Period,
    PermanentError,
    RejectedError,
    RemoteNotFound,
    RemoteShipment,
    ShapeChanged,
    ShipmentNotice,
    ShipmentResult,
    SignInTimeout,
    StockChange,
    StockChanged,
    StockResult,
    TransientError,
    Unreadable,
    VariantChange,
    WrongState,
)
from tuisync.core.plugins import PluginHost
from tuisync.core.plugins.handle import PluginHandle
from tuisync.testing import FakeMarketplace, FakePrompt, FakeSession, ManualClock, a_variant
from tuisync.testing.marketplace import CARRIERS


class Bench:
    """A fake marketplace, called through the host as the engine does."""

    def __init__(self, capabilities: Capabilities | None = None, page_size: int = 25) -> None:
        self.clock = ManualClock()
        self.fake = FakeMarketplace(
            clock=self.clock, capabilities=capabilities, page_size=page_size
        )
        self.shop = self.fake.shop
        self.session = FakeSession(self.fake.sign_in(), clock=self.clock)

    @property
    def handle(self) -> PluginHandle:
        return PluginHost.of(fake=self.fake).handle("fake")

    async def items(self, request: FetchRequest | None = None) -> list[ItemsPage]:
        pages = self.handle.fetch_items(self.session, request or FetchRequest())
        return [page async for page in pages]

    async def orders(self, request: FetchRequest | None = None) -> list[OrdersPage]:
        pages = self.handle.fetch_orders(self.session, request or FetchRequest())
        return [page async for page in pages]

    async def order_ids(self, request: FetchRequest | None = None) -> list[str]:
        return [record.remote_id for page in await self.orders(request) for record in page.records]

    async def push(
        self, listing_id: str, believed: int, wanted: int, key: str = "", **fields: object
    ) -> StockResult:
        variant = VariantChange(key=key, believed=believed, wanted=wanted)
        change = StockChange(listing_id=listing_id, variants=(variant,), **fields)  # type: ignore[arg-type]  # fields of the struct
        return await self.handle.push_stock(self.session, change)

    async def ship(
        self,
        order_id: str,
        tracking: str | None = "T1",
        carrier: str | None = "dhl",
        units: dict[str, int] | None = None,
    ) -> ShipmentResult:
        notice = ShipmentNotice(
            order_id=order_id, carrier=carrier, tracking=tracking, lines=units or {}
        )
        return await self.handle.push_shipment(self.session, notice)


@pytest.fixture
def bench() -> Bench:
    return Bench()


# Fetching


async def test_listings_come_page_by_page_and_then_only_what_changed() -> None:
    bench = Bench(page_size=2)
    mugs = [bench.shop.list_item(f"Mug {n}") for n in range(5)]

    pages = await bench.items()

    assert [len(page.records) for page in pages] == [2, 2, 1]
    assert {page.expected for page in pages} == {5}
    assert {page.served_at for page in pages} == {bench.clock.now}
    rest = await bench.items(FetchRequest(cursor=pages[0].cursor))
    assert [r.remote_id for r in rest[0].records] == [mugs[2].remote_id, mugs[3].remote_id]
    (nothing,) = await bench.items(FetchRequest(cursor=pages[-1].cursor))
    assert nothing.records == ()
    bench.shop.sell(mugs[1].remote_id)
    (changed,) = await bench.items(FetchRequest(cursor=pages[-1].cursor))
    assert [r.remote_id for r in changed.records] == [mugs[1].remote_id]


async def test_records_are_read_by_id_once_each(bench: Bench) -> None:
    mug = bench.shop.list_item("Mug")
    order = bench.shop.sell(mug.remote_id)

    (items,) = await bench.items(FetchRequest(ids=(mug.remote_id, "nope")))
    (orders,) = await bench.orders(FetchRequest(ids=("nope", order.remote_id)))

    assert [r.remote_id for r in items.records] == [mug.remote_id]
    assert items.gone == orders.gone == ("nope",)
    assert [r.remote_id for r in orders.records] == [order.remote_id]


async def test_a_period_holds_the_orders_placed_in_it(bench: Bench) -> None:
    mug = bench.shop.list_item("Mug", 9)
    start = bench.clock.now
    orders = []
    for _ in range(3):
        orders.append(bench.shop.sell(mug.remote_id).remote_id)
        bench.clock.advance(hours=1)

    period = Period(start, bench.shop.orders[orders[2]].placed_at)

    assert await bench.order_ids(FetchRequest(period=period)) == orders[:2]


async def test_an_order_comes_again_when_it_changes(bench: Bench) -> None:
    mug = bench.shop.list_item("Mug", 9)
    first, second = (bench.shop.sell(mug.remote_id) for _ in range(2))
    cursor = (await bench.orders())[-1].cursor

    bench.shop.ship(first.remote_id)

    assert await bench.order_ids(FetchRequest(cursor=cursor)) == [first.remote_id]
    assert await bench.order_ids() == [second.remote_id, first.remote_id]


async def test_e8_a_hidden_cancellation_is_found_among_the_open_ones(bench: Bench) -> None:
    mug = bench.shop.list_item("Mug", 9)
    kept, cancelled = (bench.shop.sell(mug.remote_id) for _ in range(2))
    cursor = (await bench.orders())[-1].cursor
    bench.shop.hides_cancellations = True

    bench.shop.cancel(cancelled.remote_id)

    assert await bench.order_ids(FetchRequest(cursor=cursor)) == []
    open_ids = (kept.remote_id, cancelled.remote_id)
    found = await bench.order_ids(FetchRequest(cursor=cursor, open_ids=open_ids))
    assert found == [cancelled.remote_id]


async def test_s46_an_unreadable_record_stands_among_the_others(bench: Bench) -> None:
    first, second = bench.shop.list_item("One"), bench.shop.list_item("Two")
    bench.shop.unreadable[first.remote_id] = "No price."

    (page,) = await bench.items()

    assert page.records[0] == Unreadable(remote_id=first.remote_id, reason="No price.")
    assert page.records[1].remote_id == second.remote_id


# Pushing stock


async def test_a_push_sets_the_number_and_says_what_is_shown(bench: Bench) -> None:
    mug = bench.shop.list_item("Mug", 5)

    result = await bench.push(mug.remote_id, 5, 9)

    assert bench.shop.quantity(mug.remote_id) == 9
    assert (result.quantities, result.state, result.paused_by_us) == ({"": 9}, "active", False)


async def test_a_number_that_moved_stops_the_push(bench: Bench) -> None:
    mug = bench.shop.list_item("Mug", 5)
    bench.shop.sell(mug.remote_id)

    with pytest.raises(StockChanged) as moved:
        await bench.push(mug.remote_id, 5, 9)

    assert moved.value.found == {"": 4}
    assert bench.shop.quantity(mug.remote_id) == 4


async def test_a_sale_between_read_and_write_is_written_over(bench: Bench) -> None:
    mug = bench.shop.list_item("Mug", 5)
    bench.fake.meanwhile("push_stock", lambda: bench.shop.sell(mug.remote_id))

    await bench.push(mug.remote_id, 5, 9)

    assert bench.shop.quantity(mug.remote_id) == 9
    assert len(bench.shop.orders) == 1


async def test_other_variants_keep_their_numbers(bench: Bench) -> None:
    variants = [a_variant(2, options={"Size": size}) for size in "SL"]
    shirt = bench.shop.list_item("Shirt", variants=variants)

    result = await bench.push(shirt.remote_id, 2, 7, "Size=L", fingerprint=shirt.fingerprint)

    assert result.quantities == {"Size=S": 2, "Size=L": 7}


async def test_a_rebuilt_listing_is_not_written(bench: Bench) -> None:
    shirt = bench.shop.list_item("Shirt", variants=[a_variant(2, options={"Size": "S"})])
    bench.shop.reshape(shirt.remote_id, [a_variant(2, options={"Size": "M"})])

    with pytest.raises(ShapeChanged):
        await bench.push(shirt.remote_id, 2, 7, "Size=S")
    with pytest.raises(ShapeChanged):
        await bench.push(shirt.remote_id, 2, 7, "Size=M", fingerprint=shirt.fingerprint)


async def test_what_is_not_there_or_not_for_sale_is_refused(bench: Bench) -> None:
    draft = bench.shop.list_item("Draft", 5, state="draft")
    paused = bench.shop.list_item("Paused", 5, state="inactive")

    with pytest.raises(RemoteNotFound):
        await bench.push("nope", 5, 9)
    for listing in (draft, paused):
        with pytest.raises(RejectedError, match="not for sale"):
            await bench.push(listing.remote_id, 5, 9)


async def test_the_highest_number_is_kept() -> None:
    bench = Bench(Capabilities(max_quantity=999))
    mug = bench.shop.list_item("Mug", 5)

    with pytest.raises(RejectedError, match="999"):
        await bench.push(mug.remote_id, 5, 1000)


async def test_where_zero_cannot_be_shown_a_listing_is_paused_and_comes_back() -> None:
    bench = Bench(Capabilities(zero_stock=False))
    mug = bench.shop.list_item("Mug", 5)

    paused = await bench.push(mug.remote_id, 5, 0)
    assert (paused.quantities, paused.state, paused.paused_by_us) == ({"": 0}, "inactive", True)
    assert bench.shop.quantity(mug.remote_id) == 5  # what the shop keeps, and nobody can buy

    back = await bench.push(mug.remote_id, 0, 3, paused_by_us=True)
    assert (back.quantities, back.state, back.paused_by_us) == ({"": 3}, "active", False)


async def test_renewing_a_sold_out_listing_costs_and_is_asked_for() -> None:
    bench = Bench(Capabilities(zero_stock=False))
    mug = bench.shop.list_item("Mug", 1)
    bench.shop.sell(mug.remote_id)

    with pytest.raises(RejectedError, match="fee"):
        await bench.push(mug.remote_id, 0, 3)
    assert bench.shop.renewals == []

    await bench.push(mug.remote_id, 0, 3, renew_sold_out=True)
    assert bench.shop.renewals == [mug.remote_id]


# Pushing shipments


async def test_s36_a_shipment_is_sent_once(bench: Bench) -> None:
    order = bench.shop.sell(bench.shop.list_item("Mug").remote_id)

    first = await bench.ship(order.remote_id)
    again = await bench.ship(order.remote_id, tracking=" t1 ", carrier="ups")
    untracked = await bench.ship(order.remote_id, tracking=None)
    other = await bench.ship(order.remote_id, tracking="T2")

    outcomes = [result.outcome for result in (first, again, untracked, other)]
    assert outcomes == ["sent", "already", "already", "differs"]
    assert other.tracking == "T1"
    assert bench.shop.orders[order.remote_id].shipped
    assert bench.shop.emails == [order.remote_id]


async def test_s36_a_lost_answer_is_found_by_reading(bench: Bench) -> None:
    order = bench.shop.sell(bench.shop.list_item("Mug").remote_id)
    bench.fake.drops_answer("push_shipment")

    with pytest.raises(OutcomeUnknown):
        await bench.ship(order.remote_id)

    assert (await bench.ship(order.remote_id)).outcome == "already"
    assert bench.shop.emails == [order.remote_id]


async def test_s02_parcels_where_the_shop_takes_several(bench: Bench) -> None:
    order = bench.shop.sell(bench.shop.list_item("Mug", 5).remote_id, 3)
    line = order.lines[0].remote_id

    await bench.ship(order.remote_id, "T1", units={line: 1})
    assert not bench.shop.orders[order.remote_id].shipped
    await bench.ship(order.remote_id, "T2")

    assert bench.shop.orders[order.remote_id].shipped
    assert len(bench.shop.emails) == 2


async def test_s02_one_parcel_where_it_does_not() -> None:
    bench = Bench(Capabilities(partial_shipments=False))
    order = bench.shop.sell(bench.shop.list_item("Mug", 5).remote_id, 3)
    line = order.lines[0].remote_id

    with pytest.raises(RejectedError, match="as a whole"):
        await bench.ship(order.remote_id, units={line: 2})
    assert (await bench.ship(order.remote_id, units={line: 3})).outcome == "sent"


async def test_a_shipment_that_cannot_be_is_refused() -> None:
    bench = Bench(Capabilities(tracking_required=True, carriers=CARRIERS))
    mug = bench.shop.list_item("Mug", 5)
    order, cancelled = (bench.shop.sell(mug.remote_id) for _ in range(2))
    bench.shop.cancel(cancelled.remote_id)

    with pytest.raises(RemoteNotFound):
        await bench.ship("nope")
    with pytest.raises(RejectedError, match="cancelled"):
        await bench.ship(cancelled.remote_id)
    with pytest.raises(RejectedError, match="needed"):
        await bench.ship(order.remote_id, tracking=None)
    with pytest.raises(RejectedError, match="not known"):
        await bench.ship(order.remote_id, carrier="pigeon")
    assert bench.shop.emails == []


async def test_a_parcel_the_seller_sent_counts(bench: Bench) -> None:
    order = bench.shop.sell(bench.shop.list_item("Mug").remote_id)
    bench.shop.ship_part(order.remote_id, RemoteShipment(tracking="T9"), {})

    assert (await bench.ship(order.remote_id, "T9")).outcome == "already"


# Signing in


async def test_s07_signing_in_gives_the_owned_shop(bench: Bench) -> None:
    prompt = FakePrompt(bench.fake.identity)

    authorization = await bench.handle.authorize(FakeSession(), prompt)

    assert authorization.account.shop_id == "100"
    assert len(prompt.visited) == 1
    session = FakeSession(authorization, clock=bench.clock)
    assert [page async for page in bench.handle.fetch_items(session, FetchRequest())]


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"deny": True}, ConsentDenied),
        ({"stray": True}, WrongState),
        ({"absent": True}, SignInTimeout),
    ],
)
async def test_s07_a_sign_in_can_fail(
    bench: Bench, how: dict[str, bool], error: type[Exception]
) -> None:
    with pytest.raises(error):
        await bench.handle.authorize(FakeSession(), FakePrompt(bench.fake.identity, **how))


async def test_a_pasted_code_has_no_state(bench: Bench) -> None:
    prompt = FakePrompt(bench.fake.identity, paste=True)

    assert (await bench.handle.authorize(FakeSession(), prompt)).account.account_id == "user-1"


async def test_s05_only_the_owned_shop_counts(bench: Bench) -> None:
    other = bench.fake.add_shop("200", owner="user-2", currency="EUR")
    other.members.add("user-3")

    assert bench.fake.sign_in("user-2").account.currency == "EUR"
    with pytest.raises(NoOwnedShop):
        bench.fake.sign_in("user-3")
    stranger = FakeSession(bench.fake.sign_in("user-2"), clock=bench.clock)
    stranger.account = bench.fake.sign_in("user-1").account
    with pytest.raises(PermanentError):
        await anext(bench.handle.fetch_items(stranger, FetchRequest()))


async def test_a_wrong_key_is_refused() -> None:
    key = Option(key="api_key", title="Key", secret=True)
    fake = FakeMarketplace(options=(key,))
    handle = PluginHost.of(fake=fake).handle("fake")

    with pytest.raises(BadKey):
        await handle.authorize(FakeSession(options={"api_key": "x"}), FakePrompt(fake.identity))
    await handle.authorize(
        FakeSession(options={"api_key": fake.api_key}), FakePrompt(fake.identity)
    )


async def test_tokens_end_after_an_hour_and_are_renewed(bench: Bench) -> None:
    bench.clock.advance(hours=2)

    await bench.items()
    await bench.items()

    assert bench.fake.identity.refreshes == 1


async def test_s41_revoked_tokens_need_a_sign_in(bench: Bench) -> None:
    bench.fake.identity.revoke("user-1")

    with pytest.raises(AuthorizationRequired):
        await bench.items()


# Faults and the log


async def test_a_fault_happens_as_often_as_asked_for(bench: Bench) -> None:
    bench.fake.raises("fetch_items", TransientError("Later."), times=2)

    for _ in range(2):
        with pytest.raises(TransientError):
            await bench.items()
    assert await bench.items()


async def test_a_fetch_can_break_off_after_some_pages() -> None:
    bench = Bench(page_size=1)
    for title in ("One", "Two", "Three"):
        bench.shop.list_item(title)
    bench.fake.raises("fetch_items", TransientError("Cut."), after_pages=2)
    pages = bench.handle.fetch_items(bench.session, FetchRequest())
    seen = [(await anext(pages)).cursor for _ in range(2)]

    with pytest.raises(TransientError):
        await anext(pages)

    (rest,) = await bench.items(FetchRequest(cursor=seen[-1]))
    assert [getattr(record, "title", "") for record in rest.records] == ["Three"]


async def settled(bench: Bench) -> None:
    """Let the hook get to where it hangs: a few rounds of the loop, by its log."""
    for _ in range(100):
        await asyncio.sleep(0)
        if bench.fake.calls:
            return


async def test_a_hook_can_hang(bench: Bench) -> None:
    bench.fake.hangs("fetch_items")
    fetch = asyncio.ensure_future(bench.items())
    await settled(bench)

    assert not fetch.done()
    fetch.cancel()
    with pytest.raises(asyncio.CancelledError):
        await fetch
    assert len(bench.fake.calls) == 1


async def test_s16_every_call_is_on_the_log(bench: Bench) -> None:
    await bench.items(FetchRequest(ids=("1",)))
    await bench.orders()

    (call,) = bench.fake.calls_of("fetch_items")
    assert call.request == FetchRequest(ids=("1",))
    assert (call.shop_id, call.at) == ("100", bench.clock.now)
    assert [call.hook for call in bench.fake.calls] == ["fetch_items", "fetch_orders"]
