"""Before items are made of listings without a SKU, the screen tells which ones they get."""

from __future__ import annotations

from pathlib import Path

import msgspec

from pottery import PotteryServices, pottery
from stage import stage
from tuisync.core.actions.creation import made_up_skus, unconfirmed_variants
from tuisync.core.actions.items import add_item
from tuisync.core.actions.links import ignore_variants
from tuisync.core.actions.organization import configure_organization
from tuisync.core.actions.retiring import retire_item
from tuisync.core.store import schema


def _skus(made: PotteryServices) -> set[str]:
    return {item.sku for item in made.workspace.store.all(schema.ITEMS)}


def _readable(tmp_path: Path) -> PotteryServices:
    made = pottery(tmp_path)
    configure_organization(made.workspace, {"made_skus": "title"})
    return made


async def test_the_question_names_the_skus_that_are_made_up(tmp_path: Path) -> None:
    made = _readable(tmp_path)
    nameless = made_up_skus(made.workspace.store, unconfirmed_variants(made.workspace.store))
    assert len(nameless) == 4
    async with stage(made) as on:
        await on.press("2", "C")

        assert on.shows(
            "4 have no SKU and get CAFE-AU-LAIT-BOWL,", *nameless, "e lets you choose one"
        )
        await on.press("y")
        await on.until(lambda: not unconfirmed_variants(made.workspace.store))

    assert _skus(made).issuperset(nameless)


async def test_a_sku_is_proposed_where_an_item_can_be_edited_first(tmp_path: Path) -> None:
    made = _readable(tmp_path)
    async with stage(made) as on:
        await on.press("2", "e")
        assert on.shows("SKU    CAFE-AU-LAIT-BOWL")
        await on.press("ctrl+s")
        await on.until(lambda: "CAFE-AU-LAIT-BOWL" in _skus(made))


async def test_what_skus_are_made_of_is_chosen_in_the_settings(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("2", "C")
        assert on.shows("4 have no SKU and get ETSY-1412000021,", "New SKUs")
        await on.press("escape", "comma")
        on.table().go_to("organization.made_skus")
        await on.press("enter", "down", "enter", "escape", "C")
        assert on.shows("4 have no SKU and get CAFE-AU-LAIT-BOWL,")


async def test_where_only_taken_skus_are_left_nothing_is_asked(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    store = made.workspace.store
    add_item(made.workspace, sku="OLD", name="Out of use")
    retire_item(made.workspace, "OLD")
    first, *others = store.find(schema.LINKS, "state", "unconfirmed")
    ignore_variants(made.workspace, [each.id for each in others])
    with store.transaction() as tx:
        listing = tx.get(schema.LISTINGS, first.listing)
        assert listing is not None
        named = (msgspec.structs.replace(each, sku="OLD") for each in listing.variants)
        tx.put(schema.LISTINGS, listing.but(variants=tuple(named)))
    async with stage(made) as on:
        await on.press("2", "C")

        assert on.said()[-1].endswith("m links it.")
        assert not on.shows("Make items of")
