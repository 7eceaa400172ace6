"""A believable small business: one pottery, two shops, a few weeks of sales.

Screens are tested and pictured on it. Everything in it is fixed, times included.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from tuisync.core.actions.disconnection import close_integration
from tuisync.core.actions.organization import init_organization
from tuisync.core.actions.warehouses import add_warehouse
from tuisync.core.models import (
    Budget,
    Comment,
    Contact,
    Counts,
    Cursor,
    Failure,
    Integration,
    Item,
    Level,
    Link,
    LinkState,
    Listing,
    ListingState,
    ListingVariant,
    Module,
    Money,
    Order,
    OrderLine,
    OutboxEntry,
    OutboxState,
    Outcome,
    RecordPage,
    RunStatus,
    SentNumber,
    Shipment,
    SyncRecord,
    SyncRun,
    Trigger,
)
from tuisync.core.orders.settle import Settlement
from tuisync.core.remote import Capabilities, Carrier, Marketplace, Option
from tuisync.core.stock.ledger import Ledger
from tuisync.core.store import schema
from tuisync.core.store.memory import MemoryStore
from tuisync.core.workspace import Workspace
from tuisync.testing import ManualClock

if TYPE_CHECKING:
    from pathlib import Path

    from tuisync.core.errors import TuisyncError
    from tuisync.core.session import Prompt
    from tuisync.core.store.port import Transaction
    from tuisync.core.views.objects import IntegrationView

NOW = datetime(2026, 3, 12, 14, 5, tzinfo=UTC)
ETSY = "etsy:8101"
FAIR = "fair:77"

CARRIERS = (
    Carrier(code="usps", title="USPS"),
    Carrier(code="ups", title="UPS"),
    Carrier(code="fedex", title="FedEx"),
    Carrier(code="dhl", title="DHL Express"),
    Carrier(code="royal-mail", title="Royal Mail"),
    Carrier(code="canada-post", title="Canada Post"),
    Carrier(code="dpd", title="DPD"),
    Carrier(code="gls", title="GLS"),
    Carrier(code="hermes", title="Evri"),
    Carrier(code="post-at", title="Österreichische Post"),
    Carrier(code="other", title="Other"),
)


class Described:
    """Marketplaces that only describe themselves."""

    def __init__(self) -> None:
        self.known = {
            "etsy": Marketplace(
                id="etsy",
                title="Etsy",
                options=(
                    Option(key="keystring", title="Keystring", help="On your app's page at Etsy."),
                    Option(
                        key="shared_secret",
                        title="Shared secret",
                        help="Beside the keystring.",
                        secret=True,
                    ),
                ),
                capabilities=Capabilities(
                    partial_shipments=False,
                    tracking_required=True,
                    max_quantity=999,
                    carriers=CARRIERS,
                ),
                setup_steps=(
                    "Open etsy.com/developers/register and create an app for your own shop.",
                    "Give it the callback URL http://localhost:3003/oauth/redirect.",
                    "Copy its keystring and shared secret into the fields below.",
                ),
                notice="Etsy is a trademark of Etsy, Inc. This program is not made by it.",
            ),
            "fair": Marketplace(id="fair", title="Craft Fair", redirect_port=3004),
        }

    def describe(self, name: str) -> Marketplace:
        """Return one of them."""
        return self.known[name]

    def names(self) -> tuple[str, ...]:
        """Return their names."""
        return tuple(self.known)


@dataclass(frozen=True)
class Files:
    """Where logs and preferences would be."""

    logs: Path
    config_file: Path


@dataclass(frozen=True)
class PotteryServices:
    """What the app is given in tests."""

    workspace: Workspace
    host: Described
    home: Files


def services(tmp_path: Path, *, store: MemoryStore | None = None) -> PotteryServices:
    """Return services over a store in memory, with a clock that stands still."""
    described = Described()
    clock = ManualClock(NOW)
    workspace = Workspace(store or MemoryStore(poll=0.02, clock=clock), described, clock)
    return PotteryServices(workspace, described, Files(tmp_path / "logs", tmp_path / "config.toml"))


def pottery(tmp_path: Path) -> PotteryServices:
    """Return services over the whole pottery."""
    made = services(tmp_path)
    fill(made.workspace)
    return made


def calm(tmp_path: Path) -> PotteryServices:
    """Return services over an organization with one shop and nothing to do."""
    made, full = services(tmp_path), pottery(tmp_path)
    init_organization(made.workspace, currency="USD", name="Wren & Thistle")
    shop = full.workspace.store.get(schema.INTEGRATIONS, ETSY)
    assert shop is not None
    with made.workspace.store.transaction() as tx:
        tx.put(schema.INTEGRATIONS, shop)
    return made


def troubled(tmp_path: Path) -> PotteryServices:
    """Return services over the pottery on a bad day: whatever can need its seller does."""
    made = pottery(tmp_path)
    with made.workspace.store.transaction() as tx:
        _trouble(tx, made.workspace)
    return made


def _trouble(tx: Transaction, workspace: Workspace) -> None:
    down = Failure(
        id=f"run:{ETSY}/items",
        integration=ETSY,
        module="items",
        fault="transient",
        reason="Etsy answered with a fault (status 503).",
        first_at=NOW - timedelta(hours=4),
        last_at=NOW - timedelta(minutes=5),
        count=2,
    )
    tx.put(schema.FAILURES, down)
    for number in range(300):
        jar = f"{1412000100 + number}"
        tx.put(
            schema.FAILURES,
            down.but(
                id=f"item:{ETSY}:{jar}",
                fault="rejected",
                reason="It has no quantity.",
                remote_id=jar,
                title=f"Storage jar {number}",
                run="b",
            ),
        )
    order = next(each for each in tx.all(schema.ORDERS) if each.open)
    tx.put(schema.ORDERS, order.but(gate="needs_decision", doubt="The shop calls it `on hold`."))
    sent = next(each for each in tx.all(schema.ORDERS) if each.shipped)
    tx.put(schema.ORDERS, sent.but(payment="refunded", asks_return=True))
    studio = next(each.id for each in tx.all(schema.WAREHOUSES) if each.primary)
    Ledger(tx, workspace.clock).move("item-POT-FERN", studio, -9, "adjust", "broken")


# -- the business -------------------------------------------------------------------------


def fill(workspace: Workspace) -> None:
    """Write the pottery into an empty workspace."""
    init_organization(
        workspace,
        currency="USD",
        name="Wren & Thistle",
        timezone="America/New_York",
        warehouses=["Studio"],
    )
    add_warehouse(workspace, "Barn")
    with workspace.store.transaction() as tx:
        _integrations(tx)
        _items(tx)
        _listings(tx)
        _open_stock(tx, workspace)
    with workspace.store.transaction() as tx:
        _orders(tx, workspace)
        _numbers(tx)
        _history(tx)
        _outbox(tx)


def _integrations(tx: Transaction) -> None:
    tx.put(
        schema.INTEGRATIONS,
        Integration(
            id=ETSY,
            name="etsy",
            marketplace="etsy",
            account_id="55120934",
            shop_id="8101",
            shop_name="WrenAndThistle",
            currency="USD",
            connected_at=NOW - timedelta(days=40),
            last_sync_at=NOW - timedelta(minutes=4),
            cycle_started_at=NOW - timedelta(minutes=5),
            budget=Budget(limit_per_second=10, limit_per_day=10_000, remaining_today=9_812),
        ),
    )
    tx.put(
        schema.INTEGRATIONS,
        Integration(
            id=FAIR,
            name="fair",
            marketplace="fair",
            account_id="wren",
            shop_id="77",
            shop_name="Wren & Thistle Stall",
            currency="USD",
            connected_at=NOW - timedelta(days=12),
            status="needs_reauth",
            status_reason="Craft Fair says that access was taken back.",
            status_since=NOW - timedelta(hours=21),
            interval_minutes=60,
            last_sync_at=NOW - timedelta(hours=21),
            cycle_started_at=NOW - timedelta(hours=21),
        ),
    )


_STOCK: tuple[tuple[str, str, str, int, int], ...] = (
    ("BOWL-OAT", "Oatmeal bowl", "34.00", 9, 6),
    ("BOWL-SEA", "Sea glass bowl", "36.00", 4, 0),
    ("JUG-L", "Large milk jug", "58.00", 3, 0),
    ("MUG-BLUE-S", "Speckled mug, blue, small", "24.00", 12, 20),
    ("MUG-BLUE-L", "Speckled mug, blue, large", "28.00", 7, 12),
    ("MUG-SAND-S", "Speckled mug, sand, small", "24.00", 0, 0),
    ("PLATE-DINNER", "Dinner plate, ash glaze", "42.00", 16, 8),
    ("PLATE-SIDE", "Side plate, ash glaze", "30.00", 22, 0),
    ("POT-FERN", "Fern planter with saucer", "46.00", 5, 0),
    ("SPOON-REST", "Spoon rest", "16.00", 31, 40),
    ("TEAPOT-1", "Teapot for two", "92.00", 2, 0),
    ("VASE-TALL", "Tall bud vase", "38.00", 1, 0),
)


def _items(tx: Transaction) -> None:
    for sku, name, price, _, _ in _STOCK:
        tx.put(
            schema.ITEMS,
            Item(id=f"item-{sku}", sku=sku, name=name, price=Money(Decimal(price), "USD")),
        )


def _open_stock(tx: Transaction, workspace: Workspace) -> None:
    places = {each.name: each.id for each in tx.all(schema.WAREHOUSES)}
    ledger = Ledger(tx, lambda: NOW - timedelta(days=39))
    for sku, _, _, studio, barn in _STOCK:
        ledger.move(f"item-{sku}", places["Studio"], studio, "opening", "first number read at etsy")
        if barn:
            ledger.move(f"item-{sku}", places["Barn"], barn, "opening", "counted")
    later = Ledger(tx, lambda: NOW - timedelta(days=9))
    later.move("item-MUG-BLUE-S", places["Studio"], 6, "receive", "kiln of 3 March")
    later.move("item-MUG-BLUE-S", places["Studio"], -1, "adjust", "damaged")


def _listing(
    tx: Transaction,
    number: int,
    title: str,
    variants: tuple[ListingVariant, ...],
    *,
    state: ListingState = "active",
    integration: str = ETSY,
) -> Listing:
    listing = Listing(
        id=f"{integration}:{number}",
        integration=integration,
        listing_id=str(number),
        title=title,
        state=state,
        variants=variants,
        read_at=NOW - timedelta(minutes=5),
    )
    tx.put(schema.LISTINGS, listing)
    return listing


def _link(
    tx: Transaction, listing: Listing, variant: ListingVariant, sku: str | None, state: LinkState
) -> None:
    tx.put(
        schema.LINKS,
        Link(
            id=listing.variant_id(variant),
            integration=listing.integration,
            listing=listing.id,
            key=variant.key,
            state=state,
            basis="sku" if sku else None,
            item=f"item-{sku}" if sku else None,
            baseline_at=NOW - timedelta(days=39) if sku else None,
            opening=bool(sku),
            confirmed=variant.quantity if sku else None,
            confirmed_at=NOW - timedelta(minutes=5) if sku else None,
            reason="Two variants of one listing share the SKU." if state == "conflict" else "",
        ),
    )


def _one(quantity: int, sku: str | None = None) -> tuple[ListingVariant, ...]:
    return (ListingVariant(key="", quantity=quantity, sku=sku),)


_LISTED: tuple[tuple[int, str, str, int], ...] = (
    (1412000001, "Oatmeal Bowl - Handmade Stoneware Cereal Bowl", "BOWL-OAT", 15),
    (1412000002, "Sea Glass Bowl, Celadon Glaze", "BOWL-SEA", 4),
    (1412000003, "Large Milk Jug, Farmhouse Pottery", "JUG-L", 3),
    (1412000006, "Dinner Plate, Ash Glaze, 10 inch", "PLATE-DINNER", 24),
    (1412000007, "Side Plate, Ash Glaze, 7 inch", "PLATE-SIDE", 22),
    (1412000008, "Fern Planter with Saucer", "POT-FERN", 5),
    (1412000009, "Ceramic Spoon Rest - Housewarming Gift", "SPOON-REST", 71),
    (1412000010, "Teapot for Two, Wood Fired", "TEAPOT-1", 2),
    (1412000011, "Tall Bud Vase", "VASE-TALL", 1),
)


_UNDECIDED: tuple[tuple[int, str, int, str | None], ...] = (
    (1412000021, "Café au Lait Bowl", 6, None),
    (1412000022, "湯呑み Yunomi Tea Cup, Tenmoku", 8, "YUNOMI"),
    (1412000023, "Dinner plate - ash glaze (second quality)", 3, "PLATE-DINNER-2"),
    (1412000024, "Gift card 🎁 for the studio", 999, None),
    (1412000025, "Speckled Mug Blue small, chip on handle", 1, None),
    (1412000026, "Custom Order for Johanna", 1, None),
)


def _listings(tx: Transaction) -> None:
    for number, title, sku, quantity in _LISTED:
        listed = _one(quantity, sku)
        _link(tx, _listing(tx, number, title, listed), listed[0], sku, "linked")
    _mugs(tx)
    for number, title, quantity, shop_sku in _UNDECIDED:
        variants = _one(quantity, shop_sku)
        _link(tx, _listing(tx, number, title, variants), variants[0], None, "unconfirmed")
    variants = _one(40)
    _link(
        tx,
        _listing(tx, 1412000031, "Pottery class, deposit", variants),
        variants[0],
        None,
        "ignored",
    )
    sizes = tuple(
        ListingVariant(key=f"100={size}", quantity=2, sku="RING", options={"Size": size})
        for size in ("5", "6", "7")
    )
    rings = _listing(tx, 1412000041, "Porcelain Ring", sizes)
    for size in sizes:
        _link(tx, rings, size, None, "conflict")


def _mugs(tx: Transaction) -> None:
    mugs = (
        ("Blue", "Small", "MUG-BLUE-S", 37),
        ("Blue", "Large", "MUG-BLUE-L", 19),
        ("Sand", "Small", "MUG-SAND-S", 0),
    )
    variants = tuple(
        ListingVariant(
            key=f"200={colour},513={size}",
            quantity=quantity,
            sku=sku,
            options={"Colour": colour, "Size": size},
        )
        for colour, size, sku, quantity in mugs
    )
    listing = _listing(tx, 1412000004, "Speckled Mug - Handmade Stoneware", variants)
    for variant, (_, _, sku, _) in zip(variants, mugs, strict=True):
        _link(tx, listing, variant, sku, "linked")
    stall = _one(37, "MUG-BLUE-S")
    _link(
        tx,
        _listing(tx, 31, "Blue mug (small)", stall, integration=FAIR),
        stall[0],
        "MUG-BLUE-S",
        "linked",
    )


# -- what was sold ------------------------------------------------------------------------

_BUYERS: tuple[tuple[str, str | None], ...] = (
    ("Ada Brandt", "ada@example.com"),
    ("José García", "jose@example.com"),
    ("Mei Lin 林美", "mei@example.com"),
    ("Tom O'Hara", None),
    ("Priya Nair", "priya@example.com"),
    ("Lucas Petit", "lucas@example.com"),
    ("Ingrid Solheim", "ingrid@example.com"),
)
_SOLD: tuple[tuple[str, int, str, float, bool], ...] = (
    ("1412000004:200=Blue,513=Small", 2, "24.00", 0.1, False),
    ("1412000001", 1, "34.00", 0.3, False),
    ("1412000009", 3, "16.00", 0.8, False),
    ("1412000022", 2, "22.00", 1.0, False),
    ("1412000006", 4, "42.00", 1.4, False),
    ("1412000010", 1, "92.00", 2.2, True),
    ("1412000007", 6, "30.00", 3.1, True),
    ("1412000011", 1, "38.00", 4.0, False),
    ("1412000004:200=Blue,513=Large", 1, "28.00", 5.2, True),
    ("1412000008", 1, "46.00", 8.5, True),
    ("1412000001", 2, "34.00", 11.0, True),
    ("1412000003", 1, "58.00", 14.0, True),
)


_CANCELLED = 7


def _orders(tx: Transaction, workspace: Workspace) -> None:
    for number, (name, email) in enumerate(_BUYERS):
        tx.put(
            schema.CONTACTS,
            Contact(
                id=f"contact-{number}",
                name=name,
                email=email,
                email_key=email or "",
                name_key=name.casefold(),
                matched_by="email" if number == 0 else None,
            ),
        )
    for number, sale in enumerate(_SOLD):
        Settlement(tx, workspace).settle(_order(tx, number, sale), moved=set())


def _order(tx: Transaction, number: int, sale: tuple[str, int, str, float, bool]) -> Order:
    sold, quantity, price, days, shipped = sale
    remote = str(3_301_442_900 - number * 1_337)
    placed = NOW - timedelta(days=days)
    listing_id, _, key = sold.partition(":")
    listing = tx.get(schema.LISTINGS, f"{ETSY}:{listing_id}")
    assert listing is not None
    variant = next(each for each in listing.variants if each.key == key)
    parcel = Shipment(
        id="1",
        carrier="usps",
        carrier_name="USPS",
        tracking=f"9400 1{number:04}",
        shipped_at=placed + timedelta(hours=20),
        push="sent",
    )
    return Order(
        id=f"{ETSY}:{remote}",
        integration=ETSY,
        remote_id=remote,
        number=remote,
        placed_at=placed,
        modified_at=placed,
        lines=(
            OrderLine(
                id=f"{remote}-1",
                title=listing.title,
                quantity=quantity,
                variant=listing.variant_id(variant),
                listing_id=listing_id,
                variant_key=key,
                sku=variant.sku,
                unit_price=Money(Decimal(price), "USD"),
                shipped=quantity if shipped else 0,
            ),
        ),
        warehouse=next(each.id for each in tx.all(schema.WAREHOUSES) if each.primary),
        payment="paid",
        fulfilment="shipped" if shipped else "unfulfilled",
        cancelled=number == _CANCELLED,
        contact=f"contact-{number % len(_BUYERS)}",
        total=Money(Decimal(price) * quantity, "USD"),
        comments=(Comment(text="Paid", at=placed + timedelta(minutes=2), by="system"),),
        shipments=(parcel,) if shipped else (),
    )


def _numbers(tx: Transaction) -> None:
    """Let the shops show what is available, but for the few the outbox still owes."""
    behind = {
        "item-BOWL-OAT": 1,
        "item-MUG-BLUE-S": 2,
        "item-SPOON-REST": 3,
        "item-PLATE-DINNER": 4,
    }
    for link in list(tx.all(schema.LINKS)):
        listing = tx.get(schema.LISTINGS, link.listing)
        if link.item is None or listing is None:
            continue
        sums = tx.find(schema.BALANCES, "item", link.item)
        shows = sum(each.available for each in sums) + behind.get(link.item, 0)
        variants = tuple(
            msgspec.structs.replace(each, quantity=shows) if each.key == link.key else each
            for each in listing.variants
        )
        tx.put(schema.LISTINGS, listing.but(variants=variants))
        level = Level(shows, NOW - timedelta(minutes=5))
        tx.put(schema.LINKS, link.but(confirmed=shows, level=level))


# -- what was synced ----------------------------------------------------------------------


def _run(
    tx: Transaction,
    name: str,
    module: Module,
    at: datetime,
    counts: Counts,
    *,
    trigger: Trigger = "scheduled",
    status: RunStatus = "succeeded",
    batch: str = "",
    reason: str = "",
    integration: str = ETSY,
    expected: int | None = None,
) -> None:
    ended = status not in {"queued", "running"}
    tx.put(
        schema.RUNS,
        SyncRun(
            id=f"{int(at.timestamp()):011x}-{name}",
            batch=batch or f"batch-{int(at.timestamp()):011x}",
            integration=integration,
            module=module,
            trigger=trigger,
            queued_at=at,
            started_at=at,
            finished_at=at + timedelta(seconds=9) if ended else None,
            status=status,
            counts=counts,
            expected=expected,
            requests=7,
            reason=reason,
        ),
    )


def _history(tx: Transaction) -> None:
    for back in range(1, 12):
        at = NOW - timedelta(hours=4 * back, minutes=5)
        _run(tx, "a", "items", at, Counts(unchanged=21))
        _run(tx, "b", "orders", at, Counts(created=back % 3, unchanged=back % 2))
    first = NOW - timedelta(days=39)
    _run(tx, "a", "items", first, Counts(created=21), trigger="initial")
    _run(tx, "b", "orders", first, Counts(created=8), trigger="initial")
    at = NOW - timedelta(hours=21)
    _run(
        tx,
        "c",
        "items",
        at,
        Counts(),
        status="failed",
        reason="Craft Fair says that access was taken back.",
        integration=FAIR,
        trigger="manual",
    )
    at = NOW - timedelta(minutes=5)
    _run(
        tx,
        "a",
        "items",
        at,
        Counts(created=2, updated=1, unchanged=16, failed=2),
        status="partial",
        trigger="manual",
    )
    _run(
        tx,
        "b",
        "orders",
        at,
        Counts(created=3, unchanged=1, frozen=1, failed=1),
        status="partial",
        trigger="manual",
    )
    _run(
        tx,
        "s",
        "stock",
        at + timedelta(seconds=20),
        Counts(updated=3),
        trigger="push",
        batch=f"batch-{int(at.timestamp()):011x}",
    )
    _records(tx, at)


def _records(tx: Transaction, at: datetime) -> None:
    stem = f"{int(at.timestamp()):011x}"
    told: list[tuple[str, str, Outcome, str]] = [
        (str(number), title, "unchanged", "") for number, title, _, _ in _LISTED
    ]
    told += [(f"14120000{n}", f"Listing {n}", "unchanged", "") for n in range(51, 58)]
    told += [
        ("1412000021", "Café au Lait Bowl", "created", "No item has its SKU or name."),
        ("1412000026", "Custom Order for Johanna", "created", "No item has its SKU or name."),
        ("1412000004", "Speckled Mug - Handmade Stoneware", "updated", ""),
        ("1412000061", "Moon Jar", "failed", "The listing has no price in USD."),
        (
            "1412000062",
            "Nesting Bowls, Set of 3",
            "failed",
            "Two variations carry the same property values.",
        ),
    ]
    _page(tx, f"{stem}-a", "item", told, at)
    orders: list[tuple[str, str, Outcome, str]] = [
        ("3301442900", "2 x Speckled Mug", "created", ""),
        ("3301441563", "1 x Oatmeal Bowl", "created", ""),
        ("3301440226", "3 x Spoon Rest", "created", ""),
        ("3301437552", "4 x Dinner Plate", "unchanged", ""),
        ("3301438889", "2 x Yunomi Tea Cup", "frozen", "A line's listing has no item yet."),
        ("3301430001", "Moon Jar", "failed", "The order is in EUR, the organization in USD."),
    ]
    _page(tx, f"{stem}-b", "order", orders, at)
    _failures(tx, f"{stem}-a", "items", told, at)
    _failures(tx, f"{stem}-b", "orders", orders, at)


def _failures(
    tx: Transaction,
    run: str,
    module: Module,
    told: list[tuple[str, str, Outcome, str]],
    at: datetime,
) -> None:
    for remote, title, outcome, reason in told:
        if outcome == "failed":
            failure = Failure(
                id=f"{module.removesuffix('s')}:{ETSY}:{remote}",
                integration=ETSY,
                module=module,
                fault="rejected",
                reason=reason,
                run=run,
                remote_id=remote,
                title=title,
                first_at=at - timedelta(hours=8),
                last_at=at,
                count=3,
            )
            tx.put(schema.FAILURES, failure)


def _page(
    tx: Transaction, run: str, kind: str, told: list[tuple[str, str, Outcome, str]], at: datetime
) -> None:
    records = tuple(
        SyncRecord(
            id=f"{run}/{number}",
            kind="item" if kind == "item" else "order",
            remote_id=remote,
            title=title,
            outcome=outcome,
            reason=reason,
            at=at,
            local_id=None if outcome == "failed" else f"{ETSY}:{remote}",
        )
        for number, (remote, title, outcome, reason) in enumerate(told)
    )
    tx.put(schema.RECORDS, RecordPage(id=f"{run}/0", run=run, page=0, records=records))
    tx.put(schema.CURSORS, Cursor(id=f"{ETSY}/orders", read_from=NOW))


def _outbox(tx: Transaction) -> None:
    states: tuple[tuple[int, OutboxState, str, str], ...] = (
        (1412000004, "held", "order 3301442900", ""),
        (1412000001, "queued", "order 3301441563", ""),
        (1412000009, "retry_wait", "counted", "Etsy did not answer in time."),
        (
            1412000006,
            "rejected",
            "order 3301437552",
            "Etsy: the listing needs a shipping profile first.",
        ),
        (1412000010, "applied", "order 3301436215", ""),
    )
    for number, state, cause, reason in states:
        tx.put(
            schema.OUTBOX,
            OutboxEntry(
                id=f"stock:{ETSY}:{number}",
                integration=ETSY,
                kind="stock",
                target=f"{ETSY}:{number}",
                state=state,
                created_at=NOW - timedelta(minutes=3),
                updated_at=NOW - timedelta(minutes=3, seconds=number % 7),
                cause=cause,
                reason=reason,
                attempts=2 if state == "retry_wait" else 0,
                next_attempt_at=NOW + timedelta(minutes=8) if state == "retry_wait" else None,
                sent=(SentNumber("", 2, 1),) if state == "applied" else (),
                sent_at=NOW - timedelta(minutes=3) if state == "applied" else None,
            ),
        )


class FakeSignIns:
    """Announces an address, takes what is pasted, connects without a network."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.options: dict[str, str] = {}
        self.secrets: dict[str, str] = {}
        self.missing: tuple[Option, ...] = ()
        self.refusal: TuisyncError | None = None
        self.fails_at_once: TuisyncError | None = None

    def prompt(
        self,
        marketplace: Marketplace,
        announce: Callable[[str], None],
        pasted: AsyncIterator[str],
        notice: Callable[[str], None],
    ) -> Prompt:
        """Return a prompt that needs no listener."""
        return _FakePrompt(marketplace.redirect_port, announce, pasted)

    async def connect(
        self, marketplace: str, options: dict[str, str], prompt: Prompt
    ) -> Integration:
        """Wait for the paste, then store an integration and its initial runs."""
        self.options = options
        if self.fails_at_once is not None:
            raise self.fails_at_once
        await prompt.visit(f"https://www.example.com/oauth/connect?client_id={'k' * 24}&state=s1")
        if self.refusal is not None:
            raise self.refusal
        with self.workspace.store.transaction() as tx:
            return _connected(tx, marketplace)

    def missing_secrets(self, _name: str) -> Sequence[Option]:
        """Return what a restore left out."""
        return self.missing

    async def disconnect(self, name: str) -> IntegrationView:
        """Close the integration; there are no secrets here."""
        return close_integration(self.workspace, name)

    async def reconnect(self, name: str, prompt: Prompt, secrets: Mapping[str, str]) -> Integration:
        """Wait for the paste, then make the integration active again."""
        self.secrets = dict(secrets)
        await prompt.visit("https://www.example.com/oauth/connect?state=s2")
        if self.refusal is not None:
            raise self.refusal
        with self.workspace.store.transaction() as tx:
            found = tx.find(schema.INTEGRATIONS, "name", name)[0]
            back = found.but(status="active", status_reason="")
            tx.put(schema.INTEGRATIONS, back)
            return back


@dataclass
class _FakePrompt:
    port: int
    announce: Callable[[str], None]
    pasted: AsyncIterator[str]

    @property
    def redirect_uri(self) -> str:
        """The address to register."""
        return f"http://localhost:{self.port}/oauth/redirect"

    async def visit(self, url: str) -> dict[str, str]:
        """Announce the address and wait for the paste."""
        self.announce(url)
        return {"code": await anext(self.pasted)}


def _connected(tx: Transaction, marketplace: str) -> Integration:
    integration = Integration(
        id=f"{marketplace}:8101",
        name=marketplace,
        marketplace=marketplace,
        account_id="55120934",
        shop_id="8101",
        shop_name="WrenAndThistle",
        currency="USD",
        connected_at=NOW,
    )
    tx.put(schema.INTEGRATIONS, integration)
    for name, module in (("a", "items"), ("b", "orders")):
        _run(
            tx,
            name,
            "items" if module == "items" else "orders",
            NOW,
            Counts(created=80) if module == "items" else Counts(),
            trigger="initial",
            status="running" if module == "items" else "queued",
            expected=120 if module == "items" else None,
        )
    return integration
