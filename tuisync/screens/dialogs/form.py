"""Filling in a few values; what the core refuses is said in the form, nothing typed is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button, Input

from tuisync.core.errors import TuisyncError
from tuisync.screens.dialogs.base import Body, Dialog
from tuisync.screens.dialogs.confirm import ask_discard
from tuisync.screens.dialogs.fields import Field, FieldRow, field_rows
from tuisync.screens.following import Watching
from tuisync.widgets.line import Line
from tuisync.widgets.words import Words

if TYPE_CHECKING:
    from textual import events
    from textual.widget import Widget

V = TypeVar("V")

Values = dict[str, str]


class Form(Dialog[V], Watching, Generic[V]):
    """A dialog with fields. Enter carries it out; the result is what `submit` returned.

    Args:
        heading: What is done.
        fields: What is asked for.
        submit: Does it, in a thread; a `TuisyncError` is shown and the form stays.
        verb: The word for doing it.
        about: A sentence over the fields; a function is asked again, in a thread, whenever
            something is committed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "submit", "Save", show=False, priority=True),
        Binding("tab", "app.focus_next", "Next field", id="form.next"),
        Binding("down", "app.focus_next", "Next field", show=False),
        Binding("up", "app.focus_previous", "Previous field", show=False),
        Binding("pagedown", "turn(1)", "Page down", show=False),
        Binding("pageup", "turn(-1)", "Page up", show=False),
    ]

    def __init__(
        self,
        heading: str,
        fields: Sequence[Field],
        submit: Callable[[Values], V],
        *,
        verb: str = "Save",
        about: str | Callable[[], str] = "",
    ) -> None:
        super().__init__(heading)
        self.fields = tuple(fields)
        self.submit = submit
        self.about = about
        self.verb = verb
        self.busy = False
        self._typed_into: Line | None = None

    def body(self) -> Iterable[Widget]:
        """Yield the sentence and the fields."""
        about = self.about() if callable(self.about) else self.about
        words = [Words(about, classes="dialog--about")] if about else []
        rows = field_rows(self.fields)
        yield Body(*words, *rows)

    def foot(self) -> Iterable[Widget]:
        """Yield the line for what went wrong, and the button."""
        yield Words("", classes="dialog--error")
        yield Horizontal(Button(self.verb, compact=True), classes="dialog--answers")

    def on_mount(self) -> None:
        """Begin at the first field that is still empty."""
        rows = list(self.query(FieldRow))
        first = next((row for row in rows if not row.field.value), rows[0])
        first.editor.focus()

    def look_again(self) -> None:
        """Say anew what stands over the fields, where it may have become another."""
        if callable(self.about):
            self.run_worker(self._look(self.about), exclusive=True, group="about")

    async def _look(self, about: Callable[[], str]) -> None:
        try:
            said = await asyncio.to_thread(about)
        except TuisyncError:
            return  # what it was about is gone; whoever submits is told
        for words in self.query(".dialog--about").results(Words):
            words.say(said)

    @property
    def values(self) -> Values:
        """What the fields hold now."""
        return {row.field.key: row.value for row in self.query(FieldRow)}

    @property
    def was_typed_into(self) -> bool:
        """Something in it would be lost with it."""
        return any(row.was_typed_into for row in self.query(FieldRow))

    def action_cancel(self) -> None:
        """Leave without a result; ask first where something typed would be lost."""
        if self.was_typed_into:
            ask_discard(self.shell, lambda: self.dismiss(None))
        else:
            self.dismiss(None)

    def action_turn(self, pages: int) -> None:
        """Show another part of the form, where it has more than there is room for."""
        self.query_one(Body).turn(pages)

    def complain(self, message: str, hint: str = "") -> None:
        """Say what is wrong, under the fields."""
        text = "\n".join(part for part in (message, hint) if part)
        error = self.query_one(".dialog--error", Words)
        error.say(text)
        error.set_class(bool(text), "-shown")

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.entered(event.input)

    def entered(self, line: Input) -> None:
        """Carry it out: enter was pressed in a line."""
        del line  # whichever it was
        self.action_submit()

    def on_key(self, event: events.Key) -> None:
        """Take what is typed while the button has the focus into the first empty field.

        The focus stays: keys that are on their way already would be overtaken by those that
        come after it had moved.
        """
        if not isinstance(self.focused, Button):
            return
        self._typed_into = self._typed_into or self._first_empty()
        if self._typed_into is None:
            return
        if event.is_printable and event.character:
            event.stop()
            self._typed_into.insert_text_at_cursor(event.character)
        elif event.key == "backspace":
            event.stop()
            self._typed_into.action_delete_left()

    def _first_empty(self) -> Line | None:
        return next((each for each in self.query(Line) if each.display and not each.value), None)

    def on_descendant_focus(self) -> None:
        """Begin at the first empty field again, once the button has the focus the next time."""
        self._typed_into = None

    @on(Button.Pressed)
    def _pressed(self) -> None:
        self.action_submit()

    def action_submit(self) -> None:
        """Check what must be there, then do it."""
        for row in self.query(FieldRow):
            if row.field.required and not row.value:
                row.editor.focus()
                self.complain(f"Fill in “{row.field.label}” first.")
                return
        if not self.busy:
            self.busy = True
            self.run_worker(self._submit(self.values), exit_on_error=False)

    async def _submit(self, values: Values) -> None:
        try:
            result = await asyncio.to_thread(self.submit, values)
        except TuisyncError as error:
            self.complain(error.message, self.shell.hint(error.hint))
            return
        except Exception as error:  # noqa: BLE001  # a fault of ours must not take the typed text
            self.shell.report_fault(error)
            return
        finally:
            self.busy = False
        self.done(result)

    def done(self, result: V) -> None:
        """Leave with what came of it."""
        self.dismiss(result)
        self.shell.stir()
