"""The organization and its warehouses, as users see them."""

from __future__ import annotations

from tuisync.core import lookup
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.views.objects import OrganizationView, WarehouseView


def organization_view(reader: Reader) -> OrganizationView:
    """Return the organization.

    Raises:
        NoOrganization: There is none yet.
    """
    organization = lookup.organization(reader)
    return OrganizationView(
        name=organization.name,
        base_currency=organization.base_currency,
        timezone=organization.timezone,
        primary_warehouse=lookup.primary_warehouse(reader).name,
        warehouses=warehouse_views(reader),
        order_sync=organization.order_sync,
        first_push=organization.first_push,
        follow_days=organization.follow_days,
        made_skus=organization.made_skus,
    )


def warehouse_views(reader: Reader) -> list[WarehouseView]:
    """Return all warehouses, the primary one first."""
    ordered = sorted(reader.all(schema.WAREHOUSES), key=lambda each: (not each.primary, each.name))
    return [WarehouseView(name=w.name, primary=w.primary, active=w.active) for w in ordered]


def warehouse_name(reader: Reader, id_: str | None) -> str | None:
    """Return a warehouse's name, or None for none."""
    found = reader.get(schema.WAREHOUSES, id_) if id_ else None
    return found.name if found else None
