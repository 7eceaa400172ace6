"""A link that was wrong: what becomes of the orders that count against the wrong item."""

from __future__ import annotations

import pytest

from rig import Rig
from tuisync.core.actions.items import add_item, adjust_stock, edit_item
from tuisync.core.actions.links import link_variant, unlink_variant
from tuisync.core.actions.orders import ship_order
from tuisync.core.actions.returns import return_order
from tuisync.core.doctor.ledger import CHECKS
from tuisync.core.errors import Conflict
from tuisync.core.models import variant_id
from tuisync.core.orders.repoint import Repoint
from tuisync.core.views.links import link_view

X = "fake:100:1001"


def sound(rig: Rig) -> bool:
    """Tell whether the ledger adds up."""
    return all(check(rig.store).ok for check in CHECKS)


async def wrong(**options: str) -> Rig:
    """A listing of ten sold as A by mistake; B is what it really is. Both have twenty."""
    rig = Rig(**options)  # type: ignore[arg-type]  # strings only
    add_item(rig.workspace, sku="A", name="Mug", stock=20)
    add_item(rig.workspace, sku="B", name="Cup", stock=20)
    assert variant_id("fake:100:" + rig.shop.list_item("Mug", 10).remote_id, "") == X
    await rig.connected()
    rig.clock.advance(minutes=1)
    return rig


async def sell(rig: Rig, quantity: int = 1) -> str:
    """Sell some, and let the order come in."""
    order = rig.shop.sell("1001", quantity)
    await rig.sync("orders")
    rig.clock.advance(minutes=1)
    return f"fake:100:{order.remote_id}"


@pytest.mark.parametrize(
    ("repoint", "a", "b"),
    [
        ("open", (18, 0, 18), (20, 3, 17)),
        ("all", (20, 0, 20), (18, 3, 15)),
        ("none", (18, 3, 15), (20, 0, 20)),
    ],
)
async def test_s23_orders_of_the_wrong_item_follow_by_decision(
    repoint: Repoint, a: tuple[int, int, int], b: tuple[int, int, int]
) -> None:
    rig = await wrong()
    sent = await sell(rig, 2)
    ship_order(rig.workspace, sent, carrier="dhl", tracking="1")
    await sell(rig, 3)
    assert rig.stock("A") == (18, 3, 15)

    view = link_variant(rig.workspace, X, "B", repoint)
    await rig.work()

    assert (view.item, view.basis, view.former) == ("B", "manual", ())
    assert (rig.stock("A"), rig.stock("B")) == (a, b)
    assert rig.shop.quantity("1001") == b[2]
    assert sound(rig)


async def test_s23_a_link_to_another_item_asks_what_becomes_of_its_orders() -> None:
    rig = await wrong()

    with pytest.raises(Conflict, match="linked to another item") as refused:
        link_variant(rig.workspace, X, "B")

    assert "--repoint open" in (refused.value.hint or "")
    assert link_view(rig.store, X).item == "A"


async def test_s23_unlink_rename_resync_links_the_right_item_and_lists_the_orders() -> None:
    rig = await wrong()
    await sell(rig, 3)
    unlink_variant(rig.workspace, X)
    meanwhile = await sell(rig, 2)
    assert rig.order(meanwhile.rpartition(":")[2]).gate == "frozen"

    edit_item(rig.workspace, "A", name="Old mug")
    edit_item(rig.workspace, "B", name="Mug")
    await rig.sync("items")

    view = link_view(rig.store, X)
    assert (view.item, view.basis, view.former) == ("B", "name", ("A",))
    assert (rig.stock("A"), rig.stock("B")) == ((20, 3, 17), (20, 2, 18))

    decided = link_variant(rig.workspace, X, "B", "open")

    assert decided.former == ()
    assert (rig.stock("A"), rig.stock("B")) == ((20, 0, 20), (20, 5, 15))
    assert sound(rig)


async def test_s23_an_unlink_without_orders_leaves_nothing_to_decide() -> None:
    rig = await wrong()

    assert unlink_variant(rig.workspace, X).former == ()


async def test_s23_going_back_to_the_same_item_leaves_nothing_to_decide() -> None:
    rig = await wrong()
    await sell(rig, 3)
    assert unlink_variant(rig.workspace, X).former == ("A",)

    assert link_variant(rig.workspace, X, "A").former == ()
    assert rig.stock("A") == (20, 3, 17)


async def test_s23_what_came_back_follows_to_where_it_is() -> None:
    rig = await wrong(warehouses=("Main", "Attic"))  # type: ignore[arg-type]
    order = await sell(rig, 4)
    ship_order(rig.workspace, order, carrier="dhl", tracking="1")
    return_order(rig.workspace, order, to="Attic", lines={"A": 1})

    link_variant(rig.workspace, X, "B", "all")

    places = {
        sku: {each.warehouse: each.on_hand for each in rig.item(sku).warehouses}
        for sku in ("A", "B")
    }
    assert places == {"A": {"Main": 20, "Attic": 0}, "B": {"Main": 16, "Attic": 1}}
    assert sound(rig)


async def test_s23_a_part_that_was_sent_follows_with_the_rest() -> None:
    rig = await wrong()
    order = await sell(rig, 5)
    ship_order(rig.workspace, order, carrier="dhl", tracking="1", lines={"A": 2})
    assert rig.stock("A") == (18, 3, 15)

    link_variant(rig.workspace, X, "B", "open")
    assert (rig.stock("A"), rig.stock("B")) == ((20, 0, 20), (18, 3, 15))

    ship_order(rig.workspace, order, carrier="dhl", tracking="2")
    assert rig.stock("B") == (15, 0, 15)
    assert sound(rig)


async def test_s23_another_line_of_the_wrong_item_stays_where_it_is() -> None:
    rig = await wrong()
    other = rig.shop.list_item("Mug again", 10)
    await rig.sync("items")
    link_variant(rig.workspace, f"fake:100:{other.remote_id}", "A")
    remote = rig.shop.checkout({("1001", ""): 2, (other.remote_id, ""): 3})
    await rig.sync("orders")
    ship_order(rig.workspace, f"fake:100:{remote.remote_id}", carrier="dhl", tracking="1")
    assert rig.stock("A") == (15, 0, 15)

    link_variant(rig.workspace, X, "B", "all")

    assert (rig.stock("A"), rig.stock("B")) == ((17, 0, 17), (18, 0, 18))
    assert sound(rig)


async def test_a_new_link_waits_for_the_plan() -> None:
    rig = await wrong(first_push="review")
    await sell(rig, 3)
    for entry in rig.outbox():
        assert rig.outbox()[entry] in {"held", "superseded"}

    link_variant(rig.workspace, X, "B", "open")

    assert rig.outbox() == {f"stock:{X}": "held"}


async def _sent_while_apart(rig: Rig) -> str:
    """Unlink a mug, let two be sold, read and sent there, and return the variant."""
    mug = rig.shop.list_item("Mug", 10, sku="MUG").remote_id
    await rig.stocked()
    variant = rig.link(mug).id
    unlink_variant(rig.workspace, variant)
    rig.clock.advance(minutes=1)
    sold = rig.shop.sell(mug, 2)
    rig.clock.advance(seconds=1)
    await rig.sync()
    assert rig.order(sold.remote_id).gate == "frozen"
    rig.shop.ship(sold.remote_id, "ups", "1")
    await rig.sync()
    rig.clock.advance(minutes=1)
    return variant


async def test_s23_what_left_while_it_was_unlinked_is_taken_from_the_item_it_is_linked_to() -> None:
    rig = Rig()
    variant = await _sent_while_apart(rig)

    link_variant(rig.workspace, variant, "MUG")
    for _ in range(2):
        rig.clock.advance(minutes=11)
        await rig.sync()

    assert rig.stock("MUG") == (8, 0, 8)
    assert rig.shop.quantity(variant.rpartition(":")[2]) == 8


@pytest.mark.parametrize("counted", ["adjusted", "added"])
async def test_s23_an_item_counted_since_lost_them_already(counted: str) -> None:
    rig = Rig()
    variant = await _sent_while_apart(rig)
    if counted == "added":
        add_item(rig.workspace, sku="CUP", name="Cup", stock=8)
    else:
        adjust_stock(rig.workspace, "MUG", to=8, reason="counted")

    link_variant(rig.workspace, variant, "CUP" if counted == "added" else "MUG")

    assert rig.stock("CUP" if counted == "added" else "MUG") == (8, 0, 8)
