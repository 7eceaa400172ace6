"""Plug-ins that misbehave, each in its own way, and a well-behaved neighbour."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

from tuisync import (
    API_VERSION,
    FetchRequest,
    ItemsPage,
    Marketplace,
    Session,
    StockChange,
    StockResult,
    hookimpl,
)
from tuisync.core.plugins import Found, PluginHost
from tuisync.core.plugins.handle import Patience
from tuisync.testing import FakeMarketplace

NOW = datetime(2024, 3, 1, 9, 0, tzinfo=UTC)
PATIENT = Patience()
IMPATIENT = Patience(load=0.3, authorize=0.05, page=0.05, push=0.05, grace=0.05)
"""For plug-ins that hang: real time passes, so only they get it."""


class Plain:
    """A plug-in that only describes itself; the others build on it."""

    def __init__(self, name: str = "hostile", version: Any = API_VERSION) -> None:
        self.name = name
        self.version = version

    @hookimpl
    def marketplace(self) -> Marketplace:
        return Marketplace(id=self.name, title="Hostile", api_version=self.version)


class Pages(Plain):
    """Yields whatever it is given as pages of listings."""

    def __init__(self, *pages: object) -> None:
        super().__init__()
        self.pages = pages
        self.closed = False

    @hookimpl
    async def fetch_items(self, session: Session, request: FetchRequest) -> AsyncIterator[Any]:
        try:
            for page in self.pages:
                if isinstance(page, BaseException):
                    raise page
                yield page
        finally:
            self.closed = True


class Pushes(Plain):
    """Answers a stock push with whatever it is told to do."""

    def __init__(self, act: Callable[[Session], Any]) -> None:
        super().__init__()
        self.act = act

    @hookimpl
    async def push_stock(self, session: Session, change: StockChange) -> StockResult:
        result = self.act(session)
        answer: StockResult = await result if asyncio.iscoroutine(result) else result
        return answer


def raising(error: BaseException) -> Callable[..., Any]:
    """Return a function that raises this."""

    def fail(*_: object) -> Any:
        raise error

    return fail


def found(
    name: str, load: Callable[[], object], distribution: str = "", version: str = "1.2"
) -> Found:
    """Return an entry point."""
    return Found(name, load, distribution or f"tuisync-{name}", version)


def beside_a_neighbour(
    *hostile: Found, patience: Patience = PATIENT, allowed: frozenset[str] | None = None
) -> PluginHost:
    """Return a host of these and of a plug-in that works."""
    neighbour = found("neighbour", lambda: FakeMarketplace("neighbour"))
    return PluginHost([*hostile, neighbour], patience=patience, allowed=allowed)


def a_page(*records: Any, cursor: Any = None) -> ItemsPage:
    """Return a page of anything."""
    return ItemsPage(records=records, served_at=NOW, cursor=cursor)
