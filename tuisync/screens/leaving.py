"""Leaving a screen once: keys that come after it has gone must not take another one along."""

from __future__ import annotations

from textual.await_complete import AwaitComplete
from textual.screen import Screen, ScreenResultType


class Leaving(Screen[ScreenResultType]):
    """A screen whose second `dismiss` does nothing.

    Textual pops whatever is on top, so of two quick enters the second would pop the screen
    below.
    """

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Leave with a result, unless this screen is not on top any more."""
        if self.app.screen is not self:
            return AwaitComplete()
        return super().dismiss(result)
