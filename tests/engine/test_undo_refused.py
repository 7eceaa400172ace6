"""What stands in the way of undoing a sync, and what does not."""

from __future__ import annotations

import pytest

from rig import Rig
from tuisync.core.actions.creation import create_items
from tuisync.core.actions.disconnection import close_integration
from tuisync.core.actions.items import adjust_stock
from tuisync.core.actions.links import link_variant, unlink_variant
from tuisync.core.actions.orders import ship_order
from tuisync.core.actions.retention import forget_old_history
from tuisync.core.actions.syncs import request_sync
from tuisync.core.actions.undo import undo_sync
from tuisync.core.errors import Conflict, NotFound
from tuisync.core.store import schema
from undoing import (
    batch,
    dump,
    items_of_the_same_name,
    wrongly_linked,
)


async def test_p16_undone_twice_or_with_nothing_in_it_is_refused() -> None:
    rig = Rig(first_push="review")
    rig.connect(sync=False)
    items_of_the_same_name(rig, 12)
    runs = await wrongly_linked(rig)
    empty = await batch(rig)
    rig.clock.advance(minutes=1)

    with pytest.raises(Conflict, match="nothing to undo"):
        undo_sync(rig.workspace, empty[0].batch)
    undo_sync(rig.workspace, runs[0].batch)
    with pytest.raises(Conflict, match="undone already"):
        undo_sync(rig.workspace, runs[0].batch)
    with pytest.raises(NotFound, match="No sync run or batch"):
        undo_sync(rig.workspace, "nope")


async def test_p16_the_items_alone_are_refused_while_their_orders_stay() -> None:
    rig = Rig(first_push="review")
    rig.connect(sync=False)
    items_of_the_same_name(rig, 12)
    items, orders = await wrongly_linked(rig)
    rig.clock.advance(minutes=1)

    with pytest.raises(Conflict, match="came in later and counts on") as refused:
        undo_sync(rig.workspace, items.id)
    assert f"tuisync undo {items.batch}" in refused.value.hint
    undo_sync(rig.workspace, orders.id)
    undo_sync(rig.workspace, items.id)
    assert list(rig.store.all(schema.LISTINGS)) == []


async def later_ship(rig: Rig) -> str:
    order = rig.store.find(schema.ORDERS, "integration", "fake:100")[0]
    ship_order(rig.workspace, order.id, carrier="ups", tracking="1Z")
    return "was shipped here since"


async def later_order(rig: Rig) -> str:
    rig.shop.sell(next(iter(rig.shop.listings)))
    await batch(rig)
    return "came in later and counts on"


async def later_hand(rig: Rig) -> str:
    link = next(iter(rig.store.all(schema.LINKS)))
    unlink_variant(rig.workspace, link.id)
    link_variant(rig.workspace, link.id, "WRONG-5")
    return "was linked by hand since"


async def later_gone(rig: Rig) -> str:
    order = rig.store.find(schema.ORDERS, "integration", "fake:100")[0]
    rig.clock.advance(minutes=1)
    rig.shop.ship(order.remote_id, "ups", "1Z")
    await batch(rig)
    return "moved stock since"


@pytest.mark.parametrize("later", [later_ship, later_order, later_hand, later_gone])
async def test_p16_it_is_refused_with_the_reason_when_something_later_counts_on_it(
    later: object,
) -> None:
    rig = Rig(first_push="review")
    rig.connect(sync=False)
    items_of_the_same_name(rig, 12)
    runs = await wrongly_linked(rig)
    rig.clock.advance(minutes=1)
    assert callable(later)
    reason = await later(rig)
    before = dump(rig)

    with pytest.raises(Conflict, match=reason):
        undo_sync(rig.workspace, runs[0].batch)

    assert dump(rig) == before
    assert rig.run(runs[0].id).undone_at is None


async def test_p16_an_item_made_of_what_it_brought_stands_in_the_way() -> None:
    rig = Rig()
    rig.shop.list_item("Mug", 4, sku="MUG")
    rig.connect()
    await rig.work()
    create_items(rig.workspace, [link.id for link in rig.store.all(schema.LINKS)])
    [run] = rig.runs("items")

    with pytest.raises(Conflict, match="an item was made of “Mug” since"):
        undo_sync(rig.workspace, run.id)


async def test_p16_what_the_shop_merely_told_again_does_not_stand_in_the_way() -> None:
    rig = Rig(first_push="review")
    rig.connect(sync=False)
    items_of_the_same_name(rig, 12)
    before = dump(rig)
    runs = await wrongly_linked(rig)
    for _ in range(3):
        rig.clock.advance(minutes=30)
        for key in [*rig.shop.orders, *rig.shop.listings]:
            rig.shop.touch(key)
        await batch(rig)
    adjust_stock(rig.workspace, "WRONG-11", by=1, reason="found")
    adjust_stock(rig.workspace, "WRONG-11", by=-1, reason="was not")

    undo_sync(rig.workspace, runs[0].batch)

    after = dump(rig)
    assert {name for name in before if before[name] != after[name]} == set()


async def test_p16_a_sync_whose_history_was_let_go_of_cannot_be_undone() -> None:
    rig = Rig(first_push="review")
    rig.connect(sync=False)
    items_of_the_same_name(rig, 12)
    broken = rig.shop.list_item("Broken", 1)
    rig.shop.unreadable[broken.remote_id] = "No price."
    runs = await wrongly_linked(rig)
    rig.clock.advance(hours=24 * 40)
    forget_old_history(rig.workspace)

    with pytest.raises(NotFound) as refused:
        undo_sync(rig.workspace, runs[0].id)
    assert refused.value.error_code == "record_expired"


async def test_p16_a_shop_being_read_is_not_turned_back_under_the_reader() -> None:
    rig = Rig(first_push="review")
    rig.connect(sync=False)
    items_of_the_same_name(rig, 12)
    runs = await wrongly_linked(rig)
    [queued] = request_sync(rig.workspace, ["orders"])
    with rig.store.transaction() as tx:
        tx.put(schema.RUNS, queued.but(status="running"))

    with pytest.raises(Conflict, match="being synced"):
        undo_sync(rig.workspace, runs[0].batch)


async def test_p16_what_another_sync_made_anew_is_not_taken_away_with_the_first() -> None:
    rig = Rig(first_push="review")
    rig.connect(sync=False)
    items_of_the_same_name(rig, 12)
    first = await wrongly_linked(rig)
    close_integration(rig.workspace, "fake")
    assert list(rig.store.all(schema.FORMERS)) == [], "what listings said is kept nowhere"
    with pytest.raises(Conflict, match="not connected any more"):
        undo_sync(rig.workspace, first[0].batch)

    rig.clock.advance(minutes=1)
    rig.connect(sync=False)
    await batch(rig)
    rig.clock.advance(minutes=1)
    listings = rig.store.count(schema.LISTINGS)
    assert listings == 12

    with pytest.raises(Conflict):
        undo_sync(rig.workspace, first[0].id)
    assert rig.store.count(schema.LISTINGS) == listings
