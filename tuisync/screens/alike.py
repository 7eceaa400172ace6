"""What one row of the inbox stands for, as a group of rows of its own in the place they are in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tuisync.core.views.objects import InboxView

ALIKE = "alike"
"""The group of them."""

NONE_LEFT = "Nothing of this is left: it was answered, or is over."
"""What the table says once all of them are done."""

_WORDS: Mapping[str, str] = {
    "decide": "to decide",
    "return": "came back?",
    "by-hand": "to mark there",
    "frozen": "no listing",
    "conflict": "in conflict",
    "gone": "gone",
    "changed": "changed",
    "relinked": "orders elsewhere",
    "drift": "changed there",
    "pushes": "not sent",
    "records": "not taken in",
}
"""What they are, by the first part of the row's id, or by what mends it."""

_BY_FIX: Mapping[str, str] = {"let_go": "gone", "sync": "changed", "resync": "records"}


class Alike(NamedTuple):
    """A group of rows.

    Attributes:
        row: The id of the inbox's row; see `core.inbox.gather.behind`.
        words: What they are called, as `etsy: came back?`.
    """

    row: str
    words: str


def alike(row: InboxView) -> Alike:
    """Return what a row of the inbox stands for."""
    first = row.id.partition(":")[0]
    word = _WORDS.get(first) or _WORDS.get(_BY_FIX.get(row.fix.does, ""), "asked")
    return Alike(row.id, f"{row.integration}: {word}" if row.integration else word)
