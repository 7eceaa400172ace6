"""Linking in the store: what links by itself, what waits, what is remembered."""

from __future__ import annotations

import pytest

from rig import Rig
from tuisync.core.actions.creation import create_items, unconfirmed_variants
from tuisync.core.actions.items import add_item, adjust_stock, edit_item
from tuisync.core.actions.links import ignore_variant, link_variant, unlink_variant
from tuisync.core.errors import Conflict
from tuisync.core.store import schema
from tuisync.core.views.integrations import integration_view
from tuisync.core.views.items import item_views
from tuisync.core.views.links import link_view, link_views
from tuisync.testing import a_variant

SIZES = [a_variant(2, options={"Size": "S"}), a_variant(3, options={"Size": "M"})]


async def test_s03_a_listing_with_the_items_sku_is_linked() -> None:
    rig = Rig()
    add_item(rig.workspace, sku="Tom & Jerry", name="Something else", stock=5)
    mug = rig.shop.list_item("Mug", 5, sku=" Tom &amp; Jerry ")

    await rig.connected()

    link = rig.link(mug.remote_id)
    assert (link.state, link.basis) == ("linked", "sku")


async def test_s03_a_listing_with_the_items_name_is_linked_when_no_sku_fits() -> None:
    rig = Rig()
    add_item(rig.workspace, sku="X-1", name="Blue mug", stock=5)
    mug = rig.shop.list_item(" Blue mug", 5, sku="ANOTHER")

    await rig.connected()

    assert (rig.link(mug.remote_id).state, rig.link(mug.remote_id).basis) == ("linked", "name")


async def test_s03_case_counts() -> None:
    rig = Rig()
    add_item(rig.workspace, sku="mug", name="blue mug", stock=5)
    mug = rig.shop.list_item("Blue mug", 5, sku="MUG")

    await rig.connected()

    assert rig.link(mug.remote_id).state == "unconfirmed"
    [candidate] = link_view(rig.store, rig.link(mug.remote_id).id).candidates
    assert candidate.reason == "same SKU but for case"


async def test_s03_the_sku_wins_when_it_and_the_name_point_to_different_items() -> None:
    rig = Rig()
    add_item(rig.workspace, sku="MUG", name="Not this name", stock=5)
    add_item(rig.workspace, sku="CUP", name="Blue mug", stock=5)
    mug = rig.shop.list_item("Blue mug", 5, sku="MUG")

    await rig.connected()

    assert link_view(rig.store, rig.link(mug.remote_id).id).item == "MUG"


async def test_s03_two_items_of_one_name_are_a_conflict() -> None:
    rig = Rig()
    add_item(rig.workspace, sku="A", name="Blue mug")
    add_item(rig.workspace, sku="B", name="Blue mug")
    mug = rig.shop.list_item("Blue mug", 5)

    await rig.connected()

    link = rig.link(mug.remote_id)
    assert (link.state, link.item, len(link.candidates)) == ("conflict", None, 2)
    assert link.reason == "2 items have the same name."


async def test_a_name_links_a_variant_only_together_with_its_options() -> None:
    rig = Rig()
    add_item(rig.workspace, sku="A", name="Tee")
    add_item(rig.workspace, sku="B", name="Tee - M")
    tee = rig.shop.list_item("Tee", variants=SIZES)

    await rig.connected()

    assert rig.link(tee.remote_id, "Size=S").state == "unconfirmed"
    assert rig.link(tee.remote_id, "Size=M").basis == "name"


async def test_variants_without_options_never_link_by_the_listings_name() -> None:
    rig = Rig()
    add_item(rig.workspace, sku="A", name="Tee")
    tee = rig.shop.list_item("Tee", variants=[a_variant(1, key="a"), a_variant(1, key="b")])

    await rig.connected()

    assert {rig.link(tee.remote_id, key).state for key in "ab"} == {"unconfirmed"}


async def test_variants_of_one_listing_with_one_sku_are_a_conflict() -> None:
    rig = Rig()
    add_item(rig.workspace, sku="TEE", name="Tee")
    sizes = [a_variant(1, sku="TEE", options={"Size": size}) for size in "SM"]
    tee = rig.shop.list_item("Tee", variants=sizes)

    await rig.connected()

    assert {rig.link(tee.remote_id, f"Size={size}").state for size in "SM"} == {"conflict"}


async def test_the_same_sku_in_different_listings_links_all_to_one_item() -> None:
    rig = Rig()
    add_item(rig.workspace, sku="MUG", name="Mug", stock=5)
    listings = [rig.shop.list_item(f"Mug {n}", 5, sku="MUG") for n in range(3)]

    await rig.connected()

    assert len({rig.link(each.remote_id).item for each in listings}) == 1
    assert len(rig.item("MUG").listings) == 3


async def test_s04_a_choice_by_hand_survives_three_syncs() -> None:
    rig = Rig()
    add_item(rig.workspace, sku="MINE", name="Mine", stock=5)
    mug = rig.shop.list_item("Blue mug", 5, sku="THEIRS")
    await rig.connected()
    [waiting] = link_views(rig.store, state="unconfirmed")

    made = link_variant(rig.workspace, waiting.variant, "MINE")

    assert (made.state, made.basis, made.item) == ("linked", "manual", "MINE")
    for _ in range(3):
        rig.shop.touch(mug.remote_id)
        await rig.sync("items")
        assert link_views(rig.store, state="unconfirmed") == []
        assert link_view(rig.store, waiting.variant).item == "MINE"


async def test_s04_a_linked_variant_is_unlinked_before_it_is_linked_elsewhere() -> None:
    rig = Rig()
    add_item(rig.workspace, sku="MUG", name="Mug")
    add_item(rig.workspace, sku="CUP", name="Cup")
    mug = rig.shop.list_item("Mug", 5, sku="MUG")
    await rig.connected()

    with pytest.raises(Conflict, match="another item"):
        link_variant(rig.workspace, rig.link(mug.remote_id).id, "CUP")
    again = link_variant(rig.workspace, rig.link(mug.remote_id).id, "MUG")

    assert again.basis == "sku", "asking for what is so already changes nothing"


async def test_p09_an_unlink_is_never_redone_by_itself_in_ten_syncs() -> None:
    rig = Rig()
    add_item(rig.workspace, sku="MUG", name="Mug", stock=5)
    mug = rig.shop.list_item("Mug", 5, sku="MUG")
    await rig.connected()

    unlink_variant(rig.workspace, rig.link(mug.remote_id).id)
    for number in range(10):
        rig.shop.edit_listing(mug.remote_id, url=f"https://fake.example/{number}")
        await rig.sync("items", "orders")
    edit_item(rig.workspace, "MUG", name="Mug, renamed")
    edit_item(rig.workspace, "MUG", name="Mug")

    assert rig.link(mug.remote_id).state == "unconfirmed"
    assert link_variant(rig.workspace, rig.link(mug.remote_id).id, "MUG").state == "linked"


async def test_an_unlinked_variants_stock_is_not_pushed_any_more() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 5, sku="MUG")
    await rig.stocked()
    adjust_stock(rig.workspace, "MUG", by=4, reason="found")

    unlink_variant(rig.workspace, rig.link(mug.remote_id).id)
    adjust_stock(rig.workspace, "MUG", by=1, reason="found")
    await rig.work()

    assert rig.shop.quantity(mug.remote_id) == 5
    assert rig.fake.calls_of("push_stock") == []


async def test_editing_an_items_sku_or_name_links_what_fits_now() -> None:
    rig = Rig()
    add_item(rig.workspace, sku="OLD", name="Old", stock=5)
    by_sku = rig.shop.list_item("Blue mug", 5, sku="MUG")
    by_name = rig.shop.list_item("Red mug", 5)
    await rig.connected()

    edit_item(rig.workspace, "OLD", new_sku="MUG")
    assert rig.link(by_sku.remote_id).basis == "sku"
    edit_item(rig.workspace, "MUG", name="Red mug")
    assert rig.link(by_name.remote_id).basis == "name"


async def test_adding_an_item_links_what_fits() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 5, sku="MUG")
    await rig.connected()

    add_item(rig.workspace, sku="MUG", name="Mug", stock=7)
    await rig.work()

    assert rig.link(mug.remote_id).state == "linked"
    assert rig.shop.quantity(mug.remote_id) == 7


async def test_a_second_item_of_the_name_makes_the_waiting_variant_a_conflict_not_a_link() -> None:
    rig = Rig()
    add_item(rig.workspace, sku="A", name="Blue mug")
    mug = rig.shop.list_item("Blue mug", 5)
    await rig.connected()
    unlink_variant(rig.workspace, rig.link(mug.remote_id).id)
    add_item(rig.workspace, sku="B", name="Blue mug")
    assert link_view(rig.store, rig.link(mug.remote_id).id).item == "B", "A is remembered"
    unlink_variant(rig.workspace, rig.link(mug.remote_id).id)
    add_item(rig.workspace, sku="C", name="Blue mug")
    add_item(rig.workspace, sku="D", name="Blue mug")
    assert rig.link(mug.remote_id).item is not None


async def test_s44_unconfirmed_items_are_counted_as_they_are_listed() -> None:
    rig = Rig()
    add_item(rig.workspace, sku="MUG", name="Mug")
    for number in range(3):
        rig.shop.list_item(f"New {number}", 1, sku=f"N-{number}")
    rig.shop.list_item("Mug", 1, sku="MUG")
    ignored = rig.shop.list_item("Gift card", 1)
    await rig.connected()
    ignore_variant(rig.workspace, rig.link(ignored.remote_id).id)

    counts = integration_view(rig.store, "fake").counts

    assert (counts.unconfirmed, counts.linked, counts.ignored) == (3, 1, 1)
    for state in ("unconfirmed", "linked", "ignored", "conflict", "broken"):
        assert len(link_views(rig.store, state=state)) == getattr(counts, state)


async def test_s45_a_new_listing_appears_after_an_items_sync() -> None:
    rig = Rig()
    await rig.connected()
    rig.shop.list_item("Vase", 4, sku="VASE")

    [run] = await rig.sync("items")

    assert [(each.title, each.state) for each in link_views(rig.store)] == [("Vase", "unconfirmed")]
    assert run.counts.created == 1


async def test_e20_links_survive_new_titles_numbers_and_order_of_variants() -> None:
    rig = Rig()
    tee = rig.shop.list_item("Tee", variants=SIZES)
    await rig.stocked()

    rig.shop.edit_listing(tee.remote_id, title="Shirt", variants=tuple(reversed(SIZES)))
    await rig.sync("items")

    assert rig.link(tee.remote_id, "Size=S").state == "linked"
    assert rig.item(f"FAKE-{tee.remote_id}-1").listings[0].quantity == 2


async def test_variants_that_swap_their_skus_stay_what_they_are() -> None:
    rig = Rig()
    small, medium = (a_variant(n, sku=s, options={"Size": s}) for n, s in ((2, "S"), (3, "M")))
    tee = rig.shop.list_item("Tee", variants=[small, medium])
    await rig.stocked()

    swapped = [
        a_variant(2, sku="M", options={"Size": "S"}),
        a_variant(3, sku="S", options={"Size": "M"}),
    ]
    rig.shop.edit_listing(tee.remote_id, variants=tuple(swapped))
    await rig.sync("items")

    assert link_view(rig.store, rig.link(tee.remote_id, "Size=S").id).item == "S"
    assert rig.stock("S") == (2, 0, 2)


async def test_a_variation_that_goes_breaks_its_link_and_mends_it_when_it_returns() -> None:
    rig = Rig()
    tee = rig.shop.list_item("Tee", variants=SIZES)
    await rig.stocked()
    rig.shop.reshape(tee.remote_id, SIZES[:1])
    await rig.sync("items")

    gone = rig.link(tee.remote_id, "Size=M")
    assert (gone.state, bool(gone.reason)) == ("broken", True)
    assert rig.link(tee.remote_id, "Size=S").state == "linked"

    rig.shop.reshape(tee.remote_id, SIZES)
    await rig.sync("items")
    assert rig.link(tee.remote_id, "Size=M").state == "linked"


async def test_what_is_ignored_stays_ignored_when_a_listing_is_rebuilt() -> None:
    rig = Rig()
    tee = rig.shop.list_item("Tee", variants=SIZES)
    await rig.connected()
    ignored = rig.link(tee.remote_id, "Size=M").id
    ignore_variant(rig.workspace, ignored)
    create_items(rig.workspace, unconfirmed_variants(rig.store))
    rig.clock.advance(minutes=1)
    adjust_stock(rig.workspace, f"FAKE-{tee.remote_id}-1", by=5, reason="found")
    rig.shop.reshape(tee.remote_id, SIZES[:1])
    await rig.work()
    await rig.sync("items")
    rig.shop.reshape(tee.remote_id, SIZES)
    await rig.sync("items")

    assert rig.link(tee.remote_id, "Size=M").state == "ignored"
    assert rig.link(tee.remote_id, "Size=S").state == "linked"


async def test_a_listing_that_was_removed_is_left_alone_and_told() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 5, sku="MUG")
    await rig.stocked()
    rig.shop.remove_listing(mug.remote_id)
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")
    await rig.work()

    entry = rig.entry(mug.remote_id)
    assert (entry.state, entry.reason) == (
        "superseded",
        "The shop does not have this listing any more.",
    )
    assert rig.link(mug.remote_id).state == "broken"
    assert link_views(rig.store, state="broken")[0].listing_state == "removed"
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")
    await rig.work()
    assert len(rig.fake.calls_of("push_stock")) == 1, "it is not tried again at each change"


async def test_a_listing_of_a_shared_quantity_is_one_variant() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 5, sku="MUG")
    await rig.stocked()

    assert rig.link(mug.remote_id).id == f"fake:100:{mug.remote_id}"
    assert [each.sku for each in item_views(rig.store)] == ["MUG"]


async def test_create_from_makes_what_can_be_made_and_leaves_the_rest() -> None:
    rig = Rig()
    add_item(rig.workspace, sku="MUG", name="Mug", stock=5)
    mug = rig.shop.list_item("Mug", 5, sku="MUG")
    rig.shop.list_item("Cup", 5, sku="CUP")
    await rig.connected()
    unlink_variant(rig.workspace, rig.link(mug.remote_id).id)

    made = create_items(rig.workspace, unconfirmed_variants(rig.store))

    assert [each.sku for each in made] == ["CUP"]
    with pytest.raises(Conflict, match="has the SKU MUG already"):
        create_items(rig.workspace, [rig.link(mug.remote_id).id])


async def test_variants_whose_skus_would_fall_together_get_one_each() -> None:
    rig = Rig()
    variants = [
        a_variant(1, sku="TEE", options={"Size": "S", "Cut": "A"}, key="1"),
        a_variant(2, sku="TEE", options={"Cut": "S", "Size": "A"}, key="2"),
        a_variant(3, sku="TEE", options={"Cut": "S-A"}, key="3"),
    ]
    rig.shop.list_item("Tee", variants=variants)
    await rig.connected()
    links = [link.id for link in rig.store.all(schema.LINKS)]

    made = create_items(rig.workspace, links)

    assert sorted(each.on_hand for each in made) == [1, 2, 3]
    assert len({each.sku for each in made}) == 3
