"""What the details of a shop say and let one change, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from tuisync.core.models import INTERVALS, OrderSync
from tuisync.screens.dialogs.choose import Choice
from tuisync.screens.standing import shop_mark
from tuisync.widgets.columns import Cell, Column
from tuisync.widgets.keys import key, widest
from tuisync.widgets.marks import INTEGRATION, NO_STOCK_SYNC, SWITCH, Tone
from tuisync.widgets.when import ago, until

if TYPE_CHECKING:
    from tuisync.core.views.objects import (
        BudgetView,
        IntegrationView,
        OrganizationView,
        RulesView,
    )

ORDER_SYNC: dict[OrderSync, str] = {
    "confirmed": "Confirmed",
    "confirmed_and_fulfilled": "Confirmed and Fulfilled",
}
_HOUR, _A_DAY = 60, 1_440
"""In minutes."""

RULE_WORDS = {
    "last_unit": "last {} only here",
    "percent": "{} %",
    "buffer": "buffer {}",
    "fixed": "fixed {}",
    "max": "max {}",
    "hide_at": "hide at {}",
}
"""What each rule is called in the steps of a number, in the order they are applied."""


LAST_DAYS = timedelta(days=14)
"""Before the end of a sign-in, when it is told as a warning: by then it should be renewed."""


class Setting(NamedTuple):
    """One line of the details.

    Attributes:
        group: What it belongs to.
        name: What it is called.
        value: What it is now.
        verb: The verb that changes it, or empty.
        action: What that verb does here.
        note: What it means, or when it takes effect.
    """

    group: str
    name: str
    value: Cell
    verb: str = ""
    action: str = ""
    note: str = ""


def settings(shop: IntegrationView, organization: OrganizationView, now: datetime) -> list[Setting]:
    """Return all lines, in groups."""
    return [
        *_account(shop, now),
        *_modules(shop, organization),
        *_stock(shop, organization),
        *_schedule(shop, now),
        Setting("", "API budget", Cell(budget_words(shop.budget)), note=_told(shop, now)),
    ]


def _told(shop: IntegrationView, now: datetime) -> str:
    return f"told {ago(shop.budget_at, now)}" if shop.budget_at else ""


def _account(shop: IntegrationView, now: datetime) -> Iterator[Setting]:
    on = shop.status != "inactive"
    yield Setting("Account", "Shop", Cell(f"{shop.shop_name}, {shop.currency}, id {shop.shop_id}"))
    yield Setting(
        "",
        "Status",
        _status(shop, now),
        "shop.disable" if on else "shop.enable",
        "disable" if on else "enable",
        "disable" if on else "enable",
    )
    yield Setting(
        "",
        "Signed in as",
        Cell(shop.account_id, "warn" if _runs_out(shop.sign_in_ends_at, now) else "plain"),
        "shop.sign_in_again",
        "reconnect",
        _sign_in_words(shop.sign_in_ends_at, now),
    )


def _status(shop: IntegrationView, now: datetime) -> Cell:
    """Return how a shop stands, and why; its stock sync has a line of its own."""
    mark = shop_mark(shop, set())
    mark = INTEGRATION[shop.status] if mark == NO_STOCK_SYNC else mark
    why = shop.status_reason or _resting(shop, now)
    return Cell(f"{mark}: {why}" if why else str(mark), mark.tone)


def _runs_out(ends: datetime | None, now: datetime) -> bool:
    return ends is not None and ends - now <= LAST_DAYS


def _sign_in_words(ends: datetime | None, now: datetime) -> str:
    """Return what there is to say of a sign-in; in its last days, that it is running out."""
    if ends is None:
        return "sign in again"
    days = (ends - now).days
    if ends <= now:
        return "ended: sign in again"
    if not _runs_out(ends, now):
        return f"good for {days} days"
    return f"ends in {days} days" if days > 1 else "ends soon: sign in"


def _resting(shop: IntegrationView, now: datetime) -> str:
    if shop.missed and shop.next_sync_at:
        return f"its orders are tried again {until(shop.next_sync_at, now)}"
    return "stock pushes wait until the shop is back" if shop.on_vacation else ""


def _modules(shop: IntegrationView, organization: OrganizationView) -> Iterator[Setting]:
    always: Tone = "good" if shop.status == "active" else "muted"
    stock = SWITCH[shop.stock_sync]
    yield Setting("In sync", "Items", Cell("● on", always))
    yield Setting(
        "",
        "Orders",
        Cell(ORDER_SYNC[organization.order_sync]),
        "shop.choose_order_preference",
        "preference",
        "change, for all",
    )
    yield Setting(
        "",
        "Stock",
        Cell(str(stock), always if shop.stock_sync == "active" else stock.tone),
        "shop.switch_stock_sync",
        "stock_sync",
        "switch on or off",
    )
    told = shop.shipments == "active"
    yield Setting(
        "",
        "Shipments",
        Cell("● on", always) if told else Cell("! you tell them", "warn"),
        "shop.switch_shipments",
        "shipments",
        "tell them yourself" if told else shop.shipments_reason,
    )


def _stock(shop: IntegrationView, organization: OrganizationView) -> Iterator[Setting]:
    several = sum(each.active for each in organization.warehouses) > 1
    yield Setting(
        "Stock",
        "Warehouse",
        Cell(shop.warehouse or "all of them", "plain" if shop.warehouse else "muted"),
        "shop.map_warehouse",
        "warehouse",
        "map a warehouse" if several else "needs a second one",
    )
    yield Setting(
        "", "Rules", Cell(rule_words(shop.rules)), "shop.change_stock_rules", "rules", "change"
    )


def _schedule(shop: IntegrationView, now: datetime) -> Iterator[Setting]:
    yield Setting(
        "Schedule",
        "Every",
        Cell(minutes_words(shop.interval_minutes)),
        "shop.choose_interval",
        "interval",
        "change",
    )
    yield Setting(
        "",
        "Last sync",
        Cell(ago(shop.last_sync_at, now)),
        "shop.sync_manually",
        "sync",
        "sync now",
    )
    yield Setting("", "Next sync", Cell(until(shop.next_sync_at, now)))


def minutes_words(minutes: int) -> str:
    """Return an interval in words: `1 h 30 min`."""
    hours, rest = divmod(minutes, 60)
    return " ".join(part for part in (hours and f"{hours} h", rest and f"{rest} min") if part)


def interval_choices() -> list[Choice]:
    """Return the eight intervals one can choose (S27)."""
    return [Choice(str(each), minutes_words(each)) for each in INTERVALS]


def rule_words(rules: RulesView) -> str:
    """Return the rules in force, in words, in the order they are applied."""
    said = [
        words.format(value)
        for name, words in RULE_WORDS.items()
        if (value := getattr(rules, name)) is not None
    ]
    return ", ".join(said) or "none, shows what is available"


def budget_words(budget: BudgetView) -> str:
    """Return what the shop still allows, and how long that lasts."""
    if budget.limit_per_day is None and budget.limit_per_second is None:
        return "not known before the first call"
    left = "?" if budget.remaining_today is None else f"{budget.remaining_today:,}"
    day = "" if budget.limit_per_day is None else f" of {budget.limit_per_day:,} a day"
    second = "" if budget.limit_per_second is None else f", {budget.limit_per_second} a second"
    lasts = lasting_words(budget)
    return f"{left} calls left{day}{second}{f', {lasts}' if lasts else ''}"


def lasting_words(budget: BudgetView) -> str:
    """Return how long the calls last, if they run out within the day."""
    minutes = budget.lasts_minutes
    if minutes is None or minutes >= _A_DAY:
        return ""
    return (
        f"at this pace you have {f'{minutes // _HOUR} h' if minutes >= _HOUR else f'{minutes} min'}"
    )


def setting_columns(lines: Iterable[Setting]) -> tuple[Column[Setting], ...]:
    """Return the columns, with room for the longest key of these lines."""
    keys = widest(line.verb for line in lines)
    return (
        Column("group", "", lambda s: Cell(s.group, "accent"), width=8, rank=2),
        Column("name", "", lambda s: Cell(s.name, "muted"), width=12),
        Column("value", "", lambda s: s.value, width=20, flex=3, widest=60, snug=True, folds=True),
        Column("key", "", lambda s: Cell(key(s.verb) if s.verb else "", "accent"), width=keys),
        Column(
            "note",
            "",
            lambda s: Cell(s.note, "muted"),
            width=14,
            flex=2,
            widest=50,
            rank=1,
            snug=True,
            folds=True,
        ),
    )
