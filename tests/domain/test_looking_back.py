"""When the orders of the last weeks are listed again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tuisync.core.models import Budget, Cursor
from tuisync.core.sync.look_back import look_back_due

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)


def due(
    hours: float | None, *, days: int = 60, left: int | None = None, limit: int | None = None
) -> bool:
    """Tell whether it is due so many hours after the last time."""
    at = None if hours is None else NOW - timedelta(hours=hours)
    cursor = Cursor(id="etsy:1/orders", looked_back_at=at)
    return look_back_due(cursor, days, Budget(limit_per_day=limit, remaining_today=left), NOW)


@pytest.mark.parametrize(("hours", "expected"), [(0, False), (23.9, False), (24, True), (99, True)])
def test_p04_once_a_day(hours: float, *, expected: bool) -> None:
    assert due(hours) is expected


def test_p04_not_before_the_first_whole_pull_nor_when_it_is_switched_off() -> None:
    assert not look_back_due(None, 60, Budget(), NOW)
    assert not due(None)
    assert not due(48, days=0)


def test_p04_a_clock_that_was_set_back_does_not_silence_it() -> None:
    assert due(-48)


@pytest.mark.parametrize(("left", "expected"), [(100, False), (3_999, False), (4_000, True)])
def test_p12_what_is_new_comes_first_when_calls_run_short(left: int, *, expected: bool) -> None:
    assert due(48, left=left, limit=10_000) is expected
