"""What the plug-in's hooks are called with in tests: everything in memory, time stands still."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from tuisync import Account, AuthorizationRequired, Tokens

if TYPE_CHECKING:
    import httpx

NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
BASE = "http://127.0.0.1:9"
API = f"{BASE}/v3/application"
TOKEN_URL = f"{BASE}/v3/public/oauth/token"
ACCOUNT = Account(account_id="11", shop_id="22", shop_name="Mugs", currency="USD")


def tokens(
    *, minutes: float = 60, access: str = "11.access", refresh: str = "11.refresh"
) -> Tokens:
    """Tokens whose access half lives that many minutes."""
    return Tokens(access=access, refresh=refresh, expires_at=NOW + timedelta(minutes=minutes))


@dataclass
class MemoryCredentials:
    """Credentials as the core promises them: one refresh however many callers wait."""

    held: Tokens | None
    refreshes: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def current(self) -> Tokens:
        if self.held is None:
            raise AuthorizationRequired("There are no tokens.")
        return self.held

    async def refresh(
        self, stale: Tokens, exchange: Callable[[Tokens], Awaitable[Tokens]]
    ) -> Tokens:
        async with self.lock:
            held = await self.current()
            if held.access == stale.access:
                self.held = await exchange(held)
                self.refreshes += 1
            return await self.current()


def default_options() -> dict[str, str]:
    return {"keystring": "keystring1", "shared_secret": "secret1", "base_url": BASE}


@dataclass
class FakeSession:
    """A session of one hook call."""

    http: httpx.AsyncClient
    options: dict[str, str] = field(default_factory=default_options)
    account: Account | None = ACCOUNT
    credentials: MemoryCredentials = field(default_factory=lambda: MemoryCredentials(tokens()))
    clock: Callable[[], datetime] = lambda: NOW
    told: list[tuple[int, int | None]] = field(default_factory=list)

    def now(self) -> datetime:
        return self.clock()

    def progress(self, done: int, expected: int | None = None) -> None:
        self.told.append((done, expected))


@dataclass
class FakePrompt:
    """A seller at the consent page.

    Attributes:
        answer: Given the consent URL's parameters, the redirect's.
    """

    answer: Callable[[Mapping[str, str]], Mapping[str, str]]
    redirect_uri: str = "http://localhost:3003/oauth/redirect"
    visited: list[str] = field(default_factory=list)

    async def visit(self, url: str) -> Mapping[str, str]:
        self.visited.append(url)
        return self.answer(query_of(url))


def query_of(url: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()}
