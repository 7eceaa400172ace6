"""Widgets that are one line high and draw it from toned parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from tuisync.widgets.colours import style_of
from tuisync.widgets.marks import TONES, Tone


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

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"line--{tone}" for tone in TONES}

    def parts(self) -> Sequence[Part]:
        """Return what the line says."""
        raise NotImplementedError

    def draw(self) -> list[Segment]:
        """Draw the parts in the colours of their tones."""
        return [Segment(text, style_of(self, f"line--{tone}")) for text, tone in self.parts()]


def cells(parts: Sequence[Part]) -> int:
    """Return how many cells the parts take."""
    return sum(cell_len(part.text) for part in parts)
