"""Drawing a table's lines as segments. Pure: what to draw and in which styles is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.segment import Segment
from rich.style import Style

from tuisync.widgets.columns import GAP, Placed, R
from tuisync.widgets.marks import Tone
from tuisync.widgets.plain import fit

MARGIN = 2
"""Cells left of the first column: the cursor's bar and the selection mark."""

StyleOf = Callable[[Tone], Style]


def titles(columns: Sequence[Placed[R]], sorted_by: str | None, *, reverse: bool) -> str:
    """Return the line of column titles, with an arrow at the sorted one."""
    line = " " * MARGIN
    for column, width in columns:
        title = column.heading(width)
        if column.key == sorted_by:
            title = f"{column.heading(width - 1)}{'▾' if reverse else '▴'}"
        line += fit(title, width, column.align) + " " * GAP
    return line


def cells(columns: Sequence[Placed[R]], row: R, style: StyleOf, margin: str) -> list[Segment]:
    """Return a row's segments, its margin first."""
    segments = [Segment(margin, style("accent"))]
    gap = Segment(" " * GAP, style("plain"))
    for column, width in columns:
        text, tone = column.cell(row)
        shown = fit(text, width, column.align, middle=column.middle)
        segments += (Segment(shown, style(tone)), gap)
    return segments


def column_at(columns: Sequence[Placed[R]], x: int) -> Placed[R] | None:
    """Return the column drawn at that cell of the line."""
    left = MARGIN
    for each in columns:
        if left <= x < left + each.width + GAP:
            return each
        left += each.width + GAP
    return None


def wrapped(text: str, width: int) -> list[str]:
    """Return the text in lines of at most `width` characters, broken at spaces."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            if line and len(line) + 1 + len(word) > width:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}" if line else word
        lines.append(line)
    return lines
