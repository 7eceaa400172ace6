"""What the day's calls are spent on when they run short."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from tuisync.core.models import Budget, BudgetMark
from tuisync.core.sync.thrift import (
    DAY,
    Purpose,
    Supply,
    affords,
    comes_back_at,
    lasts,
    marked,
    supply,
)
from tuisync.testing import ManualClock

NOW = ManualClock()()
ORDERED: list[Purpose] = ["sale", "shipment", "orders", "stock", "items", "everything"]


def budget(left: int | None, limit: int | None = 300) -> Budget:
    return Budget(limit_per_day=limit, remaining_today=left)


def mark(hours: float, left: int) -> BudgetMark:
    return BudgetMark(at=NOW + timedelta(hours=hours), left=left)


def afforded(left: int | None) -> list[Purpose]:
    return [each for each in ORDERED if affords(each, supply(budget(left), NOW), NOW)]


def test_p12_what_matters_less_stops_first() -> None:
    seen = [afforded(left) for left in range(300, -1, -1)]

    assert seen[0] == ORDERED
    for before, after in pairwise(seen):
        assert after == before[: len(after)], "from the end of the list, one after the other"
    assert afforded(1) == ["sale"], "a sold item's number goes out with the last call"
    assert afforded(0) == []


def test_where_nobody_told_of_a_limit_everything_is_afforded() -> None:
    assert afforded(None) == ORDERED


def calls_left(known: Supply | None, now: datetime) -> int:
    assert known is not None
    return known.at(now)


def test_calls_come_back_as_the_window_moves_on() -> None:
    none_left = supply(budget(0), NOW)
    assert calls_left(none_left, NOW) == 0
    assert calls_left(none_left, NOW + DAY / 2) == 150
    assert calls_left(supply(budget(100), NOW), NOW + 2 * DAY) == 300
    assert calls_left(supply(budget(100), NOW), NOW - DAY) == 100, "a clock that was set back"
    assert calls_left(supply(budget(400), NOW), NOW + DAY / 2) == 400, "more left than the limit"


def test_p12_calls_come_back_when_those_that_were_used_are_a_day_old() -> None:
    known = supply(budget(120), NOW, [mark(-9, 300), mark(-8, 200), mark(-1, 120)])

    assert calls_left(known, NOW + timedelta(hours=15)) == 120
    assert calls_left(known, NOW + timedelta(hours=16)) == 220
    assert calls_left(known, NOW + timedelta(hours=17)) == 220
    assert calls_left(known, NOW + timedelta(hours=24)) == 300


def test_p12_a_busy_morning_leaves_enough_for_the_sales_of_the_evening() -> None:
    morning = [mark(-1, 300), mark(0, 150)]  # the used ones come back tomorrow
    yesterday = [mark(-23.5, 300), mark(-23, 150), mark(0, 150)]  # they come back within the hour
    for marks, wanted in ((morning, ["sale", "shipment"]), (yesterday, ORDERED)):
        known = supply(budget(150), NOW, marks)
        assert [each for each in ORDERED if affords(each, known, NOW)] == wanted


def test_p12_the_forecast_goes_by_the_pace_of_the_last_hours() -> None:
    assert lasts([mark(0, 200), mark(2, 150)]) == timedelta(hours=6)
    assert lasts([mark(-9, 999), mark(0, 200), mark(2, 150)]) == timedelta(hours=6)
    assert lasts([mark(0, 150), mark(2, 150)]) is None
    assert lasts([mark(0, 150)]) is None
    assert lasts([mark(0, 200), mark(0.4, 150)]) is None
    assert lasts([]) is None


def test_used_up_calls_come_back_a_day_after_the_first_was_used() -> None:
    marks = [mark(0, 300), mark(1, 300), mark(2, 120), mark(3, 0)]

    assert comes_back_at(marks) == NOW + timedelta(hours=2) + DAY
    assert comes_back_at([mark(3, 0)]) is None


@pytest.mark.parametrize("minutes", [1, 20, 90])
def test_marks_are_a_handful_and_a_day_old_at_most(minutes: int) -> None:
    marks: tuple[BudgetMark, ...] = ()
    clock = ManualClock()
    for step in range(3_000 // minutes):
        marks = marked(marks, budget(300 - step % 300), clock.advance(minutes=minutes))

    assert len(marks) <= 26
    assert clock() - marks[0].at < DAY
    assert marks[-1].at == clock()
    assert list(marks) == sorted(marks, key=lambda each: each.at)
