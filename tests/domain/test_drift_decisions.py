"""Where a difference comes from, what the rules can reach, and what a plan says of a number."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tuisync.core.models import DriftKind, Money, Rules
from tuisync.core.stock.drift import difference, must_ask
from tuisync.core.stock.reach import nearest_available
from tuisync.core.stock.reasons import cut_words, fee_words
from tuisync.core.stock.rules import apply_rules


@pytest.mark.parametrize(
    ("ours", "confirmed", "shop", "kind"),
    [
        (10, 10, 10, None),
        (12, 10, 10, "here"),
        (7, None, 10, "here"),
        (10, 10, 14, "there"),
        (10, 10, 7, "there"),
        (12, 10, 14, "both"),
        (12, 10, 12, None),
    ],
)
def test_p15_the_side_that_moved_since_both_were_level_is_named(
    ours: int, confirmed: int | None, shop: int, kind: DriftKind | None
) -> None:
    found = difference(ours=ours, confirmed=confirmed, shop=shop)

    assert (found.kind if found else None) == kind


def test_e4_what_we_paused_and_is_for_sale_again_is_a_kind_of_its_own() -> None:
    found = difference(ours=0, confirmed=0, shop=1, reactivated=True)

    assert found is not None
    assert found.kind == "reactivated"
    assert must_ask(found, ask=True)
    assert not must_ask(found, ask=False)


def test_what_changed_only_here_is_never_asked_about() -> None:
    found = difference(ours=12, confirmed=10, shop=10)

    assert found is not None
    assert not must_ask(found, ask=True)


@pytest.mark.parametrize(
    ("rules", "available", "number", "needed"),
    [
        (Rules(), 10, 14, 14),
        (Rules(), -3, 2, 2),
        (Rules(buffer=2), 10, 5, 7),
        (Rules(percent=50), 10, 3, 7),
        (Rules(percent=50), 2, 3, 6),
        (Rules(max=20), 5, 20, 20),
        (Rules(max=20), 50, 20, 50),
        (Rules(max=20), 50, 25, None),
        (Rules(fixed=5), 0, 5, 1),
        (Rules(fixed=5), 10, 4, None),
        (Rules(hide_at=3), 10, 0, 3),
        (Rules(hide_at=3), 10, 2, None),
        (Rules(percent=10, buffer=1), 4, 0, 4),
    ],
)
def test_p15_the_nearest_stock_that_gives_the_shops_number(
    rules: Rules, available: int, number: int, needed: int | None
) -> None:
    found = nearest_available(
        number, available, lambda units: apply_rules(units, rules, None)[-1].value
    )

    assert found == needed


def test_e6_a_number_above_the_shops_highest_cannot_be_reached() -> None:
    shows = lambda units: apply_rules(units, Rules(), 999)[-1].value  # noqa: E731  # one line

    assert nearest_available(999, 20, shows) == 999
    assert nearest_available(1_000, 20, shows) is None


def test_e6_a_plan_says_what_cut_the_number() -> None:
    assert cut_words(apply_rules(1_200, Rules(), 999)) == "1,200 available, highest 999: 999"
    rules = Rules(percent=50, buffer=1, max=30)
    assert cut_words(apply_rules(10, rules, None)) == "10 available, 50 %: 5, buffer 1: 4"
    assert cut_words(apply_rules(10, Rules(max=30), 999)) == ""


def test_e3_a_fee_is_named_with_its_amount() -> None:
    fee = Money(Decimal("0.20"), "USD")

    assert "0.20 USD" in fee_words(fee, allowed=True)
    assert "not allowed" in fee_words(fee, allowed=False)
    assert "listing fee" in fee_words(None, allowed=True)
