"""Three fake marketplaces that sell one seller's stock, on one store in memory."""

from __future__ import annotations

from itertools import count

from rig import Rig, RigShops
from tuisync.core.actions.creation import create_items
from tuisync.core.actions.syncs import request_sync
from tuisync.core.connecting import add_integration
from tuisync.core.models import variant_id
from tuisync.core.plugins.host import PluginHost
from tuisync.core.store import schema
from tuisync.core.store.port import Store
from tuisync.core.workspace import Workspace
from tuisync.testing import FakeMarketplace, FakeShop, ManualClock

NAMES = ("north", "south", "west")


class ThreeShops(Rig):
    """One organization, three marketplaces with a shop each.

    Attributes:
        fakes: The marketplaces by name, which are also the integrations' names.
    """

    def __init__(self, *, first_push: str = "auto", store: Store | None = None) -> None:
        clock = ManualClock()
        super().__init__(
            store=store, first_push=first_push, fake=FakeMarketplace(NAMES[0], clock=clock)
        )
        others = {name: FakeMarketplace(name, clock=clock) for name in NAMES[1:]}
        self.fakes = {NAMES[0]: self.fake, **others}
        for place, fake in enumerate(self.fakes.values(), start=1):
            fake.shop._numbers = count(1_000_000 * place)  # an order's number tells its shop
        self.host = PluginHost.of(**self.fakes)
        self.workspace = Workspace(self.store, self.host, self.clock)
        self.shops = RigShops(self.host, self.clock)

    async def open_with(self, sku: str, units: int) -> dict[str, str]:
        """List one thing everywhere, connect all, make it an item; returns ids of listings."""
        listed = {
            name: fake.shop.list_item("Mug", units, sku=sku).remote_id
            for name, fake in self.fakes.items()
        }
        for name, fake in self.fakes.items():
            authorization = fake.sign_in()
            added = add_integration(self.workspace, name, authorization.account, {}, sync=True)
            self.shops.authorizations[added.id] = authorization
        await self.work()
        create_items(self.workspace, [variant_id(f"{NAMES[0]}:100:{listed[NAMES[0]]}", "")])
        self.clock.advance(minutes=1)
        await self.work()
        return listed

    def place(self, name: str) -> FakeShop:
        """Return a marketplace's shop."""
        return self.fakes[name].shop

    def shows(self, listed: dict[str, str]) -> tuple[int, ...]:
        """Return what buyers see of the listing, shop by shop."""
        return tuple(self.place(name).quantity(listed[name]) for name in NAMES)

    async def cycle(self) -> None:
        """Let every shop be read and what is owed be sent, and what that showed be sent too."""
        request_sync(self.workspace, ["items", "orders"])
        await self.work()
        await self.work()

    def writes(self) -> int:
        """Return how many numbers were written to shops."""
        return sum(len(fake.calls_of("push_stock")) for fake in self.fakes.values())

    def owed(self) -> dict[str, str]:
        """Return the state of each shop's entry."""
        return {e.integration.partition(":")[0]: e.state for e in self.store.all(schema.OUTBOX)}
