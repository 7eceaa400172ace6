"""A fake marketplace that watches what is asked of it, and what must hold whatever happens.

The numbers are those of the invariants of the domain: sums, single rows, versions, cursors, the
inbox (see `inbox_checks`), quiet shops, whole orders, numbers a shop can show.
"""

from __future__ import annotations

from collections import Counter

from tuisync.core.hookspecs import hookimpl
from tuisync.core.models import LIVE, Order
from tuisync.core.remote import Capabilities, StockChange, StockResult
from tuisync.core.session import Session
from tuisync.core.store import schema
from tuisync.core.store.port import Store
from tuisync.testing import FakeMarketplace, FakeShop, ManualClock
from tuisync.testing.marketplace import CARRIERS, Request

MOST = 14
"""The highest number the shops show: few enough that stock is often more."""


class WatchedMarketplace(FakeMarketplace):
    """A fake that notes what calls say about whoever makes them.

    Attributes:
        store: Of whoever calls; None until there is one.
        accepted: Versions of the entries whose numbers each listing took, in order.
        wanted: Every number that was to be shown.
        strays: Calls for a shop that was not active.
    """

    store: Store | None = None

    def __init__(self) -> None:
        can = Capabilities(max_quantity=MOST, carriers=CARRIERS)
        super().__init__(clock=ManualClock(), capabilities=can, page_size=2)
        self.accepted: dict[str, list[int]] = {}
        self.wanted: list[object] = []
        self.strays: list[str] = []

    async def _enter(self, hook: str, session: Session, request: Request) -> FakeShop:
        assert self.store is not None
        shop_id = session.account.shop_id if session.account else ""
        integration = self.store.get(schema.INTEGRATIONS, f"{self.name}:{shop_id}")
        if integration is None or integration.status != "active":
            self.strays.append(f"{hook} for {shop_id}")
        return await super()._enter(hook, session, request)

    @hookimpl
    async def push_stock(self, session: Session, change: StockChange) -> StockResult:
        """Set one listing's numbers, and note which entry's they were if they were taken."""
        assert self.store is not None
        assert session.account is not None
        shop = self.shops[session.account.shop_id]
        listing = f"{self.name}:{shop.shop_id}:{change.listing_id}"
        entry = self.store.get(schema.OUTBOX, f"stock:{listing}")
        assert entry is not None, "a number is sent because it is owed"
        self.wanted += [each.wanted for each in change.variants]
        before = shop.revision(change.listing_id)
        try:
            return await super().push_stock(session, change)
        finally:
            if shop.revision(change.listing_id) != before:
                self.accepted.setdefault(listing, []).append(entry.version)


def check_ledger(store: Store) -> None:
    """1. On hand is the sum of movements, committed that of open reservations."""
    moved: Counter[tuple[str, str]] = Counter()
    for movement in store.all(schema.MOVEMENTS):
        moved[movement.item, movement.warehouse] += movement.delta
    held: Counter[tuple[str, str]] = Counter()
    for commitment in store.all(schema.COMMITMENTS):
        if commitment.state == "open":
            held[commitment.item, commitment.warehouse] += commitment.quantity
    found = {(each.item, each.warehouse): each for each in store.all(schema.BALANCES)}
    assert {*moved, *held} <= {*found}
    for key, balance in found.items():
        assert (balance.on_hand, balance.committed) == (moved[key], held[key])


def check_reservations(store: Store) -> None:
    """1. A void or shipped line has no open reservation, an open one only what is unsent."""
    for commitment in store.all(schema.COMMITMENTS):
        if commitment.state != "open":
            continue
        order = store.get(schema.ORDERS, commitment.order)
        assert order is not None
        assert order.open
        line = next(each for each in order.lines if each.id == commitment.line)
        assert commitment.quantity == line.quantity - line.shipped > 0


def check_single(store: Store) -> None:
    """2. One order per remote order, one live entry per listing or parcel."""
    orders = Counter((each.integration, each.remote_id) for each in store.all(schema.ORDERS))
    live = Counter(
        (each.integration, each.kind, each.target, each.shipment)
        for each in store.all(schema.OUTBOX)
        if each.state in LIVE
    )
    assert {*orders.values(), *live.values()} <= {1}


def check_versions(fake: WatchedMarketplace) -> None:
    """3. No number was taken after one of a higher version."""
    for versions in fake.accepted.values():
        assert versions == sorted(versions)


def check_cursors(store: Store, fake: FakeMarketplace) -> None:
    """4. A cursor never passes a record that is not stored, or is not told to have failed."""
    seen = _records(store)
    for shop in fake.shops.values():
        id_ = f"{fake.name}:{shop.shop_id}"
        for kind, records in (("item", shop.listings), ("order", shop.orders)):
            cursor = store.get(schema.CURSORS, f"{id_}/{kind}s")
            passed = int(cursor.position or 0) if cursor else 0
            for remote_id in records:
                if shop.revision(remote_id) <= passed:
                    assert (id_, kind, remote_id) in seen, (remote_id, passed)
                    _check_followed(store, shop, f"{id_}:{remote_id}", kind)


def _check_followed(store: Store, shop: FakeShop, id_: str, kind: str) -> None:
    """Check that an order which was passed is as open as it is at the shop."""
    remote_id = id_.rpartition(":")[2]
    failed = store.get(schema.FAILURES, f"order:{id_}") is not None
    order: Order | None = store.get(schema.ORDERS, id_) if kind == "order" else None
    if order is not None and not failed:
        remote = shop.orders[remote_id]
        assert not (order.open and (remote.cancelled or remote.shipped)), remote_id


def _records(store: Store) -> set[tuple[str, str, str]]:
    """Return shop, kind and id of each remote record that some run tells of."""
    found: set[tuple[str, str, str]] = set()
    for page in store.all(schema.RECORDS):
        run = store.get(schema.RUNS, page.run)
        assert run is not None
        found |= {(run.integration, each.kind, each.remote_id) for each in page.records}
    return found


def check_calls(fake: WatchedMarketplace) -> None:
    """6. No call for a shop that is not active; 8. only numbers a shop can show."""
    assert fake.strays == []
    assert all(isinstance(each, int) and 0 <= each <= MOST for each in fake.wanted)


def check_whole(store: Store, fake: FakeMarketplace) -> None:
    """7. No order has fewer lines than at the shop."""
    for order in store.all(schema.ORDERS):
        shop = fake.shops[order.integration.removeprefix(f"{fake.name}:")]
        assert len(order.lines) == len(shop.orders[order.remote_id].lines)
