"""Orders sent in several parcels, where the shop takes that."""

from __future__ import annotations

import pytest

from rig import Rig
from tuisync.core.actions.orders import ship_order
from tuisync.core.errors import Conflict
from tuisync.core.remote import RemoteOrder, RemoteShipment


class Sender:
    """Somebody with an order of a mug and a cup."""

    def __init__(self) -> None:
        self.rig = Rig()
        self.order: RemoteOrder

    async def begin(self) -> None:
        shop = self.rig.shop
        mug, cup = (shop.list_item(n, 9, sku=n.upper()).remote_id for n in ("Mug", "Cup"))
        await self.rig.stocked()
        self.order = shop.checkout({(mug, ""): 1, (cup, ""): 1})
        await self.rig.sync()

    def ships(self, sku: str, tracking: str | None = None, *, tell: bool = True) -> None:
        workspace, number = self.rig.workspace, self.order.number
        ship_order(workspace, number, carrier="ups", tracking=tracking, lines={sku: 1}, tell=tell)

    @property
    def pushes(self) -> list[tuple[str | None, str]]:
        parcels = self.rig.order(self.order.remote_id).shipments
        return [(each.tracking, each.push) for each in parcels]

    @property
    def is_shipped_there(self) -> bool:
        return self.rig.shop.orders[self.order.remote_id].shipped


@pytest.fixture
async def sender() -> Sender:
    made = Sender()
    await made.begin()
    return made


async def test_a_second_parcel_of_one_number_is_refused(sender: Sender) -> None:
    sender.ships("MUG", "1Z9")
    await sender.rig.work()
    with pytest.raises(Conflict, match="that tracking number already"):
        sender.ships("CUP", " 1z9 ")
    assert sender.rig.stock("CUP") == (9, 1, 8)

    sender.ships("CUP", "1Z9", tell=False)
    assert sender.rig.stock("CUP") == (8, 0, 8)


async def test_s36_a_parcel_without_a_code_is_told_beside_one_of_the_shops(sender: Sender) -> None:
    sender.ships("CUP")
    [mug, _] = sender.order.lines
    parcel = RemoteShipment(remote_id="x", tracking="T9")
    sender.rig.shop.ship_part(sender.order.remote_id, parcel, {mug.remote_id: 1})
    await sender.rig.work()

    assert sender.is_shipped_there
    assert sender.pushes == [(None, "sent"), ("T9", "none")]


async def test_s36_a_lost_question_about_a_parcel_without_a_code_is_asked_again(
    sender: Sender,
) -> None:
    sender.ships("MUG", "T1")
    await sender.rig.work()
    sender.ships("CUP")
    sender.rig.fake.drops_answer("push_shipment")
    for _ in range(4):
        await sender.rig.work()
        sender.rig.clock.advance(minutes=3)

    assert sender.is_shipped_there
    assert len(sender.rig.shop.emails) == 2
    assert sender.pushes == [("T1", "sent"), (None, "sent")]
