"""Connecting a shop, and signing in to it again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

import pytest

from rig import Rig
from tuisync.core.actions.integrations import disable_integration
from tuisync.core.actions.items import add_item, adjust_stock
from tuisync.core.actions.organization import configure_organization
from tuisync.core.connecting import connect, reconnect
from tuisync.core.errors import (
    AlreadyConnected,
    AuthorizationRequired,
    BadKey,
    Conflict,
    ConsentDenied,
    CurrencyMismatch,
    NoOwnedShop,
    SignInTimeout,
    TuisyncError,
    UsageError,
    WrongAccount,
    WrongState,
)
from tuisync.core.remote import Marketplace, Option, Tokens
from tuisync.core.services import Services
from tuisync.core.store import schema
from tuisync.core.views.integrations import integration_view
from tuisync.testing import FakeMarketplace, FakePrompt, FakeSession, ManualClock

KEY = Option(key="api_key", title="API key", secret=True)


@dataclass
class Vault:
    """Secrets in memory."""

    stored_options: dict[str, dict[str, str]] = field(default_factory=dict)
    stored_tokens: dict[str, Tokens] = field(default_factory=dict)

    def store_options(self, integration: str, options: Mapping[str, str]) -> None:
        self.stored_options[integration] = dict(options)

    def options(self, integration: str) -> dict[str, str]:
        return self.stored_options.get(integration, {})

    def store_tokens(self, integration: str, tokens: Tokens, _generation: object) -> None:
        self.stored_tokens[integration] = tokens


class Desk:
    """A rig with the services a sign-in needs."""

    def __init__(self, **shop: str) -> None:
        clock = ManualClock()
        self.rig = Rig(fake=FakeMarketplace(clock=clock, options=(KEY,), **shop))  # type: ignore[arg-type]  # currency
        self.secrets = Vault()
        self.workspace = self.rig.workspace
        self.host = self.rig.host

    @asynccontextmanager
    async def sign_in_session(
        self, _marketplace: Marketplace, options: Mapping[str, str]
    ) -> AsyncIterator[FakeSession]:
        yield FakeSession(options=options, clock=self.rig.clock)

    @property
    def services(self) -> Services:
        return cast("Services", self)

    def prompt(self, **how: bool) -> FakePrompt:
        return FakePrompt(self.rig.fake.identity, **how)

    async def connect(self, **how: bool) -> None:
        key = {"api_key": "fake-api-key"}
        made = await connect(self.services, "fake", key, self.prompt(**how))
        self.rig.shops.authorizations[made.id] = self.rig.fake.sign_in()


async def test_s07_signing_in_connects_the_shop_and_queues_its_initial_sync() -> None:
    desk = Desk()
    await desk.connect()

    view = integration_view(desk.rig.store, "fake")
    assert (view.status, view.shop_id, view.stock_sync) == ("active", "100", "active")
    assert view.interval_minutes == 240
    assert [(run.module, run.status) for run in desk.rig.runs()][::-1] == [
        ("items", "queued"),
        ("orders", "queued"),
    ]
    assert desk.secrets.stored_options == {"fake:100": {"api_key": "fake-api-key"}}
    assert "fake-api-key" not in repr(desk.rig.integration())


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"deny": True}, ConsentDenied),
        ({"stray": True}, WrongState),
        ({"absent": True}, SignInTimeout),
    ],
)
async def test_s07_a_sign_in_that_ends_badly_stores_nothing(
    how: dict[str, bool], error: type[TuisyncError]
) -> None:
    desk = Desk()
    with pytest.raises(error):
        await desk.connect(**how)

    assert list(desk.rig.store.all(schema.INTEGRATIONS)) == []
    assert (desk.secrets.stored_tokens, desk.secrets.stored_options) == ({}, {})
    await desk.connect()
    assert desk.rig.integration().status == "active"


async def test_s05_a_user_who_owns_no_shop_is_told_so() -> None:
    desk = Desk()
    desk.rig.fake.identity.seller = "employee"
    desk.rig.shop.members.add("employee")
    with pytest.raises(NoOwnedShop):
        await desk.connect()
    assert list(desk.rig.store.all(schema.INTEGRATIONS)) == []


async def test_s01_a_shop_in_another_currency_is_refused_whole() -> None:
    desk = Desk(currency="EUR")
    desk.rig.shop.list_item("Mug", 5)
    with pytest.raises(CurrencyMismatch, match=r"EUR.*USD"):
        await desk.connect()

    assert not desk.rig.store.count(schema.INTEGRATIONS)
    assert not desk.rig.store.count(schema.RUNS)
    assert desk.rig.fake.calls_of("fetch_items") == []
    assert desk.secrets.stored_tokens == {}


async def test_s01_the_base_currency_stays_while_a_shop_is_connected() -> None:
    desk = Desk()
    await desk.connect()
    with pytest.raises(Conflict):
        configure_organization(desk.workspace, {"base_currency": "EUR"})


async def test_a_shop_is_connected_once() -> None:
    desk = Desk()
    await desk.connect()
    tokens = dict(desk.secrets.stored_tokens)
    with pytest.raises(AlreadyConnected, match="as fake"):
        await desk.connect()
    assert desk.secrets.stored_tokens == tokens


async def test_options_are_checked_before_anybody_is_sent_to_sign_in() -> None:
    desk = Desk()
    with pytest.raises(UsageError, match="API key"):
        await connect(desk.services, "fake", {}, desk.prompt())
    with pytest.raises(UsageError, match="no option `colour`"):
        await connect(desk.services, "fake", {"colour": "red"}, desk.prompt())
    with pytest.raises(BadKey):
        await connect(desk.services, "fake", {"api_key": "wrong"}, desk.prompt())
    assert desk.secrets.stored_options == {}


async def test_c9_two_shops_of_one_marketplace_have_names_of_their_own() -> None:
    desk = Desk()
    await desk.connect()
    desk.rig.fake.add_shop("200", owner="user-2")
    desk.rig.fake.identity.seller = "user-2"
    await desk.connect()
    assert [each.name for each in desk.rig.store.all(schema.INTEGRATIONS)] == ["fake", "fake-2"]


async def test_s41_s43_signing_in_again_drains_what_was_kept() -> None:
    desk = Desk()
    rig = desk.rig
    add_item(rig.workspace, sku="MUG", name="Mug", stock=5)
    mug = rig.shop.list_item("Mug", 5, sku="MUG")
    await desk.connect()
    await rig.work()
    rig.fake.raises("push_stock", AuthorizationRequired("Access was revoked."))
    adjust_stock(rig.workspace, "MUG", by=4, reason="found")
    await rig.work()
    assert rig.integration().status == "needs_reauth"
    rig.clock.advance(minutes=1)
    order = rig.shop.sell(mug.remote_id, 2)

    await reconnect(desk.services, "fake", desk.prompt())
    await rig.work()

    assert rig.integration().status == "active"
    assert rig.shop.quantity(mug.remote_id) == 7
    assert rig.order(order.remote_id).visible


async def test_s42_another_account_is_refused_and_nothing_changes() -> None:
    desk = Desk()
    await desk.connect()
    desk.rig.fake.add_shop("200", owner="user-2", name="Other shop")
    desk.rig.fake.identity.seller = "user-2"
    before, tokens = desk.rig.integration(), dict(desk.secrets.stored_tokens)

    with pytest.raises(WrongAccount, match=r"Other shop.*Shop 100"):
        await reconnect(desk.services, "fake", desk.prompt())

    assert desk.rig.integration() == before
    assert desk.secrets.stored_tokens == tokens


async def test_signing_in_to_a_shop_that_was_switched_off_holds_its_pushes_for_review() -> None:
    desk = Desk()
    rig = desk.rig
    configure_organization(rig.workspace, {"first_push": "review"})
    add_item(rig.workspace, sku="MUG", name="Mug", stock=5)
    mug = rig.shop.list_item("Mug", 5, sku="MUG")
    await desk.connect()
    await rig.work()
    disable_integration(rig.workspace, "fake")
    adjust_stock(rig.workspace, "MUG", by=4, reason="found")

    await reconnect(desk.services, "fake", desk.prompt())
    await rig.work()

    assert rig.entry(mug.remote_id).state == "held"
    assert rig.shop.quantity(mug.remote_id) == 5
