"""Every screen has a picture, and every picture is in the guide."""

from __future__ import annotations

import re
from pathlib import Path

from pictures import SCENES

DOCS = Path(__file__).parents[2] / "docs"


def test_the_guide_shows_every_screen() -> None:
    shown = re.findall(r"\]\(pictures/(\w+)\.svg\)", (DOCS / "guide.md").read_text("utf-8"))

    assert set(shown) == set(SCENES)
    assert set(SCENES) <= {each.stem for each in (DOCS / "pictures").glob("*.svg")}
