from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from tuisync import Account, AuthorizationRequired, FetchRequest, Marketplace, Option, RateHeaders
from tuisync.core.clock import Clock
from tuisync.core.errors import PluginNotFound
from tuisync.core.http.pace import Paces
from tuisync.core.models import Integration
from tuisync.core.plugins import PluginHost
from tuisync.core.plugins.connections import Connections
from tuisync.core.plugins.session import open_session
from tuisync.core.redaction import redact
from tuisync.core.remote import Capabilities
from tuisync.core.secrets import Secrets
from tuisync.core.session import Session
from tuisync.core.shop import Shops
from tuisync.core.store.memory import MemoryStore
from tuisync.testing import FakeMarketplace, ManualClock

SHOP = Marketplace(
    id="fake",
    title="Fake",
    options=(Option(key="keystring", title="Key"), Option(key="secret", title="S", secret=True)),
    capabilities=Capabilities(rate=RateHeaders(limit_per_day="x-day")),
)
OPTIONS = {"keystring": "key-1", "secret": "s3cret-option"}


def answer(_: httpx.Request) -> httpx.Response:
    return httpx.Response(200, text="ok", headers={"x-day": "300"})


async def test_a_session_counts_and_learns() -> None:
    transport = httpx.MockTransport(answer)

    async with open_session(SHOP, OPTIONS, paces=Paces(), transport=transport) as session:
        await session.http.get("https://shop.example/")
        await session.http.put("https://shop.example/")

        assert (session.requests, session.writes) == (2, 1)
        assert session.budget.limit_per_day == 300
        client = session.http

    assert client.is_closed
    with pytest.raises(RuntimeError):
        _ = session.http


async def test_sessions_with_one_key_know_one_budget() -> None:
    paces = Paces()
    transport = httpx.MockTransport(answer)
    async with open_session(SHOP, OPTIONS, paces=paces, transport=transport) as one:
        await one.http.get("https://shop.example/")

    async with open_session(SHOP, OPTIONS, paces=paces) as other:
        assert other.budget.limit_per_day == 300
        assert other.requests == 0


async def test_a_session_tells_the_time_and_the_progress() -> None:
    told: list[tuple[int, int | None]] = []
    clock = ManualClock()

    async with open_session(
        SHOP, OPTIONS, clock=clock, progress=lambda *step: told.append(step), paces=Paces()
    ) as session:
        session.progress(5, 10)
        session.progress(6)

        assert session.now() == clock.now
    assert told == [(5, 10), (6, None)]


async def test_a_session_hides_its_secrets() -> None:
    async with open_session(SHOP, OPTIONS, paces=Paces()) as session:
        assert "s3cret-option" not in repr(session)
        assert redact("s3cret-option") == "***"
        with pytest.raises(TypeError):
            session.options["keystring"] = "other"  # type: ignore[index]  # read-only


async def test_while_signing_in_there_are_no_tokens() -> None:
    async with open_session(SHOP, OPTIONS, paces=Paces()) as session:
        assert session.account is None
        with pytest.raises(AuthorizationRequired):
            await session.credentials.current()


class House:
    """Everything a connection needs, on a fake marketplace."""

    def __init__(self, directory: Path, clock: ManualClock) -> None:
        self.clock = clock
        self.fake = FakeMarketplace(clock=clock)
        self.secrets = Secrets(directory / "secrets.json")
        self.store = MemoryStore()
        self.connections = Connections(
            PluginHost.of(fake=self.fake), self.secrets, self.store, clock=clock, paces=Paces()
        )
        account = self.sign_in()
        self.integration = Integration(
            id="fake:100",
            name="fake",
            marketplace="fake",
            account_id=account.account_id,
            shop_id=account.shop_id,
            shop_name=account.shop_name,
            currency=account.currency,
            connected_at=clock(),
        )

    def sign_in(self) -> Account:
        authorization = self.fake.sign_in()
        self.secrets.store_tokens("fake:100", authorization.tokens, None)
        return authorization.account

    async def titles(self) -> list[str]:
        async with self.connections.open(self.integration) as shop:
            pages = shop.handle.fetch_items(shop.session, FetchRequest())
            return [
                getattr(record, "title", "?") async for page in pages for record in page.records
            ]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, ManualClock())


async def test_a_connection_leads_to_the_shop(house: House) -> None:
    house.fake.shop.list_item("Blue mug")

    assert await house.titles() == ["Blue mug"]


async def test_an_expired_pair_is_renewed_once_and_stored(house: House) -> None:
    house.clock.advance(hours=2)

    await asyncio.gather(*(house.titles() for _ in range(10)))

    assert house.fake.identity.refreshes == 1
    assert house.secrets.generation("fake:100") == 2


async def test_s41_a_revoked_access_needs_a_sign_in(house: House) -> None:
    house.fake.identity.revoke("user-1")

    with pytest.raises(AuthorizationRequired):
        await house.titles()

    house.sign_in()
    assert await house.titles() == []


async def test_without_tokens_no_connection_is_opened(house: House) -> None:
    house.secrets.forget("fake:100")

    with pytest.raises(AuthorizationRequired):
        await house.titles()

    assert house.fake.calls == []


async def test_a_plugin_that_is_gone_is_said_so(house: House) -> None:
    house.integration = house.integration.but(marketplace="gone")

    with pytest.raises(PluginNotFound, match="gone"):
        await house.titles()


async def test_secret_options_reach_the_plugin_and_no_repr(house: House) -> None:
    house.secrets.store_options("fake:100", {"secret": "s3cret-in-file"})
    house.integration = house.integration.but(options={"keystring": "key-1"})

    async with house.connections.open(house.integration) as shop:
        assert dict(shop.session.options) == {"keystring": "key-1", "secret": "s3cret-in-file"}
        assert "s3cret-in-file" not in repr(shop)


async def test_a_session_to_sign_in_with_has_the_options(house: House) -> None:
    async with house.connections.sign_in(SHOP, OPTIONS) as session:
        assert dict(session.options) == OPTIONS
        assert session.account is None


def test_the_parts_fit_their_protocols(house: House) -> None:
    shops: Shops = house.connections
    clock: Clock = house.clock

    async def checked() -> None:
        async with house.connections.open(house.integration) as shop:
            session: Session = shop.session
            assert session.now() == datetime(2024, 3, 1, 9, 0, tzinfo=UTC)

    assert shops is house.connections
    assert clock is house.clock
    asyncio.run(checked())
