"""When to try again, when a cycle is due, and when a number may be raised."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuisync.core.models import (
    INTERVALS,
    Integration,
    IntegrationStatus,
    Link,
    OutboxEntry,
    OutboxState,
    Shortfall,
)
from tuisync.core.stock.beliefs import PATIENCE, explained, fallen, judge
from tuisync.core.sync.backoff import wait_before
from tuisync.core.sync.entries import is_due as entry_is_due
from tuisync.core.sync.schedule import is_due, next_cycle_at

NOW = datetime(2024, 3, 1, 9, 0, tzinfo=UTC)
MISSING = Shortfall(units=3, after=NOW - timedelta(hours=1), at=NOW)
LINK = Link(id="v", integration="fake:100", listing="fake:100:1", key="", shortfall=MISSING)


def an_integration(
    started: datetime | None, *, interval: int = 240, status: IntegrationStatus = "active"
) -> Integration:
    return Integration(
        id="fake:100",
        name="fake",
        marketplace="fake",
        account_id="a",
        shop_id="100",
        shop_name="Shop",
        currency="USD",
        connected_at=NOW,
        status=status,
        interval_minutes=interval,
        cycle_started_at=started,
    )


def test_waits_double_up_to_an_hour() -> None:
    waits = [wait_before(attempt).total_seconds() for attempt in range(1, 10)]
    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]


@given(st.integers(-(10**6), 10**6))
def test_waits_stay_between_half_a_minute_and_an_hour(attempt: int) -> None:
    assert timedelta(seconds=30) <= wait_before(attempt) <= timedelta(hours=1)


@given(st.integers(1, 20), st.text(min_size=1))
def test_what_failed_together_does_not_come_back_together(attempt: int, name: str) -> None:
    longest, waits = wait_before(attempt), {wait_before(attempt, f"{name}{n}") for n in range(20)}
    assert len(waits) > 10
    assert all(longest * 0.75 <= each <= longest for each in waits)
    assert wait_before(attempt, name) == wait_before(attempt, name)


@pytest.mark.parametrize("interval", INTERVALS)
def test_s15_a_cycle_is_due_exactly_one_interval_after_the_last_began(interval: int) -> None:
    integration = an_integration(NOW, interval=interval)
    due = NOW + timedelta(minutes=interval)
    assert next_cycle_at(integration) == due
    assert not is_due(integration, due - timedelta(microseconds=1))
    assert is_due(integration, due)


def test_s15_one_that_never_had_a_cycle_is_due_at_once() -> None:
    assert is_due(an_integration(None), NOW)


def test_s39_one_that_is_not_active_is_never_due() -> None:
    states: tuple[IntegrationStatus, ...] = ("inactive", "needs_reauth")
    for status in states:
        off = an_integration(None, status=status)
        assert next_cycle_at(off) is None
        assert not is_due(off, NOW + timedelta(days=365))


def test_p14_a_clock_set_back_does_not_silence_an_integration() -> None:
    assert is_due(an_integration(NOW), NOW - timedelta(hours=2))
    assert not is_due(an_integration(NOW), NOW - timedelta(seconds=30))


@pytest.mark.parametrize(
    "zone", ["America/New_York", "Europe/Vienna", "Australia/Lord_Howe", "America/Sao_Paulo"]
)
@pytest.mark.parametrize(
    "day", [datetime(2024, 3, 10, tzinfo=UTC), datetime(2024, 10, 27, tzinfo=UTC)]
)
def test_p14_the_clocks_of_people_do_not_matter(zone: str, day: datetime) -> None:
    started = day.replace(hour=1, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    integration = an_integration(started, interval=120)
    minutes = [n for n in range(300) if is_due(integration, started + timedelta(minutes=n))]
    assert minutes[0] == 120


@pytest.mark.parametrize(
    ("after", "due"),
    [(0, 30), (10, 40), (29, 59), (30, 30), (100, 30), (300, 30)],
    ids=["at once", "soon after", "just before", "overdue by it", "long overdue", "by both"],
)
def test_s27_240_to_30_makes_the_next_cycle_now_and_30_minutes_or_at_once_if_overdue(
    after: int, due: int
) -> None:
    chosen = NOW + timedelta(minutes=after)
    integration = an_integration(NOW, interval=30).but(interval_since=chosen)

    assert next_cycle_at(integration) == NOW + timedelta(minutes=due)
    overdue = due <= after
    assert is_due(integration, chosen) is overdue
    begun = integration.but(cycle_started_at=chosen)
    assert not is_due(begun, chosen), "one run, not a burst"
    assert next_cycle_at(begun) == chosen + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("missed", "interval", "minutes"),
    [
        *((0, 240, 240), (1, 240, 5), (2, 240, 10), (5, 240, 80), (7, 240, 240), (900, 240, 240)),
        *((1, 30, 5), (4, 30, 30)),
    ],
)
def test_s15_a_shop_that_was_not_reached_is_tried_again_sooner_and_never_later(
    missed: int, interval: int, minutes: int
) -> None:
    integration = an_integration(NOW, interval=interval).but(missed=missed)
    assert next_cycle_at(integration) == NOW + timedelta(minutes=minutes)


def test_s27_an_interval_chosen_before_the_last_cycle_does_not_count_any_more() -> None:
    integration = an_integration(NOW, interval=30).but(interval_since=NOW - timedelta(hours=3))
    assert next_cycle_at(integration) == NOW + timedelta(minutes=30)


@given(
    interval=st.sampled_from(INTERVALS),
    jumps=st.lists(st.integers(-50_000, 50_000), max_size=30),
)
def test_p14_whatever_the_clock_does_a_cycle_comes_within_an_interval_and_never_twice_at_once(
    interval: int, jumps: list[int]
) -> None:
    now = NOW
    integration = an_integration(NOW, interval=interval)
    for jump in [*jumps, 0]:
        now += timedelta(minutes=jump)
        waited = 0
        while not is_due(integration, now) and waited <= interval:
            now += timedelta(minutes=1)
            waited += 1
        assert is_due(integration, now), "never silent for more than an interval"
        integration = integration.but(cycle_started_at=now)
        assert not is_due(integration, now)


@given(interval=st.sampled_from(INTERVALS), late=st.integers(0, 100_000))
def test_s15_an_overdue_cycle_is_due_once_however_late(interval: int, late: int) -> None:
    now = NOW + timedelta(minutes=interval + late)
    integration = an_integration(NOW, interval=interval)
    assert is_due(integration, now)
    assert not is_due(integration.but(cycle_started_at=now), now)


def test_a_number_nobody_lowered_may_be_raised() -> None:
    assert judge(LINK.but(shortfall=None), None).raise_now


def test_two_readings_ten_minutes_apart_before_an_unexplained_number_is_raised() -> None:
    assert not judge(LINK, None).raise_now
    assert not judge(LINK, NOW - timedelta(seconds=1)).raise_now

    first = judge(LINK, NOW + timedelta(minutes=1))
    assert not first.raise_now
    assert first.link.shortfall is not None
    assert first.link.shortfall.unexplained_since == NOW + timedelta(minutes=1)

    soon = NOW + timedelta(minutes=1) + PATIENCE - timedelta(seconds=1)
    assert not judge(first.link, soon).raise_now
    assert judge(first.link, soon + timedelta(seconds=1)).raise_now


def test_orders_of_that_time_explain_what_is_missing() -> None:
    between = NOW - timedelta(minutes=5)
    part = explained(MISSING, 2, between)
    assert part is not None
    assert part.units == 1
    assert explained(part, 1, NOW) is None
    assert explained(MISSING, 99, between) is None


def test_orders_of_another_time_explain_nothing() -> None:
    assert explained(MISSING, 3, MISSING.after) == MISSING
    assert explained(MISSING, 3, NOW + timedelta(seconds=1)) == MISSING
    assert explained(None, 3, NOW) is None


def test_what_falls_again_is_missing_together_and_waited_for_anew() -> None:
    judged = judge(LINK, NOW + timedelta(minutes=1)).link.shortfall
    later = NOW + timedelta(minutes=2)
    more = fallen(judged, 2, after=NOW, at=later)
    assert more == Shortfall(units=5, after=MISSING.after, at=later)


@given(st.lists(st.integers(0, 30), max_size=20))
def test_readings_less_than_ten_minutes_after_the_first_never_raise(minutes: list[int]) -> None:
    link, first = LINK, None
    for minute in sorted(minutes):
        at = NOW + timedelta(minutes=minute)
        first = first or at
        judgement = judge(link, at)
        assert judgement.raise_now == (at - first >= PATIENCE)
        link = judgement.link


@pytest.mark.parametrize(
    ("state", "due"),
    [
        ("queued", True),
        ("retry_wait", True),
        ("unknown", True),
        ("held", False),
        ("in_flight", False),
        ("paused", False),
        ("rejected", False),
        ("dead", False),
        ("applied", False),
        ("superseded", False),
    ],
)
def test_only_these_states_are_sent_and_only_when_their_time_has_come(
    state: OutboxState, due: bool
) -> None:
    entry = OutboxEntry(
        id="stock:l",
        integration="i",
        kind="stock",
        target="l",
        state=state,
        created_at=NOW,
        updated_at=NOW,
    )
    assert entry_is_due(entry, NOW) is due
    assert not entry_is_due(entry.but(next_attempt_at=NOW + timedelta(seconds=1)), NOW)
    put_off = entry.but(next_attempt_at=NOW + timedelta(hours=1))
    assert entry_is_due(put_off, NOW - timedelta(hours=5)) is due, "the clock was set back"
    lowered = entry.but(lowering=True)
    assert entry_is_due(lowered, NOW) is (due or state == "held")
    assert not entry_is_due(lowered.but(next_attempt_at=NOW + timedelta(seconds=1)), NOW)
