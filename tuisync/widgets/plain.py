"""Making remote text harmless and measurable before it reaches the terminal.

Texts are cleaned where they enter the program; this is the second lock, so that no title,
name or reason can move the cursor, reverse a line or push a column aside, however it came in.
"""

from __future__ import annotations

import re
from typing import Literal

from rich.cells import cell_len, get_character_cell_size

from tuisync.core.text import clean, settled

Align = Literal["left", "right", "center"]

_SIMPLE = re.compile(r"[\x20-\x7e\xa1-\xac\xae-\u02ff]*")
_STACK = 2
"""Combining marks kept on one character; more are only there to leave the line."""


def plain(text: str, limit: int = 2_000) -> str:
    """Return one line of text without anything a terminal acts upon.

    Args:
        text: Anything, remote text above all.
        limit: Characters looked at; longer text ends in an ellipsis.
    """
    if len(text) > limit:
        text = text[:limit] + "…"
    if _SIMPLE.fullmatch(text):
        return text
    return _unstacked(settled(clean(text)))


def _unstacked(text: str) -> str:
    kept: list[str] = []
    stacked = 0
    for character in text:
        stacked = stacked + 1 if get_character_cell_size(character) == 0 else 0
        if stacked <= _STACK:
            kept.append(character)
    return "".join(kept)


def cut(text: str, width: int) -> str:
    """Return the text in at most `width` terminal cells, ending in an ellipsis when cut."""
    if width <= 0:
        return ""
    if len(text) <= width and cell_len(text) <= width:
        return text
    used = 0
    for place, character in enumerate(text):
        size = get_character_cell_size(character)
        if used + size > width - 1:
            return text[:place] + "…" if cell_len(text) > width else text
        used += size
    return text


def cut_middle(text: str, width: int) -> str:
    """Return the text in at most `width` terminal cells, its beginning and its end kept.

    What tells the variants of one listing apart stands at their end: the options behind the
    last ` - ` are kept as far as two thirds of the room, of a SKU the last three fifths.
    """
    if len(text) <= width and cell_len(text) <= width:
        return text
    if width < _SPLIT:
        return cut(text, width)
    end = _end_cells(text, width - 1)
    tail = _last_cells(text, end).lstrip()
    return f"{_first_cells(text, width - 1 - end).rstrip()}…{tail}"


_SPLIT = 7
"""Cells below which two ends of a text say less than its beginning."""


def _end_cells(text: str, room: int) -> int:
    """Return how many cells of the room are for the end of a text."""
    _, dash, options = text.rpartition(" - ")
    if dash:
        return min(cell_len(options), room * 2 // 3)
    return room // 2 if " " in text else room * 3 // 5


def _first_cells(text: str, width: int) -> str:
    used = 0
    for place, character in enumerate(text):
        used += get_character_cell_size(character)
        if used > width:
            return text[:place]
    return text


def _last_cells(text: str, width: int) -> str:
    used, start = 0, len(text)
    for place in range(len(text) - 1, -1, -1):
        size = get_character_cell_size(text[place])
        used += size
        if used > width:
            break
        if size:  # a mark without a cell goes with the character before it
            start = place
    return text[start:]


def fit(text: str, width: int, align: Align = "left", *, middle: bool = False) -> str:
    """Return the text cut or padded to exactly `width` terminal cells.

    Args:
        text: What to show.
        width: The cells it takes.
        align: Where the padding goes.
        middle: Cut out of the middle rather than from the end.
    """
    if middle:
        shown = cut_middle(plain(text), width)
    else:
        shown = cut(plain(text, limit=4 * max(width, 1) + 16), width)
    missing = width - cell_len(shown)
    if align == "right":
        return " " * missing + shown
    if align == "center":
        return " " * (missing // 2) + shown + " " * (missing - missing // 2)
    return shown + " " * missing


def counted(count: int, thing: str) -> str:
    """Return a number of things: `1 order`, `12 orders`."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def owed_words(listings: int, shipments: int) -> str:
    """Return numbers of listings and shipments: `2 listings and 1 shipment`; `nothing`."""
    pairs = ((listings, "listing"), (shipments, "shipment"))
    return " and ".join(counted(count, thing) for count, thing in pairs if count) or "nothing"
