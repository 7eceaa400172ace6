"""A table that draws only the lines on the screen, however many rows there are.

The built-in one measures every cell of every row first; this one asks each visible row for
its cells when it is drawn. Rows have string keys: the cursor, the scroll position and the
selection stay with their rows when the data changes underneath.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive

from tuisync.widgets.columns import Column, R
from tuisync.widgets.grid import Grid
from tuisync.widgets.painting import column_at

if TYPE_CHECKING:
    from textual import events

    from tuisync.widgets.rows import Rows

_BAR, _THIN_BAR = "▌", "▏"
"""The cursor where keys go, and in a table that rests."""


class _About(Message):
    """Something happened in a table."""

    def __init__(self, table: Table[Any], key: str | None = None) -> None:
        super().__init__()
        self.table = table
        self.key = key

    @property
    def control(self) -> Table[Any]:
        """The table."""
        return self.table


class Table(Grid[R]):
    """Rows and columns with a cursor, sorting, filtering and selection.

    Args:
        columns: What to show of a row, from left to right.
        empty: What to say, and which key to press, when there are no rows at all.
        titled: Whether the columns' titles are shown.
        selectable: Whether space marks rows.
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
        Binding(
            "less_than_sign",
            "sort(-1)",
            "Sort by the previous column",
            show=False,
            id="table.sort_previous",
        ),
        Binding(
            "greater_than_sign",
            "sort(1)",
            "Sort",
            show=False,
            tooltip="Sort by the next column",
            id="table.sort_next",
        ),
        Binding(
            "R",
            "reverse",
            "Reverse",
            show=False,
            id="table.reverse",
            tooltip="Reverse the order",
        ),
    ]

    cursor: reactive[int] = reactive(0, repaint=False)
    hovered: reactive[int] = reactive(-1, repaint=False)

    class Highlighted(_About):
        """The cursor came to another row, or the row under it changed."""

        def can_replace(self, message: Message) -> bool:
            """Only the newest position of the same table counts."""
            return isinstance(message, Table.Highlighted) and message.table is self.table

    class Opened(_About):
        """A row was chosen with a second click."""

    class Changed(_About):
        """What is shown or selected changed in number."""

    class Sorted(_About):
        """Rows were sorted in a thread."""

    def __init__(
        self,
        columns: Sequence[Column[R]],
        *,
        empty: str = "",
        titled: bool = True,
        selectable: bool = False,
        id: str | None = None,  # noqa: A002  # the name every Textual widget uses
    ) -> None:
        super().__init__(columns, empty=empty, titled=titled, id=id)
        self.selectable = selectable
        self.selected: frozenset[str] = frozenset()

    # -- what it holds --------------------------------------------------------------------

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
    def marked(self) -> list[R]:
        """The marked rows in the order shown; those that a filter hides come last."""
        found = (self.rows.place(key) for key in self.selected)
        wanted = {place for place in found if place is not None}
        shown = [place for place in self._shown if place in wanted] if wanted else []
        return [self.rows[place] for place in (*shown, *sorted(wanted.difference(shown)))]

    @property
    def chosen(self) -> list[R]:
        """The marked rows, whether or not a filter hides them; none marked, that at the cursor."""
        if marked := self.marked:
            return marked
        row = self.row
        return [] if row is None else [row]

    @property
    def hidden(self) -> int:
        """How many marked rows a filter hides."""
        if not self.selected or self.found == len(self.rows):
            return 0
        return len(self.selected) - sum(
            self.rows.key(place) in self.selected for place in self._shown
        )

    def fill(self, rows: Rows[R], columns: Sequence[Column[R]] = ()) -> None:
        """Show these rows; cursor, scroll position and selection stay with theirs.

        Args:
            rows: The rows.
            columns: What to show of them from now on; if not given, the same as before.
        """
        before = self.shown
        held = self._held()
        self._columns = tuple(columns) or self._columns
        self.filled = True
        self.rows = rows
        self.selected = frozenset(each for each in self.selected if each in rows)
        self._rearrange(held)
        if self.shown != before:
            self.post_message(self.Changed(self))

    def filter(self, words: str) -> None:
        """Show only the rows that contain every one of these words."""
        if words != self.words:
            held = self._held()
            self.words = words
            self._rearrange(held)
            self.post_message(self.Changed(self))

    def sort(self, column: str | None, *, reverse: bool = False) -> None:
        """Sort by that column, or by nothing: the order the rows came in.

        Many rows are sorted in a thread, and shown as before until then.
        """
        held = self._held()
        self.sorted_by, self.reversed = column, reverse
        self._rearrange(held)

    def select(self, keys: frozenset[str]) -> None:
        """Mark these rows and no others."""
        self.selected = keys
        self.refresh()
        self.post_message(self.Changed(self))

    def go_to(self, key: str) -> None:
        """Put the cursor on that row, if it is shown."""
        if (line := self.line_of(key)) is not None:
            self.cursor = line

    def _held(self) -> tuple[str | None, int]:
        """Return the row under the cursor and the line of the screen it is on."""
        return self.key, self.cursor - self.scroll_offset.y

    def _rearrange(self, held: tuple[str | None, int]) -> None:
        key, line_on_screen = held
        self._arrange()
        line = min(self.cursor, max(0, self.shown - 1))
        if key is not None and key in self.rows:
            found = self.line_of(key)
            line = line if found is None else found
        self.set_reactive(Table.cursor, line)
        # Who looks at the top sees what comes in there.
        at_top = self.scroll_offset.y == 0
        self.scroll_to(y=0 if at_top else max(0, line - line_on_screen), animate=False)
        self._reveal(line)
        self.post_message(self.Highlighted(self, self.key))
        if not self.is_sorted:
            self.run_worker(self._sort_aside, thread=True, group="sort", exclusive=True)

    def _sort_aside(self) -> None:
        self.prepare(self.rows)
        self.post_message(self.Sorted(self))

    def on_table_sorted(self, message: Sorted) -> None:
        """Show the rows as they are sorted now."""
        message.stop()
        if not self.is_sorted:
            self._rearrange(self._held())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer marking only where it leads to something."""
        if action in {"select", "select_all"}:
            return self.selectable
        return super().check_action(action, parameters)

    # -- moving ---------------------------------------------------------------------------

    def validate_cursor(self, line: int) -> int:
        """Keep the cursor on a row."""
        return max(0, min(line, self.shown - 1))

    def watch_cursor(self, before: int, now: int) -> None:
        """Redraw the two lines concerned and keep the cursor in view."""
        self.refresh_row(before)
        self.refresh_row(now)
        self._reveal(now)
        self.post_message(self.Highlighted(self, self.key))

    def _reveal(self, line: int) -> None:
        room = max(1, self.size.height - self.header_height)
        top = self.scroll_offset.y
        if line < top:
            self.scroll_to(y=line, animate=False)
        elif line >= top + room:
            self.scroll_to(y=line - room + 1, animate=False)

    def action_move(self, lines: int) -> None:
        """Move the cursor by that many rows."""
        self.cursor += lines

    def action_move_to(self, line: int) -> None:
        """Move the cursor to the first (0) or last (-1) row."""
        self.cursor = line if line >= 0 else self.shown + line

    def action_page(self, pages: int) -> None:
        """Move the cursor by that many screens."""
        self.cursor += pages * max(1, self.size.height - self.header_height - 1)

    def action_select(self) -> None:
        """Mark the row under the cursor, or take the mark away, and go on to the next."""
        if self.selectable and (key := self.key) is not None:
            self.select(self.selected ^ {key})
            self.cursor += 1

    def action_select_all(self) -> None:
        """Mark all rows shown, or none of them when they all are marked."""
        if self.selectable:
            keys = frozenset(self.rows.key(place) for place in self._shown)
            self.select(self.selected - keys if keys <= self.selected else self.selected | keys)

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
        if (key := self.key_at(line)) is None:
            return
        if key == self.key:
            self.post_message(self.Opened(self, key))
        self.cursor = line

    def _sort_at(self, x: int) -> None:
        found = column_at(self._placed(), x)
        if found is not None and found.column.order:
            key = found.column.key
            self.sort(key, reverse=self.sorted_by == key and not self.reversed)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Light up the row under the pointer."""
        line = event.y - self.header_height + self.scroll_offset.y
        on_row = event.y >= self.header_height and line < self.shown
        self.hovered = line if on_row else -1

    def on_leave(self) -> None:
        """The pointer is gone."""
        self.hovered = -1

    def watch_hovered(self, before: int, now: int) -> None:
        """Redraw the two lines concerned."""
        self.refresh_row(before)
        self.refresh_row(now)

    # -- drawing --------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Keep the cursor in view, at the new size."""
        self._resize()
        self._reveal(self.cursor)

    def on_focus(self) -> None:
        """Show the cursor as the one that takes keys."""
        self.refresh()

    def on_blur(self) -> None:
        """Show the cursor as resting."""
        self.refresh()

    def state_of(self, line: int, key: str) -> str:
        """Return how a row's ground is coloured."""
        if line == self.cursor:
            return "cursor" if self.has_focus else "cursor-blurred"
        if line == self.hovered:
            return "hover"
        return "selected" if key in self.selected else ""

    def margin_of(self, line: int, key: str) -> str:
        """Return the cursor's bar and the selection mark."""
        bar = _BAR if self.has_focus else _THIN_BAR
        return (bar if line == self.cursor else " ") + ("✓" if key in self.selected else " ")
