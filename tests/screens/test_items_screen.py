from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from pottery import ETSY, PotteryServices, pottery, services
from stage import stage
from tuisync.core.actions.items import add_item, adjust_stock
from tuisync.core.actions.warehouses import add_warehouse, deactivate_warehouse
from tuisync.core.errors import Conflict, UsageError
from tuisync.core.store import schema
from tuisync.core.views.items import item_view
from tuisync.core.views.objects import ItemView
from tuisync.screens.item import ItemDetail
from tuisync.screens.stock import parse_units


def _item(made: PotteryServices, sku: str) -> ItemView:
    return item_view(made.workspace.store, sku)


async def test_each_item_shows_its_three_numbers_and_what_shops_show(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("3")
        bowl = next(line for line in on.text.split("\n") if "BOWL-OAT" in line)

        assert bowl.split()[-5:] == ["13", "1", "12", "etsy", "13"]


def _switch_off(made: PotteryServices, listing: str, quantity: int) -> None:
    """Let the seller take a listing off sale at the shop, at another number than ours."""
    with made.workspace.store.transaction() as tx:
        known = tx.get(schema.LISTINGS, listing)
        assert known is not None
        (variant,) = known.variants
        variants = (msgspec.structs.replace(variant, quantity=quantity),)
        tx.put(schema.LISTINGS, known.but(state="inactive", variants=variants))


async def test_a_listing_that_is_off_says_so_wherever_its_number_stands(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    _switch_off(made, f"{ETSY}:1412000001", 4)
    async with stage(made) as on:
        await on.press("3")
        bowl = next(line for line in on.text.split("\n") if "BOWL-OAT" in line)
        assert bowl.split()[-3:] == ["etsy", "4", "paused"]

        await on.press("w")

        assert on.shows("12  to show; paused at the shop", "is left")
        assert on.shows("4, paused there")


@pytest.mark.parametrize(("typed", "on_hand"), [("10", 10), ("+4", 17), ("-3", 10)])
async def test_s28_adjusting_takes_a_count_or_a_difference(
    tmp_path: Path, typed: str, on_hand: int
) -> None:
    made = pottery(tmp_path)
    places = {"10": 16, "+4": 17, "-3": 10}
    async with stage(made) as on:
        await on.press("3", "a")
        assert on.shows("Adjust BOWL-OAT", "13 on hand, 1 committed, 12 available")
        await on.type(typed)
        await on.press("enter")

        assert _item(made, "BOWL-OAT").on_hand == places[typed]


async def test_the_dialog_follows_the_stock_and_a_count_asks_once_more(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("3", "a")
        await on.type("9")
        adjust_stock(made.workspace, "BOWL-OAT", to=70, reason="found")
        await on.until(lambda: on.shows("76 on hand", "It had 13 on hand when you began."))

        await on.press("enter")

        assert on.shows(
            "Studio has 70 on hand now; it had 7 when you began.", "Enter again sets it"
        )
        assert _item(made, "BOWL-OAT").on_hand == 76
        await on.press("enter")
        assert _item(made, "BOWL-OAT").on_hand == 15


async def test_a_difference_does_not_ask_again(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("3", "a")
        await on.type("+2")
        adjust_stock(made.workspace, "BOWL-OAT", to=70, reason="found")
        await on.press("enter")

        assert _item(made, "BOWL-OAT").on_hand == 78


def test_a_count_is_not_written_over_another_that_was_not_seen(tmp_path: Path) -> None:
    made = pottery(tmp_path)

    with pytest.raises(Conflict, match="no longer 8"):
        adjust_stock(made.workspace, "BOWL-OAT", to=9, reason="counted", seen=8)
    assert _item(made, "BOWL-OAT").on_hand == 13


async def test_a_refused_adjustment_keeps_what_was_typed(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("3", "a")
        await on.type("-50")
        await on.press("enter")

        assert on.shows("cannot be taken away", "-50")
        assert _item(made, "BOWL-OAT").on_hand == 13
        await on.press("escape", "y")
        assert on.app.screen.query("Table")


async def test_a_transfer_moves_units_between_warehouses(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("3", "t")
        assert on.shows("On hand: Studio 7, Barn 6.")
        await on.press("3", "enter")
        assert on.said()[-1] == (
            "BOWL-OAT: 3 moved from Studio to Barn. On hand now: Studio 4, Barn 9."
        )
        places = {each.warehouse: each.on_hand for each in _item(made, "BOWL-OAT").warehouses}

        assert places == {"Studio": 4, "Barn": 9}


async def test_a_new_item_is_added_and_under_the_cursor(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("3", "n")
        await on.type("TRAY-1")
        await on.press("tab")
        await on.type("Serving tray")
        await on.press("enter")

        assert _item(made, "TRAY-1").name == "Serving tray"
        assert on.table().key == "TRAY-1"


async def test_an_sku_that_is_taken_is_refused_in_the_form(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("3", "n")
        await on.type("BOWL-OAT")
        await on.press("tab")
        await on.type("Another")
        await on.press("enter")

        assert on.shows("Another item has the SKU BOWL-OAT.")


async def test_why_tells_every_movement_and_the_number_of_each_shop(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path), size=(120, 30)) as on:
        await on.press("3")
        on.table().go_to("MUG-BLUE-S")
        await on.press("w")

        assert isinstance(on.app.screen, ItemDetail)
        assert on.shows("Why this number", "on hand: the movements below")
        assert on.shows("kiln of 3 March", "damaged", "first number read at etsy")
        assert on.shows("- 2", "35  available")
        assert on.shows("the shop confirmed 37")


async def test_the_movements_add_up_to_what_is_there(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("3")
        on.table().go_to("MUG-BLUE-S")
        await on.press("enter")
        newest = on.table().rows[0]

        assert newest.after == 37


async def test_the_list_follows_a_change_made_elsewhere_and_keeps_its_place(
    tmp_path: Path,
) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("3", "slash")
        await on.type("mug")
        await on.press("enter", "down")
        adjust_stock(made.workspace, "MUG-BLUE-L", by=100, reason="counted elsewhere")
        add_item(made.workspace, sku="AAA-MUG", name="A mug before the others")
        await on.until(lambda: on.shows("AAA-MUG", "118"))

        assert on.table().key == "MUG-BLUE-S"
        assert on.table().words == "mug"
        assert on.shows("4 of 13")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("12", (None, 12)),
        ("+3", (3, None)),
        ("-3", (-3, None)),
        ("\N{MINUS SIGN}3", (-3, None)),
        ("0", (None, 0)),
    ],
)
def test_units_are_a_count_or_a_difference(text: str, meant: tuple[int | None, int | None]) -> None:
    assert parse_units(text) == meant


@pytest.mark.parametrize("text", ["", "three", "1.5", "+"])
def test_anything_else_is_not_a_number_of_units(text: str) -> None:
    with pytest.raises(UsageError, match="not a number of units"):
        parse_units(text)


async def test_s28_z_takes_the_last_adjustment_back_after_saying_what_it_was(
    tmp_path: Path,
) -> None:
    made = pottery(tmp_path)
    adjust_stock(made.workspace, "BOWL-OAT", by=4, reason="delivered")
    async with stage(made) as on:
        await on.press("3", "z")
        assert on.shows("Take back what was done to BOWL-OAT last?", "delivered, ", "+4 becomes -4")
        await on.press("n", "z", "y")
        assert on.said()[-1] == "BOWL-OAT: 13 on hand again."
        await on.press("enter", "z", "y")
        assert on.said()[-1] == "BOWL-OAT: 17 on hand again."

    assert item_view(made.workspace.store, "BOWL-OAT").on_hand == 17


async def test_where_a_second_warehouse_is_made_is_said_with_the_keys(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    with made.workspace.store.transaction() as tx:
        barn = next(each for each in tx.all(schema.WAREHOUSES) if not each.primary)
        tx.put(schema.WAREHOUSES, barn.but(active=False))
    async with stage(made) as on:
        await on.press("3", "t")
        assert on.said()[-1] == "A transfer needs a second warehouse: “,”, then n adds one."
        await on.press("enter", "t")
        assert on.said()[-1] == "A transfer needs a second warehouse: “,”, then n adds one."


@pytest.mark.parametrize("keys", ["3 n", "3 i", "comma"])
async def test_before_there_is_a_business_the_key_leads_to_the_wizard(
    tmp_path: Path, keys: str
) -> None:
    async with stage(services(tmp_path)) as on:
        await on.press("escape", *keys.split())

        assert on.shows("Your business")
        assert on.said()[-1].startswith("Your business comes first")


async def test_what_needs_a_business_names_keys_and_no_command(tmp_path: Path) -> None:
    async with stage(services(tmp_path)) as on:
        await on.press("escape", "9", "r")

        assert on.said()[-1].endswith("Set up your business first: 1, then n.")


async def test_taking_away_too_many_says_what_to_do(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("3", "a")
        await on.type("-500")
        await on.press("enter")

        assert on.shows("or say how many there are.")


@pytest.mark.parametrize("typed", ["-5", "+3"])
async def test_a_new_item_has_a_count_and_no_difference(tmp_path: Path, typed: str) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("3", "n")
        await on.type("TRAY-1")
        await on.press("tab")
        await on.type("Serving tray")
        await on.press("tab", "home", "ctrl+k")
        await on.type(typed)
        await on.press("ctrl+s")

        assert on.shows("Give how many units there are, as 12")
    assert not made.workspace.store.find(schema.ITEMS, "sku", "TRAY-1")


async def test_a_price_may_be_typed_with_a_comma(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("3", "n")
        await on.type("TRAY-1")
        await on.press("tab")
        await on.type("Serving tray")
        await on.press("tab", "tab")
        await on.type("1,250")
        await on.press("enter")
        assert on.shows("`1,250` is not a price.", "Give it as 12.90.")
        await on.press("home", "ctrl+k")
        await on.type("12,50")
        await on.press("enter")

    assert str(_item(made, "TRAY-1").price) == "12.50 USD"


async def test_of_a_paste_with_several_lines_nothing_is_lost(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("3", "n", "tab")
        await on.type("Serving\n  tray\r\n\nlarge\n")

        assert on.shows("Serving tray large")


async def test_what_a_warehouse_out_of_use_holds_can_be_moved_away_or_counted_out(
    tmp_path: Path,
) -> None:
    made = pottery(tmp_path)
    add_warehouse(made.workspace, "Attic")
    deactivate_warehouse(made.workspace, "Barn")
    async with stage(made) as on:
        await on.press("3", "a", "shift+tab", "enter")
        assert on.shows("Studio", "Attic", "Barn", "6 on hand, not in use")
        await on.type("barn")
        await on.press("enter", "tab")
        await on.type("0")
        await on.press("enter")
        places = {each.warehouse: each.on_hand for each in _item(made, "BOWL-OAT").warehouses}
        assert places == {"Studio": 7, "Attic": 0}

        await on.press("down", "t", "shift+tab", "enter")
        assert not on.shows("not in use"), "nothing is moved to there"
