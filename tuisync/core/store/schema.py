"""The collections of the store: their documents and the indexes kept for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any, Generic, TypeVar

from tuisync.core.models import (
    LIVE,
    Balance,
    Commitment,
    Contact,
    Cursor,
    Document,
    Failure,
    Former,
    Integration,
    Item,
    Link,
    Listing,
    Movement,
    Order,
    Organization,
    OutboxEntry,
    Parting,
    Plan,
    RecordPage,
    SyncRun,
    Warehouse,
    match_key,
    record_id,
)
from tuisync.core.models.decisions import Choice

D = TypeVar("D", bound=Document)
Keys = Callable[[D], Iterable[str]]


@dataclass(frozen=True)
class Collection(Generic[D]):
    """One named set of documents.

    Attributes:
        name: Its name in the files.
        model: The type of its documents.
        indexes: Per index, the keys under which a document is found (none, one or many).
        unique: Names of the indexes in which a key may belong to one document only.
        append_only: Documents are added, never replaced or removed.
        reads: The fields that the indexes look at, so that nothing else need be decoded;
            `lines.variant` is that field of each of the `lines`. Empty: the whole document.
    """

    name: str
    model: type[D]
    indexes: Mapping[str, Keys[D]] = field(default_factory=dict)
    unique: frozenset[str] = frozenset()
    append_only: bool = False
    reads: tuple[str, ...] = ()


def _present(*keys: str | None) -> tuple[str, ...]:
    return tuple(key for key in keys if key)


def _asked_of(order: Order) -> Iterable[str]:
    """Yield what an order asks of the user; what is not shown asks for no item."""
    if order.visible and order.gate == "frozen":
        yield from ("frozen", f"{order.integration}/frozen")
    if order.undecided:
        yield "decision"
    if order.asks_return:
        yield "return"
    if any(shipment.push == "manual" for shipment in order.shipments):
        yield "by hand"


ORGANIZATION = Collection("organization", Organization)
WAREHOUSES = Collection("warehouses", Warehouse, {"name": lambda w: (w.name,)}, frozenset({"name"}))
ITEMS = Collection(
    "items",
    Item,
    {
        "sku": lambda i: (match_key(i.sku),),
        "name": lambda i: () if i.retired_at else (match_key(i.name),),
        "retired": lambda i: ("retired", i.id) if i.retired_at else (),
    },
    frozenset({"sku"}),
    reads=("id", "sku", "name", "retired_at"),
)
MOVEMENTS = Collection(
    "movements",
    Movement,
    {"item": lambda m: (m.item,), "order": lambda m: _present(m.order)},
    append_only=True,
    reads=("item", "order"),
)
COMMITMENTS = Collection(
    "commitments",
    Commitment,
    {
        "item": lambda c: (c.item,),
        "order": lambda c: (c.order,),
        "open_item": lambda c: (c.item,) if c.state == "open" else (),
    },
    reads=("item", "order", "state"),
)
BALANCES = Collection(
    "balances",
    Balance,
    {
        "item": lambda b: (b.item,),
        "short": lambda b: ("short",) if b.on_hand < 0 or b.available < 0 else (),
    },
    reads=("item", "on_hand", "committed"),
)
INTEGRATIONS = Collection(
    "integrations",
    Integration,
    {
        "name": lambda i: (i.name,),
        "keeps": lambda i: ("last units",) if i.rules.last_unit else (),
    },
    frozenset({"name"}),
)
LISTINGS = Collection(
    "listings",
    Listing,
    {
        "integration": lambda x: (x.integration,),
        "sku": lambda x: {match_key(each.sku).casefold() for each in x.variants if each.sku},
    },
    reads=("integration", "variants.sku"),
)
LINKS = Collection(
    "links",
    Link,
    {
        "integration": lambda x: (x.integration,),
        "listing": lambda x: (x.listing,),
        "state": lambda x: (x.state,),
        "standing": lambda x: (f"{x.integration}/{x.state}",),
        "item": lambda x: _present(x.item),
        "former": lambda x: ("orders",) if x.former else (),
        "asks": lambda x: (x.integration,) if x.asks else (),
    },
    reads=("integration", "listing", "state", "item", "asks", "former"),
)
CONTACTS = Collection(
    "contacts",
    Contact,
    {
        "email": lambda c: _present(c.email_key),
        "name": lambda c: _present(c.name_key),
        "buyer": lambda c: c.buyer_keys,
    },
    reads=("email_key", "name_key", "buyer_keys"),
)
ORDERS = Collection(
    "orders",
    Order,
    {
        "integration": lambda o: (o.integration,),
        "remote": lambda o: (f"{o.integration}/{o.remote_id}",),
        "number": lambda o: (o.number,),
        "variant": lambda o: {line.variant for line in o.lines if line.variant},
        "unresolved": lambda o: {
            record_id(o.integration, line.listing_id)
            for line in o.lines
            if line.listing_id and not line.variant
        },
        "open": lambda o: (o.integration,) if o.open else (),
        "contact": lambda o: _present(o.contact),
        "hour": lambda o: (
            (f"{o.integration}/{o.placed_at.astimezone(UTC):%Y%m%d%H}",) if o.visible else ()
        ),
        "asks": _asked_of,
    },
    frozenset({"remote"}),
    reads=(
        "integration",
        "placed_at",
        "remote_id",
        "number",
        "lines.variant",
        "lines.listing_id",
        "cancelled",
        "fulfilment",
        "gate",
        "payment",
        "visible",
        "contact",
        "asks_return",
        "shipments.push",
    ),
)
RUNS = Collection(
    "runs",
    SyncRun,
    {
        "batch": lambda r: (r.batch,),
        "integration": lambda r: (r.integration,),
        "status": lambda r: (r.status,),
    },
    reads=("batch", "integration", "status"),
)
RECORDS = Collection("records", RecordPage, {"run": lambda p: (p.run,)}, reads=("run",))
FORMERS = Collection("formers", Former, {"run": lambda f: (f.run,)}, reads=("run",))
PARTINGS = Collection("partings", Parting)
CURSORS = Collection("cursors", Cursor)
OUTBOX = Collection(
    "outbox",
    OutboxEntry,
    {
        "live": lambda e: (e.integration,) if e.state in LIVE else (),
        "standing": lambda e: (f"{e.integration}/{e.state}",),
        "target": lambda e: (e.target,),
    },
    reads=("state", "integration", "target"),
)
PLANS = Collection("plans", Plan)
CHOICES = Collection("choices", Choice)
FAILURES = Collection(
    "failures",
    Failure,
    {
        "integration": lambda f: (f.integration,),
        "run": lambda f: (f.integration,) if f.remote_id is None else (),
        "record": lambda f: () if f.remote_id is None else (f"{f.integration}/{f.module}",),
    },
    reads=("integration", "module", "remote_id"),
)

COLLECTIONS: tuple[Collection[Any], ...] = (
    ORGANIZATION,
    WAREHOUSES,
    ITEMS,
    MOVEMENTS,
    COMMITMENTS,
    BALANCES,
    INTEGRATIONS,
    LISTINGS,
    LINKS,
    CONTACTS,
    ORDERS,
    RUNS,
    RECORDS,
    FORMERS,
    PARTINGS,
    CURSORS,
    OUTBOX,
    PLANS,
    CHOICES,
    FAILURES,
)
"""All of them."""
