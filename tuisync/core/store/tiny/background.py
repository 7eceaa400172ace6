"""One piece of work beside the others."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Background:
    """Runs a piece of work in a thread of its own, once at a time.

    Args:
        work: What to do. It deals with its own errors.
        name: The thread's name.
    """

    def __init__(self, work: Callable[[], None], name: str) -> None:
        self._work = work
        self._name = name
        self._thread: threading.Thread | None = None

    @property
    def running(self) -> bool:
        """It has begun and is not done."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Begin, unless it is running already."""
        if self.running:
            return
        # A process that ends without waiting loses nothing: the work can be begun anew.
        self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
        self._thread.start()

    def join(self) -> None:
        """Wait until it is done."""
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()
