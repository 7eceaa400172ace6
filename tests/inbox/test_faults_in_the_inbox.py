"""Every kind of failure is one row of the inbox, counts up, and goes away by itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from rig import Rig
from tuisync.core.actions.again import dismiss, read_again
from tuisync.core.actions.integrations import disable_integration, enable_integration
from tuisync.core.actions.items import adjust_stock
from tuisync.core.actions.orders import ship_order
from tuisync.core.actions.pushes import drop_push, retry_push
from tuisync.core.actions.retention import forget_old_history
from tuisync.core.errors import (
    AuthorizationRequired,
    Conflict,
    NotFound,
    OutcomeUnknown,
    PermanentError,
    RateLimited,
    RejectedError,
    RemoteNotFound,
    ShapeChanged,
    TransientError,
)
from tuisync.core.models import Integration
from tuisync.core.store import schema
from tuisync.core.sync.cycles import queue_cycle
from tuisync.core.sync.recovery import recover
from tuisync.core.views.history import batch_views
from tuisync.core.views.inbox import inbox_views
from tuisync.core.views.objects import InboxView


@dataclass
class Seller:
    """A rig with a mug that is linked and an order to ship; nothing needs anybody."""

    rig: Rig
    mug: str

    @property
    def inbox(self) -> list[InboxView]:
        """What needs the seller now."""
        return inbox_views(self.rig.store, self.rig.clock())

    @property
    def rows(self) -> list[tuple[str, int]]:
        """Class and count of each row."""
        return [(row.kind, row.count) for row in self.inbox]

    async def after(self, **time: float) -> None:
        """Let time pass and the engine work."""
        self.rig.clock.advance(**time)
        await self.rig.work()

    async def cycle(self) -> None:
        """Let an interval pass and a scheduled cycle run."""
        self.rig.clock.advance(hours=4)
        queue_cycle(self.rig.workspace, self.rig.integration())
        await self.rig.work()

    async def until_called(self, hook: str) -> None:
        """Let time pass until a hook is called again; after a lost answer the shop is read."""
        calls = self.rig.fake.calls_of(hook)
        while self.rig.fake.calls_of(hook) == calls:
            await self.after(minutes=3)


@pytest.fixture
async def seller() -> Seller:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 9, sku="MUG").remote_id
    await rig.stocked()
    rig.shop.sell(mug, 1)
    await rig.sync()
    made = Seller(rig, mug)
    assert made.inbox == []
    return made


PULL_FAULTS: list[tuple[Exception, str, int]] = [
    (TransientError("The shop is down."), "transient", 4),
    (RateLimited("Too fast.", retry_after=7200), "transient", 1),
    (RejectedError("No."), "rejected", 1),
    (PermanentError("The shop is closed for good."), "rejected", 1),
    (PermanentError("The key is refused.", code="bad_key"), "auth", 1),
    (RuntimeError("a mistake in the plug-in"), "bug", 1),
]


@pytest.mark.parametrize("hook", ["fetch_items", "fetch_orders"])
@pytest.mark.parametrize(("error", "kind", "times"), PULL_FAULTS)
async def test_p08_a_sync_that_fails_is_one_row_until_one_succeeds(
    seller: Seller, hook: str, error: Exception, kind: str, times: int
) -> None:
    for count in (1, 2, 3):
        seller.rig.fake.raises(hook, error, times=times)
        runs = await seller.rig.sync()
        assert "failed" in {run.status for run in runs}
        assert batch_views(seller.rig.store, limit=1)[0].status == "failed"
        assert seller.rows == [(kind, count)]
    row = seller.inbox[0]
    assert (row.integration, row.fix.ids) == ("fake", ["fake:100"])
    assert row.first_at is not None
    assert row.next_at is not None

    await seller.rig.sync()

    assert seller.inbox == []


async def test_p08_a_shop_that_is_down_is_one_row_whatever_was_tried(seller: Seller) -> None:
    adjust_stock(seller.rig.workspace, "MUG", by=-1, reason="broken")
    for hook in ("fetch_items", "fetch_orders"):
        seller.rig.fake.raises(hook, TransientError(f"Down at {hook}."), times=9)

    await seller.rig.sync()

    assert seller.rows == [("transient", 2)], "the orders were tried for a push as well"
    assert seller.inbox[0].message.startswith("Items and orders were not read to the end: ")
    await seller.after(hours=1)
    seller.rig.fake._faults.before.clear()
    await seller.rig.sync()
    await seller.after(hours=1)
    assert seller.inbox == []


async def test_p08_access_that_was_revoked_is_one_row_until_the_next_sign_in(
    seller: Seller,
) -> None:
    adjust_stock(seller.rig.workspace, "MUG", by=-1, reason="broken")
    seller.rig.fake.raises("fetch_orders", AuthorizationRequired("Access was taken back."))
    for _ in range(3):
        await seller.rig.sync()
        assert seller.rows == [("auth", 1)]
    assert seller.inbox[0].hint == "`tuisync reconnect fake`."

    _sign_in_again(seller.rig)
    await seller.rig.sync()

    assert seller.inbox == []


def _sign_in_again(rig: Rig) -> None:
    rig.shops.authorizations["fake:100"] = rig.fake.sign_in()
    with rig.store.transaction() as tx:
        known: Integration = rig.integration()
        tx.put(schema.INTEGRATIONS, known.but(status="inactive"))
    enable_integration(rig.workspace, "fake")


PUSH_FAULTS: list[tuple[Exception, str]] = [
    (TransientError("The shop is down."), "transient"),
    (RateLimited("Too fast.", retry_after=60), "transient"),
    (OutcomeUnknown("Nobody answered."), "transient"),
    (RejectedError("The listing needs a shipping profile."), "rejected"),
    (PermanentError("Not today."), "rejected"),
    (RuntimeError("a mistake in the plug-in"), "bug"),
]


async def _change_stock(seller: Seller) -> None:
    adjust_stock(seller.rig.workspace, "MUG", by=-1, reason="broken")
    await seller.rig.work()


async def _ship(seller: Seller) -> None:
    order = next(seller.rig.store.all(schema.ORDERS))
    ship_order(seller.rig.workspace, order.id, carrier="dhl", tracking="JD01")
    await seller.rig.work()


@pytest.mark.parametrize(
    ("hook", "cause"), [("push_stock", _change_stock), ("push_shipment", _ship)]
)
@pytest.mark.parametrize(("error", "kind"), PUSH_FAULTS)
async def test_p08_a_push_that_fails_is_one_row_until_it_arrives(
    seller: Seller,
    hook: str,
    cause: Callable[[Seller], Awaitable[None]],
    error: Exception,
    kind: str,
) -> None:
    seller.rig.fake.raises(hook, error, times=3)

    await cause(seller)
    for count in (1, 2, 3):
        assert seller.rows == [(kind, count)]
        assert batch_views(seller.rig.store, limit=1)[0].status == "partial"
        row = seller.inbox[0]
        corrects = isinstance(error, RejectedError) and hook == "push_shipment"
        assert row.fix.does == ("correct" if corrects else "send_again")
        retry_push(seller.rig.workspace, row.fix.ids[0])
        assert seller.rows == [(kind, count)], "asked for again is not mended yet"
        await seller.until_called(hook)

    assert seller.inbox == []


async def test_p08_a_push_that_is_given_up_after_many_tries_says_so(seller: Seller) -> None:
    seller.rig.fake.raises("push_stock", TransientError("The shop is down."), times=50)
    await _change_stock(seller)
    for _ in range(20):
        await seller.after(hours=1)

    row = seller.inbox[0]
    assert (row.kind, row.count) == ("transient", 12)
    assert row.message == "Given up after 12 tries: The shop is down."
    assert f"outbox retry {row.id}" in row.hint


async def test_p08_what_is_given_up_leaves_the_inbox(seller: Seller) -> None:
    seller.rig.fake.raises("push_stock", RejectedError("No."))
    await _change_stock(seller)
    assert seller.rows == [("rejected", 1)]

    drop_push(seller.rig.workspace, seller.inbox[0].id)

    assert seller.inbox == []


async def test_p08_a_refused_number_that_is_right_by_now_is_no_row(seller: Seller) -> None:
    seller.rig.fake.raises("push_stock", RejectedError("No."))
    await _change_stock(seller)
    assert seller.rows == [("rejected", 1)]

    adjust_stock(seller.rig.workspace, "MUG", by=1, reason="found")

    assert seller.inbox == []


@pytest.mark.parametrize("error", [ShapeChanged("Rebuilt."), RemoteNotFound("Gone.")])
async def test_p08_a_listing_that_is_not_the_same_any_more_is_one_row(
    seller: Seller, error: Exception
) -> None:
    kept = dict(seller.rig.shop.listings)
    if isinstance(error, RemoteNotFound):
        seller.rig.shop.listings.clear()
    seller.rig.fake.raises("push_stock", error)
    await _change_stock(seller)

    assert [row.kind for row in seller.inbox] == ["mapping"]
    assert seller.inbox[0].id == f"broken:fake:100:{seller.mug}"

    seller.rig.shop.put_listing(kept[seller.mug])
    await seller.rig.sync("items")
    await seller.rig.sync()
    await seller.after(hours=1)
    assert seller.inbox == []


@pytest.mark.parametrize("module", ["items", "orders"])
async def test_p08_a_record_that_cannot_be_read_is_one_row_until_it_can(
    seller: Seller, module: str
) -> None:
    shop = seller.rig.shop
    bad = (
        shop.list_item("Moon jar", 3).remote_id
        if module == "items"
        else shop.sell(seller.mug).remote_id
    )
    if module == "items":
        seller.rig.fake.shop.edit_listing(bad, title="Mug 2")
    shop.unreadable[bad] = "It has no price."
    for count in (1, 2, 3):
        shop.touch(bad)
        runs = await seller.rig.sync()
        assert "partial" in {run.status for run in runs}
        assert seller.rows == [("rejected", count)]
        assert bad in seller.inbox[0].subject

    del shop.unreadable[bad]
    shop.touch(bad)
    await seller.rig.sync()

    assert [row.kind for row in seller.inbox if row.kind != "mapping"] == []


async def test_p08_a_connection_that_is_quiet_for_two_intervals_is_stale(seller: Seller) -> None:
    seller.rig.clock.advance(minutes=479)
    assert seller.inbox == []

    seller.rig.clock.advance(minutes=1)
    assert seller.rows == [("stale", 1)]
    assert (
        seller.inbox[0].message == "Nothing has been synced for 8 hours; it is due every 4 hours."
    )

    disable_integration(seller.rig.workspace, "fake")
    assert seller.inbox == [], "a shop that is switched off owes nothing"
    enable_integration(seller.rig.workspace, "fake")
    await seller.rig.sync()
    assert seller.inbox == []


async def test_p08_what_is_stale_because_it_fails_is_one_row(seller: Seller) -> None:
    seller.rig.fake.raises("fetch_items", TransientError("The shop is down."), times=40)
    for count in (1, 2, 3, 4):
        seller.rig.clock.advance(hours=4)
        await seller.rig.sync("items")
        assert seller.rows == [("transient", count)]

    seller.rig.clock.advance(hours=8)
    assert seller.rows == [("transient", 4), ("stale", 1)], "now nobody even tries"


async def test_p08_a_push_nobody_knows_the_outcome_of_is_a_row_after_an_hour(
    seller: Seller,
) -> None:
    adjust_stock(seller.rig.workspace, "MUG", by=-1, reason="broken")
    entry = seller.rig.entry(seller.mug)
    with seller.rig.store.transaction() as tx:
        tx.put(schema.OUTBOX, entry.but(state="in_flight", attempts=1))
    recover(seller.rig.workspace)
    assert seller.inbox == [], "the engine looks at the shop in a moment"

    seller.rig.clock.advance(minutes=61)
    row = seller.inbox[0]
    assert (row.kind, row.id, row.fix.does) == ("transient", entry.id, "send_again")

    await seller.rig.work()
    assert seller.inbox == []


async def test_p08_a_thousand_records_that_fail_alike_are_one_row(seller: Seller) -> None:
    for number in range(60):
        bad = seller.rig.shop.list_item(f"Jar {number}", 3).remote_id
        seller.rig.shop.unreadable[bad] = "It has no price."

    await seller.rig.sync("items")

    row = seller.inbox[0]
    assert (row.kind, row.subject, row.count) == ("rejected", "60 listings", 60)
    assert len(seller.inbox) == 1
    assert len(row.fix.ids) == 60


@pytest.mark.parametrize("module", ["items", "orders"])
async def test_a_record_that_is_gone_from_the_shop_can_be_dismissed(
    seller: Seller, module: str
) -> None:
    shop = seller.rig.shop
    bad = _unreadable(seller, module)
    await seller.rig.sync()
    shop.listings.pop(bad, None)
    shop.orders.pop(bad, None)
    read_again(seller.rig.workspace, seller.inbox[0].fix.ids)
    await seller.rig.work()
    assert seller.rows == [("rejected", 2)]
    assert seller.inbox[0].message == "The shop does not know it any more."

    dismiss(seller.rig.workspace, seller.inbox[0].id)

    assert seller.inbox == []
    with pytest.raises(NotFound):
        dismiss(seller.rig.workspace, "item:fake:100:404")


async def test_what_is_no_failure_of_a_record_is_not_dismissed(seller: Seller) -> None:
    seller.rig.fake.raises("fetch_items", TransientError("The shop is down."), times=4)
    await seller.rig.sync("items")

    with pytest.raises(Conflict):
        dismiss(seller.rig.workspace, seller.inbox[0].id)


@pytest.mark.parametrize("module", ["items", "orders"])
async def test_p08_a_record_mended_without_a_change_comes_in_with_the_next_cycle(
    seller: Seller, module: str
) -> None:
    bad = _unreadable(seller, module)
    await seller.rig.sync()
    for count in (2, 3):
        await seller.cycle()
        assert seller.rows == [("rejected", count)]

    del seller.rig.shop.unreadable[bad]
    await seller.cycle()

    assert [row.kind for row in seller.inbox if row.kind != "mapping"] == []
    runs = [run for run in seller.rig.runs(module) if run.trigger == "scheduled"]
    assert [(run.status, run.failed) for run in runs] == [
        ("succeeded", 0),
        ("partial", 1),
        ("partial", 1),
    ]


async def test_an_unreadable_order_is_not_read_again_with_every_push(seller: Seller) -> None:
    _unreadable(seller, "orders")
    await seller.rig.sync()
    runs = len(seller.rig.runs("orders"))

    adjust_stock(seller.rig.workspace, "MUG", by=-1, reason="broken")
    await seller.rig.work()

    assert len(seller.rig.runs("orders")) == runs
    assert seller.rows == [("rejected", 1)]


@pytest.mark.parametrize("module", ["items", "orders"])
async def test_s22_a_record_read_again_comes_in_and_leaves_the_inbox(
    seller: Seller, module: str
) -> None:
    bad = _unreadable(seller, module)
    await seller.rig.sync()
    del seller.rig.shop.unreadable[bad]

    run = read_again(seller.rig.workspace, seller.inbox[0].fix.ids)[0]
    await seller.rig.work()

    assert seller.rig.run(run.id).counts.failed == 0
    assert [row.kind for row in seller.inbox if row.kind == "rejected"] == []


async def test_s20_what_failed_leaves_the_inbox_with_its_history(seller: Seller) -> None:
    _unreadable(seller, "items")
    await seller.rig.sync()
    with seller.rig.store.transaction() as tx:
        tx.put(schema.INTEGRATIONS, seller.rig.integration().but(status="inactive"))
    assert seller.rows == [("rejected", 1)]
    seller.rig.clock.advance(hours=24 * 58)
    forget_old_history(seller.rig.workspace)
    assert seller.rows == [("rejected", 1)]

    seller.rig.clock.advance(hours=24 * 4)
    forget_old_history(seller.rig.workspace)

    assert seller.inbox == []


def _unreadable(seller: Seller, module: str) -> str:
    """Put up a listing, or place an order, that the plug-in cannot make sense of."""
    shop = seller.rig.shop
    bad = shop.list_item("Jar", 3) if module == "items" else shop.sell(seller.mug)
    shop.unreadable[bad.remote_id] = "It has no price."
    return bad.remote_id
