"""Ids for what has no natural one: sortable by time, unique across processes."""

from __future__ import annotations

import itertools
import secrets

from tuisync.core.clock import Clock

_sequence = itertools.count()


def new_id(clock: Clock) -> str:
    """Return an id that sorts by time, and within one process by the order of the calls.

    Milliseconds, a counter and 32 random bits, in hexadecimal: 23 characters.
    """
    milliseconds = int(clock().timestamp() * 1000)
    return f"{milliseconds:011x}{next(_sequence) & 0xFFFF:04x}{secrets.token_hex(4)}"
