"""The rows behind a table: keyed, filtered and sorted without touching the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar

R = TypeVar("R")


class Rows(Generic[R]):
    """An immutable list of rows; safe to make in a thread and hand to a table.

    Args:
        rows: The rows as they come.
        key: Names a row for good, so that a cursor can find it again.
        text: What `/` searches.
    """

    def __init__(
        self,
        rows: Iterable[R] = (),
        *,
        key: Callable[[R], str],
        text: Callable[[R], str] = str,
    ) -> None:
        keyed = {key(row): row for row in rows}
        self._rows: Sequence[R] = tuple(keyed.values())
        self._keys = tuple(keyed)
        self._places = {name: place for place, name in enumerate(self._keys)}
        self._text = text
        self._texts: list[str] | None = None

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

    def get(self, key: str) -> R | None:
        """Return the row with that key, or None."""
        place = self._places.get(key)
        return None if place is None else self._rows[place]

    def indexed(self) -> Rows[R]:
        """Prepare the search texts now, away from the event loop, and return itself."""
        if self._texts is None:
            self._made_texts()
        return self

    def _made_texts(self) -> list[str]:
        self._texts = [self._text(row).casefold() for row in self._rows]
        return self._texts

    def matching(self, words: str) -> list[int]:
        """Return the places of the rows that contain every one of the words."""
        wanted = words.casefold().split()
        if not wanted:
            return list(range(len(self._rows)))
        texts = self._texts if self._texts is not None else self._made_texts()
        first, *others = wanted
        found = [place for place, text in enumerate(texts) if first in text]
        for word in others:
            found = [place for place in found if word in texts[place]]
        return found

    def ordered(
        self, places: list[int], order: Callable[[R], Any] | None, *, reverse: bool = False
    ) -> list[int]:
        """Return the places sorted by `order`; unknown (None) values come last."""
        if order is None:
            return places[::-1] if reverse else places
        keyed = [(order(self._rows[place]), place) for place in places]
        known = [pair for pair in keyed if pair[0] is not None]
        known.sort(key=lambda pair: pair[0], reverse=reverse)
        return [place for _, place in known] + [place for value, place in keyed if value is None]
