"""Pictures of the plan: empty, normal, busy and failing, at two sizes."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import textual
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from plan_stage import held_shop, staged, two_busy_shops
from rig import Rig
from tuisync.core.errors import RejectedError

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

OWNER = "8.2.8"
SMALL, LARGE = (80, 24), (120, 40)

pytestmark = pytest.mark.skipif(
    textual.__version__ != OWNER, reason=f"the pictures were made with Textual {OWNER}"
)


class SvgExtension(SingleFileSnapshotExtension):
    """One SVG file per picture."""

    file_extension = "svg"
    _write_mode = WriteMode.TEXT


async def _empty() -> Rig:
    rig = Rig()
    rig.shop.list_item("Mug", 10, sku="MUG")
    await rig.stocked()
    return rig


async def _normal() -> Rig:
    rig, _ = await held_shop()
    return rig


async def _failing() -> Rig:
    rig, _ = await held_shop()
    rig.fake.raises("push_stock", RejectedError("It needs a shipping profile first."))
    return rig


STATES: dict[str, tuple[Callable[[], Awaitable[Rig]], str]] = {
    "empty": (_empty, "9"),
    "normal": (_normal, "9 j"),
    "busy": (two_busy_shops, "9 j j j"),
    "asking": (two_busy_shops, "9 A"),
    "failing": (_failing, "9 A y"),
}


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])
@pytest.mark.parametrize("state", STATES)
async def test_p05_p15_the_plan(
    tmp_path: Path, snapshot: SnapshotAssertion, state: str, size: tuple[int, int]
) -> None:
    make, keys = STATES[state]
    async with staged(await make(), tmp_path, size=size) as on:
        await on.press(*keys.split())
        on.app.clear_notifications()
        await on.app.look_now()
        await on.settle()
        drawn = on.app.export_screenshot(title="tuisync")

    assert snapshot.use_extension(SvgExtension) == re.sub(r"terminal-\d+", "terminal", drawn)
