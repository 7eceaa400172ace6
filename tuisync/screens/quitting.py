"""Leaving the app: what stays undone is said first, and the page at hand is finished."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import events

from tuisync.screens.fitted import Fitted
from tuisync.widgets.plain import counted

if TYPE_CHECKING:
    import signal

    from tuisync.core.views.unfinished import Unfinished
    from tuisync.screens.services import Engine, Files, Sandbox

PATIENCE = 5.0
"""Seconds the engine gets to finish the page at hand."""

LEASE = "tui"
"""What the app takes the engine's lease as."""

_GOES_ON = "The next start of tuisync goes on with it, or `tuisync daemon`."
_THROWN_AWAY = "This demo's home is thrown away when you leave, and that with it."
_TYPED = "What you typed is not stored yet and would be lost."


class Quitting(Fitted):
    """An app that asks before it leaves something undone.

    Args:
        home: Where the data directory keeps its files.
        banner: A line on top of every screen.
        demo: The sandbox this is a demo on, if it is one.

    Attributes:
        engine: Runs syncs while the app is open.
        leaving: The screens go away.
        ended_by: The signal that told it to end, if one did.
    """

    def __init__(self, home: Files, *, banner: str = "", demo: Sandbox | None = None) -> None:
        super().__init__(home, banner=banner)
        self.demo = demo
        self.engine: Engine | None = None
        self.leaving = False
        self.ended_by: signal.Signals | None = None
        self._quitting = False

    async def action_quit(self) -> None:
        """Leave; ask first where something would stay undone or be lost."""
        if self._quitting:
            return
        self._quitting = True
        reasons = []
        if self.engine is not None and (words := undone_words(await self._owed())):
            reasons += [words, _THROWN_AWAY if self._is_thrown_away else _GOES_ON]
        if any(getattr(each, "was_typed_into", False) for each in self.screen_stack):
            reasons.append(_TYPED)
        if reasons:
            self._ask("\n".join(reasons))
        else:
            await self.leave()

    def _ask(self, reasons: str) -> None:
        from tuisync.screens.dialogs.confirm import Confirm  # noqa: PLC0415  # after first sight

        asked = Confirm("Leave now?", reasons, yes="Leave", no="Stay")
        self.push_screen(asked, self._answered)

    def _answered(self, sure: bool | None) -> None:  # noqa: FBT001  # a dialog's result
        if sure:
            self.run_worker(self.leave(), exit_on_error=False)
        else:
            self._quitting = False

    async def leave(self, *, for_good: bool = True) -> None:
        """Let the engine finish the page at hand, then leave; nothing is asked.

        Args:
            for_good: Nobody comes back at once, so that what is owed is told in parting.
        """
        self._quitting = True
        told = ""
        if self.engine is not None:
            engine, self.engine = self.engine, None
            self.say("Finishing the page at hand …")
            await asyncio.to_thread(engine.stop, PATIENCE)
            tell = for_good and not self._is_thrown_away
            if tell and (words := undone_words(await self._owed())):
                told = f"{words} {_GOES_ON}"
        self.leaving = True
        self.exit(0, 0 if self.ended_by is None else 128 + self.ended_by, told or None)

    async def on_event(self, event: events.Event) -> None:
        """Let keys that come while the screens go away come to nothing."""
        going = self.leaving or not self.screen_stack
        if not (going and isinstance(event, events.InputEvent)):
            await super().on_event(event)

    @property
    def _is_thrown_away(self) -> bool:
        return self.demo is not None and not self.demo.kept

    async def _owed(self) -> Unfinished:
        from tuisync.core.views.unfinished import left_by  # noqa: PLC0415  # after first sight

        return await asyncio.to_thread(left_by, self.workspace.store, LEASE)


def undone_words(owed: Unfinished) -> str:
    """Return what is not done yet, as a sentence; nothing where all is done."""
    syncs, numbers, shipments = owed
    parts = [
        f"the sync of {' and '.join(syncs)}" if syncs else "",
        f"{counted(numbers, 'number')} owed to shops" if numbers else "",
        f"{counted(shipments, 'shipment')} to be told to shops" if shipments else "",
    ]
    said = ", ".join(part for part in parts if part)
    return f"Not done yet: {said}." if said else ""
