from __future__ import annotations

from pathlib import Path

from pottery import PotteryServices, pottery
from stage import stage
from tuisync.core.remote import Capabilities
from tuisync.core.views.objects import OrderView
from tuisync.core.views.orders import order_view
from tuisync.screens.dialogs.choose import Choose
from tuisync.screens.dialogs.fields import Picker
from tuisync.screens.order import OrderDetail
from tuisync.widgets.line import Line
from tuisync.widgets.pills import Pills

NEWEST = "3301442900"
FROZEN = "3301438889"


def _order(made: PotteryServices, number: str = NEWEST) -> OrderView:
    return order_view(made.workspace.store, number)


async def test_orders_come_newest_first_with_what_was_sold(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path), size=(120, 30)) as on:
        await on.press("4")
        first = on.text.split("\n")[5]

        assert first.split()[1:5] == [NEWEST, "2026-03-12", "●", "confirmed"]
        assert "Ada Brandt" in first
        assert "2 x Speckled Mug" in first
        assert "48.00 USD" in first


async def test_left_and_right_show_one_group_at_a_time(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("4", "right")
        assert on.shows("[to ship 4]")
        assert {row.status for row in on.table().rows} == {"confirmed"}
        await on.press("right")
        assert [row.number for row in on.table().rows] == [FROZEN]
        await on.press("left", "left", "left")
        assert on.shows("[void 1]")


async def test_s37_an_order_opens_with_lines_buyer_and_comments(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("4", "enter")

        assert isinstance(on.app.screen, OrderDetail)
        assert on.shows(f"Order {NEWEST}", "Speckled Mug", "MUG-BLUE-S", "24.00 USD")
        assert on.shows("Ada Brandt", "ada@example.com", "Paid  (system)", "none yet")


async def test_s36_an_order_is_shipped_with_a_carrier_found_by_typing(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("4", "s")
        assert on.shows(f"Ship order {NEWEST}", "one parcel for the whole order")
        await on.press("r")
        await on.type("oyal")
        await on.press("enter")
        await on.type("RM123456789GB")
        await on.press("enter")

        parcel = _order(made).shipments[0]
        assert (parcel.carrier, parcel.tracking, parcel.push) == (
            "royal-mail",
            "RM123456789GB",
            "owed",
        )
        assert _order(made).status == "fulfilled"
        assert "is shipped; the shop is told next" in on.said()[-1]


async def test_fast_typing_goes_into_the_one_list_it_opens(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("4", "s")
        for character in "roy":
            on.app.simulate_key(character)
        await on.until(lambda: isinstance(on.app.screen, Choose))
        await on.settle()

        assert len([each for each in on.app.screen_stack if isinstance(each, Choose)]) == 1
        assert on.app.screen.query_one(Line).value == "roy"


async def test_faster_typing_than_the_list_opens_fills_both_fields(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("4", "s")
        for key in (*"roya", "enter", *"RM12"):
            on.app.simulate_key(key)
        await on.settle()

        assert on.app.screen.query_one(Picker).value == "royal-mail"
        assert on.app.screen.query_one(Line).value == "RM12"


async def test_a_carrier_and_a_number_must_be_given(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("4", "s", "ctrl+s")
        assert on.shows("Carrier is missing.")
        await on.press("right", "tab", "enter")
        assert on.shows("Tracking number is missing.")
        await on.press("escape")

        assert not _order(made).shipments


async def test_s02_where_parts_may_be_sent_the_units_are_asked_for(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    etsy = made.host.known["etsy"]
    can = Capabilities(partial_shipments=True, carriers=etsy.capabilities.carriers)
    made.host.known["etsy"] = type(etsy)(id="etsy", title="Etsy", capabilities=can)
    async with stage(made) as on:
        await on.press("4", "s")
        assert on.shows("Speckled Mug - Handmade Stoneware (of 2)"[:30])
        await on.press("tab", "tab", "1", "enter")

        assert [line.shipped for line in _order(made).lines] == [1]


async def test_a_frozen_order_says_what_it_waits_for(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("4")
        on.table().go_to(f"etsy:8101:{FROZEN}")
        await on.press("s")

        assert on.said()[-1] == "It is frozen: 2 goes to the listing that needs an item."
        assert not _order(made, FROZEN).shipments


async def test_the_filter_finds_buyers_titles_and_tracking_numbers(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("4", "slash")
        await on.type("林美")
        assert on.shows("Mei Lin 林")
        assert on.table().shown == 2
        await on.press("escape", "slash")
        await on.type("9400 10006")
        assert on.table().shown == 1


async def test_a_key_typed_while_the_list_is_read_is_not_lost(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("4")
        on.app.screen.query_one(Pills).show([], "")
        await on.press("right", "right")
        on.app.stir()
        await on.until(lambda: on.shows("[frozen 1]"))
