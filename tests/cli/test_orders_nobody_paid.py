"""Many orders that nobody paid: one row of the inbox, and the list its hint names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tuisync.core.inbox.gather import MANY

if TYPE_CHECKING:
    from terminal import Terminal


@pytest.fixture
def unpaid(terminal: Terminal) -> set[str]:
    """Eleven orders that nobody paid for two weeks, and one that was paid."""
    mug = terminal.stocked()
    numbers = {terminal.shop.sell(mug, 1, paid=False).remote_id for _ in range(10)}
    plate = terminal.shop.list_item("Plate", 9, sku="PLATE").remote_id
    terminal.ok("sync", "--no-push")
    numbers |= {terminal.shop.sell(plate, 1, paid=False).remote_id for _ in range(MANY - 9)}
    terminal.shop.sell(plate, 1)
    terminal.ok("sync", "--no-push")
    terminal.clock.advance(hours=24 * 15)
    terminal.ok("sync", "--no-push")
    return numbers


def _row(terminal: Terminal) -> dict[str, str]:
    [row] = [each for each in terminal.json("inbox") if each["class"] == "decision"]
    assert isinstance(row, dict)
    return row


def test_p08_the_hint_of_many_unpaid_orders_lists_exactly_those(
    terminal: Terminal, unpaid: set[str]
) -> None:
    row = _row(terminal)
    named = re.findall(r"`tuisync (orders list [^`]*)`", row["hint"])

    assert row["subject"] == f"{MANY + 1} orders"
    [command] = named
    listed = terminal.json(*command.split())
    assert {each["remote_id"] for each in listed} == unpaid
    assert all(each["doubt"].startswith("It has not been paid") for each in listed)


def test_p08_what_was_decided_leaves_the_list_with_its_row(
    terminal: Terminal, unpaid: set[str]
) -> None:
    gone = min(unpaid)
    terminal.ok("orders", "decide", gone, "void")

    listed = terminal.json("orders", "list", "--gate", "needs_decision")

    assert {each["remote_id"] for each in listed} == unpaid - {gone}
    rows = [each for each in terminal.json("inbox") if each["class"] == "decision"]
    assert len(rows) == MANY


def test_s38_unpaid_orders_are_no_sales_orders_however_long_they_wait(
    terminal: Terminal, unpaid: set[str]
) -> None:
    listed = {each["remote_id"] for each in terminal.json("orders", "list")}

    assert len(listed) == 1
    assert not listed & unpaid
