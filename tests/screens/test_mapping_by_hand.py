"""Three hundred listings mapped by hand, and taken back again."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from pottery import ETSY, NOW, PotteryServices, pottery
from stage import stage
from tuisync.core.actions.links import link_variant
from tuisync.core.models import Item, Link, Listing, ListingVariant, Money, Order, OrderLine
from tuisync.core.orders.settle import Settlement
from tuisync.core.store import schema
from tuisync.core.store.port import Transaction
from tuisync.core.views.items import item_view
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
        read_at=NOW - timedelta(minutes=5),
    )
    tx.put(schema.LISTINGS, listing)
    tx.put(schema.LINKS, Link(id=listing.id, integration=ETSY, listing=listing.id, key=""))


def linked(made: PotteryServices) -> int:
    """Return how many are linked."""
    return made.workspace.store.count(schema.LINKS, "state", "linked")


async def test_p09_three_hundred_exact_ones_take_one_key_and_a_yes_in_all(tmp_path: Path) -> None:
    made = crowded(tmp_path)
    async with stage(made) as on:
        await on.press("2")
        assert on.shows(f"[to decide {COUNT}]")
        await on.press("A")
        assert on.shows(f"Link {COUNT} variants?", "y  Link")
        await on.press("n")
        assert linked(made) == 0
        await on.press("A", "y")

        assert linked(made) == COUNT
        assert on.said()[-1] == f"{COUNT} variants linked. z takes it back."
        await on.press("z")
        assert linked(made) == 0
        assert on.shows(f"[to decide {COUNT}]")


@pytest.mark.timeout(600)
async def test_p09_or_one_key_each(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    count = COUNT if request.config.getoption("--full") else 30
    made = crowded(tmp_path, count)
    async with stage(made) as on:
        await on.press("2", *["enter"] * count)

        assert linked(made) == count
        for link in made.workspace.store.find(schema.LINKS, "state", "linked"):
            item = made.workspace.store.get(schema.ITEMS, link.item or "")
            assert item is not None
            assert (item.sku, link.basis) == (f"EXTRA-{link.id[-3:]}", "manual")
        assert on.shows("Nothing to decide here.")


async def test_p09_z_restores_links_orders_and_stock_to_the_byte(tmp_path: Path) -> None:
    made = crowded(tmp_path, 20)
    store = made.workspace.store
    with store.transaction() as tx:
        frozen = tx.get(schema.LISTINGS, f"{ETSY}:900003")
        assert frozen is not None
        primary = next(each.id for each in tx.all(schema.WAREHOUSES) if each.primary)
        order = an_order_of(frozen).but(warehouse=primary)
        Settlement(tx, made.workspace).settle(order, moved=set())
    before, cold = dump(made), gates(made).count("frozen")
    async with stage(made) as on:
        await on.press("2", "A", "y")
        assert linked(made) == 20
        assert gates(made).count("frozen") == cold - 1, "it thaws at once"
        assert store.count(schema.COMMITMENTS, "item", "extra-3") == 1
        assert on.said()[-1] == "20 variants linked. z takes it back."
        await on.press("z")

    assert dump(made) == before


def gates(made: PotteryServices) -> list[str]:
    """Return the gate of each order."""
    return [each.gate for each in made.workspace.store.all(schema.ORDERS)]


def an_order_of(listing: Listing) -> Order:
    """Return an order of two of a listing that has no item."""
    line = OrderLine(
        id="3300000001-1",
        title=listing.title,
        quantity=2,
        variant=listing.variant_id(listing.variants[0]),
        listing_id=listing.listing_id,
        variant_key="",
        unit_price=Money(Decimal("9.00"), "USD"),
    )
    return Order(
        id=f"{ETSY}:3300000001",
        integration=ETSY,
        remote_id="3300000001",
        number="3300000001",
        placed_at=NOW,
        modified_at=NOW,
        lines=(line,),
        warehouse="",
        payment="paid",
        total=Money(Decimal("18.00"), "USD"),
    )


def dump(made: PotteryServices) -> dict[str, list[bytes]]:
    """Return every stored document, encoded."""
    store = made.workspace.store
    return {
        each.name: [msgspec.json.encode(document) for document in store.all(each)]
        for each in schema.COLLECTIONS
    }


async def test_p09_a_filter_and_marks_narrow_what_is_accepted(tmp_path: Path) -> None:
    made = crowded(tmp_path, 30)
    async with stage(made) as on:
        await on.press("2", "slash")
        await on.type("thing 02")
        await on.press("enter", "ctrl+a", "A")
        assert on.shows("Link 11 variants?")
        await on.press("y")

        assert linked(made) == 11  # 002 and 020 to 029


async def test_x03_an_item_is_edited_before_it_is_made(tmp_path: Path) -> None:
    made = crowded(tmp_path, 1)
    async with stage(made) as on:
        await on.press("2", "e")
        assert on.shows("Make an item of it", "extra-000", "Handmade thing 000")
        await on.type("cheap")
        await on.press("ctrl+s")
        assert on.shows("Make an item of it", "`cheap` is not a price.", "cheap")
        await on.press("ctrl+u")
        await on.type("24.50")
        await on.press("up", "up")
        await on.type("EXTRA-000")
        await on.press("ctrl+s")
        assert on.shows("An item has the SKU EXTRA-000 already.")
        await on.press("ctrl+u")
        await on.type("MINE")
        await on.press("ctrl+s")
        await on.until(lambda: linked(made) == 1)

        item = item_view(made.workspace.store, "MINE")
        assert (item.name, str(item.price)) == ("Handmade thing 000", "24.50 USD")
        assert link_view(made.workspace.store, f"{ETSY}:900000").item == item.sku


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

        assert link_view(store, variant).former == ()
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
        await on.press("A")
        assert linked(made) == 1
        assert on.said()[-1] == "0 created, 1 updated; 1 left out."
