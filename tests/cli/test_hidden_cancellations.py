"""What is cancelled or refunded at a shop that tells nobody; and an order edited there."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from terminal import Terminal
from tuisync.testing import a_line


@pytest.fixture
def quiet(terminal: Terminal) -> tuple[Terminal, str, str]:
    """A shop that hides cancellations, with three of ten mugs sold; the order's ids."""
    mug = terminal.stocked()
    terminal.shop.hides_cancellations = True
    remote = terminal.shop.sell(mug, 3)
    terminal.ok("sync")
    terminal.clock.advance(minutes=5)
    return terminal, f"fake:100:{remote.remote_id}", remote.remote_id


def stock(terminal: Terminal, sku: str = "MUG") -> tuple[int, int, int]:
    """Return on hand, committed, available."""
    item = terminal.json("items", "show", sku)
    return item["on_hand"], item["committed"], item["available"]


def settled(terminal: Terminal, times: int = 10) -> dict[str, Any]:
    """Sweep so many times, and return what is stored but for the history of it."""
    for _ in range(times):
        terminal.clock.advance(minutes=5)
        terminal.ok("sync")
    kinds = ("items", "links", "orders list", "contacts", "outbox")
    found = {kind: terminal.json(*kind.split()) for kind in kinds}
    for each in (*found["links"], *(link for item in found["items"] for link in item["listings"])):
        del each["read_at"]
    return found


def test_p04_a_hidden_cancellation_is_void_within_one_sweep(
    quiet: tuple[Terminal, str, str],
) -> None:
    terminal, order, remote = quiet
    terminal.shop.cancel(remote)

    runs = terminal.json("sync", "orders")

    assert terminal.json("orders", "show", order)["status"] == "void"
    assert stock(terminal) == (10, 0, 10)
    assert [run["requests"] is not None for run in runs] == [True]
    once = settled(terminal, 1)
    assert settled(terminal) == once
    assert stock(terminal) == (10, 0, 10)


def test_p04_a_hidden_partial_cancellation_frees_its_part(
    quiet: tuple[Terminal, str, str],
) -> None:
    terminal, order, remote = quiet
    (line,) = terminal.shop.orders[remote].lines
    terminal.shop.cancel_part(remote, {line.remote_id: 1})

    terminal.ok("sync")

    assert terminal.json("orders", "show", order)["lines"][0]["quantity"] == 2
    assert stock(terminal) == (10, 2, 8)
    assert settled(terminal) == settled(terminal, 1)


def test_p04_a_hidden_refund_without_a_return_frees_nothing(
    quiet: tuple[Terminal, str, str],
) -> None:
    terminal, order, remote = quiet
    terminal.shop.refund(remote)

    terminal.ok("sync")

    shown = terminal.json("orders", "show", order)
    assert (shown["payment"], shown["status"], shown["asks_return"]) == (
        "refunded",
        "confirmed",
        False,
    )
    assert stock(terminal) == (10, 3, 7)
    assert settled(terminal) == settled(terminal, 1)


def test_p04_a_refund_before_shipping_asks_nothing_once_it_is_sent(
    quiet: tuple[Terminal, str, str],
) -> None:
    terminal, order, remote = quiet
    terminal.shop.refund(remote, partly=True)
    terminal.ok("sync")

    terminal.ok("ship", order, "--carrier", "dhl", "--tracking", "JD0146")
    terminal.ok("sync")

    assert terminal.json("orders", "show", order)["asks_return"] is False
    assert stock(terminal) == (7, 0, 7)


@pytest.mark.parametrize("partly", [True, False])
def test_p04_a_hidden_refund_after_shipping_asks_and_moves_nothing_until_answered(
    quiet: tuple[Terminal, str, str], *, partly: bool
) -> None:
    terminal, order, remote = quiet
    terminal.ok("ship", order, "--carrier", "dhl", "--tracking", "JD0146")
    terminal.ok("push")
    terminal.ok("sync")
    terminal.shop.refund(remote, partly=partly)
    terminal.clock.advance(hours=24, minutes=1)

    terminal.ok("sync")

    shown = terminal.json("orders", "show", order)
    assert (shown["status"], shown["asks_return"]) == ("fulfilled", True)
    assert stock(terminal) == (7, 0, 7)
    assert settled(terminal) == settled(terminal, 1)
    (asked,) = [each for each in terminal.json("inbox") if each["class"] == "decision"]
    assert shown["number"] in asked["subject"]

    terminal.ok("orders", "return", order, "--lines", "MUG=1", "--to", "Main")

    assert stock(terminal) == (8, 0, 8)
    assert not [each for each in terminal.json("inbox") if each["class"] == "decision"]
    assert settled(terminal) == settled(terminal, 1)


def test_p04_all_of_an_order_cancelled_line_by_line_frees_all(
    quiet: tuple[Terminal, str, str],
) -> None:
    terminal, order, remote = quiet
    other = msgspec.structs.replace(terminal.shop.orders[remote].lines[0], remote_id="extra")
    lines = (*terminal.shop.orders[remote].lines, other)
    terminal.shop.orders[remote] = msgspec.structs.replace(
        terminal.shop.orders[remote], lines=lines
    )
    terminal.ok("sync")
    assert stock(terminal) == (10, 6, 4)

    terminal.shop.cancel_part(remote, {"extra": 3})
    terminal.ok("sync")

    assert stock(terminal) == (10, 3, 7)
    assert len(terminal.json("orders", "show", order)["lines"]) == 1
    assert all(check["ok"] for check in terminal.json("doctor"))


def test_x10_edits_of_an_open_order_are_followed(quiet: tuple[Terminal, str, str]) -> None:
    terminal, order, remote = quiet
    terminal.ok("items", "add", "--sku", "BOWL", "--name", "Bowl", "--stock", "5")
    bowl = terminal.shop.list_item("Bowl", 5, sku="BOWL")
    terminal.ok("sync")
    before = terminal.shop.orders[remote]
    (mugs,) = before.lines
    more = msgspec.structs.replace(mugs, quantity=5)
    bowls = a_line(bowl.remote_id, 2, remote_id="bowls", sku="BOWL")
    terminal.clock.advance(minutes=5)
    terminal.shop.put_order(
        msgspec.structs.replace(before, lines=(more, bowls), modified_at=terminal.clock())
    )

    terminal.ok("sync")

    lines = terminal.json("orders", "show", order)["lines"]
    assert [(line["item"], line["quantity"]) for line in lines] == [("MUG", 5), ("BOWL", 2)]
    assert (stock(terminal), stock(terminal, "BOWL")) == ((10, 5, 5), (5, 2, 3))


def test_x10_what_changed_and_was_sent_between_two_looks_leaves_as_it_was_then(
    quiet: tuple[Terminal, str, str],
) -> None:
    terminal, order, remote = quiet
    (line,) = terminal.shop.orders[remote].lines
    terminal.shop.cancel_part(remote, {line.remote_id: 1})
    terminal.shop.ship(remote, "dhl", "JD0146")

    terminal.ok("sync")

    assert terminal.json("orders", "show", order)["lines"][0]["shipped"] == 2
    assert stock(terminal) == (8, 0, 8)


def test_x10_a_line_taken_off_after_it_was_sent_stays_as_sent_and_asks(
    quiet: tuple[Terminal, str, str],
) -> None:
    terminal, order, remote = quiet
    terminal.shop.hides_cancellations = False
    terminal.ok("ship", order, "--carrier", "dhl", "--tracking", "JD0146")
    terminal.ok("push")
    (line,) = terminal.shop.orders[remote].lines
    terminal.clock.advance(minutes=5)
    terminal.shop.cancel_part(remote, {line.remote_id: 1})

    terminal.ok("sync")

    shown = terminal.json("orders", "show", order)
    assert (shown["lines"][0]["quantity"], shown["lines"][0]["shipped"]) == (2, 3)
    assert shown["asks_return"] is True
    assert stock(terminal) == (7, 0, 7)


def test_p04_what_was_sent_is_looked_at_again_once_a_day_and_not_for_ever(
    quiet: tuple[Terminal, str, str],
) -> None:
    terminal, order, remote = quiet
    terminal.ok("ship", order, "--carrier", "dhl", "--tracking", "JD0146")
    terminal.ok("sync")
    terminal.shop.refund(remote)
    terminal.ok("sync")
    assert terminal.json("orders", "show", order)["asks_return"] is False  # not a day yet

    terminal.clock.advance(hours=24 * 61)
    terminal.ok("sync")
    assert terminal.json("orders", "show", order)["asks_return"] is False  # too long ago

    terminal.ok("config", "organization", "follow_days=90")
    terminal.clock.advance(hours=25)
    (run,) = terminal.json("sync", "orders")
    assert terminal.json("orders", "show", order)["asks_return"] is True
    assert run["counts"]["updated"] == 1

    terminal.clock.advance(hours=25)
    (run,) = terminal.json("sync", "orders")
    assert sum(run["counts"].values()) == 0


def test_p04_looking_back_can_be_switched_off(quiet: tuple[Terminal, str, str]) -> None:
    terminal, *_ = quiet
    shown = terminal.json("config", "organization", "follow_days=0")
    assert shown["follow_days"] == 0
    terminal.clock.advance(hours=48)
    before = len(terminal.fake.calls_of("fetch_orders"))

    terminal.ok("sync", "orders")

    assert len(terminal.fake.calls_of("fetch_orders")) == before + 1
    assert terminal.fails(2, "config", "organization", "follow_days=-1")["code"] == "usage"
