"""What the plan says where it has no changes, and what became of what was applied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from tuisync.core.stock.left_alone import left_out_words
from tuisync.widgets.plain import plain

if TYPE_CHECKING:
    from tuisync.core.views.objects import PushReport

EMPTY = (
    "Nothing would change.\n"
    "Every shop shows the number it should, as far as it was read, and knows of every parcel. "
    "Press {plan.read_the_shops_first} to read the shops again."
)
NO_SHOP = (
    "There is no shop yet whose numbers could change.\n"
    "Press {go.marketplaces}, then {shop.set_up}, to connect one."
)
_LEFT_OUT = (
    "Nothing would change at the shops that are kept in step.\n"
    "Left out: [shops]. {go.marketplaces}, then {shop.show_details}, brings a shop back; what it "
    "is owed is kept."
)
_BUT_OFF = (
    "Nothing would change.\n"
    "Every listing that is for sale shows the number it should, as far as it was read. "
    "[off] other numbers, which are left alone: {go.items}, then {item.why_this_number} says why."
)


def titled(counts: str, missing: Iterable[str]) -> str:
    """Return the line above the plan: what is counted, and which shops are left out."""
    names = ", ".join(missing)
    return f"{counts} · left out: {names}" if names else counts


def empty_words(off: int, missing: Mapping[str, str], *, shops: int) -> str:
    """Return what an empty plan says.

    Args:
        off: Listings that are off at their shop and show other numbers than ours.
        missing: The shops that are left out, with their reasons.
        shops: Shops there are.
    """
    if not shops:
        return NO_SHOP
    if missing:
        return _LEFT_OUT.replace("[shops]", plain(left_out_words(missing)))
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
