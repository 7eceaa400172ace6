"""Shipping all orders that are marked: a number each, and one question that tells all of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from textual import events

from pottery import ETSY, FAIR, PotteryServices, pottery
from stage import Stage, stage
from tuisync.core.actions.orders import ship_order
from tuisync.core.orders.telling import SHIPPING
from tuisync.core.store import schema
from tuisync.core.views.objects import OrderView
from tuisync.core.views.orders import order_view
from tuisync.screens.dialogs.confirm import Confirm
from tuisync.screens.dialogs.fields import FieldRow, Picker
from tuisync.screens.parcels_form import ParcelsForm
from tuisync.widgets.line import ColumnLine
from tuisync.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

ADA, JOSE, MEI, FROZEN, PRIYA = (f"{3_301_442_900 - number * 1_337}" for number in range(5))


def _order(made: PotteryServices, number: str) -> OrderView:
    return order_view(made.workspace.store, number)


def _parcel(made: PotteryServices, number: str) -> tuple[str | None, str | None, str]:
    (parcel,) = _order(made, number).shipments
    return parcel.carrier, parcel.tracking, parcel.push


def _etsy(tmp_path: Path, *, required: bool = False, pair: bool = True) -> PotteryServices:
    """Return the pottery with a marketplace that wants numbers so."""
    made = pottery(tmp_path)
    can = replace(
        made.host.known["etsy"].capabilities, tracking_required=required, tracking_pair=pair
    )
    made.host.known["etsy"] = replace(made.host.known["etsy"], capabilities=can)
    return made


def _keep_from_key(made: PotteryServices) -> None:
    """Let the shop not be told of shipments by us."""
    with made.workspace.store.transaction() as tx:
        shop = tx.get(schema.INTEGRATIONS, ETSY)
        assert shop is not None
        tx.put(schema.INTEGRATIONS, shop.but(withheld={SHIPPING: "Etsy keeps that from your key."}))


def _numbers(on: Stage) -> Sequence[str]:
    return [each.value for each in on.app.screen.query(ColumnLine)]


async def _mark(on: Stage, count: int = 3) -> None:
    """Mark the newest orders and ask to ship them."""
    await on.press("4", *["space"] * count, "s")


async def _fill(on: Stage, column: str, count: int = 3) -> None:
    """Mark the newest orders, choose a carrier and paste a column of numbers."""
    await _mark(on, count)
    await on.press(*"usps", "enter")
    await on.type(column)


async def test_s36_marked_orders_are_shipped_each_with_its_number_after_one_question(
    tmp_path: Path,
) -> None:
    made = _etsy(tmp_path)
    async with stage(made) as on:
        await _mark(on, 4)
        assert on.shows("Ship 3 orders", f"{ADA} Ada Brandt", f"{JOSE} José García")
        assert on.shows("1 of those marked cannot be shipped now and stay as they are.")
        await on.press(*"usps", "enter")
        await on.type("9401")
        await on.press("enter")
        await on.type("9402")
        await on.press("tab")
        await on.type("9403")
        await on.press("enter")
        assert on.shows("Ship 3 orders?", "These 3 buyers get an e-mail from the shop:")
        assert on.shows(f"{ADA}  Ada Brandt    USPS 9401", f"{JOSE}  José García   USPS 9402")
        assert not _order(made, ADA).shipments, "nothing before the answer"
        await on.press("y")

        assert on.said()[-1] == "3 orders shipped; the shops are told next."
        assert not on.table().selected
    assert [_parcel(made, each) for each in (ADA, JOSE, MEI)] == [
        ("usps", "9401", "owed"),
        ("usps", "9402", "owed"),
        ("usps", "9403", "owed"),
    ]
    assert _order(made, FROZEN).status == "confirmed"


async def test_a_pasted_column_fills_the_lines_below(tmp_path: Path) -> None:
    made = _etsy(tmp_path)
    async with stage(made) as on:
        await _fill(on, "9401\r\n  9402 \r\n9403\r\n")
        assert _numbers(on) == ["9401", "9402", "9403"]
        assert not on.shows("too many")
        await on.press("enter")

        assert isinstance(on.app.screen, Confirm)


async def test_a_scanner_goes_from_line_to_line_and_asks_after_the_last(tmp_path: Path) -> None:
    async with stage(_etsy(tmp_path)) as on:
        await _mark(on)
        await on.press(*"usps", "enter")
        for key in (*"9401", "enter", *"9402", "enter"):  # as fast as one types
            on.app.simulate_key(key)
        await on.settle()
        assert _numbers(on) == ["9401", "9402", ""]
        assert not on.shows("cannot leave so")
        await on.press(*"9403", "enter")

        assert isinstance(on.app.screen, Confirm)


async def test_a_column_keeps_its_gaps_and_tells_what_has_no_line(tmp_path: Path) -> None:
    async with stage(_etsy(tmp_path)) as on:
        await _mark(on)
        await on.press("tab", "tab")  # the second of three
        await on.type("\n9403\n9404\n9405")

        assert _numbers(on) == ["", "", "9403"]
        assert on.shows("2 numbers too many")


@pytest.mark.parametrize("between", ["\n", "\n\n"])  # some terminals tell each end twice
async def test_a_heading_over_a_pasted_column_is_no_number(tmp_path: Path, between: str) -> None:
    async with stage(_etsy(tmp_path)) as on:
        await _mark(on)
        await on.press("tab")
        await on.type(between.join(["Tracking", "9401", "9402", "9403", ""]))

        assert _numbers(on) == ["9401", "9402", "9403"]
        assert on.shows("“Tracking” is no number and was left out.")


async def test_what_is_pasted_beside_the_lines_is_taken_for_the_numbers(tmp_path: Path) -> None:
    async with stage(_etsy(tmp_path)) as on:
        await _mark(on)
        picker = on.app.screen.query_one(Picker)
        assert on.app.focused is picker
        on.app.post_message(events.Paste("9401\n9402\n9403"))
        await on.until(lambda: _numbers(on) == ["9401", "9402", "9403"])


async def test_saying_no_keeps_every_number_that_was_typed(tmp_path: Path) -> None:
    made = _etsy(tmp_path)
    async with stage(made) as on:
        await _fill(on, "9401\n9402\n9403")
        await on.press("ctrl+s", "n")
        assert isinstance(on.app.screen, ParcelsForm)
        assert _numbers(on) == ["9401", "9402", "9403"]
        await on.press("ctrl+s", "escape", "escape")
        assert on.shows("Throw away what you typed?")

        assert not _order(made, ADA).shipments


async def test_a_number_that_is_missing_is_told_at_its_line_as_for_one_order(
    tmp_path: Path,
) -> None:
    made = _etsy(tmp_path)
    async with stage(made) as on:
        await _fill(on, "9401\n\n9403")
        await on.press("ctrl+s")

        assert on.shows("The tracking number is missing", "1 parcel cannot leave so.")
        assert on.app.focused is list(on.app.screen.query(ColumnLine))[1]
        await on.type("-")
        await on.press("ctrl+s")
        assert on.shows(f"{JOSE}  José García   without a tracking number")
        await on.press("y")

    assert _parcel(made, JOSE) == (None, None, "owed")
    assert _parcel(made, MEI) == ("usps", "9403", "owed")


async def test_a_carrier_that_is_missing_is_told_at_the_carrier(tmp_path: Path) -> None:
    async with stage(_etsy(tmp_path)) as on:
        await _mark(on)
        await on.press("tab")
        await on.type("9401\n-\n-")
        await on.press("ctrl+s")

        assert on.shows("The carrier is missing")
        assert on.app.focused is on.app.screen.query_one(Picker)


async def test_where_each_parcel_needs_a_number_none_may_be_missing(tmp_path: Path) -> None:
    made = _etsy(tmp_path, required=True)
    async with stage(made) as on:
        await _mark(on)
        assert not on.shows("without carrier and number")
        await on.press("ctrl+s")
        assert on.shows("Fill in “Carrier” first.")
        await on.press(*"usps", "enter")
        await on.type("9401\n-\n9403")
        await on.press("ctrl+s")

        assert on.shows("This marketplace needs a carrier.", "1 parcel cannot leave so.")
        assert not _order(made, ADA).shipments


async def test_without_any_number_it_takes_three_keys(tmp_path: Path) -> None:
    made = _etsy(tmp_path)
    async with stage(made) as on:
        await _mark(on, 2)
        await on.press("ctrl+s")
        assert on.shows(f"{ADA}  Ada Brandt   without a tracking number")
        await on.press("y")

    assert _parcel(made, ADA) == (None, None, "owed")


async def test_one_number_for_two_orders_is_pointed_out(tmp_path: Path) -> None:
    async with stage(_etsy(tmp_path)) as on:
        await _fill(on, "94ab\n94AB\n9403")
        await on.press("ctrl+s")

        assert on.shows("! 94AB is the number of 2 orders.")


async def test_e19_who_has_to_tell_the_shop_is_told_so_of_many_orders(tmp_path: Path) -> None:
    made = _etsy(tmp_path)
    _keep_from_key(made)
    async with stage(made) as on:
        await _mark(on, 2)
        await on.press("ctrl+s")
        assert on.shows("Ship 2 orders?", "You mark these 2 at the shop yourself:")
        assert not on.shows("an e-mail")
        await on.press("y")

        assert on.said()[-1] == "2 orders shipped; 2 you mark at the shop yourself."


async def test_a_number_that_is_none_is_told_at_its_line_whatever_the_carrier(
    tmp_path: Path,
) -> None:
    made = _etsy(tmp_path)
    async with stage(made) as on:
        await _mark(on)
        await on.press("tab")
        await on.type("9401\n9.4E+21\n9403")
        await on.press("ctrl+s")

        wrong = {
            row.field.key: str(row.query_one(".field--help", Words).content)
            for row in on.app.screen.query(FieldRow)
        }
        assert "to 9.4E+21" in wrong[_order(made, JOSE).id]
        assert wrong["carrier etsy"].startswith("The carrier is missing")


async def test_orders_of_two_marketplaces_have_a_carrier_each(tmp_path: Path) -> None:
    made = _etsy(tmp_path)
    with made.workspace.store.transaction() as tx:
        order = tx.get(schema.ORDERS, _order(made, JOSE).id)
        assert order is not None
        tx.put(schema.ORDERS, order.but(id="fair:77:9", integration=FAIR, number="9"))
        tx.delete(schema.ORDERS, order.id)
    async with stage(made) as on:
        await _mark(on, 2)
        assert on.shows("Carrier at Etsy", "Carrier at Craft Fair")
        await on.press(*"usps", "enter")
        await on.type("By bike")
        await on.press("tab")
        await on.type("9401\nB1")
        await on.press("enter", "y")

    assert _parcel(made, ADA)[:2] == ("usps", "9401")
    assert _parcel(made, "9")[:2] == ("by bike", "B1")


async def test_one_that_was_shipped_meanwhile_keeps_no_other_back(tmp_path: Path) -> None:
    made = _etsy(tmp_path)
    async with stage(made) as on:
        await _mark(on, 2)
        await on.press("ctrl+s")
        ship_order(made.workspace, ADA, carrier=None, tracking=None)
        await on.press("y")

        assert on.said()[-1] == (
            f"1 order shipped; the shops are told next. 1 not: Order {ADA} is shipped already."
        )
    assert _order(made, JOSE).status == "fulfilled"


async def test_one_that_cannot_leave_any_more_is_left_out_and_costs_no_number(
    tmp_path: Path,
) -> None:
    made = _etsy(tmp_path)
    async with stage(made) as on:
        await _fill(on, "9401\n9402\n9403")
        ship_order(made.workspace, JOSE, carrier="ups", tracking="1Z")
        await on.press("ctrl+s")
        assert on.shows(f"Order {JOSE} is shipped already. It", "1 parcel cannot leave so.")
        await on.press("ctrl+s")
        assert on.shows("Ship 2 orders?", f"{ADA}  Ada Brandt    USPS 9401")
        await on.press("n", "up", "up")
        assert on.shows(f"Order {JOSE} is shipped already. It")
        await on.press("ctrl+s", "y")

    assert [_parcel(made, each)[1] for each in (ADA, JOSE, MEI)] == ["9401", "1Z", "9403"]


async def test_where_none_can_leave_any_more_nothing_is_asked(tmp_path: Path) -> None:
    made = _etsy(tmp_path)
    async with stage(made) as on:
        await _mark(on, 1)
        ship_order(made.workspace, ADA, carrier="ups", tracking="1Z")
        await on.press("ctrl+s", "ctrl+s")

        assert on.shows("None of them can be shipped any more.")
        assert isinstance(on.app.screen, ParcelsForm)


async def test_more_orders_than_one_can_look_through_are_not_asked_about(tmp_path: Path) -> None:
    made = _etsy(tmp_path)
    _sell(made, 101)
    async with stage(made) as on:
        await on.press("4", "ctrl+a", "s")

        assert on.said()[-1] == ("105 of those marked can be shipped; 100 at most can be at once.")


def _sell(made: PotteryServices, count: int) -> None:
    """Sell as many more, each as the newest order."""
    with made.workspace.store.transaction() as tx:
        order = tx.get(schema.ORDERS, _order_id(ADA))
        assert order is not None
        for number in range(count):
            name = f"7{number:03}"
            tx.put(schema.ORDERS, order.but(id=_order_id(name), number=name, remote_id=name))


async def test_nothing_is_asked_where_none_can_be_shipped(tmp_path: Path) -> None:
    async with stage(_etsy(tmp_path)) as on:
        await on.press("4")
        on.table().go_to(_order_id(FROZEN))
        await on.press("space", "s")

        assert on.said()[-1] == "None of those marked can be shipped now."


def _order_id(number: str) -> str:
    return f"{ETSY}:{number}"


@pytest.mark.parametrize("size", [(80, 16), (60, 18)], ids=["80x16", "60x18"])
async def test_many_numbers_scroll_on_a_low_terminal(tmp_path: Path, size: tuple[int, int]) -> None:
    made = _etsy(tmp_path)
    _sell(made, 30)
    numbers = [f"94{number:020}" for number in range(30)]
    async with stage(made, size=size) as on:
        await on.press("4", "slash")
        await on.type("7 brandt")
        await on.press("enter", "ctrl+a", "s", *"usps", "enter")
        await on.type("\n".join(numbers))
        assert on.app.focused is list(on.app.screen.query(ColumnLine))[29]
        assert on.shows(numbers[29][-8:], "^s Ship", "esc Cancel")
        await on.press("enter")

        assert on.shows("an e-mail from the shop:", "Back to the numbers", "y Yes")
        await on.press(*["pagedown"] * 6)
        assert on.shows(f"USPS {numbers[29]}", "y Yes")
