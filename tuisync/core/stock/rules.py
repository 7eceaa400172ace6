"""From what is available to the number a shop shows. Pure."""

from __future__ import annotations

from typing import NamedTuple

from tuisync.core.models import Rules
from tuisync.core.stock.last_unit import Seller


class RuleStep(NamedTuple):
    """A rule and the number after it."""

    rule: str
    value: int


RULE_ORDER = ("last_unit", "percent", "buffer", "fixed", "max", "hide_at")
"""The rules in the order they are applied."""


def apply_rules(
    available: int, rules: Rules, cap: int | None, *, kept_by: Seller | None = None
) -> list[RuleStep]:
    """Return the steps from available units to the shop's number, in the order applied.

    The last units kept by another shop, percentage (rounded down), buffer, fixed number,
    maximum, hide at or below N, and the marketplace's own highest quantity. The last step's
    value is the number to show; it is never below zero.

    Args:
        available: Units for sale, already summed over warehouses; may be negative.
        rules: The integration's rules.
        cap: The marketplace's highest quantity, or None.
        kept_by: The other shop that keeps the last units to itself, or None; see
            `tuisync.core.stock.last_unit`.
    """
    value = max(0, available)
    steps = [RuleStep("available", value)]

    def step(rule: str, new: int) -> None:
        nonlocal value
        value = max(0, new)
        steps.append(RuleStep(rule, value))

    if kept_by is not None:
        step(f"last {kept_by.keeps} only at {kept_by.name}", 0)
    elif rules.last_unit:
        step(f"last {rules.last_unit} only here", value)
    if rules.percent is not None:
        step(f"{rules.percent} %", value * rules.percent // 100)
    if rules.buffer:
        step(f"buffer {rules.buffer}", value - rules.buffer)
    if rules.fixed is not None:
        step(f"fixed {rules.fixed}", rules.fixed if value > 0 else 0)
    if rules.max is not None:
        step(f"max {rules.max}", min(value, rules.max))
    if rules.hide_at is not None:
        step(f"hide at {rules.hide_at}", 0 if value <= rules.hide_at else value)
    if cap is not None and value > cap:
        step(f"highest {cap}", cap)
    return steps
