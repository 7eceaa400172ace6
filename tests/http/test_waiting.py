from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuisync.core.http.waiting import DAY, LONGEST_PAUSE, UNSAID, pause, retry_after


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "12"}, 12.0),
        ({"retry-after": " 0 "}, 0.0),
        ({"retry-after": "86401"}, DAY),
        ({"retry-after": "9" * 500}, DAY),
        ({}, UNSAID),
        ({"retry-after": "soon"}, UNSAID),
        ({"retry-after": "-5"}, UNSAID),
        ({"retry-after": "٣"}, UNSAID),
        (
            {
                "retry-after": "Fri, 01 Mar 2024 09:00:30 GMT",
                "date": "Fri, 01 Mar 2024 09:00:00 GMT",
            },
            30.0,
        ),
        (
            {
                "retry-after": "Fri, 01 Mar 2024 08:00:00 GMT",
                "date": "Fri, 01 Mar 2024 09:00:00 GMT",
            },
            0.0,
        ),
        ({"retry-after": "Fri, 01 Mar 2024 09:00:30 GMT"}, UNSAID),
        ({"retry-after": "Fri, 01 Mar 2024 09:00:30 GMT", "date": "Fri, 01 Mar 2024"}, UNSAID),
    ],
)
def test_the_wait_a_429_asks_for(headers: dict[str, str], seconds: float) -> None:
    assert retry_after(headers) == seconds


def test_pauses_double_up_to_the_longest() -> None:
    assert [pause(attempt, 1.0) for attempt in range(1, 7)] == [0.5, 1.0, 2.0, 4.0, 4.0, 4.0]


@given(st.integers(1, 50), st.floats(0, 1))
def test_chance_spreads_a_pause_over_its_upper_half(attempt: int, chance: float) -> None:
    longest = pause(attempt, 1.0)

    assert longest / 2 <= pause(attempt, chance) <= longest <= LONGEST_PAUSE
