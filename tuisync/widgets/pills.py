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

_MARGIN = 2
_MORE = "…"
"""Stands at an end of the line where there are more."""


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
        """Return them, the chosen one in brackets; a sign stands for those without room."""
        lead, shown, tail = self._laid_out()
        parts = [Part(lead, "muted")]
        for pill, text in shown:
            tone: Tone = "muted" if not pill.number else pill.tone
            parts.append(Part(text, "accent" if pill.key == self.chosen else tone))
        return [*parts, Part(tail, "muted")]

    def _laid_out(self) -> tuple[str, list[tuple[Pill, str]], str]:
        """Return what stands before them, those that fit with their texts, and what follows."""
        for gap in (" ", ""):
            texts = [_text(pill, chosen=pill.key == self.chosen) + gap for pill in self.pills]
            if _MARGIN + sum(map(cell_len, texts)) <= self.size.width:
                return " " * _MARGIN, list(zip(self.pills, texts, strict=True)), ""
        first, last = _window(
            [cell_len(text) for text in texts],
            next((n for n, pill in enumerate(self.pills) if pill.key == self.chosen), 0),
            self.size.width - 2 * _MARGIN,
        )
        shown = list(zip(self.pills, texts, strict=True))[first:last]
        lead = f"{_MORE} " if first else " " * _MARGIN
        return lead, shown, f" {_MORE}" if last < len(texts) else ""

    def on_click(self, event: events.Click) -> None:
        """Choose the one under the pointer; a click on the sign for more goes there."""
        lead, shown, tail = self._laid_out()
        at = cell_len(lead)
        if event.x < at and _MORE in lead:
            self.step(-1)
            return
        for pill, text in shown:
            at += cell_len(text)
            if event.x < at:
                self.choose(pill.key)
                return
        if event.x < at + cell_len(tail):
            self.step(1)


def _window(widths: Sequence[int], chosen: int, room: int) -> tuple[int, int]:
    """Return which of them to show: as many as fit, the chosen one among them."""
    first, last = chosen, chosen + 1
    while first and sum(widths[first - 1 : last]) <= room:
        first -= 1
    while last < len(widths) and sum(widths[first : last + 1]) <= room:
        last += 1
    return first, last


def _text(pill: Pill, *, chosen: bool) -> str:
    left, right = "[]" if chosen else "  "
    return f"{left}{pill.word} {pill.number:,}{right}"
