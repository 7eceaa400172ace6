"""From available units to the number a shop shows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tuisync.core.models import Rules
from tuisync.core.stock.rules import apply_rules

some = st.none() | st.integers(0, 50)
rules = st.builds(
    Rules,
    buffer=some,
    max=some,
    fixed=some,
    percent=st.none() | st.integers(1, 100),
    hide_at=some,
)


NO_RULES = Rules()


def shown(available: int, given_rules: Rules = NO_RULES, cap: int | None = None) -> int:
    return apply_rules(available, given_rules, cap)[-1].value


def test_p03_half_then_buffer_then_maximum() -> None:
    steps = apply_rules(10, Rules(percent=50, buffer=1, max=3), None)

    assert [tuple(each) for each in steps] == [
        ("available", 10),
        ("50 %", 5),
        ("buffer 1", 4),
        ("max 3", 3),
    ]


def test_p03_a_buffer_of_one_hides_the_last_unit() -> None:
    assert shown(1, Rules(buffer=1)) == 0


def test_without_rules_the_number_is_what_is_available() -> None:
    assert shown(7) == 7
    assert shown(-3) == 0


def test_a_fixed_number_is_shown_only_while_something_is_there() -> None:
    assert shown(1, Rules(fixed=5)) == 5
    assert shown(0, Rules(fixed=5)) == 0
    assert shown(2, Rules(fixed=5, buffer=2)) == 0


def test_at_or_below_the_limit_nothing_is_shown() -> None:
    assert shown(2, Rules(hide_at=2)) == 0
    assert shown(3, Rules(hide_at=2)) == 3


def test_the_marketplaces_highest_quantity_is_a_step_of_its_own() -> None:
    assert apply_rules(10**12, Rules(), 999)[-1] == ("highest 999", 999)
    assert len(apply_rules(999, Rules(), 999)) == 1


def test_zero_is_a_rule_not_the_absence_of_one() -> None:
    assert shown(9, Rules(max=0)) == 0
    assert shown(9, Rules(fixed=0)) == 0


@given(
    available=st.integers(-(10**12), 10**12), given_rules=rules, cap=st.none() | st.integers(1, 999)
)
def test_every_step_is_a_number_a_shop_can_show(
    available: int, given_rules: Rules, cap: int | None
) -> None:
    steps = apply_rules(available, given_rules, cap)

    assert all(step.value >= 0 for step in steps)
    assert cap is None or steps[-1].value <= cap
    assert given_rules.max is None or steps[-1].value <= given_rules.max


@given(available=st.integers(-50, 50), more=st.integers(0, 50), given_rules=rules)
def test_more_stock_never_shows_less(available: int, more: int, given_rules: Rules) -> None:
    assert shown(available, given_rules) <= shown(available + more, given_rules)


@given(available=st.integers(-50, 0), given_rules=rules)
def test_nothing_available_is_never_for_sale(available: int, given_rules: Rules) -> None:
    assert shown(available, given_rules) == 0
