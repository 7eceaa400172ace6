"""What the app costs on a real terminal: every ratio from one run on one machine.

    python -m benchmarks.tui [--scale 1.0] [--times 5] [--directory DIR]

Each figure is taken from outside: a pseudo-terminal of 120x40, keys written to it, and the
bytes that come back. Times are medians, from the key to the last byte that shows its effect.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import re
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.dataset import ITEMS, ORDERS, SHOP, START, Shop, fill
from benchmarks.report import Row, at_most, print_table
from tuisync.core.home import Home
from tuisync.core.models import ORGANIZATION_ID, Integration, Organization
from tuisync.core.services import open_services
from tuisync.core.store import schema
from tuisync.core.store.tiny import TinyStore

SIZE = (120, 40)
PATIENCE = 60.0
QUIET = 1.5
IDLE = 15.0
MS = 1e3
_ESCAPES = re.compile(rb"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[@-_]")

MINIMAL = """
from textual.app import App
from textual.widgets import Static
class Minimal(App):
    def compose(self):
        yield Static("a minimal app")
Minimal().run()
"""


class Seat:
    """A program on a pseudo-terminal, and whoever sits in front of it."""

    def __init__(self, pid: int, terminal: int) -> None:
        self.pid = pid
        self._terminal = terminal
        self._seen = b""

    def press(self, keys: str) -> None:
        """Type something; what was shown before is forgotten."""
        self._seen = b""
        os.write(self._terminal, keys.encode())

    def until(self, text: str) -> float:
        """Wait until a text was shown; return when its last byte came."""
        wanted, ends = text.encode(), time.perf_counter() + PATIENCE
        while wanted not in _ESCAPES.sub(b"", self._seen):
            if time.perf_counter() > ends:
                raise TimeoutError(f"{text!r} was never shown: {self._seen[-2000:]!r}")
            self._read(0.5)
        return time.perf_counter()

    def settle(self, quiet: float = QUIET) -> None:
        """Wait until nothing is drawn for a while."""
        while self._read(quiet):
            pass

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._terminal], [], [], seconds)
        if ready:
            self._seen += os.read(self._terminal, 65_536)
        return bool(ready)


@contextmanager
def seated(*command: str, home: Path) -> Iterator[Seat]:
    """Run a program on a pseudo-terminal of its own, and end it."""
    environment = {**os.environ, "TERM": "xterm-256color", "TUISYNC_HOME": str(home)}
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(sys.executable, [sys.executable, *command], environment)  # noqa: S606  # the program measured
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", SIZE[1], SIZE[0], 0, 0))
    try:
        yield Seat(pid, terminal)
    finally:
        os.kill(pid, signal.SIGKILL)
        os.close(terminal)
        os.waitpid(pid, 0)


def make_home(directory: Path, scale: float) -> Path:
    """Make a home with a shop of that scale, unless it is there already."""
    home = Home.at(directory)
    if (home.data / "store.json").exists():
        return directory
    home.ensure()
    store = TinyStore.open(home.data)
    fill(store, Shop(scale))
    store.close()
    services = open_services(home)
    with services.workspace.store.transaction() as tx:
        tx.put(
            schema.ORGANIZATION,
            Organization(
                id=ORGANIZATION_ID, name="Big Pottery", base_currency="USD", timezone="UTC"
            ),
        )
        tx.put(
            schema.INTEGRATIONS,
            Integration(
                id=SHOP,
                name="etsy",
                marketplace="etsy",
                account_id="1",
                shop_id="12345678",
                shop_name="Big Pottery",
                currency="USD",
                status="inactive",
                connected_at=START,
            ),
        )
    services.close()
    return directory


class Start(NamedTuple):
    """Seconds from the start of a program to what it shows.

    Attributes:
        paint: The frame of the first place.
        shop: The first line of it, read from the store.
        minimal: The whole of a minimal app.
    """

    paint: float
    shop: float
    minimal: float


def starting(home: Path, times: int) -> Start:
    """Return how long a start takes, of the app and of a minimal one."""
    starts = [_start(home) for _ in range(times)]
    return Start(*(statistics.median(each) for each in zip(*starts, strict=True)))


def _start(home: Path) -> Start:
    began = time.perf_counter()
    with seated("-m", "tuisync", home=home) as seat:
        paint = seat.until("Marketplaces") - began
        shop = seat.until("inactive") - began
    began = time.perf_counter()
    with seated("-c", MINIMAL, home=home) as seat:
        return Start(paint, shop, seat.until("a minimal app") - began)


@contextmanager
def at_orders(home: Path, orders: int) -> Iterator[Seat]:
    """Open the app at the list of orders."""
    with seated("-m", "tuisync", home=home) as seat:
        seat.until("Marketplaces")
        seat.settle()
        seat.press("4")
        seat.until(f"{3_100_000_000 + orders - 1}")
        seat.settle()
        yield seat


def page_down(seat: Seat, orders: int, times: int) -> float:
    """Return the seconds of one page down, from the key to the newest line."""
    taken: list[float] = []
    newest, bottom = 3_100_000_000 + orders - 1, 0
    page = _page(seat, newest)
    for turn in range(1, times + 1):
        bottom = page * (turn + 1)
        began = time.perf_counter()
        seat.press("\x1b[6~")
        taken.append(seat.until(str(newest - bottom)) - began)
        seat.settle(0.1)
    seat.press("\x1b[H")
    seat.settle()
    return statistics.median(taken)


def _page(seat: Seat, newest: int) -> int:
    """Page down once, and return how many rows that is."""
    seat.press("\x1b[6~")
    seat.settle()
    numbers = {int(each) for each in re.findall(rb"3100\d{6}", _ESCAPES.sub(b"", seat._seen))}  # noqa: SLF001  # the same module
    return newest - min(numbers)


def filtering(seat: Seat, orders: int, times: int) -> float:
    """Return the seconds from a key in the filter line to the count it leaves."""
    taken = []
    for turn in range(times):
        number = f"{3_100_000_000 + orders // 3 + turn * 7}"
        seat.press("/")
        seat.settle(0.3)
        for key in number[:-1]:
            seat.press(key)
            seat.settle(0.2)
        began = time.perf_counter()
        seat.press(number[-1])
        taken.append(seat.until(f"1 of {orders:,}") - began)
        seat.press("\x1b")
        seat.settle(0.5)
    return statistics.median(taken)


def sorting(seat: Seat) -> float:
    """Return the seconds to sort by a column that was not sorted by yet."""
    began = time.perf_counter()
    seat.press(">")
    ended = seat.until("Order▴")
    seat.settle(0.3)
    for _ in range(3):
        seat.press("<")
        seat.settle(0.3)
    return ended - began


def others_change(home: Path, times: int) -> float:
    """Return the seconds from a commit of this process to its sight in the app."""
    taken = []
    store = TinyStore.open(home / "data")
    with seated("-m", "tuisync", home=home) as seat:
        seat.until("inactive")
        seat.press("3")
        seat.until("SKU")
        seat.settle()
        item = next(iter(sorted(store.all(schema.ITEMS), key=lambda each: each.sku)))
        for turn in range(times):
            seat.press("")
            began = time.perf_counter()
            with store.transaction() as tx:
                tx.put(schema.ITEMS, item.but(name=f"Renamed {turn}"))
            taken.append(seat.until(f"Renamed {turn}") - began)
            seat.settle(0.5)
    store.close()
    return statistics.median(taken)


def idle_share(seat: Seat) -> float:
    """Return the share of one processor the app takes while nobody does anything."""
    seat.settle(2)
    before, began = _ticks(seat.pid), time.perf_counter()
    time.sleep(IDLE)
    passed = time.perf_counter() - began
    return (_ticks(seat.pid) - before) / os.sysconf("SC_CLK_TCK") / passed


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def waits(home: Path, scratch: Path) -> tuple[float, float]:
    """Return the longest wait of the event loop, at the start and on a way through all places.

    Each place is seen for the first time, then its rows are sorted by each column and, where
    they come in groups, shown group by group.
    """
    noted = scratch / "waits"
    with seated("-m", "benchmarks.watched", str(noted), home=home) as seat:
        seat.until("inactive")
        seat.settle()
        at_start = _noted(noted)
        for key in "234567891":
            seat.press(key)
            seat.settle(0.8)
        for place, groups in (("2", 6), ("3", 0), ("4", 6), ("8", 0)):
            for key in (place, *["\x1b[C"] * groups, *">>>>>>>>>"):
                seat.press(key)
                seat.settle(0.4)
    return max(at_start, default=0), max(_noted(noted)[len(at_start) :], default=0)


def _noted(file: Path) -> list[float]:
    return [float(line) for line in file.read_text().splitlines()]


def memory(pid: int) -> tuple[float, float]:
    """Return the megabytes resident, and those of them that are not pages of files."""
    text = Path(f"/proc/{pid}/status").read_text()
    found = {name: int(re.search(rf"{name}:\s+(\d+)", text)[1]) for name in ("VmRSS", "RssAnon")}  # type: ignore[index]  # Linux has both
    return found["VmRSS"] / 1024, found["RssAnon"] / 1024


def measure(directory: Path, scale: float, times: int) -> Iterator[Row]:
    """Measure everything; yields the table's lines."""
    large = make_home(directory / "large", scale)
    middle = make_home(directory / "middle", scale / 10)
    small = make_home(directory / "small", scale / 100)
    at_start, on_the_way = waits(large, directory)
    yield at_most("longest wait at the start, 100,000", f"{at_start:.0f} ms", at_start, 50, " ms")
    yield at_most("longest wait in all places", f"{on_the_way:.0f} ms", on_the_way, 50, " ms")
    seen = others_change(large, times) * MS
    yield at_most("another's change seen, 100,000", f"{seen:.0f} ms", seen, 1_000, " ms")
    start = starting(middle, times)
    figure = f"{start.paint * MS:.0f} / {start.minimal * MS:.0f} ms"
    ratio = start.paint / start.minimal
    yield at_most("first paint, 10,000 orders / a minimal app", figure, ratio, 1.3)
    figure = f"{start.shop * MS:.0f} / {start.minimal * MS:.0f} ms"
    ratio = start.shop / start.minimal
    yield Row("first shop shown / a minimal app", figure, f"{ratio:.2f}", "-", met=True)
    many, few = int(ORDERS * scale), int(ORDERS * scale / 100)
    with at_orders(small, few) as seat:
        small_page = page_down(seat, few, times)
    with at_orders(large, many) as seat:
        large_page = page_down(seat, many, times)
        figure = f"{large_page * MS:.1f} / {small_page * MS:.1f} ms"
        yield at_most("page down, 100,000 / 1,000 orders", figure, large_page / small_page, 1.3)
        found = filtering(seat, many, times) * MS
        yield at_most("key to filtered list, 100,000 orders", f"{found:.0f} ms", found, 100, " ms")
        took = sorting(seat) * MS
        yield at_most("key to sorted list, 100,000 orders", f"{took:.0f} ms", took, 250, " ms")
        share = idle_share(seat) * 100
        yield at_most("idle, at 100,000 orders", f"{share:.2f} %", share, 1, " %")
        resident, own = memory(seat.pid)
        size = sum(each.stat().st_size for each in (large / "data").iterdir()) / 2**20
        figure = f"{resident:.0f} MB, {own:.0f} of its own; {size:.0f} on disk"
        yield at_most("memory at 100,000 orders / the data", figure, resident / size, 2.5)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--scale", type=float, default=1.0, help="1 is 100,000 orders")
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--directory", type=Path, help="keep the data there for the next run")
    arguments = parser.parse_args()
    print(f"{int(ORDERS * arguments.scale):,} orders, {int(ITEMS * arguments.scale):,} items")
    with tempfile.TemporaryDirectory() as scratch:
        directory = arguments.directory or Path(scratch)
        print_table(measure(directory, arguments.scale, arguments.times))


if __name__ == "__main__":
    main()
