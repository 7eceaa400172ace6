"""What the plan says where it has no changes, and what became of what was applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuisync.core.views.objects import PushReport

EMPTY = (
    "Nothing would change.\n"
    "Every shop shows the number it should, as far as it was read, and knows of every parcel. "
    "Press {plan.read_the_shops_first} to read the shops again."
)
LEFT_OUT = (
    "Nothing would change at the shops one can reach.\n"
    "A shop that needs a sign-in or is switched off is left out; press {go.marketplaces} to bring "
    "it back. What it is owed is kept."
)
_BUT_OFF = (
    "Nothing would change.\n"
    "Every listing that is for sale shows the number it should, as far as it was read. "
    "[off] other numbers, which are left alone: {go.items}, then {item.why_this_number} says why."
)


def empty_words(off: int) -> str:
    """Return what an empty plan says.

    Args:
        off: Listings that are off at their shop and show other numbers than ours.
    """
    if not off:
        return EMPTY
    words = "1 listing that is off shows" if off == 1 else f"{off:,} listings that are off show"
    return _BUT_OFF.replace("[off]", words)


def outcome(report: PushReport) -> str:
    """Return what became of a plan, in words."""
    parts = [f"{len(report.applied):,} sent"]
    for word, changes in (
        ("not sent, for you stopped it", report.stopped),
        ("refused", report.failed),
        ("waiting for the shop", report.held),
        ("not sent, for they had moved", report.stale),
    ):
        if changes:
            parts.append(f"{len(changes):,} {word}")
    return f"Applied: {', '.join(parts)}."
