"""Tables and cards in plain text, aligned by terminal cells. Remote text is made inert here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tuisync.cli.cells import fitted, width
from tuisync.cli.pen import Cell, Pen, Tone, Value, styled
from tuisync.core.text import clean, settled

_GAP = "  "
_LEAST = 8
"""Cells a flexible column keeps, however narrow the terminal."""


class Head(NamedTuple):
    """A column's heading.

    Attributes:
        title: Its text.
        right: Numbers stand to the right.
        flexible: May be cut when the terminal is too narrow.
        spare: Left out when cutting is not enough.
    """

    title: str
    right: bool = False
    flexible: bool = False
    spare: bool = False


def head(title: str) -> Head:
    """Return a column that is never cut."""
    return Head(title)


def count(title: str) -> Head:
    """Return a column of numbers."""
    return Head(title, right=True)


def flexible(title: str) -> Head:
    """Return a column that gives way in a narrow terminal."""
    return Head(title, flexible=True)


def spare(head: Head) -> Head:
    """Return the column as one that a narrow terminal can do without."""
    return head._replace(spare=True)


def table(heads: Sequence[Head], rows: Iterable[Sequence[Value]], pen: Pen) -> Iterator[str]:
    """Yield the lines of a table; nothing at all when it has no rows."""
    cells = [[_shown(value, pen) for value in row] for row in rows]
    if not cells:
        return
    kept = _kept(heads, cells, pen.width)
    heads, cells = [heads[n] for n in kept], [[row[n] for n in kept] for row in cells]
    widths = _widths(heads, cells, pen.width)
    yield _line(heads, [Cell(each.title, "strong") for each in heads], widths)
    for row in cells:
        yield _line(heads, row, widths)


def _shown(value: Value, pen: Pen) -> Cell:
    """Return what a value looks like in a column; on a terminal all must agree how wide it is."""
    text, tone = as_cell(value)
    return Cell(text if pen.width is None else settled(text), tone)


def card(facts: Iterable[tuple[str, Value]]) -> Iterator[str]:
    """Yield one line per fact, with the values under each other."""
    known = [(label, as_cell(value)) for label, value in facts]
    widest = max((width(label) for label, _ in known), default=0)
    for label, cell in known:
        lead = styled(label + " " * (widest - width(label)), "muted")
        yield f"{lead}{_GAP}{styled(cell.text, cell.tone)}".rstrip()


def section(title: str, lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines under a title with an empty line before it; nothing for no lines."""
    held = list(lines)
    if held:
        yield from ("", styled(title, "strong"), *held)


def as_cell(value: Value) -> Cell:
    """Return what a value looks like, made inert."""
    if value is None or value == "":
        return Cell("-", "muted")
    text, tone = value if isinstance(value, Cell) else (str(value), _tone(value))
    return Cell(clean(text), tone)


def _tone(value: str | int) -> Tone:
    return "muted" if value == 0 else "plain"


def _kept(
    heads: Sequence[Head], rows: Sequence[Sequence[Cell]], available: int | None
) -> list[int]:
    """Return the columns that are shown: spare ones go, from the right, until the rest fits."""
    kept = list(range(len(heads)))
    if available is None:
        return kept
    needed = [
        min(natural, _LEAST) if each.flexible else natural
        for each, natural in zip(heads, _natural(heads, rows), strict=True)
    ]
    for column in reversed(range(len(heads))):
        if sum(needed[n] for n in kept) + len(_GAP) * (len(kept) - 1) <= available:
            break
        if heads[column].spare:
            kept.remove(column)
    return kept


def _natural(heads: Sequence[Head], rows: Sequence[Sequence[Cell]]) -> list[int]:
    return [
        max(width(each.title), *(width(row[column].text) for row in rows))
        for column, each in enumerate(heads)
    ]


def _widths(
    heads: Sequence[Head], rows: Sequence[Sequence[Cell]], available: int | None
) -> list[int]:
    widths = _natural(heads, rows)
    if available is None:
        return widths
    too_much = sum(widths) + len(_GAP) * (len(heads) - 1) - available
    while too_much > 0:
        widest = max(
            (column for column, each in enumerate(heads) if each.flexible),
            key=widths.__getitem__,
            default=None,
        )
        if widest is None or widths[widest] <= _LEAST:
            break
        widths[widest] -= 1
        too_much -= 1
    return widths


def _line(heads: Sequence[Head], cells: Sequence[Cell], widths: Sequence[int]) -> str:
    parts = []
    for each, cell, wide in zip(heads, cells, widths, strict=True):
        text = cell.text
        if (takes := width(text)) > wide:
            text = fitted(text, wide)
            takes = width(text)
        padding = " " * (wide - takes)
        shown = styled(text, cell.tone)
        parts.append(padding + shown if each.right else shown + padding)
    return _GAP.join(parts).rstrip()
