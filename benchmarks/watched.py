"""Run the app and write down how long its event loop was kept waiting.

    python -m benchmarks.watched FILE

Each line of the file is one wait above a hundredth of a second, in milliseconds.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from typing import TextIO

from tuisync.__main__ import start_app
from tuisync.app import TuisyncApp

_BEAT = 0.001
_NOTICED = 0.01


async def watch(file: TextIO) -> None:
    """Note each time we come late, for as long as the loop runs."""
    last = time.perf_counter()
    while True:
        await asyncio.sleep(_BEAT)
        now = time.perf_counter()
        waited, last = now - last - _BEAT, now
        if waited > _NOTICED:
            file.write(f"{waited * 1e3:.1f}\n")


def main() -> None:
    """Run the app, watched from before anything else happens in its loop."""
    begin, tasks = TuisyncApp.on_mount, []
    with Path(sys.argv[1]).open("w", buffering=1) as file:

        def on_mount(app: TuisyncApp) -> None:
            tasks.append(asyncio.create_task(watch(file)))
            begin(app)

        TuisyncApp.on_mount = on_mount  # type: ignore[method-assign, assignment]  # in this process alone
        start_app()


if __name__ == "__main__":
    main()
