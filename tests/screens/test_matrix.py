"""Every screen in every state at every size, as text one can read in a review.

`pytest tests/screens/test_matrix.py --snapshot-update` renews them. Look at what changed. One
run of the app goes through all screens, so that the whole of it stays quick.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import textual
from rich.cells import cell_len
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from stage import Stage, stage
from states import SCREENS, STATES

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion
    from syrupy.location import PyTestLocation
    from syrupy.types import SnapshotIndex

OWNER = "8.2.8"
SIZES = [(80, 24), (120, 40), (200, 60)]
NARROW = (60, 20)


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the paths on the screens be those of any user."""
    monkeypatch.setenv("HOME", str(tmp_path))


pytestmark = pytest.mark.skipif(
    textual.__version__ != OWNER, reason=f"the pictures were made with Textual {OWNER}"
)


class TextExtension(SingleFileSnapshotExtension):
    """One text file per state and size."""

    file_extension = "txt"
    _write_mode = WriteMode.TEXT


class InColour(TextExtension):
    """The pictures with colour at the smallest size, for whoever draws without."""

    @classmethod
    def get_snapshot_name(cls, *, test_location: PyTestLocation, index: SnapshotIndex = 0) -> str:
        """Return the name of the picture of that state."""
        del test_location
        width, height = SIZES[0]
        return f"test_every_screen[{width}x{height}-{index}]"


async def _shown(on: Stage, keys: str) -> str:
    """Go to a screen, and return what is on it; dialogs are left before."""
    while len(on.app.screen_stack) > 1:
        on.app.pop_screen()
    await on.settle()
    if keys == "exclamation_mark":
        on.app.say("A message, as an example.", "warning", "Told")
    await on.press(*keys.split())
    on.app.clear_notifications()
    await on.settle()
    return on.text


async def _pages(on: Stage) -> AsyncIterator[str]:
    """Go through all screens; none is wider than the terminal."""
    for name, keys in SCREENS.items():
        text = await _shown(on, keys)
        assert all(cell_len(line) <= on.app.size.width for line in text.split("\n")), name
        yield f"==== {name} ====\n{_stable(text)}\n"


def _colours(on: Stage) -> set[str]:
    """Return the colours on the screen that are not shades of grey."""
    styles = [each.style for strip in on.app.screen._compositor.render_strips() for each in strip]
    used = (each for style in styles if style for each in (style.color, style.bgcolor) if each)
    triplets = {each.triplet for each in used if each.triplet is not None}
    return {each.hex for each in triplets if len(set(each)) > 1}


def _stable(text: str) -> str:
    """Take out scrollbars, which are drawn in colours where there are any."""
    return re.sub("[▁▂▃▄▅▆▇█]", " ", text)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_every_screen(
    tmp_path: Path, snapshot: SnapshotAssertion, state: str, size: tuple[int, int]
) -> None:
    async with stage(STATES[state](tmp_path), size=size) as on:
        pages = [page async for page in _pages(on)]

    assert "\n".join(pages) == snapshot.use_extension(TextExtension)


@pytest.mark.parametrize("state", STATES)
async def test_no_screen_needs_colour(
    tmp_path: Path, snapshot: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    """Without colour each screen says the same: no state is told by colour alone."""
    monkeypatch.setenv("NO_COLOR", "1")
    async with stage(STATES[state](tmp_path), size=SIZES[0]) as on:
        pages = [page async for page in _pages(on)]
        assert _colours(on) == set()

    with_colour = snapshot.use_extension(InColour)
    assert "\n".join(pages) == with_colour(name=state)


@pytest.mark.parametrize("state", ["normal", "failing"])
async def test_every_screen_can_be_used_on_a_narrow_terminal(tmp_path: Path, state: str) -> None:
    width, height = NARROW
    async with stage(STATES[state](tmp_path), size=NARROW) as on:
        for name, keys in SCREENS.items():
            lines = (await _shown(on, keys)).split("\n")
            assert len(lines) <= height, name
            assert all(cell_len(line) <= width for line in lines), name
            assert "Help" in lines[-1] or "esc" in "".join(lines), name
