"""Deciding about orders on the screens: returns, lines, doubts, people of one name."""

from __future__ import annotations

from pathlib import Path

from pottery import PotteryServices, pottery
from stage import stage
from tuisync.core.actions.return_undo import take_back_return
from tuisync.core.actions.returns import return_order
from tuisync.core.models import Contact, Order
from tuisync.core.store import schema
from tuisync.core.views.items import item_view
from tuisync.core.views.orders import order_view
from tuisync.screens.contacts import Contacts
from tuisync.screens.order import OrderDetail
from tuisync.testing import ManualClock

FROZEN = "3301438889"


def changed(made: PotteryServices, number: str, **changes: object) -> Order:
    """Change an order behind the screens' back, as a sync would; returns it."""
    with made.workspace.store.transaction() as tx:
        (order,) = tx.find(schema.ORDERS, "number", number)
        tx.put(schema.ORDERS, order.but(**changes))
        return order.but(**changes)


def a_sent_order(made: PotteryServices) -> Order:
    """Return an order that was sent and refunded, with its item's stock taken."""
    found = next(
        order
        for order in made.workspace.store.all(schema.ORDERS)
        if order.status == "fulfilled" and order.lines[0].item and order.lines[0].shipped
    )
    return changed(made, found.number, payment="refunded", asks_return=True)


async def test_x07_what_came_back_is_said_at_the_order(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    order = a_sent_order(made)
    item = made.workspace.store.get(schema.ITEMS, order.lines[0].item or "")
    assert item is not None
    before = item_view(made.workspace.store, item.sku).on_hand
    async with stage(made, size=(120, 40)) as on:
        await on.press("4")
        on.table().go_to(order.id)
        await on.press("enter")
        assert on.shows("Did the goods come back? r says.")

        await on.press("r")
        assert on.shows(f"What became of order {order.number}?", "Studio", "Only you know")
        await on.press("ctrl+s")

        assert isinstance(on.app.screen, OrderDetail)
        assert on.said()[-1].startswith(f"Order {order.number}: came back to Studio: ")
        assert on.shows("Came back to Studio", "return: order", "↺ returned")
        assert not on.shows("Did the goods come back?")
    count = order.lines[0].shipped
    assert item_view(made.workspace.store, item.sku).on_hand == before + count


async def test_x07_what_was_said_of_a_return_is_taken_back(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    order = a_sent_order(made)
    item = made.workspace.store.get(schema.ITEMS, order.lines[0].item or "")
    assert item is not None
    before = item_view(made.workspace.store, item.sku).on_hand
    async with stage(made) as on:
        await on.press("4")
        on.table().go_to(order.id)
        await on.press("z")
        assert on.said()[-1] == "Nothing was said of what came back of it."
        await on.press("r", "ctrl+s")
        assert on.said()[-1].endswith(". z takes it back.")
        await on.press("r")
        assert on.said()[-1] == "All of it is accounted for: z takes back what was said last."

        await on.press("z")
        assert on.shows(
            f"Take back what was said of order {order.number}?",
            "Came back to Studio,",
            "They leave Studio again.",
        )
        await on.press("n", "enter", "z", "y")

        assert isinstance(on.app.screen, OrderDetail)
        assert on.said()[-1] == f"Order {order.number}: taken back; r says it anew."
        assert on.shows("Did the goods come back? r says.")
    assert item_view(made.workspace.store, item.sku).on_hand == before


async def test_x07_what_is_taken_back_is_what_was_shown(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    order = a_sent_order(made)
    async with stage(made) as on:
        await on.press("4")
        on.table().go_to(order.id)
        await on.press("r", "ctrl+s", "z")
        shown = order_view(made.workspace.store, order.id).returns
        take_back_return(made.workspace, order.id)  # by somebody else, meanwhile
        clock = made.workspace.clock
        assert isinstance(clock, ManualClock)
        clock.advance(seconds=1)
        return_order(made.workspace, order.id, to=None)
        await on.settle()
        await on.press("y")

        assert on.said()[-1] == f"Not done: Something else was said of order {order.number} since."
    (kept,) = order_view(made.workspace.store, order.id).returns
    assert kept.at != shown[0].at


async def test_x07_nothing_comes_back_of_what_was_not_sent(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("4", "r")

        assert on.said()[-1] == "Nothing of it was sent, or all is accounted for."


async def test_x01_a_line_is_mapped_for_this_order_alone(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("4", "right", "right", "m")
        assert on.shows("in this order?", "no item")
        await on.type("teapot")
        await on.press("enter")

        order = order_view(made.workspace.store, FROZEN)
        assert (order.gate, order.lines[0].item, order.lines[0].chosen) == (
            "ready",
            "TEAPOT-1",
            True,
        )


async def test_e17_a_doubt_is_decided_by_one_letter(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    changed(made, FROZEN, gate="needs_decision", doubt="The shop calls it `On Hold`.")
    async with stage(made) as on:
        await on.press("4", "right", "right", "right")
        assert on.shows("[to decide 1]", FROZEN)
        await on.press("d")
        assert on.shows("The shop calls it `On Hold`.", "Nothing is sent to the shop.")
        await on.press("v")

        assert order_view(made.workspace.store, FROZEN).status == "void"


async def test_s30_the_buyer_is_one_key_away(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    order = order_view(made.workspace.store, FROZEN)
    async with stage(made) as on:
        await on.press("4", "right", "right", "c")

        assert isinstance(on.app.screen, Contacts)
        assert on.table().key == order.contact.id


async def test_s31_somebody_else_of_the_same_name_becomes_a_contact(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    order = changed(made, FROZEN, matched_by="name")
    async with stage(made, size=(120, 40)) as on:
        await on.press("4", "right", "right", "enter")
        assert on.shows("known by the name only: x if not them")
        await on.press("x")
        assert on.shows("Is this another Tom O'Hara?")
        await on.press("y")

        assert on.said()[-1] == "Tom O'Hara is a contact of their own."
    assert order_view(made.workspace.store, FROZEN).contact.id != order.contact


async def test_s30_a_contacts_orders_are_listed_and_opened(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("4", "right", "right", "c", "enter")
        assert on.shows("Orders of Tom O'Hara", FROZEN)
        await on.press("enter")

        assert isinstance(on.app.screen, OrderDetail)


async def test_s30_the_only_order_of_a_contact_is_opened_at_once(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    with made.workspace.store.transaction() as tx:
        tx.put(schema.CONTACTS, Contact(id="one", name="Una Only"))
        tx.put(schema.CONTACTS, Contact(id="none", name="Nora Nobody"))
    changed(made, FROZEN, contact="one")
    async with stage(made) as on:
        await on.press("8", "slash", *"una", "enter", "enter")
        assert isinstance(on.app.screen, OrderDetail)
        await on.press("escape", "slash", *"nora", "enter", "enter")

        assert on.said()[-1] == "Nora Nobody has no sales order here."


async def test_s31_a_match_by_name_is_marked_as_weak(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    order = order_view(made.workspace.store, FROZEN)
    with made.workspace.store.transaction() as tx:
        contact = tx.get(schema.CONTACTS, order.contact.id or "")
        assert contact is not None
        tx.put(schema.CONTACTS, contact.but(weak=True, matched_by="name"))
    async with stage(made) as on:
        await on.press("8")

        assert on.shows("? one by name only")


async def test_what_cannot_be_decided_says_why(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("4", "d", "m", "enter", "x")

        assert list(on.said()[-3:]) == [
            "It waits for no decision.",
            "Each line has its item by the link of its variant.",
            "It was not matched by name alone.",
        ]


async def test_an_order_tells_what_it_did_to_stock(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path), size=(120, 40)) as on:
        await on.press("4", "enter")

        assert on.shows("Stock", "2 MUG-BLUE-S  reserved in Studio")
