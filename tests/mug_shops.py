"""Shops that sell mugs, as tests of what is sent to them begin."""

from __future__ import annotations

from rig import Rig
from tuisync.core.actions.items import add_item, adjust_stock


async def a_mug_shop(quantity: int = 10, **rig_options: object) -> tuple[Rig, str]:
    """A shop with one listing and its item; returns the listing's id, too."""
    rig = Rig(**rig_options)  # type: ignore[arg-type]  # passed on
    mug = rig.shop.list_item("Mug", quantity, sku="MUG")
    await rig.stocked()
    return rig, mug.remote_id


async def a_held_raise(sold: int) -> tuple[Rig, str]:
    """A listing held at 10 of 20, while so many are sold elsewhere, which nobody knows yet."""
    rig = Rig(first_push="review")
    add_item(rig.workspace, sku="MUG", name="Mug", stock=20)
    held = rig.shop.list_item("Mug", 10, sku="MUG")
    await rig.connected()
    other = rig.shop.list_item("Mug", 20, sku="MUG")
    await rig.sync()
    rig.clock.advance(minutes=1)
    rig.shop.sell(other.remote_id, sold)
    return rig, held.remote_id


async def mugs_in_two_warehouses(p: int = 3, q: int = 4) -> tuple[Rig, str]:
    """A listing that shows what lies in the warehouses P and Q together."""
    rig = Rig(warehouses=("P", "Q"))
    add_item(rig.workspace, sku="MUG", name="Mug", stock=p, warehouse="P")
    adjust_stock(rig.workspace, "MUG", to=q, warehouse="Q", reason="counted")
    mug = rig.shop.list_item("Mug", p + q, sku="MUG")
    await rig.connected()
    return rig, mug.remote_id
