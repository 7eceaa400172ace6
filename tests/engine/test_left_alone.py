"""Numbers that are not sent, and why: off at the shop, sold out, switched off, left."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rig import Rig
from tuisync.core.actions.integrations import configure_integration
from tuisync.core.actions.items import adjust_stock
from tuisync.core.models import ListingState, Money
from tuisync.core.remote import Capabilities
from tuisync.core.stock.left_alone import other_numbers, why_not_sent
from tuisync.core.store import schema
from tuisync.core.views.why import why_view


async def _mug(state: ListingState) -> Rig:
    """A mug whose listing went into that state, and whose stock changed then."""
    rig = Rig()
    mug = rig.shop.list_item("Mug", 5, sku="MUG")
    await rig.stocked()
    rig.shop.edit_listing(mug.remote_id, state=state)
    await rig.sync("items")
    adjust_stock(rig.workspace, "MUG", by=1, reason="found")
    await rig.work()
    return rig


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("inactive", "paused at the shop: its number is left alone"),
        ("draft", "a draft at the shop: its number is left alone"),
        ("expired", "expired at the shop: its number is left alone"),
    ],
)
async def test_a_listing_that_is_off_says_so_and_why_nothing_is_sent(
    state: ListingState, words: str
) -> None:
    rig = await _mug(state)

    (listing,) = rig.item("MUG").listings
    assert (listing.standing, listing.listing_state, listing.left_alone) == ("off", state, words)
    (channel,) = why_view(rig.workspace, "MUG").channels
    assert (channel.desired, channel.shows, channel.left_alone) == (6, 5, words)
    assert other_numbers(rig.store, rig.workspace) == 1
    assert rig.fake.calls_of("push_stock") == []


async def test_what_is_for_sale_is_not_left_alone() -> None:
    rig = await _mug("active")

    (listing,) = rig.item("MUG").listings
    assert (listing.standing, listing.left_alone) == ("shown", "")
    assert why_view(rig.workspace, "MUG").channels[0].left_alone == ""
    assert other_numbers(rig.store, rig.workspace) == 0


async def test_one_that_is_off_with_the_right_number_is_not_counted() -> None:
    rig = await _mug("inactive")
    adjust_stock(rig.workspace, "MUG", by=-1, reason="lost")

    assert other_numbers(rig.store, rig.workspace) == 0


async def test_a_shop_without_stock_sync_is_named() -> None:
    rig = await _mug("active")
    configure_integration(rig.workspace, "fake", {"stock_sync": "off"})

    (channel,) = why_view(rig.workspace, "MUG").channels
    assert channel.left_alone == "stock sync is off for this shop"


async def test_a_sold_out_listing_whose_renewal_costs_is_named() -> None:
    rig = await _mug("sold_out")
    shop, link = rig.integration(), next(iter(rig.store.all(schema.LINKS)))
    listing = rig.store.get(schema.LISTINGS, link.listing)
    assert listing is not None
    fee = Capabilities(renewal_fee=Money(Decimal("0.20"), "USD"))
    assert "renew_sold_out" in why_not_sent(link, listing, shop, fee, 6)
    assert why_not_sent(link, listing, shop, fee, 0) == ""
    assert why_not_sent(link, listing, shop.but(renew_sold_out=True), fee, 6) == ""


async def test_the_warehouse_a_shop_sells_from_and_the_orders_number_are_in_why() -> None:
    rig = Rig(warehouses=("Main", "Attic"))
    mug = rig.shop.list_item("Mug", 5, sku="MUG")
    await rig.stocked()
    order = rig.shop.sell(mug.remote_id, 2)
    await rig.sync()
    configure_integration(rig.workspace, "fake", {"warehouse": "Attic"})

    why = why_view(rig.workspace, "MUG")

    assert [each.warehouse for each in why.channels] == ["Attic"]
    (promised,) = why.commitments
    assert (promised.order, promised.number) == (f"fake:100:{order.remote_id}", order.number)
