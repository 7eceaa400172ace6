"""What the app has told: every notice and every error of this session, newest first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tuisync.screens.dialogs.base import Reading
from tuisync.widgets.facts import Facts, fact, note, section
from tuisync.widgets.when import stamp

if TYPE_CHECKING:
    from textual.widget import Widget

    from tuisync.widgets.marks import Tone

_TONES: dict[str, Tone] = {"information": "plain", "warning": "warn", "error": "bad"}


class Messages(Reading):
    """The message list."""

    def __init__(self) -> None:
        super().__init__("Messages of this session")

    def body(self) -> Iterable[Widget]:
        """Yield the list."""
        yield Facts(classes="dialog--scroll")

    def on_mount(self) -> None:
        """Fill it."""
        zone = self.shell.zone
        facts = [
            fact(stamp(each.at, zone)[11:], each.text.replace("\n", " "), _TONES[each.severity])
            for each in reversed(self.shell.said)
        ]
        self.query_one(Facts).show([section("", facts or [note("Nothing was said yet.", "muted")])])
        self.query_one(Facts).focus()
