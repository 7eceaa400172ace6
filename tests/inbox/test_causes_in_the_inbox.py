"""What needs a seller though nothing failed: one row per cause, derived from what is stored."""

from __future__ import annotations

import msgspec

from rig import Rig
from tuisync.core.actions.creation import create_items, unconfirmed_variants
from tuisync.core.actions.decisions import decide_order
from tuisync.core.actions.integrations import disable_integration, enable_integration
from tuisync.core.actions.items import adjust_stock, transfer_stock
from tuisync.core.actions.links import link_variant, unlink_variant
from tuisync.core.actions.orders import ship_order
from tuisync.core.actions.plans import make_plan
from tuisync.core.actions.returns import return_order
from tuisync.core.applying import apply_plan
from tuisync.core.store import schema
from tuisync.core.views.inbox import inbox_views
from tuisync.core.views.objects import InboxView
from tuisync.testing import a_variant


def inbox(rig: Rig) -> list[InboxView]:
    return inbox_views(rig.store, rig.clock())


def row(rig: Rig) -> InboxView:
    """Return the only row there is."""
    rows = inbox(rig)
    assert len(rows) == 1, rows
    return rows[0]


async def test_unconfirmed_listings_are_one_row_for_all_of_a_shop() -> None:
    rig = Rig()
    for number in range(30):
        rig.shop.list_item(f"Jar {number}", 3, sku=f"JAR-{number}")
    mug = rig.shop.list_item("Mug", 9, sku="MUG").remote_id
    await rig.connected()
    rig.clock.advance(minutes=1)
    numbers = [rig.shop.sell(mug, 1).number for _ in range(5)]
    await rig.sync("orders")

    needs = row(rig)
    assert (needs.kind, needs.count, needs.fix.does) == ("mapping", 31, "map")
    named = ", ".join(numbers[:3])
    assert needs.message == (
        f"31 variants have no item yet; orders {named} and 2 more wait for that."
    )

    create_items(rig.workspace, unconfirmed_variants(rig.store))
    assert inbox(rig) == []


async def test_each_listing_in_conflict_is_a_row_that_goes_with_the_choice() -> None:
    rig = Rig()
    rig.shop.list_item("Mug", 9, sku="MUG")
    await rig.stocked()
    sizes = [a_variant(3, sku="CUP", key="1=S"), a_variant(4, sku="CUP", key="1=L")]
    rig.shop.list_item("Cup", variants=sizes)
    await rig.sync()

    needs = row(rig)
    assert (needs.kind, needs.subject, needs.count) == ("mapping", "Cup", 2)
    assert needs.id.startswith("conflict:")
    for variant in needs.fix.ids:
        link_variant(rig.workspace, variant, "MUG")
    await rig.work()

    assert inbox(rig) == []


async def test_an_order_of_a_listing_nobody_knows_is_a_row_of_its_own() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 9, sku="MUG").remote_id
    await rig.stocked()
    sold = rig.shop.sell(mug, 1)
    line = msgspec.structs.replace(sold.lines[0], listing_id="99999", variant_key=None)
    rig.shop.put_order(msgspec.structs.replace(sold, lines=(line,)))
    await rig.sync("orders")

    needs = row(rig)
    assert (needs.kind, needs.subject) == ("mapping", f"Order {sold.number}")
    assert f"tuisync orders map fake:100:{sold.remote_id}" in needs.hint


async def test_an_order_in_doubt_is_a_row_until_it_is_decided() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 9, sku="MUG").remote_id
    await rig.stocked()
    sold = rig.shop.sell(mug, 1)
    rig.shop.put_order(msgspec.structs.replace(sold, status="on hold", recognised=False))
    for _ in range(3):
        await rig.sync("orders")

        needs = row(rig)
        assert (needs.kind, needs.count) == ("decision", 1)
        assert "on hold" in needs.message
        assert needs.fix.does == "decide"

    decide_order(rig.workspace, f"fake:100:{sold.remote_id}", "confirmed")
    assert inbox(rig) == []


async def test_p04_a_refund_after_shipping_asks_whether_the_goods_came_back() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 9, sku="MUG").remote_id
    await rig.stocked()
    sold = rig.shop.sell(mug, 2)
    await rig.sync()
    id_ = f"fake:100:{sold.remote_id}"
    ship_order(rig.workspace, id_, carrier="dhl", tracking="JD01")
    await rig.work()
    rig.shop.put_order(msgspec.structs.replace(rig.shop.orders[sold.remote_id], payment="refunded"))
    await rig.sync("orders")

    needs = row(rig)
    assert (needs.kind, needs.fix.does, needs.fix.ids) == ("decision", "return", [id_])
    assert needs.message == "It was refunded after it was sent. Did the goods come back to stock?"
    assert rig.stock("MUG") == (7, 0, 7), "nothing moves before the answer"

    return_order(rig.workspace, id_, to=None)
    assert inbox(rig) == []


async def test_an_oversell_names_the_orders_that_cannot_be_served() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 9, sku="MUG").remote_id
    await rig.stocked()
    rig.shop.sell(mug, 5)
    rig.clock.advance(minutes=1)
    late = rig.shop.sell(mug, 2)
    rig.clock.advance(minutes=1)
    later = rig.shop.sell(mug, 2)
    adjust_stock(rig.workspace, "MUG", by=-3, reason="broken")
    await rig.sync("orders")

    needs = row(rig)
    assert (needs.kind, needs.count, needs.integration) == ("oversell", 3, "fake")
    assert f"3 more were sold than there are: orders {later.number}, {late.number}" in needs.message

    adjust_stock(rig.workspace, "MUG", by=3, reason="made more")
    assert inbox(rig) == []


async def test_stock_that_lies_in_the_other_warehouse_is_no_oversell() -> None:
    rig = Rig(warehouses=("P", "Q"))
    mug = rig.shop.list_item("Mug", 4, sku="MUG").remote_id
    await rig.stocked()
    transfer_stock(rig.workspace, "MUG", source="P", target="Q", by=4)
    rig.shop.sell(mug, 2)
    await rig.sync()

    assert rig.stock("MUG") == (4, 2, 2)
    assert inbox(rig) == []


async def test_p18_what_is_held_is_one_row_until_the_plan_is_applied() -> None:
    rig = Rig(first_push="review")
    for sku in ("MUG", "CUP", "POT"):
        rig.shop.list_item(sku.title(), 9, sku=sku)
    await rig.stocked()
    disable_integration(rig.workspace, "fake")
    for sku in ("MUG", "CUP", "POT"):
        for _ in range(20):
            adjust_stock(rig.workspace, sku, by=-1 if _ % 2 else 2, reason="counted")
    assert inbox(rig) == [], "a shop that is switched off is quiet"
    enable_integration(rig.workspace, "fake")

    needs = row(rig)
    assert (needs.kind, needs.count, needs.fix.does) == ("review", 3, "review")

    await rig.sync()
    assert len(make_plan(rig.workspace).changes) == 3
    await apply_plan(rig.workspace, rig.wait)
    assert inbox(rig) == []


async def test_what_a_seller_enters_at_the_shop_by_hand_is_a_row_until_the_shop_shows_it() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 9, sku="MUG").remote_id
    await rig.stocked()
    sold = rig.shop.sell(mug, 1)
    await rig.sync()
    with rig.store.transaction() as tx:
        shop = rig.integration()
        tx.put(schema.INTEGRATIONS, shop.but(withheld={"shipping_write": "Not in this country."}))
    ship_order(rig.workspace, f"fake:100:{sold.remote_id}", carrier="dhl", tracking="JD0146")
    await rig.work()

    needs = row(rig)
    assert needs.fix.does == "ship_there"
    assert "Not in this country." in needs.message
    assert "Mark it as shipped at the shop" in f"{needs.message} {needs.hint}"
    assert "JD0146" in f"{needs.message} {needs.hint}"

    rig.shop.ship(sold.remote_id, "dhl", "JD0146")
    await rig.sync("orders")
    assert inbox(rig) == []


async def test_a_link_that_was_taken_apart_asks_once() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 9, sku="MUG").remote_id
    await rig.stocked()
    unlink_variant(rig.workspace, f"fake:100:{mug}")
    for _ in range(3):
        await rig.sync()

    needs = row(rig)
    assert (needs.kind, needs.count) == ("mapping", 1)
    assert needs.message == "1 variant has no item yet."
