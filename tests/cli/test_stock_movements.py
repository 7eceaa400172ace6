"""Every kind of stock change, by command line: each listing it concerns is owed one number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from terminal import Terminal
from tuisync.testing import FakeMarketplace

HERE, AGAIN, FAIR = "here", "here again", "at the fair"


@dataclass
class Stall:
    """Ten mugs, for sale in two listings of one marketplace and in one of another."""

    terminal: Terminal
    fair: FakeMarketplace
    names: dict[str, str]

    def sell(self, units: int) -> str:
        """Let somebody at the fair buy mugs; returns the order's id."""
        listing = next(id_ for id_, name in self.names.items() if name == FAIR)
        return self.fair.shop.sell(listing.rpartition(":")[2], units).remote_id

    def read(self) -> None:
        """Read orders, and send nothing."""
        self.terminal.ok("sync", "orders", "--no-push")

    def adjust(self, *more: str) -> None:
        """Change the count of mugs."""
        self.terminal.ok("items", "adjust", "MUG", *more, "--reason", "counted")

    def settle(self) -> None:
        """Let every shop show our number, and forget how it came to that."""
        self.terminal.ok("sync")
        self.terminal.ok("push")
        self.terminal.clock.advance(minutes=1)
        for fake in self.terminal.fakes.values():
            fake.calls.clear()

    def owed(self) -> list[tuple[str, str]]:
        """Return listing and state of every push that is owed."""
        live = {"queued", "held", "retry_wait", "unknown", "in_flight", "paused"}
        entries = self.terminal.json("outbox")
        return sorted(
            (self.names[each["target"]], each["state"])
            for each in entries
            if each["state"] in live and each["kind"] == "stock"
        )

    def planned(self) -> dict[str, int]:
        """Return the new number of every listing that is to change."""
        changes = self.terminal.json("plan")["changes"]
        return {self.names[each["variant"]]: each["new"] for each in changes}

    def shown(self) -> dict[str, int]:
        """Return what buyers see of each listing."""
        found = {}
        for id_, name in self.names.items():
            marketplace, _, listing = id_.split(":")
            found[name] = self.terminal.fakes[marketplace].shop.quantity(listing)
        return found

    def writes(self) -> list[str]:
        """Return the listings that were written to."""
        found = []
        for name, fake in self.terminal.fakes.items():
            requests: list[Any] = [call.request for call in fake.calls_of("push_stock")]
            found += [self.names[f"{name}:100:{each.listing_id}"] for each in requests]
        return sorted(found)


@pytest.fixture
def stall(terminal: Terminal) -> Stall:
    """The mugs in step everywhere, in two warehouses, and a cup that nothing is done to."""
    here = terminal.shop.list_item("Mug", 10, sku="MUG").remote_id
    again = terminal.shop.list_item("Mug, again", 10, sku="MUG").remote_id
    terminal.shop.list_item("Cup", 4, sku="CUP")
    terminal.connected()
    terminal.ok("warehouses", "add", "Attic")
    fair = terminal.joined("fair")
    there = fair.shop.list_item("Mug", 10, sku="MUG").remote_id
    terminal.ok("sync")
    terminal.ok("items", "create-from", "--all-unconfirmed")
    names = {f"fake:100:{here}": HERE, f"fake:100:{again}": AGAIN, f"fair:100:{there}": FAIR}
    made = Stall(terminal, fair, names)
    made.settle()
    return made


def _counted(stall: Stall) -> None:
    stall.adjust("--by", "-3")


def _received(stall: Stall) -> None:
    stall.adjust("--by", "12", "--warehouse", "Attic")


def _sold(stall: Stall) -> None:
    stall.sell(4)
    stall.read()


def _cancelled(stall: Stall) -> None:
    order = stall.sell(4)
    stall.settle()
    stall.fair.shop.cancel(order)
    stall.read()


def _shipped(stall: Stall) -> None:
    """Learn of a sale only when the fair's seller has sent it: it leaves the shelf at once."""
    stall.fair.shop.ship(stall.sell(4), "dhl", "JD0146")
    stall.read()


def _transferred(stall: Stall) -> None:
    """Move mugs out of the warehouse that one shop sells from."""
    stall.terminal.ok("integration", "set", "fake", "warehouse=Main")
    stall.settle()
    stall.terminal.ok("items", "transfer", "MUG", "--from", "Main", "--to", "Attic", "--by", "4")


@pytest.mark.parametrize(
    ("change", "numbers"),
    [
        (_counted, {HERE: 7, AGAIN: 7, FAIR: 7}),
        (_received, {HERE: 22, AGAIN: 22, FAIR: 22}),
        (_sold, {HERE: 6, AGAIN: 6}),  # the fair shows it already
        (_cancelled, {HERE: 10, AGAIN: 10, FAIR: 10}),
        (_shipped, {HERE: 6, AGAIN: 6}),
        (_transferred, {HERE: 6, AGAIN: 6}),  # the fair sells from both warehouses
    ],
)
def test_s28_each_listing_of_the_item_is_owed_its_new_number_once(
    stall: Stall, change: Callable[[Stall], None], numbers: dict[str, int]
) -> None:
    change(stall)

    assert stall.owed() == [(name, "queued") for name in sorted(numbers)]
    assert stall.planned() == numbers
    elsewhere = {name: shown for name, shown in stall.shown().items() if name not in numbers}
    stall.terminal.ok("push")
    assert stall.writes() == sorted(numbers)
    assert stall.shown() == numbers | elsewhere
    assert stall.owed() == []


def _ship_here(stall: Stall) -> None:
    """Send what was sold: it was not available any more."""
    order = stall.sell(4)
    stall.settle()
    stall.terminal.ok(
        *("ship", f"fair:100:{order}", "--carrier", "dhl", "--tracking", "JD0146", "--no-tell")
    )


def _ship_there(stall: Stall) -> None:
    order = stall.sell(4)
    stall.settle()
    stall.fair.shop.ship(order, "dhl", "JD0146")
    stall.read()


def _move_between(stall: Stall) -> None:
    stall.terminal.ok("items", "transfer", "MUG", "--from", "Main", "--to", "Attic", "--by", "4")


def _count_the_same(stall: Stall) -> None:
    stall.adjust("--to", "10")


def _cancel_before_it_is_known(stall: Stall) -> None:
    stall.fair.shop.cancel(stall.sell(4), restock=True)
    stall.read()


@pytest.mark.parametrize(
    "change", [_ship_here, _ship_there, _move_between, _count_the_same, _cancel_before_it_is_known]
)
def test_s28_where_the_number_stays_nothing_is_owed(
    stall: Stall, change: Callable[[Stall], None]
) -> None:
    change(stall)

    assert stall.owed() == []
    assert stall.planned() == {}
    stall.terminal.ok("push")
    assert stall.writes() == []


def test_s28_what_comes_and_goes_before_it_is_sent_is_one_push_or_none(stall: Stall) -> None:
    stall.adjust("--by", "-3")
    stall.adjust("--by", "5")
    stall.sell(1)
    stall.read()
    assert stall.owed() == [(each, "queued") for each in sorted([HERE, AGAIN, FAIR])]
    stall.terminal.ok("push")
    assert stall.writes() == sorted([HERE, AGAIN, FAIR])
    assert set(stall.shown().values()) == {11}

    stall.settle()
    stall.adjust("--by", "-3")
    stall.adjust("--by", "3")
    stall.terminal.ok("push")

    assert stall.writes() == []
    assert stall.owed() == []
