"""What to do with a listing, decided from what was found and what is wanted."""

from __future__ import annotations

import pytest

from tuisync import (
    ListingState,
    RejectedError,
    ShapeChanged,
    StockChange,
    StockChanged,
    VariantChange,
)
from tuisync_etsy.stock_decision import Decision, Found, Step, decide
from tuisync_etsy.variants import Group


def group(index: int, key: str, quantity: int, *, enabled: bool = True) -> Group:
    return Group(key=key, members=(index,), quantity=quantity, enabled=enabled)


def found(state: ListingState = "active", **numbers: int) -> Found:
    shown = tuple(group(n, key, count) for n, (key, count) in enumerate(numbers.items()))
    return Found(state, shown, "shape")


def wanted(
    *,
    paused_by_us: bool = False,
    renew: bool = False,
    fingerprint: str = "shape",
    **moves: tuple[int, int],
) -> StockChange:
    return StockChange(
        listing_id="7",
        variants=tuple(
            VariantChange(key=key, believed=old, wanted=new) for key, (old, new) in moves.items()
        ),
        fingerprint=fingerprint,
        paused_by_us=paused_by_us,
        renew_sold_out=renew,
    )


def test_numbers_are_written() -> None:
    decision = decide(found(s=3, m=4), wanted(s=(3, 1)))
    assert decision == Decision((Step.WRITE,), {"s": 1, "m": 4}, "active")


def test_what_is_right_already_is_not_written() -> None:
    assert decide(found(s=3, m=4), wanted(s=(3, 3))).steps == ()


def test_e06_more_than_999_is_clamped() -> None:
    assert decide(found(s=3), wanted(s=(3, 5000))).shown == {"s": 999}


def test_a_negative_number_is_none() -> None:
    assert decide(found(s=3, m=1), wanted(s=(3, -2))).shown == {"s": 0, "m": 1}


@pytest.mark.parametrize("state", ["active", "inactive", "draft"])
def test_an_unexpected_number_stops_the_push_before_anything_is_written(
    state: ListingState,
) -> None:
    with pytest.raises(StockChanged) as caught:
        decide(found(state, s=3, m=4), wanted(s=(5, 1)))
    assert caught.value.found == {"s": 3, "m": 4}


def test_e01_a_changed_shape_stops_the_push() -> None:
    with pytest.raises(ShapeChanged):
        decide(found(s=3), wanted(fingerprint="other", s=(3, 1)))


def test_e01_a_variant_that_is_not_there_any_more_stops_the_push() -> None:
    with pytest.raises(ShapeChanged):
        decide(found(s=3), wanted(fingerprint="", xl=(3, 1)))


def test_a_shape_nobody_knew_yet_is_not_compared() -> None:
    assert decide(found(s=3), wanted(fingerprint="", s=(3, 1))).steps == (Step.WRITE,)


def test_e02_a_listing_with_nothing_left_is_paused_and_remembered_as_ours() -> None:
    decision = decide(found(s=3, m=4), wanted(s=(3, 0), m=(4, 0)))
    assert decision == Decision((Step.PAUSE,), {"s": 0, "m": 0}, "inactive", paused=True)


def test_some_variants_at_zero_do_not_pause_the_listing() -> None:
    assert decide(found(s=3, m=4), wanted(s=(3, 0))).steps == (Step.WRITE,)


def test_e02_what_buyers_are_not_shown_does_not_keep_a_listing_on_sale() -> None:
    hidden = Found("active", (group(0, "s", 3), group(1, "m", 4, enabled=False)), "shape")
    assert decide(hidden, wanted(s=(3, 0))).steps == (Step.PAUSE,)


@pytest.mark.parametrize("believed", [0, 3])
def test_e03_restock_writes_before_it_reactivates(believed: int) -> None:
    decision = decide(found("inactive", s=3), wanted(paused_by_us=True, s=(believed, 6)))
    assert decision == Decision((Step.WRITE, Step.ACTIVATE), {"s": 6}, "active")


def test_restock_of_one_variant_does_not_bring_back_old_numbers_of_others() -> None:
    decision = decide(found("inactive", s=3, m=8), wanted(paused_by_us=True, s=(0, 6)))
    assert decision.shown == {"s": 6, "m": 0}


def test_a_paused_listing_without_stock_stays_as_it_is() -> None:
    decision = decide(found("inactive", s=3), wanted(paused_by_us=True, s=(0, 0)))
    assert decision == Decision((), {"s": 0}, "inactive", paused=True)


def test_what_the_seller_changed_in_a_paused_listing_is_noticed() -> None:
    with pytest.raises(StockChanged) as caught:
        decide(found("inactive", s=20), wanted(paused_by_us=True, s=(3, 6)))
    assert caught.value.found == {"s": 0}


def test_e04_a_listing_we_paused_and_somebody_reactivated_is_noticed() -> None:
    with pytest.raises(StockChanged) as caught:
        decide(found("active", s=1), wanted(paused_by_us=True, s=(0, 0)))
    assert caught.value.found == {"s": 1}


def test_e04_and_then_it_is_paused_again() -> None:
    decision = decide(found("active", s=1), wanted(paused_by_us=True, s=(1, 0)))
    assert decision.steps == (Step.PAUSE,)


@pytest.mark.parametrize("state", ["inactive", "draft", "expired", "removed"])
def test_p07_what_is_not_for_sale_and_not_paused_by_us_is_left_alone(state: ListingState) -> None:
    with pytest.raises(RejectedError, match="left alone") as caught:
        decide(found(state, s=3), wanted(s=(3, 1)))
    assert caught.value.error_code == "not_for_sale"


@pytest.mark.parametrize("state", ["inactive", "draft"])
def test_nothing_to_change_is_no_reason_to_complain(state: ListingState) -> None:
    assert decide(found(state, s=3), wanted(s=(3, 3))) == Decision((), {"s": 3}, state)


def test_e03_the_number_a_sold_out_listing_keeps_is_for_nobody() -> None:
    kept = found("sold_out", s=3, m=2)
    for believed in (0, 3):  # what buyers see, and what is kept
        assert decide(kept, wanted(s=(believed, 0))) == Decision((), {"s": 0, "m": 0}, "sold_out")
        with pytest.raises(RejectedError, match="fee"):
            decide(kept, wanted(s=(believed, 3)))
    assert decide(kept, wanted(renew=True, s=(0, 4))).shown == {"s": 4, "m": 2}
    with pytest.raises(StockChanged) as caught:
        decide(kept, wanted(s=(5, 1)))
    assert caught.value.found == {"s": 0, "m": 0}


def test_e03_a_sold_out_listing_is_not_renewed_without_leave() -> None:
    with pytest.raises(RejectedError, match="fee") as caught:
        decide(found("sold_out", s=0), wanted(s=(0, 4)))
    assert "renew_sold_out=yes" in caught.value.hint


def test_e03_with_leave_it_is_renewed_and_then_gets_its_numbers() -> None:
    decision = decide(found("sold_out", s=0, m=0), wanted(renew=True, s=(0, 4)))
    assert decision == Decision((Step.ACTIVATE, Step.WRITE), {"s": 4, "m": 0}, "active")
