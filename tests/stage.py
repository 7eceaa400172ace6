"""Running the app headless: type keys, wait until nothing moves, read the screen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from textual import events
from textual.widgets import Input
from textual.worker import WorkerState

from chores import FakeChores
from pottery import FakeSignIns, PotteryServices
from tuisync.app import TuisyncApp
from tuisync.screens.services import Engine, Opened, Sandbox
from tuisync.screens.threshold import Threshold
from tuisync.widgets.table import Table
from tuisync.widgets.when import write_dates

if TYPE_CHECKING:
    from textual.pilot import Pilot

_LONG_LIVED = {"follow", "signin", "demo", "result"}
"""Groups of workers that wait for somebody."""

_LOOK = 0.005
_TRIES = 2_000


@dataclass
class Stage:
    """The running app and the hands on it."""

    app: TuisyncApp
    pilot: Pilot[int]
    sign_ins: FakeSignIns

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, letting each have its effect."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def type(self, text: str) -> None:
        """Type a text where the cursor is."""
        focused = self.app.focused
        if isinstance(focused, Input):
            focused.post_message(events.Paste(text))
        else:
            await self.pilot.press(*text)
        await self.settle()

    async def settle(self) -> None:
        """Wait until no worker runs and no message waits."""
        for _ in range(2):
            await self.becomes(self._quiet)
            await self.pilot._wait_for_screen()
            await self.becomes(self._painted)

    async def until(self, done: Callable[[], bool]) -> None:
        """Wait until something has become true and nothing is under way.

        Raises:
            TimeoutError: It never did.
        """
        await self.becomes(done)
        await self.settle()

    async def becomes(self, done: Callable[[], bool]) -> None:
        """Wait until something has become true, whatever is still under way then.

        Raises:
            TimeoutError: It never did.
        """
        for _ in range(_TRIES):
            if done():
                return
            await asyncio.sleep(_LOOK)
        raise TimeoutError(f"It never became so; on the screen:\n{self.text}")

    def _painted(self) -> bool:
        """Tell whether nothing waits to be laid out or drawn."""
        if not self.app.is_running or not self.app.screen_stack:
            return True
        screen = self.app.screen
        waits = (screen._layout_required, screen._dirty_widgets, screen._callbacks)
        return not any(waits)

    def _quiet(self) -> bool:
        busy = (WorkerState.PENDING, WorkerState.RUNNING)
        workers = (each for each in self.app.workers if each.group not in _LONG_LIVED)
        return not (self.app.typing or any(worker.state in busy for worker in workers))

    @property
    def text(self) -> str:
        """What is on the screen, line by line."""
        screen = self.app.screen
        lines = screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in lines)

    def shows(self, *texts: str) -> bool:
        """Tell whether all of these stand on the screen."""
        return all(text in self.text for text in texts)

    def table(self, selector: str = "Table") -> Table[Any]:
        """Return a table of this screen."""
        return self.app.screen.query(selector).first(Table)

    def footer(self) -> str:
        """Return the bottom line."""
        return self.text.rstrip("\n").split("\n")[-1]

    def said(self) -> Sequence[str]:
        """Return what the user was told, oldest first."""
        return [each.text for each in self.app.said]


class FakeEngine:
    """Knows whether it runs."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def start(self) -> None:
        self.calls.append("start")

    def stop(self, timeout: float) -> None:
        assert timeout > 0
        self.calls.append("stop")


@dataclass
class FakeSandbox:
    """Consents by remembering the address."""

    marketplace: str = "etsy"
    currency: str = "USD"
    kept: bool = False
    options: Mapping[str, str] = field(
        default_factory=lambda: {"keystring": "k", "shared_secret": "s"}
    )
    visited: list[str] = field(default_factory=list)
    bought: int = 0

    async def consent(self, url: str) -> None:
        """Remember it."""
        self.visited.append(url)

    async def buy(self) -> None:
        """Count the buyers."""
        self.bought += 1


@asynccontextmanager
async def stage(
    services: PotteryServices,
    *,
    size: tuple[int, int] = (80, 24),
    engine: Engine | None = None,
    banner: str = "",
    demo: Sandbox | None = None,
    messages: bool = False,
) -> AsyncIterator[Stage]:
    """Run the app on these services; `messages` draws what the user is told, too."""
    sign_ins = FakeSignIns(services.workspace)
    opened = Opened(services, sign_ins, FakeChores(services), engine)
    app = TuisyncApp(services.home, lambda: opened, banner=banner, demo=demo)
    try:
        async with app.run_test(size=size, notifications=messages) as pilot:
            made = Stage(app, pilot, sign_ins)
            await made.until(lambda: not isinstance(app.screen, Threshold))
            await pilot.pause()
            await made.settle()
            yield made
    finally:
        write_dates("iso")  # whatever the preferences of this run were
