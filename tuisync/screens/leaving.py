"""Leaving a screen once: keys that come after it has gone must not take another one along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.await_complete import AwaitComplete
from textual.screen import ScreenResultType

from tuisync.widgets.colours import Toned

if TYPE_CHECKING:
    from textual import events


class Leaving(Toned[ScreenResultType]):
    """A screen whose second `dismiss` does nothing.

    Textual pops whatever is on top, so of two quick enters the second would pop the screen
    below.
    """

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Leave with a result, unless this screen is not on top any more."""
        if self.app.screen is not self:
            return AwaitComplete()
        return super().dismiss(result)

    def on_resize(self, event: events.Resize) -> None:
        """Take no notice of a size that the terminal does not have any more.

        Of two sizes on their way at once, each would make the screen ask for the other again,
        for ever: so it is in Textual 8.2 when a window is dragged while a screen comes up.
        """
        if event.size != self.app.size:
            event.prevent_default()
            event.stop()
