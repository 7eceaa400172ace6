"""A line of alternatives with counts, one of them chosen: how a table's rows are grouped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from textual.message import Message
from textual.reactive import reactive

from tuisync.widgets.oneline import Part, ToneLine

if TYPE_CHECKING:
    from textual import events

    from tuisync.widgets.marks import Tone


class Pill(NamedTuple):
    """One alternative: its key, its word, and how many rows it has."""

    key: str
    word: str
    number: int
    tone: Tone = "plain"


class Pills(ToneLine):
    """The alternatives. The screen binds the keys; a click chooses too."""

    pills: reactive[tuple[Pill, ...]] = reactive(())
    chosen: reactive[str] = reactive("")
    _waiting = 0

    class Chosen(Message):
        """Another one was chosen."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def show(self, pills: Sequence[Pill], chosen: str) -> None:
        """Show these, with that one chosen; steps taken before there were any count now."""
        self.pills = tuple(pills)
        self.chosen = chosen
        waiting, self._waiting = self._waiting, 0
        if waiting and self.pills:
            self.step(waiting)

    def choose(self, key: str) -> None:
        """Choose one and tell the screen."""
        if key != self.chosen:
            self.chosen = key
            self.post_message(self.Chosen(key))

    def step(self, step: int) -> None:
        """Choose the next or previous one."""
        keys = [pill.key for pill in self.pills]
        if not keys:
            self._waiting += step
        else:
            place = keys.index(self.chosen) if self.chosen in keys else 0
            self.choose(keys[(place + step) % len(keys)])

    def parts(self) -> list[Part]:
        """Return them, the chosen one in brackets."""
        parts = [Part("  ", "plain")]
        for pill in self.pills:
            tone: Tone = "muted" if not pill.number else pill.tone
            parts.append(
                Part(
                    _text(pill, chosen=pill.key == self.chosen),
                    "accent" if pill.key == self.chosen else tone,
                )
            )
            parts.append(Part(" ", "plain"))
        return parts

    def on_click(self, event: events.Click) -> None:
        """Choose the one under the pointer."""
        at = 2
        for pill in self.pills:
            at += cell_len(_text(pill, chosen=pill.key == self.chosen)) + 1
            if event.x < at:
                self.choose(pill.key)
                return


def _text(pill: Pill, *, chosen: bool) -> str:
    left, right = "[]" if chosen else "  "
    return f"{left}{pill.word} {pill.number:,}{right}"
