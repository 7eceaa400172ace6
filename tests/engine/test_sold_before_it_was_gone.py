"""Sales of what the shop does not show any more by the time their orders are read."""

from __future__ import annotations

from rig import Rig
from three_shops import ThreeShops
from tuisync.testing import a_variant


def two_sizes(rig: Rig) -> str:
    sizes = [a_variant(5, sku=size, options={"Size": size}) for size in ("S", "M")]
    return rig.shop.list_item("Tee", variants=sizes).remote_id


async def test_a_sale_is_reserved_though_its_listing_was_deleted_since() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 9, sku="MUG").remote_id
    await rig.stocked()
    sold = rig.shop.sell(mug, 2)
    rig.shop.remove_listing(mug)

    await rig.sync()

    assert rig.link(mug).state == "broken"
    assert rig.stock("MUG") == (9, 2, 7)
    assert rig.order(sold.remote_id).gate == "ready"


async def test_a_last_unit_sold_with_its_listing_deleted_is_taken_from_other_shops() -> None:
    shops = ThreeShops()
    listed = await shops.open_with("MUG", 1)
    north = shops.place("north")
    north.sell(listed["north"])
    north.remove_listing(listed["north"])

    await shops.cycle()

    assert shops.place("south").quantity(listed["south"]) == 0
    assert shops.place("west").quantity(listed["west"]) == 0


async def test_e20_a_sale_of_a_variation_that_was_removed_is_not_another_variations() -> None:
    rig = Rig()
    tee = two_sizes(rig)
    await rig.stocked()
    rig.shop.sell(tee, 1, key="Size=S")
    rig.shop.reshape(tee, [a_variant(5, sku="M", options={"Size": "M"})])

    await rig.sync()

    assert (rig.stock("S"), rig.stock("M")) == ((5, 1, 4), (5, 0, 5))


async def test_a_sale_of_a_variation_nobody_knew_waits_for_the_user() -> None:
    rig = Rig()
    tee = rig.shop.list_item("Tee", variants=[a_variant(5, sku="M", options={"Size": "M"})])
    await rig.stocked()
    both = [a_variant(5, sku=size, options={"Size": size}) for size in ("S", "M")]
    rig.shop.reshape(tee.remote_id, both)
    sold = rig.shop.sell(tee.remote_id, 1, key="Size=S")
    rig.shop.reshape(tee.remote_id, both[1:])

    await rig.sync()

    assert rig.stock("M") == (5, 0, 5)
    assert rig.order(sold.remote_id).gate == "frozen"
