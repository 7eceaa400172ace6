"""The wizard's pages: each asks for one thing and says when it has it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import Button, Input

from tuisync.screens.dialogs.fields import Field, Picker, field_rows
from tuisync.widgets.facts import FactLines, fact, section
from tuisync.widgets.words import Words

if TYPE_CHECKING:
    from textual.widget import Widget

Values = dict[str, str]


class Page(VerticalScroll, can_focus=False):
    """A page with a heading and some text.

    Args:
        heading: What it asks for.
        text: Why, in a sentence or two.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go_on", "Go on", id="page.go_on", tooltip="To the next page"),
        Binding("ctrl+s", "go_on", "Go on", show=False),
    ]

    class Done(Message):
        """The page has what it asked for."""

        def __init__(self, values: Values) -> None:
            super().__init__()
            self.values = values

    button: ClassVar[str] = "Go on"

    def __init__(self, heading: str, text: str = "") -> None:
        super().__init__(classes="page")
        self.heading = heading
        self.text = text

    def compose(self) -> Iterable[Widget]:
        """Lay out heading, text and whatever the page asks."""
        yield Words(self.heading, classes="page--heading")
        if self.text:
            yield Words(self.text, classes="page--text")
        yield from self.body()
        yield Words("", classes="dialog--error")
        if self.button:
            yield Button(self.button, compact=True)

    def body(self) -> Iterable[Widget]:
        """Yield what the page asks."""
        return ()

    def begin(self) -> None:
        """Put the focus where one starts."""

    def enter_does(self, focused: Widget | None) -> str:
        """Return what the enter key does there, in a word or two; nothing where it says so."""
        return self.button if isinstance(focused, Button) else ""

    def complain(self, message: str, hint: str = "") -> None:
        """Say what is wrong, at the foot of the page."""
        text = "\n".join(part for part in (message, hint) if part)
        error = self.query_one(".dialog--error", Words)
        error.say(text)
        error.set_class(bool(text), "-shown")
        if text:
            self.call_after_refresh(error.scroll_visible, animate=False)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_go_on()

    def action_go_on(self) -> None:
        """Say that it is done."""
        self.post_message(self.Done({}))


class FieldsPage(Page):
    """A page with fields.

    Args:
        heading: What it asks for.
        text: Why.
        fields: The fields.
        steps: What to do before, a sentence a step.
        notice: A legal notice, shown last.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "go_on", "Go on", id="page.send", tooltip="To the next page"),
        Binding("tab", "app.focus_next", "Next field", id="page.next"),
        Binding("down", "app.focus_next", "Next field", show=False),
        Binding("up", "app.focus_previous", "Previous field", show=False),
    ]

    def __init__(
        self,
        heading: str,
        text: str,
        fields: Sequence[Field],
        steps: Sequence[str] = (),
        notice: str = "",
    ) -> None:
        super().__init__(heading, text)
        self.steps = tuple(steps)
        self.notice = notice
        self.rows = field_rows(fields)

    def body(self) -> Iterable[Widget]:
        """Yield the steps and the fields."""
        numbered = [fact(f"{number}.", step) for number, step in enumerate(self.steps, 1)]
        if numbered:
            yield FactLines([section("", numbered)])
        yield Vertical(*self.rows, classes="page--fields")
        if self.notice:
            yield Words(self.notice, classes="page--notice")

    def begin(self) -> None:
        """Start at the first field: who comes back corrects what is there."""
        if self.rows:
            self.rows[0].editor.focus()
        else:
            self.can_focus = True
            self.focus()

    def fill(self, values: Values) -> None:
        """Put values in."""
        for row in self.rows:
            if row.field.key in values:
                row.fill(values[row.field.key])

    def enter_does(self, focused: Widget | None) -> str:
        """Return what the enter key does there."""
        if not isinstance(focused, Input):
            return super().enter_does(focused)
        return self.button if self._is_last(focused) else "Next field"

    @property
    def values(self) -> Values:
        """What the fields hold now, by their keys."""
        return {row.field.key: row.value for row in self.rows}

    @property
    def was_typed_into(self) -> bool:
        """Something was filled in that was not there at first."""
        return any(row.was_typed_into for row in self.rows)

    @on(Input.Changed)
    @on(Picker.Changed)
    def _typed(self) -> None:
        """What was complained of is being put right."""
        self.complain("")
        for row in self.rows:
            row.complain("")
        self._show_field()

    def on_descendant_focus(self) -> None:
        """Keep the field that takes the keys in sight, with its help."""
        self._show_field()

    def _show_field(self) -> None:
        row = next((each for each in self.rows if each.editor.has_focus), None)
        if row is not None:
            self.call_after_refresh(row.scroll_visible, animate=False)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        """Go to the next field; the last one ends the page."""
        event.stop()
        if self._is_last(event.input):
            self.action_go_on()
        else:
            self.screen.focus_next()

    def _is_last(self, editor: Input) -> bool:
        return bool(self.rows) and self.rows[-1].editor is editor

    def action_go_on(self) -> None:
        """Check what must be there, then say that it is done."""
        missing = next((row for row in self.rows if row.field.required and not row.value), None)
        if missing is not None:
            missing.complain(f"Fill in “{missing.field.label}” first.")
            missing.editor.focus()
            self._show_field()
            return
        self.complain("")
        self.post_message(self.Done(self.values))
