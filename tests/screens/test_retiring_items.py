"""Items that are sold no more leave the list, and can be brought back, on the screen."""

from __future__ import annotations

from pathlib import Path

from pottery import pottery
from stage import Stage, stage
from tuisync.core.actions.items import add_item
from tuisync.core.actions.retiring import retire_item
from tuisync.core.views.items import item_view


def _listed(on: Stage) -> list[str]:
    table = on.table()
    return [table.rows[number].sku for number in range(len(table.rows))]


def _at(on: Stage) -> str:
    row = on.table().row
    return row.sku if row is not None else ""


async def test_d_retires_an_item_after_asking_and_v_revives_it(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    add_item(made.workspace, sku="A-CUP", name="Cup nobody bought")
    async with stage(made) as on:
        await on.press("3")
        assert "retired" not in on.text, "nothing to choose between yet"
        assert "v Revive" not in on.footer()

        await on.press("d")
        assert on.shows("Retire A-CUP?", "v", "brings it back")
        await on.press("n")
        assert item_view(made.workspace.store, "A-CUP").retired_at is None
        await on.press("d", "y")

        assert "A-CUP" not in _listed(on)
        assert on.shows("[in use 12]  retired 1")
        await on.press("right")
        assert _listed(on) == ["A-CUP"]
        assert "v Revive" in on.footer()
        await on.press("a")
        assert on.said()[-1] == "A-CUP is retired: v brings it back."
        await on.press("enter")
        assert on.shows("A-CUP  (retired)  Cup nobody bought")
        await on.press("t")
        assert on.said()[-1] == "A-CUP is retired: v brings it back."

        assert "v Revive" in on.footer()
        await on.press("v")
        assert on.shows("A-CUP  Cup nobody bought")
        assert "v Revive" not in on.footer()
        await on.press("escape", "d", "y", "right", "v")
        assert _at(on) == "A-CUP"
        assert len(_listed(on)) == 13
        assert "[in use" not in on.text
        assert on.said()[-1] == "A-CUP is in use again."


async def test_what_is_to_be_done_first_is_said_with_its_keys(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("3", "d")

        first, hint = on.said()[-1].split("\n")
        assert first == "Not done: BOWL-OAT is linked to a listing: unlink that first."
        assert hint.startswith("2, then u takes “Oatmeal")


async def test_retired_items_are_no_choice(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    add_item(made.workspace, sku="A-CUP", name="Cup nobody bought")
    add_item(made.workspace, sku="B-CUP", name="Cup somebody bought")
    retire_item(made.workspace, "A-CUP")
    async with stage(made) as on:
        await on.press("2", "m")

        assert on.shows("Which item is", "B-CUP")
        assert "A-CUP" not in on.text


async def test_a_new_item_is_shown_among_those_in_use(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    add_item(made.workspace, sku="A-CUP", name="Cup nobody bought")
    retire_item(made.workspace, "A-CUP")
    async with stage(made) as on:
        await on.press("3", "right", "n")
        await on.type("A-CUP")
        await on.press("enter")
        await on.type("Another cup")
        await on.press("enter")
        assert on.shows("A-CUP is retired", "3 Items, then ←→, then v brings it back")

        await on.press("escape", "y", "n")
        await on.type("Z-CUP")
        await on.press("enter")
        await on.type("Another cup")
        await on.press("enter")
        assert _at(on) == "Z-CUP"
