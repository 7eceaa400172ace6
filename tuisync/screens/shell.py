"""What every screen may ask of the app: to do something, to say something, to go somewhere."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

from rich.cells import cell_len
from rich.text import Text

from tuisync.core.errors import EngineBusy, TuisyncError
from tuisync.core.preferences.read import Preferences
from tuisync.screens.typing import InOrder
from tuisync.widgets.keys import key
from tuisync.widgets.plain import cut, plain

if TYPE_CHECKING:
    from pathlib import Path

    from textual.binding import Binding
    from textual.screen import Screen

    from tuisync.core.workspace import Workspace
    from tuisync.screens.chores import Chores
    from tuisync.screens.services import AppServices, Files, Opened, SignIns

V = TypeVar("V")
Severity = Literal["information", "warning", "error"]

_KEY_WORDS = {"enter": "enter", "right": "←→", "tab": "tab", "escape": "esc", "space": "space"}

_LOOK = 0.1
"""Seconds between two looks at the store while waiting for the engine."""

_PATIENCE = 30.0
"""Seconds for which nothing may happen before waiting is given up."""

_TOAST = 3
"""Cells of a message's line that it cannot take itself."""

_SECONDS: dict[Severity, float] = {"information": 4, "warning": 8, "error": 30}


class Said(NamedTuple):
    """Something the user was told, kept for the message list."""

    at: datetime
    severity: Severity
    text: str


class Shell(InOrder):
    """The app as its screens know it.

    Args:
        home: Where the data directory keeps its files.
        banner: A line to show on top of every screen, such as that this is a sandbox.

    Attributes:
        services: The opened data directory; it is there before any place is.
        sign_ins: How one signs in at a marketplace.
        chores: What is done with the data as a whole.
        preferences: What the user prefers.
        given: By marketplace, what a sign-in that has not succeeded yet was given, so that it need
            not be typed again. Secrets are among it: it is in memory alone.
    """

    services: AppServices
    sign_ins: SignIns
    chores: Chores

    def __init__(self, home: Files, *, banner: str = "") -> None:
        super().__init__()
        self.home = home
        self.preferences = Preferences()
        self.banner = banner
        self.set_class(bool(banner), "-bannered", update=False)
        self.said: list[Said] = []
        self.given: dict[str, dict[str, str]] = {}

    def furnish(self, opened: Opened) -> None:
        """Take over the opened data directory."""
        self.services, self.sign_ins, self.chores = opened[:3]

    @property
    def furnished(self) -> bool:
        """The data directory is open."""
        return hasattr(self, "services")

    @property
    def workspace(self) -> Workspace:
        """The store, the clock and the marketplaces' descriptions."""
        return self.services.workspace

    @property
    def zone(self) -> tzinfo:
        """The organization's time zone."""
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415  # after first sight

        from tuisync.core.models import ORGANIZATION_ID  # noqa: PLC0415  # after the first sight
        from tuisync.core.store import schema  # noqa: PLC0415  # as above

        found = self.workspace.store.get(schema.ORGANIZATION, ORGANIZATION_ID)
        try:
            return ZoneInfo(found.timezone if found else "UTC")
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")

    def extras(self) -> tuple[tuple[str, str, str], ...]:
        """Return further commands for the palette: name, action, and what it does."""
        return ()

    def get_key_display(self, binding: Binding) -> str:
        """Name keys by words one finds on the keyboard."""
        return (
            binding.key_display or _KEY_WORDS.get(binding.key) or super().get_key_display(binding)
        )

    def say(self, text: str, severity: Severity = "information", title: str = "") -> None:
        """Tell the user, for a moment on the screen and for good in the message list."""
        told = f"{title}: {text}" if title else text
        self.said.append(Said(self.workspace.now(), severity, told))
        self.clear_notifications()  # in one place there is room for the newest
        line = self._in_one_line(plain(told))
        self.notify(line, severity=severity, timeout=_SECONDS[severity], markup=False)

    def _in_one_line(self, text: str) -> str:
        """Return a message cut to the line that is free for it, with the key that shows it all."""
        line = " ".join(text.split())
        room = self.size.width - _TOAST
        if cell_len(line) <= room:
            return line
        more = f" {key('app.messages')} shows all"
        return f"{cut(line, max(1, room - cell_len(more)))}{more}"

    def send_clipboard(self, text: str) -> None:
        """Make the terminal copy a text."""
        if self._driver is not None:
            from tuisync.screens.copying import sequences  # noqa: PLC0415  # for the first copy

            self._driver.write(sequences(text, os.environ))
        self._clipboard = text

    def report(self, error: TuisyncError) -> None:
        """Tell the user what went wrong and what to do next."""
        hint = self.hint(error.hint)
        self.say(f"{error.message}\n{hint}" if hint else error.message, "error", error.title)

    def hint(self, text: str) -> str:
        """Return a hint of the core with the keys that do here what its commands do."""
        if "`tuisync " not in text:
            return text
        from tuisync.screens.hinting import on_screen  # noqa: PLC0415  # rarely needed

        below = (each for each in reversed(self.screen_stack) if hasattr(each, "why_not"))
        verbs = (verb.id for each in below for verb in getattr(each, "VERBS", ()))
        return on_screen(text, frozenset(verbs))

    def report_fault(self, error: BaseException) -> None:
        """Tell the user of a fault of ours, and write down where it happened."""
        path = self.write_crash(error)
        self.say(f"{type(error).__name__}; the details are in {path}", "error", "A fault of ours")

    def report_any(self, error: Exception) -> None:
        """Tell the user of an error, whoever is to blame."""
        if isinstance(error, TuisyncError):
            self.report(error)
        else:
            self.report_fault(error)

    def write_crash(self, error: BaseException) -> Path:
        """Write the traceback to the logs, without secrets, and return the file."""
        from tuisync.core.logs import write_crash  # noqa: PLC0415  # rarely needed

        now = self.workspace.now() if self.furnished else datetime.now(UTC)
        return write_crash(self.home.logs, error, now)

    def _handle_exception(self, error: Exception) -> None:
        """Write the fault down and leave with a sentence instead of a page of code."""
        try:
            path = self.write_crash(error)
        except OSError:
            super()._handle_exception(error)
            return
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self.panic(
            Text(
                "tuisync stopped because of a fault of its own. Nothing that was saved is lost.\n"
                f"What happened is in {path}",
                no_wrap=True,
                overflow="ignore",
            )
        )

    def act(self, call: Callable[[], V], then: Callable[[V], None] | None = None) -> None:
        """Run a short transaction away from the event loop, then show what it changed.

        Args:
            call: Changes the store; a `TuisyncError` is shown with its hint.
            then: Called with the result, on the event loop.
        """
        self.run_worker(self._act(call, then), exit_on_error=False)

    async def _act(self, call: Callable[[], V], then: Callable[[V], None] | None) -> None:
        try:
            result = await asyncio.to_thread(call)
        except Exception as error:  # noqa: BLE001  # a fault of ours must not end the session
            self.report_any(error)
            return
        if then is not None:
            then(result)
        self.stir()

    def carry_out(self, work: Awaitable[V], then: Callable[[V], None] | None = None) -> None:
        """Run longer work, such as what the engine has to do first, beside everything else."""
        self.run_worker(self._carry_out(work, then), exit_on_error=False)

    async def _carry_out(self, work: Awaitable[V], then: Callable[[V], None] | None) -> None:
        try:
            result = await work
        except Exception as error:  # noqa: BLE001  # a fault of ours must not end the session
            self.report_any(error)
            return
        if then is not None:
            then(result)
        self.stir()

    async def engine_did(self, done: Callable[[], bool]) -> None:
        """Wait until the store shows that the engine has done something.

        Raises:
            EngineBusy: Nobody took it up in time.
        """
        from tuisync.core.store import schema  # noqa: PLC0415  # after the first sight

        waited = 0.0
        store = self.workspace.store
        while not await asyncio.to_thread(done):
            await asyncio.sleep(_LOOK)
            working = store.count(schema.RUNS, "status", "running")
            waited = 0.0 if working else waited + _LOOK
            if waited > _PATIENCE:
                raise EngineBusy(
                    "No engine took this up in time; it stays queued.",
                    hint="The header shows who syncs.",
                )

    def stir(self) -> None:
        """Redraw from the store now instead of at the next look at it."""
        raise NotImplementedError

    def dress(self, screen: Screen[Any]) -> None:
        """Show the header's state on a screen."""
        raise NotImplementedError

    def set_up_first(self) -> bool:
        """Lead to the wizard where there is no organization yet; tell whether it did."""
        raise NotImplementedError

    def change_preference(self, key: str, value: str) -> None:
        """Write a preference into the file; it holds at once."""
        raise NotImplementedError

    def restore(self, path: Path) -> None:
        """Leave the screen, put a backup in the place of what is stored, and come back."""
        raise NotImplementedError

    def go(self, place: str) -> None:
        """Show a place."""
        raise NotImplementedError

    def do_in_settings(self, action: str) -> None:
        """Show the settings and do something there."""
        raise NotImplementedError

    def do_at(self, place: str, action: str) -> None:
        """Show a place and do something there."""
        raise NotImplementedError
