"""Listings that are sold out at their shop, though it keeps a number of them."""

from __future__ import annotations

from rig import Rig
from tuisync.core.actions.integrations import configure_integration
from tuisync.core.actions.items import adjust_stock
from tuisync.core.views.drift import drift_views
from tuisync.core.views.inbox import inbox_views
from tuisync.core.views.links import link_view
from tuisync.core.views.why import why_view
from tuisync.testing import a_variant


async def _sold_out(**settings: str) -> tuple[Rig, str]:
    """Three mugs, of which their shop says that they are sold out, and keeps a three."""
    rig = Rig()
    mug = rig.shop.list_item("Mug", 3, sku="MUG").remote_id
    await rig.stocked()
    configure_integration(rig.workspace, "fake", settings or {"renew_sold_out": "no"})
    rig.shop.edit_listing(mug, state="sold_out")
    rig.clock.advance(minutes=1)
    await rig.sync()
    return rig, mug


def _causes(rig: Rig) -> list[tuple[str, str]]:
    return [(row.kind, row.message) for row in inbox_views(rig.store, rig.clock())]


async def test_e03_the_number_it_keeps_is_shown_to_nobody() -> None:
    rig, mug = await _sold_out(drift="ask")

    [channel] = why_view(rig.workspace, "MUG").channels
    assert (channel.listing_state, channel.shows, channel.desired) == ("sold_out", 0, 3)
    [listing] = rig.item("MUG").listings
    assert (listing.quantity, listing.listing_state) == (0, "sold_out")
    assert link_view(rig.store, rig.link(mug).id).quantity == 0
    [drift] = drift_views(rig.workspace)
    assert (drift.ours, drift.shop) == (3, 0)


async def test_e03_that_nobody_can_buy_it_is_told_and_costs_nothing_without_leave() -> None:
    rig, mug = await _sold_out()
    for _ in range(3):
        rig.clock.advance(minutes=11)
        await rig.sync()

    assert _causes(rig) == [
        ("rejected", "The listing is sold out; putting it up again costs a fee.")
    ]
    assert rig.shop.renewals == []
    assert rig.shop.listings[mug].state == "sold_out"

    adjust_stock(rig.workspace, "MUG", to=0, reason="counted: it is right")
    await rig.work()
    assert _causes(rig) == []


async def test_e03_with_leave_it_is_put_up_again_with_our_number() -> None:
    rig, mug = await _sold_out(renew_sold_out="yes")
    for _ in range(3):
        rig.clock.advance(minutes=11)
        await rig.sync()

    assert rig.shop.renewals == [mug]
    assert (rig.shop.listings[mug].state, rig.shop.quantity(mug)) == ("active", 3)
    assert _causes(rig) == []


async def test_e03_a_variation_at_nothing_makes_no_listing_sold_out() -> None:
    rig = Rig()
    sizes = [a_variant(n, options={"Size": size}) for n, size in ((2, "S"), (3, "M"))]
    tee = rig.shop.list_item("Tee", variants=sizes).remote_id
    await rig.stocked()
    rig.shop.set_quantity(tee, 0, key="Size=S")
    rig.clock.advance(minutes=1)
    await rig.sync("items")

    numbers = [link_view(rig.store, rig.link(tee, f"Size={each}").id).quantity for each in "SM"]
    assert numbers == [0, 3]
