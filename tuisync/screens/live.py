"""Following the store: header and places show what was committed, by whatever process."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from textual import work

from tuisync.core.errors import TuisyncError
from tuisync.screens.following import Following, Watching
from tuisync.screens.places import tabs
from tuisync.screens.shell import Shell
from tuisync.screens.standing import Standing, engine_mark, standing
from tuisync.widgets.header import HeaderState, StatusLine, Tabs

if TYPE_CHECKING:
    from textual.screen import Screen

    from tuisync.core.store.port import Change
    from tuisync.screens.services import Files


class Live(Shell):
    """The app as something that keeps itself up to date.

    Attributes:
        standing: How things stood when last looked at.
    """

    def __init__(self, home: Files, *, banner: str = "") -> None:
        super().__init__(home, banner=banner)
        self.standing = Standing(HeaderState(), {}, organized=True)
        self._looking = False
        self._look_after = False
        self._one_look = asyncio.Lock()
        self._trouble = ""
        self._version = -1

    @work(exit_on_error=False, group="follow")
    async def follow(self) -> None:
        """Show each change as it is committed, until the store is closed."""
        try:
            async for change in self.workspace.store.changes():
                self._changed(change)
        except TuisyncError as error:
            self.report(error)

    def _changed(self, change: Change) -> None:
        self.look()
        place = self._top_place()
        if place is not None and place.concerns(change.collections):
            place.reload()
        for screen in self.screen_stack:
            if isinstance(screen, Watching):
                screen.look_again()

    def stir(self) -> None:
        """Redraw header and place from the store now."""
        self._version = min(self._version, 0) - 1  # another number than any look began with
        self.look()
        place = self._top_place()
        if place is not None:
            place.reload()

    def _top_place(self) -> Following | None:
        stack = reversed(self.screen_stack)
        return next((screen for screen in stack if isinstance(screen, Following)), None)

    def look(self) -> None:
        """See how things stand; what changes meanwhile leads to another look."""
        if self._looking:
            self._look_after = True
            return
        self._looking = True
        look: Any = self._look  # a coroutine made here may never begin, and Python warns of that
        self.run_worker(look, exit_on_error=False)

    async def _look(self) -> None:
        await self.look_now()
        self._looking = False
        if self._look_after:
            self._look_after = False
            self.look()

    async def look_now(self) -> None:
        """See how things stand and show it; a trouble is told once, not at every look.

        One look at a time: what an earlier one has read would be shown after the later one's.
        """
        try:
            async with self._one_look:
                self.standing = await asyncio.to_thread(self._read)
            self._trouble = ""
        except Exception as error:  # noqa: BLE001  # the header must not end the session
            if str(error) != self._trouble:
                self._trouble = str(error)
                self.report_any(error)
        for screen in self.screen_stack:
            self.dress(screen)

    def _read(self) -> Standing:
        """Return how things stand; while nothing was committed, only the engine is looked at."""
        from tuisync.core.views.status import engine_view  # noqa: PLC0415  # after the first sight

        store, now = self.workspace.store, self.workspace.now()
        version, known = store.version, self._version
        if version == known:
            header = self.standing.header._replace(engine=engine_mark(engine_view(store, now)))
            return self.standing._replace(header=header)
        found = standing(store, now)
        if self._version == known:  # else it is to be looked at anew: time passed meanwhile
            self._version = version
        return found

    def dress(self, screen: Screen[Any]) -> None:
        """Show on a screen's header how things stand."""
        for line in screen.query(StatusLine):
            line.state = self.standing.header
        for line_of_tabs in screen.query(Tabs):
            line_of_tabs.tabs = tabs(self.standing.badges)
