"""A table with the `/` line under it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from tuisync.widgets.keys import key
from tuisync.widgets.line import Line
from tuisync.widgets.table import Table
from tuisync.widgets.words import Words

if TYPE_CHECKING:
    from textual.app import ComposeResult


class Finder(Vertical):
    """A table, and a line to filter it with.

    `/` opens the line, enter goes back to the table and keeps the filter, escape takes it
    away. While a filter stands, the line shows `12 of 480`.

    Args:
        table: The table to filter.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "open_filter", "Filter", id="table.filter", tooltip="Filter these rows"),
        Binding("escape", "close_filter", "Clear filter", id="table.unfilter"),
        Binding("down,tab", "to_table", "Back to the rows", show=False),
    ]

    def __init__(self, table: Table[Any], *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.table = table

    def compose(self) -> ComposeResult:
        """Lay out the table and, below it, the hidden line."""
        yield self.table
        with Horizontal(classes="filter"):
            yield Words("/", classes="filter--sign")
            yield Line(placeholder="words to look for", select_on_focus=False)
            yield Words("", classes="filter--count")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave escape to the screen while there is no filter to take away."""
        if action == "close_filter":
            return self.has_class("-filtering") or bool(self.table.selected)
        if action == "open_filter":
            return not self.query_one(Input).has_focus
        if action == "to_table":
            return self.query_one(Input).has_focus
        return super().check_action(action, parameters)

    def action_open_filter(self) -> None:
        """Show the line and type into it; what it held is replaced by what is typed."""
        self.add_class("-filtering")
        self._count()
        line = self.query_one(Input)
        line.focus()
        line.action_select_all()

    def action_close_filter(self) -> None:
        """Show all rows again; without a filter, take the marks away."""
        if not self.has_class("-filtering"):
            self.table.select(frozenset())
            return
        self.query_one(Input).value = ""
        self.table.filter("")
        self.remove_class("-filtering")
        self.table.focus()

    def action_to_table(self) -> None:
        """Keep the filter and go back to the rows."""
        self.table.focus()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.table.filter(event.value)
        self._count()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self.table.focus()
        else:
            self.action_close_filter()

    @on(Table.Changed)
    def _count(self) -> None:
        count = f"{self.table.found:,} of {len(self.table.rows):,}"
        marked = len(self.table.selected)
        self.set_class(marked > 0, "-marked")
        if marked and not self.has_class("-filtering"):
            count = f"{marked:,} marked · {key('table.unfilter')} clears"
        elif marked:
            hidden = self.table.hidden
            count += f" · {marked:,} marked" + (f", {hidden:,} hidden" if hidden else "")
        self.query_one(".filter--count", Words).say(count)
