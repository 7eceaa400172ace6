"""Rows and columns that are drawn line by line, only where they are on the screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Generic

from rich.segment import Segment
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tuisync.widgets.colours import style_of
from tuisync.widgets.columns import Column, Placed, R, placed
from tuisync.widgets.keys import key, keyed
from tuisync.widgets.marks import Tone
from tuisync.widgets.painting import MARGIN, cells, titles, wrapped
from tuisync.widgets.plain import fit
from tuisync.widgets.rows import FEW, Rows

if TYPE_CHECKING:
    from rich.style import Style

_RIGHT = 2
"""Cells right of the last column: one that stays empty, and the scrollbar's."""


class Grid(ScrollView, Generic[R], can_focus=True, inherit_bindings=False):
    """A filtered and sorted view of rows. Its lines are drawn when they come into sight.

    Args:
        columns: What to show of a row, from left to right.
        empty: What to say, and which key to press, when there are no rows at all.
        titled: Whether the columns' titles are shown.

    Attributes:
        elsewhere: Tells where else rows contain some words, as `3 in all`; asked when none here
            does.
        unfilter: The verb that takes a filter away.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table--header",
        "table--cursor",
        "table--cursor-blurred",
        "table--selected",
        "table--hover",
        "table--empty",
    }

    def __init__(
        self,
        columns: Sequence[Column[R]],
        *,
        empty: str = "",
        titled: bool = True,
        id: str | None = None,  # noqa: A002  # the name every Textual widget uses
    ) -> None:
        super().__init__(id=id)
        self._columns = tuple(columns)
        self.empty = empty
        self.header_height = int(titled)
        self.rows: Rows[R] = Rows(key=str)
        self.filled = False
        self.words = ""
        self.elsewhere: Callable[[str], str] | None = None
        self.unfilter = "table.unfilter"
        self._found_elsewhere: str | None = None
        self.sorted_by: str | None = None
        self.reversed = False
        self._in_force: tuple[str | None, bool] = (None, False)
        self._shown: Sequence[int] = ()
        self._fitting: list[Placed[R]] = []
        self._fitting_width = -1
        self._styles: dict[tuple[str, Tone], Style] = {}

    @property
    def columns(self) -> tuple[Column[R], ...]:
        """What it shows of a row; may be replaced while rows are shown."""
        return self._columns

    @columns.setter
    def columns(self, columns: Sequence[Column[R]]) -> None:
        self._columns = tuple(columns)
        self._fitting_width = -1
        self.refresh()

    @property
    def shown(self) -> int:
        """How many lines the rows take that pass the filter."""
        return len(self._shown)

    @property
    def found(self) -> int:
        """How many rows pass the filter."""
        return len(self._shown)

    def key_at(self, line: int) -> str | None:
        """Return the key of the row on that line, or None."""
        return self.rows.key(self._shown[line]) if 0 <= line < len(self._shown) else None

    def line_of(self, key: str) -> int | None:
        """Return the line of the row with that key, or None when it is not shown."""
        place = self.rows.place(key)
        if place is None:
            return None
        if place < len(self._shown) and self._shown[place] == place:  # neither filtered nor sorted
            return place
        try:
            return self._shown.index(place)
        except ValueError:
            return None

    @property
    def order(self) -> Callable[[R], Any] | None:
        """What the rows are to be sorted by, or None: as they came."""
        return _order_of(self._columns, self.sorted_by)

    @property
    def is_sorted(self) -> bool:
        """Whether the rows are shown in the order that is wanted; many are sorted in a thread."""
        return self._in_force == (self.sorted_by, self.reversed)

    def prepare(self, rows: Rows[R], columns: Sequence[Column[R]] = ()) -> Rows[R]:
        """Do what takes long before these rows are filled in; may be called from a thread.

        Args:
            rows: The rows.
            columns: What is shown of them; if not given, what is shown now.
        """
        columns = columns or self._columns
        if (order := _order_of(columns, self.sorted_by)) is not None:
            rows.ranked(order, reverse=self.reversed)
        _longest(rows, columns)
        return rows.indexed()

    def is_prepared(self, rows: Rows[R], columns: Sequence[Column[R]] = ()) -> bool:
        """Return whether to fill these rows in takes next to no time; see `prepare`."""
        snug = (each for each in columns or self._columns if each.snug)
        return len(rows) <= FEW or all(rows.knows_widest(each.key) for each in snug)

    def _arrange(self) -> None:
        self._fitting_width = -1
        self._found_elsewhere = None
        if self.rows.is_ranked(self.order, reverse=self.reversed):
            self._in_force = (self.sorted_by, self.reversed)
        column, reverse = self._in_force
        matching = self.rows.matching(self.words)
        self._shown = self.rows.ordered(matching, _order_of(self._columns, column), reverse=reverse)
        self._resize()
        self.refresh()

    def _resize(self) -> None:
        self.virtual_size = Size(self.size.width, len(self._shown) + self.header_height)

    # -- drawing --------------------------------------------------------------------------

    def refresh_row(self, line: int) -> None:
        """Draw one row again, if it is on the screen."""
        y = line - self.scroll_offset.y + self.header_height
        if self.header_height <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    def notify_style_update(self) -> None:
        """Forget the colours of the old theme."""
        self._styles.clear()
        super().notify_style_update()

    def state_of(self, line: int, key: str) -> str:
        """Return which part of the theme a row's ground comes from, or nothing."""
        del line, key
        return ""

    def margin_of(self, line: int, key: str) -> str:
        """Return what stands left of a row."""
        del line, key
        return " " * MARGIN

    def render_line(self, y: int) -> Strip:
        """Draw one line of the screen: the titles, a row, or nothing."""
        width = self.size.width
        line = y - self.header_height + self.scroll_offset.y
        if y < self.header_height:
            style = self._style("header", "plain")
            column, reverse = self._in_force
            text = titles(self._placed(), column, reverse=reverse)
            return Strip([Segment(text, style)]).adjust_cell_length(width, style)
        if line < len(self._shown):
            return self._row(line, width)
        if not self._shown and self.filled:
            return self._nothing(y - self.header_height, width)
        return Strip.blank(width, self.rich_style)

    def _row(self, line: int, width: int) -> Strip:
        place = self._shown[line]
        key = self.rows.key(place)
        style = partial(self._style, self.state_of(line, key))
        row, columns = self.rows[place], self._placed()
        shown = [each.column.cell(row) for each in columns]
        segments = cells(columns, shown, style, self.margin_of(line, key))
        return Strip(segments).adjust_cell_length(width, style("plain"))

    def _nothing(self, y: int, width: int) -> Strip:
        text = keyed(self.empty)
        if len(self.rows) or (self.words and self._others()):
            others = self._others()
            there = f"Found: {others}; {key('list.next_group')} goes there. " if others else ""
            away = f"{there}{key(self.unfilter)} takes the filter away."
            text = f"Nothing here contains “{self.words}”.\n{away}"
        lines = wrapped(text, width - 2 * MARGIN)
        content = lines[y - 1] if 1 <= y <= len(lines) else ""
        style = self._style("empty", "strong" if y == 1 else "plain")
        return Strip([Segment(fit(" " * MARGIN + content, width), style)], width)

    def _others(self) -> str:
        """Return where else the words are found; looked up once per filter."""
        if self._found_elsewhere is None:
            self._found_elsewhere = self.elsewhere(self.words) if self.elsewhere else ""
        return self._found_elsewhere

    def _placed(self) -> list[Placed[R]]:
        width = self.size.width - MARGIN - _RIGHT
        if width != self._fitting_width:
            self._fitting = placed(self.columns, width, _longest(self.rows, self._columns))
            self._fitting_width = width
        return self._fitting

    def _style(self, state: str, tone: Tone) -> Style:
        found = self._styles.get((state, tone))
        if found is None:
            names = [f"table--{state}"] if state else []
            found = style_of(self, *names, tone=tone)
            self._styles[state, tone] = found
        return found


def _order_of(columns: Sequence[Column[R]], key: str | None) -> Callable[[R], Any] | None:
    return next((each.order for each in columns if each.key == key), None)


def _longest(rows: Rows[R], columns: Sequence[Column[R]]) -> dict[str, int]:
    """Return the cells of the longest text in each snug column."""
    snug = [each for each in columns if each.snug] if len(rows) else []
    return {each.key: _cells(rows, each) for each in snug}


def _cells(rows: Rows[R], column: Column[R]) -> int:
    """Return the cells of the longest text in a column."""
    if column.align == "right" and column.order is not None:
        return rows.widest_number(column.key, column.text, column.widest, column.order)
    return rows.widest(column.key, column.text, column.widest)
