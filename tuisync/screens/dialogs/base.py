"""What dialogs share: a framed panel in the middle, a heading, and the keys at its foot."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from tuisync.screens.leaving import Leaving
from tuisync.widgets.colours import Toned
from tuisync.widgets.keybar import KeyBar
from tuisync.widgets.plain import plain

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widget import Widget

    from tuisync.screens.shell import Shell

V = TypeVar("V")


class Dialog(ModalScreen[V | None], Leaving[V | None]):
    """A modal panel that returns a value, or None when it is left with escape.

    Args:
        heading: What it is about.
    """

    # Textual inherits them along the first base alone.
    COMPONENT_CLASSES: ClassVar[set[str]] = Toned.COMPONENT_CLASSES
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", id="dialog.cancel", tooltip="Change nothing"),
    ]

    def __init__(self, heading: str) -> None:
        super().__init__()
        self.heading = plain(heading)

    @property
    def shell(self) -> Shell:
        """The app."""
        return cast("Shell", self.app)

    def body(self) -> Iterable[Widget]:
        """Yield what stands in the panel."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """Lay out the panel."""
        with Vertical(classes="dialog") as panel:
            panel.border_title = Content(self.heading)
            yield from self.body()
            yield KeyBar()

    def on_mount(self) -> None:
        """Let no earlier message cover what the panel says; those of its own are shown."""
        self.app.clear_notifications()

    def action_cancel(self) -> None:
        """Leave without a result."""
        self.dismiss(None)


class Reading(Dialog[None]):
    """A panel one only reads."""

    # Textual inherits them along the first base alone.
    COMPONENT_CLASSES: ClassVar[set[str]] = Toned.COMPONENT_CLASSES
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Close", id="dialog.cancel", tooltip="Go back"),
    ]
