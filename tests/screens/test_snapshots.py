"""Pictures of the screens. `pytest tests/screens/test_snapshots.py --snapshot-update` renews them.

They belong to one version of Textual: another one draws other pictures.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import textual
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from pottery import PotteryServices, calm, pottery, services, troubled
from stage import stage

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

OWNER = "8.2.8"
SMALL, LARGE = (80, 24), (120, 40)
SANDBOX = "SANDBOX: an invented shop on this machine; nothing leaves it, nothing is kept"

pytestmark = pytest.mark.skipif(
    textual.__version__ != OWNER, reason=f"the pictures were made with Textual {OWNER}"
)


class SvgExtension(SingleFileSnapshotExtension):
    """One SVG file per picture."""

    file_extension = "svg"
    _write_mode = WriteMode.TEXT


@pytest.fixture
def picture(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Compare with the stored picture."""
    return snapshot.use_extension(SvgExtension)


def _stable(svg: str) -> str:
    """Take out what differs from one export to the next without being seen."""
    return re.sub(r"terminal-\d+", "terminal", svg)


MAIN = {
    "marketplaces": "1",
    "details": "1 enter",
    "mapping": "2",
    "items": "3",
    "orders": "4",
    "inbox": "5",
    "outbox": "6",
    "history": "7",
}


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])
@pytest.mark.parametrize("name", MAIN)
async def test_main_screens(
    tmp_path: Path, picture: SnapshotAssertion, name: str, size: tuple[int, int]
) -> None:
    async with stage(pottery(tmp_path), size=size) as on:
        await on.press(*MAIN[name].split())

        assert picture == _stable(on.app.export_screenshot(title="tuisync"))


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])
@pytest.mark.parametrize("make", [calm, troubled], ids=["empty", "failing"])
async def test_inbox(
    tmp_path: Path,
    picture: SnapshotAssertion,
    make: Callable[[Path], PotteryServices],
    size: tuple[int, int],
) -> None:
    async with stage(make(tmp_path), size=size) as on:
        await on.press("5")

        assert picture == _stable(on.app.export_screenshot(title="tuisync"))


MORE = {
    "item": "3 j j j j enter",
    "order": "4 enter",
    "ship": "4 s",
    "records": "7 f",
    "plan": "6 p",
}


@pytest.mark.parametrize("name", MORE)
async def test_other_screens(tmp_path: Path, picture: SnapshotAssertion, name: str) -> None:
    async with stage(pottery(tmp_path), size=SMALL) as on:
        await on.press(*MORE[name].split())

        assert picture == _stable(on.app.export_screenshot(title="tuisync"))


async def test_first_run(
    tmp_path: Path, picture: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    async with stage(services(tmp_path), size=SMALL, banner=SANDBOX) as on:
        assert picture == _stable(on.app.export_screenshot(title="tuisync"))


async def test_sign_in(tmp_path: Path, picture: SnapshotAssertion) -> None:
    made = pottery(tmp_path)
    async with stage(made, size=SMALL) as on:
        await on.press("down", "enter", "r")
        await on.until(lambda: "state=s2" in on.text)

        assert picture == _stable(on.app.export_screenshot(title="tuisync"))


async def test_no_colour(
    tmp_path: Path, picture: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with stage(pottery(tmp_path), size=SMALL) as on:
        assert picture == _stable(on.app.export_screenshot(title="tuisync"))
