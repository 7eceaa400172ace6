"""Reading CSV as spreadsheets write it: with or without a mark, commas, semicolons or tabs.

A row that cannot be read is told with its line and column, and the rows around it count.
"""

from __future__ import annotations

import csv
import io
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from tuisync.core.errors import UsageError
from tuisync.core.text import clean, spreadsheet_plain

_DELIMITERS = ",;\t"
_LINE_END = re.compile("[\r\n]")
_NEAR = 0.75


class Fault(NamedTuple):
    """What is wrong with a row.

    Attributes:
        line: The file's line at which the row begins, the heading being line 1.
        column: The column's heading; empty for the row as a whole.
        message: What is wrong, in words.
    """

    line: int
    column: str
    message: str


class BadRow(ValueError):  # never leaves the package
    """A row cannot be taken; it carries why."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(each.message for each in faults))
        self.faults = faults


@dataclass(frozen=True)
class Line:
    """One row.

    Attributes:
        number: The file's line at which it begins.
        cells: The texts that are not empty, by heading.
    """

    number: int
    cells: Mapping[str, str]

    def get(self, column: str) -> str:
        """Return a cell's text, trimmed; empty when there is none."""
        return self.cells.get(column, "").strip()

    def bad(self, column: str, message: str) -> BadRow:
        """Return the error for a cell of this row."""
        return BadRow(Fault(self.number, column, message))


@dataclass(frozen=True)
class Sheet:
    """A file that was read.

    Attributes:
        name: Its name, made inert.
        columns: The headings it has of those that count.
        lines: Its rows.
        faults: What could not be read.
    """

    name: str
    columns: frozenset[str]
    lines: Sequence[Line]
    faults: Sequence[Fault]


def read_sheet(
    path: Path, columns: Sequence[str], *, key: str, also: Mapping[str, str] | None = None
) -> Sheet:
    """Read a file with a heading line.

    Headings are compared without case and white space around them; those that are not among
    `columns` are left out, and told if they look like a slip of one that is.

    Args:
        path: The file.
        columns: Headings that count.
        key: The heading it must have.
        also: Other words for headings, as people call them.

    Raises:
        UsageError: It cannot be read, is no text in Unicode, or lacks that heading.
    """
    text = _text(path)
    name = clean(path.name)
    words = also or {}
    delimiter = _delimiter(text, {*columns, *words})
    faults: list[Fault] = []
    rows = _rows(text, delimiter, faults)
    _, first = next(rows, (1, []))
    heads = [words.get(head, head) for head in map(_head, first)]
    if key not in heads:
        known = ", ".join(columns)
        raise UsageError(f"{name} has no column `{key}`.", hint=f"The columns are: {known}.")
    faults += _odd_heads(heads, columns)
    lines = list(_lines(rows, heads, columns, faults))
    found = frozenset(heads).intersection(columns)
    return Sheet(name, found, lines, sorted(faults))


def _text(path: Path) -> str:
    try:
        data = path.expanduser().read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from None
    encoding = "utf-16" if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8"
    try:
        return data.removeprefix(BOM_UTF8).decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(
            f"{clean(path.name)} is not Unicode text (line {line}).",
            hint="In the spreadsheet, save it as “CSV UTF-8”.",
        ) from None


def _delimiter(text: str, headings: Container[str]) -> str:
    """Return the sign between cells: the one that makes the most headings of the first line."""
    first = _LINE_END.split(text.lstrip("\r\n"), maxsplit=1)[0]

    def known(delimiter: str) -> int:
        try:
            cells = next(csv.reader([first], delimiter=delimiter), [])
        except csv.Error:  # a cell longer than any
            return 0
        return sum(_head(cell) in headings for cell in cells)

    return max(_DELIMITERS, key=known)


def _head(cell: str) -> str:
    return spreadsheet_plain(cell).strip().casefold().replace(" ", "_")


def _rows(text: str, delimiter: str, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the line it begins at; blank ones are left out."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        begins = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            faults.append(Fault(begins, "", f"The row cannot be read: {error}."))
            continue
        if any(cell.strip() for cell in row):
            yield begins, row


def _lines(
    rows: Iterator[tuple[int, list[str]]],
    heads: Sequence[str],
    columns: Sequence[str],
    faults: list[Fault],
) -> Iterator[Line]:
    counted = {place: head for place, head in enumerate(heads) if head in columns}
    for number, row in rows:
        if any(cell.strip() for cell in row[len(heads) :]):
            faults.append(Fault(number, "", "The row has more cells than there are headings."))
            continue
        cells = {
            counted[place]: spreadsheet_plain(cell)
            for place, cell in enumerate(row)
            if place in counted and cell.strip()
        }
        yield Line(number, cells)


def _odd_heads(heads: Sequence[str], columns: Sequence[str]) -> Iterator[Fault]:
    for place, head in enumerate(heads):
        if head in columns:
            if head in heads[:place]:
                yield Fault(1, head, f"The column `{head}` is there twice; the last one counts.")
            continue
        near = get_close_matches(head, columns, n=1, cutoff=_NEAR)
        if near and near[0] not in heads:
            message = f"There is no column `{clean(head)}`. Did you mean `{near[0]}`?"
            yield Fault(1, clean(head), message)
