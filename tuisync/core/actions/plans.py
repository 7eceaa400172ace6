"""Making a plan: every outgoing change, from the store alone, without a call."""

from __future__ import annotations

from collections.abc import Sequence

from tuisync.core import lookup
from tuisync.core.linking.decide import variant_name
from tuisync.core.models import Integration, OutboxEntry, Plan, PlannedChange
from tuisync.core.orders.tracking import parcel_said, parcel_words
from tuisync.core.outbox import ASTRAY
from tuisync.core.remote import Capabilities
from tuisync.core.stock.reasons import cause_of, cut_words, fee_words, joined
from tuisync.core.stock.wanted import Wanted, shop_compared
from tuisync.core.store import schema
from tuisync.core.store.port import Reader, Transaction
from tuisync.core.views.objects import PlanView
from tuisync.core.views.plans import plan_view
from tuisync.core.workspace import Workspace

_KEPT = 10
"""Plans kept; older ones are dropped when a new one is made."""


def make_plan(workspace: Workspace) -> PlanView:
    """Make a plan, store it, and return it."""
    with workspace.store.transaction() as tx:
        lookup.organization(tx)
        return plan_view(tx, _stored(tx, workspace, planned_changes(tx, workspace)))


def plan_of(workspace: Workspace, changes: Sequence[PlannedChange]) -> Plan:
    """Make a plan of changes somebody has seen, store it, and return it."""
    with workspace.store.transaction() as tx:
        return _stored(tx, workspace, changes)


def _stored(tx: Transaction, workspace: Workspace, changes: Sequence[PlannedChange]) -> Plan:
    now = workspace.now()
    plan = Plan(id=workspace.new_id(), made_at=now, changes=tuple(changes))
    known = sorted(tx.all(schema.PLANS), key=lambda each: each.id)
    for place, old in enumerate(reversed(known), start=1):
        # One from before the clock was set back would go on being the newest.
        if place >= _KEPT or old.made_at > now + ASTRAY:
            tx.delete(schema.PLANS, old.id)
    tx.put(schema.PLANS, plan)
    return plan


def planned_changes(reader: Reader, workspace: Workspace) -> list[PlannedChange]:
    """Return every change that would go out now: numbers first, then shipments."""
    changes: list[PlannedChange] = []
    for integration in reader.all(schema.INTEGRATIONS):
        if integration.status == "active":
            changes += _stock_changes(reader, workspace, integration)
            changes += _shipment_changes(reader, integration)
    return changes


def _stock_changes(
    reader: Reader, workspace: Workspace, integration: Integration
) -> list[PlannedChange]:
    if integration.stock_sync != "active":
        return []
    differing = [each for each in shop_compared(reader, workspace, integration) if each.differs]
    if not differing:
        return []
    can = workspace.marketplaces.describe(integration.marketplace).capabilities
    return [stock_change(reader, each, integration, can) for each in differing]


def stock_change(
    reader: Reader, wanted: Wanted, integration: Integration, can: Capabilities
) -> PlannedChange:
    """Return one variant's change, with the reason its push is owed.

    Args:
        reader: Where to read.
        wanted: The variant, with both numbers.
        integration: Its shop.
        can: What the shop's marketplace can do, and charges.
    """
    entry = _open_entry(reader, wanted.listing.id)
    item = reader.get(schema.ITEMS, wanted.link.item) if wanted.link.item else None
    kind = wanted.drift.kind if wanted.drift else "here"
    cause = entry.cause if entry else cause_of(kind)
    renewed = wanted.listing.state == "sold_out" and wanted.wants > 0
    fee = fee_words(can.renewal_fee, allowed=integration.renew_sold_out) if renewed else ""
    return PlannedChange(
        integration=integration.id,
        kind="stock",
        target=wanted.listing.id,
        variant=wanted.link.id,
        title=variant_name(wanted.listing, wanted.variant),
        sku=item.sku if item else None,
        old=wanted.shows,
        new=wanted.wants,
        reason=joined(cause, cut_words(wanted.steps), fee),
        held=wanted.waits or (entry is not None and _is_held(reader, entry, wanted.link.key)),
        item=wanted.link.item,
        cause=cause,
        state=wanted.listing.state,
        drift=kind,
        fee=can.renewal_fee if renewed and integration.renew_sold_out else None,
    )


def _is_held(reader: Reader, entry: OutboxEntry, key: str) -> bool:
    """Return whether a number waits for the plan: also while others of its listing go out."""
    if entry.agreed and key not in entry.agreed:
        return lookup.organization(reader).first_push == "review"
    return entry.state == "held"


def _open_entry(reader: Reader, listing: str) -> OutboxEntry | None:
    """Return what is still owed to a listing, or was and was refused."""
    entry = reader.get(schema.OUTBOX, f"stock:{listing}")
    done = entry is None or entry.state in {"applied", "superseded"}
    return None if done else entry


def _shipment_changes(reader: Reader, integration: Integration) -> list[PlannedChange]:
    owed = [
        entry
        for entry in reader.find(schema.OUTBOX, "live", integration.id)
        if entry.kind == "shipment"
    ]
    return [shipment_change(reader, entry) for entry in owed]


def shipment_change(reader: Reader, entry: OutboxEntry) -> PlannedChange:
    """Return the change that tells the shop of a shipment."""
    order = reader.get(schema.ORDERS, entry.target)
    shipments = order.shipments if order else ()
    parcel = next((each for each in shipments if each.id == entry.shipment), None)
    return PlannedChange(
        integration=entry.integration,
        kind="shipment",
        target=entry.target,
        title=f"Order {order.number}" if order else entry.target,
        old=None,
        new=parcel_words(parcel) if parcel else "shipped",
        reason=entry.cause,
        shipment=entry.shipment,
        parcel=parcel_said(parcel) if parcel else "",
    )
