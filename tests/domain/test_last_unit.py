"""Which shop keeps the last units of an item."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tuisync.core.models import Rules
from tuisync.core.stock.last_unit import Seller, keeper
from tuisync.core.stock.rules import apply_rules
from tuisync.testing import ManualClock

START = ManualClock()()


def seller(name: str, available: int = 1, **more: object) -> Seller:
    made = {"warehouse": None, "keeps": None, "connected_at": START, **more}
    return Seller(integration=name, name=name, available=available, **made)  # type: ignore[arg-type]  # as given by each test


def kept_by(shop: Seller, *others: Seller) -> str | None:
    found = keeper(shop, [shop, *others])
    return found.name if found else None


def test_p03_at_or_below_the_limit_only_the_chosen_shop_shows_stock() -> None:
    chosen = seller("a", available=2, keeps=2)

    assert kept_by(seller("b", available=2), chosen) == "a"
    assert kept_by(chosen, seller("b", available=2)) == "a"


def test_p03_above_the_limit_every_shop_shows_stock() -> None:
    assert kept_by(seller("b", available=3), seller("a", available=3, keeps=2)) is None


def test_without_a_chosen_shop_nobody_keeps_anything() -> None:
    assert kept_by(seller("b"), seller("a")) is None
    assert kept_by(seller("b"), seller("a", keeps=0)) is None


def test_p03_of_several_that_ask_the_one_that_asks_for_most_keeps_them() -> None:
    assert kept_by(seller("c"), seller("a", keeps=1), seller("b", keeps=3)) == "b"


def test_p03_of_several_that_ask_for_as_much_the_first_connected_keeps_them() -> None:
    later = seller("a", keeps=1, connected_at=START + timedelta(days=1))

    assert kept_by(seller("c"), later, seller("b", keeps=1)) == "b"


def test_p03_a_shop_that_sells_from_another_warehouse_is_no_rival() -> None:
    chosen = seller("a", keeps=1, warehouse="p")

    assert kept_by(seller("b", warehouse="q"), chosen) is None
    assert kept_by(seller("b", warehouse="p"), chosen) == "a"
    assert kept_by(seller("b"), chosen) == "a"


def test_p03_a_shop_with_nothing_of_its_own_keeps_nothing() -> None:
    assert kept_by(seller("b"), seller("a", available=0, keeps=1, warehouse="p")) is None


def test_p03_the_last_unit_is_the_first_rule_and_says_where_it_is_sold() -> None:
    chosen = seller("etsy", keeps=2)

    elsewhere = apply_rules(2, Rules(fixed=5), None, kept_by=chosen)
    here = apply_rules(2, Rules(last_unit=2, percent=50), None)

    assert [tuple(step) for step in elsewhere] == [
        ("available", 2),
        ("last 2 only at etsy", 0),
        ("fixed 5", 0),
    ]
    assert [tuple(step) for step in here] == [
        ("available", 2),
        ("last 2 only here", 2),
        ("50 %", 1),
    ]


moments = st.integers(0, 3).map(lambda days: START + timedelta(days=days))
asking = st.builds(
    Seller,
    integration=st.sampled_from("abcdef"),
    name=st.just("x"),
    warehouse=st.none(),
    available=st.just(0),
    keeps=st.none() | st.integers(0, 4),
    connected_at=moments,
)


@given(
    sellers=st.lists(asking, min_size=1, max_size=5, unique_by=lambda s: s.integration),
    available=st.integers(1, 5),
)
def test_p03_shops_of_one_stock_agree_on_who_keeps_the_last_units(
    sellers: list[Seller], available: int
) -> None:
    stocked = [replace(each, available=available) for each in sellers]
    keepers = {keeper(each, stocked) for each in stocked}

    assert len(keepers) == 1
    asked = [each.keeps or 0 for each in stocked]
    assert (keepers == {None}) == (available > max(asked))
