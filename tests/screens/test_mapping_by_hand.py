"""Three hundred listings mapped by hand, and taken back again."""

from __future__ import annotations

from pathlib import Path

from pottery import ETSY, NOW, PotteryServices, pottery
from stage import stage
from tuisync.core.actions.links import link_variant
from tuisync.core.models import Item, Link, Listing, ListingVariant
from tuisync.core.store import schema
from tuisync.core.store.port import Transaction
from tuisync.core.views.links import link_view
from tuisync.screens.sheets import Comparison

COUNT = 300


def crowded(tmp_path: Path, count: int = COUNT) -> PotteryServices:
    """A shop with so many listings whose SKUs are written in another case than the items'."""
    made = pottery(tmp_path)
    with made.workspace.store.transaction() as tx:
        for link in list(tx.all(schema.LINKS)):
            tx.put(schema.LINKS, link.but(state="ignored", item=None, basis=None))
        for n in range(count):
            _pair(tx, n)
    return made


def _pair(tx: Transaction, n: int) -> None:
    tx.put(schema.ITEMS, Item(id=f"extra-{n}", sku=f"EXTRA-{n:03}", name=f"Extra item {n}"))
    listing = Listing(
        id=f"{ETSY}:9{n:05}",
        integration=ETSY,
        listing_id=f"9{n:05}",
        title=f"Handmade thing {n:03}",
        state="active",
        variants=(ListingVariant(key="", quantity=1, sku=f"extra-{n:03}"),),
        read_at=NOW,
    )
    tx.put(schema.LISTINGS, listing)
    tx.put(schema.LINKS, Link(id=listing.id, integration=ETSY, listing=listing.id, key=""))


def linked(made: PotteryServices) -> int:
    """Return how many are linked."""
    return made.workspace.store.count(schema.LINKS, "state", "linked")


async def test_p09_three_hundred_exact_ones_take_one_key_in_all(tmp_path: Path) -> None:
    made = crowded(tmp_path)
    async with stage(made) as on:
        await on.press("2")
        assert on.shows(f"[to decide {COUNT}]")
        await on.press("A")

        assert linked(made) == COUNT
        assert on.said()[-1] == f"{COUNT} listings linked. z takes it back."
        await on.press("z")
        assert linked(made) == 0
        assert on.shows(f"[to decide {COUNT}]")


async def test_p09_or_one_key_each(tmp_path: Path) -> None:
    made = crowded(tmp_path, 12)
    async with stage(made) as on:
        await on.press("2", *["enter"] * 12)

        assert linked(made) == 12
        assert on.shows("Nothing to decide here.")


async def test_p09_a_filter_and_marks_narrow_what_is_accepted(tmp_path: Path) -> None:
    made = crowded(tmp_path, 30)
    async with stage(made) as on:
        await on.press("2", "slash")
        await on.type("thing 02")
        await on.press("enter", "ctrl+a", "A")

        assert linked(made) == 11  # 002 and 020 to 029


async def test_x03_an_item_is_edited_before_it_is_made(tmp_path: Path) -> None:
    made = crowded(tmp_path, 1)
    async with stage(made) as on:
        await on.press("2", "e")
        assert on.shows("Make an item of it", "extra-000", "Handmade thing 000")


async def test_p09_z_takes_back_one_decision_after_the_other(tmp_path: Path) -> None:
    made = crowded(tmp_path, 3)
    async with stage(made) as on:
        await on.press("2", "enter", "i", "z")
        assert linked(made) == 1
        await on.press("z")
        assert linked(made) == 0
        await on.press("z")
        assert "There is no decision about links to take back." in on.said()[-1]


async def test_s23_orders_of_a_corrected_link_are_taken_along(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    store = made.workspace.store
    order = next(each for each in store.all(schema.ORDERS) if each.open and each.lines[0].item)
    variant = order.lines[0].variant or ""
    other = next(each for each in store.all(schema.ITEMS) if each.id != order.lines[0].item)
    link_variant(made.workspace, variant, other.sku, "none")
    with store.transaction() as tx:
        link = tx.get(schema.LINKS, variant)
        assert link is not None
        tx.put(schema.LINKS, link.but(former=(order.lines[0].item or "",)))
    async with stage(made) as on:
        await on.press("2", "right")
        on.table().go_to(variant)
        await on.press("o")
        assert on.shows(f"follow to {other.sku}?", "open orders follow")
        await on.press("o")

        assert link_view(store, variant).former == []
    moved = store.get(schema.ORDERS, order.id)
    assert moved is not None
    assert moved.lines[0].item == other.id


async def test_x19_links_are_compared_before_they_are_imported(tmp_path: Path) -> None:
    made = crowded(tmp_path, 2)
    file = tmp_path / "links.csv"
    file.write_text(f"variant,item\n{ETSY}:900000,EXTRA-001\n{ETSY}:1,EXTRA-001\n", "utf-8")
    async with stage(made) as on:
        await on.press("2", "I")
        await on.type(str(file))
        await on.press("enter")

        assert isinstance(on.app.screen, Comparison)
        assert on.shows("links.csv: 1 changed, 1 left out. Nothing is written yet.")
        assert linked(made) == 0
        await on.press("a")
        assert linked(made) == 1
        assert on.said()[-1] == "0 created, 1 updated; 1 left out."
