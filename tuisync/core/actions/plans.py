"""Making a plan: every outgoing change, from the store alone, without a call."""

from __future__ import annotations

from tuisync.core import lookup
from tuisync.core.linking.decide import variant_name
from tuisync.core.models import Integration, OutboxEntry, Plan, PlannedChange
from tuisync.core.outbox import Wanted, listing_differs
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.views.objects import PlanView
from tuisync.core.views.plans import plan_view
from tuisync.core.workspace import Workspace

_KEPT = 10
"""Plans kept; older ones are dropped when a new one is made."""


def make_plan(workspace: Workspace) -> PlanView:
    """Make a plan, store it, and return it."""
    with workspace.store.transaction() as tx:
        lookup.organization(tx)
        plan = Plan(
            id=workspace.new_id(),
            made_at=workspace.now(),
            changes=tuple(planned_changes(tx, workspace)),
        )
        tx.put(schema.PLANS, plan)
        for old in sorted(each.id for each in tx.all(schema.PLANS))[:-_KEPT]:
            tx.delete(schema.PLANS, old)
        return plan_view(tx, plan)


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
    changes: list[PlannedChange] = []
    linked = reader.find(schema.LINKS, "integration", integration.id)
    for listing in dict.fromkeys(link.listing for link in linked if link.item):
        entry = reader.get(schema.OUTBOX, f"stock:{listing}")
        differing = listing_differs(reader, workspace, integration, listing)
        changes += [stock_change(reader, each, entry) for each in differing]
    return changes


def stock_change(reader: Reader, wanted: Wanted, entry: OutboxEntry | None) -> PlannedChange:
    """Return one variant's change, with the reason its push is owed."""
    item = reader.get(schema.ITEMS, wanted.link.item) if wanted.link.item else None
    variant = next(v for v in wanted.listing.variants if v.key == wanted.link.key)
    return PlannedChange(
        integration=wanted.listing.integration,
        kind="stock",
        target=wanted.listing.id,
        variant=wanted.link.id,
        title=variant_name(wanted.listing, variant),
        sku=item.sku if item else None,
        old=wanted.shows,
        new=wanted.wants,
        reason=entry.cause if entry else "the shop shows another number",
        held=entry is not None and entry.state == "held",
        item=wanted.link.item,
    )


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
    parts = (parcel.carrier, parcel.tracking) if parcel else ()
    return PlannedChange(
        integration=entry.integration,
        kind="shipment",
        target=entry.target,
        title=f"Order {order.number}" if order else entry.target,
        old=None,
        new=" ".join(part for part in parts if part) or "shipped",
        reason=entry.cause,
        shipment=entry.shipment,
    )
