"""The terminal app: the places, the keys between them, and the life around them."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from textual import events, on, work
from textual.binding import Binding, BindingType

from tuisync.core.errors import TuisyncError
from tuisync.core.preferences.read import read_preferences
from tuisync.screens import hangup
from tuisync.screens.following import Following
from tuisync.screens.opening import Opener
from tuisync.screens.places import FIRST, PLACES
from tuisync.screens.quitting import PATIENCE, Quitting
from tuisync.screens.shell import Severity
from tuisync.screens.threshold import Threshold
from tuisync.widgets.header import Tabs
from tuisync.widgets.keys import keyed

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

_BUYERS = 40.0
"""Seconds between two buyers in a demo."""


def _aside() -> Any:
    """Return what lies on top of places now and then, importing it at its first use."""
    return import_module("tuisync.screens.aside")


def import_places() -> None:
    """Import every place, so that the first way there is as quick as the next."""
    _aside().import_places()


def verb_commands() -> Any:
    """Return what the palette offers."""
    return _aside().VerbCommands


class Telling(NamedTuple):
    """Something to tell the user: the text, how grave it is, and a title."""

    text: str
    severity: Severity
    title: str


class TuisyncApp(Quitting):
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

    def on_mount(self) -> None:
        """Open the data directory once the frame is seen."""
        self.call_after_refresh(self._open)
        hangup.heed_sigterm(self._told_to_end)
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
        if self.demo is not None:
            self.set_interval(_BUYERS, self._somebody_buys)
        self.follow()
        for telling in self.told:
            self.say(*telling)
        self.call_after_refresh(self._begin)

    @work(exit_on_error=False)
    async def _begin(self) -> None:
        await self.look_now()
        if self.demo is not None or not self.standing.organized:
            aside = await asyncio.to_thread(_aside)
            self.push_screen(aside.Setup(demo=self.demo))
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

    # -- going places ---------------------------------------------------------------------

    @on(Tabs.Chosen)
    def _chosen(self, message: Tabs.Chosen) -> None:
        if self.furnished:
            self.go(message.place)

    def action_go(self, place: str) -> None:
        """Show a place, whatever lay on top of it when it was left."""
        self.go(place)

    def go(self, place: str) -> None:
        """Show a place itself: what lies on top of it is left, so that its keys are its own."""
        if self.current_mode != place:
            self.switch_mode(place)
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def do_at(self, place: str, action: str) -> None:
        """Show a place and do something there."""
        self.go(place)
        self.call_after_refresh(self._do, action)

    async def _do(self, action: str) -> None:
        screen = self.screen
        await (screen.do(action) if isinstance(screen, Following) else screen.run_action(action))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keep the number keys to the places: not in a dialog, not in the wizard."""
        if not self.furnished and action != "quit":
            return False
        if action in {"go", "messages", "settings", "copy"}:
            return isinstance(self.screen, Following)
        if action == "buy":
            return self.demo is not None and isinstance(self.screen, Following)
        return super().check_action(action, parameters)

    def extras(self) -> tuple[tuple[str, str, str], ...]:
        """Offer a demo's buyers in the palette."""
        if self.demo is None:
            return ()
        return (("demo: let a buyer buy", "buy", "Somebody buys something at the sandbox"),)

    def action_buy(self) -> None:
        """Let somebody buy something at the sandbox, and fetch the order."""
        self.say("A buyer is buying something; the order comes in now.")
        self._buy()

    def _somebody_buys(self) -> None:
        """Go on with the buying once the walk through the sandbox is over."""
        if not any(isinstance(each, _aside().Setup) for each in self.screen_stack):
            self._buy()

    @work(exit_on_error=False, exclusive=True, group="buyer")
    async def _buy(self) -> None:
        if self.demo is None:
            return
        try:
            await self.demo.buy()
            syncs = import_module("tuisync.core.actions.syncs")
            await asyncio.to_thread(syncs.request_sync, self.workspace, ["orders"])
        except TuisyncError as error:
            self.say(error.message)

    def action_help(self) -> None:
        """Show what every key does here."""
        if not isinstance(self.screen, _aside().Help):
            self.push_screen(_aside().Help(self.screen))

    def action_messages(self) -> None:
        """Show what was said."""
        self.push_screen(_aside().Messages())

    def action_copy(self) -> None:
        """Copy what is under the cursor."""
        if isinstance(self.screen, Following):
            import_module("tuisync.screens.copying").ask_copy(self, self.screen)

    def action_settings(self) -> None:
        """Show the settings."""
        there = any(isinstance(each, _aside().Settings) for each in self.screen_stack)
        if not there and not self.set_up_first():
            self.push_screen(_aside().Settings())

    def do_in_settings(self, action: str) -> None:
        """Show the settings and do something there."""
        if self.standing.organized:
            self.action_settings()
            self.call_after_refresh(self._do, action)
        else:
            self.set_up_first()

    def set_up_first(self) -> bool:
        """Lead to the wizard where there is no organization yet; tell whether it did."""
        if self.standing.organized:
            return False
        self.say("Your business comes first; nothing can be kept before.")
        self.push_screen(_aside().Setup(demo=self.demo))
        return True

    def restore(self, path: Path) -> None:
        """Leave the screen, put a backup in the place of what is stored, and come back."""
        self.restoring = path
        self.run_worker(self.leave(for_good=False), exit_on_error=False)

    def action_command_palette(self) -> None:
        """Open the palette."""
        if not isinstance(self.screen, _aside().Palette):
            self.push_screen(_aside().Palette(id="--command-palette"))

    def search_themes(self) -> None:
        """Choose a theme, in our own palette."""
        providers, placeholder = [_aside().ThemeCommands], "Search for themes…"
        self.push_screen(_aside().Palette(providers=providers, placeholder=placeholder))

    async def on_event(self, event: events.Event) -> None:
        """Let keys that come while the screens go away come to nothing."""
        going = self.leaving or not self.screen_stack
        if not (going and isinstance(event, events.InputEvent)):
            await super().on_event(event)

    def action_help_quit(self) -> None:
        """Say how one leaves: ctrl+c is too easily pressed to copy something."""
        self.say(f"{keyed('{app.quit}')} leaves; {keyed('{app.copy}')} copies.")


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
