"""What dialogs share: a framed panel in the middle, a heading, and the keys at its foot."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget

from tuisync.screens.leaving import Leaving
from tuisync.widgets.colours import Toned
from tuisync.widgets.keybar import KeyBar
from tuisync.widgets.plain import plain

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.geometry import Offset, Region

    from tuisync.screens.shell import Shell

V = TypeVar("V")


class Body(VerticalScroll, can_focus=False):
    """What of a panel scrolls where the terminal is too low for all of it."""

    def __init__(self, *children: Widget) -> None:
        super().__init__(*children, classes="dialog--body")

    def on_mount(self) -> None:
        """Look again when what it holds becomes longer."""
        self.watch(self, "virtual_size", self.on_resize, init=False)

    def scroll_to_region(self, region: Region, **how: Any) -> Offset:
        """Go there at once: quick fingers type into what is not in sight yet."""
        return super().scroll_to_region(region, **{**how, "animate": False})

    def on_resize(self) -> None:
        """Keep what is typed into in sight, whatever takes room above or below."""
        self.call_after_refresh(self._see_focused)

    def _see_focused(self) -> None:
        focused = self.screen.focused if self.is_attached else None
        if focused is None or self not in focused.ancestors:
            return
        path = [each for each in focused.ancestors_with_self if self in each.ancestors]
        top = sum(each.virtual_region.y for each in path if isinstance(each, Widget))
        last = max(0, top + focused.size.height - self.size.height)
        self.scroll_to(y=min(max(self.scroll_y, last), top), animate=False, immediate=True)

    def turn(self, pages: int) -> None:
        """Move by what is in sight."""
        self.scroll_relative(y=pages * max(1, self.size.height - 1), animate=False)


class Dialog(ModalScreen[V | None], Leaving[V | None]):
    """A modal panel that returns a value, or None when it is left with escape.

    Args:
        heading: What it is about.

    Attributes:
        STANDS_ALONE: It says all there is to know; a panel under it stands back.
    """

    STANDS_ALONE: ClassVar[bool] = False

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
        """Yield what stands in the panel; it gives way where the terminal is low."""
        raise NotImplementedError

    def foot(self) -> Iterable[Widget]:
        """Yield what stands between the body and the keys, in sight at any height."""
        return ()

    def compose(self) -> ComposeResult:
        """Lay out the panel."""
        with Vertical(classes="dialog") as panel:
            panel.border_title = Content(self.heading)
            yield from self.body()
            yield Vertical(*self.foot(), KeyBar(), classes="dialog--foot")

    def on_mount(self) -> None:
        """Let no earlier message cover what the panel says; those of its own are shown."""
        self.app.clear_notifications()

    def on_screen_suspend(self) -> None:
        """Stand back from a question, behind which its edges would show."""
        above = self.app.screen
        self.set_class(isinstance(above, Dialog) and above.STANDS_ALONE, "-behind")

    def on_screen_resume(self) -> None:
        """Be seen again."""
        self.remove_class("-behind")

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
