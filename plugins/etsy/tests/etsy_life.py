"""A seller's life with one Etsy shop: the whole engine at work on a sandbox in this process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import tuisync_etsy
from etsy_shop import session_of, sign_in
from sandbox_kit import PATIENCE, Sandbox, SandboxTransport, TooSlow, make_sandbox
from tuisync import Authorization
from tuisync.core.actions.creation import create_items, unconfirmed_variants
from tuisync.core.actions.integrations import configure_integration
from tuisync.core.actions.organization import init_organization
from tuisync.core.connecting import add_integration
from tuisync.core.http.pace import Paces
from tuisync.core.models import Integration
from tuisync.core.plugins.connections import Connection
from tuisync.core.plugins.host import PluginHost
from tuisync.core.plugins.session import PluginSession
from tuisync.core.store import schema
from tuisync.core.store.memory import MemoryStore
from tuisync.core.sync.cycles import queue_cycle
from tuisync.core.sync.schedule import is_due
from tuisync.core.sync.work import Work
from tuisync.core.workspace import Workspace
from tuisync.testing import MemoryCredentials
from tuisync_etsy.sandbox.web.app import create_app

if TYPE_CHECKING:
    from starlette.types import ASGIApp

HALF_AN_HOUR = 1_800


class Lines:
    """Opens lines to shops, with the real client and its pace; the sandbox's clock is theirs.

    Attributes:
        signed_in: What a sign-in gave, by the integration's id.
    """

    def __init__(
        self,
        host: PluginHost,
        sandbox: Sandbox,
        app: ASGIApp,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self.signed_in: dict[str, Authorization] = {}
        self._host = host
        self._sandbox = sandbox
        self._transport = SandboxTransport(app)
        self._paces = Paces(monotonic=sandbox.world.clock.precise, sleep=sleep)
        self._credentials: dict[str, MemoryCredentials] = {}

    def now(self) -> datetime:
        """The one time of all."""
        return datetime.fromtimestamp(self._sandbox.world.clock.precise(), UTC)

    @asynccontextmanager
    async def open(self, integration: Integration) -> AsyncIterator[Connection]:
        """Open a line."""
        handle = self._host.handle(integration.marketplace)
        authorization = self.signed_in[integration.id]
        credentials = self._credentials.setdefault(
            integration.id, MemoryCredentials(authorization.tokens)
        )
        rate = handle.marketplace.capabilities.rate
        session = PluginSession(
            session_of(self._sandbox).options,
            self._paces.of(integration.marketplace, {}, rate),
            account=authorization.account,
            credentials=credentials,
            clock=self.now,
            transport=self._transport,
        )
        try:
            yield Connection(handle, session)
        finally:
            await session.aclose()

    def generation(self, _integration: str) -> int:
        """The tokens signed in with are the only ones."""
        return 1


class Life:
    """One seller, one shop, one engine; the shop's clock is the only one."""

    def __init__(self, *, listings: int, orders: int, seed: int) -> None:
        self.sandbox = make_sandbox(listings=listings, orders=orders, seed=seed)
        self.world = self.sandbox.world
        self.store = MemoryStore()
        self.host = PluginHost.of(etsy=tuisync_etsy)
        app = create_app(self.world, self._wait)
        self._lines = Lines(self.host, self.sandbox, app, self.sleep)
        self.now = self._lines.now
        self.workspace = Workspace(self.store, self.host, self.now)
        self.work = Work(self._lines, self.workspace, sleep=self.sleep)

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.world.clock.advance(seconds)

    async def _wait(self, seconds: float) -> None:
        """Wait out a planned delay; one that nobody waits for ends the call."""
        if seconds > PATIENCE:
            raise TooSlow
        await self.sleep(seconds)

    async def begin(self) -> None:
        """Connect the shop and make an item of everything it sells."""
        init_organization(self.workspace, currency="USD", first_push="auto")
        async with self.sandbox.client:
            granted = await sign_in(session_of(self.sandbox))
        added = add_integration(self.workspace, "etsy", granted.account, {}, sync=True)
        self._lines.signed_in[added.id] = granted
        configure_integration(self.workspace, "etsy", {"interval": "30"})
        await self.work.do(added.id)
        create_items(self.workspace, unconfirmed_variants(self.store))
        await self.cycles(2)

    @property
    def integration(self) -> Integration:
        """The shop as the store knows it."""
        (only,) = self.store.all(schema.INTEGRATIONS)
        return only

    async def tick(self) -> None:
        """What the engine does when it looks: cycles that are due, then what is owed."""
        if is_due(self.integration, self.now()):
            queue_cycle(self.workspace, self.integration)
        for _ in range(2):
            await self.work.do(self.integration.id)

    async def cycles(self, count: int) -> None:
        """Let so many half hours pass."""
        for _ in range(count):
            await self.sleep(HALF_AN_HOUR)
            await self.tick()
