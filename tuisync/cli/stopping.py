"""Ctrl+C while a command waits for its runs.

Where this process does the work, the first one cancels the runs, so that they end between two
pages and nothing is left running; a second one does not wait for that. Where another engine is
at work, only the waiting ends: whoever wants the runs to end cancels them.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tuisync.cli.exits import Stopped
from tuisync.core import lookup
from tuisync.core.actions.cancels import request_cancel
from tuisync.core.errors import Conflict
from tuisync.core.models import ENDED, SyncRun
from tuisync.core.views.status import ENGINE

if TYPE_CHECKING:
    from tuisync.core.services import Services
    from tuisync.core.store.port import Holder

KEPT = "Stopped. Everything that was stored by then is kept."
_ENDING = "Stopping before the next page. Ctrl+C once more does not wait for that."


class Heeding(ABC):
    """Heeds interrupts while something is waited for.

    Attributes:
        asked: Somebody interrupted, and what is waited for was asked to end.

    Args:
        services: The data directory.
        say: Writes a line.
    """

    def __init__(self, services: Services, say: Callable[[str], object]) -> None:
        self.asked = False
        self._store, self._workspace = services.workspace.store, services.workspace
        self._say = say
        self._task: asyncio.Task[object] | None = None
        self._broken_off = False

    @contextmanager
    def heeded(self) -> Iterator[None]:
        """Heed interrupts inside the block, in the task that enters it.

        Raises:
            Stopped: One broke the waiting off.
        """
        self._task = asyncio.current_task()
        listens = _can_listen()
        if listens:
            asyncio.get_running_loop().add_signal_handler(signal.SIGINT, self.interrupt)
        try:
            yield
        except asyncio.CancelledError:
            if not self._broken_off:
                raise
            raise self.stopped() from None
        finally:
            if listens:
                asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)

    def interrupt(self) -> None:
        """End the work if it is ours, else the waiting."""
        if not self.asked and self.other() is None and self._end():
            self.asked = True
        elif self._task is not None:
            self._broken_off = True
            self._task.cancel()

    def other(self) -> Holder | None:
        """Return the engine in another process, if there is one."""
        holder = self._store.holder(ENGINE)
        return None if holder is None or holder.pid == os.getpid() else holder

    @abstractmethod
    def _end(self) -> bool:
        """Let the work end soon; False when there is none."""

    @abstractmethod
    def stopped(self) -> Stopped:
        """Return what to say of the end."""


class Interrupts(Heeding):
    """What an interrupt does while runs are waited for.

    Attributes:
        asked: The runs were cancelled by one.

    Args:
        services: The data directory.
        runs: The runs waited for.
        say: Writes a line.
    """

    def __init__(
        self, services: Services, runs: Sequence[SyncRun], say: Callable[[str], object]
    ) -> None:
        super().__init__(services, say)
        self._runs = runs

    def stopped(self) -> Stopped:
        """Return what to say of the end."""
        other = self.other()
        if other is None or not self._going():
            hint = "`tuisync sync` goes on from there." if self.asked else ""
            return Stopped(KEPT, hint=hint)
        return Stopped(
            f"Stopped waiting. {named(other)} goes on with the sync.",
            hint=f"`tuisync cancel {self._runs[0].batch}` stops it.",
        )

    def _going(self) -> list[SyncRun]:
        found = [lookup.run(self._store, run.id) for run in self._runs]
        return [run for run in found if run.status not in ENDED]

    def _end(self) -> bool:
        """Cancel what has not ended of the runs; False when everything has."""
        going = self._going()
        for run in going:
            try:
                request_cancel(self._workspace, run.id)
            except Conflict:  # it has ended just now
                continue
        if going:
            self._say(_ENDING)
        return bool(going)


def named(holder: Holder) -> str:
    """Return who has the engine, in words that a verb follows."""
    return f"`{holder.name}`, process {holder.pid},"


def _can_listen() -> bool:
    """Tell whether interrupts are ours to hear: not in a thread, and not where they are ignored."""
    ours = threading.current_thread() is threading.main_thread()
    return ours and signal.getsignal(signal.SIGINT) is not signal.SIG_IGN
