"""The prompt behind a sign-in: shows the consent page's address and waits for the answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

from tuisync.core.errors import PluginContractError, SignInTimeout
from tuisync.core.signin.answers import Answer, from_pasted
from tuisync.core.signin.listener import Listener, PortTaken, listening
from tuisync.core.text import clean

TIMEOUT = 300.0
"""Seconds a sign-in may take (S06)."""

_NOT_AN_ANSWER = (
    "That is not the answer. Paste the whole address the browser went to after you allowed"
    " access; it may show an error page there."
)


def _ignore(_: str) -> None:
    """Say nothing."""


class LoopbackPrompt:
    """A `Prompt` whose answer comes to this machine's loopback address, or is pasted.

    Args:
        port: The redirect's port.
        path: The redirect's path.
        announce: Is given the consent page's address once somebody listens for the answer.
        pasted: Lines somebody pastes; None if nobody can.
        notice: Is told, in a sentence, what the user should know meanwhile.
        timeout: Seconds the sign-in may take, by the event loop's clock.
    """

    def __init__(
        self,
        port: int,
        path: str,
        *,
        announce: Callable[[str], object],
        pasted: AsyncIterator[str] | None = None,
        notice: Callable[[str], object] = _ignore,
        timeout: float = TIMEOUT,
    ) -> None:
        self._port = port
        self._path = path
        self._announce = announce
        self._pasted = pasted
        self._notice = notice
        self._timeout = timeout

    @property
    def redirect_uri(self) -> str:
        """The address to register at the marketplace."""
        return f"http://localhost:{self._port}{self._path}"

    async def visit(self, url: str) -> Mapping[str, str]:
        """Show the consent page's address and return the redirect's parameters.

        Raises:
            SignInTimeout: Nobody came back in time.
            PluginContractError: It is no web address.
            UsageError: The port is taken, and nobody can paste.
        """
        try:
            async with asyncio.timeout(self._timeout), AsyncExitStack() as stack:
                listener = await self._listener(stack)
                self._announce(_presentable(url))
                return await self._first(listener)
        except TimeoutError:
            raise SignInTimeout(
                f"Nobody finished the sign-in within {_spoken(self._timeout)}; nothing was stored."
            ) from None

    async def _listener(self, stack: AsyncExitStack) -> Listener | None:
        """Listen, or if the port is taken go on with pasting alone and say so."""
        try:
            return await stack.enter_async_context(listening(self._port, self._path))
        except PortTaken as taken:
            if self._pasted is None:
                raise
            self._notice(f"{taken.message} Paste the address the browser ends at instead.")
            return None

    async def _first(self, listener: Listener | None) -> Answer:
        """Return whichever answer comes first."""
        waiting: set[asyncio.Future[Answer | None]] = set()
        if listener is not None:
            waiting.add(asyncio.ensure_future(_received(listener)))
        if self._pasted is not None:
            waiting.add(asyncio.ensure_future(self._read_pasted(self._pasted)))
        try:
            while waiting:
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                for each in done:
                    if answer := each.result():
                        return answer
        finally:
            for each in waiting:
                each.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
        raise PortTaken(
            f"Port {self._port} is taken and the input ended; there is no way to answer.",
            hint="Choose another port with `--port` and register it.",
        )

    async def _read_pasted(self, lines: AsyncIterator[str]) -> Answer | None:
        """Return the first answer somebody pastes; None when the input ends."""
        async for line in lines:
            if not line.strip():
                continue
            answer = from_pasted(line)
            if answer is not None:
                return answer
            self._notice(_NOT_AN_ANSWER)
        return None


def _presentable(url: str) -> str:
    """Return the address if a terminal can show it and a browser open it."""
    if urlsplit(url).scheme not in {"http", "https"} or clean(url) != url:
        raise PluginContractError("The plug-in gave no web address to sign in at.")
    return url


async def _received(listener: Listener) -> Answer | None:
    return await listener.answer


def _spoken(seconds: float) -> str:
    """Return a length of time in words: whole minutes, else seconds."""
    count, unit = (seconds / 60, "minute") if seconds % 60 == 0 else (seconds, "second")
    return f"{count:g} {unit}" + ("" if count == 1 else "s")
