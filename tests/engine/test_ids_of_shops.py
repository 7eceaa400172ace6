"""A shop's own ids may hold the signs that ours are put together with."""

from __future__ import annotations

from rig import Rig
from tuisync.core.models import record_id, variant_id
from tuisync.core.store import schema
from tuisync.testing import a_line, a_listing, a_variant, an_order


async def test_a_listing_id_with_a_colon_is_no_variant_of_another_listing() -> None:
    rig = Rig()
    sizes = [a_variant(3, sku="S", key="1=S"), a_variant(4, sku="L", key="1=L")]
    rig.shop.put_listing(a_listing("Shirt", remote_id="7", variants=sizes))
    rig.shop.put_listing(a_listing("Mug", 9, remote_id="7:1=S", sku="MUG"))

    await rig.stocked()

    ids = {link.id for link in rig.store.all(schema.LINKS)}
    assert ids == {"fake:100:7:1=S", "fake:100:7:1=L", "fake:100:7%3A1=S"}
    assert {sku: rig.stock(sku)[0] for sku in ("S", "L", "MUG")} == {"S": 3, "L": 4, "MUG": 9}


async def test_orders_of_such_a_listing_find_it() -> None:
    rig = Rig()
    rig.shop.put_listing(a_listing("Mug", 9, remote_id="a/b:c#1", sku="MUG"))
    await rig.stocked()

    rig.shop.sell("a/b:c#1", 2)
    await rig.sync()

    assert rig.stock("MUG") == (9, 2, 7)


async def test_an_order_id_with_a_slash_is_no_line_of_another_order() -> None:
    rig = Rig()
    rig.shop.put_listing(a_listing("Mug", 9, remote_id="7", sku="MUG"))
    await rig.stocked()

    at = rig.clock()
    rig.shop.put_order(an_order(a_line("7", remote_id="1/2"), remote_id="5", placed_at=at))
    rig.shop.put_order(an_order(a_line("7", 3, remote_id="2"), remote_id="5/1", placed_at=at))
    await rig.sync("orders")

    assert rig.stock("MUG") == (9, 4, 5)


def test_an_id_tells_its_parts_whatever_they_hold() -> None:
    made = {
        variant_id(record_id("fake:1", listing), key)
        for listing in ("7", "7:a", "7%3Aa", "7:a:b", "7%")
        for key in ("", "a", "a:b")
    }
    assert len(made) == 15
