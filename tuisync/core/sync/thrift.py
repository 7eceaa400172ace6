"""What the day's calls are spent on when they run short. Pure.

A shop counts the calls of the last 24 hours. What matters most is always paid for; the less a
thing matters, the more must be left after it: so walks over everything shrink first, and a sold
item's number still goes out with the last calls of the day.
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


class _Reserve(NamedTuple):
    """What must be left for all that matters more, as shares of the day's calls.

    Attributes:
        at_once: Now, for what comes in a rush.
        a_day: Spread over the time until used calls have come back.
    """

    at_once: float
    a_day: float


_KEPT: dict[Purpose, _Reserve] = {
    "sale": _Reserve(0.0, 0.0),
    "shipment": _Reserve(0.05, 0.10),
    "orders": _Reserve(0.15, 0.40),
    "stock": _Reserve(0.20, 0.45),
    "items": _Reserve(0.25, 0.60),
    "everything": _Reserve(0.30, 0.65),
}
"""Per purpose; `everything` is a walk over all listings."""

_A_MOMENT = timedelta(microseconds=1)
_MARK_EVERY = timedelta(hours=1)
_PACE_OVER = timedelta(hours=6)
_PACE_FROM = timedelta(minutes=30)
"""A pace seen for a shorter time tells nothing: a first sync is a burst."""
_LOOK_AGAIN = timedelta(minutes=30)


class Supply(NamedTuple):
    """The calls of a day: how many are left, and when used ones can be made again.

    Attributes:
        limit: Calls a day.
        left: How many were left when the shop told.
        told_at: When that was.
        back: How many come back at which times, as far as the marks tell.
    """

    limit: int
    left: int
    told_at: datetime
    back: tuple[tuple[datetime, int], ...]

    def at(self, time: datetime) -> int:
        """Return how many can be made at that time, if none is made meanwhile.

        What was used at unknown times comes back evenly, so that a shop that was left alone
        because little was left is asked again some time.
        """
        known = sum(count for at, count in self.back if at <= time)
        unknown = max(0, self.limit - self.left - sum(count for _, count in self.back))
        passed = min(max((time - self.told_at) / DAY, 0.0), 1.0)
        return self.left + known + int(unknown * passed)


def supply(
    budget: Budget, told_at: datetime | None, marks: Sequence[BudgetMark] = ()
) -> Supply | None:
    """Return what is known of the day's calls; None where nobody told."""
    left, limit = budget.remaining_today, budget.limit_per_day
    if left is None or limit is None or told_at is None:
        return None
    used = [(after.at + DAY, before.left - after.left) for before, after in pairwise(marks)]
    return Supply(limit, left, told_at, tuple(each for each in used if each[1] > 0))


def affords(purpose: Purpose, known: Supply | None, now: datetime) -> bool:
    """Return whether enough is left for a purpose.

    What matters more has to last at its rate until used calls come back, at each of the times
    before which some do: else a busy morning leaves nothing for the sales of the evening.
    """
    if known is None:
        return True
    reserve = _KEPT[purpose]
    returns = (at for at, _ in known.back if now < at < now + DAY)
    return all(
        known.at(time) > known.limit * (reserve.at_once + reserve.a_day * ((time - now) / DAY))
        for time in (now, *(each - _A_MOMENT for each in (*returns, now + DAY)))
    )


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
    known = supply(integration.budget, integration.budget_at, integration.budget_marks)
    if known is None or affords(purpose, known, now):
        return None
    reason = (
        f"Kept back: about {known.at(now):,} of the day's {known.limit:,} calls are left for "
        "urgent things."
    )
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
