"""What the day's calls are spent on when they run short. Pure.

A shop counts the calls of the last 24 hours. What matters most is always paid for; the less it
matters, the more must be left for it: so walks over everything shrink first, and a sold item's
number still goes out with the last calls of the day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal, NamedTuple

from tuisync.core.models import Budget, BudgetMark, Integration, OutboxEntry

Purpose = Literal["sale", "shipment", "orders", "stock", "items", "everything"]

DAY = timedelta(days=1)
"""The window in which shops count calls."""

_KEPT: dict[Purpose, float] = {
    "sale": 0.0,
    "shipment": 0.10,
    "orders": 0.25,
    "stock": 0.30,
    "items": 0.50,
    "everything": 0.60,
}
"""Share of the day's calls that must be left; `everything` is a walk over all listings."""

_MARK_EVERY = timedelta(hours=1)
_PACE_OVER = timedelta(hours=6)
_PACE_FROM = timedelta(minutes=30)
"""A pace seen for a shorter time tells nothing: a first sync is a burst."""
_LOOK_AGAIN = timedelta(minutes=30)


def calls_left(budget: Budget, told_at: datetime | None, now: datetime) -> int | None:
    """Return how many calls are left now, as far as can be known; None where nobody told.

    Those used before come back as the window moves on: evenly, for want of better knowledge,
    so that a shop that was left alone because little was left is asked again some time.
    """
    left, limit = budget.remaining_today, budget.limit_per_day
    if left is None or limit is None or told_at is None:
        return None
    passed = min(max((now - told_at) / DAY, 0.0), 1.0)
    return left + int(max(0, limit - left) * passed)


def affords(purpose: Purpose, budget: Budget, told_at: datetime | None, now: datetime) -> bool:
    """Return whether enough of the day's calls is left for a purpose."""
    left = calls_left(budget, told_at, now)
    if left is None or budget.limit_per_day is None:
        return True
    return left > budget.limit_per_day * _KEPT[purpose]


class NotNow(NamedTuple):
    """A shop is not called now.

    Attributes:
        reason: Why, in words.
        until: When to look again.
    """

    reason: str
    until: datetime


def not_now(purpose: Purpose, integration: Integration, now: datetime) -> NotNow | None:
    """Return why a shop is not called for a purpose now, or None when it may be."""
    until = integration.quiet_until
    if until is not None and now < until <= now + DAY + _MARK_EVERY:
        return NotNow(f"The shop takes no call before {until:%H:%M} UTC.", until)
    budget = integration.budget
    if affords(purpose, budget, integration.budget_at, now):
        return None
    left, limit = calls_left(budget, integration.budget_at, now), budget.limit_per_day
    reason = f"Kept back: about {left:,} of the day's {limit:,} calls are left for urgent things."
    return NotNow(reason, now + _LOOK_AGAIN)


def purpose_of(entry: OutboxEntry) -> Purpose:
    """Return what sending an entry is: what the user saw and applied goes like a sale."""
    if entry.kind == "shipment":
        return "shipment"
    return "sale" if entry.sale or entry.agreed else "stock"


def marked(marks: Sequence[BudgetMark], budget: Budget, now: datetime) -> tuple[BudgetMark, ...]:
    """Return the marks of the last day with the newest figure: about one an hour, oldest first."""
    if budget.remaining_today is None:
        return tuple(marks)
    kept = [each for each in marks if timedelta() <= now - each.at < DAY]
    newest = BudgetMark(at=now, left=budget.remaining_today)
    if len(kept) > 1 and kept[-1].at - kept[-2].at < _MARK_EVERY:
        kept.pop()
    return (*kept, newest)


def lasts(marks: Sequence[BudgetMark]) -> timedelta | None:
    """Return how long the calls last at the pace of the last hours; None if they do not run out."""
    if not marks:
        return None
    newest = marks[-1]
    recent = [each for each in marks if newest.at - each.at <= _PACE_OVER]
    passed, used = newest.at - recent[0].at, recent[0].left - newest.left
    if passed < _PACE_FROM or used <= 0:
        return None
    return newest.left * passed / used


def comes_back_at(marks: Sequence[BudgetMark]) -> datetime | None:
    """Return when the first of the used calls leaves the window; None where that is not known."""
    for before, after in pairwise(marks):
        if after.left < before.left:
            return after.at + DAY
    return None
