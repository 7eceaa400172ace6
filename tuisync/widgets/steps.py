"""The way through a wizard, in one line: what is done, where one is, what is to come."""

from __future__ import annotations

from collections.abc import Sequence

from textual.reactive import reactive

from tuisync.widgets.oneline import Part, ToneLine, cells

_SIGN = 3
"""Cells a step takes without its name."""


class Steps(ToneLine):
    """The steps by name.

    Args:
        names: Their names, in order.
    """

    current: reactive[int] = reactive(0)

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self.names = tuple(names)

    def parts(self) -> list[Part]:
        """Return the steps, each with its sign; without room the other steps keep that alone."""
        parts = [self._part(number, name) for number, name in enumerate(self.names)]
        if cells(parts) > self.size.width:
            parts = [
                part if number == self.current else Part(part.text[:_SIGN], part.tone)
                for number, part in enumerate(parts)
            ]
        return parts

    def _part(self, number: int, name: str) -> Part:
        if number < self.current:
            return Part(f" ✓ {name}  ", "good")
        if number == self.current:
            return Part(f" ● {name}  ", "accent")
        return Part(f" ○ {name}  ", "muted")
