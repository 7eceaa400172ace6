"""A process that dies at a marked point, by SIGKILL, while its shops live on elsewhere.

`fork` makes one from a driver that has no threads and no open store. It works on a real store
with the real engine; what it says to its shops goes through a pipe to the driver, which plays
them. The points are marked from outside: around each commit of the store, in the middle of its
write, and around each call of a shop.
"""

from __future__ import annotations

import asyncio
import math
import os
import random
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from rig import RigShop
from tuisync.core.hookspecs import hookimpl
from tuisync.core.models import Integration
from tuisync.core.plugins.host import PluginHost
from tuisync.core.remote import (
    Authorization,
    FetchRequest,
    ItemsPage,
    Marketplace,
    OrdersPage,
    ShipmentNotice,
    ShipmentResult,
    StockChange,
    StockResult,
)
from tuisync.core.session import Session
from tuisync.core.store import schema
from tuisync.core.store.port import Store
from tuisync.core.store.shelf_draft import ShelfDraft
from tuisync.core.store.tiny import TinyStore, journal
from tuisync.core.store.tiny.files import write_all
from tuisync.core.sync.recovery import recover
from tuisync.core.sync.work import Work
from tuisync.core.views.status import ENGINE
from tuisync.core.workspace import Workspace
from tuisync.testing import FakeSession, ManualClock

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType

_DEEP = 2
_COMPACT = 256 << 10
"""Bytes: a snapshot is written now and then, too."""

Fate = Callable[[str], bool]
"""Told each marked point by name; says whether to die there."""


class Wire:
    """The driver's line to the outside, and the marks on the way.

    Args:
        line: To the driver.
        fate: When to die.
        clock: The process's; the driver's own goes with it.
    """

    def __init__(self, line: Connection, fate: Fate, clock: ManualClock) -> None:
        self._line = line
        self._fate = fate
        self.clock = clock

    def mark(self, point: str) -> None:
        """Pass a point, or die there."""
        if self._fate(point):
            self.say("died", point)
            os.kill(os.getpid(), signal.SIGKILL)

    def ask(self, kind: str, *what: object) -> Any:
        """Ask the driver and return its answer; an error is raised."""
        self._line.send((kind, *what))
        return self._answer()

    def call(self, hook: str, *what: object) -> Any:
        """Call a hook of a shop, with a mark before it, on the way and after it."""
        self.mark(f"before {hook}")
        self._line.send(("call", hook, *what))
        self.mark(f"{hook} on its way")
        answer = self._answer()
        self.mark(f"after {hook}")
        return answer

    def say(self, *what: object) -> None:
        """Tell the driver something it does not answer."""
        self._line.send(what)

    def wait(self, seconds: float) -> None:
        """Let time pass, here and at the shops."""
        self.clock.now = self.ask("wait", seconds)

    def _answer(self) -> Any:
        outcome, answer = self._line.recv()
        if outcome == "raised":
            raise revived(*answer)
        return answer


class MarkedStore(TinyStore):
    """A store with a mark before each commit, in the middle of its write, and after it."""

    wire: Wire

    def _commit(self, changed: Mapping[str, ShelfDraft]) -> None:
        name = _committer(sys._getframe())
        self.wire.mark(f"before {name}")
        with _torn(self.wire, name):
            super()._commit(changed)
        self.wire.mark(f"after {name}")


class RemoteMarketplace:
    """A fake marketplace that the driver plays."""

    def __init__(self, description: Marketplace, wire: Wire, store: TinyStore) -> None:
        self._description = description
        self._wire = wire
        self._store = store

    @hookimpl
    def marketplace(self) -> Marketplace:
        """Describe it."""
        return self._description

    @hookimpl
    async def fetch_items(
        self, session: Session, request: FetchRequest
    ) -> AsyncIterator[ItemsPage]:
        """Yield pages of listings."""
        del session
        for page in self._wire.call("fetch_items", self._description.id, request):
            yield page

    @hookimpl
    async def fetch_orders(
        self, session: Session, request: FetchRequest
    ) -> AsyncIterator[OrdersPage]:
        """Yield pages of orders."""
        del session
        for page in self._wire.call("fetch_orders", self._description.id, request):
            yield page

    @hookimpl
    async def push_stock(self, session: Session, change: StockChange) -> StockResult:
        """Set numbers; the driver is told the version of the entry that owes them."""
        assert session.account is not None
        name = self._description.id
        owed = f"stock:{name}:{session.account.shop_id}:{change.listing_id}"
        entry = self._store.get(schema.OUTBOX, owed)
        version = entry.version if entry else 0
        result: StockResult = self._wire.call("push_stock", name, change, version)
        return result

    @hookimpl
    async def push_shipment(self, session: Session, shipment: ShipmentNotice) -> ShipmentResult:
        """Tell of a shipment."""
        del session
        result: ShipmentResult = self._wire.call("push_shipment", self._description.id, shipment)
        return result


class RemoteShops:
    """Opens connections to the shops the driver plays."""

    def __init__(
        self, host: PluginHost, clock: ManualClock, signed_in: Mapping[str, Authorization]
    ) -> None:
        self._host = host
        self._clock = clock
        self._signed_in = signed_in

    @asynccontextmanager
    async def open(self, integration: Integration) -> AsyncIterator[RigShop]:
        """Open an integration's connection."""
        session = FakeSession(self._signed_in[integration.marketplace], clock=self._clock)
        yield RigShop(self._host.handle(integration.marketplace), session)

    def generation(self, _integration_id: str) -> int:
        """Return that the tokens that were signed in with are the only ones."""
        return 1


def flat(error: Exception) -> tuple[type[Exception], tuple[object, ...], dict[str, object]]:
    """Return what an error is made of, to be sent to another process."""
    return type(error), error.args, dict(vars(error))


def revived(
    kind: type[Exception], arguments: tuple[object, ...], fields: dict[str, object]
) -> Exception:
    """Return the error again."""
    error = kind.__new__(kind, *arguments)
    error.__dict__.update(fields)
    return error


def _committer(frame: FrameType | None) -> str:
    """Name who commits: the function with the transaction and whoever called it."""
    names: list[str] = []
    while frame is not None and len(names) < _DEEP:
        module = frame.f_globals.get("__name__", "")
        if module.startswith("tuisync.core.") and not module.startswith("tuisync.core.store"):
            names.append(frame.f_code.co_qualname)
        frame = frame.f_back
    return " in ".join(names) or "a commit of the test"


@contextmanager
def _torn(wire: Wire, name: str) -> Iterator[None]:
    """Mark the middle of the journal's write."""

    def halves(fd: int, content: bytes, offset: int) -> None:
        half = len(content) // 2
        write_all(fd, content[:half], offset)
        wire.mark(f"amid {name}")
        write_all(fd, content[half:], offset + half)

    write_as = vars(journal)
    write_as["write_all"] = halves
    try:
        yield
    finally:
        write_as["write_all"] = write_all


def fate_of(died: Mapping[str, int], seed: int, *, most: int = 100) -> Fate:
    """Die, after a while, at the first point at which nobody died yet; at times at any point.

    Args:
        died: How often somebody died at each point so far.
        seed: Of what is random.
        most: Deaths from which on only points at which nobody died yet are deadly.
    """
    deaths = sum(died.values())
    rng = random.Random(f"{seed}-{deaths}")  # noqa: S311  # to be repeated exactly
    soon = rng.randint(0, rng.choice([0, 30, 120]))
    late = rng.randint(100, 400) if deaths < most else math.inf
    passed = 0

    def fate(point: str) -> bool:
        nonlocal passed
        passed += 1
        return (passed > soon and not died.get(point)) or passed > late

    return fate


def never(_point: str) -> bool:
    """Live to the end."""
    return False


@dataclass(frozen=True)
class Desk:
    """What a process works with: a marked store and shops that the driver plays."""

    wire: Wire
    workspace: Workspace
    work: Work

    @property
    def store(self) -> Store:
        """The store."""
        return self.workspace.store

    def do_everything(self) -> None:
        """Carry out what is queued and owed in every shop."""
        for integration in list(self.store.all(schema.INTEGRATIONS)):
            asyncio.run(self.work.do(integration.id))


def sit_down(
    home: Path,
    wire: Wire,
    fakes: Mapping[str, Marketplace],
    signed_in: Mapping[str, Authorization],
) -> Desk:
    """Open a data directory for a process, take the engine's lease, and take over."""
    store = MarkedStore.open(home, clock=wire.clock, compact=_COMPACT)
    store.wire = wire
    host = PluginHost.of(
        **{name: RemoteMarketplace(what, wire, store) for name, what in fakes.items()}
    )
    workspace = Workspace(store, host, wire.clock)

    async def sleep(seconds: float) -> None:
        wire.wait(seconds)

    lease = store.lease(ENGINE, "daemon")
    assert lease is not None, "a dead engine's lease is free at once"
    recover(workspace)
    shops = RemoteShops(host, wire.clock, signed_in)
    return Desk(wire, workspace, Work(shops, workspace, sleep=sleep))
