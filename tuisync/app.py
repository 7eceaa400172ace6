"""The terminal app: the places, the keys between them, and the life around them."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from textual import events, work
from textual.binding import Binding, BindingType

from tuisync.core.errors import TuisyncError
from tuisync.core.preferences.read import read_preferences
from tuisync.screens import hangup
from tuisync.screens.buyers import Buyers
from tuisync.screens.opening import Opener
from tuisync.screens.places import FIRST, PLACES
from tuisync.screens.quitting import PATIENCE
from tuisync.screens.shell import Severity
from tuisync.screens.threshold import Threshold
from tuisync.screens.ways import aside

if TYPE_CHECKING:
    from tuisync.core.home import Home
    from tuisync.core.services import Services
    from tuisync.screens.services import Files, Opened, Opening, Sandbox

_OF_PLACES = Path(__file__).parent / "screens" / "tuisync.tcss"
"""The styles of what is not seen before the data directory is open."""

_LOOK_AGAIN = 5.0
"""Seconds after which the header is shown anew: leases come and go without a commit."""

_MINUTE = 60.0
"""Seconds after which what was so long ago is shown anew."""

_AT_ONCE = 0.5
"""Seconds in which an engine has taken the lease if it was free."""


def import_places() -> None:
    """Import every place, so that the first way there is as quick as the next."""
    aside().import_places()


def verb_commands() -> Any:
    """Return what the palette offers."""
    return aside().VerbCommands


class Telling(NamedTuple):
    """Something to tell the user: the text, how grave it is, and a title."""

    text: str
    severity: Severity
    title: str


class TuisyncApp(Buyers):
    """The app.

    It shows the frame of its places first, and opens the data directory behind it.

    Args:
        home: Where the data directory keeps its files.
        opening: Opens it; called once, in a thread.
        banner: A line on top of every screen, such as that this is a sandbox.
        demo: Lets the wizard walk itself through a sandbox.
        told: What to tell first.

    Attributes:
        restoring: The backup to put back once the app has ended, if any.
        refused: Why the data directory could not be opened, if so.
    """

    TITLE = "tuisync"
    CSS_PATH = "screens/frame.tcss"
    COMMANDS = {verb_commands}  # noqa: RUF012  # as Textual declares it
    MODES: ClassVar[dict[str, Any]] = {each.name: each.make for each in PLACES}
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (140, "-wide")]  # noqa: RUF012  # as Textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (32, "-tall")]  # noqa: RUF012  # as Textual declares it
    COMMAND_PALETTE_DISPLAY = "^p"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(each.key, f"go('{each.name}')", each.title, show=False, id=f"go.{each.name}")
            for each in PLACES
        ),
        Binding("question_mark,f1", "help", "Help", key_display="?", id="app.help"),
        Binding("ctrl+p,colon", "command_palette", "Palette", key_display="^p", id="app.palette"),
        Binding("exclamation_mark", "messages", "Messages", show=False, id="app.messages"),
        Binding(
            "y", "copy", "Copy", show=False, id="app.copy", tooltip="Copy SKU, number, tracking"
        ),
        Binding("comma", "settings", "Settings", show=False, id="app.settings"),
        Binding("B", "buy", "Buyer", show=False, id="demo.buy"),
        Binding("ctrl+z", "suspend_process", "Suspend", show=False, id="app.suspend"),
        Binding("q,ctrl+q", "quit", "Quit", show=False, id="app.quit"),
    ]
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self,
        home: Files,
        opening: Opening,
        *,
        banner: str = "",
        demo: Sandbox | None = None,
        told: Sequence[Telling] = (),
    ) -> None:
        super().__init__(home, banner=banner, demo=demo)
        self.dress_first()
        self.opening = opening
        self.told = told
        self.restoring: Path | None = None
        self.refused: TuisyncError | None = None

    # -- beginning and end ----------------------------------------------------------------

    def get_default_screen(self) -> Threshold:
        """Return what is seen until a place is."""
        return Threshold(self.banner)

    def on_load(self) -> None:
        """Leave in order when somebody ends us, so that the terminal is as it was before."""
        hangup.heed_sigterm(self._told_to_end)

    def on_mount(self) -> None:
        """Open the data directory once the frame is seen."""
        self.call_after_refresh(self._open)
        if not self.is_headless:
            self.set_interval(hangup.EVERY, hangup.leave_if_hung_up)

    def _told_to_end(self) -> None:
        """Leave as a user does, with the exit code of a program that was ended."""
        self.ended_by = signal.SIGTERM
        self.run_worker(self.leave(), exit_on_error=False)

    @work(exit_on_error=False)
    async def _open(self) -> None:
        try:
            opened = await asyncio.to_thread(self.opening)
        except TuisyncError as error:
            self.refused = error
            self.exit(1)
        except Exception as error:  # noqa: BLE001  # a fault of ours: told like any other
            self._handle_exception(error)
        else:
            await self._enter(opened)

    async def _enter(self, opened: Opened) -> None:
        """Show the first place, and do there what was typed meanwhile."""
        self.furnish(opened)
        self.stylesheet.read(_OF_PLACES)
        self.engine = opened.engine
        threshold = self.screen
        self._settle_in()
        await self.switch_mode(FIRST)
        for key in threshold.typed if isinstance(threshold, Threshold) else ():
            self.post_message(events.Key(key.key, key.character))

    def _settle_in(self) -> None:
        """Take on the user's preferences, begin to follow the store, and start the engine."""
        self.fit()
        self.app_suspend_signal.subscribe(self, self._suspended, immediate=True)
        self.app_resume_signal.subscribe(self, self._resumed, immediate=True)
        self.set_interval(_LOOK_AGAIN, self.look)
        self.set_interval(_MINUTE, self.stir)
        self.let_buyers_come()
        self.follow()
        for telling in self.told:
            self.say(*telling)
        self.call_after_refresh(self._begin)

    @work(exit_on_error=False)
    async def _begin(self) -> None:
        await self.look_now()
        if self.demo is not None or not self.standing.organized:
            await asyncio.to_thread(aside)
            self.set_up()
        if self.engine is not None:
            await asyncio.to_thread(self.engine.start)
            self.set_timer(_AT_ONCE, self.look)
        await asyncio.to_thread(import_places)
        if not self.is_headless:
            gc.freeze()  # no collection need look at all these classes again

    async def on_unmount(self) -> None:
        """Give the engine's lease back."""
        if self.engine is not None:
            await asyncio.to_thread(self.engine.stop, PATIENCE)

    def _suspended(self, _: object) -> None:
        if self.engine is not None:
            self.engine.stop(PATIENCE)

    def _resumed(self, _: object) -> None:
        self.refresh(layout=True)
        if self.engine is not None:
            self.engine.start()
            self.set_timer(_AT_ONCE, self.look)

    def restore(self, path: Path) -> None:
        """Leave the screen, put a backup in the place of what is stored, and come back."""
        self.restoring = path
        self.run_worker(self.leave(for_good=False), exit_on_error=False)


def run_app(
    home: Home,
    opening: AbstractContextManager[Services],
    *,
    banner: str = "",
    demo: Sandbox | None = None,
) -> int:
    """Run the app with an engine of its own, and return the exit code.

    To restore a backup nobody may work on the data, ourselves included: the app ends, gives
    everything back, and begins again on what was restored.

    Args:
        home: Where the data directory keeps its files.
        opening: Opens it, in a thread, and closes it when the app has ended.
        banner: A line on top of every screen.
        demo: A sandbox shop the wizard connects by itself.

    Raises:
        TuisyncError: The data directory cannot be opened.
    """
    with ExitStack() as opened:
        opener = Opener(lambda: opened.enter_context(opening), any_port=demo is not None)
        code, backup = _run(TuisyncApp(home, opener, banner=banner, demo=demo))
        while backup is not None:
            opener = opener.again()
            opened.callback(opener.close)
            told = restored(home, backup)
            code, backup = _run(TuisyncApp(home, opener, banner=banner, told=[told]))
    return code


def _run(app: TuisyncApp) -> tuple[int, Path | None]:
    """Run the app once; return its exit code and the backup it left for."""
    read = read_preferences(app.home.config_file)
    app.run(mouse=read.preferences["screen.mouse"] == "on")
    if app.refused is not None:
        raise app.refused
    return app.return_code or 0, app.restoring


def restored(home: Home, backup: Path) -> Telling:
    """Put a backup in the place of what is stored; return what to tell of it."""
    from tuisync.core.archive.restore import restore  # noqa: PLC0415  # rarely needed

    try:
        view = restore(home, backup, replace=True)
    except TuisyncError as error:
        return Telling(f"{error.message} {error.hint}".rstrip(), "error", "Not restored")
    shops = ", ".join(view.integrations) or "no shop"
    text = f"{view.documents:,} rows are back. Sign in again: {shops}. Kept: {view.kept}."
    return Telling(text, "information", "Restored")
