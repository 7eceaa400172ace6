"""Listings that are gone at the shop, or were rebuilt there, and the one way out of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from rig import Rig
from tuisync.core.actions.creation import create_items
from tuisync.core.actions.items import add_item, adjust_stock
from tuisync.core.actions.links import ignore_variant, let_go, link_variant, unlink_variant
from tuisync.core.errors import Conflict, ShapeChanged
from tuisync.core.models import Link, LinkState
from tuisync.core.sheets.links import import_links
from tuisync.core.store import schema
from tuisync.core.undo.choices import take_back_choice
from tuisync.core.views.inbox import inbox_views
from tuisync.core.views.items import item_view
from tuisync.core.views.links import link_view
from tuisync.core.views.objects import InboxView
from tuisync.testing import a_listing, a_variant

SIZES = [a_variant(n, options={"Size": size}) for n, size in ((2, "S"), (3, "M"))]


async def _mug_gone() -> tuple[Rig, Link]:
    """A mug that was linked and that its shop deleted."""
    rig = Rig(first_push="review")
    mug = rig.shop.list_item("Mug", 5, sku="MUG")
    await rig.stocked()
    rig.shop.remove_listing(mug.remote_id)
    await rig.sync("items")
    return rig, rig.link(mug.remote_id)


def _mapping_rows(rig: Rig) -> list[InboxView]:
    return [row for row in inbox_views(rig.store, rig.clock()) if row.kind == "mapping"]


def _rows(rig: Rig) -> list[InboxView]:
    return inbox_views(rig.store, rig.clock())


async def test_what_is_gone_is_named_so_and_can_be_let_go() -> None:
    rig, link = await _mug_gone()

    (row,) = _rows(rig)
    assert row.message == "It is gone from the shop."
    assert (row.fix.does, row.fix.ids) == ("let_go", [link.id])
    assert f"tuisync links let-go {link.id}" in row.hint
    view = link_view(rig.store, link.id)
    assert (view.state, view.gone, view.quantity) == ("broken", True, 0)


async def test_no_item_can_be_put_behind_what_is_gone(tmp_path: Path) -> None:
    rig, link = await _mug_gone()
    add_item(rig.workspace, sku="CUP", name="Cup")
    sheet = tmp_path / "links.csv"
    sheet.write_text(f"variant,item\n{link.id},CUP\n", "utf-8")

    for refused in (
        lambda: link_variant(rig.workspace, link.id, "MUG"),
        lambda: link_variant(rig.workspace, link.id, "CUP", "open"),
        lambda: create_items(rig.workspace, [link.id]),
        lambda: ignore_variant(rig.workspace, link.id),
    ):
        with pytest.raises(Conflict, match="gone from the shop") as caught:
            refused()
        assert f"tuisync links let-go {link.id}" in caught.value.hint
    for apply in (False, True):
        (error,) = import_links(rig.workspace, sheet, apply=apply).errors
        assert "gone from the shop" in error.message

    view = link_view(rig.store, link.id)
    assert (view.state, view.item) == ("broken", "MUG")


async def test_taking_its_link_apart_does_not_ask_for_another_item() -> None:
    rig, link = await _mug_gone()

    assert unlink_variant(rig.workspace, link.id).state == "broken"

    assert [row.fix.does for row in _rows(rig)] == ["let_go"]
    let_go(rig.workspace, [link.id])
    assert _rows(rig) == []


async def test_letting_go_ends_the_row_and_every_number() -> None:
    rig, link = await _mug_gone()

    (view,) = let_go(rig.workspace, [link.id])

    assert (view.state, view.item, view.quantity) == ("ignored", None, 0)
    assert _rows(rig) == []
    assert item_view(rig.store, "MUG").listings == ()
    adjust_stock(rig.workspace, "MUG", by=3, reason="found")
    await rig.sync()
    assert _rows(rig) == []
    assert rig.fake.calls_of("push_stock") == []


async def test_orders_stay_with_the_item_and_nothing_is_asked_about_them() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 5, sku="MUG")
    await rig.stocked()
    rig.shop.sell(mug.remote_id, 2)
    await rig.sync()
    rig.shop.remove_listing(mug.remote_id)
    await rig.sync("items")

    let_go(rig.workspace, [rig.link(mug.remote_id).id])

    assert rig.stock("MUG") == (5, 2, 3)
    assert _rows(rig) == []


async def test_one_that_comes_back_is_found_and_the_pair_is_not_linked_by_itself() -> None:
    rig, link = await _mug_gone()
    kept = link_view(rig.store, link.id)
    let_go(rig.workspace, [link.id])

    rig.shop.list_item("Another", 1)
    await rig.sync("items")
    assert rig.link(kept.listing_id).state == "ignored"
    rig.shop.put_listing(a_listing("Mug", 5, remote_id=kept.listing_id, sku="MUG"))
    await rig.sync("items")

    found = rig.link(kept.listing_id)
    assert (found.state, found.item, found.let_go) == ("unconfirmed", None, False)
    assert link_variant(rig.workspace, link.id, "MUG").state == "linked"


async def test_one_that_comes_back_may_be_another_items_by_its_sku() -> None:
    rig, link = await _mug_gone()
    kept = link_view(rig.store, link.id)
    let_go(rig.workspace, [link.id])
    add_item(rig.workspace, sku="CUP", name="Cup")

    rig.shop.put_listing(a_listing("Mug", 5, remote_id=kept.listing_id, sku="CUP"))
    await rig.sync("items")

    assert link_view(rig.store, link.id).item == "CUP"


async def test_what_the_user_ignores_stays_ignored_when_it_comes_back() -> None:
    rig = Rig()
    card = rig.shop.list_item("Gift card", 1)
    await rig.connected()
    ignore_variant(rig.workspace, rig.link(card.remote_id).id)
    rig.shop.remove_listing(card.remote_id)
    await rig.sync("items")
    assert _rows(rig) == []

    rig.shop.put_listing(card)
    await rig.sync("items")

    assert rig.link(card.remote_id).state == "ignored"


async def test_letting_go_can_be_taken_back() -> None:
    rig, link = await _mug_gone()
    let_go(rig.workspace, [link.id])

    assert take_back_choice(rig.workspace).words == "“Mug” was let go"

    assert rig.link(link_view(rig.store, link.id).listing_id) == link
    assert [row.fix.does for row in _rows(rig)] == ["let_go"]


async def test_what_is_still_there_is_not_let_go_and_nothing_twice() -> None:
    rig, link = await _mug_gone()
    vase = rig.shop.list_item("Vase", 2)
    await rig.sync("items")

    with pytest.raises(Conflict, match="still at the shop"):
        let_go(rig.workspace, [link.id, rig.link(vase.remote_id).id])
    assert link_view(rig.store, link.id).state == "broken", "all or none"
    let_go(rig.workspace, [link.id])
    with pytest.raises(Conflict, match="let go already"):
        let_go(rig.workspace, [link.id])


async def test_a_variation_that_is_gone_is_let_go_alone() -> None:
    rig = Rig()
    tee = rig.shop.list_item("Tee", variants=SIZES)
    await rig.stocked()
    rig.shop.reshape(tee.remote_id, SIZES[:1])
    await rig.sync("items")
    medium = rig.link(tee.remote_id, "Size=M")

    (row,) = _mapping_rows(rig)
    assert row.message == "This variation is gone from the shop."
    let_go(rig.workspace, row.fix.ids)

    assert _rows(rig) == []
    assert rig.link(tee.remote_id, "Size=S").state == "linked"
    rig.shop.reshape(tee.remote_id, SIZES)
    await rig.sync("items")
    assert link_view(rig.store, medium.id).state == "unconfirmed"


async def test_p07_a_listing_that_was_rebuilt_is_mended_by_a_sync_and_by_nothing_else() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 5, sku="MUG")
    await rig.stocked()
    rig.fake.raises("push_stock", ShapeChanged("Rebuilt."))
    adjust_stock(rig.workspace, "MUG", by=1, reason="found")
    await rig.work()
    link = rig.link(mug.remote_id)

    (row,) = _mapping_rows(rig)
    assert row.message == "Its variations were changed at the shop."
    assert (row.fix.does, row.fix.ids) == ("sync", ["fake:100"])
    with pytest.raises(Conflict, match="variations were changed") as caught:
        link_variant(rig.workspace, link.id, "MUG")
    assert "tuisync sync items" in caught.value.hint
    with pytest.raises(Conflict, match="still at the shop"):
        let_go(rig.workspace, [link.id])

    await rig.sync("items")

    assert rig.link(mug.remote_id).state == "linked"
    assert _rows(rig) == []


@pytest.mark.parametrize("state", ["linked", "unconfirmed", "conflict"])
async def test_p08_one_that_older_data_kept_linked_is_told_by_the_next_sync(
    state: LinkState,
) -> None:
    rig, link = await _mug_gone()
    with rig.store.transaction() as tx:
        item = link.item if state == "linked" else None
        tx.put(schema.LINKS, link.but(state=state, item=item, reason=""))
        for failure in list(tx.all(schema.FAILURES)):
            tx.delete(schema.FAILURES, failure.id)
    assert [row.fix.does for row in _rows(rig)] != ["let_go"]

    await rig.sync("items")

    (row,) = _rows(rig)
    assert (row.fix.does, row.fix.ids) == ("let_go", [link.id])
    asked = len(rig.fake.calls)
    await rig.sync("items")
    assert len(rig.fake.calls) - asked == 1, "it is asked for once"
    let_go(rig.workspace, [link.id])
    assert _rows(rig) == []


async def test_s22_one_that_older_data_called_gone_and_that_is_back_is_found() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 5, sku="MUG")
    await rig.stocked()
    listing = rig.store.get(schema.LISTINGS, rig.link(mug.remote_id).listing)
    assert listing is not None
    with rig.store.transaction() as tx:
        tx.put(schema.LISTINGS, listing.but(state="removed"))

    await rig.sync("items")

    assert rig.link(mug.remote_id).state == "linked"
    assert _rows(rig) == []
    adjust_stock(rig.workspace, "MUG", by=-2, reason="broken")
    await rig.work()
    assert rig.shop.quantity(mug.remote_id) == 3
