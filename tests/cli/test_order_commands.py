"""Orders, shipments and customers by command line."""

from __future__ import annotations

from typing import Any

import pytest

from terminal import Terminal
from tuisync.core.errors import RejectedError
from tuisync.core.remote import Capabilities
from tuisync.core.store import schema
from tuisync.testing import FakeMarketplace, ManualClock, a_buyer, a_line, an_order
from tuisync.testing.marketplace import CARRIERS


@pytest.fixture
def sold(terminal: Terminal) -> dict[str, Any]:
    """Someone with ten mugs, two of which were just sold."""
    mug = terminal.stocked()
    terminal.shop.sell(mug, 2)
    terminal.ok("sync")
    (order,) = terminal.json("orders", "list")
    found: dict[str, Any] = order
    return found


def test_s14_a_sale_becomes_one_sales_order(terminal: Terminal, sold: dict[str, Any]) -> None:
    (remote,) = terminal.shop.orders.values()

    assert sold["remote_id"] == remote.remote_id
    assert (sold["status"], sold["gate"], sold["payment"]) == ("confirmed", "ready", "paid")
    (line,) = sold["lines"]
    assert (line["item"], line["quantity"], line["unit_price"]["amount"]) == ("MUG", 2, "12.90")
    assert sold["total"] == {"amount": "25.80", "currency": "USD"}
    assert sold["integration"] == "fake"


def test_the_newest_orders_are_listed_alone(terminal: Terminal, sold: dict[str, Any]) -> None:
    mug = next(iter(terminal.shop.listings))
    for _ in range(3):
        terminal.clock.advance(hours=24)
        terminal.shop.sell(mug)
    terminal.ok("sync")
    every = terminal.json("orders", "list")
    assert [each["placed_at"] for each in every] == sorted(
        (each["placed_at"] for each in every), reverse=True
    )

    assert terminal.json("orders", "list", "--limit", "2") == every[:2]
    assert terminal.json("orders", "list", "--limit", "9", "--status", "fulfilled") == []
    assert terminal.fails(2, "orders", "list", "--limit", "0")["code"] == "usage"


def test_orders_are_listed_by_the_days_they_were_placed(
    terminal: Terminal, sold: dict[str, Any]
) -> None:
    mug = next(iter(terminal.shop.listings))
    terminal.clock.advance(hours=48)
    terminal.shop.sell(mug)
    terminal.ok("sync")
    new, old = terminal.json("orders", "list")
    first, last = old["placed_at"][:10], new["placed_at"][:10]

    assert terminal.json("orders", "list", "--from", last) == [new]
    assert terminal.json("orders", "list", "--to", first) == [old]
    assert terminal.json("orders", "list", "--from", first, "--to", last) == [new, old]
    wrong = terminal.fails(2, "orders", "list", "--from", last, "--to", first)
    assert "ends" in wrong["message"]
    assert "is not a date" in terminal.fails(2, "orders", "list", "--from", "soon")["message"]


def test_a_long_list_is_whole(terminal: Terminal, sold: dict[str, Any]) -> None:
    services = terminal.open()
    with services.workspace.store.transaction() as tx:
        order = tx.get(schema.ORDERS, sold["id"])
        assert order is not None
        for number in range(600):
            tx.put(schema.ORDERS, order.but(id=f"fake:100:{number}", remote_id=f"{number}"))
    services.close()

    lines = terminal.ok("orders", "list").out.splitlines()

    assert len(lines) == 602
    assert len({line.split()[0] for line in lines}) == 602


def test_s37_s38_the_payment_is_one_comment(terminal: Terminal, sold: dict[str, Any]) -> None:
    terminal.ok("sync")

    (comment,) = terminal.json("orders", "show", sold["id"])["comments"]

    assert (comment["text"], comment["by"]) == ("Paid", "system")


def test_s36_a_shipment_is_owed_then_sent_once(terminal: Terminal, sold: dict[str, Any]) -> None:
    shipped = terminal.json("ship", sold["number"], "--carrier", "dhl", "--tracking", "JD0146")
    assert shipped["status"] == "fulfilled"
    assert [each["push"] for each in shipped["shipments"]] == ["owed"]
    report = terminal.json("push")
    terminal.ok("push")
    terminal.ok("sync")

    assert [each["new"] for each in report["applied"]] == ["dhl JD0146"]
    assert terminal.shop.emails == [sold["remote_id"]]
    (shipment,) = terminal.json("orders", "show", sold["id"])["shipments"]
    assert (shipment["push"], shipment["tracking"]) == ("sent", "JD0146")
    item = terminal.json("items", "show", "MUG")
    assert (item["on_hand"], item["committed"]) == (8, 0)


def test_s36_the_words_after_ship_say_what_sends_it(
    terminal: Terminal, sold: dict[str, Any]
) -> None:
    ended = terminal.ok("ship", sold["id"], "--carrier", "dhl", "--tracking", "JD0146")

    assert "1 push is owed: `tuisync push` sends it." in ended.err


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("ship {id} --carrier pigeon --tracking 1", "usage"),
        ("ship {id} --carrier dhl --tracking 1 --lines CUP=1", "usage"),
        ("ship {id} --carrier dhl --tracking 1 --lines MUG=3", "usage"),
        ("ship {id} --carrier dhl --tracking 1 --lines MUG", "usage"),
        ("ship 999 --carrier dhl --tracking 1", "not_found"),
        ("orders show 999", "not_found"),
    ],
)
def test_what_cannot_be_shipped_changes_nothing(
    terminal: Terminal, sold: dict[str, Any], line: str, code: str
) -> None:
    assert terminal.fails(2, *line.format(**sold).split())["code"] == code

    assert terminal.json("orders", "show", sold["id"]) == sold


def test_shipped_twice_is_refused(terminal: Terminal, sold: dict[str, Any]) -> None:
    terminal.ok("ship", sold["id"], "--carrier", "dhl", "--tracking", "1")

    assert (
        terminal.fails(2, "ship", sold["id"], "--carrier", "dhl", "--tracking", "2")["code"]
        == "conflict"
    )


def test_s02_a_part_of_an_order_where_that_is_not_possible(tmp_path: Any) -> None:
    whole = Capabilities(partial_shipments=False, carriers=CARRIERS)
    terminal = Terminal(tmp_path / "home", FakeMarketplace(clock=ManualClock(), capabilities=whole))
    mug = terminal.stocked()
    terminal.shop.sell(mug, 2)
    terminal.ok("sync")
    (order,) = terminal.json("orders")

    error = terminal.fails(
        2, "ship", order["id"], "--carrier", "dhl", "--tracking", "1", "--lines", "MUG=1"
    )

    assert error["code"] == "partial_shipment"
    terminal.ok("ship", order["id"], "--carrier", "dhl", "--tracking", "1", "--lines", "MUG=2")


def test_a_part_of_an_order_where_that_is_possible(
    terminal: Terminal, sold: dict[str, Any]
) -> None:
    part = terminal.json(
        "ship", sold["id"], "--carrier", "dhl", "--tracking", "1", "--lines", "MUG=1"
    )

    assert (part["status"], part["fulfilment"]) == ("confirmed", "partially_shipped")
    assert part["lines"][0]["shipped"] == 1


def test_x01_frozen_orders_are_shown_and_thaw_with_the_link(terminal: Terminal) -> None:
    terminal.connected()
    pot = terminal.shop.list_item("Teapot", 3)
    terminal.ok("sync")
    terminal.clock.advance(minutes=1)
    terminal.shop.sell(pot.remote_id)
    terminal.ok("sync")
    (order,) = terminal.json("orders", "list", "--gate", "frozen")
    assert order["frozen"] is True
    assert (
        terminal.fails(2, "ship", order["id"], "--carrier", "dhl", "--tracking", "1")["code"]
        == "conflict"
    )
    terminal.ok("items", "add", "--sku", "POT", "--name", "Pot", "--stock", "3")

    terminal.ok("link", terminal.json("links")[0]["variant"], "POT")

    assert terminal.json("orders", "list", "--gate", "frozen") == []
    assert terminal.json("orders", "list", "--status", "confirmed")[0]["gate"] == "ready"
    assert terminal.json("orders", "list", "--status", "void") == []


def test_s30_s31_buyers_are_matched_by_buyer_id_then_email_then_name(terminal: Terminal) -> None:
    terminal.connected()
    mug = terminal.shop.list_item("Mug", 10, sku="MUG").remote_id

    def buys(number: int, name: str, email: str | None, buyer_id: str | None) -> None:
        buyer = a_buyer(name, email=email, buyer_id=buyer_id)
        order = an_order(a_line(mug), remote_id=str(number), buyer=buyer)
        terminal.shop.put_order(order)
        terminal.ok("sync", "orders")

    def contacts() -> dict[str, tuple[int, str | None]]:
        found = terminal.json("contacts")
        return {each["id"]: (each["orders"], each["matched_by"]) for each in found}

    buys(1, "Ada", "ada@example.org", "b-1")
    (ada,) = contacts()
    assert contacts() == {ada: (1, None)}
    buys(2, "A. Lovelace", " ADA@example.org ", None)
    assert contacts() == {ada: (2, "email")}
    buys(3, "Somebody", "else@example.org", "b-1")
    assert contacts() == {ada: (3, "buyer_id")}
    buys(4, "ada", None, None)
    assert contacts() == {ada: (4, "name")}
    assert "name, weak" in terminal.ok("contacts").out
    buys(5, "Ada", "unknown@example.org", None)
    assert len(contacts()) == 2


def test_s08_orders_take_the_primary_warehouse_and_stock_is_summed(tmp_path: Any) -> None:
    terminal = Terminal(tmp_path / "home")
    terminal.connected()
    terminal.ok("warehouses", "add", "Attic")
    mug = terminal.shop.list_item("Mug", 5, sku="MUG").remote_id
    terminal.ok("sync")
    terminal.ok("items", "create-from", "--all-unconfirmed")
    terminal.clock.advance(minutes=1)
    terminal.ok(
        *("items", "adjust", "MUG", "--to", "4", "--warehouse", "Attic", "--reason", "found")
    )
    terminal.ok("push")
    assert terminal.shop.quantity(mug) == 9
    terminal.shop.sell(mug)
    terminal.ok("sync")

    assert terminal.json("orders")[0]["warehouse"] == "Main"


def test_an_order_reads_well(terminal: Terminal, sold: dict[str, Any]) -> None:
    text = terminal.ok("orders", "show", sold["id"]).out

    for word in (sold["number"], "MUG", "25.80 USD", "Paid", "confirmed"):
        assert word in text
    assert sold["number"] in terminal.ok("orders").out


def test_e10_ship_corrects_what_the_shop_refused(terminal: Terminal) -> None:
    mug = terminal.stocked()
    terminal.shop.sell(mug)
    terminal.ok("sync")
    order = terminal.json("orders", "list")[0]["id"]
    terminal.fake.raises("push_shipment", RejectedError("A tracking number is required"))
    terminal.ok("ship", order)
    terminal("push")
    assert terminal.fails(2, "ship", order)["hint"].startswith("The shop refused it")

    corrected = terminal.json("ship", order, "--carrier", "dhl", "--tracking", "JD0146")

    (parcel,) = corrected["shipments"]
    assert (parcel["carrier"], parcel["tracking"], parcel["push"]) == ("dhl", "JD0146", "owed")
    terminal.ok("push")
    assert [each.tracking for each in terminal.shop.orders[order.split(":")[2]].shipments] == [
        "JD0146"
    ]
    assert terminal.json("inbox") == []
    refused = terminal.fails(2, "ship", order, "--shipment", parcel["id"], "--tracking", "X")
    assert "knows of this shipment" in refused["message"]
