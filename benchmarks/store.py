"""What the store costs, beside what it could cost: every ratio from one run on one machine.

    python -m benchmarks.store [--scale 0.1] [--directory DIR] [--times 200]

It compares with SQLite (WAL, synchronous=FULL, two indexes), with TinyDB as it comes, with
a bare append and fdatasync, and with parsing the snapshot (orjson when it is installed,
msgspec otherwise). Times are medians; a disk that is busy shows in all of them alike.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from tinydb import TinyDB

from benchmarks.dataset import SHOP, START, Shop, fill
from benchmarks.report import Row, at_most
from tuisync.core.models import Counts, Order, RecordPage, SyncRecord, SyncRun
from tuisync.core.store import schema
from tuisync.core.store.tiny import TinyStore

PAGE = 100
STOCK = 10_000
TICK = 0.001
MS, US = 1e3, 1e6

_CHANCE = random.Random(3)  # noqa: S311  # an order of turns, not a secret


def timed(work: Callable[[], object]) -> float:
    """Return the seconds a piece of work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def median(work: Callable[[int], object], times: int) -> float:
    """Return the median of the seconds it takes; it is told which time it is."""
    return statistics.median(timed(lambda n=n: work(n)) for n in range(times))  # type: ignore[misc]  # a default is how a lambda keeps a value


class Bench:
    """The stores to be measured.

    Args:
        directory: Where they are made.
        scale: How large the largest is.
        times: How often a commit is measured.
    """

    def __init__(self, directory: Path, scale: float, times: int) -> None:
        self.directory = directory
        self.scale = scale
        self.times = times
        self.shop = Shop(scale)
        self._next = 10_000_000

    def path(self, scale: float) -> Path:
        """Return the data directory of that scale; it is made when it is missing."""
        path = self.directory / f"scale-{scale:g}"
        if not path.joinpath("store.json").exists():
            store = TinyStore.open(path)
            fill(store, Shop(scale))
            store.close()
        return path

    def orders(self, count: int) -> list[Order]:
        """Return orders that are in no store yet."""
        first, self._next = self._next, self._next + count
        shop = Shop(self.scale)
        rows = (row for number in range(first, first + count) for row in shop.order(number))
        return [document for _, document in rows if isinstance(document, Order)]

    def run(self) -> Iterator[Row]:
        """Measure everything."""
        yield from self.opening()
        yield from self.lookups()
        yield from self.commits()
        yield from asyncio.run(self.stalls())
        yield self.second_import()

    def commits(self) -> Iterator[Row]:
        """Measure a durable transaction of one row, in turn with what it is compared with."""
        full, small, middle = self.scale, self.scale / 100, self.scale / 10
        stores = {size: TinyStore.open(self.path(size)) for size in (full, small, middle)}
        ways: dict[str, Callable[[Order], object]] = {
            "full": _committing(stores[full]),
            "small": _committing(stores[small]),
            "middle": _committing(stores[middle]),
            "sqlite": _sqlite(self.directory / "sqlite.db", self.shop),
            "floor": _floor(self.directory / "floor"),
        }
        took: dict[str, list[float]] = {name: [] for name in ways}
        # Each store makes its unique index at its first put.
        turns = list(ways.items())
        for order in self.orders(self.times + 1):
            _CHANCE.shuffle(turns)  # what came before, on the same disk, counts for a lot
            for name, way in turns:
                took[name].append(timed(lambda way=way, order=order: way(order)))  # type: ignore[misc]  # as above
        medians = {name: statistics.median(each[1:]) for name, each in took.items()}
        stock = self._stock()
        for store in stores.values():
            store.close()
        ours, figure = medians["full"], {n: f"{each * MS:.3f} ms" for n, each in medians.items()}
        against = {name: f"{figure['full']} : {figure[name]}" for name in figure}
        yield at_most("commit / at a hundredth", against["small"], ours / medians["small"], 1.2)
        yield at_most("commit / SQLite", against["sqlite"], ours / medians["sqlite"], 1.5)
        yield at_most("commit / append + fdatasync", against["floor"], ours / medians["floor"], 2)
        faster = stock / medians["middle"]
        count = Shop(middle).orders
        yield Row(
            f"TinyDB / commit, {count:,} orders",
            f"{stock * MS:.0f} ms : {figure['middle']}",
            f"{faster:.0f}",
            ">= 500",
            faster >= 500,
        )

    def opening(self) -> Iterator[Row]:
        """Measure opening in a process of its own, beside parsing the same file."""
        path = self.path(self.scale)
        turns = [(probe("open", path), probe("parse", path)) for _ in range(3)]
        ours, theirs = turns[-1]
        seconds, parsing = (
            statistics.median(p["seconds"] for p in each) for each in zip(*turns, strict=True)
        )
        size = path.joinpath("store.json").stat().st_size
        figure = f"{seconds * MS:.0f} ms : {parsing * MS:.0f} ms"
        yield at_most(f"open / {theirs['with']}", figure, seconds / parsing, 0.25)
        for name, key in (("opened", "memory"), ("in use", "used"), ("every index", "indexed")):
            figure = f"{ours[key] / 1e6:.0f} MB : {size / 1e6:.0f} MB"
            yield at_most(f"memory / snapshot, {name}", figure, ours[key] / size, 2)

    def lookups(self) -> Iterator[Row]:
        """Measure finding; the first time an index is used is told apart."""
        store = TinyStore.open(self.path(self.scale))
        first = timed(lambda: store.count(schema.ORDERS, "remote", ""))
        count, newest = self.shop.items, self.shop.orders

        def by_sku(number: int) -> object:
            return store.find(schema.ITEMS, "sku", f"MUG-BLUE-{number * 7 % count:06}")[0]

        def by_remote(number: int) -> object:
            key = f"{SHOP}/{3_100_000_000 + number * 7 % newest}"
            return store.find(schema.ORDERS, "remote", key)[0]

        by_sku(0)
        sku, remote = median(by_sku, 2000) * US, median(by_remote, 2000) * US
        yield at_most("look up a SKU", f"{sku:.1f} us", sku, 20, " us")
        yield at_most("look up a remote id", f"{remote:.1f} us", remote, 20, " us")
        yield Row("the same, first time", f"{first * MS:.0f} ms", "", "", met=True)
        for index, key in (("asks", "frozen"), ("open", SHOP)):
            cold = timed(lambda: store.count(schema.ORDERS, index, key))  # noqa: B023  # called here
            found = len(store.find(schema.ORDERS, index, key))
            took = median(lambda _: store.find(schema.ORDERS, index, key), 20) * MS  # noqa: B023  # called here
            name = f"filter {index}: {found:,} of {newest:,}"
            yield at_most(name, f"{took:.2f} ms (first {cold * MS:.0f} ms)", took, 10, " ms")
        store.close()

    async def stalls(self) -> list[Row]:
        """Measure how long the event loop does not turn."""
        store = TinyStore.open(self.path(self.scale))
        store.count(schema.ORDERS, "remote", "")
        store.count(schema.CONTACTS, "email", "")
        idle = await _longest_gap(asyncio.sleep(2))
        importing = await _longest_gap(self._import(store, 50))
        compacting = await _longest_gap(self._compact(store))
        store.close()
        figure = f"idle {idle * MS:.0f} ms"
        return [
            at_most("longest stall, import", figure, importing * MS, 50, " ms"),
            at_most("longest stall, compaction", figure, compacting * MS, 50, " ms"),
        ]

    def second_import(self) -> Row:
        """Measure what importing the same page again appends."""
        store = TinyStore.open(self.path(self.scale))
        orders = self.orders(PAGE)
        _import_page(store, orders, "first")
        before, version = store.size(), store.version
        _import_page(store, orders, "second")
        grew, commits = store.size() - before, store.version - version
        with store.transaction() as transaction:
            for order in orders:
                transaction.put(schema.ORDERS, order)
        unchanged = store.version == version + commits
        store.close()
        name, figure = f"second import of {PAGE} orders", f"{grew} bytes, {commits} commit"
        met = unchanged and commits == 1
        return Row(name, figure, "its run, one row", "its run, one row", met)

    def _stock(self) -> float:
        path = self.directory / "tinydb.json"
        path.unlink(missing_ok=True)
        shop, database = Shop(self.scale / 10), TinyDB(path)
        orders = [d for n in range(shop.orders) for _, d in shop.order(n) if isinstance(d, Order)]
        database.insert_multiple(msgspec.to_builtins(order) for order in orders)
        extra = [msgspec.to_builtins(order) for order in self.orders(5)]
        took = median(lambda n: database.insert(extra[n]), len(extra))
        database.close()
        return took

    async def _import(self, store: TinyStore, pages: int) -> None:
        for number in range(pages):
            orders = self.orders(PAGE)
            await asyncio.sleep(0.02)  # as a page of a shop takes its time to arrive
            _import_page(store, orders, f"page-{number}")

    async def _compact(self, store: TinyStore) -> None:
        done = asyncio.ensure_future(asyncio.to_thread(store.compact))
        while not done.done():
            with store.transaction() as transaction:
                transaction.put(schema.ORDERS, self.orders(1)[0])
            await asyncio.sleep(0.01)
        assert done.result()


def _committing(store: TinyStore) -> Callable[[Order], object]:
    def commit(order: Order) -> None:
        with store.transaction() as transaction:
            transaction.put(schema.ORDERS, order)

    return commit


def _sqlite(path: Path, shop: Shop) -> Callable[[Order], object]:
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE orders (id TEXT PRIMARY KEY, remote TEXT, gate TEXT, document BLOB);"
        "CREATE UNIQUE INDEX by_remote ON orders (remote);"
        "CREATE INDEX by_gate ON orders (gate);"
    )
    insert = "INSERT INTO orders VALUES (?, ?, ?, ?)"

    def values(order: Order) -> tuple[str, str, str, bytes]:
        return order.id, order.remote_id, order.gate, msgspec.json.encode(order)

    rows = (d for n in range(shop.orders) for _, d in shop.order(n) if isinstance(d, Order))
    connection.execute("BEGIN")
    connection.executemany(insert, map(values, rows))
    connection.execute("COMMIT")
    return lambda order: connection.execute(insert, values(order))


def _floor(path: Path) -> Callable[[Order], object]:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)

    def append(order: Order) -> None:
        os.write(fd, msgspec.json.encode(order))
        os.fdatasync(fd)

    return append


def _import_page(store: TinyStore, orders: list[Order], name: str) -> None:
    run = SyncRun(
        id=name,
        batch=name,
        integration=SHOP,
        module="orders",
        trigger="manual",
        queued_at=START,
        counts=Counts(unchanged=len(orders)),
    )
    ids = ",".join(order.remote_id for order in orders)
    row = SyncRecord(
        id=f"{name}/1", kind="order", remote_id=ids, title="", outcome="unchanged", at=START
    )
    page = RecordPage(id=f"{name}/1", run=name, page=1, records=(row,))
    with store.transaction() as transaction:
        for order in orders:
            transaction.put(schema.ORDERS, order)
        transaction.put(schema.RUNS, run)
        transaction.put(schema.RECORDS, page)


async def _longest_gap(work: Any) -> float:
    """Return the longest time the loop did not turn while the work was done."""
    done, longest, before = asyncio.ensure_future(work), 0.0, time.perf_counter()
    while not done.done():
        await asyncio.sleep(TICK)
        now = time.perf_counter()
        longest, before = max(longest, now - before - TICK), now
    await done
    return longest


def probe(name: str, path: Path) -> dict[str, Any]:
    """Measure in a fresh process, whose memory nothing else has touched."""
    command = [sys.executable, "-m", "benchmarks.store", "--probe", name, "--directory", str(path)]
    found: dict[str, Any] = json.loads(subprocess.check_output(command, text=True))
    return found


def _memory() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _probe_open(path: Path) -> dict[str, Any]:
    before, began = _memory(), time.perf_counter()
    store = TinyStore.open(path)
    seconds, memory = time.perf_counter() - began, _memory() - before
    used_first: tuple[tuple[schema.Collection[Any], str], ...] = (
        (schema.ORDERS, "remote"),
        (schema.ORDERS, "open"),
        (schema.ORDERS, "asks"),
        (schema.ITEMS, "sku"),
        (schema.CONTACTS, "email"),
        (schema.COMMITMENTS, "order"),
    )
    for collection, index in used_first:
        store.count(collection, index, "")
    used = _memory() - before
    for each in schema.COLLECTIONS:
        for index in each.indexes:
            store.count(each, index, "")
    return {"seconds": seconds, "memory": memory, "used": used, "indexed": _memory() - before}


def _probe_parse(path: Path) -> dict[str, Any]:
    content = path.joinpath("store.json").read_bytes()
    try:
        import orjson  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415  # not ours to need
    except ImportError:
        return {"seconds": timed(lambda: msgspec.json.decode(content)), "with": "msgspec parse"}
    return {"seconds": timed(lambda: orjson.loads(content)), "with": "orjson.loads"}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Measure the store.")
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--directory", type=Path)
    parser.add_argument("--probe", choices=["open", "parse"], help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.probe:
        measure = {"open": _probe_open, "parse": _probe_parse}[arguments.probe]
        print(json.dumps(measure(arguments.directory)))
        return
    directory = arguments.directory or Path(tempfile.mkdtemp(prefix="tuisync-bench-"))
    directory.mkdir(parents=True, exist_ok=True)
    print(f"{Shop(arguments.scale).orders:,} orders, medians of {arguments.times}\n")
    for row in Bench(directory, arguments.scale, arguments.times).run():
        mark = "" if row.met else "  MISSED"
        print(f"{row.name:<36} {row.figure:>26} {row.ratio:>18} {row.target:>18}{mark}", flush=True)
    if not arguments.directory:
        shutil.rmtree(directory)


if __name__ == "__main__":
    main()
