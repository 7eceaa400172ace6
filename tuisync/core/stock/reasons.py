"""Why a number would go out, in words: the cause, what cut the number, what it costs. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from tuisync.core.models import DriftKind, Money
from tuisync.core.stock.rules import RuleStep

_CAUSES: dict[DriftKind, str] = {
    "here": "the shop shows another number",
    "there": "the number was changed at the shop",
    "both": "the number was changed here and at the shop",
    "reactivated": "we paused the listing, and it was put up for sale again at the shop",
}


def cause_of(kind: DriftKind) -> str:
    """Return why a difference is there for which no push is owed yet."""
    return _CAUSES[kind]


def cut_words(steps: Sequence[RuleStep]) -> str:
    """Return how rules and limits made the number another one; nothing when they did not.

    As `1,200 available, highest 999: 999`.
    """
    words = [f"{steps[0].value:,} available"]
    for before, step in pairwise(steps):
        if step.value != before.value:
            words.append(f"{step.rule}: {step.value:,}")
    return ", ".join(words) if len(words) > 1 else ""


def fee_words(fee: Money | None, *, allowed: bool) -> str:
    """Return what putting a sold-out listing up again costs, and whether that may be spent.

    Args:
        fee: What the marketplace charges, or None where it does not say how much.
        allowed: The seller allows it (`renew_sold_out=yes`).
    """
    price = f"a fee of {fee.amount} {fee.currency}" if fee else "a listing fee"
    if allowed:
        return f"the listing sold out at the shop: renewing it costs {price}"
    return f"it sold out at the shop; renewing it costs {price} and is not allowed (renew_sold_out)"


def joined(*parts: str) -> str:
    """Return the parts that say something, as one sentence."""
    return "; ".join(part for part in parts if part)
