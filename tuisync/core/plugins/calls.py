"""Running one hook call: in a task of its own, a step at a time, never longer than allowed.

The task of its own is for the plug-in's sake and for ours. A generator is entered, resumed
and closed in one task, so that it may hold timeouts and task groups across its pages. And a
plug-in that swallows its cancellation is left behind, instead of holding up the caller.

What no task can help against is an async hook that blocks without awaiting: it blocks the
event loop. Plain functions run in a thread, so that for them even that does no harm.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, nullcontext
from typing import Any, Generic, TypeVar

from tuisync.core.plugins.threads import TookTooLong, run_apart

T = TypeVar("T")
Call = Callable[[], Any]

_log = logging.getLogger(__name__)

GRACE = 5.0
"""Seconds a cancelled plug-in has to tidy up."""

_END = object()


class HookTask(Generic[T]):
    """An async iterator run in a task of its own; `step` asks it for its next value."""

    def __init__(self, source: AsyncIterator[T], name: str, grace: float = GRACE) -> None:
        self._name = name
        self._grace = grace
        self._turns: asyncio.Queue[asyncio.Future[T]] = asyncio.Queue()
        self._failure: BaseException | None = None
        self._stopped = False
        self._task = asyncio.create_task(self._run(source), name=name)

    async def step(self, seconds: float) -> T:
        """Return the next value.

        Raises:
            StopAsyncIteration: There is none.
            TookTooLong: It did not come in time.
            BaseException: What the iterator raised.
        """
        turn: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._turns.put_nowait(turn)
        either: set[asyncio.Future[Any]] = {turn, self._task}
        await asyncio.wait(either, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if turn.done():
            return turn.result()
        if not self._task.done():
            raise TookTooLong(f"{self._name} did not answer within {seconds:g} seconds")
        if self._failure is not None:
            raise self._failure
        raise StopAsyncIteration

    async def stop(self) -> None:
        """End the task and wait for its tidying up, but not for ever."""
        self._stopped = True
        self._task.cancel()
        await asyncio.wait({self._task}, timeout=self._grace)
        if not self._task.done():
            _log.warning("%s does not stop; it is left behind", self._name)

    async def _run(self, source: AsyncIterator[T]) -> None:
        try:
            await self._serve(source)
        except (asyncio.CancelledError, GeneratorExit) as error:
            self._failure = RuntimeError("it cancelled itself")
            self._failure.__cause__ = error
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001  # SystemExit would end the program
            self._failure = error

    async def _serve(self, source: AsyncIterator[T]) -> None:
        turn = await self._turns.get()
        async with _closing(source):
            async for value in source:
                turn.set_result(value)
                if self._stopped:  # it swallowed its cancellation; nobody waits any more
                    break
                turn = await self._turns.get()


def values(call: Call, *, blocking: bool, name: str) -> AsyncIterator[Any]:
    """Return the values a hook call gives: the pages it yields, or its list of them."""
    return _values(call, blocking=blocking, name=name)


async def _values(call: Call, *, blocking: bool, name: str) -> AsyncIterator[Any]:
    result = await _result(call, blocking=blocking, name=name)
    if isinstance(result, AsyncIterator):
        async with _closing(result):
            async for value in result:
                yield value
    elif isinstance(result, Iterator):
        while (value := await run_apart(lambda: next(result, _END), name)) is not _END:
            yield value
    elif isinstance(result, (list, tuple)):
        for value in result:
            yield value
    else:
        yield result  # not a page either, as a rule: the border says so


async def single(call: Call, *, blocking: bool, name: str) -> AsyncIterator[Any]:
    """Yield the one value a hook call gives."""
    yield await _result(call, blocking=blocking, name=name)


async def _result(call: Call, *, blocking: bool, name: str) -> Any:
    """Call the hook, in a thread if its function may block, and await what it returns."""
    result = await run_apart(call, name) if blocking else call()
    return await result if inspect.isawaitable(result) else result


def _closing(source: AsyncIterator[T]) -> Any:
    return aclosing(source) if hasattr(source, "aclose") else nullcontext()
