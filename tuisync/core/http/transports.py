"""The layers around httpx's transport. Each does one thing; `client` stacks them.

Retries are made here and not with a library: waits, rate limit and retries go by one clock
and one sleep, both handed in, and what a library counts and logs is global to the process
and would put requests into our logs. stamina's test mode is global, too.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from ipaddress import ip_address

import httpx

from tuisync.core.errors import OutcomeUnknown, PermanentError
from tuisync.core.http.meter import SAFE_METHODS, Meter
from tuisync.core.http.pace import Pace, Sleep, limited
from tuisync.core.http.waiting import pause, retry_after
from tuisync.core.text import clean

_log = logging.getLogger("tuisync.http")

ATTEMPTS = 3
SHORT_WAIT = 5.0
"""Seconds a 429 may ask for and be waited for here; longer is the caller's decision."""

LARGEST_BODY = 32 * 1024 * 1024
"""Bytes an answer may have, unpacked."""

DEADLINE = 120.0
"""Seconds one answer may take from the request to its last byte."""

_UNWELL = frozenset({500, 502, 503, 504})
_TOO_MANY = 429
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_MEASURES = ("content-encoding", "content-length", "transfer-encoding")


class Layer(httpx.AsyncBaseTransport):
    """A transport around another one."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self.inner = inner

    async def aclose(self) -> None:
        """Close what is inside."""
        await self.inner.aclose()


class GuardedTransport(Layer):
    """Keeps secrets off the open wire: plain http goes to this machine only."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request, if its address is allowed.

        Raises:
            PermanentError: It is not.
        """
        url = request.url
        if url.scheme != "https" and not (url.scheme == "http" and _is_loopback(url.host)):
            raise PermanentError(
                f"The address {clean(url.scheme)}://{clean(url.host)} is not safe to send to.",
                hint="Use https; plain http is for this machine only.",
            )
        return await self.inner.handle_async_request(request)


class PatientTransport(Layer):
    """Repeats safe calls that failed for a moment, and obeys a 429.

    Args:
        inner: What sends; it asks `pace` for its turns.
        pace: Is told how long nobody may call.
        sleep: Waits so many seconds.
        chance: Returns a number from 0 to 1, to spread repeated calls.
    """

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        pace: Pace,
        *,
        sleep: Sleep,
        chance: Callable[[], float],
    ) -> None:
        super().__init__(inner)
        self._pace = pace
        self._sleep = sleep
        self._chance = chance

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request, again if that is safe and may help.

        Raises:
            RateLimited: The shop asks for a longer wait, or the call is not safe to repeat.
        """
        attempt = 1
        while True:
            last = attempt == ATTEMPTS or request.method not in SAFE_METHODS
            try:
                response = await self.inner.handle_async_request(request)
            except httpx.TransportError:
                if last:
                    raise
                await self._sleep(pause(attempt, self._chance()))
            else:
                if response.status_code == _TOO_MANY:
                    self._obey(response, last=last)
                elif last or response.status_code not in _UNWELL:
                    return response
                else:
                    await self._sleep(pause(attempt, self._chance()))
            attempt += 1

    def _obey(self, response: httpx.Response, *, last: bool) -> None:
        """Make everybody wait as long as a 429 asks; raise unless we wait for it ourselves."""
        seconds = retry_after(response.headers)
        if seconds > SHORT_WAIT:
            self._pace.park(seconds)
            raise limited(seconds)
        self._pace.hold(seconds)
        if last:
            raise limited(seconds)


class PacedTransport(Layer):
    """Waits for its turn, and learns the limits from the answer."""

    def __init__(self, inner: httpx.AsyncBaseTransport, pace: Pace) -> None:
        super().__init__(inner)
        self._pace = pace

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request when its turn has come."""
        await self._pace.turn()
        response = await self.inner.handle_async_request(request)
        self._pace.learn(response.headers)
        return response


class NotedTransport(Layer):
    """Counts every call, and logs it without anything that could be a secret."""

    def __init__(self, inner: httpx.AsyncBaseTransport, meter: Meter) -> None:
        super().__init__(inner)
        self._meter = meter

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request and note what came of it."""
        started = time.monotonic()
        self._meter.count(request.method)
        outcome = "cancelled"
        try:
            response = await self.inner.handle_async_request(request)
            outcome = str(response.status_code)
        except _NEVER_SENT as error:
            self._meter.count(request.method, -1)
            outcome = type(error).__name__
            raise
        except Exception as error:
            outcome = type(error).__name__
            raise
        finally:
            spent = (time.monotonic() - started) * 1000
            path = clean(request.url.path)
            _log.info("%s %s %s %.0f ms", request.method, path, outcome, spent)
        return response


class BoundedTransport(Layer):
    """Reads each answer whole, up to a size and within a time, so that none can flood us."""

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        *,
        largest: int = LARGEST_BODY,
        deadline: float = DEADLINE,
    ) -> None:
        super().__init__(inner)
        self._largest = largest
        self._deadline = deadline

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request and return the answer with its body read.

        Raises:
            httpx.ReadTimeout: It took too long as a whole.
            PermanentError: It is too large.
            OutcomeUnknown: It is too large, and the call may have changed something.
        """
        try:
            async with asyncio.timeout(self._deadline):
                response = await self.inner.handle_async_request(request)
                try:
                    body = await self._body(response, request.method)
                finally:
                    await response.aclose()
        except TimeoutError:
            message = f"no whole answer within {self._deadline:g} seconds"
            raise httpx.ReadTimeout(message, request=request) from None
        headers = [
            (name, value)
            for name, value in response.headers.multi_items()
            if name.lower() not in _MEASURES
        ]
        return httpx.Response(
            response.status_code,
            headers=headers,
            stream=httpx.ByteStream(body),
            extensions=response.extensions,
        )

    async def _body(self, response: httpx.Response, method: str) -> bytes:
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > self._largest:
                fault = OutcomeUnknown if method not in SAFE_METHODS else PermanentError
                raise fault(f"The marketplace's answer is larger than {self._largest:,} bytes.")
        return bytes(body)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
