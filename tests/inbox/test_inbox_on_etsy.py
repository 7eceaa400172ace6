"""Every kind of failure that the Etsy sandbox injects is one row of the inbox, and goes away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

import tuisync_etsy
from etsy_session import FakeSession
from etsy_shop import session_of, sign_in
from sandbox_kit import START, Sandbox, make_sandbox
from tuisync.core.actions.again import read_again
from tuisync.core.actions.creation import create_items, unconfirmed_variants
from tuisync.core.actions.items import adjust_stock
from tuisync.core.actions.organization import init_organization
from tuisync.core.actions.syncs import request_sync
from tuisync.core.connecting import add_integration
from tuisync.core.models import Budget, Integration
from tuisync.core.plugins.handle import PluginHandle
from tuisync.core.plugins.host import PluginHost
from tuisync.core.store import schema
from tuisync.core.store.memory import MemoryStore
from tuisync.core.sync.work import Work
from tuisync.core.views.inbox import inbox_views
from tuisync.core.views.objects import InboxView
from tuisync.core.workspace import Workspace
from tuisync.testing import ManualClock


@dataclass
class EtsyLine:
    """An open connection to the sandbox."""

    handle: PluginHandle
    session: FakeSession
    requests: int = 0
    budget: Budget = field(default_factory=Budget)


@dataclass
class EtsyLines:
    """Opens connections to the sandbox, with the tokens of the sign-in."""

    host: PluginHost
    session: FakeSession

    @asynccontextmanager
    async def open(self, integration: Integration) -> AsyncIterator[EtsyLine]:
        """Open the connection."""
        yield EtsyLine(self.host.handle(integration.marketplace), self.session)

    def generation(self, integration_id: str) -> int:
        """Return the generation of the tokens."""
        del integration_id
        return 1


class EtsySeller:
    """A seller whose shop is the sandbox, mapped and in step."""

    def __init__(self, sandbox: Sandbox, session: FakeSession) -> None:
        self.sandbox = sandbox
        self.clock = ManualClock(datetime.fromtimestamp(START, UTC))
        host = PluginHost.of(etsy=tuisync_etsy)
        self.workspace = Workspace(MemoryStore(), host, self.clock)
        self.lines = EtsyLines(host, session)
        init_organization(self.workspace, currency="USD", first_push="auto")
        assert session.account is not None
        add_integration(self.workspace, "etsy", session.account, {}, sync=True)
        self.before: set[str] = set()

    async def work(self) -> None:
        """Carry out what is queued and owed."""
        work = Work(self.lines, self.workspace, sleep=self._sleep)
        for integration in list(self.workspace.store.all(schema.INTEGRATIONS)):
            await work.do(integration.id)

    async def _sleep(self, seconds: float) -> None:
        self.clock.advance(seconds=seconds)

    async def sync(self) -> None:
        """Sync by hand, an hour later."""
        await self.sandbox.control("clock", advance=3600)
        self.clock.advance(hours=1)
        request_sync(self.workspace, ["items", "orders"])
        await self.work()

    async def fails(self, **fault: Any) -> None:
        """Let requests fail until they are let succeed."""
        await self.sandbox.control("faults", times=0, **fault)

    async def heal(self) -> None:
        """Let every request succeed again."""
        await self.sandbox.client.delete("/sandbox/faults")

    @property
    def inbox(self) -> list[InboxView]:
        """What needs the seller now and did not from the beginning."""
        rows = inbox_views(self.workspace.store, self.clock())
        return [row for row in rows if row.id not in self.before]

    @property
    def rows(self) -> list[tuple[str, int]]:
        """Class and count of each row."""
        return [(row.kind, row.count) for row in self.inbox]


@pytest.fixture
async def seller() -> AsyncIterator[EtsySeller]:
    sandbox = make_sandbox(listings=40, orders=30)
    async with sandbox.client:
        session = session_of(sandbox)
        authorization = await sign_in(session)
        session.account = authorization.account
        made = EtsySeller(sandbox, session)
        session.clock = made.clock
        await made.work()
        create_items(made.workspace, unconfirmed_variants(made.workspace.store))
        await made.sync()
        made.before = {row.id for row in made.inbox}
        yield made


KEY = {"error": "Invalid API key: should be in the format 'keystring:shared_secret'."}
PULL_FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "a fault of the server": ({"status": 503}, "transient"),
    "a page of HTML": ({"html": "<h1>Bad gateway</h1>"}, "transient"),
    "no answer": ({"drop": "before"}, "transient"),
    "the daily limit": ({"status": 429, "headers": {"retry-after": "7200"}}, "transient"),
    "a refused key": ({"status": 403, "body": KEY}, "auth"),
    "a refusal": ({"status": 403, "body": {"error": "Not for you."}}, "rejected"),
}


@pytest.mark.parametrize("name", PULL_FAULTS)
async def test_p08_a_failing_sync_is_one_row_until_etsy_answers(
    seller: EtsySeller, name: str
) -> None:
    fault, kind = PULL_FAULTS[name]
    await seller.fails(method="GET", path="/listings", **fault)

    for count in (1, 2):
        await seller.sync()
        assert seller.rows == [(kind, count)], seller.inbox

    await seller.heal()
    await seller.sync()
    assert seller.inbox == []


PUSH_FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "a list of problems": ({"array_error": True}, "rejected"),
    "a refusal": ({"status": 400, "body": {"error": "Shipping profile is required."}}, "rejected"),
    "a lost answer": ({"drop": "before"}, "transient"),
    "a fault of the server": ({"status": 500}, "transient"),
}


@pytest.mark.parametrize("name", PUSH_FAULTS)
async def test_p08_a_failing_push_is_one_row_until_etsy_takes_it(
    seller: EtsySeller, name: str
) -> None:
    fault, kind = PUSH_FAULTS[name]
    await seller.fails(method="PUT", path="/inventory", **fault)
    sku = _pushed(seller)
    adjust_stock(seller.workspace, sku, by=1, reason="found")
    await seller.work()

    assert seller.rows == [(kind, 1)], seller.inbox
    await seller.sync()
    assert [row.kind for row in seller.inbox] == [kind]
    assert seller.inbox[0].count > 1

    await seller.heal()
    for _ in range(3):
        await seller.sync()
    assert seller.inbox == []


def _pushed(seller: EtsySeller) -> str:
    """Return the SKU of an item that one active listing sells, alone in it."""
    store = seller.workspace.store
    for item in store.all(schema.ITEMS):
        links = store.find(schema.LINKS, "item", item.id)
        listing = store.get(schema.LISTINGS, links[0].listing) if len(links) == 1 else None
        if listing and listing.state == "active" and len(listing.variants) == 1:
            return item.sku
    raise AssertionError("no such item")


@pytest.mark.parametrize("broken", ["malformed_listing", "malformed_receipt"])
async def test_p08_a_record_etsy_garbles_is_one_row_until_it_is_whole(
    seller: EtsySeller, broken: str
) -> None:
    if broken == "malformed_listing":
        bad = seller.sandbox.listing(lambda each: each.state == "active").listing_id
        await seller.sandbox.control("edit", listing_id=bad, title="A new title")
    else:
        bad = (await seller.sandbox.control("sell"))["receipt"]["receipt_id"]
    await seller.fails(**{broken: bad})
    for count in (1, 2):
        await seller.sync()
        assert seller.rows[0][0] == "rejected", seller.inbox
        assert [str(bad) in row.subject for row in seller.inbox] == [True]
        assert seller.inbox[0].count >= 1, count

    await seller.heal()
    read = seller.inbox[0]
    read_again(seller.workspace, read.fix.ids)
    await seller.work()
    assert seller.inbox == []


async def test_p08_access_revoked_at_etsy_is_one_row_until_the_next_sign_in(
    seller: EtsySeller,
) -> None:
    await seller.sandbox.control("revoke")
    for _ in range(2):
        await seller.sync()
        assert seller.rows == [("auth", 1)]

    authorization = await sign_in(seller.lines.session)
    seller.lines.session.account = authorization.account
    shop = next(seller.workspace.store.all(schema.INTEGRATIONS))
    with seller.workspace.store.transaction() as tx:
        tx.put(schema.INTEGRATIONS, shop.but(status="active", status_reason=""))
    await seller.sync()
    assert seller.inbox == []
