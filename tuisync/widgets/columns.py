"""What a table shows of a row, and which of it fits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from rich.cells import cell_len

if TYPE_CHECKING:
    from tuisync.widgets.marks import Mark, Tone
    from tuisync.widgets.plain import Align

R = TypeVar("R")

GAP = 2
"""Cells between two columns."""

ROOMY = 100
"""Cells from which the headings of a table are written out."""

_LEAST = 4
"""Cells a column keeps that has to stay in a table too narrow for it."""

_UNKNOWN: Mapping[str, int] = MappingProxyType({})


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
        short: Its heading where the table is narrow.
        snug: It takes no more cells than its longest text and its heading; without any text in
            it, it is left out.
        middle: What does not fit loses its middle, not its end.
        folds: What does not fit goes on in the next line, in a table that folds.
        wish: Cells it has before a column of a higher rank comes in; 0 is `width`.
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
    short: str = ""
    snug: bool = False
    middle: bool = False
    folds: bool = False
    wish: int = 0

    def text(self, row: R) -> str:
        """Return what it shows of a row, without the tone."""
        return self.cell(row).text

    def heading(self, width: int) -> str:
        """Return the heading that fits into that many cells."""
        return self.title if cell_len(self.title) <= width else self.short or self.title


def title_column(
    key: str,
    title: str,
    text: Callable[[R], str | None],
    *,
    cell: Callable[[R], Cell] | None = None,
    tone: Tone = "plain",
    width: int = 20,
    flex: int = 3,
    widest: int = 80,
    rank: int = 0,
    wish: int = 0,
    short: str = "",
    sorts: bool = True,
) -> Column[R]:
    """Return a column of titles or names, the same in every table.

    It takes what its longest one needs, cuts others in their middle and sorts them without
    regard to case.

    Args:
        key: Its name in code.
        title: Its heading.
        text: What it is sorted by, and shows; a row without goes to the end and shows a dash.
        cell: What it shows instead.
        tone: The tone of its texts.
        width: As in `Column`.
        flex: As there.
        widest: As there.
        rank: As there.
        wish: As there.
        short: As there.
        sorts: Its rows can be sorted by it.
    """
    return Column(
        key,
        title,
        cell or partial(_said, text, tone),
        width,
        flex,
        widest,
        rank=rank,
        order=partial(_folded, text) if sorts else None,
        short=short,
        snug=True,
        middle=True,
        wish=wish,
    )


sku_column = partial(title_column, width=14, flex=4, widest=40)
"""Return a column of SKUs, as `title_column` does: they are shorter, and to be read whole."""


def _said(text: Callable[[R], str | None], tone: Tone, row: R) -> Cell:
    said = text(row)
    return Cell(said, tone) if said else Cell("-", "muted")


def _folded(text: Callable[[R], str | None], row: R) -> str | None:
    return (text(row) or "").casefold() or None


class Placed(NamedTuple, Generic[R]):
    """A column that fits, with the cells it gets."""

    column: Column[R]
    width: int


class _Span(NamedTuple):
    """The cells a column may take."""

    least: int
    most: int
    wish: int

    def before(self, *, others: bool) -> int:
        """Return the cells it needs, and before less important columns those it wishes for."""
        return max(self.least, self.wish) if others else self.least


def placed(
    columns: Sequence[Column[R]], width: int, longest: Mapping[str, int] = _UNKNOWN
) -> list[Placed[R]]:
    """Choose the columns that fit into `width` cells and share out what is left.

    Args:
        columns: All of them, from left to right.
        width: The cells there are.
        longest: By key, the cells of the longest text in a snug column, as far as known.
    """
    spans = {each.key: _span(each, width, longest.get(each.key)) for each in columns}
    columns = [each for each in columns if longest.get(each.key) != 0]
    kept = list(columns)
    while len(kept) > 1 and _needed(kept, spans) > width:
        last = max(kept, key=lambda column: (column.rank, kept.index(column)))
        if last.rank == 0:
            break
        kept.remove(last)
    for column in sorted((each for each in columns if each not in kept), key=lambda c: c.rank):
        with_it = [each for each in columns if each in kept or each is column]
        if _needed(with_it, spans) <= width:
            kept = with_it
    fitting = [
        Placed(column, cells) for column, cells in zip(kept, _wanted(kept, spans), strict=True)
    ]
    left = width - _needed(kept, spans)
    return _squeezed(fitting, -left) if left < 0 else _shared(fitting, left, spans)


def _span(column: Column[R], width: int, longest: int | None) -> _Span:
    if not column.snug or longest is None:
        return _Span(column.width, column.widest if column.flex else column.width, column.wish)
    heading = column.title if width >= ROOMY or not column.short else column.short
    most = min(max(longest, cell_len(heading)), column.widest)
    least = min(column.width, most) if column.flex else most
    return _Span(least, most, min(column.wish, most))


def _needed(columns: Sequence[Column[R]], spans: Mapping[str, _Span]) -> int:
    return sum(_wanted(columns, spans)) + GAP * (len(columns) - 1)


def _wanted(columns: Sequence[Column[R]], spans: Mapping[str, _Span]) -> Iterator[int]:
    """Yield the cells of each: those the least important ones need, of others what they wish."""
    last = max((each.rank for each in columns), default=0)
    for each in columns:
        yield spans[each.key].before(others=each.rank < last)


def _shared(fitting: list[Placed[R]], left: int, spans: Mapping[str, _Span]) -> list[Placed[R]]:
    """Give what is left to the flexible columns by their share, until each has its most."""
    hungry = list(range(len(fitting)))
    while left > 0 and hungry:
        hungry = [
            place
            for place in hungry
            if fitting[place].column.flex
            and fitting[place].width < spans[fitting[place].column.key].most
        ]
        given = left
        for number, place in enumerate(hungry):
            column, width = fitting[place]
            shares = sum(fitting[each].column.flex for each in hungry[number:])
            more = min(given * column.flex // shares, spans[column.key].most - width)
            fitting[place] = Placed(column, width + more)
            given -= more
        if given == left:
            break
        left = given
    return fitting


def _squeezed(fitting: list[Placed[R]], missing: int) -> list[Placed[R]]:
    """Take what is missing from the flexible columns, always from the widest of them."""
    soft = [place for place, each in enumerate(fitting) if each.column.flex]
    for _ in range(missing):
        widest = max(soft, key=lambda place: fitting[place].width, default=None)
        if widest is None or fitting[widest].width <= _LEAST:
            break
        fitting[widest] = fitting[widest]._replace(width=fitting[widest].width - 1)
    return fitting
