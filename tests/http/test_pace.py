from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manual_time import ManualTime
from tuisync.core.errors import RateLimited
from tuisync.core.http.pace import EMPTY_PAUSE, WINDOW, Pace, Paces
from tuisync.core.models import Budget
from tuisync.core.remote import RateHeaders

RATE = RateHeaders(
    limit_per_second="x-limit-per-second",
    remaining_this_second="x-remaining-this-second",
    limit_per_day="x-limit-per-day",
    remaining_today="x-remaining-today",
    assumed_per_second=5,
)


def a_pace(time: ManualTime, rate: RateHeaders = RATE) -> Pace:
    return Pace(rate, monotonic=time.monotonic, sleep=time.sleep)


async def starts(pace: Pace, time: ManualTime, calls: int) -> list[float]:
    """Return the times at which so many calls in a row get their turns."""
    seen = []
    for _ in range(calls):
        await pace.turn()
        seen.append(time.now)
    return seen


async def test_the_assumed_limit_holds_until_the_shop_tells_its_own() -> None:
    time = ManualTime()

    assert await starts(a_pace(time), time, 11) == [0.0] * 5 + [WINDOW] * 5 + [2 * WINDOW]


async def test_the_limit_is_learned_from_an_answer() -> None:
    time = ManualTime()
    pace = a_pace(time)

    pace.learn({"x-limit-per-second": "2", "x-limit-per-day": "300", "x-remaining-today": "299"})

    assert await starts(pace, time, 5) == [0.0, 0.0, WINDOW, WINDOW, 2 * WINDOW]
    assert pace.budget.limit_per_second == 2
    assert pace.budget.limit_per_day == 300
    assert pace.budget.remaining_today == 299


async def test_p12_limits_told_to_an_earlier_process_hold_from_the_first_call() -> None:
    time = ManualTime()
    pace = a_pace(time)
    told = Budget(limit_per_second=2, limit_per_day=300, remaining_today=0)

    pace.recall(told)

    assert pace.budget == Budget(limit_per_second=2, limit_per_day=300)
    assert await starts(pace, time, 3) == [0.0, 0.0, WINDOW]
    pace.learn({"x-limit-per-second": "4"})
    pace.recall(told)
    assert pace.budget.limit_per_second == 4


@pytest.mark.parametrize("figure", ["0", "-3", "many", "", "1e9", "٣", "9" * 400])
async def test_a_nonsense_limit_is_not_believed(figure: str) -> None:
    time = ManualTime()
    pace = a_pace(time)

    pace.learn({"x-limit-per-second": figure})

    assert await starts(pace, time, 6) == [0.0] * 5 + [WINDOW]


async def test_less_than_one_call_a_second_is_spread_out() -> None:
    time = ManualTime()
    slow = RateHeaders(assumed_per_second=0.5)

    assert await starts(a_pace(time, slow), time, 3) == [0.0, 2.0, 4.0]


async def test_figures_an_answer_omits_stay_as_they_were() -> None:
    pace = a_pace(ManualTime())
    pace.learn({"x-limit-per-day": "300", "x-remaining-today": "7"})

    pace.learn({"x-limit-per-second": "10"})

    assert pace.budget.remaining_today == 7
    assert pace.budget.limit_per_day == 300


async def test_an_empty_day_refuses_further_calls_without_sending() -> None:
    time = ManualTime()
    pace = a_pace(time)
    pace.learn({"x-remaining-today": "0"})

    with pytest.raises(RateLimited) as refusal:
        await pace.turn()

    assert refusal.value.retry_after == EMPTY_PAUSE
    time.now += EMPTY_PAUSE
    await pace.turn()


async def test_a_second_used_up_by_another_process_is_waited_out() -> None:
    time = ManualTime()
    pace = a_pace(time)
    await pace.turn()

    pace.learn({"x-remaining-this-second": "0"})

    assert await starts(pace, time, 1) == [WINDOW]


async def test_a_second_used_up_by_us_needs_no_extra_wait() -> None:
    time = ManualTime()
    pace = a_pace(time)
    await starts(pace, time, 5)
    time.now = 0.9

    pace.learn({"x-remaining-this-second": "0"})

    assert await starts(pace, time, 1) == [WINDOW]


@given(
    gaps=st.lists(st.floats(0, 0.7), min_size=1, max_size=60),
    limit=st.integers(1, 12),
)
def test_no_rolling_second_sees_more_calls_than_allowed(gaps: list[float], limit: int) -> None:
    time = ManualTime()
    pace = a_pace(time, RateHeaders(assumed_per_second=limit))

    async def calls() -> list[float]:
        seen = []
        for gap in gaps:
            time.now += gap
            await pace.turn()
            seen.append(time.now)
        return seen

    times = asyncio.run(calls())
    for start in times:
        assert sum(start <= other < start + 1.0 - 1e-9 for other in times) <= limit


async def test_sessions_with_one_key_share_a_pace() -> None:
    time = ManualTime()
    paces = Paces(monotonic=time.monotonic, sleep=time.sleep)

    one = paces.of("etsy", {"keystring": "a", "shared_secret": "b"}, RATE)
    same = paces.of("etsy", {"shared_secret": "b", "keystring": "a"}, RATE)
    other = paces.of("etsy", {"keystring": "c", "shared_secret": "b"}, RATE)

    assert one is same
    assert one is not other
    assert paces.of("fake", {"keystring": "a", "shared_secret": "b"}, RATE) is not one
