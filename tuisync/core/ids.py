"""Ids for what has no natural one: sortable by time, unique across processes."""

from __future__ import annotations

import itertools
import re
import secrets
from datetime import UTC, datetime

from tuisync.core.clock import Clock

_sequence = itertools.count()
_SHAPE = re.compile(r"[0-9a-f]{23}")


def new_id(clock: Clock) -> str:
    """Return an id that sorts by time, and within one process by the order of the calls.

    Milliseconds, a counter and 32 random bits, in hexadecimal: 23 characters.
    """
    milliseconds = int(clock().timestamp() * 1000)
    return f"{milliseconds:011x}{next(_sequence) & 0xFFFF:04x}{secrets.token_hex(4)}"


def made_at(id_: str) -> datetime | None:
    """Return when an id of ours was made; None for anything else."""
    if not _SHAPE.fullmatch(id_):
        return None
    try:
        return datetime.fromtimestamp(int(id_[:11], 16) / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return None
