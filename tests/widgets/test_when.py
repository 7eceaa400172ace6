from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tuisync.widgets.when import ago, day, span, stamp, until

NOW = datetime(2026, 3, 12, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=4), "4 min ago"),
        (timedelta(minutes=59, seconds=50), "1 h ago"),
        (timedelta(hours=21), "21 h ago"),
        (timedelta(hours=23, minutes=50), "1 d ago"),
        (timedelta(days=3), "3 d ago"),
        (timedelta(days=39), "1 Feb 2026"),
    ],
)
def test_the_past_in_words(passed: timedelta, words: str) -> None:
    assert ago(NOW - passed, NOW) == words


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(seconds=-1), "due"),
        (timedelta(seconds=30), "in 30 s"),
        (timedelta(minutes=90), "in 2 h"),
        (timedelta(hours=30), "in 1 d"),
    ],
)
def test_the_future_in_words(left: timedelta, words: str) -> None:
    assert until(NOW + left, NOW) == words


def test_what_never_was_is_said_so() -> None:
    assert ago(None, NOW) == "never"
    assert until(None, NOW) == "-"


@pytest.mark.parametrize(
    ("length", "words"),
    [(9, "9 s"), (125, "2 min"), (7_260, "2 h 1 min"), (7_200, "2 h"), (200_000, "2 d")],
)
def test_a_length_in_its_largest_units(length: int, words: str) -> None:
    assert span(timedelta(seconds=length)) == words


def test_dates_are_the_organizations() -> None:
    new_york = ZoneInfo("America/New_York")
    late = datetime(2026, 3, 13, 2, 30, tzinfo=UTC)

    assert stamp(late, new_york) == "2026-03-12 22:30"
    assert day(late, new_york) == "2026-03-12"
