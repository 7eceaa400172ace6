"""A table whose long cells go on in the next line; for the few rows of a sheet of settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from textual.strip import Strip

from tuisync.widgets.columns import Cell, Placed, R
from tuisync.widgets.painting import cells, folded
from tuisync.widgets.table import Table

if TYPE_CHECKING:
    from textual.geometry import Size

    from tuisync.widgets.columns import Column
    from tuisync.widgets.rows import Rows


class Folding(Table[R]):
    """A table of few rows, each as many lines high as its longest cell needs.

    Its lines are the rows' lines: the cursor stands on the first line of its row.
    """

    _texts: Mapping[int, list[list[Cell]]] = MappingProxyType({})
    _firsts: Sequence[int] = ()
    _as_folded: Sequence[Placed[R]] = ()

    def fill(self, rows: Rows[R], columns: Sequence[Column[R]] = ()) -> None:
        """Show these rows, in as many lines as they need."""
        super().fill(rows, columns)
        self.refresh(layout=True)

    @property
    def found(self) -> int:
        """How many rows pass the filter."""
        return len(self._texts)

    def _arrange(self) -> None:
        super()._arrange()
        # A line may be drawn at a new size before it is folded for that.
        self._as_folded = columns = self._placed()
        self._texts = {place: folded(columns, self.rows[place]) for place in self._shown}
        self._shown = [place for place in self._shown for _ in self._texts[place]]
        self._firsts = [self._shown.index(place) for place in self._shown]
        self._resize()

    def on_resize(self) -> None:
        """Fold anew, at the new width."""
        self._rearrange(self._held())
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines all rows take."""
        del container, viewport, width
        return max(1, len(self._shown)) + self.header_height

    def line_of(self, key: str) -> int | None:
        """Return the first line of the row with that key, or None when it is not shown."""
        place = self.rows.place(key)
        return self._shown.index(place) if place in self._shown else None

    def validate_cursor(self, line: int) -> int:
        """Keep the cursor on the first line of a row."""
        line = super().validate_cursor(line)
        return self._firsts[line] if self._firsts else 0

    def action_move(self, lines: int) -> None:
        """Move the cursor by that many rows."""
        firsts = sorted(set(self._firsts))
        if firsts:
            place = firsts.index(self.cursor) + lines
            self.cursor = firsts[max(0, min(place, len(firsts) - 1))]

    def refresh_row(self, line: int) -> None:
        """Draw all lines of a row again."""
        if 0 <= line < len(self._shown):
            for each in self._lines_of(line):
                super().refresh_row(each)

    def _lines_of(self, line: int) -> range:
        first = self._firsts[line]
        return range(first, first + len(self._texts[self._shown[line]]))

    def _reveal(self, line: int) -> None:
        if 0 <= line < len(self._shown):
            super()._reveal(self._lines_of(line)[-1])
        super()._reveal(line)

    def state_of(self, line: int, key: str) -> str:
        """Return how the ground of a row's line is coloured, as that of its first."""
        return super().state_of(self._firsts[line], key)

    def margin_of(self, line: int, key: str) -> str:
        """Return what stands left of a row's line, as of its first."""
        return super().margin_of(self._firsts[line], key)

    def _row(self, line: int, width: int) -> Strip:
        key = self.rows.key(self._shown[line])
        first = self._firsts[line]
        style = partial(self._style, self.state_of(line, key))
        texts = self._texts[self._shown[line]][line - first]
        segments = cells(self._as_folded, texts, style, self.margin_of(line, key))
        return Strip(segments).adjust_cell_length(width, style("plain"))
