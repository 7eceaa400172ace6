"""Drawing a table's lines as segments. Pure: what to draw and in which styles is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

from tuisync.widgets.columns import GAP, Cell, Placed, R
from tuisync.widgets.marks import Tone
from tuisync.widgets.plain import fit, plain

MARGIN = 2
"""Cells left of the first column: the cursor's bar and the selection mark."""

_FOLDS = 3
"""Lines a cell takes at most."""

StyleOf = Callable[[Tone], Style]


def titles(columns: Sequence[Placed[R]], sorted_by: str | None, *, reverse: bool) -> str:
    """Return the line of column titles, with an arrow at the sorted one."""
    line = " " * MARGIN
    for column, width in columns:
        title = column.heading(width)
        if column.key == sorted_by:
            title = f"{set_cell_size(column.heading(width - 1), width - 1).rstrip()}"
            title += "▾" if reverse else "▴"
        line += fit(title, width, column.align) + " " * GAP
    return line


def cells(
    columns: Sequence[Placed[R]], line: Iterable[Cell], style: StyleOf, margin: str
) -> list[Segment]:
    """Return a line's segments, its margin first."""
    segments = [Segment(margin, style("accent"))]
    gap = Segment(" " * GAP, style("plain"))
    for (column, width), (text, tone) in zip(columns, line, strict=True):
        shown = fit(text, width, column.align, middle=column.middle)
        segments += (Segment(shown, style(tone)), gap)
    return segments


def folded(columns: Sequence[Placed[R]], row: R) -> list[list[Cell]]:
    """Return a row's cells in as many lines as its longest folding cell needs."""
    parts = [_parts(column.cell(row), width, folds=column.folds) for column, width in columns]
    return [list(line) for line in zip_longest(*parts, fillvalue=Cell(""))]


def _parts(cell: Cell, width: int, *, folds: bool) -> list[Cell]:
    if not folds:
        return [cell]
    lines = wrapped(plain(cell.text), width)
    if len(lines) > _FOLDS:
        lines = [*lines[: _FOLDS - 1], " ".join(lines[_FOLDS - 1 :])]
    return [Cell(line, cell.tone) for line in lines]


def column_at(columns: Sequence[Placed[R]], x: int) -> Placed[R] | None:
    """Return the column drawn at that cell of the line."""
    left = MARGIN
    for each in columns:
        if left <= x < left + each.width + GAP:
            return each
        left += each.width + GAP
    return None


def wrapped(text: str, width: int) -> list[str]:
    """Return the text in lines of at most `width` cells, broken at spaces."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            if line and cell_len(line) + 1 + cell_len(word) > width:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}" if line else word
        lines.append(line)
    return lines
