"""The engine beside a face: in a thread with an event loop of its own, so that no key waits."""

from __future__ import annotations

import asyncio
import logging
import threading

from tuisync.core.engine import Engine
from tuisync.core.errors import StoreBusy
from tuisync.core.services import Services

_log = logging.getLogger(__name__)


class EngineThread:
    """Runs an engine until it is stopped; it may be started again.

    Args:
        services: What it works with.
        holder: What it calls itself in the lease.

    Attributes:
        fault: What ended it, if it ended by a fault.
    """

    def __init__(self, services: Services, *, holder: str = "tui") -> None:
        self.fault: BaseException | None = None
        self._services = services
        self._holder = holder
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._ready = threading.Event()

    @property
    def running(self) -> bool:
        """Whether its thread is there; it may still be waiting for the lease."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Start it; harmless while it runs."""
        if self.running:
            return
        self.fault = None
        self._ready.clear()
        self._thread = threading.Thread(target=self._run, name="tuisync-engine", daemon=True)
        self._thread.start()
        self._ready.wait()

    def stop(self, timeout: float = 5.0) -> None:
        """Stop it, giving it so many seconds to finish the page at hand."""
        if self._loop is not None and self._stop is not None and self.running:
            self._loop.call_soon_threadsafe(self._stop.set)
        if self._thread is not None:
            self._thread.join(timeout)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as error:
            self.fault = error
            _log.exception("The engine ended by a fault.")
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self._ready.set()
        engine = Engine(self._services.workspace, self._services.shops, self._holder)
        while not self._stop.is_set():
            try:
                await engine.serve(self._stop)
            except StoreBusy:
                _log.warning("The store was busy; the engine starts again.")
