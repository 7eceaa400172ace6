"""P03: how often the last unit is sold twice, with and without a shop that keeps it.

`pytest --full tests/proofs` runs 10,000 lives of each kind; the suite runs fewer.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from last_unit_market import INTERVAL, Market, Outcome

Property = Callable[[str, object], None]


@pytest.fixture
def lives(request: pytest.FixtureRequest) -> int:
    """How many seeded lives to run."""
    return 10_000 if request.config.getoption("--full") else 150


@pytest.mark.timeout(7200)
def test_p03_with_a_chosen_shop_the_last_unit_is_never_sold_twice(
    lives: int, record_property: Property
) -> None:
    sold = 0
    for seed in range(lives):
        outcome = Market(seed, last_unit=True).live()
        assert not outcome.oversold, seed
        assert sum(outcome.shown) == outcome.available == 1 - len(outcome.sales), seed
        sold += len(outcome.sales)
    record_property("P03 (e)", f"{lives} lives: {sold} sold, none twice")
    assert sold > lives / 2, "buyers come, and find it"


@pytest.mark.timeout(7200)
def test_p03_without_it_only_sales_between_two_looks_oversell_and_the_inbox_names_them(
    lives: int, record_property: Property
) -> None:
    oversold = 0
    for seed in range(lives):
        outcome = Market(seed, last_unit=False).live()
        assert (outcome.shown, outcome.available) == _at_rest(outcome), seed
        if outcome.oversold:
            oversold += 1
            _check_oversell(outcome)
        else:
            assert not outcome.named, seed
    record_property(
        "P03", f"{lives} lives: {oversold} sold twice, all between two looks, all named"
    )
    assert oversold > lives / 20, "the simulation can oversell"


def _check_oversell(outcome: Outcome) -> None:
    first, *later = outcome.sales
    for sale in later:
        assert sale.at <= outcome.known_at(first), "nobody could know of the first sale yet"
        assert outcome.named[sale.number] - sale.at <= INTERVAL, "named within one cycle"


def _at_rest(outcome: Outcome) -> tuple[tuple[int, ...], int]:
    return (0, 0, 0), 1 - len(outcome.sales)
