"""The rows behind a table: keyed, filtered and sorted without touching the screen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any, Generic, TypeVar

R = TypeVar("R")

MANY = 5_000
"""Rows from which they are sorted in a thread."""

FEW = 500
"""Rows up to which their texts are made and measured where they are shown, without a thread."""

_WIDE = re.compile(
    "[\u1100-\u115f\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653"
    "\u267f\u2693\u26a1\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5"
    "\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf"
    "\u2b1b\u2b1c\u2b50\u2b55\u2e80-\U0010ffff]"
)
"""What may take two cells; to ask for each is too slow for ten thousand titles."""


class Rows(Generic[R]):
    """An immutable list of rows; safe to make in a thread and hand to a table.

    Args:
        rows: The rows as they come.
        key: Names a row for good, so that a cursor can find it again.
        text: What `/` searches.
        folded: The texts are casefolded already; they are not copied then.
    """

    def __init__(
        self,
        rows: Iterable[R] = (),
        *,
        key: Callable[[R], str],
        text: Callable[[R], str] = str,
        folded: bool = False,
    ) -> None:
        # Tuples, since the collector of cycles looks through a list again and again.
        found = tuple(rows)
        keys = tuple(key(row) for row in found)
        self._places = {name: place for place, name in enumerate(keys)}
        if len(self._places) < len(keys):
            keyed = dict(zip(keys, found, strict=True))
            keys, found = tuple(keyed), tuple(keyed.values())
            self._places = {name: place for place, name in enumerate(keys)}
        self._rows, self._keys = found, keys
        self._text = text
        self._folded = folded
        self._texts: tuple[str, ...] | None = None
        self._ranked: dict[tuple[Callable[[R], Any], bool], tuple[int, ...]] = {}
        self._widest: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[R]:
        return iter(self._rows)

    def __getitem__(self, place: int) -> R:
        return self._rows[place]

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def key(self, place: int) -> str:
        """Return the key of the row at that place."""
        return self._keys[place]

    def place(self, key: str) -> int | None:
        """Return the place of the row with that key, or None."""
        return self._places.get(key)

    def get(self, key: str) -> R | None:
        """Return the row with that key, or None."""
        place = self._places.get(key)
        return None if place is None else self._rows[place]

    def widest(self, name: str, text: Callable[[R], str], most: int) -> int:
        """Return how many cells the longest of some texts takes; no more than `most`.

        It is kept under the name, as `ranked` is.
        """
        if (found := self._widest.get(name)) is None:
            found = self._widest[name] = _longest(map(text, self._rows), most)
        return found

    def knows_widest(self, name: str) -> bool:
        """Return whether the longest text under that name was looked for."""
        return name in self._widest

    def widest_number(
        self, name: str, text: Callable[[R], str], most: int, order: Callable[[R], Any]
    ) -> int:
        """Return the same of numbers, of which the largest or the smallest is the longest."""
        if (found := self._widest.get(name)) is None:
            known = [(value, row) for row in self._rows if (value := order(row)) is not None]
            ends = (pick(known, key=itemgetter(0)) for pick in (min, max)) if known else ()
            shown = [text(row) for _, row in ends] or [text(row) for row in self._rows[:1]]
            found = self._widest[name] = _longest(shown, most)
        return found

    def indexed(self) -> Rows[R]:
        """Prepare the search texts now, away from the event loop, and return itself."""
        if self._texts is None:
            self._made_texts()
        return self

    def _made_texts(self) -> tuple[str, ...]:
        texts = map(self._text, self._rows)
        self._texts = tuple(texts if self._folded else map(str.casefold, texts))
        return self._texts

    def matching(self, words: str) -> Sequence[int]:
        """Return the places of the rows that contain every one of the words."""
        wanted = words.casefold().split()
        if not wanted:
            return range(len(self._rows))
        texts = self._texts if self._texts is not None else self._made_texts()
        first, *others = wanted
        found = [place for place, text in enumerate(texts) if first in text]
        for word in others:
            found = [place for place in found if word in texts[place]]
        return found

    def ranked(self, order: Callable[[R], Any], *, reverse: bool = False) -> Sequence[int]:
        """Return all places sorted by `order`; unknown (None) values come last.

        It is kept, so that to prepare it in a thread makes the next `ordered` quick.
        """
        found = self._ranked.get((order, reverse))
        if found is None:
            values = [order(row) for row in self._rows]
            known = [place for place, value in enumerate(values) if value is not None]
            known.sort(key=values.__getitem__, reverse=reverse)
            unknown = [place for place, value in enumerate(values) if value is None]
            found = self._ranked[order, reverse] = (*known, *unknown)
        return found

    def is_ranked(self, order: Callable[[R], Any] | None, *, reverse: bool = False) -> bool:
        """Return whether `ordered` has next to nothing to do, or few rows to do it with."""
        return order is None or len(self._rows) <= MANY or (order, reverse) in self._ranked

    def ordered(
        self, places: Sequence[int], order: Callable[[R], Any] | None, *, reverse: bool = False
    ) -> Sequence[int]:
        """Return the places sorted by `order`; unknown (None) values come last."""
        if order is None:
            return places[::-1] if reverse else places
        ranked = self.ranked(order, reverse=reverse)
        if len(places) == len(ranked):
            return ranked
        wanted = set(places)
        return [place for place in ranked if place in wanted]


def _longest(texts: Iterable[str], most: int) -> int:
    """Return the cells of the longest text, looking no further than for `most`."""
    found = 0
    for text in texts:
        length = len(text)
        found = max(found, length if text.isascii() else length + len(_WIDE.findall(text)))
        if found >= most:
            return most
    return found
