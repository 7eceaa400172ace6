"""Openings: an item made from a listing starts with what the shop's number implies."""

from __future__ import annotations

import pytest

from rig import Rig
from tuisync.core.actions.creation import create_items, unconfirmed_variants
from tuisync.core.actions.items import add_item
from tuisync.core.actions.plans import make_plan
from tuisync.core.actions.syncs import request_sync
from tuisync.core.applying import create_items_fresh
from tuisync.core.errors import Conflict
from tuisync.core.store import schema
from tuisync.testing import a_line, a_variant, an_order


async def test_opening_counts_open_orders_once_and_the_first_plan_is_empty() -> None:
    """Behaviours 4.5: shop 5, open order of 2, shipped order of 3: 7 on hand, 2 committed."""
    rig = Rig()
    mug = rig.shop.list_item("Mug", 10, sku="MUG")
    rig.shop.sell(mug.remote_id, 2)
    rig.shop.ship(rig.shop.sell(mug.remote_id, 3).remote_id)
    rig.clock.advance(minutes=5)
    await rig.connected()

    create_items(rig.workspace, unconfirmed_variants(rig.store))

    assert rig.stock("MUG") == (7, 2, 5)
    assert make_plan(rig.workspace).changes == []
    assert rig.outbox() == {}


async def test_opening_counts_unpaid_orders_too() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 10, sku="MUG")
    rig.shop.sell(mug.remote_id, 2, paid=False)
    rig.clock.advance(minutes=5)
    await rig.connected()

    create_items(rig.workspace, unconfirmed_variants(rig.store))

    assert rig.stock("MUG") == (10, 2, 8)


async def test_a_sale_after_the_reading_commits_normally() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 10, sku="MUG")
    await rig.connected()
    rig.clock.advance(minutes=1)
    rig.shop.sell(mug.remote_id, 3)
    await rig.work()
    [made] = await create_items_fresh(rig.workspace, rig.wait, unconfirmed_variants(rig.store))

    assert (made.on_hand, made.committed, made.available) == (10, 0, 10)

    request_sync(rig.workspace, ["orders"])
    await rig.work()

    assert rig.stock("MUG") == (10, 3, 7)
    assert rig.shop.quantity(mug.remote_id) == 7
    assert make_plan(rig.workspace).changes == []


async def test_an_older_order_that_becomes_visible_late_brings_its_units() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 10, sku="MUG")
    late = rig.clock.now.replace(hour=10)
    rig.shop.sell(mug.remote_id, 2, visible_at=late)
    rig.clock.advance(minutes=5)
    await rig.connected()
    create_items(rig.workspace, unconfirmed_variants(rig.store))
    assert rig.stock("MUG") == (8, 0, 8)

    rig.clock.advance(hours=2)
    request_sync(rig.workspace, ["orders"])
    await rig.work()

    assert rig.stock("MUG") == (10, 2, 8)
    assert make_plan(rig.workspace).changes == []


async def test_creation_reads_the_listing_and_then_the_orders_when_none_were_read_since() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 10, sku="MUG")
    await rig.connected()
    rig.clock.advance(minutes=5)
    request_sync(rig.workspace, ["items"])
    await rig.work()
    rig.shop.sell(mug.remote_id, 4)
    with pytest.raises(Conflict, match="orders must be read"):
        create_items(rig.workspace, unconfirmed_variants(rig.store))

    rig.clock.advance(minutes=1)
    [made] = await create_items_fresh(rig.workspace, rig.wait, unconfirmed_variants(rig.store))

    assert (made.on_hand, made.committed, made.available) == (10, 4, 6)


async def test_linking_to_an_item_with_an_opening_changes_no_on_hand() -> None:
    rig = Rig()
    add_item(rig.workspace, sku="MUG", name="Mug", stock=20)
    mug = rig.shop.list_item("Blue mug", 10, sku="MUG")
    rig.shop.sell(mug.remote_id, 2)
    rig.clock.advance(minutes=5)

    await rig.connected()

    assert rig.stock("MUG") == (20, 2, 18)
    assert rig.shop.quantity(mug.remote_id) == 18


async def test_the_smallest_of_several_listings_counts_and_the_plan_shows_the_rest() -> None:
    rig = Rig(first_push="review")
    small = rig.shop.list_item("Mug", 5, sku="MUG")
    large = rig.shop.list_item("Mug, again", 8, sku="MUG")
    rig.shop.sell(large.remote_id, 1)
    rig.clock.advance(minutes=5)
    await rig.connected()

    create_items(rig.workspace, unconfirmed_variants(rig.store))

    assert rig.stock("MUG") == (6, 1, 5)
    [change] = make_plan(rig.workspace).changes
    assert (change.old, change.new, change.held) == (7, 5, True)
    await rig.work()
    assert rig.shop.quantity(large.remote_id) == 7, "held until the plan is applied"
    assert rig.shop.quantity(small.remote_id) == 5


async def test_variants_of_one_listing_that_share_a_sku_become_items_of_their_own() -> None:
    rig = Rig()
    variants = [
        a_variant(2, sku="TEE", options={"Size": "S"}),
        a_variant(3, sku="TEE", options={"Size": "M"}),
    ]
    rig.shop.list_item("Tee", variants=variants)
    await rig.connected()
    links = [link.id for link in rig.store.all(schema.LINKS)]

    made = create_items(rig.workspace, links)

    assert [(each.sku, each.on_hand) for each in made] == [("TEE-M", 3), ("TEE-S", 2)]


async def test_a_variant_without_a_sku_gets_one_from_its_listing() -> None:
    rig = Rig()
    plain = rig.shop.list_item("Plain", 1)
    variants = [a_variant(2, options={"Size": "S"}), a_variant(3, options={"Size": "M"})]
    tee = rig.shop.list_item("Tee", variants=variants)
    await rig.connected()

    made = create_items(rig.workspace, unconfirmed_variants(rig.store))

    stem = f"FAKE-{tee.remote_id}"
    assert {each.sku for each in made} == {f"FAKE-{plain.remote_id}", f"{stem}-1", f"{stem}-2"}


async def test_shipped_history_moves_nothing() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 10, sku="MUG")
    for _ in range(3):
        rig.shop.ship(rig.shop.sell(mug.remote_id).remote_id)
    rig.clock.advance(minutes=1)
    await rig.connected()

    create_items(rig.workspace, unconfirmed_variants(rig.store))

    assert rig.stock("MUG") == (7, 0, 7)


async def test_an_order_of_an_unknown_listing_is_frozen_not_lost() -> None:
    rig = Rig()
    rig.shop.put_order(an_order(a_line("999", 2), remote_id="77"))

    await rig.connected()

    assert rig.order("77").gate == "frozen"
    assert len(rig.order("77").lines) == 1


async def test_a_line_added_after_the_opening_was_counted_is_no_part_of_it() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 9, sku="MUG").remote_id
    order = rig.shop.sell(mug, 1)
    rig.clock.advance(minutes=1)
    cup = rig.shop.list_item("Cup", 4, sku="CUP").remote_id
    await rig.stocked()
    assert rig.stock("MUG") == (9, 1, 8)

    added = a_line(cup, 1, remote_id="99")
    rig.shop.set_quantity(cup, 3)
    rig.shop._edit_order(order.remote_id, lines=(*order.lines, added))
    await rig.sync()

    assert rig.stock("CUP") == (4, 1, 3)
    assert rig.shop.quantity(cup) == 3


async def test_p11_a_sale_in_the_second_after_the_reading_is_never_for_sale_again() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 10, sku="MUG").remote_id
    await rig.connected()
    create_items(rig.workspace, unconfirmed_variants(rig.store))
    rig.shop.sell(mug, 2)

    for _ in range(4):
        rig.clock.advance(minutes=11)
        await rig.sync()

    assert rig.stock("MUG") == (10, 2, 8)
    assert rig.shop.quantity(mug) == 8


@pytest.mark.parametrize("when", ["before", "after"])
async def test_p11_a_reading_in_the_second_of_a_sale_is_repeated_before_an_item_is_made(
    when: str,
) -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 10, sku="MUG").remote_id
    if when == "before":
        rig.shop.sell(mug, 2)
    await rig.connected()
    if when == "after":
        rig.shop.sell(mug, 2)
    await rig.sync("orders")
    rig.clock.advance(minutes=1)

    [made] = await create_items_fresh(rig.workspace, rig.wait, unconfirmed_variants(rig.store))

    assert (made.on_hand, made.committed, made.available) == (10, 2, 8)
    assert make_plan(rig.workspace).changes == []


async def test_p11_history_of_the_second_of_the_reading_is_taken_off_rather_than_sold_twice() -> (
    None
):
    rig = Rig()
    mug = rig.shop.list_item("Mug", 10, sku="MUG").remote_id
    await rig.connected()
    create_items(rig.workspace, unconfirmed_variants(rig.store))
    rig.shop.ship(rig.shop.sell(mug, 2).remote_id)
    rig.clock.advance(minutes=11)
    await rig.sync()

    assert rig.stock("MUG") == (8, 0, 8)
    assert rig.shop.quantity(mug) == 8
