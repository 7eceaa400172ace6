"""A table that draws only the lines on the screen, however many rows there are.

The built-in one measures every cell of every row first; this one asks each visible row for
its cells when it is drawn. Rows have string keys: the cursor, the scroll position and the
selection stay with their rows when the data changes underneath.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Generic

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tuisync.widgets.columns import Column, Placed, R, placed
from tuisync.widgets.marks import TONES, Tone
from tuisync.widgets.painting import MARGIN, cells, column_at, titles, wrapped
from tuisync.widgets.plain import fit
from tuisync.widgets.rows import Rows

if TYPE_CHECKING:
    from rich.style import Style
    from textual import events


class Table(ScrollView, Generic[R], can_focus=True, inherit_bindings=False):
    """Rows and columns with a cursor, sorting, filtering and selection.

    Args:
        columns: What to show of a row, from left to right.
        empty: What to say, and which key to press, when there are no rows at all.
        selectable: Whether space marks rows.
        titled: Whether the columns' titles are shown.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="table.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="table.down"),
        Binding("pageup,ctrl+u", "page(-1)", "Page up", show=False, id="table.page_up"),
        Binding("pagedown,ctrl+d", "page(1)", "Page down", show=False, id="table.page_down"),
        Binding("home,g", "move_to(0)", "First row", show=False, id="table.first"),
        Binding("end,G", "move_to(-1)", "Last row", show=False, id="table.last"),
        Binding("space", "select", "Mark row", show=False, id="table.select"),
        Binding("ctrl+a", "select_all", "Mark all rows shown", show=False, id="table.all"),
        Binding("less_than_sign", "sort(-1)", "Sort by previous column", show=False),
        Binding("greater_than_sign", "sort(1)", "Sort by next column", show=False),
        Binding("R", "reverse", "Reverse the order", show=False, id="table.reverse"),
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table--header",
        "table--cursor",
        "table--cursor-blurred",
        "table--selected",
        "table--hover",
        "table--empty",
        *(f"table--{tone}" for tone in TONES),
    }

    cursor: reactive[int] = reactive(0, repaint=False)
    hovered: reactive[int] = reactive(-1, repaint=False)

    class Highlighted(Message):
        """The cursor came to another row, or the row under it changed."""

        def __init__(self, table: Table[Any], key: str | None) -> None:
            super().__init__()
            self.table = table
            self.key = key

        @property
        def control(self) -> Table[Any]:
            """The table."""
            return self.table

        def can_replace(self, message: Message) -> bool:
            """Only the newest position of the same table counts."""
            return isinstance(message, Table.Highlighted) and message.table is self.table

    class Opened(Message):
        """A row was chosen with enter or a second click."""

        def __init__(self, table: Table[Any], key: str) -> None:
            super().__init__()
            self.table = table
            self.key = key

        @property
        def control(self) -> Table[Any]:
            """The table."""
            return self.table

    class Changed(Message):
        """What is shown or selected changed in number."""

        def __init__(self, table: Table[Any]) -> None:
            super().__init__()
            self.table = table

        @property
        def control(self) -> Table[Any]:
            """The table."""
            return self.table

    def __init__(
        self,
        columns: Sequence[Column[R]],
        *,
        empty: str = "",
        selectable: bool = False,
        titled: bool = True,
        id: str | None = None,  # noqa: A002  # the name every Textual widget uses
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._columns = tuple(columns)
        self.empty = empty
        self.selectable = selectable
        self.header_height = int(titled)
        self.rows: Rows[R] = Rows(key=str)
        self.filled = False
        self.words = ""
        self.sorted_by: str | None = None
        self.reversed = False
        self.selected: frozenset[str] = frozenset()
        self._shown: list[int] = []
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

    # -- what it holds --------------------------------------------------------------------

    @property
    def shown(self) -> int:
        """How many rows pass the filter."""
        return len(self._shown)

    @property
    def key(self) -> str | None:
        """The key of the row under the cursor."""
        return self.key_at(self.cursor)

    @property
    def row(self) -> R | None:
        """The row under the cursor."""
        key = self.key
        return None if key is None else self.rows.get(key)

    @property
    def chosen(self) -> list[R]:
        """The selected rows, or else the row under the cursor."""
        if self.selected:
            keys = [self.rows.key(place) for place in self._shown]
            return [row for key in keys if key in self.selected and (row := self.rows.get(key))]
        row = self.row
        return [] if row is None else [row]

    def key_at(self, line: int) -> str | None:
        """Return the key of the row on that line of the table, or None."""
        if not 0 <= line < len(self._shown):
            return None
        return self.rows.key(self._shown[line])

    def fill(self, rows: Rows[R]) -> None:
        """Show these rows; cursor, scroll position and selection stay with theirs."""
        self.filled = True
        before = len(self._shown)
        key, line_on_screen = self.key, self.cursor - self.scroll_offset.y
        self.rows = rows
        self.selected = frozenset(each for each in self.selected if each in rows)
        self._rearrange(key, line_on_screen)
        if len(self._shown) != before:
            self.post_message(self.Changed(self))

    def filter(self, words: str) -> None:
        """Show only the rows that contain every one of these words."""
        if words == self.words:
            return
        self.words = words
        self._rearrange(self.key, self.cursor - self.scroll_offset.y)
        self.post_message(self.Changed(self))

    def sort(self, column: str | None, *, reverse: bool = False) -> None:
        """Sort by that column, or by nothing: the order the rows came in."""
        self.sorted_by, self.reversed = column, reverse
        self._rearrange(self.key, self.cursor - self.scroll_offset.y)

    def select(self, keys: frozenset[str]) -> None:
        """Mark these rows and no others."""
        self.selected = keys
        self.refresh()
        self.post_message(self.Changed(self))

    def go_to(self, key: str) -> None:
        """Put the cursor on that row, if it is shown."""
        for line, place in enumerate(self._shown):
            if self.rows.key(place) == key:
                self.cursor = line
                return

    def _rearrange(self, key: str | None, line_on_screen: int) -> None:
        order = next((c.order for c in self.columns if c.key == self.sorted_by), None)
        self._shown = self.rows.ordered(
            self.rows.matching(self.words), order, reverse=self.reversed
        )
        self.virtual_size = Size(self.size.width, len(self._shown) + self.header_height)
        self._follow(key, line_on_screen)
        self.refresh()
        self.post_message(self.Highlighted(self, self.key))

    def _follow(self, key: str | None, line_on_screen: int) -> None:
        last = max(0, len(self._shown) - 1)
        line = min(self.cursor, last)
        if key is not None and key in self.rows:
            line = next(
                (n for n, place in enumerate(self._shown) if self.rows.key(place) == key), line
            )
        self.set_reactive(Table.cursor, line)
        self.scroll_to(y=max(0, line - line_on_screen), animate=False)
        self._reveal(line)

    # -- moving ---------------------------------------------------------------------------

    def validate_cursor(self, line: int) -> int:
        """Keep the cursor on a row."""
        return max(0, min(line, len(self._shown) - 1))

    def watch_cursor(self, before: int, now: int) -> None:
        """Redraw the two lines concerned and keep the cursor in view."""
        self._refresh_row(before)
        self._refresh_row(now)
        self._reveal(now)
        self.post_message(self.Highlighted(self, self.key))

    def _reveal(self, line: int) -> None:
        room = max(1, self.size.height - self.header_height)
        top = self.scroll_offset.y
        if line < top:
            self.scroll_to(y=line, animate=False)
        elif line >= top + room:
            self.scroll_to(y=line - room + 1, animate=False)

    def _refresh_row(self, line: int) -> None:
        y = line - self.scroll_offset.y + self.header_height
        if self.header_height <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    def action_move(self, lines: int) -> None:
        """Move the cursor by that many rows."""
        self.cursor += lines

    def action_move_to(self, line: int) -> None:
        """Move the cursor to the first (0) or last (-1) row."""
        self.cursor = line if line >= 0 else len(self._shown) + line

    def action_page(self, pages: int) -> None:
        """Move the cursor by that many screens."""
        self.cursor += pages * max(1, self.size.height - self.header_height - 1)

    def action_open(self) -> None:
        """Open the row under the cursor."""
        if (key := self.key) is not None:
            self.post_message(self.Opened(self, key))

    def action_select(self) -> None:
        """Mark the row under the cursor, or take the mark away, and go on to the next."""
        if self.selectable and (key := self.key) is not None:
            self.select(self.selected ^ {key})
            self.cursor += 1

    def action_select_all(self) -> None:
        """Mark all rows shown, or none when they all are marked."""
        if self.selectable:
            keys = frozenset(self.rows.key(place) for place in self._shown)
            self.select(frozenset() if keys <= self.selected else keys)

    def action_sort(self, step: int) -> None:
        """Sort by the next or previous column that can be sorted; past the end by none."""
        keys = [None, *(each.column.key for each in self._placed() if each.column.order)]
        place = keys.index(self.sorted_by) if self.sorted_by in keys else 0
        self.sort(keys[(place + step) % len(keys)])

    def action_reverse(self) -> None:
        """Turn the order round."""
        self.sort(self.sorted_by, reverse=not self.reversed)

    # -- mouse ----------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        """Sort by a title, highlight a row, open the highlighted one."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        event.stop()
        if offset.y < self.header_height:
            self._sort_at(offset.x)
            return
        line = offset.y - self.header_height + self.scroll_offset.y
        if line >= len(self._shown):
            return
        if line == self.cursor:
            self.action_open()
        self.cursor = line

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Light up the row under the pointer."""
        line = event.y - self.header_height + self.scroll_offset.y
        self.hovered = line if event.y >= self.header_height and line < len(self._shown) else -1

    def on_leave(self) -> None:
        """The pointer is gone."""
        self.hovered = -1

    def watch_hovered(self, before: int, now: int) -> None:
        """Redraw the two lines concerned."""
        self._refresh_row(before)
        self._refresh_row(now)

    def _sort_at(self, x: int) -> None:
        found = column_at(self._placed(), x)
        if found is not None and found.column.order:
            key = found.column.key
            self.sort(key, reverse=self.sorted_by == key and not self.reversed)

    # -- drawing --------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Keep the cursor in view, at the new width."""
        self.virtual_size = Size(self.size.width, len(self._shown) + self.header_height)
        self._reveal(self.cursor)

    def on_focus(self) -> None:
        """Show the cursor as the one that takes keys."""
        self.refresh()

    def on_blur(self) -> None:
        """Show the cursor as resting."""
        self.refresh()

    def notify_style_update(self) -> None:
        """Forget the colours of the old theme."""
        self._styles.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """Draw one line of the screen: the titles, a row, or nothing."""
        width = self.size.width
        if y < self.header_height:
            style = self._style("header", "plain")
            line = titles(self._placed(), self.sorted_by, reverse=self.reversed)
            return Strip([Segment(line, style)]).adjust_cell_length(width, style)
        line_of_rows = y - self.header_height + self.scroll_offset.y
        if line_of_rows < len(self._shown):
            return self._row(line_of_rows, width)
        if not self._shown and self.filled:
            return self._nothing(y - self.header_height, width)
        return Strip.blank(width, self.rich_style)

    def _row(self, line: int, width: int) -> Strip:
        place = self._shown[line]
        marked = self.rows.key(place) in self.selected
        style = partial(self._style, self._state(line, marked=marked))
        segments = cells(
            self._placed(), self.rows[place], style, cursor=line == self.cursor, marked=marked
        )
        return Strip(segments).adjust_cell_length(width, style("plain"))

    def _state(self, line: int, *, marked: bool) -> str:
        if line == self.cursor:
            return "cursor" if self.has_focus else "cursor-blurred"
        if line == self.hovered:
            return "hover"
        return "selected" if marked else ""

    def _nothing(self, y: int, width: int) -> Strip:
        text = self.empty
        if len(self.rows):
            text = f"Nothing here contains “{self.words}”.\nescape takes the filter away."
        lines = wrapped(text, width - 2 * MARGIN)
        content = lines[y - 1] if 1 <= y <= len(lines) else ""
        style = self._style("empty", "strong" if y == 1 else "plain")
        return Strip([Segment(fit(" " * MARGIN + content, width), style)], width)

    def _placed(self) -> list[Placed[R]]:
        width = self.size.width - MARGIN - 1
        if width != self._fitting_width:
            self._fitting = placed(self.columns, width)
            self._fitting_width = width
        return self._fitting

    def _style(self, state: str, tone: Tone) -> Style:
        found = self._styles.get((state, tone))
        if found is None:
            found = self.rich_style
            for name in (tone if tone != "plain" else "", state):
                if name:
                    found += self.get_component_rich_style(f"table--{name}", partial=True)
            self._styles[state, tone] = found
        return found
