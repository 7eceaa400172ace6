"""A first link to an item: what was sold of the listing while nobody knew what it is."""

from __future__ import annotations

import pytest

from rig import Rig
from shop_watch import check_ledger, check_reservations
from tuisync.core.actions.items import add_item, adjust_stock
from tuisync.core.actions.links import link_variant
from tuisync.core.actions.orders import ship_order
from tuisync.core.views.why import why_view


async def _watched() -> tuple[Rig, str]:
    """An item of twenty, and a listing nobody has linked yet; returns the listing."""
    rig = Rig()
    add_item(rig.workspace, sku="A", name="Cup", stock=20)
    mug = rig.shop.list_item("Mug", 20).remote_id
    rig.clock.advance(minutes=1)
    await rig.connected()
    rig.clock.advance(minutes=1)
    return rig, mug


async def _sold(rig: Rig, mug: str, *, sent: bool = True) -> str:
    """Sell two while the line is frozen, and let the shop send them."""
    sold = rig.shop.sell(mug, 2).remote_id
    await rig.sync()
    assert rig.order(sold).gate == "frozen"
    rig.clock.advance(minutes=1)
    if sent:
        _send(rig, sold)
        await rig.sync()
    return sold


def _send(rig: Rig, sold: str) -> None:
    rig.shop.ship(sold, "dhl", "1")
    rig.clock.advance(minutes=1)


async def _linked(rig: Rig, mug: str) -> None:
    """Link it, let two quiet cycles pass, and check what must hold."""
    link_variant(rig.workspace, rig.link(mug).id, "A")
    for _ in range(3):
        rig.clock.advance(minutes=11)
        await rig.sync()
    check_ledger(rig.store)
    check_reservations(rig.store)
    assert rig.shop.quantity(mug) == rig.stock("A")[2]


async def test_s23_what_left_while_it_was_frozen_is_taken_from_the_first_item_linked() -> None:
    rig, mug = await _watched()
    sold = await _sold(rig, mug)

    await _linked(rig, mug)

    assert rig.stock("A") == (18, 0, 18)
    told = [(each.delta, each.kind, each.cause) for each in why_view(rig.workspace, "A").movements]
    assert told[1:] == [(-2, "ship", f"order {sold} shipped")]


async def test_s23_what_is_open_and_frozen_is_reserved_by_the_first_link() -> None:
    rig, mug = await _watched()
    sold = await _sold(rig, mug, sent=False)

    await _linked(rig, mug)
    assert rig.stock("A") == (20, 2, 18)

    ship_order(rig.workspace, f"fake:100:{sold}", carrier="dhl", tracking="1")
    assert rig.stock("A") == (18, 0, 18)


async def test_s23_what_left_before_the_shop_was_read_is_history_of_a_first_link() -> None:
    rig = Rig()
    add_item(rig.workspace, sku="A", name="Cup", stock=20)
    mug = rig.shop.list_item("Mug", 20).remote_id
    _send(rig, rig.shop.sell(mug, 2).remote_id)
    await rig.connected()
    rig.clock.advance(minutes=1)

    await _linked(rig, mug)

    assert rig.stock("A") == (20, 0, 20)


async def test_s23_a_count_after_it_left_accounts_for_it() -> None:
    rig, mug = await _watched()
    await _sold(rig, mug)
    adjust_stock(rig.workspace, "A", to=18, reason="counted")

    await _linked(rig, mug)

    assert rig.stock("A") == (18, 0, 18)


async def test_s23_a_count_that_changes_nothing_is_a_count() -> None:
    rig, mug = await _watched()
    await _sold(rig, mug)
    adjust_stock(rig.workspace, "A", by=-2, reason="two are missing")
    adjust_stock(rig.workspace, "A", to=18, reason="counted")

    await _linked(rig, mug)

    assert rig.stock("A") == (18, 0, 18)


async def test_s23_a_count_before_it_left_does_not_account_for_it() -> None:
    rig, mug = await _watched()
    sold = await _sold(rig, mug, sent=False)
    adjust_stock(rig.workspace, "A", to=20, reason="counted, the two are still here")
    rig.clock.advance(minutes=1)
    _send(rig, sold)
    await rig.sync()

    await _linked(rig, mug)

    assert rig.stock("A") == (18, 0, 18)


@pytest.mark.parametrize("by", [-1, 3])
async def test_s23_a_correction_by_a_difference_is_no_count(by: int) -> None:
    rig, mug = await _watched()
    await _sold(rig, mug)
    adjust_stock(rig.workspace, "A", by=by, reason="broken, or found")

    await _linked(rig, mug)

    assert rig.stock("A") == (18 + by, 0, 18 + by)


async def test_s23_a_count_of_another_shelf_is_no_count_of_this_one() -> None:
    rig = Rig(warehouses=("Main", "Attic"))
    add_item(rig.workspace, sku="A", name="Cup", stock=20)
    mug = rig.shop.list_item("Mug", 20).remote_id
    rig.clock.advance(minutes=1)
    await rig.connected()
    rig.clock.advance(minutes=1)
    await _sold(rig, mug)
    adjust_stock(rig.workspace, "A", to=5, reason="counted", warehouse="Attic")

    await _linked(rig, mug)

    assert rig.stock("A") == (23, 0, 23)
