"""Pushing: orders first, compare before write, newest number wins, nothing lost."""

from __future__ import annotations

import pytest

from mug_shops import a_held_raise, a_mug_shop, mugs_in_two_warehouses
from rig import Rig
from tuisync.core.actions.creation import create_items, unconfirmed_variants
from tuisync.core.actions.integrations import (
    configure_integration,
    disable_integration,
    enable_integration,
)
from tuisync.core.actions.items import add_item, adjust_stock, transfer_stock
from tuisync.core.actions.orders import ship_order
from tuisync.core.actions.plans import make_plan
from tuisync.core.actions.syncs import request_sync
from tuisync.core.applying import apply_plan, push_owed
from tuisync.core.errors import (
    AuthorizationRequired,
    OutcomeUnknown,
    PlanStale,
    RejectedError,
    TransientError,
)
from tuisync.core.store import schema
from tuisync.core.sync.drain import owes_now
from tuisync.core.sync.recovery import recover
from tuisync.core.views.orders import order_view
from tuisync.testing import a_variant


async def test_s28_every_stock_change_pushes_one_new_number() -> None:
    rig, mug = await a_mug_shop()

    adjust_stock(rig.workspace, "MUG", by=-3, reason="broken")
    adjust_stock(rig.workspace, "MUG", by=1, reason="found")
    assert list(rig.outbox().values()) == ["queued"], "one live entry, however many changes"
    await rig.work()

    assert rig.shop.quantity(mug) == 8
    assert len(rig.fake.calls_of("push_stock")) == 1
    assert list(rig.outbox().values()) == ["applied"]
    assert [run.module for run in rig.runs("stock")] == ["stock"]


async def test_s28_no_entry_when_the_number_is_unchanged() -> None:
    rig, _ = await a_mug_shop()

    adjust_stock(rig.workspace, "MUG", by=-3, reason="broken")
    adjust_stock(rig.workspace, "MUG", by=3, reason="mended")
    await rig.work()

    assert rig.fake.calls_of("push_stock") == []
    assert list(rig.outbox().values()) == ["superseded"]


async def test_s28_a_sale_in_one_shop_reaches_the_other() -> None:
    rig, mug = await a_mug_shop()
    other = rig.shop.list_item("Mug elsewhere", 10, sku="MUG")
    request_sync(rig.workspace, ["items", "orders"])
    await rig.work()

    rig.clock.advance(minutes=1)
    rig.shop.sell(mug, 4)
    request_sync(rig.workspace, ["orders"])
    await rig.work()

    assert rig.shop.quantity(mug) == 6
    assert rig.shop.quantity(other.remote_id) == 6
    assert len(rig.fake.calls_of("push_stock")) == 1, "the selling listing shows it already"


async def test_a_sale_at_the_shop_itself_owes_nothing() -> None:
    rig, mug = await a_mug_shop()

    rig.shop.sell(mug, 4)
    request_sync(rig.workspace, ["orders"])
    await rig.work()

    assert rig.outbox() == {}
    assert rig.stock("MUG") == (10, 4, 6)


async def test_orders_are_pulled_before_a_number_is_written() -> None:
    rig, mug = await a_mug_shop()
    adjust_stock(rig.workspace, "MUG", by=5, reason="made more")
    rig.shop.sell(mug, 4)

    await rig.work()

    assert rig.shop.quantity(mug) == 11
    assert rig.stock("MUG") == (15, 4, 11)


async def test_a_sale_between_read_and_write_is_put_right_in_the_same_drain() -> None:
    rig, mug = await a_mug_shop()
    adjust_stock(rig.workspace, "MUG", by=5, reason="made more")
    rig.fake.meanwhile("push_stock", lambda: rig.shop.sell(mug, 2))

    await rig.work()

    assert rig.shop.quantity(mug) == 13
    assert rig.stock("MUG") == (15, 2, 13)


async def test_a_lower_number_nobody_explains_is_raised_after_two_readings_only() -> None:
    rig, mug = await a_mug_shop()
    rig.shop.set_quantity(mug, 6)
    adjust_stock(rig.workspace, "MUG", by=5, reason="made more")

    await rig.work()
    assert rig.shop.quantity(mug) == 6, "it may be a sale that cannot be seen yet"
    assert list(rig.outbox().values()) == ["retry_wait"]
    rig.clock.advance(minutes=5)
    await rig.work()
    assert rig.shop.quantity(mug) == 6
    rig.clock.advance(minutes=6)
    await rig.work()

    assert rig.shop.quantity(mug) == 15


async def test_a_lower_number_that_an_order_explains_late_is_not_raised() -> None:
    rig, mug = await a_mug_shop()
    rig.shop.sell(mug, 4, visible_at=rig.clock.now.replace(hour=9, minute=9))
    adjust_stock(rig.workspace, "MUG", by=5, reason="made more")

    for _ in range(3):
        await rig.work()
        assert rig.shop.quantity(mug) <= 11
        rig.clock.advance(minutes=6)

    await rig.work()
    assert rig.shop.quantity(mug) == 11
    assert rig.stock("MUG") == (15, 4, 11)


async def test_a_lowering_is_sent_at_once() -> None:
    rig, mug = await a_mug_shop()
    rig.shop.set_quantity(mug, 6)
    adjust_stock(rig.workspace, "MUG", by=-9, reason="broken")

    await rig.work()

    assert rig.shop.quantity(mug) == 1


async def test_a_seller_edit_is_drift_and_corrected_after_the_waiting() -> None:
    rig, mug = await a_mug_shop()
    rig.shop.set_quantity(mug, 50)
    request_sync(rig.workspace, ["items"])

    await rig.work()

    assert rig.shop.quantity(mug) == 10


async def test_what_is_owed_survives_a_crash_while_it_was_sent() -> None:
    rig, mug = await a_mug_shop()
    adjust_stock(rig.workspace, "MUG", by=5, reason="made more")
    with rig.store.transaction() as tx:
        for entry in list(tx.all(schema.OUTBOX)):
            tx.put(schema.OUTBOX, entry.but(state="in_flight"))

    recover(rig.workspace)
    assert list(rig.outbox().values()) == ["unknown"]
    await rig.work()

    assert rig.shop.quantity(mug) == 15
    assert list(rig.outbox().values()) == ["applied"]


async def test_a_lost_answer_is_resolved_by_reading() -> None:
    rig, mug = await a_mug_shop()
    adjust_stock(rig.workspace, "MUG", by=5, reason="made more")
    rig.fake.drops_answer("push_stock")

    await rig.work()
    assert list(rig.outbox().values()) == ["unknown"]
    rig.clock.advance(minutes=3)
    await rig.work()

    assert rig.shop.quantity(mug) == 15
    assert len(rig.fake.calls_of("push_stock")) == 1, "the shop showed it already"
    assert list(rig.outbox().values()) == ["superseded"]


async def test_a_passing_fault_is_tried_again_a_rejection_is_not() -> None:
    rig, mug = await a_mug_shop()
    adjust_stock(rig.workspace, "MUG", by=5, reason="made more")
    rig.fake.raises("push_stock", TransientError("The shop is down."))

    await rig.work()
    [entry] = rig.store.all(schema.OUTBOX)
    assert (entry.state, entry.reason) == ("retry_wait", "The shop is down.")
    rig.clock.advance(minutes=2)
    rig.fake.raises("push_stock", RejectedError("The price is too low.", hint="Raise it."))
    await rig.work()

    [entry] = rig.store.all(schema.OUTBOX)
    assert (entry.state, entry.reason) == ("rejected", "The price is too low. Raise it.")
    rig.clock.advance(hours=5)
    await rig.work()
    assert len(rig.fake.calls_of("push_stock")) == 2
    assert rig.shop.quantity(mug) == 10


async def test_a_dead_login_keeps_the_work_and_makes_no_more_calls() -> None:
    rig, mug = await a_mug_shop()
    rig.fake.raises("push_stock", AuthorizationRequired("Access was revoked."))
    adjust_stock(rig.workspace, "MUG", by=5, reason="made more")

    await rig.work()

    assert rig.integration().status == "needs_reauth"
    assert rig.integration().status_reason == "Access was revoked."
    assert list(rig.outbox().values()) == ["paused"]
    calls = len(rig.fake.calls)
    rig.clock.advance(hours=9)
    await rig.work()
    assert len(rig.fake.calls) == calls
    assert rig.shop.quantity(mug) == 10


async def test_a_rebuilt_listing_is_not_written_and_its_links_break() -> None:
    rig = Rig()
    sizes = [
        a_variant(2, sku="S", options={"Size": "S"}),
        a_variant(3, sku="M", options={"Size": "M"}),
    ]
    tee = rig.shop.list_item("Tee", variants=sizes)
    await rig.connected()
    create_items(rig.workspace, unconfirmed_variants(rig.store))
    rig.shop.reshape(tee.remote_id, [sizes[0], a_variant(9, sku="L", options={"Size": "L"})])
    adjust_stock(rig.workspace, "S", by=5, reason="made more")

    await rig.work()

    assert rig.shop.quantity(tee.remote_id, "Size=S") == 2
    assert {link.state for link in rig.store.all(schema.LINKS)} == {"broken"}
    assert list(rig.outbox().values()) == ["rejected"]


async def test_holds_wait_for_the_plan_and_apply_sends_exactly_it() -> None:
    rig = Rig(first_push="review")
    add_item(rig.workspace, sku="MUG", name="Mug", stock=20)
    mug = rig.shop.list_item("Mug", 10, sku="MUG")
    await rig.connected()

    report = await push_owed(rig.workspace, rig.wait)
    assert [each.sku for each in report.held] == ["MUG"]
    assert rig.fake.calls_of("push_stock") == []

    plan = make_plan(rig.workspace)
    assert [(c.old, c.new, c.held) for c in plan.changes] == [(10, 20, True)]
    applied = await apply_plan(rig.workspace, rig.wait, plan.id)
    assert [each.new for each in applied.applied] == [20]
    assert rig.shop.quantity(mug.remote_id) == 20
    assert make_plan(rig.workspace).changes == []


async def test_while_held_a_sale_elsewhere_still_lowers_the_shop() -> None:
    rig, held = await a_held_raise(15)

    request_sync(rig.workspace, ["orders"])
    await rig.work()

    assert rig.stock("MUG")[2] == 5
    assert rig.shop.quantity(held) == 5


async def test_a_raise_stays_held_when_a_sale_happens_elsewhere() -> None:
    rig, held = await a_held_raise(3)

    request_sync(rig.workspace, ["orders"])
    await rig.work()

    assert rig.shop.quantity(held) == 10
    assert rig.outbox()[f"stock:fake:100:{held}"] == "held"


async def test_a_stale_plan_writes_nothing() -> None:
    rig = Rig(first_push="review")
    add_item(rig.workspace, sku="MUG", name="Mug", stock=20)
    mug = rig.shop.list_item("Mug", 10, sku="MUG")
    await rig.connected()
    make_plan(rig.workspace)
    rig.clock.advance(minutes=1)
    rig.shop.sell(mug.remote_id, 1)

    with pytest.raises(PlanStale):
        await apply_plan(rig.workspace, rig.wait)

    assert rig.fake.calls_of("push_stock") == []


async def test_unmoved_sends_the_rest_of_a_stale_plan() -> None:
    rig = Rig(first_push="review")
    add_item(rig.workspace, sku="MUG", name="Mug", stock=20)
    add_item(rig.workspace, sku="CUP", name="Cup", stock=7)
    mug = rig.shop.list_item("Mug", 10, sku="MUG")
    cup = rig.shop.list_item("Cup", 1, sku="CUP")
    await rig.connected()
    make_plan(rig.workspace)
    rig.clock.advance(minutes=1)
    rig.shop.sell(mug.remote_id, 1)

    report = await apply_plan(rig.workspace, rig.wait, unmoved=True)

    assert [each.sku for each in report.stale] == ["MUG"]
    assert [each.sku for each in report.applied] == ["CUP"]
    assert rig.shop.quantity(cup.remote_id) == 7
    assert rig.shop.quantity(mug.remote_id) == 9


async def test_s08_orders_take_the_primary_warehouse_and_stock_is_summed() -> None:
    rig = Rig(warehouses=("P", "Q"))
    add_item(rig.workspace, sku="MUG", name="Mug", stock=3, warehouse="P")
    adjust_stock(rig.workspace, "MUG", to=4, warehouse="Q", reason="counted")
    mug = rig.shop.list_item("Mug", 1, sku="MUG")
    await rig.connected()
    assert rig.shop.quantity(mug.remote_id) == 7

    rig.clock.advance(minutes=1)
    order = rig.shop.sell(mug.remote_id)
    request_sync(rig.workspace, ["orders"])
    await rig.work()

    assert order_view(rig.store, rig.order(order.remote_id).id).warehouse == "P"


async def test_the_sum_is_made_before_it_is_clamped() -> None:
    rig, mug = await mugs_in_two_warehouses(0, 5)
    rig.clock.advance(minutes=1)
    rig.shop.sell(mug, 2)
    request_sync(rig.workspace, ["orders"])
    await rig.work()

    assert rig.stock("MUG") == (5, 2, 3)
    assert rig.shop.quantity(mug) == 3
    transfer_stock(rig.workspace, "MUG", source="Q", target="P", by=2)
    assert rig.stock("MUG") == (5, 2, 3)


async def test_a_disabled_integration_is_quiet_and_keeps_one_entry() -> None:
    rig, mug = await a_mug_shop()
    disable_integration(rig.workspace, "fake")
    calls = len(rig.fake.calls)
    for _ in range(5):
        adjust_stock(rig.workspace, "MUG", by=1, reason="made more")
    await rig.work()

    assert len(rig.fake.calls) == calls
    assert list(rig.outbox().values()) == ["paused"]
    enable_integration(rig.workspace, "fake")
    await rig.work()
    assert rig.shop.quantity(mug) == 15


async def test_stock_sync_off_pushes_nothing_and_on_pushes_the_current_number() -> None:
    rig, mug = await a_mug_shop()
    configure_integration(rig.workspace, "fake", {"stock_sync": "off"})
    for _ in range(5):
        adjust_stock(rig.workspace, "MUG", by=1, reason="made more")
    await rig.work()
    assert rig.fake.calls_of("push_stock") == []
    assert not owes_now(rig.workspace, rig.integration())

    configure_integration(rig.workspace, "fake", {"stock_sync": "on"})
    await rig.work()

    assert rig.shop.quantity(mug) == 15
    assert len(rig.fake.calls_of("push_stock")) == 1


async def test_s36_a_shipment_reaches_the_shop_once() -> None:
    rig, mug = await a_mug_shop()
    order = rig.shop.sell(mug, 2)
    request_sync(rig.workspace, ["orders"])
    await rig.work()

    ship_order(rig.workspace, order.number, carrier="ups", tracking="1Z999")
    assert rig.stock("MUG") == (8, 0, 8)
    await rig.work()
    await rig.work()

    [call] = rig.fake.calls_of("push_shipment")
    assert (call.request.order_id, call.request.carrier, call.request.tracking) == (  # type: ignore[union-attr]
        order.remote_id,
        "ups",
        "1Z999",
    )
    assert rig.shop.emails == [order.remote_id]
    assert rig.order(order.remote_id).shipments[0].push == "sent"
    assert rig.order(order.remote_id).status == "fulfilled"
    assert rig.shop.quantity(mug) == 8


async def test_s36_a_lost_answer_never_e_mails_the_buyer_twice() -> None:
    rig, mug = await a_mug_shop()
    order = rig.shop.sell(mug, 2)
    request_sync(rig.workspace, ["orders"])
    await rig.work()
    ship_order(rig.workspace, order.number, carrier="ups", tracking="1Z999")
    rig.fake.drops_answer("push_shipment")

    for _ in range(5):
        await rig.work()
        rig.clock.advance(minutes=3)

    assert rig.shop.emails == [order.remote_id]
    assert len(rig.fake.calls_of("push_shipment")) == 1
    assert rig.order(order.remote_id).shipments[0].push == "sent"
    assert set(rig.outbox().values()) == {"applied"}


async def test_s36_a_lost_question_is_asked_again_after_two_looks() -> None:
    rig, mug = await a_mug_shop()
    order = rig.shop.sell(mug, 2)
    request_sync(rig.workspace, ["orders"])
    await rig.work()
    ship_order(rig.workspace, order.number, carrier="ups", tracking="1Z999")
    rig.fake.raises("push_shipment", OutcomeUnknown("Nobody answered."))

    await rig.work()
    assert rig.shop.emails == []
    rig.clock.advance(minutes=3)
    await rig.work()
    assert rig.shop.emails == [], "one look is not enough"
    rig.clock.advance(minutes=3)
    await rig.work()

    assert rig.shop.emails == [order.remote_id]


async def test_a_shipment_the_seller_made_with_another_code_is_not_repeated() -> None:
    rig, mug = await a_mug_shop()
    order = rig.shop.sell(mug, 2)
    request_sync(rig.workspace, ["orders"])
    await rig.work()
    ship_order(rig.workspace, order.number, carrier="ups", tracking="OURS")
    rig.shop.ship(order.remote_id, "ups", "THEIRS")

    await rig.work()

    assert len(rig.shop.emails) == 1
    assert "rejected" in rig.outbox().values()
