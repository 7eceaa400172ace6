"""Lines typed or pasted on stdin, read without blocking and without reading ahead for good."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator

_CHUNK = 4096


async def stdin_lines(file: int = 0) -> AsyncIterator[str]:
    """Yield lines from a file descriptor until it ends.

    It waits until there is something to read, so that leaving it takes nothing from whoever
    reads the terminal next.
    """
    rest = b""
    while True:
        await _readable(file)
        chunk = os.read(file, _CHUNK)
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line.decode(errors="replace")
        if not chunk:
            break
    if rest:
        yield rest.decode(errors="replace")


async def _readable(file: int) -> None:
    """Wait until a read returns at once; a plain file always does."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    try:
        loop.add_reader(file, ready.set)
    except PermissionError:  # epoll takes no plain files
        return
    try:
        await ready.wait()
    finally:
        loop.remove_reader(file)
