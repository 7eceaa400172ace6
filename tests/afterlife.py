"""The driver of mortal processes: plays their shops, sees them die, starts the next.

It has no threads and opens no store, so that it may fork.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, NoReturn

from mortal import Fate, Wire, flat
from tuisync.core.errors import TuisyncError
from tuisync.core.remote import FetchRequest, StockChange
from tuisync.testing import FakeMarketplace, FakeSession, ManualClock, OutOfStock

Life = Callable[[Wire], Any]
"""What a process does with its life; what it returns is the driver's when it does not die."""


class ProcessFailed(RuntimeError):
    """A process ended by a fault instead of by its fate."""


@dataclass
class Afterlife:
    """Forks processes and plays the shops they sell in.

    Attributes:
        fakes: The marketplaces by name.
        clock: The one clock of all.
        died: How often a process died at each point.
        passed: Versions of the entries whose numbers each listing accepted, in order.
        sold: Sales by the number they were asked for with.
    """

    fakes: Mapping[str, FakeMarketplace]
    clock: ManualClock
    died: Counter[str] = field(default_factory=Counter)
    passed: dict[str, list[int]] = field(default_factory=dict)
    sold: dict[int, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._sessions = {
            name: FakeSession(fake.sign_in(), clock=self.clock) for name, fake in self.fakes.items()
        }

    def live(self, life: Life, fate: Fate) -> tuple[bool, Any]:
        """Let one process live; returns whether it reached its end, and what it returned."""
        ours, theirs = Pipe()
        pid = os.fork()
        if pid == 0:
            ours.close()
            _be(life, Wire(theirs, fate, self.clock))
        theirs.close()
        try:
            return self._serve(ours)
        finally:
            ours.close()
            os.waitpid(pid, 0)

    def _serve(self, line: Connection) -> tuple[bool, Any]:
        while True:
            try:
                kind, *what = line.recv()
            except EOFError:
                raise ProcessFailed("It was gone without a word.") from None
            match kind:
                case "died":
                    self.died[what[0]] += 1
                    return False, None
                case "ended":
                    return True, what[0]
                case "failed":
                    raise ProcessFailed(what[0])
            try:
                answer = ("is", self._answer(kind, what))
            except TuisyncError as error:
                answer = ("raised", flat(error))
            try:
                line.send(answer)
            except (BrokenPipeError, ConnectionResetError):
                continue  # its last word is still to be read

    def _answer(self, kind: str, what: list[Any]) -> Any:
        match kind:
            case "wait":
                return self.clock.advance(seconds=what[0])
            case "sell":
                return self._sell(*what)
            case _:
                return asyncio.run(self._call(*what))

    def _sell(self, number: int, name: str, listing: str, units: int) -> str | None:
        """Let a buyer buy, once per number; None when the shop does not show that many."""
        if number not in self.sold:
            try:
                self.sold[number] = self.fakes[name].shop.sell(listing, units).remote_id
            except OutOfStock:
                self.sold[number] = None
        return self.sold[number]

    async def _call(self, hook: str, name: str, request: Any, version: int = 0) -> Any:
        fake, session = self.fakes[name], self._sessions[name]
        match hook, request:
            case "fetch_items", FetchRequest():
                return [page async for page in fake.fetch_items(session, request)]
            case "fetch_orders", FetchRequest():
                return [page async for page in fake.fetch_orders(session, request)]
            case "push_stock", StockChange(listing_id=listing):
                result = await fake.push_stock(session, request)
                self.passed.setdefault(f"{name}:{listing}", []).append(version)
                return result
            case _:
                return await fake.push_shipment(session, request)


def _be(life: Life, wire: Wire) -> NoReturn:
    """Be the process: live, say how it went, and end without the driver's own ending.

    It does not wait for the disk: a killed process loses nothing that it had written.
    """
    vars(os).update(fsync=lambda _fd: None, fdatasync=lambda _fd: None)
    try:
        word = ("ended", life(wire))
    except BaseException:  # noqa: BLE001  # told to the driver, whatever it is
        word = ("failed", traceback.format_exc())
    wire.say(*word)
    os._exit(0)


def played(script: str, *arguments: object) -> dict[str, Any]:
    """Let a driver in a process of its own, without threads, fork its processes.

    Args:
        script: The driver's file.
        *arguments: What it is called with.

    Returns:
        What it prints as JSON.
    """
    command = [sys.executable, script, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report
