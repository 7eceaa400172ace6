"""Foreign code that may block runs in a daemon thread, so that it can be given up on.

An executor will not do: the interpreter waits for its threads at exit, and a plug-in that
never returns would keep the program from ending.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


class TookTooLong(Exception):  # it never leaves this package
    """Foreign code did not come back in time."""


@dataclass
class _Outcome(Generic[T]):
    value: T | None = None
    error: BaseException | None = None

    def settle(self) -> T:
        if self.error is not None:
            raise self.error
        return self.value  # type: ignore[return-value]  # None only where T allows it


def _attempt(work: Callable[[], T]) -> _Outcome[T]:
    try:
        return _Outcome(value=work())
    except BaseException as error:  # noqa: BLE001  # SystemExit of foreign code, too
        return _Outcome(error=error)


def run_bounded(work: Callable[[], T], seconds: float, name: str) -> T:
    """Run `work` in a thread and wait for it, at most so long.

    Raises:
        TookTooLong: It did not return in time; it is left to itself.
        BaseException: What it raised, SystemExit included.
    """
    outcomes: list[_Outcome[T]] = []
    thread = threading.Thread(
        target=lambda: outcomes.append(_attempt(work)), name=name, daemon=True
    )
    thread.start()
    thread.join(seconds)
    if not outcomes:
        raise TookTooLong(f"{name} did not end within {seconds:g} seconds")
    return outcomes[0].settle()


async def run_apart(work: Callable[[], T], name: str) -> T:
    """Run `work` in a thread and await it; when cancelled, leave the thread to itself."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[_Outcome[T]] = loop.create_future()

    def tell(outcome: _Outcome[T]) -> None:
        if not done.done():
            done.set_result(outcome)

    def run() -> None:
        outcome = _attempt(work)
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(tell, outcome)

    threading.Thread(target=run, name=name, daemon=True).start()
    return (await done).settle()
