"""What an integration's page and a plan are drawn from."""

from __future__ import annotations

import msgspec
import pytest

from rig import Rig
from tuisync.core.actions.integrations import KEYS, configure_integration, disable_integration
from tuisync.core.actions.items import add_item, adjust_stock
from tuisync.core.actions.links import link_variant
from tuisync.core.actions.orders import ship_order
from tuisync.core.actions.plans import make_plan
from tuisync.core.applying import apply_plan
from tuisync.core.errors import Conflict, Inactive, NotFound, UsageError
from tuisync.core.views.history import batch_views
from tuisync.core.views.integrations import integration_view
from tuisync.core.views.outbox import outbox_views
from tuisync.core.views.status import status_view


async def test_s13_one_view_has_all_that_the_details_page_shows() -> None:
    rig = Rig()
    rig.shop.list_item("Mug", 9, sku="MUG")
    await rig.stocked()
    configure_integration(rig.workspace, "fake", {"buffer": "2", "interval": "60"})
    await rig.sync()
    await rig.work()

    view = integration_view(rig.store, "fake")

    assert (view.account_id, view.shop_id, view.shop_name) == ("user-1", "100", "Shop 100")
    assert (view.status, view.stock_sync, view.warehouse) == ("active", "active", None)
    assert (view.interval_minutes, view.rules.buffer) == (60, 2)
    assert view.last_sync_at == rig.clock.now
    assert view.next_sync_at is not None
    batches = batch_views(rig.store, integration="fake")
    assert [(batch.trigger, batch.pushed) for batch in batches] == [
        ("push", 1),
        ("manual", 0),
        ("initial", 0),
    ]
    assert status_view(rig.store, rig.clock.now).next_due_at == view.next_sync_at


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("interval", "45"),
        ("interval", "soon"),
        ("stock_sync", "maybe"),
        ("drift", "no"),
        ("percent", "0"),
        ("percent", "101"),
        ("buffer", "-1"),
        ("renew_sold_out", "perhaps"),
        ("colour", "red"),
    ],
)
async def test_s27_a_setting_that_cannot_be_is_refused_and_changes_nothing(
    key: str, value: str
) -> None:
    rig = Rig()
    before = rig.connect(sync=False)
    with pytest.raises(UsageError):
        configure_integration(rig.workspace, "fake", {"max": "5", key: value})
    assert rig.integration() == before


async def test_every_setting_can_be_set_and_unset() -> None:
    rig = Rig(warehouses=("P", "Q"))
    rig.connect(sync=False)
    values = {"interval": "30", "stock_sync": "off", "warehouse": "Q", "drift": "ask"}
    values |= {"renew_sold_out": "yes", "shipments": "off"}
    for key in KEYS:
        configure_integration(rig.workspace, "fake", {key: values.get(key, "1")})
    view = integration_view(rig.store, "fake")
    assert (view.interval_minutes, view.warehouse, view.drift) == (30, "Q", "ask")
    assert set(msgspec.structs.asdict(view.rules).values()) == {1}
    for key in ("buffer", "max", "fixed", "percent", "hide_at", "last_unit", "warehouse"):
        configure_integration(rig.workspace, "fake", {key: "none"})
    view = integration_view(rig.store, "fake")
    assert set(msgspec.structs.asdict(view.rules).values()) == {None}
    assert view.warehouse is None


async def test_p05_a_plan_makes_no_call_and_tells_old_new_and_why() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 9, sku="MUG")
    await rig.stocked()
    order = rig.shop.sell(mug.remote_id)
    await rig.sync("orders")
    adjust_stock(rig.workspace, "MUG", by=3, reason="three more found")
    ship_order(rig.workspace, order.number, carrier="ups", tracking="1Z")
    calls = len(rig.fake.calls)

    stock, shipment = make_plan(rig.workspace).changes

    assert len(rig.fake.calls) == calls
    assert (stock.kind, stock.sku, stock.old, stock.new) == ("stock", "MUG", 8, 11)
    assert stock.reason == "three more found"
    assert (shipment.kind, shipment.title, shipment.new) == (
        "shipment",
        f"Order {order.number}",
        "ups 1Z",
    )
    assert [each.state for each in outbox_views(rig.store)] == ["queued", "queued"]


async def test_the_plan_gives_the_reason_for_what_it_holds() -> None:
    rig = Rig(first_push="review")
    add_item(rig.workspace, sku="MUG", name="Mug", stock=20)
    rig.shop.list_item("Mug", 10, sku="MUG")
    await rig.connected()
    [change] = make_plan(rig.workspace).changes
    assert (change.reason, change.held) == ("the variant was linked", True)


async def test_relinking_is_held_for_the_plan() -> None:
    rig = Rig(first_push="review")
    mug = rig.shop.list_item("Mug", 10, sku="MUG")
    add_item(rig.workspace, sku="MINE", name="Mine", stock=3)
    await rig.connected()
    link_variant(rig.workspace, rig.link(mug.remote_id).id, "MINE")
    await rig.work()
    assert (rig.entry(mug.remote_id).state, rig.shop.quantity(mug.remote_id)) == ("held", 10)


async def test_a_plan_of_a_shop_that_was_switched_off_is_not_applied() -> None:
    rig = Rig(first_push="review")
    add_item(rig.workspace, sku="MUG", name="Mug", stock=20)
    rig.shop.list_item("Mug", 10, sku="MUG")
    await rig.connected()
    make_plan(rig.workspace)
    disable_integration(rig.workspace, "fake")
    runs = len(rig.runs())
    with pytest.raises(Inactive):
        await apply_plan(rig.workspace, rig.wait)
    assert len(rig.runs()) == runs, "nothing half asked for"


async def test_plans_are_found_by_id_and_the_newest_without_one() -> None:
    rig = Rig()
    with pytest.raises(NotFound, match="no plan yet"):
        await apply_plan(rig.workspace, rig.wait)
    for _ in range(12):
        last = make_plan(rig.workspace)
    with pytest.raises(NotFound, match="no plan `nonsense`"):
        await apply_plan(rig.workspace, rig.wait, "nonsense")
    report = await apply_plan(rig.workspace, rig.wait, last.id)
    assert (report.applied, report.stale) == ([], [])


async def test_a_frozen_or_unknown_order_cannot_be_shipped() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 10)
    order = rig.shop.sell(mug.remote_id)
    await rig.connected()
    with pytest.raises(Conflict, match="frozen"):
        ship_order(rig.workspace, order.number, carrier="ups", tracking="1")
    with pytest.raises(NotFound):
        ship_order(rig.workspace, "no such order", carrier="ups", tracking="1")
    assert rig.shop.emails == []
