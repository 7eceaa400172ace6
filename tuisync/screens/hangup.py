"""How the app ends when it is not its user who ends it."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import threading
from collections.abc import Callable

_TERMINAL = 0
"""The descriptor of the terminal."""

EVERY = 1.0
"""Seconds between two looks."""


def heed_sigterm(leave: Callable[[], object]) -> None:
    """Leave in order when told to: by default the terminal stays as it is then."""
    if threading.current_thread() is threading.main_thread():  # the only one that is told
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, leave)


def leave_if_hung_up() -> None:
    """End the process, as the system does by default, when its terminal is gone.

    Only the first process of a terminal is told by the system: a `make` or a shell in between
    keeps it to itself. Nothing is lost: what was committed is on the disk.
    """
    looking = select.poll()
    looking.register(_TERMINAL, 0)
    if any(event & (select.POLLHUP | select.POLLNVAL) for _, event in looking.poll(0)):
        signal.raise_signal(signal.SIGHUP)
        os._exit(128 + signal.SIGHUP)  # where that is ignored
