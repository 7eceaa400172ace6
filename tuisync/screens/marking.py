"""What verbs are about where rows are marked: the marked ones, also those a filter hides.

What is done to one row alone is not done to one that is not marked while others are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tuisync.widgets.keys import key

if TYPE_CHECKING:
    from tuisync.widgets.table import Table


def others_marked(table: Table[Any], *, within: bool = False) -> str:
    """Return why what is done to one row cannot be done to the one at the cursor, or nothing.

    Args:
        table: Where rows are marked.
        within: That row belongs to one that is marked.
    """
    if not table.selected or within or table.key in table.selected:
        return ""
    count = len(table.selected)
    others = "Another row is" if count == 1 else f"{count:,} other rows are"
    mark, clear = key("table.select"), key("table.unfilter")
    return f"{others} marked: {mark} marks this one, too, {clear} takes the marks away."
