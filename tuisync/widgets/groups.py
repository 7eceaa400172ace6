"""Rows in groups, each ready to be shown: made in a thread, handed to a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Generic, TypeVar

from tuisync.widgets.pills import Pill
from tuisync.widgets.rows import Rows

R = TypeVar("R")

ALL = ""
"""The group of all rows."""


class Groups(Generic[R]):
    """Rows and the groups they fall into.

    Args:
        rows: The rows.
        words: The groups by name, with their words on the screen, in order; `ALL` is all rows.
        group: Tells a row's group.
        key: Names a row for good.
        text: What `/` searches.
    """

    def __init__(
        self,
        rows: Iterable[R],
        words: Mapping[str, str],
        *,
        group: Callable[[R], str],
        key: Callable[[R], str],
        text: Callable[[R], str],
    ) -> None:
        found = tuple(rows)
        self._words = dict(words)
        self._rows = {
            name: Rows(
                found if name == ALL else (row for row in found if group(row) == name),
                key=key,
                text=text,
            ).indexed()
            for name in words
        }

    def rows(self, group: str) -> Rows[R]:
        """Return the rows of a group."""
        return self._rows[group]

    def pills(self) -> list[Pill]:
        """Return the groups with their counts."""
        return [Pill(name, word, len(self._rows[name])) for name, word in self._words.items()]
