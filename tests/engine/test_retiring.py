"""An item that is done with goes out of use, keeps its story, and can be brought back."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from rig import Rig
from tuisync.core.actions.creation import create_items, unconfirmed_variants
from tuisync.core.actions.decisions import map_line
from tuisync.core.actions.items import add_item, adjust_stock, edit_item, transfer_stock
from tuisync.core.actions.links import link_exact, link_variant, unlink_variant
from tuisync.core.actions.orders import ship_order
from tuisync.core.actions.plans import make_plan
from tuisync.core.actions.retiring import retire_item, revive_item
from tuisync.core.actions.returns import return_order
from tuisync.core.actions.stock_undo import take_back_stock
from tuisync.core.actions.warehouses import deactivate_warehouse
from tuisync.core.doctor.ledger import CHECKS
from tuisync.core.errors import Conflict
from tuisync.core.sheets.items import import_items
from tuisync.core.sheets.links import import_links
from tuisync.core.store import schema
from tuisync.core.undo.choices import take_back_choice
from tuisync.core.views.items import item_views, retired_views
from tuisync.core.views.links import link_view
from tuisync.core.views.orders import order_view
from tuisync.core.views.status import status_view
from tuisync.core.views.why import why_view


async def sold_out() -> tuple[Rig, str]:
    """A mug that was sold, sent and taken off its listing; nothing of it is left."""
    rig = Rig()
    rig.shop.list_item("Mug", 3, sku="MUG")
    await rig.stocked()
    listing = next(iter(rig.shop.listings))
    order = rig.shop.sell(listing, 2)
    await rig.sync()
    ship_order(rig.workspace, f"fake:100:{order.remote_id}", carrier="ups", tracking="T1")
    adjust_stock(rig.workspace, "MUG", to=0, reason="no more")
    unlink_variant(rig.workspace, f"fake:100:{listing}")
    rig.clock.advance(minutes=1)
    return rig, listing


def well(rig: Rig) -> bool:
    """Tell whether the doctor finds nothing."""
    return all(check(rig.store).ok for check in CHECKS)


async def test_a_retired_item_is_in_no_list_and_keeps_its_story() -> None:
    rig, _ = await sold_out()

    view = retire_item(rig.workspace, "MUG")

    assert view.retired_at == rig.clock()
    assert item_views(rig.store) == []
    assert [each.sku for each in retired_views(rig.store)] == ["MUG"]
    assert status_view(rig.store, rig.clock()).store.items == 0
    assert [each.delta for each in why_view(rig.workspace, "MUG").movements] == [3, -2, -1]
    (order,) = rig.store.all(schema.ORDERS)
    assert order_view(rig.store, order.id).lines[0].item == "MUG"
    assert [each.kind for each in make_plan(rig.workspace).changes] == ["shipment"]
    assert well(rig)


async def test_what_an_item_is_still_part_of_is_to_be_ended_first() -> None:
    rig = Rig(warehouses=("P", "Q"))
    listed = rig.shop.list_item("Mug", 3, sku="MUG").remote_id
    await rig.stocked()
    transfer_stock(rig.workspace, "MUG", source="P", target="Q", by=1)
    order = f"fake:100:{rig.shop.sell(listed).remote_id}"
    await rig.sync()

    with pytest.raises(Conflict, match="MUG is linked to a listing: unlink that first") as linked:
        retire_item(rig.workspace, "MUG")
    assert linked.value.hint == f"`tuisync unlink 'fake:100:{listed}'` takes “Mug” off it."
    unlink_variant(rig.workspace, f"fake:100:{listed}")

    with pytest.raises(Conflict, match=r"1 of MUG wait in order \S+: ship that first") as waits:
        retire_item(rig.workspace, "MUG")
    assert f"`tuisync ship '{order}'`" in waits.value.hint
    ship_order(rig.workspace, order, carrier="ups", tracking="T1")

    with pytest.raises(Conflict, match="1 of MUG in P: adjust that to 0 first"):
        retire_item(rig.workspace, "MUG")
    adjust_stock(rig.workspace, "MUG", to=0, warehouse="P", reason="gone")
    with pytest.raises(Conflict, match="1 of MUG in Q: adjust that to 0 first"):
        retire_item(rig.workspace, "MUG")
    adjust_stock(rig.workspace, "MUG", to=0, warehouse="Q", reason="gone")

    retire_item(rig.workspace, "MUG")
    with pytest.raises(Conflict, match="MUG is retired"):
        retire_item(rig.workspace, "MUG")


async def test_what_is_left_in_a_warehouse_out_of_use_can_be_counted_to_nothing() -> None:
    rig = Rig(warehouses=("P", "Q"))
    add_item(rig.workspace, sku="MUG", name="Mug", stock=2)
    transfer_stock(rig.workspace, "MUG", source="P", target="Q", by=2)
    deactivate_warehouse(rig.workspace, "Q")
    with pytest.raises(Conflict, match="2 of MUG in Q"):
        retire_item(rig.workspace, "MUG")
    with pytest.raises(Conflict, match="Q is not active any more"):
        adjust_stock(rig.workspace, "MUG", to=1, warehouse="Q", reason="counted")

    adjust_stock(rig.workspace, "MUG", to=0, warehouse="Q", reason="given away")

    assert retire_item(rig.workspace, "MUG").on_hand == 0


async def test_units_that_are_missing_in_one_place_and_too_many_in_another_are_told() -> None:
    rig = Rig(warehouses=("P", "Q"))
    listed = rig.shop.list_item("Mug", 1, sku="MUG").remote_id
    await rig.stocked()
    order = rig.shop.sell(listed)
    await rig.sync()
    transfer_stock(rig.workspace, "MUG", source="P", target="Q", by=1)
    ship_order(rig.workspace, f"fake:100:{order.remote_id}", carrier="ups", tracking="T1")
    unlink_variant(rig.workspace, f"fake:100:{listed}")
    assert rig.stock("MUG")[0] == 0

    with pytest.raises(Conflict, match="-1 of MUG in P"):
        retire_item(rig.workspace, "MUG")


async def test_nothing_can_be_done_with_a_retired_item_until_it_is_revived(tmp_path: Path) -> None:
    rig, listing = await sold_out()
    rig.shop.sell(listing)
    await rig.sync()
    retire_item(rig.workspace, "MUG")
    frozen = next(each for each in rig.store.all(schema.ORDERS) if each.gate == "frozen")
    attempts = (
        lambda: adjust_stock(rig.workspace, "MUG", to=3, reason="found"),
        lambda: transfer_stock(rig.workspace, "MUG", source="Main", target="Main", by=1),
        lambda: take_back_stock(rig.workspace, "MUG"),
        lambda: edit_item(rig.workspace, "MUG", name="Cup"),
        lambda: link_variant(rig.workspace, f"fake:100:{listing}", "MUG"),
        lambda: map_line(rig.workspace, frozen.id, frozen.lines[0].id, "MUG"),
        lambda: add_item(rig.workspace, sku="MUG", name="Another mug"),
        lambda: create_items(rig.workspace, [f"fake:100:{listing}"]),
    )
    for attempt in attempts:
        with pytest.raises(Conflict, match="MUG is retired") as refused:
            attempt()
        assert refused.value.hint == "`tuisync items revive 'MUG'` brings it back."
    assert unconfirmed_variants(rig.store) == [], "made of all listings, it would stop the others"

    sheet = tmp_path / "items.csv"
    sheet.write_text("sku,name,on_hand\nMUG,Mug,4\nNEW,New,1\n")
    told = import_items(rig.workspace, sheet, apply=True)
    assert (told.created, [each.line for each in told.errors]) == (1, [2])
    assert told.errors[0].message == "MUG is retired. `tuisync items revive 'MUG'` brings it back."
    sheet.write_text(f"variant,item\nfake:100:{listing},MUG\n")
    assert "is retired" in import_links(rig.workspace, sheet).errors[0].message

    assert revive_item(rig.workspace, "MUG").retired_at is None
    with pytest.raises(Conflict, match="MUG is in use"):
        revive_item(rig.workspace, "MUG")
    adjust_stock(rig.workspace, "MUG", to=3, reason="found")
    assert rig.stock("MUG")[0] == 3


async def test_a_retired_item_is_matched_to_no_listing_and_its_new_orders_freeze() -> None:
    rig, _ = await sold_out()
    retire_item(rig.workspace, "MUG")

    by_sku = rig.shop.list_item("Something else", 4, sku="MUG").remote_id
    by_name = rig.shop.list_item("Mug", 4).remote_id
    sold = rig.shop.sell(by_sku).remote_id
    await rig.sync()

    for each in (by_sku, by_name):
        assert rig.link(each).state == "unconfirmed"
        assert link_view(rig.store, f"fake:100:{each}").candidates == ()
    assert rig.order(sold).gate == "frozen"
    assert link_exact(rig.workspace) == []
    assert rig.stock("MUG") == (0, 0, 0)

    rig.clock.advance(minutes=1)
    revive_item(rig.workspace, "MUG")

    assert rig.link(by_sku).item == rig.link(by_name).item == rig.item("MUG").id
    assert rig.order(sold).gate == "ready"
    assert rig.stock("MUG") == (0, 1, -1)
    assert well(rig)


async def test_the_item_that_is_left_of_two_that_fitted_a_listing_is_linked() -> None:
    rig = Rig()
    add_item(rig.workspace, sku="MUG-1", name="Mug")
    add_item(rig.workspace, sku="MUG-2", name="Mug")
    listed = rig.shop.list_item("Mug", 0).remote_id
    await rig.connected()
    assert rig.link(listed).state == "conflict"

    retire_item(rig.workspace, "MUG-2")

    assert rig.link(listed).item == rig.item("MUG-1").id


async def test_goods_that_come_back_bring_a_retired_item_back() -> None:
    rig, _ = await sold_out()
    retire_item(rig.workspace, "MUG")
    (order,) = rig.store.all(schema.ORDERS)

    return_order(rig.workspace, order.id, to="Main")

    assert rig.item("MUG").retired_at is None
    assert rig.stock("MUG") == (2, 0, 2)
    assert well(rig)


async def test_an_order_the_shop_takes_up_again_brings_its_retired_item_back() -> None:
    rig = Rig()
    listed = rig.shop.list_item("Mug", 2, sku="MUG").remote_id
    await rig.stocked()
    order = rig.shop.sell(listed).remote_id
    await rig.sync()
    rig.shop.cancel(order)
    await rig.sync()
    unlink_variant(rig.workspace, f"fake:100:{listed}")
    adjust_stock(rig.workspace, "MUG", to=0, reason="no more")
    retire_item(rig.workspace, "MUG")
    assert well(rig)

    rig.shop.orders[order] = msgspec.structs.replace(rig.shop.orders[order], cancelled=False)
    rig.shop.touch(order)
    rig.clock.advance(minutes=1)
    await rig.sync("orders")

    assert rig.stock("MUG") == (0, 1, -1)
    assert rig.item("MUG").retired_at is None, "units of it are promised: it must be seen"
    assert well(rig)


async def test_a_decision_is_not_taken_back_onto_a_retired_item() -> None:
    rig, listing = await sold_out()
    retire_item(rig.workspace, "MUG")

    with pytest.raises(Conflict, match="MUG was retired since") as refused:
        take_back_choice(rig.workspace)
    assert refused.value.hint == "`tuisync items revive 'MUG'` brings it back."
    assert well(rig)

    revive_item(rig.workspace, "MUG")
    take_back_choice(rig.workspace)
    assert rig.link(listing).item == rig.item("MUG").id
    assert well(rig)


async def test_orders_are_not_counted_back_onto_a_retired_item() -> None:
    rig = Rig()
    listed = rig.shop.list_item("Mug", 3, sku="MUG").remote_id
    await rig.stocked()
    add_item(rig.workspace, sku="CUP", name="Cup", stock=3)
    rig.shop.sell(listed)
    await rig.sync()
    unlink_variant(rig.workspace, f"fake:100:{listed}")
    link_variant(rig.workspace, f"fake:100:{listed}", "CUP", "open")
    adjust_stock(rig.workspace, "MUG", to=0, reason="no more")
    retire_item(rig.workspace, "MUG")

    with pytest.raises(Conflict, match="MUG was retired since"):
        take_back_choice(rig.workspace)
    assert well(rig)
