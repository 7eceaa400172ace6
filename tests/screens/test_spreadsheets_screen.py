"""Items and stock from a spreadsheet, on the screen: seen first, then written."""

from __future__ import annotations

from pathlib import Path

from pottery import pottery
from stage import stage
from tuisync.core.views.items import item_view
from tuisync.screens.items import Items
from tuisync.screens.sheets import Comparison


async def test_p17_a_file_is_compared_looked_at_and_then_written(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    file = tmp_path / "stock.csv"
    file.write_text("sku,name,on_hand,price\nMUG-BLUE-S,,9,\nVASE,A vase,3,9.999\n", "utf-8")
    before = item_view(made.workspace.store, "MUG-BLUE-S").on_hand
    async with stage(made) as on:
        await on.press("3", "i")
        assert on.shows("Import items", "Nothing is written before you have seen it.")
        await on.type(str(file))
        await on.press("enter")

        assert on.shows("Nothing is written yet.")
        assert on.shows("stock.csv: 1 changed, 1 left out. Nothing")
        assert on.shows("line 3, column price", "USD has 2 after the point")
        await on.press("j")
        assert on.shows("on hand in Studio of MUG-BLUE-S")
        assert item_view(made.workspace.store, "MUG-BLUE-S").on_hand == before

        await on.press("A")

        assert not isinstance(on.app.screen, Comparison)
        assert on.said()[-1] == "0 created, 1 updated; 1 left out."
    places = item_view(made.workspace.store, "MUG-BLUE-S").warehouses
    assert {each.warehouse: each.on_hand for each in places}["Studio"] == 9


async def test_p17_leaving_writes_nothing(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    file = tmp_path / "stock.csv"
    file.write_text("sku,on_hand\nMUG-BLUE-S,9\n", "utf-8")
    before = item_view(made.workspace.store, "MUG-BLUE-S")
    async with stage(made) as on:
        await on.press("3", "i")
        await on.type(str(file))
        await on.press("enter", "escape")

        assert isinstance(on.app.screen, Items)
        assert item_view(made.workspace.store, "MUG-BLUE-S") == before


async def test_p17_a_file_that_cannot_be_read_is_said_in_the_form(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("3", "i")
        await on.type("/nowhere/stock.csv")
        await on.press("enter")

        assert on.shows("/nowhere/stock.csv cannot be read")


async def test_p17_items_are_exported_from_here(tmp_path: Path) -> None:
    file = tmp_path / "items.csv"
    async with stage(pottery(tmp_path)) as on:
        await on.press("3", "x")
        await on.type(str(file))
        await on.press("enter")

        assert on.said()[-1].endswith(f"rows are in {file}.")
    assert file.read_text("utf-8").startswith("sku,name,group,")


async def test_an_item_is_edited(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("3", "e")
        assert on.shows("Edit BOWL-OAT")
        await on.press("tab", "ctrl+u")
        await on.type("Oat bowl")
        await on.press("ctrl+s")

        assert on.said()[-1] == "BOWL-OAT is saved."
    assert item_view(made.workspace.store, "BOWL-OAT").name == "Oat bowl"
