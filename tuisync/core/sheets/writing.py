"""Writing lists as CSV that every spreadsheet opens, and none takes for instructions."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from tuisync.core.text import spreadsheet_safe

Row = Sequence[str | int | None]


def csv_lines(rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield rows as RFC 4180 has them, in UTF-8; no cell is a formula to a spreadsheet."""
    line = io.StringIO(newline="")
    writer = csv.writer(line)
    for row in rows:
        writer.writerow([spreadsheet_safe(cell) if isinstance(cell, str) else cell for cell in row])
        yield line.getvalue().encode()
        line.seek(0)
        line.truncate()


def written_pairs(pairs: Mapping[str, str]) -> str:
    r"""Return pairs as one cell: `Size: S, Colour: Red`; a `\` stands before signs in a text."""
    return ", ".join(f"{_escaped(name)}: {_escaped(value)}" for name, value in pairs.items())


def read_pairs(cell: str) -> dict[str, str]:
    """Return the pairs that `written_pairs` wrote, or that somebody typed like it.

    Raises:
        ValueError: A part of it is no pair, or a name comes twice.
    """
    pairs: dict[str, str] = {}
    for part in _parts(cell, ","):
        name, *rest = _parts(part, ":")
        value = ":".join(rest)
        if not rest or not name.strip() or name.strip() in pairs:
            raise ValueError(f"`{part.strip()}` is not of the form `Size: S`.")
        pairs[_plain(name.strip())] = _plain(value.strip())
    return pairs


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(",", "\\,").replace(":", "\\:")


def _plain(text: str) -> str:
    made, escaped = [], False
    for sign in text:
        if sign == "\\" and not escaped:
            escaped = True
            continue
        made.append(sign)
        escaped = False
    return "".join(made)


def _parts(text: str, at: str) -> list[str]:
    r"""Split at a sign, except where a `\` stands before it."""
    parts, start, escaped = [], 0, False
    for place, sign in enumerate(text):
        if escaped:
            escaped = False
        elif sign == "\\":
            escaped = True
        elif sign == at:
            parts.append(text[start:place])
            start = place + 1
    return [*parts, text[start:]] if text[start:].strip() or parts else []
