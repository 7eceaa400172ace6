"""P14: no order is missed and none is taken twice, whatever clocks and days do.

The shop is read as a plug-in reads a real one: changed since a time, of one second's
resolution, with an overlap, page by page; every page's cursor goes on after it. Its buyers buy
on the days on which clocks are changed in four zones and on a leap day, several in one second,
and some orders become visible ten minutes late. Meanwhile our own clock is set back by two
hours and put right again, pages fail, and the engine is killed between two of them.

`pytest --full tests/proofs` runs 10,000 orders; the suite runs fewer.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kills import Killed, kill_at
from rig import Rig
from timed_market import DAYS, Day, TimedMarketplace
from tuisync.core.actions.organization import configure_organization
from tuisync.core.actions.resyncs import request_resync
from tuisync.core.actions.syncs import request_sync
from tuisync.core.days import period
from tuisync.core.errors import TransientError
from tuisync.core.models import SyncRun
from tuisync.core.remote import FetchRequest
from tuisync.core.store import schema
from tuisync.core.sync.recovery import recover
from tuisync.core.sync.runs import RunBook
from tuisync.testing import FakeMarketplace

LATE = timedelta(minutes=10)


class ShopClock:
    """The shop's own clock, which only goes forward."""

    def __init__(self) -> None:
        self.now = DAYS[0].start - timedelta(days=1)

    def __call__(self) -> datetime:
        return self.now


def sign_in(rig: Rig, fake: FakeMarketplace) -> None:
    """Let the seller sign in again: weeks pass between two of the days."""
    rig.shops.authorizations["fake:100"] = fake.sign_in()
    rig.shops._credentials.pop("fake:100", None)
    with rig.store.transaction() as tx:
        tx.put(schema.INTEGRATIONS, rig.integration().but(sign_in_ends_at=None))


@pytest.fixture
def orders(request: pytest.FixtureRequest) -> int:
    """How many orders are placed."""
    return 10_000 if request.config.getoption("--full") else 800


class Year:
    """A year of such days at one shop."""

    def __init__(self, seed: int, orders: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311  # a seeded play, not a secret
        self.clock = ShopClock()
        self.fake = TimedMarketplace(clock=self.clock)
        self.rig = Rig(fake=self.fake)
        self.a_day = orders // len(DAYS)
        self.offset = timedelta()
        self.unreadable: list[str] = []

    async def live(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let all days pass."""
        mug = self.fake.shop.list_item("Mug", 900_000, sku="MUG")
        self._to(self.clock.now)
        await self.rig.stocked(minutes=0)
        for number, day in enumerate(DAYS):
            configure_organization(self.rig.workspace, {"timezone": day.zone})
            self.clock.now = max(self.clock.now, day.start)
            sign_in(self.rig, self.fake)
            await self._pass(day, mug.remote_id, monkeypatch, set_back=number % 3 == 1)
        self.clock.now += timedelta(minutes=11)
        await self._read(monkeypatch, fails=False)

    async def _pass(
        self, day: Day, listing: str, monkeypatch: pytest.MonkeyPatch, *, set_back: bool
    ) -> None:
        sales = sorted(self._times(day))
        look, noon = day.start + self._pause(), day.start + timedelta(hours=12)
        for at in sales:
            while look < at:
                # Clocks of people that are set back, and put right six hours later.
                back = set_back and noon <= look < noon + timedelta(hours=6)
                self.offset = timedelta(hours=-2) if back else timedelta()
                self.clock.now = max(self.clock.now, look)
                await self._read(monkeypatch, fails=self.chance.random() < 0.3)
                look += self._pause()
            self.clock.now = max(self.clock.now, at)
            self._buy(listing)
            if self.chance.random() < 0.5:
                self._ship()

    def _times(self, day: Day) -> Iterator[datetime]:
        """Yield when orders are placed: all day, at its very ends, and several at once."""
        seconds = int((day.end - day.start).total_seconds())
        at = day.start
        for number in range(self.a_day):
            if number in {0, 1}:
                at = day.start + timedelta(seconds=(seconds - 1) * number)
            elif self.chance.random() < 0.7:
                at = day.start + timedelta(seconds=self.chance.randrange(seconds))
            yield at

    def _pause(self) -> timedelta:
        return timedelta(minutes=self.chance.choice([7, 30, 30, 60, 240]))

    def _buy(self, listing: str) -> None:
        late = self.chance.random() < 0.2
        order = self.fake.shop.sell(listing, visible_at=self.clock.now + LATE if late else None)
        if self.chance.random() < 0.01:
            self.fake.shop.unreadable[order.remote_id] = "A field is missing."
            self.unreadable.append(order.remote_id)

    def _ship(self) -> None:
        open_ones = [key for key, order in self.fake.shop.orders.items() if not order.shipped]
        self.fake.shop.ship(open_ones[0], "ups", "1Z")

    def _to(self, now: datetime) -> None:
        self.rig.clock.now = now + self.offset

    async def _read(self, monkeypatch: pytest.MonkeyPatch, *, fails: bool) -> None:
        """Pull the orders; some pulls meet a passing fault, or are killed and gone on with."""
        self._to(self.clock.now)
        request_sync(self.rig.workspace, ["orders"])
        if fails and self.chance.random() < 0.5:
            self.fake.raises("fetch_orders", TransientError("Bad gateway."), after_pages=1)
        elif fails:
            with monkeypatch.context() as patch:
                kill_at(patch, RunBook, "add_page", call=2, after=self.chance.random() < 0.5)
                try:
                    await self.rig.work()
                except Killed:
                    recover(self.rig.workspace)
        await self.rig.work()


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("seed", [1, 2])
async def test_p14_none_missed_and_none_twice_on_the_days_clocks_change(
    seed: int, orders: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    year = Year(seed, orders)
    await year.live(monkeypatch)
    rig, shop = year.rig, year.fake.shop

    stored = {order.remote_id for order in rig.store.all(schema.ORDERS)}
    failed = set(year.unreadable)
    assert stored == set(shop.orders) - failed, "those that failed did not stop the others"
    made = _made(rig)
    assert set(made) == stored
    assert set(made.values()) == {1}, "none was taken twice"
    assert len(stored) + len(failed) == 8 * (orders // 8)
    assert len(failed) > 0
    open_units = sum(not order.shipped for key, order in shop.orders.items() if key in stored)
    assert rig.stock("MUG")[1] == open_units
    assert all(len(order.comments) == 1 for order in rig.store.all(schema.ORDERS))

    await _repair(rig, year)

    assert {order.remote_id for order in rig.store.all(schema.ORDERS)} == set(shop.orders)


async def _repair(rig: Rig, year: Year) -> None:
    """Let what failed be read again, by id, once it can be read."""
    shop = year.fake.shop
    shop.unreadable.clear()
    runs = {
        page.run
        for page in rig.store.all(schema.RECORDS)
        if any(record.outcome == "failed" for record in page.records)
    }
    for run in runs:
        request_resync(rig.workspace, run, failed=True)
    year.fake.calls.clear()
    await rig.work()
    asked = {key for call in year.fake.calls_of("fetch_orders") for key in _ids(call.request)}
    assert asked == set(year.unreadable), "by id, and nothing else"


def _ids(request: object) -> tuple[str, ...]:
    assert isinstance(request, FetchRequest)
    return request.ids


def _made(rig: Rig) -> Counter[str]:
    """Return how often each order was created, by the records of all runs."""
    return Counter(
        record.remote_id
        for page in rig.store.all(schema.RECORDS)
        for record in page.records
        if record.made and record.kind == "order"
    )


@pytest.mark.parametrize("day", DAYS, ids=str)
async def test_s24_a_day_on_which_clocks_change_is_exactly_its_orders(day: Day) -> None:
    clock = ShopClock()
    fake = TimedMarketplace(clock=clock)
    rig = Rig(fake=fake)
    mug = fake.shop.list_item("Mug", 900, sku="MUG")
    rig.clock.now = clock.now
    await rig.connected()
    inside = []
    for hours in range(-3, 30):
        for second in (0, 3599):
            clock.now = day.start + timedelta(hours=hours, seconds=second)
            sold = fake.shop.sell(mug.remote_id)
            if day.start <= clock.now < day.end:
                inside.append(sold.remote_id)
    clock.now = day.end - timedelta(seconds=1)
    inside.append(fake.shop.sell(mug.remote_id).remote_id)
    clock.now = day.end
    fake.shop.sell(mug.remote_id)
    rig.clock.now = clock.now
    sign_in(rig, fake)
    before = rig.store.get(schema.CURSORS, "fake:100/orders")

    asked = period(day.day.isoformat(), day.day.isoformat(), ZoneInfo(day.zone))
    [run] = request_sync(rig.workspace, ["orders"], trigger="period", period=asked)
    await rig.work()

    assert sorted(order.remote_id for order in rig.store.all(schema.ORDERS)) == sorted(inside)
    assert rig.store.get(schema.CURSORS, "fake:100/orders") == before, "the cursor stays"
    ended = rig.run(run.id)
    assert isinstance(ended, SyncRun)
    assert ended.counts.total == len(inside)
