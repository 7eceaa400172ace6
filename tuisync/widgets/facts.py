"""A pane of labelled facts and short lists, for the one thing under the cursor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, NamedTuple

from rich.console import Group, RenderableType
from rich.style import Style
from rich.table import Table as Grid
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from tuisync.widgets.colours import style_of
from tuisync.widgets.columns import Cell
from tuisync.widgets.marks import Tone
from tuisync.widgets.plain import plain


class Fact(NamedTuple):
    """A label and what it is; without a label the value takes the whole line."""

    label: str
    value: Cell


class Section(NamedTuple):
    """A heading with facts under it."""

    title: str
    facts: tuple[Fact, ...]


def fact(label: str, value: object, tone: Tone = "plain") -> Fact:
    """Return a fact from anything printable; None is a dash."""
    return Fact(label or " ", Cell("-" if value is None else str(value), tone))


def note(text: str, tone: Tone = "plain") -> Fact:
    """Return a line without a label."""
    return Fact("", Cell(text, tone))


def section(title: str, facts: Iterable[Fact]) -> Section:
    """Return a section."""
    return Section(title, tuple(facts))


class FactLines(Widget):
    """Draws the sections; long values wrap beside their label, never under it."""

    def __init__(self, sections: Sequence[Section] = ()) -> None:
        super().__init__()
        self.sections = tuple(sections)

    def show(self, sections: Sequence[Section]) -> None:
        """Show these sections instead."""
        shown = tuple(each for each in sections if each.facts or each.title)
        if shown != self.sections:
            self.sections = shown
            self.refresh(layout=True)

    def render(self) -> RenderableType:
        """Draw all sections, a blank line between them."""
        blocks: list[RenderableType] = []
        for place, each in enumerate(self.sections):
            if place:
                blocks.append(Text(""))
            blocks += self._section(each)
        return Group(*blocks)

    def _text(self, text: str, tone: Tone, *, bold: bool = False) -> Text:
        return Text(plain(text), style_of(self, tone=tone) + Style(bold=bold or None))

    def _section(self, one: Section) -> Iterable[RenderableType]:
        if one.title:
            yield self._text(one.title, "accent", bold=True)
        grid: Grid | None = None
        for label, (text, tone) in one.facts:
            if not label:
                grid = None
                yield self._text(text, tone)
                continue
            if grid is None:
                grid = Grid.grid(padding=(0, 2, 0, 0))
                grid.add_column(no_wrap=True)
                grid.add_column(overflow="fold")
                yield grid
            grid.add_row(self._text(label, "muted"), self._text(text, tone))


class Facts(VerticalScroll, can_focus=True, inherit_bindings=False):
    """Sections of facts. Text is taken literally."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", "Scroll up", show=False),
        Binding("down,j", "scroll_down", "Scroll down", show=False),
        Binding("pageup,ctrl+u", "page_up", "Page up", show=False),
        Binding("pagedown,ctrl+d", "page_down", "Page down", show=False),
        Binding("home,g", "scroll_home", "To the top", show=False),
        Binding("end,G", "scroll_end", "To the end", show=False),
    ]

    def compose(self) -> Iterable[Widget]:
        """Lay out the one text it consists of."""
        yield FactLines()

    def show(self, sections: Sequence[Section]) -> None:
        """Show these sections instead."""
        self.query_one(FactLines).show(sections)
