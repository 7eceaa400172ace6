"""The app on a fake shop whose engine is driven by hand: for plans that are really applied."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pottery import Files, PotteryServices
from rig import Rig
from stage import Stage, stage
from tuisync.core.actions.integrations import configure_integration
from tuisync.core.actions.items import adjust_stock
from tuisync.testing import a_variant


def app_services(rig: Rig, tmp_path: Path) -> PotteryServices:
    """Return the rig's workspace as what the app is given."""
    files = Files(tmp_path / "logs", tmp_path / "config.toml")
    return PotteryServices(rig.workspace, rig.host, files)  # type: ignore[arg-type]  # a host is more than names


@asynccontextmanager
async def staged(
    rig: Rig, tmp_path: Path, *, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Stage]:
    """Run the app; whoever waits for the engine does the engine's work."""
    async with stage(app_services(rig, tmp_path), size=size) as on:
        on.app.engine_did = rig.wait  # type: ignore[method-assign,assignment]  # an engine by hand
        yield on


async def held_shop() -> tuple[Rig, dict[str, str]]:
    """Return a shop with four changes that are held, and its listings by SKU."""
    rig = Rig(first_push="review")
    names = {"BOWL": "Oatmeal bowl", "CUP": "Cup", "JUG": "Milk jug", "MUG": "Speckled mug"}
    ids = {sku: rig.shop.list_item(name, 10, sku=sku).remote_id for sku, name in names.items()}
    await rig.stocked()
    configure_integration(rig.workspace, "fake", {"buffer": "3"})
    return rig, ids


async def two_busy_shops() -> Rig:
    """Return two shops: one that holds and asks, one that is sent to by itself."""
    rig, ids = await held_shop()
    other = rig.fake.add_shop("200", owner="user-2", name="The stall")
    sizes = [a_variant(10, sku=sku, options={"Glaze": sku}) for sku in ("BOWL", "CUP")]
    other.list_item("Bowl or cup", variants=sizes)
    rig.connect(user="user-2")
    await rig.work()
    configure_integration(rig.workspace, "fake", {"drift": "ask"})
    configure_integration(rig.workspace, "fake-2", {"drift": "ask"})
    rig.shop.set_quantity(ids["JUG"], 14)
    rig.clock.advance(minutes=1)
    await rig.sync()
    adjust_stock(rig.workspace, "CUP", by=2, reason="found two more")
    return rig
