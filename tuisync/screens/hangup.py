"""Whether the terminal is still there."""

from __future__ import annotations

import os
import select
import signal

EVERY = 1.0
"""Seconds between two looks."""


def leave_if_hung_up(terminal: int) -> None:
    """End the process, as the system does by default, when its terminal is gone.

    Only the first process of a terminal is told by the system: a `make` or a shell in between
    keeps it to itself. Nothing is lost: what was committed is on the disk.

    Args:
        terminal: The descriptor of the terminal.
    """
    looking = select.poll()
    looking.register(terminal, 0)
    if any(event & (select.POLLHUP | select.POLLNVAL) for _, event in looking.poll(0)):
        signal.raise_signal(signal.SIGHUP)
        os._exit(128 + signal.SIGHUP)  # where that is ignored
