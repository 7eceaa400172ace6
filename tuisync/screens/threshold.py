"""What is seen while the data directory is opened: the frame of the places, still empty.

It imports next to nothing, so that the first sight comes almost as soon as Textual's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuisync.screens.leaving import Leaving
from tuisync.screens.places import FIRST, tabs
from tuisync.widgets.header import HeaderState, StatusLine, Tabs
from tuisync.widgets.keybar import KeyBar
from tuisync.widgets.marks import Mark
from tuisync.widgets.words import Words

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

_OPENING = HeaderState(engine=Mark("○", "opening", "muted"))


class Threshold(Leaving[None]):
    """Keeps what is typed for the place that comes after it.

    Args:
        banner: The line on top of every screen, if any.

    Attributes:
        typed: The keys, in order.
    """

    def __init__(self, banner: str = "") -> None:
        super().__init__()
        self.banner = banner
        self.typed: list[events.Key] = []

    def compose(self) -> ComposeResult:
        """Lay out header and key line, where every place has them."""
        if self.banner:
            yield Words(self.banner, classes="banner")
        yield StatusLine()
        yield Tabs()
        yield KeyBar()

    def on_mount(self) -> None:
        """Show where this leads to."""
        self.query_one(StatusLine).state = _OPENING
        line_of_tabs = self.query_one(Tabs)
        line_of_tabs.tabs, line_of_tabs.current = tabs({}), FIRST

    def on_key(self, event: events.Key) -> None:
        """Keep a key; it goes on to what can be done already, which is to leave."""
        self.typed.append(event)
