"""Drift: what changed where, what is asked, and what each answer does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mug_shops import a_mug_shop
from rig import Rig
from tuisync.core.actions.drift import keep_ours, leave_difference, take_theirs
from tuisync.core.actions.integrations import configure_integration
from tuisync.core.actions.items import add_item, adjust_stock
from tuisync.core.actions.plans import make_plan
from tuisync.core.actions.syncs import request_sync
from tuisync.core.applying import apply_plan, push_owed
from tuisync.core.errors import Conflict, NotFound
from tuisync.core.models import Movement
from tuisync.core.remote import Capabilities
from tuisync.core.store import schema
from tuisync.core.views.drift import drift_views
from tuisync.core.workspace import Workspace
from tuisync.testing import FakeMarketplace, ManualClock, a_variant


async def _shop(
    quantity: int = 10, *, first_push: str = "auto", drift: str = "ask", **more: object
) -> tuple[Rig, str]:
    rig, mug = await a_mug_shop(quantity, first_push=first_push, **more)
    configure_integration(rig.workspace, "fake", {"drift": drift})
    return rig, mug


def _rows(rig: Rig) -> list[tuple[str, int, int | None, int]]:
    return [(r.kind, r.ours, r.confirmed, r.shop) for r in drift_views(rig.workspace)]


def _adjustments(rig: Rig) -> list[Movement]:
    return [each for each in rig.store.all(schema.MOVEMENTS) if each.kind == "adjust"]


async def _read(rig: Rig) -> None:
    """Read both modules, sending nothing."""
    rig.clock.advance(minutes=1)
    request_sync(rig.workspace, ["items", "orders"])
    await rig.work(drains=False)


# What is drift


async def test_p15_each_side_is_told_apart() -> None:
    rig, mug = await _shop()
    assert _rows(rig) == []

    adjust_stock(rig.workspace, "MUG", by=2, reason="found")
    assert _rows(rig) == [("here", 12, 10, 10)]
    rig.shop.set_quantity(mug, 14)
    await _read(rig)
    assert _rows(rig) == [("both", 12, 10, 14)]
    adjust_stock(rig.workspace, "MUG", by=-2, reason="lost again")
    assert _rows(rig) == [("there", 10, 10, 14)]
    adjust_stock(rig.workspace, "MUG", by=4, reason="the shop was right")
    assert _rows(rig) == []
    adjust_stock(rig.workspace, "MUG", by=1, reason="one more")
    assert _rows(rig) == [("here", 15, 14, 14)], "both stood level at 14"


async def test_p15_sales_are_no_drift_however_late_they_are_told() -> None:
    rig, mug = await _shop()
    rig.shop.sell(mug, 2)
    rig.clock.advance(minutes=1)
    await _read(rig)
    assert _rows(rig) == []

    rig.shop.set_quantity(mug, 9)
    rig.shop.sell(mug, 1, visible_at=rig.clock.now)
    await _read(rig)
    assert _rows(rig) == [("there", 7, 7, 8)]


async def test_a_confirmed_push_is_where_both_are_level() -> None:
    rig, mug = await _shop(drift="correct")
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")
    await rig.work()
    rig.shop.set_quantity(mug, 20)
    await _read(rig)

    assert _rows(rig) == [("there", 15, 15, 20)]


async def test_a_shop_that_is_off_does_not_drift() -> None:
    rig, _ = await _shop()
    configure_integration(rig.workspace, "fake", {"stock_sync": "off"})
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")

    assert _rows(rig) == []


# Asking


@pytest.mark.parametrize("how", ["engine", "push"])
async def test_ask_writes_nothing_before_the_answer(how: str) -> None:
    rig, mug = await _shop()
    rig.shop.set_quantity(mug, 14)
    await rig.sync()
    if how == "push":
        report = await push_owed(rig.workspace, rig.wait)
        assert [each.sku for each in report.held] == ["MUG"]
        assert report.applied == report.failed == report.stale == []
    else:
        for _ in range(3):
            rig.clock.advance(hours=4)
            await rig.sync()

    assert rig.fake.calls_of("push_stock") == []
    assert rig.shop.quantity(mug) == 14
    assert _rows(rig) == [("there", 10, 10, 14)]


async def test_ask_does_not_let_a_change_of_ours_overwrite_theirs() -> None:
    rig, mug = await _shop()
    rig.shop.set_quantity(mug, 14)
    await rig.sync()
    adjust_stock(rig.workspace, "MUG", by=-3, reason="broken")

    report = await push_owed(rig.workspace, rig.wait)
    await rig.work()

    assert [each.reason for each in report.held] == ["the number was changed here and at the shop"]
    assert rig.fake.calls_of("push_stock") == []
    assert _rows(rig) == [("both", 7, 10, 14)]


async def test_ask_holds_one_variant_and_not_its_siblings() -> None:
    rig = Rig()
    sizes = [a_variant(5, sku=size, options={"Size": size}) for size in "SM"]
    tee = rig.shop.list_item("Tee", variants=sizes).remote_id
    await rig.stocked()
    configure_integration(rig.workspace, "fake", {"drift": "ask"})
    rig.shop.set_quantity(tee, 9, "Size=S")
    await rig.sync()

    adjust_stock(rig.workspace, "M", by=2, reason="found")
    await rig.work()

    assert [rig.shop.quantity(tee, f"Size={size}") for size in "SM"] == [9, 7]
    assert rig.entry(tee).state == "applied"
    adjust_stock(rig.workspace, "M", by=1, reason="found")
    await rig.work()
    assert rig.shop.quantity(tee, "Size=M") == 8


async def test_ask_is_kept_when_the_number_moves_while_it_is_sent() -> None:
    rig, mug = await _shop()
    adjust_stock(rig.workspace, "MUG", by=2, reason="found")
    rig.shop.set_quantity(mug, 14)

    await rig.work()

    assert rig.shop.quantity(mug) == 14
    assert _rows(rig) == [("both", 12, 10, 14)]
    assert rig.entry(mug).state == "superseded"
    assert rig.entry(mug).reason == "The number was changed at the shop; it waits for your answer."


async def test_a_plan_with_the_drift_in_it_is_consent() -> None:
    rig, mug = await _shop()
    rig.shop.set_quantity(mug, 14)
    await rig.sync()
    [change] = make_plan(rig.workspace).changes
    assert (change.old, change.new, change.held, change.drift) == (14, 10, True, "there")

    report = await apply_plan(rig.workspace, rig.wait)

    assert [each.new for each in report.applied] == [10]
    assert rig.shop.quantity(mug) == 10
    assert _rows(rig) == []


async def test_correct_puts_it_right_by_itself() -> None:
    rig, mug = await _shop(drift="correct")
    rig.shop.set_quantity(mug, 14)
    await rig.sync()

    assert rig.shop.quantity(mug) == 10
    assert _rows(rig) == []


async def test_switching_to_ask_and_back_counts_from_then_on() -> None:
    rig, mug = await _shop()
    rig.shop.set_quantity(mug, 14)
    await rig.sync()
    assert rig.store.count(schema.LINKS, "asks", rig.integration().id) == 1

    configure_integration(rig.workspace, "fake", {"drift": "correct"})
    assert rig.store.count(schema.LINKS, "asks", rig.integration().id) == 0
    await rig.work()

    assert rig.shop.quantity(mug) == 10


async def _paused(drift: str) -> tuple[Rig, str]:
    fake = FakeMarketplace(clock=ManualClock(), capabilities=Capabilities(zero_stock=False))
    rig, mug = await _shop(drift=drift, fake=fake)
    adjust_stock(rig.workspace, "MUG", to=0, reason="gone")
    await rig.work()
    assert rig.shop.listings[mug].state == "inactive"
    rig.clock.advance(minutes=1)
    rig.shop.edit_listing(mug, state="active")
    return rig, mug


async def test_e4_reactivated_is_shown_and_asked_about() -> None:
    rig, mug = await _paused("ask")
    await rig.sync()

    assert _rows(rig) == [("reactivated", 0, 0, 10)]
    assert rig.shop.listings[mug].state == "active"
    keep_ours(rig.workspace, rig.link(mug).id)
    await rig.work()
    assert rig.shop.listings[mug].state == "inactive"
    assert _rows(rig) == []


async def test_e4_reactivated_is_put_right_by_correct() -> None:
    rig, mug = await _paused("correct")
    await _read(rig)
    assert _rows(rig) == [("reactivated", 0, 0, 10)]

    await rig.work()

    assert rig.shop.listings[mug].state == "inactive"
    assert _rows(rig) == []


# Answers


async def test_p15_keep_sends_ours_although_it_is_to_be_asked() -> None:
    rig, mug = await _shop()
    rig.shop.set_quantity(mug, 7)
    await rig.sync()

    answered = keep_ours(rig.workspace, rig.link(mug).id)
    await rig.work()

    assert (answered.kind, answered.ours, answered.shop) == ("there", 10, 7)
    assert rig.shop.quantity(mug) == 10
    assert _rows(rig) == []
    assert _adjustments(rig) == []


async def test_p15_keep_sends_ours_although_it_is_held_and_nothing_else() -> None:
    rig = Rig(first_push="review")
    sizes = [a_variant(5, sku=size, options={"Size": size}) for size in "SM"]
    tee = rig.shop.list_item("Tee", variants=sizes).remote_id
    await rig.stocked()
    configure_integration(rig.workspace, "fake", {"buffer": "1"})
    assert rig.entry(tee).state == "held"

    keep_ours(rig.workspace, rig.link(tee, "Size=S").id)
    await rig.work()

    assert [rig.shop.quantity(tee, f"Size={size}") for size in "SM"] == [4, 5]
    assert rig.entry(tee).state == "held"


async def test_p15_take_is_an_adjustment_with_its_reason() -> None:
    rig, mug = await _shop()
    rig.shop.sell(mug, 2)
    rig.shop.set_quantity(mug, 12)
    await rig.sync()
    assert (rig.stock("MUG"), _rows(rig)) == ((10, 2, 8), [("there", 8, 8, 12)])

    take_theirs(rig.workspace, rig.link(mug).id)
    await rig.work()

    assert rig.stock("MUG") == (14, 2, 12), "what is sold and not shipped stays on the shelf"
    [movement] = _adjustments(rig)
    assert (movement.delta, movement.cause) == (4, "fake showed 12, and that was taken as right")
    assert _rows(rig) == []
    assert rig.fake.calls_of("push_stock") == []


async def test_p15_take_goes_through_the_rules_into_the_mapped_warehouse() -> None:
    rig, mug = await _shop(warehouses=("P", "Q"))
    adjust_stock(rig.workspace, "MUG", to=3, warehouse="Q", reason="counted")
    settings = {"warehouse": "Q", "buffer": "1", "max": "20"}
    configure_integration(rig.workspace, "fake", settings)
    await rig.work()
    assert rig.shop.quantity(mug) == 2
    rig.shop.set_quantity(mug, 6)
    await rig.sync()

    take_theirs(rig.workspace, rig.link(mug).id)

    stock = {each.warehouse: each.on_hand for each in rig.item("MUG").warehouses}
    assert stock == {"P": 10, "Q": 7}
    assert _rows(rig) == []


async def test_p15_take_refuses_what_the_rules_never_give() -> None:
    rig, mug = await _shop()
    configure_integration(rig.workspace, "fake", {"max": "8"})
    await rig.work()
    rig.shop.set_quantity(mug, 25)
    await rig.sync()

    with pytest.raises(Conflict, match="no count of units makes the shop show 25"):
        take_theirs(rig.workspace, rig.link(mug).id)

    assert (rig.stock("MUG"), _rows(rig)) == ((10, 0, 10), [("there", 8, 8, 25)])


async def test_p15_take_lowers_where_there_is_something_to_take_away() -> None:
    rig, mug = await _shop(1, warehouses=("P", "Q"))
    adjust_stock(rig.workspace, "MUG", by=8, warehouse="Q", reason="counted")
    await rig.work()
    rig.shop.set_quantity(mug, 4)
    await rig.sync()

    take_theirs(rig.workspace, rig.link(mug).id)

    stock = {each.warehouse: each.on_hand for each in rig.item("MUG").warehouses}
    assert stock == {"P": 1, "Q": 3}


async def test_p15_take_owes_the_other_shops_the_new_number() -> None:
    rig, mug = await _shop()
    other = rig.shop.list_item("The same mug", 10, sku="MUG").remote_id
    await rig.sync()
    rig.shop.set_quantity(mug, 4)
    await rig.sync()

    take_theirs(rig.workspace, rig.link(mug).id)
    await rig.work()

    assert (rig.shop.quantity(mug), rig.shop.quantity(other)) == (4, 4)
    assert rig.stock("MUG") == (4, 0, 4)


async def test_p15_ignore_is_remembered_until_a_number_changes() -> None:
    rig, mug = await _shop(drift="correct")
    rig.shop.set_quantity(mug, 14)
    await _read(rig)
    leave_difference(rig.workspace, rig.link(mug).id)

    await rig.sync()
    assert (_rows(rig), make_plan(rig.workspace).changes) == ([], [])
    await push_owed(rig.workspace, rig.wait)
    assert rig.fake.calls_of("push_stock") == []
    assert rig.entry(mug).reason == "You chose to leave the difference as it is."

    rig.shop.set_quantity(mug, 15)
    await _read(rig)
    assert _rows(rig) == [("there", 10, 10, 15)]
    await rig.work()
    assert rig.shop.quantity(mug) == 10


@pytest.mark.parametrize(("answer", "stock"), [(keep_ours, 10), (take_theirs, 6)])
async def test_p15_what_was_ignored_can_be_answered_otherwise(
    answer: Callable[[Workspace, str], object], stock: int
) -> None:
    rig, mug = await _shop()
    rig.shop.set_quantity(mug, 6)
    await _read(rig)
    leave_difference(rig.workspace, f"fake:100:{mug}")
    assert _rows(rig) == []

    answer(rig.workspace, f"fake:100:{mug}")
    await rig.work()

    assert (rig.shop.quantity(mug), rig.stock("MUG")[0]) == (stock, stock)


async def test_what_was_ignored_once_is_shown_when_it_comes_back() -> None:
    rig, mug = await _shop()
    adjust_stock(rig.workspace, "MUG", by=2, reason="found")
    leave_difference(rig.workspace, rig.link(mug).id)
    adjust_stock(rig.workspace, "MUG", by=1, reason="found")
    adjust_stock(rig.workspace, "MUG", by=-1, reason="lost")

    assert _rows(rig) == [("here", 12, 10, 10)]


async def test_where_there_is_no_difference_there_is_nothing_to_answer() -> None:
    rig, mug = await _shop()

    for answer in (keep_ours, take_theirs, leave_difference):
        with pytest.raises(NotFound, match="no difference"):
            answer(rig.workspace, rig.link(mug).id)
    with pytest.raises(NotFound):
        keep_ours(rig.workspace, "fake:100:nothing")


async def test_a_linked_listing_with_another_number_is_a_change_of_ours() -> None:
    rig = Rig(first_push="review")
    add_item(rig.workspace, sku="MUG", name="Mug", stock=20)
    rig.shop.list_item("Mug", 10, sku="MUG")
    await rig.connected()

    assert _rows(rig) == [("here", 20, 10, 10)]
