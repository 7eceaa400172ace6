"""What waits for the user to look at the plan, and what does not; each cause by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rig import Rig
from tuisync.core.actions.integrations import (
    configure_integration,
    disable_integration,
    enable_integration,
)
from tuisync.core.actions.items import add_item, adjust_stock
from tuisync.core.actions.links import link_variant, unlink_variant
from tuisync.core.actions.orders import ship_order
from tuisync.core.actions.plans import make_plan
from tuisync.core.applying import apply_plan, push_owed
from tuisync.core.store import schema

Cause = Callable[[Rig, str], None]


def _stock_sync(rig: Rig, _: str) -> None:
    configure_integration(rig.workspace, "fake", {"stock_sync": "off"})
    adjust_stock(rig.workspace, "MUG", by=2, reason="found")
    configure_integration(rig.workspace, "fake", {"stock_sync": "on"})


def _enable(rig: Rig, _: str) -> None:
    disable_integration(rig.workspace, "fake")
    adjust_stock(rig.workspace, "MUG", by=2, reason="found")
    enable_integration(rig.workspace, "fake")


def _relink(rig: Rig, mug: str) -> None:
    add_item(rig.workspace, sku="OTHER", name="Other", stock=12)
    unlink_variant(rig.workspace, rig.link(mug).id)
    link_variant(rig.workspace, rig.link(mug).id, "OTHER")


def _warehouse(rig: Rig, _: str) -> None:
    adjust_stock(rig.workspace, "MUG", to=12, warehouse="Q", reason="counted")
    adjust_stock(rig.workspace, "MUG", to=0, warehouse="P", reason="all moved")
    adjust_stock(rig.workspace, "MUG", to=10, warehouse="P", reason="found")
    configure_integration(rig.workspace, "fake", {"warehouse": "Q"})


def _rule(rig: Rig, _: str) -> None:
    configure_integration(rig.workspace, "fake", {"buffer": "3"})


CAUSES: dict[str, Cause] = {
    "stock sync was switched on": _stock_sync,
    "the shop was enabled": _enable,
    "the variant was linked": _relink,
    "another warehouse was mapped": _warehouse,
    "a stock rule was changed": _rule,
}


async def _shop(first_push: str) -> tuple[Rig, str, str]:
    """Return a shop with two listings; only the mug's number is going to be another one."""
    rig = Rig(first_push=first_push, warehouses=("P", "Q"))
    mug = rig.shop.list_item("Mug", 10, sku="MUG").remote_id
    nothing = rig.shop.list_item("Sold to nobody", 0, sku="NONE").remote_id
    await rig.stocked()
    return rig, mug, nothing


@pytest.mark.parametrize("cause", CAUSES)
async def test_each_cause_holds_the_listings_it_changes_and_no_others(cause: str) -> None:
    rig, mug, nothing = await _shop("review")

    CAUSES[cause](rig, mug)

    [change] = make_plan(rig.workspace).changes
    assert (change.sku in {"MUG", "OTHER"}, change.held, change.reason.split(";")[0]) == (
        True,
        True,
        cause,
    )
    assert rig.store.get(schema.OUTBOX, f"stock:fake:100:{nothing}") is None
    report = await push_owed(rig.workspace, rig.wait)
    assert [each.title for each in report.held] == ["Mug"]
    assert rig.fake.calls_of("push_stock") == []

    applied = await apply_plan(rig.workspace, rig.wait)
    assert [each.title for each in applied.applied] == ["Mug"]
    assert rig.shop.quantity(mug) == change.new
    assert make_plan(rig.workspace).changes == []


@pytest.mark.parametrize("cause", CAUSES)
async def test_with_auto_nothing_is_held(cause: str) -> None:
    rig, mug, _ = await _shop("auto")
    CAUSES[cause](rig, mug)
    [change] = make_plan(rig.workspace).changes
    assert not change.held

    await rig.work()

    assert rig.shop.quantity(mug) == change.new


async def test_a_connected_shop_is_held_where_its_listings_have_items_already() -> None:
    rig = Rig(first_push="review")
    add_item(rig.workspace, sku="MUG", name="Mug", stock=20)
    add_item(rig.workspace, sku="CUP", name="Cup", stock=5)
    mug = rig.shop.list_item("Mug", 10, sku="MUG").remote_id
    rig.shop.list_item("Cup", 5, sku="CUP")

    await rig.connected()

    assert rig.outbox() == {f"stock:fake:100:{mug}": "held"}


async def test_while_held_a_sale_at_that_very_shop_sends_nothing() -> None:
    rig, mug, _ = await _shop("review")
    configure_integration(rig.workspace, "fake", {"buffer": "4"})
    rig.shop.sell(mug)

    await rig.sync()

    assert rig.shop.quantity(mug) == 9
    assert rig.fake.calls_of("push_stock") == []
    [change] = make_plan(rig.workspace).changes
    assert (change.old, change.new, change.held) == (9, 5, True)
    assert change.reason == "a stock rule was changed; 9 available, buffer 4: 5"


async def test_a_shipment_is_never_held() -> None:
    rig, mug, _ = await _shop("review")
    order = rig.shop.sell(mug)
    await rig.sync()
    configure_integration(rig.workspace, "fake", {"buffer": "4"})
    ship_order(rig.workspace, order.number, carrier="ups", tracking="1Z")

    held, shipment = make_plan(rig.workspace).changes
    assert (held.held, shipment.held) == (True, False)
    await rig.work()

    assert rig.shop.emails == [order.remote_id]
    assert rig.shop.quantity(mug) == 9


async def test_a_change_of_stock_is_not_held() -> None:
    rig, mug, _ = await _shop("review")

    adjust_stock(rig.workspace, "MUG", by=-3, reason="broken")
    await rig.work()

    assert rig.shop.quantity(mug) == 7


async def test_applying_some_lines_leaves_the_others_held() -> None:
    rig = Rig(first_push="review")
    mugs = [rig.shop.list_item(f"Mug {n}", 10, sku=f"M{n}").remote_id for n in range(3)]
    await rig.stocked()
    configure_integration(rig.workspace, "fake", {"buffer": "4"})
    plan = make_plan(rig.workspace)
    assert len(plan.changes) == 3

    report = await apply_plan(rig.workspace, rig.wait, plan.id, only={rig.link(mugs[1]).id})

    assert [each.title for each in report.applied] == ["Mug 1"]
    assert [rig.shop.quantity(mug) for mug in mugs] == [10, 6, 10]
    assert [rig.entry(mug).state for mug in mugs] == ["held", "applied", "held"]


async def test_p05_a_sale_that_makes_both_numbers_one_for_a_moment_lifts_no_hold() -> None:
    rig = Rig(first_push="review")
    mug = rig.shop.list_item("Mug", 10, sku="MUG").remote_id
    await rig.stocked()
    configure_integration(rig.workspace, "fake", {"buffer": "1"})
    rig.clock.advance(minutes=1)

    rig.shop.sell(mug, 1)  # its listing is read first, and shows the number that is held
    await rig.sync()

    assert rig.fake.calls_of("push_stock") == []
    assert (rig.entry(mug).state, rig.entry(mug).cause) == ("held", "a stock rule was changed")
    [change] = make_plan(rig.workspace).changes
    assert (change.old, change.new, change.held) == (9, 8, True)
    await apply_plan(rig.workspace, rig.wait)
    assert rig.shop.quantity(mug) == 8
    adjust_stock(rig.workspace, "MUG", by=1, reason="found")
    await rig.work()
    assert rig.shop.quantity(mug) == 9


async def test_a_sale_elsewhere_lowers_what_was_held_a_moment_ago() -> None:
    rig = Rig(first_push="review")
    mug, twin = (rig.shop.list_item(name, 10, sku="MUG").remote_id for name in ("Mug", "Twin"))
    await rig.stocked()
    configure_integration(rig.workspace, "fake", {"buffer": "1"})
    rig.clock.advance(minutes=1)
    rig.shop.sell(mug, 1)
    await rig.sync("items")
    rig.shop.sell(twin, 5)
    await rig.sync()

    assert rig.shop.quantity(mug) == 3
