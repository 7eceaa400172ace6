"""What importing an Etsy shop costs, and what keeping it in step costs afterwards.

    python -m benchmarks.etsy_import [--orders 10000 100000] [--rated 10000] [--listings 2000]

Everything is real: the command line's services in a home of their own, the plug-in, HTTP on
loopback, a durable store; the shop is the plug-in's sandbox in a process beside it.

- unlimited: the shop allows 1,000 calls a second, so that what we do ourselves is all there is;
- rated: it allows 10; the time, divided by what that many calls must take at that rate;
- steady state: the calls of a cycle in which nothing, or little, has changed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import httpx

from benchmarks.report import Row, at_most, print_table
from tuisync.core.actions.organization import configure_organization, init_organization
from tuisync.core.actions.syncs import request_sync
from tuisync.core.connecting import connect
from tuisync.core.home import Home
from tuisync.core.models import Module, SyncRun
from tuisync.core.plugins.host import PluginHost
from tuisync.core.services import Services, open_services
from tuisync.core.store import schema
from tuisync.core.sync.cycles import queue_cycle
from tuisync.core.sync.work import Work

RATE = 10
"""Calls a second of a shop with Etsy's ordinary limit."""

FAST = 1_000
STATES = ("active", "inactive", "sold_out", "draft", "expired")
PAGE = 100
CHANGED = 30
"""Listings that change before the cycle that reads little."""


@dataclass(frozen=True)
class Shop:
    """A running sandbox shop."""

    told: Mapping[str, Any]
    child: subprocess.Popen[bytes]

    def post(self, name: str, **body: object) -> Any:
        """Make something happen there."""
        answer = httpx.post(f"{self.told['control']}/{name}", json=body, timeout=60)
        answer.raise_for_status()
        return answer.json()


@contextmanager
def running(orders: int, listings: int, qps: int) -> Iterator[Shop]:
    """Run a shop for the length of the block."""
    command = [sys.executable, "-m", "benchmarks.etsy_shop", "--qpd", "10000000"]
    command += ["--orders", str(orders), "--listings", str(listings), "--qps", str(qps)]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        yield Shop(json.loads(child.stdout.readline()), child)
    finally:
        child.stdin.close()
        child.wait(60)
        child.stdout.close()


class Browser:
    """A seller who allows access at once."""

    redirect_uri = "http://localhost:3003/oauth/redirect"

    async def visit(self, url: str) -> Mapping[str, str]:
        """Allow access and return where the browser ends up."""
        async with httpx.AsyncClient() as client:
            answer = await client.get(f"{url}&consent=allow")
        return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


@contextmanager
def connected(orders: int, listings: int, qps: int) -> Iterator[tuple[Services, Shop]]:
    """Run a shop and open a home in which it is connected and nothing has been read."""
    with ExitStack() as stack:
        shop = stack.enter_context(running(orders, listings, qps))
        home = Home.at(Path(stack.enter_context(tempfile.TemporaryDirectory())))
        services = open_services(home, host=PluginHost())
        stack.callback(services.close)
        init_organization(services.workspace, currency="USD", first_push="review")
        configure_organization(services.workspace, {"order_sync": "confirmed_and_fulfilled"})
        options = {key: str(shop.told[key]) for key in ("keystring", "shared_secret")}
        options["base_url"] = str(shop.told["url"])
        asyncio.run(connect(services, "etsy", options, Browser(), sync=False))
        yield services, shop


class Done(NamedTuple):
    """A run that ended well.

    Attributes:
        seconds: How long it took, with the runs it was done together with.
        cpu: What of that this process worked; the shop works beside it.
    """

    run: SyncRun
    seconds: float
    cpu: float


def pull(services: Services, module: Module) -> Done:
    """Read a module by hand."""
    (run,) = request_sync(services.workspace, [module])
    return _worked(services)[run.module]


def cycle(services: Services) -> dict[str, Done]:
    """Let a scheduled cycle run; returns its runs."""
    (integration,) = services.workspace.store.all(schema.INTEGRATIONS)
    queue_cycle(services.workspace, integration)
    return _worked(services)


def _worked(services: Services) -> dict[str, Done]:
    workspace = services.workspace
    (integration,) = workspace.store.all(schema.INTEGRATIONS)
    waiting = [run.id for run in workspace.store.find(schema.RUNS, "status", "queued")]
    began, worked = time.perf_counter(), time.process_time()
    asyncio.run(Work(services.shops, workspace, drains=False).do(integration.id))
    spent, cpu = time.perf_counter() - began, time.process_time() - worked
    done: dict[str, Done] = {}
    for id_ in waiting:
        run = workspace.store.get(schema.RUNS, id_)
        if run is None or run.status not in {"succeeded", "partial"}:
            raise SystemExit(f"The run did not end well: {run and run.reason}")
        done[run.module] = Done(run, spent, cpu)
    return done


def unlimited(orders: int, listings: int) -> Row:
    """Import everything as fast as we can."""
    with connected(orders, listings, FAST) as (services, _):
        pull(services, "items")
        done = pull(services, "orders")
        stored = services.workspace.store.count(schema.ORDERS)
    figure = f"{done.seconds:.1f} s ({done.cpu:.1f} s CPU), {done.run.requests} calls"
    return Row(
        f"import {orders:,} receipts, unlimited",
        figure,
        f"{stored / done.seconds:,.0f}/s",
        "",
        met=True,
    )


def rated(orders: int) -> Row:
    """Import at the ordinary limit: no slower than the limit makes it."""
    with connected(orders, PAGE, RATE) as (services, _):
        done = pull(services, "orders")
    least = done.run.requests / RATE
    figure = f"{done.seconds:.1f} s ({done.cpu:.1f} s CPU), {done.run.requests} calls"
    return at_most(
        f"import {orders:,} receipts, time / (calls / rate)", figure, done.seconds / least, 1.05
    )


def steady(orders: int, listings: int) -> Iterator[Row]:
    """Count the calls of cycles with nothing new, and with a little."""
    with connected(orders, listings, FAST) as (services, shop):
        first = pull(services, "items").run
        pull(services, "orders")
        held = services.workspace.store.find(schema.LISTINGS, "integration", first.integration)
        pages = sum(
            max(1, math.ceil(sum(each.state == state for each in held) / PAGE)) for state in STATES
        )
        still_open = services.workspace.store.count(schema.ORDERS, "open", first.integration)
        cycle(services)  # reads again what lies in the overlap
        idle = cycle(services)
        yield _calls(
            "orders cycle, nothing new", idle["orders"].run, 2 + math.ceil(still_open / PAGE)
        )
        yield _calls("items cycle, nothing new", idle["items"].run, pages)
        for listing in held[:CHANGED]:
            shop.post("edit", listing_id=int(listing.listing_id), title=f"{listing.title} II")
        busy = cycle(services)
        target = pages + math.ceil(CHANGED / PAGE)
        yield _calls(f"items cycle, {CHANGED} of {len(held):,} changed", busy["items"].run, target)
        full = pull(services, "items").run
        figure = f"{full.requests} calls, {full.counts.total:,} records"
        yield Row("items, everything, once a day", figure, str(full.requests), "", met=True)


def _calls(name: str, run: SyncRun, most: int) -> Row:
    figure = f"{run.requests} calls, {run.counts.total} records"
    return Row(name, figure, str(run.requests), f"<= {most}", met=run.requests <= most)


def main() -> int:
    """Measure, print, and tell by the exit code whether the targets are met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.etsy_import")
    parser.add_argument("--orders", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--rated", type=int, nargs="*", default=[10_000])
    parser.add_argument("--listings", type=int, default=2_000)
    given = parser.parse_args()
    rows: list[Row] = []

    def tell(row: Row) -> None:
        rows.append(row)
        print_table([row])

    for row in steady(500, given.listings):
        tell(row)
    for orders in given.rated:
        tell(rated(orders))
    for orders in given.orders:
        tell(unlimited(orders, given.listings))
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
