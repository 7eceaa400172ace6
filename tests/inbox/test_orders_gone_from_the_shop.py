"""An open order that the shop says does not exist: read once more, then the user decides."""

from __future__ import annotations

import pytest

from rig import Rig
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
