"""Pictures of what is decided about orders, links and files. `--snapshot-update` renews them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import textual
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from pottery import PotteryServices, pottery
from stage import stage
from tuisync.core.store import schema

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

SMALL, LARGE = (80, 24), (120, 40)
SHEET = "sku,name,on_hand,price\nMUG-BLUE-S,Blue mug,9,\nNEW,=evil(),5,9.999\nVASE,Vase,3,19.90\n"
PATHS = {
    "return": "4 right right right right r",
    "order": "4 right right right right enter",
    "map": "4 right right m",
    "decide": "4 right right right d",
    "edit": "2 e",
}

pytestmark = pytest.mark.skipif(
    textual.__version__ != "8.2.8", reason="the pictures were made with Textual 8.2.8"
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
    return re.sub(r"terminal-\d+", "terminal", svg)


def _asking(tmp_path: Path) -> PotteryServices:
    """The pottery with an order in doubt and a refund after shipping."""
    made = pottery(tmp_path)
    with made.workspace.store.transaction() as tx:
        newest = max(tx.all(schema.ORDERS), key=lambda order: order.placed_at)
        doubt = "The shop calls it `On Hold`: please decide."
        tx.put(schema.ORDERS, newest.but(gate="needs_decision", doubt=doubt))
        sent = [order for order in tx.all(schema.ORDERS) if order.status == "fulfilled"]
        last = max(sent, key=lambda order: order.placed_at)
        tx.put(schema.ORDERS, last.but(payment="refunded", asks_return=True))
    return made


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])
@pytest.mark.parametrize("name", PATHS)
async def test_deciding(
    tmp_path: Path, picture: SnapshotAssertion, name: str, size: tuple[int, int]
) -> None:
    async with stage(_asking(tmp_path), size=size) as on:
        await on.press(*PATHS[name].split())

        assert picture == _stable(on.app.export_screenshot(title="tuisync"))


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])
async def test_comparison(
    tmp_path: Path, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    file = tmp_path / "stock.csv"
    file.write_text(SHEET, "utf-8")
    async with stage(pottery(tmp_path), size=size) as on:
        await on.press("3", "i")
        await on.type(str(file))
        await on.press("enter")

        assert picture == _stable(on.app.export_screenshot(title="tuisync"))
