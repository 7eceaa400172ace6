"""An engine on a fake marketplace and a store in memory, driven by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tuisync.core.actions.creation import create_items, unconfirmed_variants
from tuisync.core.actions.organization import configure_organization, init_organization
from tuisync.core.actions.syncs import request_sync
from tuisync.core.applying import Wait
from tuisync.core.connecting import add_integration
from tuisync.core.errors import AuthorizationRequired
from tuisync.core.models import (
    Budget,
    Integration,
    Link,
    Module,
    Order,
    OutboxEntry,
    SyncRun,
    variant_id,
)
from tuisync.core.plugins.handle import PluginHandle
from tuisync.core.plugins.host import PluginHost
from tuisync.core.remote import Authorization
from tuisync.core.store import schema
from tuisync.core.store.memory import MemoryStore
from tuisync.core.store.port import Store
from tuisync.core.sync.work import Work
from tuisync.core.views.history import run_detail, run_views
from tuisync.core.views.items import item_view
from tuisync.core.views.objects import ItemView, RunDetailView, RunView
from tuisync.core.views.orders import order_view
from tuisync.core.workspace import Workspace
from tuisync.testing import FakeMarketplace, FakeSession, ManualClock, MemoryCredentials


@dataclass
class RigShop:
    """An open connection to the fake."""

    handle: PluginHandle
    session: FakeSession
    requests: int = 0
    budget: Budget = field(default_factory=Budget)


class RigShops:
    """Opens connections to fakes with the tokens the test signed in with."""

    def __init__(self, host: PluginHost, clock: ManualClock) -> None:
        self._host = host
        self._clock = clock
        self.authorizations: dict[str, Authorization] = {}
        self._credentials: dict[str, MemoryCredentials] = {}

    @asynccontextmanager
    async def open(self, integration: Integration) -> AsyncIterator[RigShop]:
        """Open the integration's connection."""
        authorization = self.authorizations.get(integration.id)
        if authorization is None:
            raise AuthorizationRequired("Nobody is signed in.")
        session = FakeSession(authorization, clock=self._clock)
        session.credentials = self._credentials.setdefault(integration.id, session.credentials)
        yield RigShop(self._host.handle(integration.marketplace), session)

    def generation(self, _integration_id: str) -> int:
        """Return that the tokens a test signed in with are the only ones."""
        return 1


class Rig:
    """One organization, one fake marketplace, and the hands to drive them."""

    def __init__(
        self,
        *,
        store: Store | None = None,
        first_push: str = "auto",
        fake: FakeMarketplace | None = None,
        warehouses: tuple[str, ...] = (),
        order_sync: str = "confirmed",
    ) -> None:
        self.clock = fake.clock if fake and isinstance(fake.clock, ManualClock) else ManualClock()
        self.fake = fake or FakeMarketplace(clock=self.clock)
        self.shop = self.fake.shop
        self.store = store or MemoryStore()
        self.host = PluginHost.of(**{self.fake.name: self.fake})
        self.workspace = Workspace(self.store, self.host, self.clock)
        self.shops = RigShops(self.host, self.clock)
        init_organization(
            self.workspace, currency="USD", first_push=first_push, warehouses=warehouses
        )
        configure_organization(self.workspace, {"order_sync": order_sync})

    def connect(self, *, sync: bool = True, user: str | None = None) -> Integration:
        """Connect the fake's shop, or that user's."""
        authorization = self.fake.sign_in(user)
        integration = add_integration(
            self.workspace, self.fake.name, authorization.account, {}, sync=sync
        )
        self.shops.authorizations[integration.id] = authorization
        return integration

    async def work(self, *, drains: bool = True) -> None:
        """Carry out everything queued and owed."""
        work = Work(self.shops, self.workspace, drains=drains, sleep=self._sleep)
        for integration in list(self.store.all(schema.INTEGRATIONS)):
            await work.do(integration.id)

    async def connected(self) -> Integration:
        """Connect the shop and carry out its initial sync."""
        integration = self.connect()
        await self.work()
        return self.integration(integration.id)

    async def sync(self, *modules: Module) -> list[RunDetailView]:
        """Sync these modules (both when none is named) by hand; returns the batch's runs."""
        runs = request_sync(self.workspace, modules or ("items", "orders"))
        await self.work()
        return [run_detail(self.store, run.id) for run in runs]

    async def stocked(self, *, minutes: float = 1) -> None:
        """Connect the shop, make an item of each variant, and let time pass."""
        await self.connected()
        create_items(self.workspace, unconfirmed_variants(self.store))
        self.clock.advance(minutes=minutes)

    @property
    def wait(self) -> Wait:
        """Wait by working."""

        async def wait(done: object) -> None:
            await self.work()
            assert callable(done)
            assert done()

        return wait

    async def _sleep(self, seconds: float) -> None:
        self.clock.advance(seconds=seconds)

    def integration(self, id_: str = "fake:100") -> Integration:
        """Return the integration as stored."""
        found = self.store.get(schema.INTEGRATIONS, id_)
        assert found is not None
        return found

    def item(self, sku: str) -> ItemView:
        """Return an item."""
        return item_view(self.store, sku)

    def order(self, remote_id: str) -> Order:
        """Return an order as stored, visible or not."""
        found = self.store.get(schema.ORDERS, f"fake:100:{remote_id}")
        assert found is not None
        return found

    def stock(self, sku: str) -> tuple[int, int, int]:
        """Return on hand, committed, available."""
        view = self.item(sku)
        return view.on_hand, view.committed, view.available

    def runs(self, module: str | None = None) -> list[RunView]:
        """Return runs, newest first."""
        return run_views(self.store, module=module)

    def run(self, id_: str) -> SyncRun:
        """Return a run as stored."""
        found = self.store.get(schema.RUNS, id_)
        assert found is not None
        return found

    def link(self, listing: str, key: str = "") -> Link:
        """Return a variant's link as stored."""
        found = self.store.get(schema.LINKS, variant_id(f"fake:100:{listing}", key))
        assert found is not None
        return found

    def entry(self, listing: str) -> OutboxEntry:
        """Return the entry that owes a listing its number."""
        found = self.store.get(schema.OUTBOX, f"stock:fake:100:{listing}")
        assert found is not None
        return found

    def outbox(self) -> dict[str, str]:
        """Return the state of every entry."""
        return {entry.id: entry.state for entry in self.store.all(schema.OUTBOX)}


def comments(rig: Rig, remote_id: str) -> list[str]:
    """Return the texts of an order's comments."""
    return [each.text for each in order_view(rig.store, f"fake:100:{remote_id}").comments]
