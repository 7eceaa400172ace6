"""Integrations, as users see them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tuisync.core import lookup
from tuisync.core.models import REFUSED, Integration, LinkState
from tuisync.core.orders.telling import SHIPPING
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.sync.schedule import next_cycle_at
from tuisync.core.sync.thrift import lasts
from tuisync.core.views.objects import (
    BudgetView,
    IntegrationCounts,
    IntegrationView,
    RulesView,
)
from tuisync.core.views.organization import warehouse_name


def integration_views(reader: Reader) -> list[IntegrationView]:
    """Return all integrations, by name."""
    ordered = sorted(reader.all(schema.INTEGRATIONS), key=lambda each: each.name)
    return [_view(reader, each) for each in ordered]


def integration_view(reader: Reader, name: str) -> IntegrationView:
    """Return the integration with that name or id.

    Raises:
        UnknownIntegration: There is none.
    """
    return _view(reader, lookup.integration(reader, name))


def integration_name(reader: Reader, id_: str) -> str:
    """Return an integration's name; its id when it is not connected any more."""
    found = reader.get(schema.INTEGRATIONS, id_)
    return found.name if found else id_


def _view(reader: Reader, integration: Integration) -> IntegrationView:
    return IntegrationView(
        id=integration.id,
        name=integration.name,
        marketplace=integration.marketplace,
        status=integration.status,
        status_reason=integration.status_reason,
        account_id=integration.account_id,
        shop_id=integration.shop_id,
        shop_name=integration.shop_name,
        currency=integration.currency,
        interval_minutes=integration.interval_minutes,
        stock_sync=integration.stock_sync,
        warehouse=warehouse_name(reader, integration.warehouse),
        rules=RulesView(**msgspec.structs.asdict(integration.rules)),
        drift=integration.drift,
        renew_sold_out=integration.renew_sold_out,
        connected_at=integration.connected_at,
        last_sync_at=integration.last_sync_at,
        next_sync_at=next_cycle_at(integration),
        counts=_counts(reader, integration),
        budget=_budget(integration),
        budget_at=integration.budget_at,
        sign_in_ends_at=integration.sign_in_ends_at,
        shipments="manual" if SHIPPING in integration.withheld else "active",
        shipments_reason=integration.withheld.get(SHIPPING, ""),
        on_vacation=integration.on_vacation,
        missed=integration.missed,
    )


def _budget(integration: Integration) -> BudgetView:
    told = integration.budget
    known = told.limit_per_day is not None and told.remaining_today is not None
    left = lasts(integration.budget_marks)
    return BudgetView(
        limit_per_second=told.limit_per_second,
        limit_per_day=told.limit_per_day,
        remaining_today=told.remaining_today,
        used_today=(told.limit_per_day or 0) - (told.remaining_today or 0) if known else None,
        lasts_minutes=None if left is None else int(left.total_seconds() // 60),
        quiet_until=integration.quiet_until,
    )


def _counts(reader: Reader, integration: Integration) -> IntegrationCounts:
    def links(state: LinkState) -> int:
        return reader.count(schema.LINKS, "standing", f"{integration.id}/{state}")

    refused = [
        id_
        for state in sorted(REFUSED)
        for id_ in reader.ids(schema.OUTBOX, "standing", f"{integration.id}/{state}")
    ]
    return IntegrationCounts(
        linked=links("linked"),
        unconfirmed=links("unconfirmed"),
        conflict=links("conflict"),
        ignored=links("ignored"),
        broken=links("broken"),
        frozen_orders=reader.count(schema.ORDERS, "asks", f"{integration.id}/frozen"),
        owed_pushes=reader.count(schema.OUTBOX, "live", integration.id),
        owed_shipments=_shipments(reader.ids(schema.OUTBOX, "live", integration.id)),
        held_pushes=reader.count(schema.OUTBOX, "standing", f"{integration.id}/held"),
        refused_pushes=len(refused),
        refused_shipments=_shipments(refused),
    )


def _shipments(entries: Sequence[str]) -> int:
    """Return how many of these ids of outbox entries are of shipments."""
    return sum(id_.startswith("shipment:") for id_ in entries)
