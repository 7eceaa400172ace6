"""Orders that change while parts of them leave: the shelf loses each unit once."""

from __future__ import annotations

import msgspec

from rig import Rig
from tuisync.core.actions.items import add_item
from tuisync.core.actions.links import ignore_variant, link_variant, unlink_variant
from tuisync.core.actions.orders import ship_order
from tuisync.core.actions.returns import return_order
from tuisync.testing import a_line

MUG = "fake:100:1001"


async def sold(quantity: int) -> tuple[Rig, str, str]:
    """Sell some of ten mugs; returns the rig, the order's id and the shop's."""
    rig = Rig()
    rig.shop.list_item("Mug", 10, sku="MUG")
    await rig.stocked()
    remote = rig.shop.sell("1001", quantity)
    await rig.sync("orders")
    rig.clock.advance(minutes=1)
    return rig, f"fake:100:{remote.remote_id}", remote.remote_id


def part(rig: Rig, order: str, count: int) -> None:
    """Send a part."""
    ship_order(rig.workspace, order, carrier="dhl", tracking=str(count), lines={"MUG": count})


async def test_a_part_that_came_back_is_not_sent_again_when_the_rest_is_cancelled() -> None:
    rig, order, remote = await sold(2)
    part(rig, order, 1)
    return_order(rig.workspace, order, to="Main", lines={"MUG": 1})
    (line,) = rig.shop.orders[remote].lines
    rig.shop.cancel_part(remote, {line.remote_id: 1})
    rig.shop.ship(remote, "dhl", "1")

    await rig.sync("orders")

    assert rig.stock("MUG") == (10, 0, 10)


async def test_what_was_cut_sent_and_cancelled_between_two_looks_leaves_as_it_was_sent() -> None:
    rig, order, remote = await sold(3)
    part(rig, order, 1)
    (line,) = rig.shop.orders[remote].lines
    rig.shop.cancel_part(remote, {line.remote_id: 1})
    rig.shop.ship(remote, "dhl", "2")
    rig.shop.cancel(remote)

    await rig.sync("orders")

    assert rig.stock("MUG") == (8, 0, 8)
    assert rig.order(remote).asks_return


async def test_a_line_the_shop_took_off_is_not_sent_once_more() -> None:
    rig = Rig()
    rig.shop.list_item("Mug", 10, sku="MUG")
    cup = rig.shop.list_item("Cup", 10, sku="CUP").remote_id
    await rig.stocked()
    remote = rig.shop.checkout({("1001", ""): 1, (cup, ""): 1}).remote_id
    await rig.sync("orders")
    order = f"fake:100:{remote}"
    part(rig, order, 1)
    rig.clock.advance(minutes=1)
    rig.shop.cancel_part(remote, {rig.shop.orders[remote].lines[0].remote_id: 1})
    await rig.sync("orders")

    ship_order(rig.workspace, order, carrier="dhl", tracking="2")

    assert (rig.stock("MUG"), rig.stock("CUP")) == ((9, 0, 9), (9, 0, 9))
    kept = {line.sku: (line.quantity, line.shipped) for line in rig.order(remote).lines}
    assert kept == {"CUP": (1, 1), "MUG": (0, 1)}


async def test_what_comes_back_of_a_listing_ignored_since_is_in_stock_again() -> None:
    rig, order, _ = await sold(2)
    ship_order(rig.workspace, order, carrier="dhl", tracking="1")
    unlink_variant(rig.workspace, MUG)
    ignore_variant(rig.workspace, MUG)
    await rig.sync("orders")

    return_order(rig.workspace, order, to="Main")

    assert rig.stock("MUG") == (10, 0, 10)


async def test_what_left_while_its_listing_was_ignored_stays_no_items() -> None:
    rig = Rig()
    rig.shop.list_item("Mug", 10)
    await rig.connected()
    ignore_variant(rig.workspace, MUG)
    rig.clock.advance(minutes=1)
    remote = rig.shop.sell("1001", 2).remote_id
    await rig.sync("orders")
    ship_order(rig.workspace, f"fake:100:{remote}", carrier="dhl", tracking="1")
    add_item(rig.workspace, sku="MUG", name="Another", stock=8)

    link_variant(rig.workspace, MUG, "MUG")

    assert rig.stock("MUG") == (8, 0, 8)
    assert rig.order(remote).lines[0].no_item


async def test_a_line_added_and_sent_between_two_looks_leaves_the_shelf_and_no_reservation() -> (
    None
):
    rig, _, remote = await sold(1)
    add_item(rig.workspace, sku="CUP", name="Cup", stock=5)
    cup = rig.shop.list_item("Cup", 5, sku="CUP").remote_id
    await rig.sync("items")
    rig.clock.advance(minutes=1)
    before = rig.shop.orders[remote]
    added = a_line(cup, 2, remote_id="99")
    rig.shop.put_order(msgspec.structs.replace(before, lines=(*before.lines, added)))
    rig.shop.ship(remote, "dhl", "1")

    await rig.sync("orders")

    assert rig.stock("MUG") == (9, 0, 9)
    assert rig.stock("CUP") == (3, 0, 3)
