"""P12: 300 calls a day for 2,000 links: what was sold goes out, the rest makes way.

The whole engine works on a sandbox in this process, through the real client with its pace;
only the clock is moved by hand, half an hour at a time, for two days.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

import tuisync_etsy
from etsy_life import HALF_AN_HOUR, Lines
from etsy_shop import session_of, sign_in
from sandbox_kit import make_sandbox
from tuisync import Authorization
from tuisync.core.actions.creation import create_items, unconfirmed_variants
from tuisync.core.actions.integrations import configure_integration
from tuisync.core.actions.items import adjust_stock
from tuisync.core.actions.organization import init_organization
from tuisync.core.connecting import add_integration
from tuisync.core.models import Integration, RunStatus
from tuisync.core.plugins.host import PluginHost
from tuisync.core.stock.wanted import listing_differs
from tuisync.core.store import schema
from tuisync.core.store.memory import MemoryStore
from tuisync.core.sync.cycles import queue_cycle
from tuisync.core.sync.schedule import is_due
from tuisync.core.sync.work import Work
from tuisync.core.views.integrations import integration_view
from tuisync.core.views.objects import IntegrationView
from tuisync.core.workspace import Workspace
from tuisync.testing import FakeMarketplace
from tuisync_etsy.sandbox.web.app import create_app

PER_DAY = 300
_ALSO_AT_THE_FAIR = 100
_A_SALE = 0.3
_A_DAY = 25 * 3_600
TOO_MANY = 429


class Town:
    """A seller's shop at the sandbox, which counts calls, and one at a fake, which does not."""

    def __init__(self, listings: int) -> None:
        self.sandbox = make_sandbox(listings=listings, orders=50)
        self.fake = FakeMarketplace("fair", clock=self.now)
        self.store = MemoryStore()
        self.host = PluginHost.of(etsy=tuisync_etsy, fair=self.fake)
        self.workspace = Workspace(self.store, self.host, self.now)
        app = create_app(self.sandbox.world, self.sleep)
        self._lines = Lines(self.host, self.sandbox, app, self.sleep)
        self.work = Work(self._lines, self.workspace, sleep=self.sleep)

    def now(self) -> datetime:
        """The one time of all."""
        return datetime.fromtimestamp(self.sandbox.world.clock.precise(), UTC)

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.sandbox.world.clock.advance(seconds)

    async def settle_in(self) -> None:
        """Connect both shops; 200 things are for sale in both; then the limit begins to count."""
        init_organization(self.workspace, currency="USD", first_push="auto")
        async with self.sandbox.client:
            granted = await sign_in(session_of(self.sandbox))
        await self._connect("etsy", granted)
        create_items(self.workspace, unconfirmed_variants(self.store))
        linked = [link for link in self.store.all(schema.LINKS) if link.item is not None]
        for link in linked[:: len(linked) // _ALSO_AT_THE_FAIR]:
            item = self.store.get(schema.ITEMS, link.item or "")
            assert item is not None
            self.fake.shop.list_item(item.name, 40, sku=item.sku)
            adjust_stock(self.workspace, item.sku, to=40, reason="made forty")
        await self._connect("fair", self.fake.sign_in())
        for _ in range(4):
            await self.sleep(HALF_AN_HOUR)
            await self.tick()
        await self.sleep(_A_DAY)
        await self.tick()
        await self.sleep(_A_DAY)
        self.sandbox.world.limits.per_day = PER_DAY

    async def _connect(self, name: str, authorization: Authorization) -> None:
        added = add_integration(self.workspace, name, authorization.account, {}, sync=True)
        self._lines.signed_in[added.id] = authorization
        configure_integration(self.workspace, name, {"interval": "30"})
        await self.work.do(added.id)

    async def tick(self) -> None:
        """What the engine does when it looks: cycles that are due, then what is owed."""
        for integration in list(self.store.all(schema.INTEGRATIONS)):
            if is_due(integration, self.now()):
                queue_cycle(self.workspace, integration)
        for _ in range(2):
            for integration in list(self.store.all(schema.INTEGRATIONS)):
                await self.work.do(integration.id)

    def etsy(self) -> Integration:
        """The shop whose calls are counted."""
        return next(e for e in self.store.all(schema.INTEGRATIONS) if e.marketplace == "etsy")

    def view(self) -> IntegrationView:
        """The same, as the user sees it."""
        return integration_view(self.store, "etsy")

    def statuses(self, module: str) -> Counter[RunStatus]:
        """How the scheduled runs of a module of that shop went."""
        return Counter(
            run.status
            for run in self.store.all(schema.RUNS)
            if (run.integration, run.module, run.trigger) == (self.etsy().id, module, "scheduled")
        )

    def behind(self) -> list[str]:
        """Listings of things sold at the fair whose number at the sandbox is not ours."""
        return [
            link.listing
            for link in self.store.find(schema.LINKS, "integration", self.etsy().id)
            if listing_differs(self.store, self.workspace, self.etsy(), link.listing)
        ]


@pytest.fixture
async def town(request: pytest.FixtureRequest) -> Town:
    """Both shops, some days after they were connected."""
    made = Town(2_000 if request.config.getoption("--full") else 300)
    await made.settle_in()
    return made


@pytest.mark.timeout(1200)
async def test_p12_every_sold_item_goes_out_walks_shrink_and_no_call_is_made_above_the_limit(
    town: Town, record_property: Callable[[str, object], None]
) -> None:
    rng = random.Random(12)  # noqa: S311  # to be repeated exactly
    limits = town.sandbox.world.limits
    listed, alone = list(town.fake.shop.listings), town.behind()
    sold, least = 0, PER_DAY
    for _ in range(2 * 48):
        await town.sleep(HALF_AN_HOUR)
        if rng.random() < _A_SALE:
            town.fake.shop.sell(rng.choice(listed))
            sold += 1
        before = town.sandbox.world.log.total
        await town.tick()
        assert limits.used_today <= PER_DAY
        least = min(least, PER_DAY - limits.used_today)
        assert town.behind() == alone, "what was sold elsewhere is shown here at once"
        if town.sandbox.world.log.total > before:
            shown = town.view().budget
            assert (shown.used_today, shown.remaining_today) == (
                limits.used_today,
                PER_DAY - limits.used_today,
            )

    assert sold > 20
    assert town.statuses("items")["skipped"] > 10, "walks over the listings shrink"
    assert town.statuses("orders")["succeeded"] > 20
    assert not [call for call in town.sandbox.world.log.since(0) if call.status == TOO_MANY]
    record_property(
        "P12",
        f"{PER_DAY} calls a day, {len(town.sandbox.world.listings):,} listings, two days: all "
        f"{sold} sales pushed at once, never fewer than {least} calls left, none refused",
    )


async def test_p12_a_shop_that_asks_for_quiet_is_called_again_to_the_second(town: Town) -> None:
    limits, log = town.sandbox.world.limits, town.sandbox.world.log
    await town.sleep(HALF_AN_HOUR)
    await town.tick()
    limits.spend(PER_DAY - limits.used_today, town.sandbox.world.clock.precise())
    listing = next(iter(town.fake.shop.listings))
    alone = town.behind()
    town.fake.shop.sell(listing)
    await town.sleep(HALF_AN_HOUR)
    await town.tick()
    [refused] = [call for call in log.since(0) if call.status == TOO_MANY]
    quiet = town.view().budget.quiet_until
    assert quiet is not None
    calls = log.total
    assert calls, refused

    while town.now() + timedelta(seconds=HALF_AN_HOUR) < quiet:
        await town.sleep(HALF_AN_HOUR)
        await town.tick()
    await town.sleep((quiet - town.now()).total_seconds() - 1)
    await town.tick()
    assert log.total == calls, "not a call before the second it asked for"
    assert town.behind() != alone

    await town.sleep(1)
    await town.tick()

    assert log.total > calls
    assert town.behind() == alone
