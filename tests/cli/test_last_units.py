"""P03 by command line: no unit is sold twice because of us, and where it was, it is told.

`pytest --full tests/cli` lives more lives.
"""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from terminal import Terminal
from tuisync.testing import FakeMarketplace, ManualClock, OutOfStock

NAMES = ("fake", "north", "south")
LOOKS = 5


class ThreeStalls:
    """One mug, for sale in three shops that are looked at every half hour."""

    def __init__(self, home: Path, *, units: int = 1) -> None:
        self.terminal = Terminal(home, FakeMarketplace(clock=ManualClock()))
        self.terminal.connected()
        for name in NAMES[1:]:
            self.terminal.joined(name)
        self.listings = {
            name: fake.shop.list_item("Mug", units, sku="MUG").remote_id
            for name, fake in self.terminal.fakes.items()
        }
        self.sold: list[str] = []
        for name in NAMES:
            self.terminal.ok("integration", "set", name, "interval=30")
        self.terminal.ok("sync")
        self.terminal.ok("items", "create-from", "--all-unconfirmed")
        self.terminal.clock.advance(minutes=1)

    def shown(self) -> dict[str, int]:
        """Return what buyers see, shop by shop."""
        fakes = self.terminal.fakes
        return {name: fakes[name].shop.quantity(id_) for name, id_ in self.listings.items()}

    def buy(self, name: str) -> None:
        """Let somebody buy a mug there if the shop shows one."""
        with suppress(OutOfStock):
            order = self.terminal.fakes[name].shop.sell(self.listings[name])
            self.sold.append(order.number)

    def look(self) -> None:
        """Let half an hour pass and every shop be looked at."""
        self.terminal.clock.advance(minutes=30)
        self.terminal.ok("daemon", "--once")

    def oversold(self) -> list[dict[str, Any]]:
        """Return what the inbox tells of units sold twice."""
        return [row for row in self.terminal.json("inbox") if row["class"] == "oversell"]


@pytest.fixture
def lives(request: pytest.FixtureRequest) -> int:
    """How many seeded lives to live."""
    return 200 if request.config.getoption("--full") else 4


@pytest.mark.timeout(3600)
def test_p03_with_a_chosen_shop_the_last_unit_is_never_sold_twice(
    tmp_path: Path, lives: int
) -> None:
    sold = 0
    for seed in range(lives):
        rng = random.Random(seed)  # noqa: S311  # to be repeated exactly
        stalls = ThreeStalls(tmp_path / str(seed))
        chosen = rng.choice(NAMES)
        stalls.terminal.ok("integration", "set", chosen, "last_unit=1")
        stalls.terminal.ok("push")
        assert stalls.shown() == {name: int(name == chosen) for name in NAMES}
        for _ in range(LOOKS):
            for _ in range(rng.randint(0, 3)):
                stalls.buy(rng.choice(NAMES))
            stalls.look()

        assert len(stalls.sold) <= 1, seed
        assert sum(stalls.shown().values()) == 1 - len(stalls.sold), seed
        assert stalls.oversold() == []
        sold += len(stalls.sold)
    assert sold, "buyers come, and find it"


def test_p03_a_sale_in_one_shop_is_shown_by_the_others_at_once(tmp_path: Path) -> None:
    stalls = ThreeStalls(tmp_path / "home", units=5)
    stalls.buy("north")

    stalls.look()

    assert stalls.shown() == dict.fromkeys(NAMES, 4)


def test_p03_two_sales_between_two_looks_are_told_in_one_cycle_with_their_orders(
    tmp_path: Path,
) -> None:
    stalls = ThreeStalls(tmp_path / "home")
    stalls.buy("north")
    stalls.buy("south")
    assert len(stalls.sold) == 2

    stalls.look()

    assert stalls.shown() == dict.fromkeys(NAMES, 0)
    (row,) = stalls.oversold()
    assert all(number in row["message"] for number in stalls.sold)
    assert stalls.terminal.json("items", "show", "MUG")["available"] == -1


@pytest.mark.parametrize("by", ["4", "-2"])
def test_p03_a_sale_between_our_read_and_our_write_is_put_right_by_the_same_command(
    tmp_path: Path, by: str
) -> None:
    stalls = ThreeStalls(tmp_path / "home", units=5)
    stalls.terminal.ok("items", "adjust", "MUG", "--by", by, "--reason", "counted")
    north = stalls.terminal.fakes["north"]
    north.meanwhile("push_stock", lambda: stalls.buy("north"))

    stalls.terminal.ok("push")

    left = 5 + int(by) - 1
    assert stalls.shown()["north"] == left
    assert [each["number"] for each in stalls.terminal.json("orders")] == stalls.sold
    assert stalls.terminal.json("items", "show", "MUG")["available"] == left
    stalls.terminal.ok("push")
    assert stalls.shown() == dict.fromkeys(NAMES, left)


@pytest.mark.parametrize(
    ("units", "rules", "shown"),
    [
        (10, ("percent=50", "buffer=1", "max=3"), 3),
        (10, ("percent=50", "buffer=1"), 4),
        (1, ("buffer=1",), 0),
        (10, ("max=3",), 3),
        (10, ("fixed=2",), 2),
        (3, ("hide_at=3",), 0),
        (4, ("hide_at=3",), 4),
    ],
)
def test_p03_rules_are_applied_in_the_order_that_why_shows(
    terminal: Terminal, units: int, rules: tuple[str, ...], shown: int
) -> None:
    mug = terminal.shop.list_item("Mug", units, sku="MUG").remote_id
    terminal.connected()
    terminal.ok("sync")
    terminal.ok("items", "create-from", "--all-unconfirmed")
    terminal.clock.advance(minutes=1)

    terminal.ok("integration", "set", "fake", *rules)
    terminal.ok("push")

    assert terminal.shop.quantity(mug) == shown
    (channel,) = terminal.json("why", "MUG")["channels"]
    assert (channel["rules"][0]["value"], channel["rules"][-1]["value"]) == (units, shown)
    assert channel["desired"] == shown
    assert channel["confirmed"] == (shown if shown != units else None), "the last that was sent"
