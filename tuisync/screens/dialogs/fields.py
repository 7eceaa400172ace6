"""The fields of forms: a value with a label, a help line and a way to check itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input

from tuisync.screens.dialogs.choose import Choice, Choose
from tuisync.widgets.line import ColumnLine, Line
from tuisync.widgets.oneline import OneLine
from tuisync.widgets.plain import fit
from tuisync.widgets.words import Words

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult


@dataclass(frozen=True)
class Field:
    """What a form asks for.

    Attributes:
        key: Its name in the form's values.
        label: What it is called.
        value: What it holds at first.
        help: A sentence under it.
        required: It may not stay empty.
        secret: It is not shown while typed.
        choices: If given, one of these is chosen instead of typing.
        about: A sentence over the choices.
        column: It is one of several below one another: a pasted column fills them all.
    """

    key: str
    label: str
    value: str = ""
    help: str = ""
    required: bool = True
    secret: bool = False
    choices: Sequence[Choice] = ()
    about: str = ""
    column: bool = False


class _Picking(Choose):
    """The list of a field's choices; tab takes one and goes on, as from any other field."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "take(1)", "Next field", priority=True, tooltip="Take it and go on"),
        Binding("shift+tab", "take(-1)", "Previous field", show=False, priority=True),
    ]

    step = 1
    """How many fields to go on, once one was taken."""

    tabbed = False
    """The key that took it was one that goes on anyway."""

    def action_take(self, step: int) -> None:
        """Take the one under the cursor, then go to the next field or the one before."""
        self.step, self.tabbed = step, True
        self.action_choose()


class Picker(OneLine, can_focus=True):
    """One line that shows what is chosen; enter or typing opens the list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "pick", "Choose", tooltip="Open the list"),
        Binding("left", "step(-1)", "Previous", show=False),
        Binding("right", "step(1)", "Next", show=False),
    ]

    value: reactive[str] = reactive("")

    class Changed(Message):
        """Another one was chosen."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.field = field
        self.set_reactive(Picker.value, field.value)

    @property
    def title(self) -> str:
        """What is chosen, in words."""
        return next((c.title for c in self.field.choices if c.key == self.value), "choose …")

    def draw(self) -> list[Segment]:
        """Draw what is chosen, with the sign that there is more."""
        width = self.size.width
        text = f"{fit(self.title, max(1, width - 3))} ▾ "
        return [Segment(fit(text, width), self.rich_style)]

    def action_pick(self, words: str = "") -> None:
        """Open the list, with what is typed already."""
        choices, about = self.field.choices, self.field.about
        opened = _Picking(self.field.label, choices, chosen=self.value, about=about, words=words)
        self.app.push_screen(opened, lambda key: self._picked(key, opened))

    def action_step(self, step: int) -> None:
        """Take the next or previous one without opening the list."""
        keys = [each.key for each in self.field.choices]
        if keys:
            place = keys.index(self.value) + step if self.value in keys else 0
            self.value = keys[place % len(keys)]

    def on_key(self, event: events.Key) -> None:
        """Open the list with the letter typed."""
        if event.is_printable and event.character and event.character.isalnum():
            event.stop()
            self.action_pick(event.character)

    def on_click(self) -> None:
        """Open the list."""
        self.action_pick()

    def watch_value(self) -> None:
        """Tell the form."""
        self.post_message(self.Changed())

    def _picked(self, key: str | None, opened: _Picking) -> None:
        if key is None:
            return
        self.value = key
        if opened.step < 0:
            self.screen.focus_previous()
            return
        reached = self.screen.focus_next()
        row = reached.query_ancestor(FieldRow) if isinstance(reached, Line | Picker) else None
        if row is not None and not opened.tabbed:
            row.came_by_choice = True


class FieldRow(Vertical):
    """A field: its label and editor in one line, its help under the editor.

    Args:
        field: The field.
        indent: Cells the labels of its form take.
    """

    def __init__(self, field: Field, indent: int) -> None:
        super().__init__(classes="field -column" if field.column else "field")
        self.field = field
        self.editor = _editor(field)
        self.indent = indent
        self.came_by_choice = False

    def compose(self) -> ComposeResult:
        """Lay out label, editor and help."""
        label = Words(self.field.label, classes="field--label")
        label.styles.width = self.indent
        yield Horizontal(label, self.editor, classes="field--line")
        help_ = Words(self.field.help, classes="field--help")
        help_.styles.margin = (0, 0, 0, self.indent)
        help_.display = bool(self.field.help)
        yield help_

    def on_key(self, event: events.Key) -> None:
        """Let a tab out of habit not skip the field that a choice before it went on to."""
        if self.came_by_choice and event.key == "tab":
            event.stop()
        self.came_by_choice = False

    @on(Input.Changed)
    @on(Picker.Changed)
    def _typed(self) -> None:
        self.came_by_choice = False

    def complain(self, text: str) -> None:
        """Say what is wrong with it where its help stands; nothing brings the help back."""
        help_ = self.query_one(".field--help", Words)
        help_.say(text or self.field.help)
        help_.set_class(bool(text), "-wrong")
        help_.display = bool(text or self.field.help)

    @property
    def value(self) -> str:
        """What it holds now."""
        return self.editor.value if self.field.secret else self.editor.value.strip()

    @property
    def was_typed_into(self) -> bool:
        """It holds another value than at first."""
        return self.editor.value.strip() != self.field.value.strip()

    def fill(self, value: str) -> None:
        """Put a value in."""
        self.editor.value = value


def field_rows(fields: Sequence[Field]) -> list[FieldRow]:
    """Return a row per field, their editors in one column."""
    indent = min(30, max((cell_len(each.label) for each in fields), default=0)) + 2
    return [FieldRow(each, indent) for each in fields]


def _editor(field: Field) -> Input | Picker:
    if field.choices:
        return Picker(field)
    return ColumnLine(field.value) if field.column else Line(field.value, password=field.secret)
