"""What the user decides about orders by command line: lines, doubts, returns."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from terminal import Terminal
from tuisync.core.remote import Money
from tuisync.testing import a_line, an_order


def stock(terminal: Terminal, sku: str = "MUG") -> tuple[int, int, int]:
    """Return on hand, committed, available."""
    item = terminal.json("items", "show", sku)
    return item["on_hand"], item["committed"], item["available"]


def sold(terminal: Terminal, quantity: int = 3) -> str:
    """Sell mugs of ten and return the order's number."""
    mug = terminal.stocked()
    remote = terminal.shop.sell(mug, quantity)
    terminal.ok("sync")
    return remote.number


def sent(terminal: Terminal, quantity: int = 3) -> str:
    """Sell mugs of ten, send them, and return the order's number."""
    number = sold(terminal, quantity)
    terminal.ok("ship", number, "--carrier", "dhl", "--tracking", "JD0146")
    terminal.ok("push")
    terminal.clock.advance(minutes=1)
    return number


@pytest.fixture
def frozen(terminal: Terminal) -> tuple[Terminal, dict[str, Any]]:
    """An order of two lines of which one has no item."""
    mug = terminal.stocked()
    vase = terminal.shop.list_item("Vase", 5)
    terminal.shop.checkout({(mug, ""): 1, (vase.remote_id, ""): 2})
    terminal.ok("sync", "--no-push")
    terminal.ok("items", "add", "--sku", "VASE", "--name", "Blue vase", "--stock", "8")
    (order,) = terminal.json("orders", "list", "--gate", "frozen")
    return terminal, order


def test_x01_a_line_gets_its_item_for_this_order_alone(
    frozen: tuple[Terminal, dict[str, Any]],
) -> None:
    terminal, order = frozen
    line = order["lines"][1]

    mapped = terminal.json("orders", "map", order["id"], line["id"], "VASE")

    assert (mapped["gate"], mapped["lines"][1]["item"]) == ("ready", "VASE")
    assert stock(terminal, "VASE") == (8, 2, 6)
    assert [each["state"] for each in terminal.json("links", "--state", "unconfirmed")]
    terminal.ok("sync")
    assert terminal.json("orders", "show", order["id"])["lines"][1]["item"] == "VASE"
    assert stock(terminal, "VASE") == (8, 2, 6)


def test_x01_a_line_may_need_no_item(frozen: tuple[Terminal, dict[str, Any]]) -> None:
    terminal, order = frozen

    mapped = terminal.json("orders", "map", order["id"], order["lines"][1]["id"], "--no-item")

    assert (mapped["gate"], mapped["lines"][1]["no_item"]) == ("ready", True)
    terminal.ok("ship", order["id"], "--carrier", "dhl", "--tracking", "JD0146")
    assert stock(terminal) == (9, 0, 9)


def test_a_lines_item_can_be_corrected_and_what_it_reserved_follows(
    frozen: tuple[Terminal, dict[str, Any]],
) -> None:
    terminal, order = frozen
    line = order["lines"][1]["id"]
    terminal.ok("orders", "map", order["id"], line, "MUG")
    assert stock(terminal) == (10, 3, 7)

    terminal.ok("orders", "map", order["id"], line, "VASE")

    assert (stock(terminal), stock(terminal, "VASE")) == ((10, 1, 9), (8, 2, 6))
    terminal.ok("orders", "map", order["id"], line, "--no-item")
    assert (stock(terminal), stock(terminal, "VASE")) == ((10, 1, 9), (8, 0, 8))


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("orders map {id} nothing VASE", "usage"),
        ("orders map {id} {line} NOTHING", "not_found"),
        ("orders map {id} {line}", "usage"),
        ("orders map {id} {line} VASE --no-item", "usage"),
        ("orders map {id} {mapped} VASE", "conflict"),
        ("orders map 999 {line} VASE", "not_found"),
    ],
)
def test_what_cannot_be_mapped_changes_nothing(
    frozen: tuple[Terminal, dict[str, Any]], line: str, code: str
) -> None:
    terminal, order = frozen
    words = line.format(
        id=order["id"], line=order["lines"][1]["id"], mapped=order["lines"][0]["id"]
    )

    assert terminal.fails(2, *words.split())["code"] == code

    assert terminal.json("orders", "show", order["id"]) == order


def test_p04_a_refund_after_shipping_asks_and_does_nothing_until_answered(
    terminal: Terminal,
) -> None:
    number = sent(terminal)
    (remote,) = terminal.shop.orders
    terminal.shop.refund(remote)
    for _ in range(10):
        terminal.clock.advance(minutes=1)
        terminal.ok("sync")

    order = terminal.json("orders", "show", number)
    assert (order["status"], order["payment"]) == ("fulfilled", "refunded")
    assert order["asks_return"] is True
    assert stock(terminal) == (7, 0, 7)

    answered = terminal.json("orders", "return", number, "--to", "Main")

    assert (answered["asks_return"], answered["fulfilment"]) == (False, "returned")
    assert stock(terminal) == (10, 0, 10)
    terminal.ok("sync")
    assert terminal.json("orders", "show", number) == answered
    assert terminal.shop.quantity(terminal.json("links")[0]["listing_id"]) == 10


def test_x07_a_return_may_come_in_parts_and_never_too_often(terminal: Terminal) -> None:
    number = sent(terminal)

    first = terminal.json("orders", "return", number, "--lines", "MUG=1", "--to", "Main")
    assert (first["lines"][0]["returned"], first["fulfilment"]) == (1, "shipped")
    assert stock(terminal) == (8, 0, 8)
    too_many = terminal.fails(2, "orders", "return", number, "--lines", "MUG=3", "--to", "Main")
    assert too_many["message"] == "3 of MUG cannot come back: 2 are with the buyer."
    terminal.ok("orders", "return", number, "--lines", "MUG=1", "--lost")
    assert stock(terminal) == (8, 0, 8)
    last = terminal.json("orders", "return", number, "--to", "Main")

    assert (last["lines"][0]["returned"], last["lines"][0]["lost"]) == (2, 1)
    assert stock(terminal) == (9, 0, 9)
    again = terminal.fails(2, "orders", "return", number, "--to", "Main")
    assert again["code"] == "conflict"
    assert stock(terminal) == (9, 0, 9)


def test_x07_a_lost_parcel_answers_the_question_and_moves_nothing(terminal: Terminal) -> None:
    number = sent(terminal)
    (remote,) = terminal.shop.orders
    terminal.shop.cancel(remote)
    terminal.ok("sync")

    answered = terminal.json("orders", "return", number, "--lost")

    assert (answered["asks_return"], answered["status"]) == (False, "fulfilled")
    assert stock(terminal) == (7, 0, 7)
    terminal.ok("sync")
    assert terminal.json("orders", "show", number)["asks_return"] is False


def test_x07_the_ledger_tells_the_return(terminal: Terminal) -> None:
    number = sent(terminal)
    terminal.ok("warehouses", "add", "Attic")

    terminal.ok("orders", "return", number, "--lines", "MUG=2", "--to", "Attic")

    movement = terminal.json("why", "MUG")["movements"][-1]
    assert (movement["kind"], movement["delta"], movement["warehouse"]) == ("return", 2, "Attic")
    assert movement["cause"] == f"order {number} came back"
    comment = terminal.json("orders", "show", number)["comments"][-1]
    assert (comment["by"], comment["text"]) == ("user", "Came back to Attic: 2 x MUG")


def test_x07_a_return_is_taken_back_and_said_anew(terminal: Terminal) -> None:
    number = sent(terminal)
    (remote,) = terminal.shop.orders
    terminal.shop.refund(remote)
    terminal.ok("sync")
    asking = terminal.json("orders", "show", number)
    terminal.ok("warehouses", "add", "Attic")
    said = terminal.json("orders", "return", number, "--to", "Attic")
    assert [(each["warehouse"], list(each["units"].values())) for each in said["returns"]] == [
        ("Attic", [3])
    ]

    back = terminal.json("orders", "return", number, "--undo")

    assert (back["asks_return"], back["fulfilment"], back["returns"]) == (True, "shipped", [])
    assert back["lines"] == asking["lines"]
    assert back["comments"][-1]["text"] == "Taken back: came back to Attic: 3 x MUG"
    assert stock(terminal) == (7, 0, 7)
    moved = [(each["kind"], each["delta"]) for each in terminal.json("why", "MUG")["movements"]]
    assert moved[-2:] == [("return", 3), ("return", -3)]
    assert [each["class"] for each in terminal.json("inbox")] == ["decision"]
    assert all(check["ok"] for check in terminal.json("doctor"))

    terminal.ok("orders", "return", number, "--to", "Main")
    assert stock(terminal) == (10, 0, 10)
    terminal.ok("sync")
    assert terminal.shop.quantity(terminal.json("links")[0]["listing_id"]) == 10


def test_x07_answers_are_taken_back_one_after_the_other(terminal: Terminal) -> None:
    number = sent(terminal)
    terminal.ok("orders", "return", number, "--lines", "MUG=1", "--to", "Main")
    terminal.ok("orders", "return", number, "--lost")
    full = terminal.fails(2, "orders", "return", number, "--to", "Main")
    assert "--undo` takes back" in full["hint"]

    lost = terminal.json("orders", "return", number, "--undo")
    assert (lost["lines"][0]["returned"], lost["lines"][0]["lost"]) == (1, 0)
    assert stock(terminal) == (8, 0, 8)
    came = terminal.json("orders", "return", number, "--undo")
    assert (came["lines"][0]["returned"], came["fulfilment"]) == (0, "shipped")
    assert stock(terminal) == (7, 0, 7)
    assert terminal.fails(2, "orders", "return", number, "--undo")["code"] == "conflict"


def test_x07_a_refund_after_the_answer_asks_once_that_is_taken_back(terminal: Terminal) -> None:
    number = sent(terminal)
    terminal.ok("orders", "return", number, "--lines", "MUG=1", "--to", "Main")
    terminal.ok("orders", "return", number, "--to", "Main")
    (remote,) = terminal.shop.orders
    terminal.shop.refund(remote)
    terminal.ok("sync")
    assert terminal.json("orders", "show", number)["asks_return"] is False

    back = terminal.json("orders", "return", number, "--undo")

    assert (back["asks_return"], back["payment"]) == (True, "refunded")
    assert [each["class"] for each in terminal.json("inbox")] == ["decision"]
    terminal.ok("orders", "return", number, "--to", "Main")
    assert terminal.json("inbox") == []


def test_x07_what_has_left_again_cannot_be_taken_back(terminal: Terminal) -> None:
    number = sent(terminal)
    terminal.ok("warehouses", "add", "Attic")
    terminal.ok("orders", "return", number, "--to", "Attic")
    terminal.ok("items", "transfer", "MUG", "--from", "Attic", "--to", "Main", "--by", "2")
    before = terminal.json("orders", "show", number)

    refused = terminal.fails(2, "orders", "return", number, "--undo")

    message = "Attic has 1 of MUG now: the 3 that came back are not there any more."
    assert refused["message"] == message
    assert "`tuisync items adjust 'MUG' --warehouse 'Attic'" in refused["hint"]
    assert terminal.json("orders", "show", number) == before


def _sent_without_item(terminal: Terminal, order: dict[str, Any]) -> str:
    """Ship an order, the line nothing stands behind too; return that line's id."""
    line = next(each["id"] for each in order["lines"] if each["item"] is None)
    terminal.ok("orders", "map", order["id"], line, "--no-item")
    terminal.ok("ship", order["id"], "--carrier", "dhl", "--tracking", "JD0146", "--no-tell")
    return str(line)


def test_x07_a_return_of_a_line_without_an_item_takes_nothing_from_one_it_has_now(
    frozen: tuple[Terminal, dict[str, Any]],
) -> None:
    terminal, order = frozen
    line = _sent_without_item(terminal, order)
    terminal.ok("orders", "return", order["id"], "--lines", f"{line}=2", "--to", "Main")
    terminal.ok("orders", "map", order["id"], line, "VASE")
    before = stock(terminal, "VASE")

    back = terminal.json("orders", "return", order["id"], "--undo")

    assert [each["returned"] for each in back["lines"]] == [0, 0]
    assert stock(terminal, "VASE") == before
    assert all(check["ok"] for check in terminal.json("doctor"))


def test_x07_a_return_that_moved_nothing_takes_none_of_another_lines_units(
    frozen: tuple[Terminal, dict[str, Any]],
) -> None:
    terminal, order = frozen
    line = _sent_without_item(terminal, order)
    terminal.ok("orders", "return", order["id"], "--lines", "MUG=1", "--to", "Main")
    terminal.ok("orders", "return", order["id"], "--lines", f"{line}=2", "--to", "Main")
    terminal.ok("orders", "map", order["id"], line, "MUG")
    assert stock(terminal) == (10, 0, 10)

    terminal.ok("orders", "return", order["id"], "--undo")
    assert stock(terminal) == (10, 0, 10)
    terminal.ok("orders", "return", order["id"], "--undo")
    assert stock(terminal) == (9, 0, 9)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("orders return {id} --to Nowhere", "not_found"),
        ("orders return {id} --to Main --lost", "usage"),
        ("orders return {id}", "usage"),
        ("orders return {id} --undo --lost", "usage"),
        ("orders return {id} --undo --lines MUG=1", "usage"),
        ("orders return {id} --undo", "conflict"),
        ("orders return {id} --lines CUP=1 --to Main", "usage"),
        ("orders return {id} --lines MUG=0 --to Main", "usage"),
        ("orders return 999 --lost", "not_found"),
    ],
)
def test_what_cannot_come_back_changes_nothing(terminal: Terminal, line: str, code: str) -> None:
    number = sent(terminal)
    before = terminal.json("orders", "show", number)

    assert terminal.fails(2, *line.format(id=number).split())["code"] == code

    assert terminal.json("orders", "show", number) == before


def test_what_was_not_sent_cannot_come_back(terminal: Terminal) -> None:
    number = sold(terminal)

    error = terminal.fails(2, "orders", "return", number, "--to", "Main")

    assert error["code"] == "conflict"
    assert "was sent" in error["message"]


def in_doubt(terminal: Terminal) -> str:
    """Sell two mugs in an order whose state nobody knows."""
    mug = terminal.stocked()
    order = terminal.shop.sell(mug, 2)
    terminal.shop.put_order(msgspec.structs.replace(order, recognised=False, status="On Hold"))
    terminal.ok("sync")
    return order.number


def test_e17_an_unknown_status_waits_for_a_decision(terminal: Terminal) -> None:
    number = in_doubt(terminal)

    order = terminal.json("orders", "show", number)
    assert (order["gate"], order["doubt"]) == (
        "needs_decision",
        "The shop calls it `On Hold`: please decide.",
    )
    error = terminal.fails(2, "ship", number, "--carrier", "dhl", "--tracking", "1")
    assert "orders decide" in error["hint"]


@pytest.mark.parametrize(
    ("status", "gate", "left"),
    [
        ("confirmed", "ready", (10, 2, 8)),
        ("fulfilled", "ready", (8, 0, 8)),
        ("void", "ready", (10, 0, 10)),
    ],
)
def test_e17_the_decision_holds_through_syncs(
    terminal: Terminal, status: str, gate: str, left: tuple[int, int, int]
) -> None:
    number = in_doubt(terminal)

    decided = terminal.json("orders", "decide", number, status)

    assert (decided["status"], decided["gate"], decided["doubt"]) == (status, gate, "")
    assert stock(terminal) == left
    for _ in range(3):
        terminal.clock.advance(minutes=5)
        terminal.ok("sync")
    assert terminal.json("orders", "show", number)["status"] == status
    assert stock(terminal) == left
    assert terminal.fails(2, "orders", "decide", number, "void")["code"] == "conflict"


def test_e17_another_word_asks_again_and_a_clear_one_is_followed(terminal: Terminal) -> None:
    number = in_doubt(terminal)
    terminal.ok("orders", "decide", number, "void")
    (remote,) = terminal.shop.orders.values()
    terminal.clock.advance(minutes=5)
    terminal.shop.put_order(
        msgspec.structs.replace(remote, status="Mystery", modified_at=terminal.clock())
    )
    terminal.ok("sync")
    assert terminal.json("orders", "show", number)["gate"] == "needs_decision"
    assert stock(terminal) == (10, 2, 8)

    terminal.clock.advance(minutes=5)
    terminal.shop.put_order(
        msgspec.structs.replace(
            remote, recognised=True, status="Paid", modified_at=terminal.clock()
        )
    )
    terminal.ok("sync")

    order = terminal.json("orders", "show", number)
    assert (order["gate"], order["status"]) == ("ready", "confirmed")


def test_c8_an_order_in_another_currency_is_decided(terminal: Terminal) -> None:
    mug = terminal.stocked()
    order = an_order(a_line(mug, 1), placed_at=terminal.clock())
    total = Money(order.total.amount, "EUR") if order.total else None
    terminal.shop.put_order(msgspec.structs.replace(order, total=total))
    terminal.ok("sync")
    (waiting,) = terminal.json("orders", "list", "--gate", "needs_decision")

    assert terminal.json("orders", "decide", waiting["id"], "confirmed")["gate"] == "ready"


def test_x05_delivered_at_the_shop_is_fulfilled_here(terminal: Terminal) -> None:
    number = sold(terminal)
    (remote,) = terminal.shop.orders
    terminal.shop.ship(remote, "dhl", "JD0146")
    shipped = terminal.shop.orders[remote]
    terminal.clock.advance(minutes=1)
    terminal.shop.put_order(
        msgspec.structs.replace(
            shipped, delivered=True, status="Delivered", modified_at=terminal.clock()
        )
    )

    terminal.ok("sync")

    order = terminal.json("orders", "show", number)
    assert (order["status"], order["fulfilment"]) == ("fulfilled", "delivered")
    assert stock(terminal) == (7, 0, 7)


def test_x06_a_forced_fulfilment_sends_nothing(terminal: Terminal) -> None:
    number = sold(terminal)

    shipped = terminal.json("ship", number, "--no-tell")
    for _ in range(3):
        terminal.clock.advance(minutes=5)
        terminal.ok("sync")
        terminal.ok("push")

    assert (shipped["status"], shipped["shipments"][0]["push"]) == ("fulfilled", "none")
    assert terminal.fake.calls_of("push_shipment") == []
    assert terminal.shop.emails == []
    assert terminal.json("orders", "show", number)["status"] == "fulfilled"
    assert stock(terminal) == (7, 0, 7)


def test_x06_a_parcel_the_seller_recreates_at_the_shop_is_not_sent_again(
    terminal: Terminal,
) -> None:
    number = sent(terminal)
    (remote,) = terminal.shop.orders.values()
    terminal.clock.advance(minutes=1)
    recreated = msgspec.structs.replace(remote.shipments[0], remote_id="recreated")
    terminal.shop.put_order(
        msgspec.structs.replace(remote, shipments=(recreated,), modified_at=terminal.clock())
    )
    for _ in range(3):
        terminal.ok("sync")
        terminal.ok("push")
        terminal.clock.advance(minutes=5)

    assert len(terminal.fake.calls_of("push_shipment")) == 1
    assert [each["push"] for each in terminal.json("orders", "show", number)["shipments"]] == [
        "sent"
    ]


def test_x11_a_sent_order_that_is_cancelled_is_flagged_only(terminal: Terminal) -> None:
    number = sent(terminal)
    (remote,) = terminal.shop.orders
    terminal.shop.cancel(remote)

    terminal.ok("sync")

    order = terminal.json("orders", "show", number)
    assert (order["status"], order["asks_return"]) == ("fulfilled", True)
    assert stock(terminal) == (7, 0, 7)
