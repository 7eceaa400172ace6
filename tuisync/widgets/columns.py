"""What a table shows of a row, and which of it fits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from tuisync.widgets.marks import Mark, Tone
    from tuisync.widgets.plain import Align

R = TypeVar("R")

GAP = 2
"""Cells between two columns."""


class Cell(NamedTuple):
    """One cell: its text, taken literally, and its tone."""

    text: str
    tone: Tone = "plain"


def marked(mark: Mark) -> Cell:
    """Return a state's glyph and word in its tone."""
    return Cell(str(mark), mark.tone)


def number(value: int | None, *, tone: Tone = "plain") -> Cell:
    """Return a count; zero steps back, unknown is a dash."""
    if value is None:
        return Cell("-", "muted")
    return Cell(f"{value:,}", tone if value else "muted")


@dataclass(frozen=True)
class Column(Generic[R]):
    """One column of a table.

    Attributes:
        key: Its name in code.
        title: Its heading.
        cell: What it shows of a row.
        width: Cells it needs; below that it is left out.
        flex: Its share of the cells left over; 0 keeps it at `width`.
        widest: Cells it takes at most.
        rank: 0 is never left out; of the others the highest goes first.
        order: What its rows are sorted by, or None when sorting by it has no meaning.
    """

    key: str
    title: str
    cell: Callable[[R], Cell]
    width: int
    flex: int = 0
    widest: int = 10_000
    align: Align = "left"
    rank: int = 0
    order: Callable[[R], Any] | None = None


class Placed(NamedTuple, Generic[R]):
    """A column that fits, with the cells it gets."""

    column: Column[R]
    width: int


def placed(columns: Sequence[Column[R]], width: int) -> list[Placed[R]]:
    """Choose the columns that fit into `width` cells and share out what is left."""
    kept = list(columns)
    while len(kept) > 1 and _needed(kept) > width:
        last = max(kept, key=lambda column: (column.rank, kept.index(column)))
        if last.rank == 0:
            break
        kept.remove(last)
    for column in sorted((each for each in columns if each not in kept), key=lambda c: c.rank):
        with_it = [each for each in columns if each in kept or each is column]
        if _needed(with_it) <= width:
            kept = with_it
    return _shared([Placed(column, column.width) for column in kept], width - _needed(kept))


def _needed(columns: Sequence[Column[R]]) -> int:
    return sum(column.width for column in columns) + GAP * (len(columns) - 1)


def _shared(fitting: list[Placed[R]], left: int) -> list[Placed[R]]:
    if left < 0:
        return _squeezed(fitting, -left)
    for place, (column, width) in enumerate(fitting):
        total = sum(each.column.flex for each in fitting[place:])
        if column.flex:
            more = min(left * column.flex // total, column.widest - width)
            fitting[place] = Placed(column, width + more)
            left -= more
    return fitting


def _squeezed(fitting: list[Placed[R]], missing: int) -> list[Placed[R]]:
    for place, (column, width) in enumerate(fitting):
        if column.flex:
            less = min(missing, max(0, width - 4))
            fitting[place] = Placed(column, width - less)
            missing -= less
    return fitting
