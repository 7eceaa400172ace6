"""The two lines on top of every screen: how things stand, and where one can go."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from rich.style import Style
from textual.message import Message
from textual.reactive import reactive

from tuisync.widgets.marks import SYNCING, Mark, Tone
from tuisync.widgets.oneline import Part, ToneLine, cells
from tuisync.widgets.plain import cut, plain

if TYPE_CHECKING:
    from textual import events


_ROOMY = 70
"""Cells from which the right end of the line is written out."""


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
        waiting: What was asked for and has not begun, in words, the fullest first.
        needs: How many things wait for the user.
    """

    organization: str = ""
    engine: Mark = Mark("○", "no engine", "muted")
    shops: tuple[ShopState, ...] = ()
    progress: str = ""
    waiting: tuple[str, ...] = ()
    needs: int = 0


class StatusLine(ToneLine):
    """Organization, engine, shops and what needs the user, in one line that never wraps.

    When the line is too narrow, the shops that are well are counted instead of named, then
    the organization's name is cut.
    """

    state: reactive[HeaderState] = reactive(HeaderState())

    def parts(self) -> list[Part]:
        """Return the shops at the left, what needs the user and the engine at the right."""
        right = self._right()
        left = self._left(self.size.width - cells(right) - 2)
        gap = self.size.width - cells(left) - cells(right) - 1
        return [*left, Part(" " * max(1, gap), "plain"), *right]

    def on_click(self, event: events.Click) -> None:
        """Go to what needs the user, or to the shops, whichever is under the pointer."""
        right = self._right()
        x = event.x - (self.size.width - 1 - cells(right))
        if x < 0:
            self.post_message(Tabs.Chosen("marketplaces"))
        elif self.state.needs and x < cell_len(right[0].text):
            self.post_message(Tabs.Chosen("inbox"))

    def _right(self) -> list[Part]:
        needs, engine = self.state.needs, self.state.engine
        wide = self.size.width >= _ROOMY
        parts = [Part(str(engine) if wide else engine.glyph, engine.tone)]
        if needs:
            words = f"! {needs:,} need you   " if wide else f"! {needs:,}  "
            parts.insert(0, Part(words, "bad"))
        return parts

    def _left(self, room: int) -> list[Part]:
        shops = self._shops(room - min(16, cell_len(self.state.organization)) - 4)
        name = cut(plain(self.state.organization or "tuisync"), max(4, room - cells(shops) - 2))
        return [Part(f" {name}", "strong"), *shops]

    def _shops(self, room: int) -> list[Part]:
        parts: list[Part] = []
        shops = [each for each in self.state.shops if each.mark != SYNCING]
        if self.state.progress:
            parts = [Part("   ", "plain"), Part(_shortened(self.state.progress, room), "busy")]
        parts += self._waiting(room - cells(parts))
        for place, (name, mark) in enumerate(shops):
            text = f"{mark.glyph} {plain(name)} {mark.word}"
            if cells(parts) + cell_len(text) + 3 > room:
                more = Part(f"   +{len(shops) - place} more", "muted")
                if not parts or cells([*parts, more]) <= room:
                    parts.append(more)
                break
            parts += [Part("   ", "plain"), Part(text, mark.tone)]
        return parts

    def _waiting(self, room: int) -> list[Part]:
        """Return what waits, in as many words as there is room for."""
        for words in self.state.waiting:
            if cell_len(words) + 5 <= room:
                return [Part("   ", "plain"), Part(f"… {words}", "busy")]
        return []


def _shortened(progress: str, room: int) -> str:
    """Return what runs as far as it fits: all of it, the first alone, that without the time."""
    first = progress.partition(" · ")[0]
    for text in (progress, first, first.rpartition(", ")[0] or first):
        if cell_len(f"↻ {text}") <= room:
            return f"↻ {text}"
    return cut(f"↻ {first}", room)


class Tab(NamedTuple):
    """A place one can go to.

    Attributes:
        key: The key that goes there.
        place: Its name in code.
        title: Its name on the screen.
        badge: How many things wait there.
        short: How much of its title is said where the line is narrow; all of it if empty.
        tiny: How much where it is narrower still; as above if empty.
    """

    key: str
    place: str
    title: str
    badge: int = 0
    short: str = ""
    tiny: str = ""


class Tabs(ToneLine):
    """The places, each with the number key that goes there."""

    tabs: reactive[tuple[Tab, ...]] = reactive(())
    current: reactive[str] = reactive("")

    class Chosen(Message):
        """A place was clicked."""

        def __init__(self, place: str) -> None:
            super().__init__()
            self.place = place

    def parts(self) -> list[Part]:
        """Return the names; where the line is narrow, short ones with a dot for a badge."""
        parts: list[Part] = []
        for tab, text in self._laid_out():
            here = tab.place == self.current
            key, title, dot, rest = _pieces(tab, text)
            parts.append(Part(key, "accent" if here else "muted"))
            parts.append(Part(title, "strong" if here else "plain"))
            parts.append(Part(dot, "warn"))
            parts.append(Part(rest, "plain"))
        return parts

    def _style(self, tone: Tone) -> Style:
        if tone == "strong":
            return super()._style("accent") + Style(underline=True)
        return super()._style(tone)

    def _laid_out(self) -> list[tuple[Tab, str]]:
        texts: list[tuple[Tab, str]] = []
        for style in (_roomy, _counted, _named, _dotted, _bare, _tight, _short):
            texts = [(tab, style(tab, tab.place == self.current)) for tab in self.tabs]
            if sum(cell_len(text) for _, text in texts) <= self.size.width:
                break
        return texts

    def on_click(self, event: events.Click) -> None:
        """Go to the place under the pointer."""
        at = 0
        for tab, text in self._laid_out():
            at += cell_len(text)
            if event.x < at:
                self.post_message(self.Chosen(tab.place))
                return


def _pieces(tab: Tab, text: str) -> tuple[str, str, str, str]:
    """Return the key with the blanks around it, the name, the sign of a badge, and the rest."""
    end = text.index(tab.key) + len(tab.key)
    end += len(text[end:]) - len(text[end:].lstrip())
    name = text[end:].rstrip()
    dot = "•" if name.endswith("•") else ""
    return text[:end], name.removesuffix(dot), dot, text[end + len(name) :]


def _roomy(tab: Tab, _: bool) -> str:  # noqa: FBT001  # one of several ways to write a tab
    return f" {tab.key} {tab.title}{f' ({tab.badge:,})' if tab.badge else ''}  "


def _counted(tab: Tab, _: bool) -> str:  # noqa: FBT001  # as above
    return f" {tab.key} {tab.title}{f' {tab.badge:,}' if tab.badge else ''} "


def _named(tab: Tab, _: bool) -> str:  # noqa: FBT001  # as above
    return f" {tab.key} {tab.title}{'•' if tab.badge else ''}"


def _dotted(tab: Tab, _: bool) -> str:  # noqa: FBT001  # as above
    return f" {tab.key} {tab.short or tab.title}{'•' if tab.badge else ''}"


def _bare(tab: Tab, _: bool) -> str:  # noqa: FBT001  # as above
    return f" {tab.key} {tab.short or tab.title}"


def _tight(tab: Tab, _: bool) -> str:  # noqa: FBT001  # as above
    return f"{tab.key}{tab.tiny or tab.short or tab.title}{'•' if tab.badge else ' '}"


def _short(tab: Tab, here: bool) -> str:  # noqa: FBT001  # as above
    return f" {tab.key} {tab.title} " if here else f" {tab.key} "
