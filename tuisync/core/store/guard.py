"""Who is inside a transaction in this process, and for how long."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tuisync.core.errors import StoreBusy


class Guard:
    """Lets one thread at a time into a transaction, and no thread twice."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside: int | None = None

    @contextmanager
    def entered(self, timeout: float) -> Iterator[None]:
        """Be the one thread inside.

        Args:
            timeout: Seconds to wait for another thread.

        Raises:
            RuntimeError: This thread is inside already.
            StoreBusy: Another thread stayed inside too long.
        """
        me = threading.get_ident()
        if self._inside == me:
            raise RuntimeError("a transaction is open in this thread already")
        if not self._lock.acquire(timeout=timeout):
            raise busy(os.getpid(), timeout)
        self._inside = me
        try:
            yield
        finally:
            self._inside = None
            self._lock.release()


def busy(pid: int | None, waited: float) -> StoreBusy:
    """Return the error for a store that stayed locked.

    Args:
        pid: The process that holds it, if known.
        waited: Seconds we waited.
    """
    who = "Another process" if pid is None else f"Process {pid}"
    if pid == os.getpid():
        who = f"Another part of this program (process {pid})"
    return StoreBusy(
        f"{who} has kept the store locked for {waited:g} seconds.",
        hint="Wait until it is done, or end it, then try again.",
    )


@contextmanager
def one_step() -> Iterator[None]:
    """Refuse to let the event loop turn inside the block.

    While a transaction waits for something else, every other writer of every process waits
    for it. The loop is asked for a callback; if that ran before the block ended, the block
    gave up control in between.

    Raises:
        RuntimeError: There was an `await` inside the block.
    """
    asyncio = sys.modules.get("asyncio")  # without it, no loop can run, and it is slow to import
    try:
        loop = asyncio.get_running_loop() if asyncio else None
    except RuntimeError:
        loop = None
    if loop is None:
        yield
        return
    turns: list[bool] = []
    probe = loop.call_soon(turns.append, True)  # noqa: FBT003  # an argument of append
    try:
        yield
    finally:
        probe.cancel()
    if turns:
        raise RuntimeError("a transaction must not be held across an await")
