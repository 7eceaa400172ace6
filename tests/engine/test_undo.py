"""Undoing a sync: everything is as it was."""

from __future__ import annotations

import msgspec

from rig import Rig
from tuisync.core.actions.items import add_item
from tuisync.core.actions.links import link_variant
from tuisync.core.actions.organization import configure_organization
from tuisync.core.actions.plans import make_plan
from tuisync.core.actions.syncs import request_sync
from tuisync.core.actions.undo import undo_sync
from tuisync.core.applying import apply_plan
from tuisync.core.models import SyncRun
from tuisync.core.store import schema
from tuisync.core.views.orders import order_views
from tuisync.testing import a_buyer
from undoing import (
    LOCAL,
    batch,
    check_ledger,
    dump,
    items_of_the_same_name,
    on_hand_by_movements,
    wrongly_linked,
)


async def test_p16_undo_of_12_wrong_links_and_8_orders_restores_the_dump() -> None:
    rig = Rig(first_push="review")
    rig.connect(sync=False)
    items_of_the_same_name(rig, 12)
    before, sums = dump(rig), on_hand_by_movements(rig)

    runs = await wrongly_linked(rig)

    linked = [link for link in rig.store.all(schema.LINKS) if link.state == "linked"]
    assert (len(linked), len(order_views(rig.store))) == (12, 8)
    assert dump(rig) != before
    rig.clock.advance(minutes=1)
    undone = undo_sync(rig.workspace, runs[0].batch)

    assert dump(rig) == before
    assert on_hand_by_movements(rig) == sums
    assert (undone.links, undone.orders, undone.listings) == (12, 8, 12)
    assert [run.undone_at for run in undone.runs] == [rig.clock.now] * 2
    assert make_plan(rig.workspace).changes == []
    check_ledger(rig)


async def test_p16_it_restores_the_dump_of_a_shop_at_work() -> None:
    """Known listings are linked by a new SKU, known buyers buy again, frozen orders thaw."""
    rig = Rig(first_push="review")
    add_item(rig.workspace, sku="A", name="A", stock=20)
    known = [rig.shop.list_item(f"Known {n}", 5) for n in range(3)]
    rig.shop.list_item("A", 20, sku="A")
    rig.connect()
    ada = a_buyer("Ada", email="ada@example.com", buyer_id="ada")
    rig.shop.sell(known[0].remote_id, 1, buyer=ada)
    await rig.work()
    rig.clock.advance(minutes=5)
    before, sums = dump(rig), on_hand_by_movements(rig)

    for listing in known:
        variants = [msgspec.structs.replace(listing.variants[0], sku="A")]
        rig.shop.edit_listing(listing.remote_id, variants=tuple(variants))
    rig.shop.sell(known[1].remote_id, 2, buyer=a_buyer("Ada", email="ada@x.org", buyer_id="ada"))
    runs = await batch(rig)
    assert rig.stock("A") == (20, 3, 17), "the frozen order thawed, the new one committed"
    rig.clock.advance(minutes=1)
    undo_sync(rig.workspace, runs[0].batch)

    after = dump(rig)
    listings = {each.id: each for each in rig.store.all(schema.LISTINGS)}
    assert {name for name in before if before[name] != after[name]} <= {"listings", "links"}
    assert rig.stock("A") == (20, 0, 20)
    assert on_hand_by_movements(rig) == sums
    for listing in known:
        assert rig.link(listing.remote_id).state == "unconfirmed"
        assert listings[f"fake:100:{listing.remote_id}"].variants[0].sku is None
    check_ledger(rig)


async def test_p16_the_compensating_pushes_are_proposed() -> None:
    """Orders on wrong items lowered another listing of those items; undo proposes to raise it."""
    rig = Rig(first_push="review")
    add_item(rig.workspace, sku="A", name="A", stock=10)
    right = rig.shop.list_item("The real A", 10, sku="A")
    await rig.connected()
    rig.clock.advance(minutes=1)
    wrong = rig.shop.list_item("Not A at all", 10, sku="A")
    rig.shop.sell(wrong.remote_id, 3)
    runs = await batch(rig)
    await rig.work()
    assert rig.shop.quantity(right.remote_id) == 7, "it was sent"

    rig.clock.advance(minutes=1)
    undo_sync(rig.workspace, runs[0].batch)

    [change] = make_plan(rig.workspace).changes
    assert (change.old, change.new, change.held) == (7, 10, True)
    assert change.reason == "a sync was undone"
    report = await apply_plan(rig.workspace, rig.wait)
    assert [change.new for change in report.applied] == [10]
    assert rig.shop.quantity(right.remote_id) == 10
    order = rig.order(next(iter(rig.shop.orders)))
    assert order.gate == "frozen", "the order came in again, and waits for its right item"


async def test_p16_numbers_sent_through_wrong_links_are_given_back() -> None:
    rig = Rig(first_push="auto")
    rig.connect(sync=False)
    items_of_the_same_name(rig, 12)
    for number in range(12):
        rig.shop.list_item(f"Vase {number}", 4, sku=f"WRONG-{number}")
    listings = list(rig.shop.listings)
    for listing in listings[:8]:
        rig.shop.sell(listing, 1)
    runs = request_sync(rig.workspace, ("items", "orders"))
    await rig.work()
    assert [rig.shop.quantity(each) for each in listings] == [8] * 8 + [9] * 4, "wrong, and sent"

    configure_organization(rig.workspace, {"first_push": "review"})
    rig.clock.advance(minutes=1)
    undone = undo_sync(rig.workspace, runs[0].batch)

    assert (undone.links, undone.orders) == (12, 8)
    changes = make_plan(rig.workspace).changes
    assert [(each.old, each.new, each.held) for each in changes] == (
        [(8, 3, True)] * 8 + [(9, 4, True)] * 4
    )
    assert {each.sku for each in changes} == {None}
    rig.shop.sell(listings[11], 2)
    report = await apply_plan(rig.workspace, rig.wait, unmoved=True)
    assert len(report.applied) == 11
    rig.clock.advance(minutes=1)
    make_plan(rig.workspace)
    await apply_plan(rig.workspace, rig.wait)
    assert [rig.shop.quantity(each) for each in listings] == [3] * 8 + [4] * 3 + [2]
    assert make_plan(rig.workspace).changes == []
    for _ in range(3):
        rig.clock.advance(hours=1)
        await rig.sync()
    assert [rig.shop.quantity(each) for each in listings] == [3] * 8 + [4] * 3 + [2]
    assert all(rig.stock(f"WRONG-{number}") == (9, 0, 9) for number in range(12))
    check_ledger(rig)


async def test_p16_a_link_taken_back_does_not_come_back_by_itself_but_by_hand_it_does() -> None:
    rig = Rig(first_push="review")
    rig.connect(sync=False)
    items_of_the_same_name(rig, 12)
    runs = await wrongly_linked(rig)
    rig.clock.advance(minutes=1)
    undo_sync(rig.workspace, runs[0].batch)

    for _ in range(10):
        rig.clock.advance(minutes=30)
        await rig.sync()

    assert {link.state for link in rig.store.all(schema.LINKS)} == {"unconfirmed"}
    assert len(order_views(rig.store)) == 8, "no order is lost: the shop still has them"
    link = next(iter(rig.store.all(schema.LINKS)))
    link_variant(rig.workspace, link.id, "WRONG-3")
    assert rig.store.get(schema.LINKS, link.id).state == "linked"  # type: ignore[union-attr]  # it is there
    check_ledger(rig)


async def test_p16_orders_that_had_left_bring_their_units_back() -> None:
    rig = Rig(order_sync="confirmed_and_fulfilled")
    mug = rig.shop.list_item("Mug", 9, sku="MUG")
    await rig.stocked()
    before, sums = dump(rig), on_hand_by_movements(rig)
    sold = rig.shop.sell(mug.remote_id, 4)
    rig.shop.ship(sold.remote_id, "ups", "1Z")
    _, orders = await batch(rig)
    assert rig.stock("MUG") == (5, 0, 5)

    rig.clock.advance(minutes=1)
    undo_sync(rig.workspace, orders.id)

    assert rig.stock("MUG") == (9, 0, 9)
    assert on_hand_by_movements(rig) == sums
    assert {each: dump(rig)[each] for each in LOCAL} == {each: before[each] for each in LOCAL}
    causes = [each.cause for each in rig.store.all(schema.MOVEMENTS)][-2:]
    assert causes[1] == f"a sync was undone: order {sold.number}"
    await rig.sync()
    assert rig.stock("MUG") == (5, 0, 5), "read anew, it left again"
    check_ledger(rig)


def remembered(rig: Rig, run: SyncRun) -> float:
    """Return the bytes kept for an undo of a run, per order it made."""
    formers = [each for each in rig.store.find(schema.FORMERS, "run", run.id) if not each.cursors]
    kept = sum(len(msgspec.json.encode(each)) for each in formers)
    marks = sum(
        len(b',"made":true')
        for page in rig.store.find(schema.RECORDS, "run", run.id)
        for record in page.records
        if record.made
    )
    return (kept + marks) / run.counts.created


async def test_p16_what_is_remembered_for_an_undo_is_small() -> None:
    """A dozen bytes for an order of a new buyer; once, what a buyer who comes back was."""
    rig = Rig()
    mug = rig.shop.list_item("Mug", 900, sku="MUG")
    await rig.stocked()
    each_time = []
    for _ in range(3):
        rig.clock.advance(minutes=1)
        for number in range(100):
            buyer = a_buyer(f"B {number}", email=f"b{number}@x.org", buyer_id=f"{number}")
            rig.shop.sell(mug.remote_id, 1, buyer=buyer)
        _, orders = await batch(rig)
        each_time.append(remembered(rig, orders))

    first, second, third = each_time
    assert first == third == len(b',"made":true')
    assert second < 260
