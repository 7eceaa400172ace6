"""A shop that sells from one warehouse, by command line: on, another one, and off again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from terminal import Terminal

P, Q, R = "P", "Q", "R"


@dataclass
class Shop:
    """A shop whose mugs lie in three warehouses: 3 in P, which is primary, 4 in Q, 2 in R."""

    terminal: Terminal
    listing: str

    def map(self, warehouse: str) -> None:
        """Sell from that warehouse, or with `none` from all."""
        self.terminal.ok("integration", "set", "fake", f"warehouse={warehouse}")

    def pushed(self) -> int:
        """Send what is owed; return what the shop shows then."""
        self.terminal.ok("push")
        return self.terminal.shop.quantity(self.listing)

    def sold(self) -> str:
        """Let somebody buy a mug; returns the order's number."""
        self.terminal.clock.advance(minutes=1)
        order = self.terminal.shop.sell(self.listing)
        self.terminal.ok("sync")
        return order.number

    def places(self, *orders: str) -> list[str]:
        """Return the warehouse of each order."""
        return [self.terminal.json("orders", "show", each)["warehouse"] for each in orders]

    def lines(self) -> list[dict[str, Any]]:
        """Return the lines of history that tell of warehouses, oldest first."""
        runs = self.terminal.json("history")
        return [run for run in reversed(runs) if run["reason"].startswith("Warehouse")]

    def told(self) -> list[str]:
        """Return the words of these lines."""
        return [each["reason"] for each in self.lines()]


@pytest.fixture
def shop(terminal: Terminal) -> Shop:
    """The shop in step, selling from all three."""
    listing = terminal.shop.list_item("Mug", 9, sku="MUG").remote_id
    terminal.connected()
    terminal.ok("warehouses", "rename", "Main", P)
    for warehouse, units in ((Q, "4"), (R, "2")):
        terminal.ok("warehouses", "add", warehouse)
        if not terminal.json("items"):
            terminal.ok("items", "add", "--sku", "MUG", "--name", "Mug", "--stock", "3")
        where = ("--warehouse", warehouse, "--reason", "counted")
        terminal.ok("items", "adjust", "MUG", "--to", units, *where)
    terminal.ok("sync")
    assert terminal.shop.quantity(listing) == 9
    return Shop(terminal, listing)


def test_s08_without_a_mapping_orders_are_in_the_primary_one_and_all_stock_counts(
    shop: Shop,
) -> None:
    order = shop.sold()

    assert shop.places(order) == [P]
    assert shop.pushed() == 8
    assert shop.terminal.json("integration", "show", "fake")["warehouse"] is None


def test_s09_with_one_warehouse_none_can_be_mapped_and_it_says_why(terminal: Terminal) -> None:
    terminal.stocked()

    error = terminal.fails(2, "integration", "set", "fake", "warehouse=Main")

    assert error["code"] == "multi_warehouse_needed"
    assert "only one warehouse" in error["message"]
    assert "warehouses add" in error["hint"]
    assert terminal.json("integration", "show", "fake")["warehouse"] is None
    assert terminal.json("plan")["changes"] == []


def test_s10_a_mapped_warehouse_counts_for_the_next_push_and_the_next_order(shop: Shop) -> None:
    early = shop.sold()

    shop.map(Q)

    assert shop.terminal.json("integration", "show", "fake")["warehouse"] == Q
    assert shop.pushed() == 4
    late = shop.sold()
    shop.terminal.shop.touch(early)
    shop.terminal.ok("sync", "orders")
    assert shop.places(early, late) == [P, Q]
    assert shop.pushed() == 3
    shop.terminal.ok("ship", early, "--carrier", "dhl", "--tracking", "1")
    held = {
        each["warehouse"]: (each["on_hand"], each["committed"])
        for each in shop.terminal.json("items", "show", "MUG")["warehouses"]
    }
    assert held == {P: (2, 0), Q: (4, 1), R: (2, 0)}, "it is sent from where it was reserved"


def test_s11_another_warehouse_counts_from_then_on_and_history_tells_it_once(shop: Shop) -> None:
    shop.map(Q)
    early = shop.sold()

    shop.map(R)
    shop.map(R)

    assert shop.pushed() == 2
    late = shop.sold()
    assert shop.places(early, late) == [Q, R]
    assert shop.told() == ["Warehouse: all of them → Q", "Warehouse: Q → R"]
    line = shop.lines()[-1]
    assert (line["integration"], line["status"], line["succeeded"]) == ("fake", "succeeded", 0)
    assert "Warehouse: Q → R" in shop.terminal.ok("history", line["id"]).out
    refused = shop.terminal.fails(2, "undo", line["id"])
    assert "there is nothing to undo" in refused["message"]


def test_s12_without_a_mapping_again_all_stock_counts_and_orders_are_primary(shop: Shop) -> None:
    shop.map(Q)
    early = shop.sold()
    assert shop.pushed() == 3

    shop.map("none")

    assert shop.pushed() == 8
    late = shop.sold()
    assert shop.places(early, late) == [Q, P]
    assert shop.told()[-1] == "Warehouse: Q → all of them"


@pytest.mark.parametrize(("wrong", "code"), [("Nowhere", "not_found"), ("Q", "conflict")])
def test_s10_a_warehouse_that_cannot_be_mapped_changes_nothing(
    shop: Shop, wrong: str, code: str
) -> None:
    shop.terminal.ok("items", "transfer", "MUG", "--from", Q, "--to", P, "--by", "4")
    shop.terminal.ok("warehouses", "deactivate", Q)
    before = shop.terminal.json("integration", "show", "fake")

    assert shop.terminal.fails(2, "integration", "set", "fake", f"warehouse={wrong}")["code"] == (
        code
    )

    assert shop.terminal.json("integration", "show", "fake") == before
    assert shop.told() == []
