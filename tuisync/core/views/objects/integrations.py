"""Connected shops, as the user sees them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from tuisync.core.models import Drift, IntegrationStatus, Switch
from tuisync.core.views.objects.base import View


class RulesView(View, frozen=True, kw_only=True):
    """An integration's stock rules; null is not set."""

    buffer: int | None = None
    max: int | None = None
    fixed: int | None = None
    percent: int | None = None
    hide_at: int | None = None
    last_unit: int | None = None


class IntegrationCounts(View, frozen=True, kw_only=True):
    """What needs attention at an integration.

    Attributes:
        owed_pushes: Listings and shipments whose push is owed, those that are held among them.
        owed_shipments: Those of them that are shipments.
        held_pushes: Those of them that wait for the plan.
        refused_pushes: Listings and shipments whose push the shop refused, or was given up.
        refused_shipments: Those of them that are shipments.
    """

    linked: int = 0
    unconfirmed: int = 0
    conflict: int = 0
    ignored: int = 0
    broken: int = 0
    frozen_orders: int = 0
    owed_pushes: int = 0
    owed_shipments: int = 0
    held_pushes: int = 0
    refused_pushes: int = 0
    refused_shipments: int = 0


class BudgetView(View, frozen=True, kw_only=True):
    """What the shop allows and what is left.

    Attributes:
        used_today: Calls of the last 24 hours, whoever made them with the same key.
        lasts_minutes: How long the rest lasts at the pace of the last hours; null when it does
            not run out, or nobody can tell yet.
        quiet_until: The shop takes no call before.
    """

    limit_per_second: int | None
    limit_per_day: int | None
    remaining_today: int | None
    used_today: int | None = None
    lasts_minutes: int | None = None
    quiet_until: datetime | None = None


class IntegrationView(View, frozen=True, kw_only=True):
    """One connected shop.

    Attributes:
        sign_in_ends_at: When the sign-in ends unless it is renewed, which happens by itself.
        shipments: `manual` while the shop is not told of shipments; `shipments_reason` says why.
        budget_at: When the shop told its budget.
        missed: Times in a row that the shop was not reached for its orders.
    """

    id: str
    name: str
    marketplace: str
    status: IntegrationStatus
    status_reason: str
    account_id: str
    shop_id: str
    shop_name: str
    currency: str
    interval_minutes: int
    stock_sync: Switch
    warehouse: str | None
    rules: RulesView
    drift: Drift
    renew_sold_out: bool
    connected_at: datetime
    last_sync_at: datetime | None
    next_sync_at: datetime | None
    counts: IntegrationCounts
    budget: BudgetView
    budget_at: datetime | None = None
    sign_in_ends_at: datetime | None = None
    shipments: Literal["active", "manual"] = "active"
    shipments_reason: str = ""
    on_vacation: bool = False
    missed: int = 0
