"""One unit on sale in three shops, random buyers, a look at the orders every 30 minutes.

Time is virtual: buyers and looks happen one after the other at their times, and everything
between them is the engine's own work on fake marketplaces.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from three_shops import NAMES, ThreeShops
from tuisync.core.actions.integrations import configure_integration
from tuisync.core.inbox.gather import inbox_rows
from tuisync.core.sync.cycles import queue_cycle
from tuisync.core.sync.drain import owes_now
from tuisync.core.sync.schedule import is_due
from tuisync.core.sync.work import Work
from tuisync.testing import OutOfStock

INTERVAL = timedelta(minutes=30)
_BUYER = "a buyer"
_LOOKS = 6
_MINUTES_BETWEEN_BUYERS = 12
_DURING_A_PUSH = 0.2
"""How often a buyer comes between a push's reading and its writing."""


@dataclass(frozen=True)
class Sale:
    """A unit sold."""

    shop: str
    at: datetime
    number: str


@dataclass
class Outcome:
    """How one life of the last unit went.

    Attributes:
        sales: Every sale, in order.
        looks: When each shop was looked at.
        named: Per order number, when the inbox first named it as oversold.
        shown: What the shops showed in the end.
        available: What was available in the end.
    """

    sales: list[Sale] = field(default_factory=list)
    looks: dict[str, list[datetime]] = field(default_factory=dict)
    named: dict[str, datetime] = field(default_factory=dict)
    shown: tuple[int, ...] = ()
    available: int = 0

    @property
    def oversold(self) -> bool:
        """More than one buyer has the one unit."""
        return len(self.sales) > 1

    def known_at(self, sale: Sale) -> datetime:
        """Return when the shop was first looked at after a sale."""
        return min(at for at in self.looks[sale.shop] if at >= sale.at)


class Market:
    """One seeded life of the last unit.

    Args:
        seed: Who buys what when.
        last_unit: One shop, drawn at random, keeps the last unit.
    """

    def __init__(self, seed: int, *, last_unit: bool) -> None:
        self._random = random.Random(seed)  # noqa: S311  # a simulation, to be repeated exactly
        self._last_unit = last_unit
        self._shops = ThreeShops()
        self._work = Work(self._shops.shops, self._shops.workspace)
        self._listed: dict[str, str] = {}
        self._outcome = Outcome(looks={name: [] for name in NAMES})

    def live(self) -> Outcome:
        """Let it happen."""
        asyncio.run(self._live())
        return self._outcome

    async def _live(self) -> None:
        await self._open()
        for at, what in self._events():
            self._shops.clock.now = at
            if what == _BUYER:
                self._buy(self._random.choice(NAMES))
            else:
                await self._look(what)
            if self._settled():
                break
        self._outcome.shown = self._shops.shows(self._listed)
        self._outcome.available = self._shops.stock("MUG")[2]

    async def _open(self) -> None:
        self._listed = await self._shops.open_with("MUG", 1)
        for name in NAMES:
            configure_integration(self._shops.workspace, name, {"interval": "30"})
        if self._last_unit:
            chosen = self._random.choice(NAMES)
            configure_integration(self._shops.workspace, chosen, {"last_unit": "1"})
        await self._shops.work()

    def _events(self) -> Iterator[tuple[datetime, str]]:
        """Yield looks, each shop's from its own minute on, and buyers, by time."""
        opened = self._shops.clock()
        events: list[tuple[datetime, str]] = []
        for name in NAMES:
            first = opened + INTERVAL * self._random.random()
            events += [(first + INTERVAL * number, name) for number in range(_LOOKS)]
        at, closes = opened, opened + INTERVAL * (_LOOKS - 2)
        while (at := at + self._pause()) < closes:
            events.append((at, _BUYER))
        return iter(sorted(events))

    def _pause(self) -> timedelta:
        """Return the time until the next buyer."""
        return timedelta(minutes=self._random.expovariate(1 / _MINUTES_BETWEEN_BUYERS))

    def _buy(self, name: str) -> None:
        """Buy the unit if the shop shows one."""
        with suppress(OutOfStock):
            order = self._shops.place(name).sell(self._listed[name])
            self._outcome.sales.append(Sale(name, self._shops.clock(), order.number))

    async def _look(self, name: str) -> None:
        """Let a shop's cycle run, and every push that it makes owed."""
        shops = self._shops
        integration = shops.integration(f"{name}:100")
        seen = self._outcome.looks[name]
        assert is_due(integration, shops.clock()) or not seen
        seen.append(shops.clock())
        if self._random.random() < _DURING_A_PUSH:
            busy = self._random.choice(NAMES)
            shops.fakes[busy].meanwhile("push_stock", lambda: self._buy(busy))
        queue_cycle(shops.workspace, integration)
        await self._work.do(integration.id)
        for other in NAMES:
            if owes_now(shops.workspace, shops.integration(f"{other}:100")):
                await self._work.do(f"{other}:100")
        self._note_inbox()

    def _note_inbox(self) -> None:
        now = self._shops.clock()
        for row in inbox_rows(self._shops.store, now):
            if row.kind == "oversell":
                for sale in self._outcome.sales:
                    if sale.number in row.message:
                        self._outcome.named.setdefault(sale.number, now)

    def _settled(self) -> bool:
        """Return whether nothing can happen to the unit any more."""
        return (
            bool(self._outcome.sales)
            and self._shops.shows(self._listed) == (0, 0, 0)
            and all(
                any(at >= sale.at for at in self._outcome.looks[sale.shop])
                for sale in self._outcome.sales
            )
        )
