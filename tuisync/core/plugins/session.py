"""What a hook is given: options, tokens, a client that is opened when it is first used."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from tuisync.core.clock import Clock, system_clock
from tuisync.core.errors import AuthorizationRequired
from tuisync.core.http.meter import Meter
from tuisync.core.http.pace import Pace, Paces
from tuisync.core.models import Budget
from tuisync.core.redaction import conceal
from tuisync.core.remote import Account, Marketplace, Tokens
from tuisync.core.session import Credentials

if TYPE_CHECKING:
    import httpx

Progress = Callable[[int, int | None], object]

PACES = Paces()
"""The paces of this process: one key has one rate limit, whoever calls with it."""


class NoCredentials:
    """The tokens of somebody who is only about to sign in."""

    async def current(self) -> Tokens:
        """Raise: there are none."""
        raise AuthorizationRequired("Nobody is signed in yet.")

    async def refresh(
        self,
        stale: Tokens,  # noqa: ARG002  # the protocol's argument
        exchange: Callable[[Tokens], Awaitable[Tokens]],  # noqa: ARG002  # the protocol's argument
    ) -> Tokens:
        """Raise: there are none."""
        return await self.current()


class PluginSession:
    """One line to a marketplace; see `tuisync.core.session.Session`.

    Attributes:
        options: The marketplace's options, secrets among them; its repr hides them.
        account: The account and shop, or None while signing in.
        credentials: The integration's tokens.
    """

    def __init__(
        self,
        options: Mapping[str, str],
        pace: Pace,
        *,
        account: Account | None = None,
        credentials: Credentials | None = None,
        clock: Clock = system_clock,
        progress: Progress | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.options: Mapping[str, str] = MappingProxyType(dict(options))
        self.account = account
        self.credentials: Credentials = credentials or NoCredentials()
        self._pace = pace
        self._meter = Meter()
        self._clock = clock
        self._progress = progress
        self._transport = transport
        self._http: httpx.AsyncClient | None = None
        self._closed = False

    def __repr__(self) -> str:
        return f"PluginSession(account={self.account!r})"

    @property
    def http(self) -> httpx.AsyncClient:
        """The client: rate limit, retries of safe calls, bounds and log are on already."""
        if self._closed:
            raise RuntimeError("the session is closed")
        if self._http is None:
            from tuisync.core.http.client import open_client  # noqa: PLC0415  # httpx is heavy

            self._http = open_client(self._pace, self._meter, transport=self._transport)
        return self._http

    @property
    def requests(self) -> int:
        """Calls made so far."""
        return self._meter.requests

    @property
    def writes(self) -> int:
        """Calls among them that may have changed something at the shop."""
        return self._meter.writes

    @property
    def budget(self) -> Budget:
        """What the shop's answers said of its limits."""
        return self._pace.budget

    def recall(self, budget: Budget) -> None:
        """Begin with limits the shop told earlier, unless it has told us some itself."""
        self._pace.recall(budget)

    def now(self) -> datetime:
        """Return the time, in UTC."""
        return self._clock()

    def progress(self, done: int, expected: int | None = None) -> None:
        """Pass on how far a long call has come."""
        if self._progress is not None:
            self._progress(done, expected)

    async def aclose(self) -> None:
        """Close the client, if one was opened; there is none from then on."""
        self._closed = True
        if self._http is not None:
            await self._http.aclose()


@asynccontextmanager
async def open_session(
    marketplace: Marketplace,
    options: Mapping[str, str],
    *,
    account: Account | None = None,
    credentials: Credentials | None = None,
    clock: Clock = system_clock,
    progress: Progress | None = None,
    paces: Paces = PACES,
    transport: httpx.AsyncBaseTransport | None = None,
) -> AsyncIterator[PluginSession]:
    """Open a session with a marketplace, closed at the end of the block.

    Args:
        marketplace: What the plug-in says of itself.
        options: Its options, secrets among them.
        account: Whose shop it is; None to sign in.
        credentials: The tokens; None to sign in.
        clock: Where the time comes from.
        progress: Told how far a long call has come.
        paces: Where the pace of this key is kept.
        transport: What sends in the end; httpx's own if not given.
    """
    conceal(*(options.get(option.key, "") for option in marketplace.options if option.secret))
    session = PluginSession(
        options,
        paces.of(marketplace.id, options, marketplace.capabilities.rate),
        account=account,
        credentials=credentials,
        clock=clock,
        progress=progress,
        transport=transport,
    )
    try:
        yield session
    finally:
        await session.aclose()
