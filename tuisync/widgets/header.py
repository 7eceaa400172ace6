"""The two lines on top of every screen: how things stand, and where one can go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from tuisync.widgets.marks import TONES, Mark, Tone
from tuisync.widgets.plain import cut, plain

if TYPE_CHECKING:
    from textual import events


class ShopState(NamedTuple):
    """One integration on the header."""

    name: str
    mark: Mark


class HeaderState(NamedTuple):
    """What the header says.

    Attributes:
        organization: Its name, or empty before there is one.
        engine: Who syncs: here, a daemon, another login, nobody.
        shops: One per integration, those that need something first.
        progress: What is running now: `etsy orders 120 of 300`, or empty.
        needs: How many things wait for the user.
    """

    organization: str = ""
    engine: Mark = Mark("○", "no engine", "muted")
    shops: tuple[ShopState, ...] = ()
    progress: str = ""
    needs: int = 0


class Part(NamedTuple):
    """A piece of a line."""

    text: str
    tone: Tone


class ToneLine(Widget, can_focus=False):
    """A line drawn from toned parts."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"line--{tone}" for tone in TONES}

    def segments(self, parts: Sequence[Part]) -> list[Segment]:
        """Return the parts in the colours of their tones."""
        return [
            Segment(
                text,
                self.rich_style + self.get_component_rich_style(f"line--{tone}", partial=True),
            )
            for text, tone in parts
        ]


class StatusLine(ToneLine):
    """Organization, engine, shops and what needs the user, in one line that never wraps.

    When the line is too narrow, the shops that are well are counted instead of named, then
    the organization's name is cut.
    """

    state: reactive[HeaderState] = reactive(HeaderState())

    def render_line(self, y: int) -> Strip:
        """Draw the line."""
        width = self.size.width
        right = self._right()
        room = width - _cells(right) - 2
        left = self._left(room)
        left_width = _cells(left)
        gap = Part(" " * max(1, width - left_width - _cells(right) - 1), "plain")
        return Strip(self.segments([*left, gap, *right])).adjust_cell_length(width, self.rich_style)

    def _right(self) -> list[Part]:
        parts: list[Part] = []
        if self.state.needs:
            parts += [Part(f"! {self.state.needs:,} need you", "bad"), Part("   ", "plain")]
        return [*parts, Part(str(self.state.engine), self.state.engine.tone)]

    def _left(self, room: int) -> list[Part]:
        shops = self._shops(room - min(16, cell_len(self.state.organization)) - 4)
        name = cut(plain(self.state.organization or "tuisync"), max(4, room - _cells(shops) - 2))
        return [Part(f" {name}", "strong"), *shops]

    def _shops(self, room: int) -> list[Part]:
        if self.state.progress:
            return [Part("   ", "plain"), Part(cut(f"↻ {self.state.progress}", room), "busy")]
        parts: list[Part] = []
        for place, (name, mark) in enumerate(self.state.shops):
            text = f"{mark.glyph} {plain(name)} {mark.word}"
            if _cells(parts) + cell_len(text) + 3 > room:
                parts.append(Part(f"   +{len(self.state.shops) - place} more", "muted"))
                break
            parts += [Part("   ", "plain"), Part(text, mark.tone)]
        return parts


class Tab(NamedTuple):
    """A place one can go to.

    Attributes:
        key: The key that goes there.
        place: Its name in code.
        title: Its name on the screen.
        badge: How many things wait there.
    """

    key: str
    place: str
    title: str
    badge: int = 0


class Tabs(ToneLine):
    """The places, each with the number key that goes there."""

    tabs: reactive[tuple[Tab, ...]] = reactive(())
    current: reactive[str] = reactive("")

    class Chosen(Message):
        """A place was clicked."""

        def __init__(self, place: str) -> None:
            super().__init__()
            self.place = place

    def render_line(self, y: int) -> Strip:
        """Draw the names, dropping badges and then spaces where the line is narrow."""
        parts: list[Part] = []
        for tab, text in self._laid_out():
            name = text.strip()
            number, title = name[: len(tab.key) + 1], name[len(tab.key) + 1 :]
            here = tab.place == self.current
            parts.append(Part(" " + number, "accent" if here else "muted"))
            parts.append(Part(title, "strong" if here else "plain"))
            parts.append(Part(" " * (cell_len(text) - cell_len(name) - 1), "plain"))
        return Strip(self.segments(parts)).adjust_cell_length(self.size.width, self.rich_style)

    def _laid_out(self) -> list[tuple[Tab, str]]:
        for style in (_roomy, _counted, _bare, _short):
            texts = [(tab, style(tab)) for tab in self.tabs]
            if sum(cell_len(text) for _, text in texts) <= self.size.width:
                return texts
        return texts if self.tabs else []

    def on_click(self, event: events.Click) -> None:
        """Go to the place under the pointer."""
        at = 0
        for tab, text in self._laid_out():
            at += cell_len(text)
            if event.x < at:
                self.post_message(self.Chosen(tab.place))
                return


def _cells(parts: Sequence[Part]) -> int:
    return sum(cell_len(part.text) for part in parts)


def _roomy(tab: Tab) -> str:
    return f" {tab.key} {tab.title}{f' ({tab.badge:,})' if tab.badge else ''}  "


def _counted(tab: Tab) -> str:
    return f" {tab.key} {tab.title}{f' {tab.badge:,}' if tab.badge else ''} "


def _bare(tab: Tab) -> str:
    return f" {tab.key} {tab.title} "


def _short(tab: Tab) -> str:
    return f" {tab.key} {tab.title[:5]} "
