from __future__ import annotations

import re
from pathlib import Path
from threading import get_ident
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from textual.widgets import Button

from pottery import ETSY, PotteryServices, pottery
from stage import stage
from tuisync.core.actions.orders import ship_order
from tuisync.core.actions.shipments import mark_shipment
from tuisync.core.orders.telling import SHIPPING
from tuisync.core.remote import Capabilities
from tuisync.core.store import schema
from tuisync.core.views.objects import OrderView
from tuisync.core.views.orders import order_view
from tuisync.screens.contacts import Contacts
from tuisync.screens.dialogs.choose import Choose
from tuisync.screens.dialogs.fields import Picker
from tuisync.screens.order import OrderDetail
from tuisync.widgets.groups import Groups
from tuisync.widgets.line import Line
from tuisync.widgets.pills import Pills
from tuisync.widgets.rows import Rows

if TYPE_CHECKING:
    import pytest

NEWEST = "3301442900"
FROZEN = "3301438889"


def _order(made: PotteryServices, number: str = NEWEST) -> OrderView:
    return order_view(made.workspace.store, number)


def _let(made: PotteryServices, **abilities: bool) -> None:
    """Change what Etsy can do."""
    known = made.workspace.marketplaces.known  # type: ignore[attr-defined]
    can = replace(known["etsy"].capabilities, **abilities)
    known["etsy"] = replace(known["etsy"], capabilities=can)


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


async def test_a_large_group_is_made_in_a_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: dict[str, int] = {}
    made = Groups.rows

    def rows(self: Groups[Any], group: str) -> Rows[Any]:
        threads.setdefault(group, get_ident())
        return made(self, group)

    monkeypatch.setattr(Groups.is_at_hand, "__kwdefaults__", {"within": 0})
    monkeypatch.setattr(Groups, "rows", rows)
    async with stage(pottery(tmp_path)) as on:
        await on.press("4", "right", "right")
        await on.until(lambda: [row.number for row in on.table().rows] == [FROZEN])

    assert {"confirmed", "frozen"} <= threads.keys()
    assert get_ident() not in threads.values()


async def test_an_order_is_not_taken_for_the_marked_one_that_a_filter_hides(
    tmp_path: Path,
) -> None:
    made = pottery(tmp_path)
    _let(made, tracking_required=False)
    orders = made.workspace.store.all(schema.ORDERS)
    sent = next(each for each in orders if each.status == "fulfilled" and each.lines[0].shipped)
    async with stage(made) as on:
        await on.press("4", "space", "slash")
        await on.type(sent.number)
        await on.press("enter")
        assert on.shows("1 of 12 · 1 marked, 1 hidden")
        await on.press("s")
        assert on.shows("Ship 1 order", NEWEST)
        await on.press("escape", "r")

        assert on.said()[-1].startswith("Another row is marked: ")
        await on.press("space", "r")
        assert on.shows(f"What became of order {sent.number}?")


async def test_marks_are_counted_wherever_the_rows_are_and_escape_takes_them_away(
    tmp_path: Path,
) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("4", "space")
        assert on.shows("1 marked · esc clears")
        await on.press("slash")
        await on.type("mug")
        assert on.shows("of 12 · 1 marked")
        await on.press("escape")
        assert on.shows("1 marked · esc clears")
        await on.press("escape")
        assert not on.shows("marked")
        assert not on.table().selected


async def test_a_refused_parcel_is_seen_in_the_list(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    _refuse(made)
    async with stage(made) as on:
        await on.press("4")
        assert "✗ refused" in next(line for line in on.text.split("\n") if NEWEST in line)


def _refuse(made: PotteryServices) -> str:
    """Let the shop refuse a shipment that was sent without a tracking number; returns its push."""
    order = ship_order(made.workspace, NEWEST, carrier="usps", tracking="0")
    store, shipment = made.workspace.store, order.shipments[-1].id
    push = f"shipment:{order.id}#{shipment}"
    with store.transaction() as tx:
        entry = tx.get(schema.OUTBOX, push)
        assert entry is not None
        reason = "Etsy refuses: A tracking number is required."
        tx.put(schema.OUTBOX, entry.but(state="rejected", reason=reason))
        mark_shipment(tx, order.id, shipment, "failed", reason)
    return push


def _keep_from_key(made: PotteryServices) -> None:
    """Let the shop not be told of shipments by us."""
    with made.workspace.store.transaction() as tx:
        shop = next(iter(tx.all(schema.INTEGRATIONS)))
        tx.put(schema.INTEGRATIONS, shop.but(withheld={SHIPPING: "Etsy keeps that from your key."}))


def _tracking(made: PotteryServices) -> tuple[str | None, str | None, str]:
    (parcel,) = _order(made).shipments
    return parcel.carrier, parcel.tracking, parcel.push


async def test_e10_a_refused_shipment_is_corrected_on_the_order(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    _refuse(made)
    async with stage(made) as on:
        await on.press("4", "enter")
        assert on.shows("✗ refused: Etsy", "s corrects it")
        await on.press("s")
        assert on.shows(f"Correct the shipment of order {NEWEST}", "A tracking number is required")
        await on.press("tab", "home", "ctrl+k")
        await on.type("9400")
        await on.press("enter")

        assert _tracking(made) == ("usps", "9400", "owed")
        assert on.said()[-1] == f"Order {NEWEST}: corrected; the shop is told next."


async def test_a_shipment_the_shop_was_not_told_of_yet_is_corrected_on_the_order(
    tmp_path: Path,
) -> None:
    made = pottery(tmp_path)
    ship_order(made.workspace, NEWEST, carrier="usps", tracking="9401")
    async with stage(made) as on:
        await on.press("4", "enter")
        assert on.shows("9401", "s corrects it")
        await on.press("s")
        assert on.shows("The shop was not told of it yet.", "Correct")
        await on.press("tab", "home", "ctrl+k")
        await on.type("9400")
        await on.press("enter")

        assert _tracking(made) == ("usps", "9400", "owed")


async def test_what_the_shop_knows_of_a_parcel_is_changed_there(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    order = ship_order(made.workspace, NEWEST, carrier="usps", tracking="9401")
    with made.workspace.store.transaction() as tx:
        tx.delete(schema.OUTBOX, f"shipment:{order.id}#{order.shipments[-1].id}")
        mark_shipment(tx, order.id, order.shipments[-1].id, "sent", "")
    async with stage(made) as on:
        await on.press("4", "s")

        assert "is shipped already. What the shop was told of the parcel" in on.said()[-1]


async def test_a_line_says_what_the_buyer_chose_and_wrote(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    with made.workspace.store.transaction() as tx:
        order = tx.get(schema.ORDERS, _order(made).id)
        assert order is not None
        chosen = {"Size": "11x14", "Personalization": "For [b]Sam[/b]"}
        lines = tuple(replace(each, options=chosen) for each in order.lines)
        tx.put(schema.ORDERS, order.but(lines=lines))
    async with stage(made, size=(120, 40)) as on:
        await on.press("4", "enter")
        assert on.shows("11x14, For [b]Sam[/b]")
        await on.press("s")
        assert on.shows("2 x Speckled Mug", "11x14, For [b]Sam[/b]")


async def test_a_line_is_told_apart_from_its_siblings_by_its_listings_options(
    tmp_path: Path,
) -> None:
    made = pottery(tmp_path)
    (line,) = _order(made).lines

    assert line.name == "Speckled Mug - Handmade Stoneware - Blue, Small"


async def test_e10_the_inbox_and_the_outbox_correct_a_refused_shipment(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    push = _refuse(made)
    async with stage(made) as on:
        await on.press("5")
        on.table().go_to(push)
        await on.settle()
        assert on.shows("correct it and send it again")
        await on.press("f")
        assert on.shows(f"Correct the shipment of order {NEWEST}")
        await on.press("escape", "6", "right")
        on.table().go_to(push)
        await on.settle()
        await on.press("e", "tab", "enter")

        assert _tracking(made) == ("usps", "0", "owed")
        await on.press("left")
        on.table().go_to(f"stock:{ETSY}:1412000001")
        await on.settle()
        await on.press("e")
        assert on.said()[-1] == "A number is computed from your stock: 3 goes there."


async def test_e10_half_a_pair_is_refused_in_the_form(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    _let(made, tracking_required=False, tracking_pair=True)
    async with stage(made) as on:
        await on.press("4", "s", "r", *"oyal", "enter", "enter")

        assert on.shows("The tracking number is missing: this marketplace takes both or")
        assert _order(made).shipments == []


async def test_what_is_typed_while_the_button_has_the_focus_is_not_lost(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("4", "s", "enter")
        await on.type("royal")
        await on.press("enter", "tab")
        for letter in "1Z9998":  # as a terminal hands a burst over, or a scanner
            on.app.simulate_key(letter)
        await on.settle()
        await on.press("backspace", "enter")

        (parcel,) = _order(made).shipments
        assert (parcel.carrier, parcel.tracking) == ("royal-mail", "1Z999")


async def test_s36_tab_takes_what_was_typed_in_the_list_and_goes_on(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("4", "s", *"usps", "tab", *"9400", "enter")

        (parcel,) = _order(made).shipments
        assert (parcel.carrier, parcel.tracking) == ("usps", "9400")


async def test_shift_tab_takes_it_too_and_goes_back(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("4", "s", *"usps", "shift+tab")

        assert re.search(r"Carrier +USPS", on.text)
        assert isinstance(on.app.focused, Button)


async def test_tab_stays_in_a_list_in_which_nothing_is_called_so(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("4", "s", *"nobody", "tab")

        assert on.shows("Nothing here contains “nobody”.")
        await on.press("escape", "escape")  # the words, then the list
        assert on.shows("choose …")


async def test_s37_an_order_opens_with_lines_buyer_and_comments(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("4", "enter")

        assert isinstance(on.app.screen, OrderDetail)
        assert on.shows(f"Order {NEWEST}", "Speckled", "MUG-BLUE-S", "24.00 USD")
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


async def test_e19_who_has_to_tell_the_shop_is_told_so_on_shipping_and_on_correcting(
    tmp_path: Path,
) -> None:
    made = pottery(tmp_path)
    _keep_from_key(made)
    async with stage(made) as on:
        await on.press("4", "s")
        await on.type("roy")
        await on.press("enter")
        await on.type("RM12")
        await on.press("enter")
        assert on.said()[-1] == f"Order {NEWEST} is shipped; mark it at the shop yourself."

        await on.press("enter", "s", "tab", "end", "3", "enter")
        assert _tracking(made) == ("royal-mail", "RM123", "manual")
        assert on.said()[-1] == f"Order {NEWEST}: corrected; mark it at the shop yourself."


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
        assert on.shows("Fill in “Carrier” first.")
        await on.press("right", "tab", "enter")
        assert on.shows("Fill in “Tracking number” first.")
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

        assert on.said()[-1] == "It is frozen: 2 goes to the variant that needs an item."
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


async def test_escape_leads_from_the_contact_back_to_the_order(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("4", "enter")
        order: object = on.app.screen
        await on.press("c")
        contacts: object = on.app.screen
        assert (type(order), type(contacts)) == (OrderDetail, Contacts)
        await on.press("escape")
        assert order is on.app.screen

        await on.press("c", "3", "8", "escape")  # gone elsewhere since: nothing to go back to
        assert contacts is on.app.screen
