"""One connected shop, and how it is kept in step."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from tuisync.core.models.base import Document

IntegrationStatus = Literal["active", "inactive", "needs_reauth"]
Switch = Literal["active", "inactive"]
Drift = Literal["correct", "ask"]

INTERVALS = (30, 60, 90, 120, 150, 180, 210, 240)
"""Minutes between two cycles that may be chosen (S27)."""


class Rules(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What stands between available stock and the number a shop shows.

    Attributes:
        buffer: Units kept back.
        max: Highest number shown.
        fixed: The number shown whenever anything is available.
        percent: Share of the available units shown, 1 to 100.
        hide_at: Show 0 at or below this many.
        last_unit: At or below this many, only the chosen shop shows stock.
    """

    buffer: int | None = None
    max: int | None = None
    fixed: int | None = None
    percent: int | None = None
    hide_at: int | None = None
    last_unit: int | None = None


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """What the shop allows and what is left, as its answers said; unknown is None."""

    limit_per_second: int | None = None
    limit_per_day: int | None = None
    remaining_today: int | None = None


class BudgetMark(msgspec.Struct, frozen=True, kw_only=True):
    """How many of the day's calls were left at a time."""

    at: datetime
    left: int


class Integration(Document, frozen=True, kw_only=True):
    """One connected shop on one marketplace. Its id is `<marketplace>:<shop id>`.

    Attributes:
        name: What the user calls it: the marketplace's id, with `-2` ... for further shops.
        marketplace: The plug-in's entry-point name.
        options: The plug-in's options that are not secrets.
        warehouse: The id of the warehouse it sells from, or None for all of them.
        interval_minutes: One of `INTERVALS`.
        last_sync_at: When a cycle last ended well.
        interval_since: When the interval was chosen, if that was after the last cycle began.
        cycle_started_at: When the last cycle (items and orders) was begun.
        withheld: Capabilities the shop keeps from this key (`shipping_write`), or the user
            switched off, each with the reason in words; the user does these things there.
        sign_in_ends_at: When the sign-in ends unless it is renewed; None when never, or unknown.
        renewal_tried_at: When an idle integration's sign-in was last tried to be renewed.
        budget_at: When the shop's answers told the budget.
        budget_marks: How the day's calls ran down in the last 24 hours, oldest first.
        quiet_until: The shop takes no call before; it said so, or the day's calls are used up.
        on_vacation: The shop was closed for a while when last read: stock pushes wait.
        stopped: By module, the run the user stopped amid its walk; the next one goes on there.
        missed: Times in a row that its orders could not be read, the shop not being reached.
    """

    name: str
    marketplace: str
    account_id: str
    shop_id: str
    shop_name: str
    currency: str
    connected_at: datetime
    status: IntegrationStatus = "active"
    status_reason: str = ""
    status_since: datetime | None = None
    options: dict[str, str] = {}
    interval_minutes: int = 240
    interval_since: datetime | None = None
    stock_sync: Switch = "active"
    warehouse: str | None = None
    rules: Rules = Rules()
    drift: Drift = "correct"
    renew_sold_out: bool = False
    last_sync_at: datetime | None = None
    cycle_started_at: datetime | None = None
    budget: Budget = Budget()
    budget_at: datetime | None = None
    budget_marks: tuple[BudgetMark, ...] = ()
    quiet_until: datetime | None = None
    withheld: dict[str, str] = {}
    sign_in_ends_at: datetime | None = None
    renewal_tried_at: datetime | None = None
    on_vacation: bool = False
    stopped: dict[str, str] = {}
    missed: int = 0
