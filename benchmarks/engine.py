"""What the engine costs: importing orders, planning, and how long it holds up everything else.

    python -m benchmarks.engine [--orders 10000] [--many 100000] [--peer] [--no-profile]

The shop is made up in this process, so that what is measured is the engine with its store, one
durable transaction a page. With `--peer` the same number of orders is created in Tryton, a
well-known open-source business system, right after ours on the same machine: it is installed
from the package index into a temporary environment, and left out with the reason if it cannot.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import gc
import pstats
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from benchmarks import plan, tryton
from benchmarks.generated_shop import ACCOUNT, NAME, OPENED, PAGE, GeneratedShop, GeneratedShops
from benchmarks.report import Row, at_most, print_table
from tuisync.core.actions.creation import create_items, unconfirmed_variants
from tuisync.core.actions.organization import init_organization
from tuisync.core.actions.plans import make_plan
from tuisync.core.actions.syncs import request_sync
from tuisync.core.connecting import add_integration
from tuisync.core.plugins.host import PluginHost
from tuisync.core.store import schema
from tuisync.core.store.tiny import TinyStore
from tuisync.core.sync.work import Work
from tuisync.core.workspace import Workspace
from tuisync.testing import ManualClock

EDGE = 2
"""Pages left out at the beginning: what is loaded at the first use is loaded there."""

_TICK = 0.001
_LINKS = 5_000
_FLOOR, _AIM = 30, 100
"""Times the peer's orders per second."""


@dataclass
class Import:
    """An import of orders that was watched.

    Attributes:
        orders: How many.
        seconds: How long it took.
        pages: Seconds of each page.
        stall: The longest time in seconds in which the event loop did nothing else.
    """

    orders: int
    seconds: float = 0.0
    pages: list[float] = field(default_factory=list)
    stall: float = 0.0

    @property
    def per_second(self) -> float:
        """Orders imported a second."""
        return self.orders / self.seconds

    def at(self, order: int, width: int = 20) -> float:
        """Return the median seconds of a page around an order, the last pages at most."""
        middle = min(order // PAGE, len(self.pages) - width // 2)
        return statistics.median(self.pages[max(EDGE, middle - width // 2) : middle + width // 2])


class Seller:
    """An organization with a connected shop of linked listings, and no orders yet."""

    def __init__(self, directory: Path) -> None:
        clock = ManualClock(OPENED)
        self.shop = GeneratedShop()
        self.store = TinyStore.open(directory)
        host = PluginHost.of(**{NAME: self.shop})
        self.workspace = Workspace(self.store, host, clock)
        self.work = Work(GeneratedShops(host), self.workspace)
        init_organization(self.workspace, currency="USD", first_push="auto")
        self.integration = add_integration(self.workspace, NAME, ACCOUNT, {}, sync=True).id

    async def settle_in(self) -> None:
        """Read the listings and make an item of each."""
        await self.work.do(self.integration)
        create_items(self.workspace, unconfirmed_variants(self.store))
        await self.work.do(self.integration)
        gc.freeze()  # as the program does when it has opened its data

    async def take(self, orders: int) -> Import:
        """Import so many orders."""
        seen = Import(orders)
        self.shop.orders = orders
        request_sync(self.workspace, ["orders"])
        self.shop.asked_at.clear()
        watch = asyncio.create_task(_watch(seen))
        began = time.perf_counter()
        await self.work.do(self.integration)
        seen.seconds = time.perf_counter() - began
        watch.cancel()
        seen.pages = [late - early for early, late in pairwise(self.shop.asked_at)]
        assert self.store.count(schema.ORDERS) == orders
        return seen


async def _watch(seen: Import) -> None:
    """Note how long the event loop does not come round."""
    last = time.perf_counter()
    while True:
        await asyncio.sleep(_TICK)
        now = time.perf_counter()
        seen.stall = max(seen.stall, now - last - _TICK)
        last = now


def imported(orders: int, *, profile: bool = False) -> Import:
    """Import so many orders into a new data directory."""
    with tempfile.TemporaryDirectory(prefix="tuisync-bench-") as directory:
        seller = Seller(Path(directory))
        asyncio.run(seller.settle_in())
        if not profile:
            seen = asyncio.run(seller.take(orders))
        else:
            with cProfile.Profile() as profiler:
                seen = asyncio.run(seller.take(orders))
            pstats.Stats(profiler).sort_stats("tottime").print_stats(15)
        seller.store.close()
        return seen


def rows(arguments: argparse.Namespace) -> Iterator[Row]:
    """Yield the lines of the table as they are measured."""
    yield _planning()
    seen = imported(arguments.orders)
    figure = f"{seen.per_second:,.0f} orders/s, {1e3 * seen.seconds / seen.orders:.2f} ms each"
    yield from _beside_peer(seen, figure, asked=arguments.peer)
    yield at_most(
        f"longest stall, {seen.orders:,} orders", "of the event loop", 1e3 * seen.stall, 50, " ms"
    )
    many = imported(arguments.many)
    near, far = many.at(1_000), many.at(many.orders)
    yield at_most(
        f"a page at {many.orders:,} / at 1,000 orders",
        f"{1e3 * far:.1f} / {1e3 * near:.1f} ms, {many.per_second:,.0f}/s",
        far / near,
        1.2,
    )
    yield at_most(
        f"longest stall, {many.orders:,} orders", "of the event loop", 1e3 * many.stall, 50, " ms"
    )


def _planning() -> Row:
    with tempfile.TemporaryDirectory(prefix="tuisync-bench-") as directory:
        workspace = plan.filled(Path(directory), _LINKS)
        seconds = plan.median(lambda: make_plan(workspace), 5)
        workspace.store.close()
    return at_most(f"a plan over {_LINKS:,} links", "computed and stored", seconds, 1.0, " s")


def _beside_peer(seen: Import, figure: str, *, asked: bool) -> Iterator[Row]:
    name = f"importing {seen.orders:,} orders"
    if not asked:
        yield Row(name, figure, "", f">= {_FLOOR}x peer", met=True)
        return
    try:
        peer = tryton.orders_per_second(seen.orders)
    except tryton.Unavailable as reason:
        yield Row(name, figure, "no peer", str(reason), met=True)
        return
    times = seen.per_second / peer
    yield Row(
        f"{name} / Tryton",
        f"{figure} / {peer:,.1f}/s",
        f"{times:.0f}x",
        f">= {_AIM}x",
        times >= _AIM,
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Measure the engine.")
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--many", type=int, default=100_000)
    parser.add_argument("--peer", action="store_true", help="compare with Tryton")
    parser.add_argument("--no-profile", action="store_true", help="leave the profile out")
    arguments = parser.parse_args()
    print_table(rows(arguments))
    if not arguments.no_profile:
        print("\nwhere the time goes, over 5,000 orders:")
        imported(5_000, profile=True)


if __name__ == "__main__":
    main()
