"""Widgets that are one line high and draw it from toned parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from tuisync.widgets.colours import style_of
from tuisync.widgets.marks import Tone

_BOLD: frozenset[Tone] = frozenset({"bad", "accent"})
"""Tones that stand out in a single line besides by their colour."""


class Part(NamedTuple):
    """A piece of a line."""

    text: str
    tone: Tone


class OneLine(Widget, can_focus=False):
    """A widget of one line."""

    ALLOW_SELECT = False

    def draw(self) -> list[Segment]:
        """Return the line's segments; the rest of the line is blank."""
        raise NotImplementedError

    def render_line(self, y: int) -> Strip:
        """Draw the line."""
        segments = self.draw() if y == 0 else []
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)


class ToneLine(OneLine):
    """A line drawn from toned parts."""

    def parts(self) -> Sequence[Part]:
        """Return what the line says."""
        raise NotImplementedError

    def draw(self) -> list[Segment]:
        """Draw the parts in the colours of their tones."""
        return [Segment(text, self._style(tone)) for text, tone in self.parts()]

    def _style(self, tone: Tone) -> Style:
        return style_of(self, tone=tone) + Style(bold=tone in _BOLD or None)


def cells(parts: Sequence[Part]) -> int:
    """Return how many cells the parts take."""
    return sum(cell_len(part.text) for part in parts)
