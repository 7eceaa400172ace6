"""The engine in a thread of its own, for a face that has an event loop of its own."""

from __future__ import annotations

import asyncio
import logging
import threading

from tuisync.core.engine import Engine
from tuisync.core.errors import StoreError
from tuisync.core.shop import Shops
from tuisync.core.workspace import Workspace

_log = logging.getLogger(__name__)
_PAUSE = 5.0
"""Seconds to wait after the store could not be used."""


class EngineThread:
    """Runs an engine until it is stopped; may be started again.

    Args:
        workspace: The data directory.
        shops: Opens connections to the shops.
        holder: Who we are, as others see it.
    """

    def __init__(self, workspace: Workspace, shops: Shops, *, holder: str = "tui") -> None:
        self._engine = Engine(workspace, shops, holder)
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._begun = threading.Event()

    def start(self) -> None:
        """Begin: take the lease, or stand by while somebody else holds it."""
        if self._thread is not None and self._thread.is_alive():
            return
        self._begun.clear()
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._thread.start()
        self._begun.wait()

    def stop(self, timeout: float = _PAUSE) -> None:
        """Let a drain end and give the lease back; wait for it at most so many seconds."""
        thread, loop, stop = self._thread, self._loop, self._stop
        if thread is None or loop is None or stop is None or not thread.is_alive():
            return
        loop.call_soon_threadsafe(stop.set)
        thread.join(timeout)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._begun.set()
        while not self._stop.is_set():
            try:
                await self._engine.serve(self._stop)
            except StoreError:
                _log.exception("The engine cannot use the store; it tries again.")
                await _pause(self._stop)


async def _pause(stop: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stop.wait(), _PAUSE)
    except TimeoutError:
        return
