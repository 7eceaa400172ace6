"""A marketplace without a network: it makes up orders as fast as they are asked for."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tuisync.core.hookspecs import hookimpl
from tuisync.core.models import Budget, Integration
from tuisync.core.plugins.handle import PluginHandle
from tuisync.core.plugins.host import PluginHost
from tuisync.core.remote import (
    Account,
    Authorization,
    Capabilities,
    FetchRequest,
    ItemsPage,
    Marketplace,
    OrdersPage,
    RemoteBuyer,
    RemoteOrder,
    ShipmentNotice,
    ShipmentResult,
    StockChange,
    StockResult,
    Tokens,
)
from tuisync.core.session import Prompt, Session
from tuisync.testing import FakeSession, a_buyer, a_line, a_listing, an_order

NAME = "bench"
PAGE = 100
LISTINGS = 1_000
OPENED = datetime(2026, 1, 1, tzinfo=UTC)
TOKENS = Tokens(access="1", refresh="1", expires_at=OPENED + timedelta(days=9_999))
ACCOUNT = Account(account_id="1", shop_id="1", shop_name="Bench", currency="USD")


@dataclass
class GeneratedShop:
    """A plug-in whose shop has a thousand listings and as many orders as it is told.

    Every order is two lines of one unit, bought by somebody new, paid, not sent yet.

    Attributes:
        orders: How many there are.
        asked_at: When each page of orders was asked for, by a clock of seconds.
    """

    orders: int = 0
    asked_at: list[float] = field(default_factory=list)

    @hookimpl
    def marketplace(self) -> Marketplace:
        """Describe it."""
        return Marketplace(id=NAME, title="Bench", capabilities=Capabilities())

    @hookimpl
    async def authorize(self, session: Session, prompt: Prompt) -> Authorization:
        """Let everybody in."""
        del session, prompt
        return Authorization(tokens=TOKENS, account=ACCOUNT)

    @hookimpl
    async def fetch_items(
        self, session: Session, request: FetchRequest
    ) -> AsyncIterator[ItemsPage]:
        """Yield all listings."""
        del session, request
        for start in range(0, LISTINGS, PAGE):
            numbers = range(start, start + PAGE)
            listings = (
                a_listing(f"Thing {n}", 900, remote_id=str(n), sku=f"T{n}") for n in numbers
            )
            yield ItemsPage(records=tuple(listings), served_at=OPENED, cursor=str(start + PAGE))

    @hookimpl
    async def fetch_orders(
        self, session: Session, request: FetchRequest
    ) -> AsyncIterator[OrdersPage]:
        """Yield the orders after the cursor."""
        del session
        begin = int(request.cursor or 0)
        for start in range(begin, max(self.orders, begin + 1), PAGE):
            self.asked_at.append(time.perf_counter())
            end = min(start + PAGE, self.orders)
            yield OrdersPage(
                records=tuple(_order(number) for number in range(start, end)),
                served_at=OPENED + timedelta(days=400),
                cursor=str(end),
                expected=self.orders,
            )

    @hookimpl
    async def push_stock(self, session: Session, change: StockChange) -> StockResult:
        """Take any number."""
        del session
        wanted = {each.key: each.wanted for each in change.variants}
        return StockResult(quantities=wanted, state="active", served_at=OPENED)

    @hookimpl
    async def push_shipment(self, session: Session, shipment: ShipmentNotice) -> ShipmentResult:
        """Take any shipment."""
        del session
        return ShipmentResult(outcome="sent", carrier=shipment.carrier, tracking=shipment.tracking)


def _order(number: int) -> RemoteOrder:
    name = f"Buyer {number}"
    buyer: RemoteBuyer = a_buyer(name, email=f"b{number}@example.org", buyer_id=f"b-{number}")
    lines = (
        a_line(str((number * 7 + each) % LISTINGS), remote_id=f"{number}-{each}")
        for each in range(2)
    )
    placed = OPENED + timedelta(minutes=5 * number + 1)
    return an_order(*lines, remote_id=str(1_000_000 + number), placed_at=placed, buyer=buyer)


@dataclass
class _Line:
    handle: PluginHandle
    session: Session
    requests: int = 0
    budget: Budget = field(default_factory=Budget)


@dataclass(frozen=True)
class GeneratedShops:
    """Opens lines to it."""

    host: PluginHost

    @asynccontextmanager
    async def open(self, integration: Integration) -> AsyncIterator[_Line]:
        """Open a line."""
        authorization = Authorization(tokens=TOKENS, account=ACCOUNT)
        yield _Line(self.host.handle(integration.marketplace), FakeSession(authorization))

    def generation(self, _integration: str) -> int:
        """There is one sign-in only."""
        return 1
