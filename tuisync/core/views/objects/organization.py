"""The organization and its warehouses."""

from __future__ import annotations

from tuisync.core.models import FirstPush, MadeSkus, OrderSync
from tuisync.core.views.objects.base import View


class WarehouseView(View, frozen=True, kw_only=True):
    """A warehouse."""

    name: str
    primary: bool
    active: bool


class OrganizationView(View, frozen=True, kw_only=True):
    """The organization with its warehouses."""

    name: str
    base_currency: str
    timezone: str
    primary_warehouse: str
    warehouses: list[WarehouseView]
    order_sync: OrderSync
    first_push: FirstPush
    follow_days: int
    made_skus: MadeSkus
