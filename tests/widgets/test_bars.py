from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tuisync.widgets.bars import bars, course

NOW = datetime(2026, 3, 12, tzinfo=UTC)


def test_the_largest_is_a_full_bar_and_nothing_the_lowest() -> None:
    assert bars([0, 1, 2, 4]) == "▁▃▅█"
    assert bars([0, 0]) == "▁▁"
    assert bars([]) == ""
    assert bars([-3, 3]) == "▁█"


def test_a_course_is_what_was_there_at_the_end_of_each_span() -> None:
    steps = [(NOW - timedelta(days=9), 5), (NOW - timedelta(days=2), -2), (NOW, 4)]

    assert course(steps, NOW, timedelta(days=4), 4) == [5, 3, 3, 7]
    assert course([], NOW, timedelta(days=4), 3) == [0, 0, 0]
