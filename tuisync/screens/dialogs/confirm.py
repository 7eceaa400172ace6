"""Asking before something that cannot simply be undone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button

from tuisync.screens.dialogs.base import Body, Dialog
from tuisync.widgets.keys import key
from tuisync.widgets.words import Words

if TYPE_CHECKING:
    from textual.widget import Widget

    from tuisync.screens.shell import Shell


class Confirm(Dialog[bool]):
    """A question with what exactly will happen; the safe answer has the focus.

    Args:
        heading: The question.
        text: What will happen, and what will not.
        yes: The verb that does it.
        no: What the safe answer does, in words.
    """

    STANDS_ALONE: ClassVar[bool] = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes", id="confirm.yes", tooltip="Do it"),
        Binding("n", "answer(False)", "No", id="confirm.no", tooltip="Change nothing"),
        Binding("left,h,right,l", "app.focus_next", "Other answer", show=False),
        Binding("down,j", "read(1)", "Down", show=False),
        Binding("up,k", "read(-1)", "Up", show=False),
        Binding("pagedown", "turn(1)", "Page down", show=False),
        Binding("pageup", "turn(-1)", "Page up", show=False),
    ]

    def __init__(self, heading: str, text: str, *, yes: str, no: str = "Leave as it is") -> None:
        super().__init__(heading)
        self.text = text
        self.yes = yes
        self.no = no

    def body(self) -> Iterable[Widget]:
        """Yield the text."""
        yield Body(Words(self.text, classes="dialog--about"))

    def foot(self) -> Iterable[Widget]:
        """Yield the two answers."""
        yield Horizontal(
            Button(f"{key('confirm.yes')}  {self.yes}", id="yes", compact=True),
            Button(f"{key('confirm.no')}  {self.no}", id="no", compact=True),
            classes="dialog--answers",
        )

    def on_mount(self) -> None:
        """Begin on the safe side."""
        self.query_one("#no", Button).focus()

    def action_answer(self, answer: bool) -> None:  # noqa: FBT001  # an action's argument
        """Answer and leave."""
        self.dismiss(answer)

    def action_read(self, lines: int) -> None:
        """Move the text by lines, where there is more of it than room."""
        self.query_one(Body).scroll_relative(y=lines, animate=False)

    def action_turn(self, pages: int) -> None:
        """Move the text by what is in sight of it."""
        self.query_one(Body).turn(pages)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")


def ask_discard(shell: Shell, then: Callable[[], object]) -> None:
    """Ask whether what was typed may be thrown away, then go on.

    Args:
        shell: The app.
        then: Called when it may be.
    """
    asked = Confirm(
        "Throw away what you typed?",
        "Nothing of it was stored yet.",
        yes="Discard",
        no="Keep editing",
    )

    def answered(sure: bool | None) -> None:  # noqa: FBT001  # a dialog's result
        if sure:
            then()

    shell.push_screen(asked, answered)
