"""A session and a prompt for calling hooks directly, without host, store or network."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from tuisync.core.clock import Clock, system_clock
from tuisync.core.errors import AuthorizationRequired, SignInTimeout
from tuisync.core.remote import Account, Authorization, Tokens
from tuisync.testing.identity import Identity

if TYPE_CHECKING:
    import httpx

REDIRECT_URI = "http://localhost:3003/oauth/redirect"


class MemoryCredentials:
    """Credentials kept in memory; `tokens` is the stored pair."""

    def __init__(self, tokens: Tokens | None = None) -> None:
        self.tokens = tokens

    async def current(self) -> Tokens:
        """Return the stored pair."""
        if self.tokens is None:
            raise AuthorizationRequired("Nobody is signed in.")
        return self.tokens

    async def refresh(
        self, stale: Tokens, exchange: Callable[[Tokens], Awaitable[Tokens]]
    ) -> Tokens:
        """Return a pair newer than `stale`."""
        if self.tokens == stale:
            self.tokens = await exchange(stale)
        return await self.current()


class FakeSession:
    """A session of values: hand it what the hook under test needs.

    Attributes:
        told: What the hook said about its progress.
    """

    def __init__(
        self,
        authorization: Authorization | None = None,
        *,
        options: Mapping[str, str] | None = None,
        clock: Clock = system_clock,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        self.account: Account | None = authorization.account if authorization else None
        self.options: Mapping[str, str] = dict(options or {})
        self.credentials = MemoryCredentials(authorization.tokens if authorization else None)
        self.told: list[tuple[int, int | None]] = []
        self._clock = clock
        self._http = http

    @property
    def http(self) -> httpx.AsyncClient:
        """The client it was given."""
        if self._http is None:
            raise RuntimeError("this session was made without a client")
        return self._http

    def now(self) -> datetime:
        """Return the time by the clock it was given."""
        return self._clock()

    def progress(self, done: int, expected: int | None = None) -> None:
        """Note what is told."""
        self.told.append((done, expected))


class FakePrompt:
    """The seller at a fake marketplace's consent page.

    Args:
        identity: The marketplace's.
        deny: Refuses.
        paste: Pastes the bare code.
        absent: Does not come back in time.
        stray: Comes back with the answer to another attempt.

    Attributes:
        visited: The pages shown.
    """

    def __init__(
        self,
        identity: Identity,
        *,
        deny: bool = False,
        paste: bool = False,
        absent: bool = False,
        stray: bool = False,
    ) -> None:
        self.visited: list[str] = []
        self._identity = identity
        self._deny = deny
        self._paste = paste
        self._absent = absent
        self._stray = stray

    @property
    def redirect_uri(self) -> str:
        """An address nobody listens on."""
        return REDIRECT_URI

    async def visit(self, url: str) -> Mapping[str, str]:
        """Answer at once."""
        self.visited.append(url)
        if self._absent:
            raise SignInTimeout("Nobody came back in time.")
        answer = self._identity.consent(url, deny=self._deny)
        if self._stray:
            return answer | {"state": "another"}
        return {"code": answer["code"]} if self._paste else answer
