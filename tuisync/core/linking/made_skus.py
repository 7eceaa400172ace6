"""SKUs for variants whose shop gives them none: a few words of the title, and what tells it apart.

Pure. They are short, upper-case ASCII, and the same whenever they are made of the same words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import accumulate, count

from tuisync.core.models import match_key

_TITLE = 20
"""Characters of the title's words; a word more where that makes the difference."""
_OPTIONS = 20
"""Characters of the options' words."""
_MOST_WORDS = 8
_FILLERS = frozenset(
    {"A", "AN", "AND", "AT", "BY", "FOR", "FROM", "IN", "OF", "ON", "OR", "THE", "TO", "WITH"}
)
_LETTERS = str.maketrans(
    {"Æ": "AE", "Ø": "O", "Œ": "OE", "Ł": "L", "Đ": "D", "Ð": "D", "Þ": "TH", "Ħ": "H"}
)
"""Latin letters that do not come apart into one of the alphabet and a mark."""
_SILENT = re.compile("['\u2019\u02bc\u2122\u00ae\u00a9]")
_WORD = re.compile(r"[^\W_]+")
_END_OF_HEAD = re.compile(r"[,;:|/(\[\u2013\u2014\u2022]|\s-+\s")


def made_skus(
    title: str, siblings: Sequence[Sequence[str]], place: int, fallback: str
) -> Iterator[str]:
    """Yield SKUs for a variant, the best one first, without end.

    Args:
        title: Its listing's title.
        siblings: The values of the options of each variant of the listing, as `Large`, `Navy`.
        place: Which of them it is, from 0.
        fallback: What to make it of where the title has no word to be written in ASCII.
    """
    words, least = _title_words(title) or (_fallback_words(fallback), _MOST_WORDS)
    tail = _apart(siblings, place) if len(siblings) > 1 else []
    first = "-".join([*words[:least], *tail])
    yield first
    for more in range(least + 1, min(len(words), _MOST_WORDS) + 1):
        yield "-".join([*words[:more], *tail])
    yield from (f"{first}-{number}" for number in count(2))


def _apart(siblings: Sequence[Sequence[str]], place: int) -> list[str]:
    """Return the words that tell a variant from its siblings, else its number among them."""
    words = [[word for value in values for word in _words(value)] for values in siblings]
    for room in (_OPTIONS, 2 * _OPTIONS):
        short = [_within(each, room) for each in words]
        if short[place] and short.count(short[place]) == 1:
            return short[place]
    return [str(place + 1)]


def _title_words(title: str) -> tuple[list[str], int] | None:
    """Return a title's words, and how many of them to begin with; None if it has no letters."""
    text = match_key(title)
    words = _without_fillers(_words(text))
    if not any(word.isalpha() for word in words):
        return None
    # Titles go on and on: what it is stands before the first comma.
    head = _without_fillers(_words(_END_OF_HEAD.split(text, maxsplit=1)[0]))
    wanted = head if len(head) > 1 else words
    return words, max(1, len(_within(wanted, _TITLE)))


def _fallback_words(text: str) -> list[str]:
    return _within(_words(text), 2 * _TITLE) or ["ITEM"]


def _words(text: str) -> list[str]:
    """Return the words of a text that can be written in ASCII, in upper case."""
    apart = unicodedata.normalize("NFKD", _SILENT.sub("", text)).upper().translate(_LETTERS)
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return [word[:_TITLE] for word in _WORD.findall(bare) if word.isascii()]


def _without_fillers(words: Sequence[str]) -> list[str]:
    return [word for word in words if word not in _FILLERS] or list(words)


def _within(words: Sequence[str], room: int) -> list[str]:
    """Return as many of the first words as fit, with a sign between them."""
    ends = accumulate(words, lambda length, word: length + 1 + len(word), initial=-1)
    return [word for word, end in zip(words, list(ends)[1:], strict=True) if end <= room]
