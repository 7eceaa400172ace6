"""An open order that the shop says does not exist: read once more, then the user decides."""

from __future__ import annotations

import pytest

from rig import Rig
from tuisync.core.actions.creation import create_items, unconfirmed_variants
from tuisync.core.actions.decisions import decide_order
from tuisync.core.actions.orders import ship_order
from tuisync.core.errors import Conflict
from tuisync.core.models import OrderStatus
from tuisync.core.remote import RemoteOrder
from tuisync.core.sync.cycles import queue_cycle
from tuisync.core.views.inbox import inbox_views

GONE = "The shop does not know it any more"


class Seller:
    """Somebody who holds an order of two mugs that the shop has forgotten."""

    def __init__(self) -> None:
        self.rig = Rig()
        self.phantom: RemoteOrder

    async def begin(self) -> None:
        mug = self.rig.shop.list_item("Mug", 9, sku="MUG").remote_id
        await self.rig.stocked()
        sold = self.rig.shop.sell(mug, 2)
        await self.rig.sync()
        assert self.rig.stock("MUG") == (9, 2, 7)
        self.phantom = self.rig.shop.orders.pop(sold.remote_id)

    @property
    def id(self) -> str:
        return f"fake:100:{self.phantom.remote_id}"

    @property
    def inbox(self) -> list[tuple[str, str]]:
        rows = inbox_views(self.rig.store, self.rig.clock())
        return [(row.kind, row.message) for row in rows]

    async def cycle(self) -> None:
        self.rig.clock.advance(hours=4)
        queue_cycle(self.rig.workspace, self.rig.integration())
        await self.rig.work()


@pytest.fixture
async def seller() -> Seller:
    made = Seller()
    await made.begin()
    return made


async def test_an_order_the_shop_overlooks_once_stays_as_it_is(seller: Seller) -> None:
    await seller.cycle()
    assert seller.inbox == [("transient", f"{GONE}.")]
    assert seller.rig.order(seller.phantom.remote_id).gate == "ready"

    seller.rig.shop.orders[seller.phantom.remote_id] = seller.phantom
    await seller.cycle()

    assert seller.inbox == []
    assert seller.rig.stock("MUG") == (9, 2, 7)


async def test_an_open_order_unknown_twice_is_left_to_the_user(seller: Seller) -> None:
    for _ in range(3):
        await seller.cycle()

    assert seller.inbox[0] == ("decision", f"{GONE}: please decide.")
    assert len(seller.inbox) == 1
    assert seller.rig.stock("MUG") == (9, 2, 7)  # nothing is sold again before the answer
    with pytest.raises(Conflict, match="needs a decision"):
        ship_order(seller.rig.workspace, seller.id, carrier="dhl", tracking="T1")


@pytest.mark.parametrize(
    ("answer", "stock"), [("void", (9, 0, 9)), ("fulfilled", (7, 0, 7)), ("confirmed", (9, 2, 7))]
)
async def test_the_answer_holds_while_the_shop_says_nothing_else(
    seller: Seller, answer: OrderStatus, stock: tuple[int, int, int]
) -> None:
    await seller.cycle()
    await seller.cycle()

    decide_order(seller.rig.workspace, seller.id, answer)
    await seller.cycle()
    await seller.cycle()

    assert seller.inbox == []
    assert seller.rig.stock("MUG") == stock


async def test_an_order_that_is_back_asks_nothing_any_more(seller: Seller) -> None:
    await seller.cycle()
    await seller.cycle()
    assert seller.rig.order(seller.phantom.remote_id).gate == "needs_decision"

    seller.rig.shop.orders[seller.phantom.remote_id] = seller.phantom
    seller.rig.shop.pay(seller.phantom.remote_id)
    await seller.cycle()

    assert seller.inbox == []
    assert seller.rig.order(seller.phantom.remote_id).gate == "ready"


async def test_an_order_that_is_back_unchanged_asks_nothing_any_more(seller: Seller) -> None:
    await seller.cycle()
    await seller.cycle()
    assert seller.rig.order(seller.phantom.remote_id).gate == "needs_decision"

    seller.rig.shop.orders[seller.phantom.remote_id] = seller.phantom
    await seller.cycle()

    assert seller.inbox == []
    assert seller.rig.order(seller.phantom.remote_id).gate == "ready"


async def test_a_shop_that_overlooks_an_order_for_a_moment_asks_nobody(seller: Seller) -> None:
    for _ in range(4):
        await seller.rig.sync()
        seller.rig.clock.advance(minutes=2)

    assert [kind for kind, _ in seller.inbox] == ["transient"]
    assert seller.rig.order(seller.phantom.remote_id).gate == "ready"


async def test_an_unpaid_order_that_the_shop_forgot_keeps_nothing(seller: Seller) -> None:
    mug = seller.rig.shop.list_item("Cup", 5, sku="CUP").remote_id
    await seller.rig.sync()
    create_items(seller.rig.workspace, unconfirmed_variants(seller.rig.store))
    seller.rig.clock.advance(minutes=1)
    unpaid = seller.rig.shop.sell(mug, 2, paid=False)
    await seller.rig.sync()
    assert seller.rig.stock("CUP") == (5, 2, 3)
    phantom = seller.rig.shop.orders.pop(unpaid.remote_id)
    seller.rig.shop.set_quantity(mug, 5)

    await seller.cycle()
    assert seller.rig.stock("CUP") == (5, 2, 3)
    await seller.cycle()
    assert seller.rig.stock("CUP") == (5, 0, 5)
    assert seller.rig.shop.quantity(mug) == 5
    seller.rig.shop.orders[seller.phantom.remote_id] = seller.phantom
    await seller.cycle()
    assert seller.inbox == []

    seller.rig.shop.orders[phantom.remote_id] = phantom
    seller.rig.shop.pay(phantom.remote_id)
    await seller.cycle()
    assert seller.rig.stock("CUP") == (5, 2, 3)
    assert seller.rig.order(phantom.remote_id).visible


@pytest.mark.parametrize(("answer", "stock"), [("void", (9, 0, 9)), ("confirmed", (9, 2, 7))])
async def test_an_order_nobody_pays_is_asked_about_after_two_weeks(
    answer: OrderStatus, stock: tuple[int, int, int]
) -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 9, sku="MUG").remote_id
    await rig.stocked()
    order = rig.shop.sell(mug, 2, paid=False)
    await rig.sync()

    async def days(count: int) -> list[str]:
        for _ in range(count):
            rig.clock.advance(hours=24)
            queue_cycle(rig.workspace, rig.integration())
            await rig.work()
        return [row.message for row in inbox_views(rig.store, rig.clock())]

    assert await days(13) == []
    [asked] = await days(3)
    assert asked.startswith("It has not been paid for two weeks")

    decide_order(rig.workspace, f"fake:100:{order.remote_id}", answer)
    assert await days(3) == []
    assert rig.stock("MUG") == stock
    rig.shop.pay(order.remote_id)
    await days(1)
    assert rig.stock("MUG") == (9, 2, 7)
    assert rig.order(order.remote_id).visible
    assert rig.order(order.remote_id).status == "confirmed"
