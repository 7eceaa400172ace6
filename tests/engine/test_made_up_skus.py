"""Items made of listings whose shop gives them no SKU: whose SKU they get, and whose not."""

from __future__ import annotations

from rig import Rig
from tuisync.core.actions.creation import (
    create_items,
    made_up_skus,
    planned_skus,
    unconfirmed_variants,
)
from tuisync.core.actions.items import add_item, edit_item
from tuisync.core.actions.organization import configure_organization
from tuisync.core.actions.retiring import retire_item
from tuisync.core.store import schema
from tuisync.core.undo.choices import take_back_choice
from tuisync.testing import a_variant


async def _connected(rig: Rig) -> None:
    """Connect the shop of an organization that likes its SKUs readable."""
    await rig.connected()
    configure_organization(rig.workspace, {"made_skus": "title"})


async def test_a_made_up_sku_is_no_items_retired_or_not_and_no_listings() -> None:
    rig = Rig()
    add_item(rig.workspace, sku="Speckled-Mug", name="Something else")
    add_item(rig.workspace, sku="SPECKLED-MUG-2", name="Done with")
    retire_item(rig.workspace, "SPECKLED-MUG-2")
    other = rig.shop.list_item("A listing of its own", 7, sku="SPECKLED-MUG-3").remote_id
    nameless = rig.shop.list_item("Speckled mug", 2).remote_id
    await _connected(rig)

    create_items(rig.workspace, [f"fake:100:{nameless}"])

    assert rig.link(nameless).item == rig.item("SPECKLED-MUG-4").id
    assert rig.link(nameless).basis == "manual"
    assert rig.link(other).item is None, "it is another thing with that SKU"


async def test_variants_get_the_skus_that_were_told_whatever_their_order() -> None:
    rig = Rig()
    for units in (1, 2):
        rig.shop.list_item(
            "Speckled mug - handmade",
            variants=[
                a_variant(units, options={"Size": "Small"}),
                a_variant(units, options={"Size": "Large"}),
            ],
        )
    rig.shop.list_item("\u0427\u0430\u0448\u043a\u0430", 3)
    await _connected(rig)
    variants = unconfirmed_variants(rig.store)

    told = planned_skus(rig.store, variants)
    assert sorted(told.values()) == [
        "FAKE-1003",
        "SPECKLED-MUG-HANDMADE-LARGE",
        "SPECKLED-MUG-HANDMADE-SMALL",
        "SPECKLED-MUG-LARGE",
        "SPECKLED-MUG-SMALL",
    ]
    assert planned_skus(rig.store, variants[::-1]) == told
    assert sorted(made_up_skus(rig.store, variants)) == sorted(told.values())

    made = create_items(rig.workspace, variants[::-1])
    assert {each.listings[0].variant: each.sku for each in made} == told
    take_back_choice(rig.workspace)
    again = create_items(rig.workspace, variants)
    assert {each.listings[0].variant: each.sku for each in again} == told


async def test_a_sku_of_the_shops_is_taken_as_it_is() -> None:
    rig = Rig()
    rig.shop.list_item("Blue mug", 1, sku="MUG")
    rig.shop.list_item("Mug", 1)
    await _connected(rig)
    variants = unconfirmed_variants(rig.store)

    assert set(planned_skus(rig.store, variants).values()) == {"MUG", "MUG-2"}
    assert made_up_skus(rig.store, variants) == ["MUG-2"]
    create_items(rig.workspace, variants)
    edit_item(rig.workspace, "MUG-2", new_sku="MUG-OTHER")
    assert rig.stock("MUG") == rig.stock("MUG-OTHER") == (1, 0, 1)


async def test_listings_of_one_title_are_numbered_in_the_order_of_their_ids() -> None:
    rig = Rig()
    for _ in range(30):
        rig.shop.list_item("Mug", 1)
    await _connected(rig)

    told = planned_skus(rig.store, unconfirmed_variants(rig.store)[::-1])

    numbered = ["MUG", *(f"MUG-{number}" for number in range(2, 31))]
    assert [told[each] for each in sorted(told)] == numbered


async def test_a_made_up_sku_is_none_that_a_shared_one_becomes_beside_it() -> None:
    rig = Rig()
    for sku in (None, "TEE"):
        sizes = [a_variant(2, sku=sku, options={"Size": size}) for size in ("S", "M")]
        rig.shop.list_item("Tee", variants=sizes)
    await _connected(rig)
    links = [each.id for each in rig.store.all(schema.LINKS)]

    made = create_items(rig.workspace, links)

    assert sorted(each.sku for each in made) == ["TEE-M", "TEE-M-2", "TEE-S", "TEE-S-2"]
    assert [len(each.listings) for each in made] == [1, 1, 1, 1]
