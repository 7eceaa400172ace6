"""Stock follows the sale; preference, payment and freezing only decide what is shown."""

from __future__ import annotations

import msgspec
import pytest

from mug_shops import a_mug_shop, mugs_in_two_warehouses
from rig import Rig, comments
from tuisync.core.actions.creation import create_items, unconfirmed_variants
from tuisync.core.actions.integrations import configure_integration
from tuisync.core.actions.items import add_item, adjust_stock, transfer_stock
from tuisync.core.actions.links import ignore_variant, link_variant, unlink_variant
from tuisync.core.actions.orders import ship_order
from tuisync.core.actions.organization import configure_organization
from tuisync.core.actions.plans import make_plan
from tuisync.core.actions.warehouses import deactivate_warehouse
from tuisync.core.errors import (
    Conflict,
    MultiWarehouseNeeded,
    NotFound,
    PartialShipment,
    UsageError,
)
from tuisync.core.models import Movement
from tuisync.core.remote import Capabilities
from tuisync.core.store import schema
from tuisync.core.views.orders import order_view, order_views
from tuisync.core.views.why import why_view
from tuisync.testing import FakeMarketplace, ManualClock, a_line, an_order


def movements(rig: Rig, kind: str) -> list[Movement]:
    return [each for each in rig.store.all(schema.MOVEMENTS) if each.kind == kind]


async def test_s38_an_unpaid_order_reserves_but_is_no_sales_order() -> None:
    rig, mug = await a_mug_shop()
    order = rig.shop.sell(mug, 3, paid=False)

    [run] = await rig.sync("orders")

    assert rig.stock("MUG") == (10, 3, 7)
    assert order_views(rig.store) == []
    assert (run.counts.skipped, run.records[0].reason) == (
        1,
        "Not paid yet; it is imported once it is.",
    )
    assert rig.order(order.remote_id).comments == ()


async def test_an_unpaid_order_that_is_never_paid_gives_its_units_back() -> None:
    rig, mug = await a_mug_shop()
    order = rig.shop.sell(mug, 3, paid=False)
    await rig.sync("orders")
    rig.shop.cancel(order.remote_id, restock=True)

    await rig.sync("items", "orders")

    assert rig.stock("MUG") == (10, 0, 10)
    assert order_views(rig.store) == []
    assert make_plan(rig.workspace).changes == []


async def test_an_unpaid_order_becomes_a_sales_order_once_it_is_paid() -> None:
    rig, mug = await a_mug_shop()
    order = rig.shop.sell(mug, 3, paid=False)
    await rig.sync("orders")
    rig.clock.advance(minutes=9)
    paid_at = rig.clock.now
    rig.shop.pay(order.remote_id)

    [run] = await rig.sync("orders")

    assert run.counts.created == 1
    assert rig.stock("MUG") == (10, 3, 7)
    [view] = order_views(rig.store)
    assert (view.status, view.payment, view.comments[0].at) == ("confirmed", "paid", paid_at)


async def test_s14_s29_a_sale_becomes_one_sales_order_with_all_it_has() -> None:
    rig, mug = await a_mug_shop()
    order = rig.shop.sell(mug, 3)

    [first] = await rig.sync("orders")
    rig.shop.touch(order.remote_id)
    [second] = await rig.sync("orders")

    assert (first.counts.created, second.counts.created, second.counts.unchanged) == (1, 0, 1)
    [view] = order_views(rig.store)
    assert (view.remote_id, view.integration, view.number) == (
        order.remote_id,
        "fake",
        order.number,
    )
    [line] = view.lines
    assert (line.item, line.quantity, line.unit_price) == ("MUG", 3, order.lines[0].unit_price)
    assert view.total == order.total
    assert view.contact.name == order.buyer.name


async def test_s37_s38_a_paid_order_has_exactly_one_comment() -> None:
    rig, mug = await a_mug_shop()
    order = rig.shop.sell(mug, 1)
    for _ in range(3):
        rig.shop.touch(order.remote_id)
        await rig.sync("orders")

    assert comments(rig, order.remote_id) == ["Paid"]
    assert order_view(rig.store, order.number).comments[0].at == order.paid_at


async def test_s32_first_seen_shipped_leaves_the_shelf_once_whatever_the_preference() -> None:
    for preference, shown in (("confirmed", 0), ("confirmed_and_fulfilled", 1)):
        rig, mug = await a_mug_shop(order_sync=preference)
        order = rig.shop.sell(mug, 2)
        rig.shop.ship(order.remote_id)
        for _ in range(2):
            rig.shop.touch(order.remote_id)
            await rig.sync("orders")

        assert rig.stock("MUG") == (8, 0, 8)
        assert [each.delta for each in movements(rig, "ship")] == [-2]
        assert len(order_views(rig.store)) == shown
        assert make_plan(rig.workspace).changes == []


async def test_s32_shipped_history_is_shown_without_taking_stock_again() -> None:
    rig = Rig(order_sync="confirmed_and_fulfilled")
    mug = rig.shop.list_item("Mug", 10, sku="MUG")
    rig.shop.ship(rig.shop.sell(mug.remote_id, 3).remote_id)
    rig.shop.sell(mug.remote_id, 1)
    rig.clock.advance(seconds=1)
    await rig.stocked()

    assert {each.status for each in order_views(rig.store)} == {"fulfilled", "confirmed"}
    assert rig.stock("MUG") == (7, 1, 6)


async def test_s33_the_preference_applies_from_the_next_run_and_deletes_nothing() -> None:
    rig, mug = await a_mug_shop(order_sync="confirmed_and_fulfilled")
    rig.shop.ship(rig.shop.sell(mug, 2).remote_id)
    await rig.sync("orders")
    configure_organization(rig.workspace, {"order_sync": "confirmed"})
    rig.shop.ship(rig.shop.sell(mug, 1).remote_id)
    await rig.sync("orders")

    assert len(order_views(rig.store)) == 1
    assert rig.stock("MUG") == (7, 0, 7)


async def test_first_seen_cancelled_does_nothing() -> None:
    rig, mug = await a_mug_shop()
    order = rig.shop.sell(mug, 2)
    rig.shop.cancel(order.remote_id, restock=True)

    [run] = await rig.sync("orders")

    assert rig.stock("MUG") == (10, 0, 10)
    assert run.records[0].reason == "It was cancelled before it was ever imported."


async def test_an_order_with_an_unmapped_line_is_frozen_whole_and_its_mapped_line_reserves() -> (
    None
):
    rig, mug = await a_mug_shop()
    vase = rig.shop.list_item("Vase", 5, sku="VASE")
    await rig.sync("items")
    order = rig.shop.checkout({(mug, ""): 2, (vase.remote_id, ""): 1})

    [run] = await rig.sync("orders")

    view = order_view(rig.store, order.number)
    assert (view.gate, view.frozen, len(view.lines)) == ("frozen", True, 2)
    assert run.counts.frozen == 1
    assert run.records[0].reason == "No item is linked to “Vase” yet."
    assert rig.stock("MUG") == (10, 2, 8)
    with pytest.raises(Conflict, match="frozen"):
        ship_order(rig.workspace, order.number, carrier="ups", tracking="1")


async def test_p09_a_frozen_order_thaws_in_the_transaction_that_maps_it() -> None:
    rig, mug = await a_mug_shop()
    add_item(rig.workspace, sku="MINE", name="Mine", stock=9)
    vase = rig.shop.list_item("Vase", 5, sku="VASE")
    await rig.sync("items")
    rig.clock.advance(minutes=1)
    order = rig.shop.checkout({(mug, ""): 2, (vase.remote_id, ""): 1})
    await rig.sync("orders")

    version = rig.store.version
    link_variant(rig.workspace, rig.link(vase.remote_id).id, "MINE")

    assert rig.store.version == version + 1
    assert rig.order(order.remote_id).gate == "ready"
    assert rig.stock("MINE") == (9, 1, 8)
    assert rig.stock("MUG") == (10, 2, 8), "the mapped line is not reserved twice"


async def test_a_frozen_order_thaws_when_an_item_is_made_of_its_listing() -> None:
    rig, mug = await a_mug_shop()
    vase = rig.shop.list_item("Vase", 5, sku="VASE")
    rig.clock.advance(minutes=1)
    order = rig.shop.checkout({(mug, ""): 1, (vase.remote_id, ""): 2})
    rig.clock.advance(seconds=1)
    await rig.sync("items", "orders")
    assert rig.order(order.remote_id).gate == "frozen"

    create_items(rig.workspace, unconfirmed_variants(rig.store))

    assert rig.order(order.remote_id).gate == "ready"
    assert rig.stock("VASE") == (5, 2, 3)
    assert make_plan(rig.workspace).changes == []


async def test_an_order_of_a_listing_seen_later_finds_it() -> None:
    rig = Rig()
    await rig.connected()
    vase = rig.shop.list_item("Vase", 5, sku="VASE")
    order = rig.shop.sell(vase.remote_id, 2)
    await rig.sync("orders")
    assert rig.order(order.remote_id).gate == "frozen"
    add_item(rig.workspace, sku="VASE", name="Vase", stock=4)

    rig.clock.advance(minutes=1)
    await rig.sync("items")

    assert rig.order(order.remote_id).gate == "ready"
    assert rig.stock("VASE") == (4, 2, 2)


async def test_ignored_variants_never_freeze() -> None:
    rig, mug = await a_mug_shop()
    card = rig.shop.list_item("Gift card", 99)
    await rig.sync("items")
    before = rig.shop.checkout({(mug, ""): 1, (card.remote_id, ""): 1})
    await rig.sync("orders")
    assert rig.order(before.remote_id).gate == "frozen"

    ignore_variant(rig.workspace, rig.link(card.remote_id).id)
    after = rig.shop.checkout({(mug, ""): 1, (card.remote_id, ""): 1})
    await rig.sync("orders")

    assert {rig.order(each.remote_id).gate for each in (before, after)} == {"ready"}
    assert rig.stock("MUG") == (10, 2, 8)


async def test_orders_without_stock_effect_never_freeze() -> None:
    rig = Rig(order_sync="confirmed_and_fulfilled")
    mug = rig.shop.list_item("Mug", 10)
    shipped = rig.shop.sell(mug.remote_id, 1)
    rig.shop.ship(shipped.remote_id)
    await rig.connected()

    assert rig.order(shipped.remote_id).gate == "ready"


async def test_a_frozen_order_that_is_cancelled_thaws_as_void() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 10)
    order = rig.shop.sell(mug.remote_id, 1)
    await rig.connected()
    rig.shop.cancel(order.remote_id)
    await rig.sync("orders")

    assert (rig.order(order.remote_id).gate, rig.order(order.remote_id).status) == ("ready", "void")


async def test_e8_cancelled_before_shipping_is_void_and_frees_its_units() -> None:
    rig, mug = await a_mug_shop()
    rig.shop.hides_cancellations = True
    order = rig.shop.sell(mug, 4)
    await rig.sync("orders")
    rig.shop.cancel(order.remote_id)
    for _ in range(3):
        await rig.sync("orders")

    assert order_view(rig.store, order.number).status == "void"
    assert rig.stock("MUG") == (10, 0, 10)
    with pytest.raises(Conflict, match="cancelled"):
        ship_order(rig.workspace, order.number, carrier="ups", tracking="1")


async def test_cancelled_while_its_shipment_is_still_owed_sends_nothing() -> None:
    rig, mug = await a_mug_shop()
    order = rig.shop.sell(mug, 4)
    await rig.sync("orders")
    ship_order(rig.workspace, order.number, carrier="ups", tracking="1Z")
    rig.shop.cancel(order.remote_id)

    await rig.work()

    assert rig.fake.calls_of("push_shipment") == []
    [state] = [s for id_, s in rig.outbox().items() if id_.startswith("shipment:")]
    assert state == "superseded"
    [shipment] = order_view(rig.store, order.number).shipments
    assert "cancelled" in shipment.reason


async def test_cancelled_or_refunded_after_shipping_stays_fulfilled_and_moves_nothing() -> None:
    rig, mug = await a_mug_shop()
    orders = [rig.shop.sell(mug, 1) for _ in range(2)]
    await rig.sync("orders")
    for order in orders:
        rig.shop.ship(order.remote_id, "ups", f"T{order.number}")
    await rig.sync("orders")
    rig.shop.cancel(orders[0].remote_id)
    rig.shop.refund(orders[1].remote_id)
    await rig.sync("orders")

    views = [order_view(rig.store, order.number) for order in orders]
    assert [each.status for each in views] == ["fulfilled", "fulfilled"]
    assert [each.payment for each in views] == ["paid", "refunded"]
    assert rig.stock("MUG") == (8, 0, 8)


async def test_p04_a_partial_cancellation_frees_its_part() -> None:
    rig, mug = await a_mug_shop()
    order = rig.shop.sell(mug, 3)
    await rig.sync("orders")
    line = a_line(mug, 2, remote_id=order.lines[0].remote_id)
    rig.shop.put_order(an_order(line, remote_id=order.remote_id, placed_at=order.placed_at))
    await rig.sync("orders")
    assert rig.stock("MUG") == (10, 2, 8)

    other = a_line(mug, 1, remote_id="new")
    rig.shop.put_order(an_order(other, remote_id=order.remote_id, placed_at=order.placed_at))
    await rig.sync("orders")
    assert rig.stock("MUG") == (10, 1, 9), "the line the shop dropped holds nothing"


async def test_e17_an_unknown_status_is_for_the_user_to_decide() -> None:
    rig, mug = await a_mug_shop()
    order = rig.shop.sell(mug, 2)
    rig.shop.put_order(msgspec.structs.replace(order, recognised=False, status="On Hold!"))

    [run] = await rig.sync("orders")

    assert order_view(rig.store, order.number).gate == "needs_decision"
    assert run.records[0].reason == "The shop calls it `On Hold!`: please decide."
    assert rig.stock("MUG") == (10, 2, 8)


async def test_c8_an_order_in_another_currency_is_for_the_user_to_decide() -> None:
    rig, mug = await a_mug_shop()
    line = a_line(mug, 2, currency="EUR")
    rig.shop.put_order(an_order(line, remote_id="77", placed_at=rig.clock.now))

    [run] = await rig.sync("orders")

    assert order_view(rig.store, "77").gate == "needs_decision"
    assert "EUR" in run.records[0].reason
    assert rig.stock("MUG") == (10, 2, 8), "its units are sold all the same"


async def test_shipping_a_sold_unit_may_take_on_hand_below_zero_adjusting_may_not() -> None:
    rig, mug = await a_mug_shop(quantity=2)
    adjust_stock(rig.workspace, "MUG", to=0, reason="all broken")
    rig.shop.sell(mug, 2)
    await rig.sync("orders")
    order = next(iter(rig.shop.orders.values()))

    ship_order(rig.workspace, order.number, carrier="ups", tracking="1Z")

    assert rig.stock("MUG") == (-2, 0, -2)
    with pytest.raises(Conflict):
        adjust_stock(rig.workspace, "MUG", by=-1, reason="broken")
    with pytest.raises(UsageError):
        transfer_stock(rig.workspace, "MUG", source="Main", target="Main", by=1)


async def test_s02_a_marketplace_of_whole_orders_refuses_a_part() -> None:
    clock = ManualClock()
    fake = FakeMarketplace(clock=clock, capabilities=Capabilities(partial_shipments=False))
    rig, mug = await a_mug_shop(fake=fake)
    cup = rig.shop.list_item("Cup", 5, sku="CUP")
    await rig.sync("items", "orders")
    create_items(rig.workspace, unconfirmed_variants(rig.store))
    rig.clock.advance(minutes=1)
    order = rig.shop.checkout({(mug, ""): 2, (cup.remote_id, ""): 1})
    await rig.sync("orders")

    with pytest.raises(PartialShipment, match="one shipment"):
        ship_order(rig.workspace, order.number, carrier=None, tracking="A", lines={"MUG": 2})
    ship_order(rig.workspace, order.number, carrier=None, tracking="A")
    with pytest.raises(Conflict, match="shipped already"):
        ship_order(rig.workspace, order.number, carrier=None, tracking="B")


async def test_s02_a_marketplace_of_parcels_takes_them_one_by_one() -> None:
    rig, mug = await a_mug_shop()
    order = rig.shop.sell(mug, 3)
    await rig.sync("orders")

    first = ship_order(rig.workspace, order.number, carrier="ups", tracking="A", lines={"MUG": 1})
    assert (first.fulfilment, first.lines[0].shipped) == ("partially_shipped", 1)
    assert rig.stock("MUG") == (9, 2, 7)
    with pytest.raises(UsageError, match="2 are left"):
        ship_order(rig.workspace, order.number, carrier="ups", tracking="B", lines={"MUG": 3})
    second = ship_order(rig.workspace, order.number, carrier="ups", tracking="B")
    assert second.fulfilment == "shipped"
    assert rig.stock("MUG") == (7, 0, 7)
    await rig.work()
    assert len(rig.shop.emails) == 2
    await rig.sync("orders")
    assert [each.push for each in order_view(rig.store, order.number).shipments] == ["sent", "sent"]


async def test_s10_s11_a_mapped_warehouse_holds_from_the_next_order_on() -> None:
    rig, mug = await mugs_in_two_warehouses()
    rig.clock.advance(minutes=1)
    early = rig.shop.sell(mug, 1)
    await rig.sync("orders")

    configure_integration(rig.workspace, "fake", {"warehouse": "Q"})
    await rig.work()
    assert rig.shop.quantity(mug) == 4
    rig.clock.advance(minutes=1)
    late = rig.shop.sell(mug, 1)
    rig.shop.touch(early.remote_id)
    await rig.sync("orders")

    assert order_view(rig.store, early.number).warehouse == "P"
    assert order_view(rig.store, late.number).warehouse == "Q"
    ship_order(rig.workspace, early.number, carrier="ups", tracking="1")
    by_name = {each.warehouse: each for each in rig.item("MUG").warehouses}
    assert (by_name["P"].on_hand, by_name["P"].committed) == (2, 0), "it ships where it reserved"
    assert (by_name["Q"].on_hand, by_name["Q"].committed) == (4, 1)


async def test_s12_without_a_mapped_warehouse_orders_are_primary_and_stock_is_summed() -> None:
    rig, mug = await mugs_in_two_warehouses()
    configure_integration(rig.workspace, "fake", {"warehouse": "Q"})
    await rig.work()
    assert rig.shop.quantity(mug) == 4

    configure_integration(rig.workspace, "fake", {"warehouse": "none"})
    await rig.work()
    assert rig.shop.quantity(mug) == 7
    rig.clock.advance(minutes=1)
    order = rig.shop.sell(mug, 1)
    await rig.sync("orders")

    assert order_view(rig.store, order.number).warehouse == "P"


async def test_s09_mapping_needs_a_second_warehouse() -> None:
    rig, _ = await a_mug_shop()
    with pytest.raises(MultiWarehouseNeeded):
        configure_integration(rig.workspace, "fake", {"warehouse": "Main"})


async def test_the_opening_goes_to_the_mapped_warehouse() -> None:
    rig = Rig(warehouses=("P", "Q"))
    rig.shop.list_item("Mug", 7, sku="MUG")
    integration = rig.connect()
    configure_integration(rig.workspace, integration.name, {"warehouse": "Q"})
    await rig.work()

    [made] = create_items(rig.workspace, unconfirmed_variants(rig.store))

    assert [(w.warehouse, w.on_hand) for w in made.warehouses] == [("P", 0), ("Q", 7)]


async def test_a_retired_warehouse_is_not_for_sale() -> None:
    rig, mug = await mugs_in_two_warehouses()

    deactivate_warehouse(rig.workspace, "Q")
    await rig.work()

    assert rig.shop.quantity(mug) == 3


async def test_an_opening_made_after_later_sales_were_pulled_counts_them_once() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 10, sku="MUG")
    await rig.connected()
    rig.clock.advance(minutes=1)
    rig.shop.sell(mug.remote_id, 3)
    rig.shop.ship(rig.shop.sell(mug.remote_id, 2).remote_id)
    rig.shop.cancel(rig.shop.sell(mug.remote_id, 1).remote_id, restock=True)
    await rig.sync("orders")

    create_items(rig.workspace, unconfirmed_variants(rig.store))

    assert rig.stock("MUG") == (8, 3, 5)
    assert make_plan(rig.workspace).changes == []


async def test_p06_why_tells_the_whole_chain() -> None:
    rig, mug = await a_mug_shop()
    configure_integration(rig.workspace, "fake", {"buffer": "1", "max": "5"})
    order = rig.shop.sell(mug, 2)
    await rig.sync("orders")

    why = why_view(rig.workspace, "MUG")

    assert sum(each.delta for each in why.movements) == why.on_hand == 10
    assert [(each.order, each.quantity) for each in why.commitments] == [
        (rig.order(order.remote_id).id, 2)
    ]
    [channel] = why.channels
    assert [each.value for each in channel.rules] == [8, 7, 5]
    assert (channel.desired, channel.confirmed) == (5, 5)


async def test_an_unlink_keeps_what_is_reserved_and_frees_it_when_the_order_ends() -> None:
    rig, mug = await a_mug_shop()
    order = rig.shop.sell(mug, 2)
    await rig.sync("orders")
    unlink_variant(rig.workspace, rig.link(mug).id)
    assert rig.stock("MUG") == (10, 2, 8)

    rig.shop.cancel(order.remote_id)
    await rig.sync("orders")
    assert rig.stock("MUG") == (10, 0, 10)


async def test_s23_shipped_history_moves_nothing_after_an_unlink_and_a_new_link_either() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 10, sku="MUG")
    shipped, still_open = rig.shop.sell(mug.remote_id, 3), rig.shop.sell(mug.remote_id, 2)
    rig.shop.ship(shipped.remote_id)
    rig.clock.advance(seconds=1)
    await rig.stocked()
    add_item(rig.workspace, sku="RIGHT", name="The right one", stock=9)
    assert rig.stock("MUG") == (7, 2, 5)

    unlink_variant(rig.workspace, rig.link(mug.remote_id).id)
    for order in (shipped, still_open):
        rig.shop.touch(order.remote_id)
    await rig.sync()
    link_variant(rig.workspace, rig.link(mug.remote_id).id, "RIGHT")
    for order in (shipped, still_open):
        rig.shop.touch(order.remote_id)
    await rig.sync()

    assert rig.stock("MUG") == (7, 2, 5)
    assert rig.stock("RIGHT") == (9, 0, 9)


async def test_s38_an_unpaid_order_is_not_shown_as_a_sales_order_by_its_id_either() -> None:
    rig, mug = await a_mug_shop()
    order = rig.shop.sell(mug, 3, paid=False)
    await rig.sync("orders")
    with pytest.raises(NotFound, match="not a sales order"):
        order_view(rig.store, order.number)
    with pytest.raises(Conflict, match="not paid"):
        ship_order(rig.workspace, order.number, carrier="ups", tracking="1")
