"""Disconnecting a shop: what goes, what stays, and connecting it again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import msgspec
import pytest

from rig import Rig
from tuisync.core.actions.items import add_item
from tuisync.core.actions.links import ignore_variant
from tuisync.core.actions.orders import ship_order
from tuisync.core.actions.retiring import retire_item, revive_item
from tuisync.core.actions.syncs import request_sync
from tuisync.core.disconnecting import disconnect
from tuisync.core.doctor.ledger import CHECKS
from tuisync.core.errors import EngineBusy, UnknownIntegration
from tuisync.core.secrets import Secrets
from tuisync.core.services import Services
from tuisync.core.store import schema
from tuisync.core.sync.work import Work
from tuisync.core.views.disconnection import disconnection, disconnection_words
from tuisync.core.views.integrations import integration_views
from tuisync.core.views.links import link_views
from tuisync.core.views.orders import order_view
from tuisync.core.views.status import ENGINE


class Desk:
    """A rig with a secrets file, and someone who disconnects."""

    def __init__(self, tmp_path: Path) -> None:
        self.rig = Rig()
        self.workspace = self.rig.workspace
        self.secrets = Secrets(tmp_path / "secrets.json")

    async def connected(self) -> None:
        """Connect the shop as a sign-in does, and sync it."""
        integration = self.rig.connect()
        self.secrets.store_options(integration.id, {"api_key": "fake-api-key"})
        self.secrets.store_tokens(
            integration.id, self.rig.shops.authorizations[integration.id].tokens, None
        )
        await self.rig.work()

    async def disconnect(self, *, patience: float = 1) -> None:
        await disconnect(cast("Services", self), "fake", patience=patience, sleep=self.sleep)

    async def sleep(self, seconds: float) -> None:
        self.rig.clock.advance(seconds=seconds)
        await asyncio.sleep(0)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


async def test_disconnecting_removes_the_sign_in_and_the_shops_content(desk: Desk) -> None:
    rig = desk.rig
    rig.shop.list_item("Blue mug with a secret glaze", 5, sku="MUG")
    rig.shop.list_item("Unlinked vase", 2)
    add_item(rig.workspace, sku="MUG", name="Mug", stock=5)
    await desk.connected()

    await desk.disconnect()

    assert integration_views(rig.store) == []
    assert desk.secrets.tokens("fake:100") is None
    assert desk.secrets.options("fake:100") == {}
    assert rig.store.count(schema.LISTINGS) == 0
    assert link_views(rig.store) == []
    said = [record for page in rig.store.all(schema.RECORDS) for record in page.records]
    assert not [record.title for record in said if record.kind == "item" and record.title]
    with pytest.raises(UnknownIntegration):
        await desk.disconnect()


async def test_what_failed_and_what_an_undo_would_put_back_leave_no_title_behind(
    desk: Desk,
) -> None:
    rig = desk.rig
    bad = rig.shop.list_item("Jar with a secret lid", 3).remote_id
    mug = rig.shop.list_item("Blue mug with a secret glaze", 5)
    add_item(rig.workspace, sku="MUG", name="Mug", stock=5)
    await desk.connected()
    named = tuple(msgspec.structs.replace(each, sku="MUG") for each in mug.variants)
    rig.shop.edit_listing(mug.remote_id, title="Green mug with a secret glaze", variants=named)
    rig.shop.unreadable[bad] = "It has no price."
    rig.shop.edit_listing(bad, title="Jar with a secret bottom")
    rig.clock.advance(minutes=1)
    await rig.sync()
    kept = [each for former in rig.store.all(schema.FORMERS) for each in former.listings]
    assert [each.title for each in kept] == ["Blue mug with a secret glaze"]
    assert rig.store.count(schema.FAILURES) == 1

    await desk.disconnect()

    assert rig.store.count(schema.FAILURES) == rig.store.count(schema.FORMERS) == 0
    told = [each for name in schema.COLLECTIONS for each in rig.store.all(name)]
    assert "secret" not in repr(told)


async def test_what_stays_is_the_sellers_own(desk: Desk) -> None:
    rig = desk.rig
    mug = rig.shop.list_item("Mug", 5, sku="MUG")
    add_item(rig.workspace, sku="MUG", name="Mug", stock=5)
    await desk.connected()
    rig.clock.advance(minutes=1)
    sold = rig.shop.sell(mug.remote_id, 2)
    await rig.sync()
    stock, movements = rig.stock("MUG"), rig.store.count(schema.MOVEMENTS)

    await desk.disconnect()

    assert rig.stock("MUG") == stock == (5, 2, 3)
    assert rig.store.count(schema.MOVEMENTS) == movements
    assert order_view(rig.store, f"fake:100:{sold.remote_id}").status == "confirmed"
    assert rig.store.count(schema.CONTACTS) == 1
    newest = rig.runs()[0]
    assert newest.reason.startswith("Disconnected Shop 100 (fake)")
    assert newest.status == "succeeded"


async def test_a_shop_connected_again_imports_nothing_twice(desk: Desk) -> None:
    rig = desk.rig
    mug = rig.shop.list_item("Mug", 10, sku="MUG")
    vase = rig.shop.list_item("Vase", 4)
    add_item(rig.workspace, sku="MUG", name="Mug", stock=10)
    await desk.connected()
    ignore_variant(rig.workspace, f"fake:100:{vase.remote_id}")
    rig.clock.advance(minutes=1)
    rig.shop.sell(mug.remote_id, 1)
    before = rig.shop.sell(mug.remote_id, 2)
    await rig.sync()
    ship_order(rig.workspace, f"fake:100:{before.remote_id}", carrier="dhl", tracking="T1")
    await rig.work()
    assert rig.stock("MUG") == (8, 1, 7)

    await desk.disconnect()
    rig.clock.advance(minutes=2 * 24 * 60)
    rig.shop.sell(mug.remote_id, 1)
    sent = rig.shop.sell(mug.remote_id, 3)
    rig.shop.ship(sent.remote_id, carrier="ups", tracking="T2")
    await desk.connected()

    assert rig.stock("MUG") == (5, 2, 3)  # what left meanwhile has left, once
    assert rig.store.count(schema.ORDERS) == 4
    assert rig.link(mug.remote_id).state == "linked"
    assert rig.link(vase.remote_id).state == "ignored"
    assert rig.shop.quantity(mug.remote_id) == 3
    assert rig.fake.calls_of("push_stock") == []
    stock = rig.stock("MUG")
    await rig.sync()
    assert rig.stock("MUG") == stock


async def test_a_listing_we_paused_is_reactivated_after_connecting_again(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    rig = desk.rig
    mug = rig.shop.list_item("Mug", 1, sku="MUG")
    add_item(rig.workspace, sku="MUG", name="Mug", stock=1)
    await desk.connected()
    listing = rig.store.get(schema.LISTINGS, f"fake:100:{mug.remote_id}")
    assert listing is not None
    with rig.store.transaction() as tx:
        tx.put(schema.LISTINGS, listing.but(state="inactive", paused_by_us=True))
    rig.shop.edit_listing(mug.remote_id, state="inactive")

    await desk.disconnect()
    rig.connect()
    await rig.work(drains=False)

    again = rig.store.get(schema.LISTINGS, f"fake:100:{mug.remote_id}")
    assert again is not None
    assert again.paused_by_us


async def test_numbers_wait_for_review_after_connecting_again(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.rig = rig = Rig(first_push="review")
    desk.workspace = rig.workspace
    mug = rig.shop.list_item("Mug", 5, sku="MUG")
    add_item(rig.workspace, sku="MUG", name="Mug", stock=5)
    await desk.connected()
    await desk.disconnect()
    rig.shop.set_quantity(mug.remote_id, 3)

    await desk.connected()

    assert rig.entry(mug.remote_id).state == "held"
    assert rig.fake.calls_of("push_stock") == []


async def test_what_was_owed_is_given_up_and_a_shipment_left_to_the_user(desk: Desk) -> None:
    rig = desk.rig
    mug = rig.shop.list_item("Mug", 5, sku="MUG")
    add_item(rig.workspace, sku="MUG", name="Mug", stock=5)
    await desk.connected()
    rig.clock.advance(minutes=1)
    orders = [rig.shop.sell(mug.remote_id).remote_id for _ in range(2)]
    await rig.sync()
    ship_order(rig.workspace, f"fake:100:{orders[0]}", carrier="dhl", tracking="T1")
    request_sync(rig.workspace, ["items", "orders"])
    would = disconnection(rig.store, "fake")
    assert (would.listings, would.links, would.shipments, would.orders) == (1, 1, 1, 2)
    assert "1 shipment will not be told: mark them at the shop." in disconnection_words(would)

    await desk.disconnect()

    assert set(rig.outbox().values()) <= {"superseded", "applied"}
    (parcel,) = rig.order(orders[0]).shipments
    assert (parcel.push, parcel.tracking) == ("manual", "T1")
    assert [run.status for run in rig.runs()][1:3] == ["skipped", "skipped"]
    ship_order(rig.workspace, f"fake:100:{orders[1]}", carrier="dhl", tracking="T2")
    assert rig.order(orders[1]).shipments[0].push == "manual"
    await rig.work()
    assert rig.fake.calls_of("push_shipment") == []


async def test_a_sync_under_way_is_stopped_between_two_pages(desk: Desk) -> None:
    rig = desk.rig
    for number in range(60):
        rig.shop.list_item(f"Mug {number}", 5)
    engine = rig.store.lease(ENGINE, "daemon")  # somebody else's
    rig.connect()
    work = asyncio.create_task(Work(rig.shops, rig.workspace, sleep=desk.sleep).do("fake:100"))
    while not rig.store.count(schema.LISTINGS):  # noqa: ASYNC110  # a store sets no event
        await asyncio.sleep(0)

    await desk.disconnect(patience=60)
    await work

    assert engine is not None
    assert rig.store.count(schema.INTEGRATIONS) == rig.store.count(schema.LISTINGS) == 0


async def test_a_push_that_does_not_end_refuses_and_changes_nothing(desk: Desk) -> None:
    rig = desk.rig
    rig.shop.list_item("Mug", 5, sku="MUG")
    await desk.connected()
    engine = rig.store.lease(ENGINE, "daemon")
    (run,) = request_sync(rig.workspace, ["items"])
    with rig.store.transaction() as tx:
        tx.put(schema.RUNS, run.but(status="running"))

    with pytest.raises(EngineBusy, match="did not end in time"):
        await desk.disconnect()

    assert engine is not None
    assert rig.integration().status == "active"
    assert rig.store.count(schema.LISTINGS) == 1
    assert desk.secrets.tokens("fake:100") is not None


async def test_what_a_killed_engine_left_running_does_not_stand_in_the_way(desk: Desk) -> None:
    rig = desk.rig
    await desk.connected()
    (run,) = request_sync(rig.workspace, ["items"])
    with rig.store.transaction() as tx:
        tx.put(schema.RUNS, run.but(status="running"))

    await desk.disconnect()

    assert integration_views(rig.store) == []
    assert rig.run(run.id).status == "skipped"
    assert rig.store.holder(ENGINE) is None


async def test_a_page_that_arrives_after_the_disconnection_is_not_stored(desk: Desk) -> None:
    rig = desk.rig
    rig.shop.list_item("Mug", 5)
    rig.connect()
    opened = rig.shops.open

    @asynccontextmanager
    async def late(integration: object) -> AsyncIterator[object]:
        async with opened(integration) as shop:  # type: ignore[arg-type]  # passed on
            with rig.store.transaction() as tx:
                tx.delete(schema.INTEGRATIONS, "fake:100")
            yield shop

    rig.shops.open = late  # type: ignore[method-assign,assignment]  # the race, made certain
    await Work(rig.shops, rig.workspace, sleep=desk.sleep).do("fake:100")

    assert rig.store.count(schema.LISTINGS) == 0
    assert "disconnected meanwhile" in rig.runs("items")[0].reason


async def test_an_item_retired_while_its_shop_is_away_is_not_linked_when_it_is_back(
    desk: Desk,
) -> None:
    rig = desk.rig
    listing = rig.shop.list_item("Mug", 0, sku="MUG").remote_id
    add_item(rig.workspace, sku="MUG", name="Mug")
    await desk.connected()
    await desk.disconnect()
    assert rig.link(listing).state == "closed"

    retire_item(rig.workspace, "MUG")
    assert all(check(rig.store).ok for check in CHECKS)
    await desk.connected()

    assert (rig.link(listing).state, rig.link(listing).item) == ("unconfirmed", None)
    revive_item(rig.workspace, "MUG")
    assert rig.link(listing).item == rig.item("MUG").id, "nobody took that link apart"
