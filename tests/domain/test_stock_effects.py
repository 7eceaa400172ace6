"""What a line does to stock, decided from facts alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuisync.core.models import Commitment, CommitmentState
from tuisync.core.stock.effects import Effect, LineFacts, stock_effect

BASELINE = datetime(2024, 3, 1, 9, 0, tzinfo=UTC)
BEFORE, AFTER = BASELINE - timedelta(hours=1), BASELINE + timedelta(hours=1)

FRESH = LineFacts(
    quantity=2,
    placed_at=AFTER,
    shipped=False,
    cancelled=False,
    baseline_at=BASELINE,
    opening=True,
    commitment=None,
)


def a_commitment(quantity: int = 2, state: CommitmentState = "open") -> Commitment:
    return Commitment(
        id="o/1", order="o", line="1", item="i", warehouse="w", quantity=quantity, state=state
    )


def test_an_unshipped_line_after_the_baseline_reserves() -> None:
    assert stock_effect(FRESH) == "commit"


def test_a_line_first_seen_shipped_leaves_the_shelf_at_once() -> None:
    assert stock_effect(replace(FRESH, shipped=True)) == "ship"


def test_a_line_first_seen_cancelled_does_nothing_even_if_shipped() -> None:
    assert stock_effect(replace(FRESH, cancelled=True)) == "none"
    assert stock_effect(replace(FRESH, cancelled=True, shipped=True)) == "none"


def test_shipped_history_before_the_baseline_moves_nothing() -> None:
    assert stock_effect(replace(FRESH, placed_at=BEFORE, shipped=True)) == "none"


def test_an_open_line_before_the_baseline_brings_its_units_with_an_opening_only() -> None:
    assert stock_effect(replace(FRESH, placed_at=BEFORE)) == "open_and_commit"
    assert stock_effect(replace(FRESH, placed_at=BEFORE, opening=False)) == "commit"


def test_a_line_placed_in_the_second_of_the_baseline_counts_as_after_it() -> None:
    """Clocks of shops tell whole seconds: taken as before it, a unit could be sold twice."""
    at = replace(FRESH, placed_at=BASELINE)
    assert stock_effect(at) == "commit"
    assert stock_effect(replace(at, shipped=True)) == "ship"


def test_a_line_mapped_by_hand_has_no_baseline_and_always_counts() -> None:
    by_hand = replace(FRESH, placed_at=BEFORE, baseline_at=None)
    assert stock_effect(by_hand) == "commit"
    assert stock_effect(replace(by_hand, shipped=True)) == "ship"


@pytest.mark.parametrize(
    ("changes", "effect"),
    [
        ({}, "none"),
        ({"quantity": 3}, "commit"),
        ({"quantity": 0}, "release"),
        ({"cancelled": True}, "release"),
        ({"shipped": True}, "consume"),
        ({"shipped": True, "cancelled": True}, "consume"),
    ],
)
def test_an_open_commitment_follows_its_line(changes: dict[str, object], effect: Effect) -> None:
    facts = replace(FRESH, commitment=a_commitment(), **changes)  # type: ignore[arg-type]  # drawn
    assert stock_effect(facts) == effect


def test_a_released_line_that_comes_back_is_reserved_again() -> None:
    released = replace(FRESH, commitment=a_commitment(state="released"))
    assert stock_effect(released) == "commit"
    assert stock_effect(replace(released, cancelled=True)) == "none"
    assert stock_effect(replace(released, shipped=True)) == "ship"


@given(
    quantity=st.integers(0, 10**12),
    shipped=st.booleans(),
    cancelled=st.booleans(),
    placed_at=st.sampled_from([BEFORE, BASELINE, AFTER]),
)
def test_what_has_left_never_moves_again(
    quantity: int, shipped: bool, cancelled: bool, placed_at: datetime
) -> None:
    facts = replace(
        FRESH,
        quantity=quantity,
        shipped=shipped,
        cancelled=cancelled,
        placed_at=placed_at,
        commitment=a_commitment(state="consumed"),
    )
    assert stock_effect(facts) == "none"


@given(
    quantity=st.integers(0, 3),
    shipped=st.booleans(),
    cancelled=st.booleans(),
    opening=st.booleans(),
    placed_at=st.sampled_from([BEFORE, BASELINE, AFTER]),
)
def test_a_second_sight_of_the_same_line_does_nothing(
    quantity: int, shipped: bool, cancelled: bool, opening: bool, placed_at: datetime
) -> None:
    facts = replace(
        FRESH,
        quantity=quantity,
        shipped=shipped,
        cancelled=cancelled,
        opening=opening,
        placed_at=placed_at,
    )
    states: dict[Effect, CommitmentState] = {
        "commit": "open",
        "open_and_commit": "open",
        "ship": "consumed",
    }
    effect = stock_effect(facts)
    after = a_commitment(quantity, states[effect]) if effect in states else None
    assert stock_effect(replace(facts, commitment=after)) == ("none" if after else effect)
