"""A pull that can be broken off from outside, when its user cancels it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine


class Stopped(Exception):  # it never leaves the work
    """The pull ended because its user cancelled it."""


class StoppablePull:
    """A pull under way.

    Args:
        run: The run's id.
        pull: What pulls.

    Attributes:
        run: The run's id.
        stopped: It was broken off.
    """

    def __init__(self, run: str, pull: Coroutine[None, None, None]) -> None:
        self.run = run
        self._task = asyncio.ensure_future(pull)
        self.stopped = False

    def stop(self) -> None:
        """Break it off: what it reads or waits for is given up at once."""
        self.stopped = True
        self._task.cancel()

    async def end(self) -> None:
        """Wait until the end of the pull.

        Raises:
            Stopped: It was broken off.
            MarketplaceError: The shop or the plug-in failed.
        """
        own = asyncio.current_task()
        try:
            await self._task
        except asyncio.CancelledError:
            if self.stopped and own is not None and not own.cancelling():
                raise Stopped from None
            raise
