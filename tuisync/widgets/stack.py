"""A table and the pane that tells of its row, sharing the room they have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import on
from textual.containers import Container

from tuisync.widgets.finder import Finder
from tuisync.widgets.table import Table

if TYPE_CHECKING:
    from textual.widget import Widget

_WIDE = "-wide"
"""The class of a screen on which they stand side by side, if they ever do."""


class Stack(Container):
    """A table above a pane; where both have room for it, the pane may stand beside.

    The pane takes what the rows leave free. It stays where it is while they take less than two
    fifths of the room, and while they are filtered. Without any rows it is not there: there is
    nothing to tell of then.

    Args:
        table: The table.
        pane: What tells of the row under the cursor; it keeps its `min-height`.
        beside: The pane may stand beside the table.
    """

    def __init__(self, table: Table[Any], pane: Widget, *, beside: bool = False) -> None:
        super().__init__(Finder(table), pane, classes="panes" if beside else "stack")
        self._table = table
        self._pane = pane
        self._beside = beside

    def on_resize(self) -> None:
        """Share the new room out."""
        self._share()

    @on(Table.Changed)
    def _share(self) -> None:
        lines = max(len(self._table.rows), self._table.shown)
        self.set_class(not lines, "-nothing")
        least = self._pane.styles.min_height
        room = self.size.height - int(least.value if least else 0)
        wanted = max(lines + self._table.header_height, self.size.height * 2 // 5)
        alone = not (lines and self._pane.display)
        alone = alone or (self._beside and self.screen.has_class(_WIDE))
        self.query_one(Finder).styles.height = "1fr" if alone else max(1, min(wanted, room))
