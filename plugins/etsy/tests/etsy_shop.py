"""The plug-in's hooks at work on the sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx
import msgspec

import tuisync_etsy
from etsy_session import FakeSession, MemoryCredentials
from tuisync import (
    Authorization,
    FetchRequest,
    ItemsPage,
    OrdersPage,
    RemoteListing,
    RemoteOrder,
    ShipmentNotice,
    ShipmentResult,
    StockChange,
    StockResult,
    Unreadable,
    VariantChange,
)

if TYPE_CHECKING:
    from sandbox_kit import Sandbox


@dataclass
class Browser:
    """A seller with a browser, who allows or denies.

    Attributes:
        spoil: Changes the redirect's parameters on their way back.
    """

    client: httpx.AsyncClient
    consent: str = "allow"
    redirect_uri: str = "http://localhost:3003/oauth/redirect"
    spoil: Mapping[str, str] = field(default_factory=dict)
    bare_code: bool = False
    visited: list[str] = field(default_factory=list)
    answers: list[dict[str, str]] = field(default_factory=list)

    async def visit(self, url: str) -> Mapping[str, str]:
        self.visited.append(url)
        response = await self.client.get(f"{url}&consent={self.consent}")
        assert response.is_redirect, response.text
        answer = {**dict(httpx.URL(response.headers["location"]).params), **self.spoil}
        self.answers.append(answer)
        return {"code": answer["code"]} if self.bare_code else answer


@dataclass
class Shop:
    """One connected shop: the hooks with their session filled in."""

    sandbox: Sandbox
    session: FakeSession
    mark: int = 0

    async def items(self, **request: Any) -> list[ItemsPage]:
        return [
            page async for page in tuisync_etsy.fetch_items(self.session, FetchRequest(**request))
        ]

    async def orders(self, **request: Any) -> list[OrdersPage]:
        return [
            page async for page in tuisync_etsy.fetch_orders(self.session, FetchRequest(**request))
        ]

    async def listing(self, listing_id: int) -> RemoteListing:
        (page,) = await self.items(ids=(str(listing_id),))
        (found,) = page.records
        assert isinstance(found, RemoteListing), found
        return found

    async def order(self, receipt_id: int) -> RemoteOrder:
        (page,) = await self.orders(ids=(str(receipt_id),))
        (found,) = page.records
        assert isinstance(found, RemoteOrder), found
        return found

    async def inventory(self, listing: RemoteListing) -> Any:
        """A listing's inventory as Etsy sends it."""
        tokens = await self.session.credentials.current()
        headers = {"x-api-key": self.sandbox.key, "authorization": f"Bearer {tokens.access}"}
        path = f"/v3/application/listings/{listing.remote_id}/inventory"
        return (await self.sandbox.client.get(path, headers=headers)).json()

    async def push(
        self, listing: RemoteListing, wanted: Mapping[str, int], **more: Any
    ) -> StockResult:
        """Push numbers to a listing that was read before."""
        believed = {each.key: each.quantity for each in listing.variants}
        change = StockChange(
            listing_id=listing.remote_id,
            variants=tuple(
                VariantChange(key=key, believed=believed[key], wanted=number)
                for key, number in wanted.items()
            ),
            fingerprint=listing.fingerprint,
        )
        return await tuisync_etsy.push_stock(self.session, msgspec.structs.replace(change, **more))

    async def ship(self, receipt_id: int, **more: Any) -> ShipmentResult:
        notice = ShipmentNotice(order_id=str(receipt_id), **more)
        return await tuisync_etsy.push_shipment(self.session, notice)

    def calls(self, method: str = "", path: str = "") -> list[str]:
        """What was asked of Etsy's paths since `forget_calls`, as `GET /listings/1?a=b`."""
        return [
            f"{call.method} {call.path.removeprefix('/v3/application')}?{call.query}".rstrip("?")
            for call in self.sandbox.world.log.since(self.mark)
            if call.method.startswith(method) and path in call.path
        ]

    def forget_calls(self) -> None:
        self.mark = self.sandbox.world.log.total


def session_of(sandbox: Sandbox) -> FakeSession:
    """A session towards a sandbox with nobody signed in."""
    return FakeSession(
        sandbox.client,
        options={
            "keystring": sandbox.world.key.keystring,
            "shared_secret": sandbox.world.key.shared_secret,
            "base_url": "http://127.0.0.1",
        },
        account=None,
        credentials=MemoryCredentials(None),
        clock=lambda: datetime.fromtimestamp(sandbox.world.clock.now(), UTC),
    )


async def sign_in(session: FakeSession, browser: Browser | None = None) -> Authorization:
    """Sign in as a seller would, and keep what came of it."""
    granted = await tuisync_etsy.authorize(session, browser or Browser(session.http))
    session.account = granted.account
    session.credentials.held = granted.tokens
    return granted


async def open_shop(sandbox: Sandbox) -> Shop:
    """Return a connected shop."""
    session = session_of(sandbox)
    await sign_in(session)
    shop = Shop(sandbox, session)
    shop.forget_calls()
    return shop


def listings_in(pages: list[ItemsPage]) -> list[RemoteListing]:
    return [each for page in pages for each in page.records if isinstance(each, RemoteListing)]


def orders_in(pages: list[OrdersPage]) -> list[RemoteOrder]:
    return [each for page in pages for each in page.records if isinstance(each, RemoteOrder)]


def failures_in(pages: list[Any]) -> list[Unreadable]:
    return [each for page in pages for each in page.records if isinstance(each, Unreadable)]
