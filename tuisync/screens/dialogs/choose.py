"""Choosing one of several things, by arrow keys, by letter or by typing part of its name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import events, on
from textual.binding import Binding, BindingType
from textual.widgets import Input

from tuisync.screens.dialogs.base import Dialog
from tuisync.widgets.columns import Cell, Column
from tuisync.widgets.line import Line
from tuisync.widgets.rows import Rows
from tuisync.widgets.table import Table
from tuisync.widgets.words import Words

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widget import Widget

    from tuisync.widgets.marks import Tone


_SEARCHED_FROM = 9
"""With that many choices or more, one types to find."""

_LONGEST = 12
"""Rows of the list, at most."""

_SHARE = 0.94
"""How much of the terminal's height a panel takes at most, as in its style."""


class Choice(NamedTuple):
    """One thing to choose.

    Attributes:
        key: What the dialog returns.
        title: What it is called.
        note: What choosing it means.
        letter: A key that chooses it at once, in lists too short to search.
        tone: How its title looks.
    """

    key: str
    title: str
    note: str = ""
    letter: str = ""
    tone: Tone = "plain"


class Choose(Dialog[str]):
    """A list to choose from; long ones have a line to type in.

    Args:
        heading: The question.
        choices: What there is.
        chosen: The key of the one in force.
        about: A sentence over the list.
        words: What is already typed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Choose", id="dialog.choose", tooltip="Take this one"),
        Binding("down", "move(1)", "Down", show=False, priority=True),
        Binding("up", "move(-1)", "Up", show=False, priority=True),
        Binding("pagedown", "page(1)", "Page down", show=False, priority=True),
        Binding("pageup", "page(-1)", "Page up", show=False, priority=True),
        Binding(
            "tab,shift+tab",
            "switch",
            "Words or list",
            show=False,
            tooltip="From the words to find to the list, and back",
        ),
    ]

    def __init__(
        self,
        heading: str,
        choices: Sequence[Choice],
        *,
        chosen: str = "",
        about: str = "",
        words: str = "",
    ) -> None:
        super().__init__(heading)
        self.choices = tuple(choices)
        self.chosen = chosen
        self.about = about
        self.words = words
        self.searched = len(self.choices) >= _SEARCHED_FROM
        self.table: Table[Choice] = Table(
            self._columns(), empty="Nothing to choose from.", titled=False
        )
        self.table.unfilter = "dialog.cancel"

    def _columns(self) -> list[Column[Choice]]:
        letter: Column[Choice] = Column(
            "letter", "", lambda each: Cell(each.letter, "accent"), width=1
        )
        title: Column[Choice] = Column(
            "title", "", lambda each: Cell(each.title, each.tone), 12, flex=2, widest=60, snug=True
        )
        note: Column[Choice] = Column(
            "note", "", lambda each: Cell(each.note, "muted"), 12, flex=2, rank=1, snug=True
        )
        columns = [title]
        if any(each.note for each in self.choices):
            columns.append(note)
        if any(each.letter for each in self.choices):
            columns.insert(0, letter)
        return columns

    def body(self) -> Iterable[Widget]:
        """Yield the sentence, the line to type in and the list."""
        if self.about:
            yield Words(self.about, classes="dialog--about")
        yield Line(self.words, "type to find", select_on_focus=False)
        yield self.table

    def compose(self) -> ComposeResult:
        """Lay out the panel, as high as its list needs."""
        yield from super().compose()
        self._fit(_LONGEST)

    @on(events.Resize)
    def _resized(self) -> None:
        self.call_after_refresh(self._take_room)

    def _take_room(self) -> None:
        """Keep the keys in sight: the list takes what the rest of the panel leaves."""
        panel = self.query_one(".dialog")
        others = sum(
            each.region.height + each.styles.margin.height
            for each in panel.children
            if each.display and each is not self.table
        )
        frame = panel.outer_size.height - panel.size.height
        self._fit(int(self.size.height * _SHARE) - frame - others)

    def _fit(self, room: int) -> None:
        self.table.styles.height = max(1, min(len(self.choices), _LONGEST, room))

    def on_mount(self) -> None:
        """Fill the list and put the cursor on what is in force."""
        self._search(on=self.searched or bool(self.words))
        self.table.fill(
            Rows(
                self.choices,
                key=lambda each: each.key,
                text=lambda each: f"{each.title} {each.key} {each.note}",
            )
        )
        self.table.go_to(self.chosen)
        self.table.filter(self.words)
        if self.words:
            self.table.action_move_to(0)

    def _search(self, *, on: bool) -> None:
        """Show the line to type in and type there, or have the keys for the list alone."""
        line = self.query_one(Line)
        line.display = on
        (line if on else self.table).focus()

    def on_key(self, event: events.Key) -> None:
        """Choose by letter; what is neither that nor a key of the list begins a search."""
        line = self.query_one(Line)
        if line.has_focus:
            return
        character = event.character or ""
        lettered = next((each for each in self.choices if each.letter == character), None)
        if character and lettered is not None and not line.display:
            event.stop()
            self.dismiss(lettered.key)
        elif character.isalnum() and event.key not in self.active_bindings:
            event.stop()
            self._search(on=True)
            line.insert_text_at_cursor(character)

    def action_cancel(self) -> None:
        """Take the typed words away; where there are none, leave without a result."""
        line = self.query_one(Line)
        if not line.value:
            self.dismiss(None)
            return
        line.value = ""
        self._search(on=self.searched)
        self.table.go_to(self.chosen)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave tab alone where there is nothing but the list."""
        if action == "switch":
            return any(line.display for line in self.query(Line))
        return super().check_action(action, parameters)

    def action_switch(self) -> None:
        """Go from the line to the list, or back."""
        line = self.query_one(Line)
        (self.table if line.has_focus else line).focus()

    def action_move(self, lines: int) -> None:
        """Move the cursor."""
        self.table.action_move(lines)

    def action_page(self, pages: int) -> None:
        """Move the cursor by a screen."""
        self.table.action_page(pages)

    def action_choose(self) -> None:
        """Return the one under the cursor."""
        if self.table.key is not None:
            self.dismiss(self.table.key)
        elif self.choices:
            self.shell.say("None of them is chosen: nothing here fits what is typed.", "warning")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.table.filter(event.value)
        if event.value:
            self.table.action_move_to(0)

    @on(Input.Submitted)
    @on(Table.Opened)
    def _taken(self) -> None:
        self.action_choose()
