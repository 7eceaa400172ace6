"""A shipment the shop refused is corrected and sent again, and no buyer is told twice (E10)."""

from __future__ import annotations

import pytest

from rig import Rig
from tuisync.core.actions.corrections import correct_shipment
from tuisync.core.actions.items import add_item
from tuisync.core.actions.orders import ship_order
from tuisync.core.errors import Conflict, NotFound, OutcomeUnknown, RejectedError, UsageError
from tuisync.core.orders.tracking import Tracking, checked_tracking
from tuisync.core.remote import Capabilities
from tuisync.core.views.inbox import inbox_views
from tuisync.core.views.objects import InboxView

NEEDED = RejectedError("A tracking number is required", hint="Give carrier and number.")
PAIR = Capabilities(tracking_pair=True)


async def _refused(rig: Rig, tracking: str | None = None) -> str:
    """Ship an order in a way the shop refuses; returns its id."""
    mug = rig.shop.list_item("Mug", 9, sku="MUG")
    add_item(rig.workspace, sku="MUG", name="Mug", stock=9)
    await rig.connected()
    rig.clock.advance(minutes=1)
    order = f"fake:100:{rig.shop.sell(mug.remote_id).remote_id}"
    await rig.sync()
    rig.fake.raises("push_shipment", NEEDED)
    ship_order(rig.workspace, order, carrier="dhl" if tracking else None, tracking=tracking)
    await rig.work()
    return order


def _rows(rig: Rig) -> list[InboxView]:
    return inbox_views(rig.store, rig.clock())


def _push(rig: Rig, order: str) -> str:
    (parcel,) = rig.order(order.rpartition(":")[2]).shipments
    return parcel.push


def _parcels(rig: Rig, order: str) -> list[str | None]:
    """Return the tracking numbers the shop has: each of them was an e-mail."""
    return [each.tracking for each in rig.shop.orders[order.rpartition(":")[2]].shipments]


@pytest.mark.parametrize(
    ("can", "given"),
    [
        (PAIR, ("usps", None)),
        (PAIR, (None, "9400")),
        (PAIR, ("usps", "  ")),
        (Capabilities(tracking_required=True), ("usps", None)),
        (Capabilities(tracking_required=True), (None, None)),
    ],
)
def test_e10_half_a_pair_is_refused_before_anything_is_stored(
    can: Capabilities, given: tuple[str | None, str | None]
) -> None:
    with pytest.raises(UsageError, match=r"missing|needs"):
        checked_tracking(can, *given)


def test_e10_both_or_neither_is_taken() -> None:
    assert checked_tracking(PAIR, None, None) == Tracking(None, None)
    assert checked_tracking(PAIR, " USPS ", " 9400 ") == Tracking("usps", "9400", "USPS")
    assert checked_tracking(Capabilities(), "usps", None) == Tracking("usps", None, "usps")


async def test_e10_what_was_refused_is_corrected_and_told_once() -> None:
    rig = Rig()
    order = await _refused(rig)
    (row,) = _rows(rig)
    assert row.message == "A tracking number is required. Give carrier and number."
    assert row.fix.does == "correct"
    assert f"tuisync ship {order} --carrier C --tracking T" in row.hint
    stock = rig.stock("MUG")

    view = correct_shipment(rig.workspace, order, carrier="ups", tracking="9400")

    assert [(each.carrier, each.tracking, each.push) for each in view.shipments] == [
        ("ups", "9400", "owed")
    ]
    assert _rows(rig) == []
    await rig.work()
    assert (_push(rig, order), _parcels(rig, order)) == ("sent", ["9400"])
    assert rig.stock("MUG") == stock
    with pytest.raises(Conflict, match="knows of this shipment"):
        correct_shipment(rig.workspace, order, carrier="ups", tracking="1", shipment=_id(rig))


def _id(rig: Rig) -> str:
    (entry,) = (id_ for id_ in rig.outbox() if id_.startswith("shipment:"))
    return entry.partition("#")[2]


async def test_e10_what_is_not_given_stays() -> None:
    rig = Rig()
    order = await _refused(rig, "WRONG")

    view = correct_shipment(rig.workspace, order, carrier=None, tracking="9400")

    assert [(each.carrier, each.tracking) for each in view.shipments] == [("dhl", "9400")]


async def test_e10_one_the_shop_knows_by_now_is_not_told_again() -> None:
    rig = Rig()
    order = await _refused(rig)
    rig.shop.ship(order.rpartition(":")[2], carrier="ups", tracking="9400")

    correct_shipment(rig.workspace, order, carrier="ups", tracking=" 9400")
    await rig.work()

    assert (_push(rig, order), _parcels(rig, order)) == ("sent", ["9400"])


async def test_e10_one_whose_answer_was_lost_is_looked_up_before_it_is_corrected() -> None:
    rig = Rig()
    order = await _refused(rig)
    rig.fake.raises("push_shipment", OutcomeUnknown("No answer."))
    correct_shipment(rig.workspace, order, carrier="ups", tracking="9400")
    await rig.work()
    assert _push(rig, order) == "unknown"

    with pytest.raises(Conflict, match="may know of it"):
        correct_shipment(rig.workspace, order, carrier="ups", tracking="1", shipment=_id(rig))


async def test_e10_only_what_was_refused_is_corrected_unless_it_is_named() -> None:
    rig = Rig()
    order = await _refused(rig)
    with pytest.raises(NotFound, match="no shipment"):
        correct_shipment(rig.workspace, order, carrier="ups", tracking="1", shipment="nope")
    correct_shipment(rig.workspace, order, carrier="ups", tracking="1")
    with pytest.raises(Conflict, match="No shipment of order"):
        correct_shipment(rig.workspace, order, carrier="ups", tracking="2")

    correct_shipment(rig.workspace, order, carrier="ups", tracking="2", shipment=_id(rig))
    await rig.work()

    assert _parcels(rig, order) == ["2"]
