"""Draws the pictures of the docs from the app itself: `make pictures`."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from pathlib import Path

from pottery import pottery
from stage import stage
from states import SCREENS
from tuisync.core.views.status import ENGINE

SIZE = (110, 30)
LEFT_OUT = {"item", "adjust", "messages", "sync"}
"""Screens without a picture: they look like another one."""

SCENES = {name: tuple(keys.split()) for name, keys in SCREENS.items() if name not in LEFT_OUT}
"""Per picture, the keys that lead to it."""


async def draw(target: Path) -> None:
    """Write one SVG per scene into a directory."""
    for name, keys in SCENES.items():
        with tempfile.TemporaryDirectory() as home:
            os.environ["HOME"] = home
            shop = pottery(Path(home))
            shop.workspace.store.lease(ENGINE, "tui")
            async with stage(shop, size=SIZE) as on:
                await on.press(*keys)
                picture = on.app.export_screenshot(title="tuisync")
        (target / f"{name}.svg").write_text(self_contained(picture), encoding="utf-8")


def self_contained(svg: str) -> str:
    """Return the picture without the web fonts it would load; the reader's own serve."""
    return re.sub(r",?\s*url\([^)]*\)\s*format\([^)]*\)", "", svg)


def main() -> None:
    """Draw into the directory named on the command line."""
    os.environ.pop("NO_COLOR", None)
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(draw(target))


if __name__ == "__main__":
    main()
