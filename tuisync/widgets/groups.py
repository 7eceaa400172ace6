"""Rows in groups, each ready to be shown: made in a thread, handed to a table."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Generic, TypeVar

from tuisync.widgets.pills import Pill
from tuisync.widgets.rows import FEW, MANY, Rows

R = TypeVar("R")

ALL = ""
"""The group of all rows."""

_NONE: Mapping[str, Collection[str]] = MappingProxyType({})


class Groups(Generic[R]):
    """Rows and the groups they fall into.

    Args:
        rows: The rows.
        words: The groups by name, with their words on the screen, in order; `ALL` is all rows.
        group: Tells a row's group.
        key: Names a row for good.
        text: What `/` searches.
        folded: The texts are casefolded already.
        ready: The group that is shown first; only its rows are made now, the others when
            they are asked for.
        apart: Groups whose rows do not count among all.
        also: Groups of rows that are in another one, too, by name: their keys.
    """

    def __init__(
        self,
        rows: Iterable[R],
        words: Mapping[str, str],
        *,
        group: Callable[[R], str],
        key: Callable[[R], str],
        text: Callable[[R], str],
        folded: bool = False,
        ready: str = ALL,
        apart: Collection[str] = (),
        also: Mapping[str, Collection[str]] = _NONE,
    ) -> None:
        found = tuple(rows)
        self._words = dict(words)
        grouped: dict[str, list[R]] = {name: [] for name in words}
        for row in found:
            if (name := group(row)) in grouped:
                grouped[name].append(row)
        self._found = {name: tuple(rows) for name, rows in grouped.items()}
        if ALL in self._found and apart:
            self._found[ALL] = tuple(row for row in found if group(row) not in apart)
        elif ALL in self._found:
            self._found[ALL] = found
        for name, keys in also.items():
            self._found[name] = tuple(row for row in found if key(row) in keys) if keys else ()
        self._made: dict[str, Rows[R]] = {}
        self._make = partial(Rows[R], key=key, text=text, folded=folded)
        if ready in self._found:
            self.rows(ready)

    def rows(self, group: str) -> Rows[R]:
        """Return the rows of a group; none of one there is not."""
        if group not in self._made:
            self._made[group] = self._make(self.found(group)).indexed()
        return self._made[group]

    def found(self, group: str) -> tuple[R, ...]:
        """Return a group's rows as they are, when nothing is to be shown of them."""
        return self._found.get(group, ())

    def is_at_hand(self, group: str, *, within: int = FEW) -> bool:
        """Return whether `rows` has next to nothing to do, or no more rows than that to make."""
        return group in self._made or len(self.found(group)) <= within

    def pills(self) -> list[Pill]:
        """Return the groups with their counts."""
        return [Pill(name, word, len(self._found[name])) for name, word in self._words.items()]

    def found_in(self, words: str, *, but: str) -> str:
        """Return where rows contain all of these words: `3 in all`, or `1 in linked, 2 in off`.

        Large groups whose rows are not made yet are not looked through: that takes a while.

        Args:
            words: The words.
            but: The group that is known to have none.
        """
        names = [ALL] if ALL in self._words and but != ALL else [*self._words]
        at_hand = (each for each in names if each != but and self.is_at_hand(each, within=MANY))
        counts = ((each, len(self.rows(each).matching(words))) for each in at_hand)
        return ", ".join(f"{count:,} in {self._words[name]}" for name, count in counts if count)
