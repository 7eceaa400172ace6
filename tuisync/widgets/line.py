"""A line to type into, one row high, whose enter key stands in the key line."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

if TYPE_CHECKING:
    from textual import events


class Line(Input):
    """Textual's input, compact.

    Args:
        value: What it holds at first.
        placeholder: Shown while it is empty.
        password: Show dots instead of what is typed.
        select_on_focus: Typing replaces what it holds.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", "OK", id="line.submit")]

    def __init__(
        self,
        value: str = "",
        placeholder: str = "",
        *,
        password: bool = False,
        select_on_focus: bool = True,
        classes: str | None = None,
    ) -> None:
        super().__init__(
            value,
            placeholder,
            password=password,
            select_on_focus=select_on_focus,
            compact=True,
            classes=classes,
        )
        self.cursor_blink = False  # over a slow line each blink is traffic

    def _on_paste(self, event: events.Paste) -> None:
        """Take all of what is pasted: its lines become one, with blanks between them."""
        event.stop()
        event.prevent_default()
        lines = event.text.splitlines()
        if len(lines) > 1:
            lines = [line.strip() for line in lines if line.strip()]
        if lines:
            self.replace(" ".join(lines), *sorted(self.selection))


class ColumnLine(Line):
    """One of several lines below one another that hold the same kind of thing.

    A pasted column is not put into it but told, so that each of its lines finds its place.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", "Next", id="line.submit")]

    class Pasted(Message):
        """Several lines were pasted, the first of them for this one."""

        def __init__(self, line: ColumnLine, texts: list[str]) -> None:
            super().__init__()
            self.line = line
            self.texts = texts

    def _on_paste(self, event: events.Paste) -> None:
        """Tell of a column; a single line is taken as anywhere else."""
        texts = [text.strip() for text in event.text.rstrip().splitlines()]
        if len(texts) > 1:
            event.stop()
            event.prevent_default()
            self.post_message(self.Pasted(self, texts))
