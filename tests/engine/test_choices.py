"""Taking the last decision about links back, to the byte."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from rig import Rig
from tuisync.core.actions.creation import Edits, create_items, unconfirmed_variants
from tuisync.core.actions.items import add_item, adjust_stock
from tuisync.core.actions.links import (
    ignore_variant,
    link_exact,
    link_variant,
    unlink_variant,
)
from tuisync.core.actions.retention import forget_old_history
from tuisync.core.doctor.ledger import CHECKS
from tuisync.core.errors import Conflict, NotFound, UsageError
from tuisync.core.store import schema
from tuisync.core.undo.choices import KEPT_FOR, last_choice, take_back_choice
from tuisync.testing import a_variant


def dump(rig: Rig, *but: str) -> dict[str, list[bytes]]:
    """Return every document, encoded, but for the ledger's rows and those collections."""
    return {
        each.name: [msgspec.json.encode(document) for document in rig.store.all(each)]
        for each in schema.COLLECTIONS
        if each.name not in {"movements", *but}
    }


async def waiting(first_push: str = "auto") -> tuple[Rig, str]:
    """An item that sells already, and a listing of it nobody linked, with frozen orders."""
    rig = Rig(first_push=first_push)
    rig.shop.list_item("Mug", 10, sku="MUG")
    await rig.stocked()
    other = rig.shop.list_item("A mug, but another listing", 9)
    rig.shop.checkout({(other.remote_id, ""): 2, (next(iter(rig.shop.listings)), ""): 1})
    rig.shop.sell(other.remote_id, 3)
    await rig.sync()
    rig.clock.advance(minutes=1)
    return rig, f"fake:100:{other.remote_id}"


@pytest.mark.parametrize("first_push", ["auto", "review"])
async def test_p09_undo_of_a_link_restores_links_orders_and_stock_to_the_byte(
    first_push: str,
) -> None:
    rig, variant = await waiting(first_push)
    before = dump(rig)
    moves = rig.store.count(schema.MOVEMENTS)

    link_variant(rig.workspace, variant, "MUG")
    assert rig.stock("MUG") == (10, 6, 4)
    assert dump(rig) != before
    choice = take_back_choice(rig.workspace)

    assert choice.words == "“A mug, but another listing” was linked to MUG"
    assert dump(rig) == before
    assert rig.store.count(schema.MOVEMENTS) == moves


async def test_p09_undo_of_an_unlink_and_of_an_ignore() -> None:
    rig, variant = await waiting()
    before = dump(rig)
    ignore_variant(rig.workspace, variant)
    take_back_choice(rig.workspace)
    assert dump(rig) == before

    link_variant(rig.workspace, variant, "MUG")
    linked = dump(rig, "choices")
    unlink_variant(rig.workspace, variant)
    take_back_choice(rig.workspace)
    assert dump(rig, "choices") == linked


async def test_p09_decisions_are_taken_back_one_after_the_other() -> None:
    rig, variant = await waiting()
    add_item(rig.workspace, sku="CUP", name="Cup", stock=5)
    before = dump(rig)
    link_variant(rig.workspace, variant, "MUG")
    link_variant(rig.workspace, variant, "CUP", "open")
    unlink_variant(rig.workspace, variant)

    for _ in range(3):
        take_back_choice(rig.workspace)

    assert dump(rig) == before
    left = last_choice(rig.store, rig.workspace)
    assert left is not None
    assert left.words == "an item was made of “Mug”"


def test_there_may_be_nothing_to_take_back() -> None:
    with pytest.raises(NotFound):
        take_back_choice(Rig().workspace)


async def test_p09_undo_of_items_made_of_listings() -> None:
    rig, _ = await waiting()
    before = dump(rig)
    create_items(rig.workspace, unconfirmed_variants(rig.store))
    assert rig.store.count(schema.ITEMS) == 2

    take_back_choice(rig.workspace)

    assert dump(rig) == before
    assert sum(each.delta for each in rig.store.all(schema.MOVEMENTS)) == 10
    assert all(check(rig.store).ok for check in CHECKS)


async def test_p09_what_counts_on_it_stands_in_the_way() -> None:
    rig, variant = await waiting()
    link_variant(rig.workspace, variant, "MUG")
    order = next(o for o in rig.shop.orders.values() if len(o.lines) == 1)
    rig.shop.cancel(order.remote_id)
    await rig.sync("orders")
    before = dump(rig)

    with pytest.raises(Conflict, match="changed since"):
        take_back_choice(rig.workspace)

    assert dump(rig) == before


async def test_p09_an_order_that_came_while_it_was_unlinked_thaws_with_the_undo() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 10, sku="MUG").remote_id
    await rig.stocked()
    unlink_variant(rig.workspace, rig.link(mug).id)
    sold = rig.shop.sell(mug, 2)
    await rig.sync()
    assert rig.order(sold.remote_id).gate == "frozen"

    take_back_choice(rig.workspace)

    assert rig.order(sold.remote_id).gate == "ready"
    assert rig.stock("MUG") == (10, 2, 8)


async def test_p09_an_order_that_came_in_through_the_link_stands_in_the_way() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 10).remote_id
    add_item(rig.workspace, sku="CUP", name="Cup", stock=7)
    await rig.connected()
    rig.clock.advance(minutes=1)
    link_variant(rig.workspace, rig.link(mug).id, "CUP")
    await rig.work()
    rig.clock.advance(minutes=1)
    sold = rig.shop.sell(mug, 2)
    await rig.sync()

    with pytest.raises(Conflict, match=f"order {sold.number} counts on it since"):
        take_back_choice(rig.workspace)

    assert rig.stock("CUP") == (7, 2, 5)
    assert rig.link(mug).state == "linked"


async def test_p09_orders_that_counted_on_a_former_item_are_asked_about_again() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 10, sku="MUG").remote_id
    await rig.stocked()
    rig.shop.sell(mug, 2)
    await rig.sync()
    unlink_variant(rig.workspace, rig.link(mug).id)
    link_variant(rig.workspace, rig.link(mug).id, "MUG")

    take_back_choice(rig.workspace)

    assert rig.link(mug).former
    assert rig.stock("MUG") == (10, 2, 8)


@pytest.mark.parametrize("since", ["sale", "count", "listing"])
async def test_p09_an_item_that_is_counted_on_since_stays(since: str) -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 10, sku="MUG").remote_id
    await rig.stocked()
    match since:
        case "sale":
            rig.shop.sell(mug, 2)
            await rig.sync()
        case "count":
            adjust_stock(rig.workspace, "MUG", by=1, reason="found")
        case "listing":
            rig.shop.list_item("Mug, again", 10, sku="MUG")
            await rig.sync()

    with pytest.raises(Conflict, match="counts on it since"):
        take_back_choice(rig.workspace)

    assert rig.item("MUG").sku == "MUG"


async def test_p09_numbers_others_changed_meanwhile_keep_what_they_did() -> None:
    rig, variant = await waiting()
    link_variant(rig.workspace, variant, "MUG")
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")
    await rig.work()
    assert rig.stock("MUG") == (15, 6, 9)

    take_back_choice(rig.workspace)
    await rig.work()

    assert rig.stock("MUG") == (15, 1, 14)
    assert rig.shop.quantity(next(iter(rig.shop.listings))) == 14
    assert all(check(rig.store).ok for check in CHECKS)


async def test_a_decision_is_forgotten_after_a_day() -> None:
    rig, variant = await waiting()
    link_variant(rig.workspace, variant, "MUG")
    rig.clock.now += KEPT_FOR + timedelta(seconds=1)

    ignore = rig.shop.list_item("Vase", 1)
    await rig.sync("items")
    ignore_variant(rig.workspace, f"fake:100:{ignore.remote_id}")

    assert [each.words for each in rig.store.all(schema.CHOICES)] == ["“Vase” was ignored"]


async def test_a_decision_is_let_go_of_with_old_history() -> None:
    rig, variant = await waiting()
    link_variant(rig.workspace, variant, "MUG")
    forget_old_history(rig.workspace)
    assert last_choice(rig.store, rig.workspace) is not None

    rig.clock.now += KEPT_FOR + timedelta(seconds=1)
    assert last_choice(rig.store, rig.workspace) is None
    forget_old_history(rig.workspace)

    assert rig.store.count(schema.CHOICES) == 0


async def test_one_that_is_too_large_leaves_nothing_older_to_take_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig, variant = await waiting()
    ignore_variant(rig.workspace, variant)
    monkeypatch.setattr("tuisync.core.undo.choices._MOST", 1)

    link_variant(rig.workspace, variant, "MUG")

    assert last_choice(rig.store, rig.workspace) is None


async def test_what_changed_nothing_is_no_decision() -> None:
    rig, variant = await waiting()
    link_variant(rig.workspace, variant, "MUG")
    first = last_choice(rig.store, rig.workspace)

    link_variant(rig.workspace, variant, "MUG")

    assert last_choice(rig.store, rig.workspace) == first


async def test_p09_all_exact_ones_are_linked_by_one_decision() -> None:
    rig = Rig()
    for n in range(30):
        rig.shop.list_item(f"Thing {n}", 5, sku=f"sku-{n}")
        add_item(rig.workspace, sku=f"SKU-{n}", name=f"Other {n}", stock=5)
    twins = [a_variant(1, sku="sku-1", key="1=S"), a_variant(1, sku="sku-1", key="1=M")]
    rig.shop.list_item("Twins", variants=twins)
    await rig.connected()
    assert {link.state for link in rig.store.all(schema.LINKS)} == {"unconfirmed", "conflict"}
    before = dump(rig)

    done = link_exact(rig.workspace)

    assert len(done) == 30
    assert sorted(link.state for link in rig.store.all(schema.LINKS)) == (
        ["conflict"] * 2 + ["linked"] * 30
    )
    take_back_choice(rig.workspace)
    assert dump(rig) == before


async def test_p09_a_pair_that_was_unlinked_is_not_accepted_with_all() -> None:
    rig = Rig()
    add_item(rig.workspace, sku="MUG", name="Mug", stock=5)
    mug = rig.shop.list_item("Mug", 5)
    await rig.connected()
    variant = f"fake:100:{mug.remote_id}"
    unlink_variant(rig.workspace, variant)

    assert link_exact(rig.workspace) == []
    assert link_exact(rig.workspace, [variant]) == [variant]


async def test_x03_an_item_is_edited_before_it_is_confirmed() -> None:
    rig = Rig()
    mug = rig.shop.list_item("SALE!!! Blue mug, handmade", 5)
    other = rig.shop.list_item("Vase", 5)
    await rig.connected()
    variant = f"fake:100:{mug.remote_id}"

    (item,) = create_items(rig.workspace, [variant], Edits("MUG", "Blue mug", "9.90"))

    assert (item.sku, item.name, str(item.price)) == ("MUG", "Blue mug", "9.90 USD")
    assert (rig.link(mug.remote_id).item, item.on_hand) == (item.id, 5)
    two = [f"fake:100:{other.remote_id}", variant]
    with pytest.raises(UsageError):
        create_items(rig.workspace, two, Edits(name="Both"))
    with pytest.raises(UsageError):
        create_items(rig.workspace, two[:1], Edits(price="1.001"))
