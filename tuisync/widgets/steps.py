"""The way through a wizard, in one line: what is done, where one is, what is to come."""

from __future__ import annotations

from collections.abc import Sequence

from textual.reactive import reactive
from textual.strip import Strip

from tuisync.widgets.header import Part, ToneLine


class Steps(ToneLine):
    """The steps by name.

    Args:
        names: Their names, in order.
    """

    current: reactive[int] = reactive(0)

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self.names = tuple(names)

    def render_line(self, y: int) -> Strip:
        """Draw them."""
        parts = [self._part(number, name) for number, name in enumerate(self.names)]
        return Strip(self.segments(parts)).adjust_cell_length(self.size.width, self.rich_style)

    def _part(self, number: int, name: str) -> Part:
        if number < self.current:
            return Part(f" ✓ {name}  ", "good")
        if number == self.current:
            return Part(f" ● {name}  ", "accent")
        return Part(f" ○ {name}  ", "muted")
