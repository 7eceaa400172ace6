"""The base of every screen that shows the store: live, with the header and the key line.

A place loads its data in a thread and shows it in a handler, so that the event loop never
waits for the store. While it is looked at, it loads again whenever something it watches
changes, in whatever process; otherwise when one comes back to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast

from textual import on, work
from textual.message import Message

from tuisync.screens.following import Following
from tuisync.screens.verbs import Verbal, verb
from tuisync.widgets.header import StatusLine, Tabs
from tuisync.widgets.keybar import KeyBar
from tuisync.widgets.keys import keyed
from tuisync.widgets.table import Table
from tuisync.widgets.words import Words

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widget import Widget

    from tuisync.screens.shell import Shell

T = TypeVar("T")


class Place(Verbal, Following, Generic[T]):
    """A screen over the store.

    Attributes:
        PLACE: The name of the top-level place it belongs to.
        HEADING: What it is called when it lies on top of that place.
        WATCHES: The collections whose changes concern it.
    """

    PLACE: ClassVar[str] = ""
    HEADING: ClassVar[str] = ""
    WATCHES: ClassVar[frozenset[str]] = frozenset()

    class Loaded(Message):
        """Fresh data has come."""

        def __init__(self, data: Any, version: int) -> None:
            super().__init__()
            self.data = data
            self.version = version

    class LoadFailed(Message):
        """The store could not be read, or what was looked at is gone."""

        def __init__(self, error: Exception) -> None:
            super().__init__()
            self.error = error

    def __init__(self) -> None:
        super().__init__()
        self._loading = False
        self._again = False
        self._read_once = False
        self._to_do, self._loads_before = "", 0
        self._version = -1
        # Mounting styles it; without this its first sight waits for all CSS to be parsed again.
        self._css_update_count = self.app._css_update_count  # noqa: SLF001  # Textual has no other way
        self.add_class(*self._breakpoints(), update=False)

    def _breakpoints(self) -> Iterator[str]:
        """Yield the classes for this size of terminal, else all is styled again once it is told."""
        app = self.app
        for extent, points in zip(
            app.size, (app.HORIZONTAL_BREAKPOINTS, app.VERTICAL_BREAKPOINTS), strict=True
        ):
            yield max(point for point in points or () if point[0] <= extent)[1]

    @property
    def shell(self) -> Shell:
        """The app."""
        return cast("Shell", self.app)

    @property
    def is_ready(self) -> bool:
        """It has shown what it has, or why it shows nothing."""
        return self._read_once

    # -- what a place defines -------------------------------------------------------------

    def body(self) -> Iterable[Widget]:
        """Yield the widgets between the header and the key line."""
        raise NotImplementedError

    def load(self) -> T:
        """Read what is shown. Runs in a thread and touches no widget."""
        raise NotImplementedError

    def show(self, data: T) -> None:
        """Put the data on the screen; the key line is told afterwards."""
        raise NotImplementedError

    def lost(self, error: Exception) -> None:
        """Say why there is nothing to show."""
        self.shell.report_any(error)

    def subjects(self) -> Iterator[Any]:
        """Return what one looks at here, for whoever wants to copy a part of it."""
        about = (getattr(self, name, None) for name in ("order", "item", "shop"))
        yield from (each for each in about if each is not None)
        tables = sorted(self.query(Table), key=lambda each: not each.has_focus)
        yield from (each.row for each in tables if each.row is not None)

    # -- the frame ------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Lay out header, body and key line."""
        if self.shell.banner:
            yield Words(keyed(self.shell.banner), classes="banner")
        yield StatusLine()
        yield Tabs()
        yield from self.body()
        yield KeyBar()

    def on_mount(self) -> None:
        """Show the header's state as the app knows it, and load once that is seen.

        A thread that reads beside the first frame takes turns with it at the interpreter, and
        the frame comes late.
        """
        self.query_one(Tabs).current = self.PLACE
        self.shell.dress(self)
        self._loading = True
        self.call_after_refresh(self._load)

    def on_screen_resume(self) -> None:
        """Catch up with what happened while it was out of sight."""
        self.shell.dress(self)
        if self._version >= 0 and self._version != self.shell.workspace.store.version:
            self.reload()

    def refuse(self, reason: str) -> None:
        """Say why a verb does nothing now."""
        self.shell.say(reason, "warning")

    async def do(self, action: str) -> None:
        """Carry out an action, once what it is to be done to is on the screen."""
        if self._read_once and not self._loading:
            await self.run_action(action)
        else:
            self._to_do, self._loads_before = action, 1 + self._again

    # -- loading --------------------------------------------------------------------------

    def concerns(self, collections: frozenset[str]) -> bool:
        """Return whether a change of these collections shows here."""
        return not self.WATCHES.isdisjoint(collections)

    def reload(self) -> None:
        """Load again; changes that come while it loads lead to one more time."""
        if self._loading:
            self._again = True
            return
        self._loading = True
        self._load()

    @work(thread=True, exit_on_error=False, group="load")
    def _load(self) -> None:
        version = self.shell.workspace.store.version
        try:
            message: Message = self.Loaded(self.load(), version)
        except Exception as error:  # noqa: BLE001  # shown by the handler, whatever it is
            message = self.LoadFailed(error)
        self.post_message(message)

    @on(Loaded)
    def _loaded(self, message: Loaded) -> None:
        message.stop()
        self._version = message.version
        self._finished()
        self.show(message.data)
        self.refresh_bindings()

    @on(LoadFailed)
    def _load_failed(self, message: LoadFailed) -> None:
        message.stop()
        self._finished()
        self.lost(message.error)

    def _finished(self) -> None:
        self._loading, self._read_once = False, True
        self._loads_before -= 1
        if self._to_do and self._loads_before <= 0:
            self.call_after_refresh(self.run_action, self._to_do)
            self._to_do = ""
        if self._again:
            self._again = False
            self.reload()


class SubPlace(Place[T]):
    """A place that lies on top of another one; escape goes back."""

    @verb("escape", "Back", "screen: back", "Go back to where you came from", show=False)
    def action_back(self) -> None:
        """Leave it."""
        self.dismiss()
