"""P14 by command line: none missed and none twice, whatever clocks and days do.

Days on which clocks are changed, in the zone where they are, and a leap day; two orders in one
second, at the day's very ends, and some that become visible ten minutes late; our own clock set
back by two hours; calls that fail. `pytest --full tests/cli` places 10,000 orders.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from terminal import Terminal
from timed_market import DAYS, Day, TimedMarketplace
from tuisync.core.errors import PermanentError
from tuisync.core.store import schema
from tuisync.testing import ManualClock

LATE = timedelta(minutes=10)


@dataclass
class Year:
    """A year of such days, at a shop whose clock only goes forward.

    Attributes:
        a_day: Orders a day.
        created: What every sync said it created, in sum.
        unreadable: Orders that cannot be read at first.
    """

    terminal: Terminal
    theirs: ManualClock
    a_day: int
    chance: random.Random
    created: int = 0
    unreadable: set[str] = field(default_factory=set)

    def live(self) -> None:
        """Let all days pass."""
        mug = self.terminal.shop.list_item("Mug", 900_000, sku="MUG").remote_id
        self.terminal.connected()
        self.terminal.ok("sync")
        self.terminal.ok("items", "create-from", "--all-unconfirmed")
        for number, day in enumerate(DAYS):
            self.theirs.now = max(self.theirs.now, day.start)
            self._arrive(day)
            self._pass(day, mug, set_back=number % 3 == 1)
        self.theirs.advance(minutes=11)
        self.read(timedelta(), fails=False)

    def _arrive(self, day: Day) -> None:
        """Sign in again, for weeks have passed, in the zone of that day."""
        services = self.terminal.open()
        try:
            tokens = self.terminal.fake.sign_in().tokens
            services.secrets.store_tokens("fake:100", tokens, None)
            with services.workspace.store.transaction() as tx:
                shop = tx.get(schema.INTEGRATIONS, "fake:100")
                assert shop is not None
                tx.put(schema.INTEGRATIONS, shop.but(sign_in_ends_at=None))
        finally:
            services.close()
        self.terminal.ok("config", "organization", f"timezone={day.zone}")

    def _pass(self, day: Day, listing: str, *, set_back: bool) -> None:
        look, noon = day.start + self._pause(), day.start + timedelta(hours=12)
        for at in sorted(self._times(day)):
            while look < at:
                back = set_back and noon <= look < noon + timedelta(hours=6)
                self.theirs.now = max(self.theirs.now, look)
                offset = timedelta(hours=-2) if back else timedelta()
                self.read(offset, fails=self.chance.random() < 0.15)
                look += self._pause()
            self.theirs.now = max(self.theirs.now, at)
            self._buy(listing)

    def _times(self, day: Day) -> Iterator[datetime]:
        """Yield when orders are placed: at the day's very ends, all day, two in one second."""
        yield from (day.start, day.start, day.end - timedelta(seconds=1))
        seconds = int((day.end - day.start).total_seconds())
        for _ in range((self.a_day - 3) // 2):
            at = day.start + timedelta(seconds=self.chance.randrange(seconds))
            yield from (at, at)

    def _pause(self) -> timedelta:
        return timedelta(minutes=self.chance.choice([60, 120, 240, 480]))

    def _buy(self, listing: str) -> None:
        late = self.chance.random() < 0.3
        visible = self.theirs.now + LATE if late else None
        order = self.terminal.shop.sell(listing, visible_at=visible).remote_id
        if self.chance.random() < 0.1:
            self.terminal.shop.unreadable[order] = "A field is missing."
            self.unreadable.add(order)

    def read(self, offset: timedelta, *, fails: bool) -> None:
        """Sync the orders by a clock that may be wrong."""
        self.terminal.clock.now = self.theirs.now + offset
        if fails:
            self.terminal.fake.raises("fetch_orders", PermanentError("Bad gateway."))
        (run,) = self.terminal("sync", "orders", "--no-push", "--json").json
        self.created += run["counts"]["created"]


@pytest.mark.timeout(3600)
def test_p14_on_the_days_clocks_change_none_is_missed_and_none_taken_twice(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    a_day = 1_251 if request.config.getoption("--full") else 13
    theirs = ManualClock(DAYS[0].start - timedelta(days=1))
    terminal = Terminal(tmp_path / "home", TimedMarketplace(clock=theirs))
    terminal.clock = ManualClock(theirs.now)
    year = Year(terminal, theirs, a_day, random.Random(14))  # noqa: S311  # to be repeated
    year.live()

    placed = set(terminal.shop.orders)
    assert len(placed) == a_day * len(DAYS)
    found = [order["remote_id"] for order in terminal.json("orders", "list")]
    assert len(found) == len(set(found)), "none twice"
    assert set(found) == placed - year.unreadable, "what failed did not stop the others"
    assert year.created == len(found), "and none was counted as new twice"
    assert year.unreadable
    item = terminal.json("items", "show", "MUG")
    assert item["committed"] == len(found)

    terminal.shop.unreadable.clear()
    failed = {run["id"] for run in terminal.json("history") if run["failed"]}
    for run in failed:
        terminal("resync", run, "--failed")
    back = {order["remote_id"] for order in terminal.json("orders", "list")}
    old = year.unreadable - back
    assert back == placed - old
    assert back & year.unreadable, "what failed is read again by its id"
    assert all(_is_forgotten(terminal, each) for each in old), "failures are kept two months"


def _is_forgotten(terminal: Terminal, remote_id: str) -> bool:
    """Tell whether an order failed so long ago that its history is gone."""
    order = terminal.shop.orders[remote_id]
    return terminal.clock.now - order.placed_at > timedelta(days=59)
