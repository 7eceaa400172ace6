"""How many terminal cells a text takes, and how it is cut to fit."""

from __future__ import annotations

import re
import unicodedata

ELLIPSIS = "…"

_EMOJI_STYLE = "\N{VARIATION SELECTOR-16}"
_JOINER = "\N{ZERO WIDTH JOINER}"
_JAMO = re.compile("[\u1160-\u11ff\ud7b0-\ud7fb]")
"""Vowels and final consonants that are drawn within the syllable before."""

_SIGNS = re.compile("[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd]")
"""Format characters that are drawn."""

_NO_WIDTH = frozenset({"Mn", "Me", "Cf", "Cc"})


def width(text: str) -> int:
    """Return the cells a text takes: two for wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    return sum(cells for _, cells in _clusters(text))


def fitted(text: str, cells: int) -> str:
    """Return the text, cut with an ellipsis if it takes more cells than there are."""
    if width(text) <= cells:
        return text
    kept, room = "", cells - 1
    for cluster, taken in _clusters(text):
        if taken > room:
            break
        kept += cluster
        room -= taken
    return kept.rstrip() + ELLIPSIS if cells > 0 else ""


def _clusters(text: str) -> list[tuple[str, int]]:
    """Split a text into what is drawn together, with the cells of each."""
    clusters: list[tuple[str, int]] = []
    for character in text:
        cells = _cells(character)
        joined = bool(clusters) and (cells == 0 or clusters[-1][0].endswith(_JOINER))
        if not joined:
            clusters.append((character, cells))
            continue
        before, taken = clusters[-1]
        clusters[-1] = (before + character, 2 if character == _EMOJI_STYLE else taken)
    return clusters


def _cells(character: str) -> int:
    if _JAMO.match(character):
        return 0
    if unicodedata.category(character) in _NO_WIDTH and not _SIGNS.match(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
