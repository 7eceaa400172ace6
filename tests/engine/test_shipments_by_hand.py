"""A shop that does not let us tell it of shipments: the user does it there (E19)."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from rig import Rig
from tuisync.core.actions.integrations import configure_integration
from tuisync.core.actions.items import add_item
from tuisync.core.actions.orders import ship_order
from tuisync.core.actions.shipments import by_hand
from tuisync.core.errors import NotPermitted, OutcomeUnknown
from tuisync.core.orders.telling import SHIPPING
from tuisync.core.store import schema
from tuisync.core.views.inbox import inbox_views
from tuisync.core.views.integrations import integration_view

REFUSED = NotPermitted("Etsy does not allow it: Unauthorized", capability=SHIPPING)


async def _sold(rig: Rig, count: int = 1) -> list[str]:
    mug = rig.shop.list_item("Mug", 9, sku="MUG")
    add_item(rig.workspace, sku="MUG", name="Mug", stock=9)
    await rig.connected()
    rig.clock.advance(minutes=1)
    orders = [rig.shop.sell(mug.remote_id).remote_id for _ in range(count)]
    await rig.sync()
    return orders


def _ship(rig: Rig, order: str, tracking: str) -> None:
    ship_order(rig.workspace, f"fake:100:{order}", carrier="dhl", tracking=tracking)


def _push(rig: Rig, order: str) -> str:
    (parcel, *_) = rig.order(order).shipments
    return parcel.push


async def test_e19_a_refused_shipment_waits_for_the_user_and_no_other_is_tried() -> None:
    rig = Rig()
    first, second, third = await _sold(rig, 3)
    rig.fake.raises("push_shipment", REFUSED)
    _ship(rig, first, "T1")
    _ship(rig, second, "T2")

    await rig.work()
    _ship(rig, third, "T3")  # in another process, say: it is remembered in the store
    await rig.work()

    assert len(rig.fake.calls_of("push_shipment")) == 1
    assert [_push(rig, each) for each in (first, second, third)] == ["manual"] * 3
    assert rig.store.count(schema.OUTBOX, "live", "fake:100") == 0
    view = integration_view(rig.store, "fake")
    assert (view.status, view.shipments) == ("active", "manual")
    assert view.shipments_reason == "Etsy does not allow it: Unauthorized"
    rows = inbox_views(rig.store, rig.clock())
    said = [row for row in rows if "tracking number T1" in row.message]
    assert [row.kind for row in said] == ["decision"]
    assert "carrier DHL" in said[0].message
    (run,) = rig.runs("shipments")
    assert (run.status, run.counts.skipped) == ("succeeded", 2)


async def test_e19_the_sweep_closes_it_once_the_shop_shows_the_order_shipped() -> None:
    rig = Rig()
    first, second = await _sold(rig, 2)
    rig.fake.raises("push_shipment", REFUSED)
    _ship(rig, first, "T1")
    _ship(rig, second, "T2")
    await rig.work()

    rig.shop.ship(first, carrier="dhl", tracking=" t1 ")
    # The second is marked without a change that the shop would announce, and without a code.
    rig.shop.orders[second] = replace(rig.shop.orders[second], shipped=True)
    await rig.sync("orders")

    assert [_push(rig, each) for each in (first, second)] == ["sent", "sent"]
    assert not by_hand(rig.order(second))
    assert not [row for row in inbox_views(rig.store, rig.clock()) if "Mark it" in row.message]
    assert rig.stock("MUG") == (7, 0, 7)


async def test_e19_the_user_lets_us_try_again() -> None:
    rig = Rig()
    (first,) = await _sold(rig)
    rig.fake.raises("push_shipment", REFUSED)
    _ship(rig, first, "T1")
    await rig.work()

    configure_integration(rig.workspace, "fake", {"shipments": "on"})
    assert _push(rig, first) == "owed"
    await rig.work()

    assert _push(rig, first) == "sent"
    assert rig.shop.orders[first].shipped
    assert integration_view(rig.store, "fake").shipments == "active"


async def test_e19_what_the_user_entered_meanwhile_is_not_told_twice() -> None:
    rig = Rig()
    (first,) = await _sold(rig)
    rig.fake.raises("push_shipment", REFUSED)
    _ship(rig, first, "T1")
    await rig.work()
    rig.shop.ship(first, carrier="dhl", tracking="T1")

    configure_integration(rig.workspace, "fake", {"shipments": "on"})
    await rig.work()

    assert _push(rig, first) == "sent"
    assert len(rig.shop.orders[first].shipments) == 1


async def test_shipments_may_be_switched_off_by_hand() -> None:
    rig = Rig()
    (first,) = await _sold(rig)
    configure_integration(rig.workspace, "fake", {"shipments": "off"})
    _ship(rig, first, "T1")
    await rig.work()

    assert _push(rig, first) == "manual"
    assert rig.fake.calls_of("push_shipment") == []
    view = integration_view(rig.store, "fake")
    assert view.shipments_reason == "You chose to tell the shop of shipments yourself."


@pytest.mark.parametrize("there", [True, False])
async def test_e19_a_lost_answer_is_looked_for_before_it_is_left_to_the_user(
    *, there: bool
) -> None:
    rig = Rig()
    (first,) = await _sold(rig)
    if there:
        rig.fake.drops_answer("push_shipment")
    else:
        rig.fake.raises("push_shipment", OutcomeUnknown("The answer was lost."))
    _ship(rig, first, "T1")
    await rig.work()
    configure_integration(rig.workspace, "fake", {"shipments": "off"})

    for _ in range(3):
        rig.clock.advance(minutes=3)
        await rig.work()

    assert _push(rig, first) == ("sent" if there else "manual")
    assert len(rig.fake.calls_of("push_shipment")) == 1
