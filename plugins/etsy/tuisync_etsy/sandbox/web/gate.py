"""What every request passes: the log, planned faults, the key, the limits, the headers."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.datastructures import Headers

from tuisync_etsy.sandbox.domain.errors import Refused
from tuisync_etsy.sandbox.domain.faults import Fault, spoil
from tuisync_etsy.sandbox.domain.market import settle
from tuisync_etsy.sandbox.domain.world import World
from tuisync_etsy.sandbox.web.access import check_key

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

APPLICATION = "/v3/application/"
CONTROL = "/sandbox"
PLANNED = "x-sandbox-planned"
"""Response header that tells an answer spoilt on purpose."""

_LOG = logging.getLogger(__name__)

Sleep = Callable[[float], Awaitable[None]]


class ConnectionDropped(Exception):
    """The connection was to be closed, and the server in use cannot close one."""


@dataclass(slots=True)
class Answer:
    """A whole response, so that faults can spoil it."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def json(cls, document: Any, status: int) -> Answer:
        """Return a JSON answer."""
        return cls(status, {"content-type": "application/json"}, msgspec.json.encode(document))


class Gate:
    """ASGI middleware around Etsy's paths; the control paths only get a date.

    Args:
        app: What answers a request that gets through.
        world: The sandbox.
        sleep: Waits for a delay; replaced in tests.
    """

    def __init__(self, app: ASGIApp, world: World, sleep: Sleep = asyncio.sleep) -> None:
        self._app = app
        self._world = world
        self._sleep = sleep

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"].startswith(CONTROL):
            await _send(await _collect(self._app, scope, receive), send, self._common())
        else:
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        world, path, method = self._world, scope["path"], scope["method"]
        now = world.clock.precise()
        call = world.log.open(now, method, path, scope["query_string"].decode("latin-1"))
        settle(world.receipts.values(), int(now))
        faults = world.faults.take(method, path)
        answer = await self._answer(scope, receive, faults)
        if answer is None:
            await _drop(scope, receive)
            return
        call.status = answer.status
        planned = {PLANNED: "fault"} if faults else {}
        await _send(answer, send, {**self._common(), **planned})

    async def _answer(self, scope: Scope, receive: Receive, faults: list[Fault]) -> Answer | None:
        """Return the answer, spoilt as planned, or None to close the connection."""
        for fault in faults:
            await self._wait(fault.delay)
            if fault.drop == "before":
                return None
            if fault.answers_at_once:
                return _canned(fault)
        answer = await self._honest(scope, receive)
        for fault in faults:
            await self._wait(fault.delay_after)
            if fault.drop == "after":
                return None
        return _spoilt(answer, faults)

    async def _honest(self, scope: Scope, receive: Receive) -> Answer:
        """Return what the shop answers when nothing is planned to go wrong."""
        counted = scope["path"].startswith(APPLICATION)
        try:
            if counted:
                check_key(Headers(scope=scope).get("x-api-key"), self._world.key)
                self._world.limits.admit(self._world.clock.precise())
        except Refused as refused:
            answer = Answer.json(refused.body, refused.status)
            answer.headers.update(refused.headers)
            return answer
        answer = await _collect(self._app, scope, receive)
        if counted:
            answer.headers.update(self._world.limits.headers(self._world.clock.precise()))
        return answer

    async def _wait(self, seconds: float) -> None:
        if seconds > 0:
            await self._sleep(seconds)

    def _common(self) -> dict[str, str]:
        return {
            "date": formatdate(self._world.clock.precise(), usegmt=True),
            "x-etsy-request-uuid": uuid.uuid4().hex,
        }


async def _collect(app: ASGIApp, scope: Scope, receive: Receive) -> Answer:
    """Run an app and return its response whole; a fault in it is a 500 and is logged."""
    answer = Answer(500)

    async def keep(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {
                name.decode("latin-1"): value.decode("latin-1")
                for name, value in message["headers"]
            }
        elif message["type"] == "http.response.body":
            answer.body += message.get("body", b"")

    try:
        await app(scope, receive, keep)
    except Exception:  # noqa: BLE001 - a client must get an answer, and the log the trace
        _LOG.exception("%s %s failed", scope["method"], scope["path"])
        return Answer.json({"error": "Server Error"}, 500)
    return answer


async def _send(answer: Answer, send: Send, common: dict[str, str]) -> None:
    headers = {**answer.headers, **common, "content-length": str(len(answer.body))}
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})
    await send({"type": "http.response.body", "body": answer.body})


async def _drop(scope: Scope, receive: Receive) -> None:
    """Close the connection without an answer.

    Raises:
        ConnectionDropped: The server gave no way to; a test's transport turns it into what
            a client would see.
    """
    close = scope.get("state", {}).get("drop")
    if close is None:
        raise ConnectionDropped
    close()
    while (await receive())["type"] != "http.disconnect":
        pass


def _canned(fault: Fault) -> Answer:
    if fault.html is not None:
        return Answer(fault.status or 502, {"content-type": "text/html"}, fault.html.encode())
    if fault.array_error:
        problem = {"path": "products", "type": "invalid", "message": "is invalid"}
        answer = Answer.json([problem], fault.status or 400)
    else:
        body = {"error": "Server Error"} if fault.body is None else fault.body
        answer = Answer.json(body, fault.status or 500)
    answer.headers.update({name.lower(): value for name, value in fault.headers.items()})
    return answer


def _spoilt(answer: Answer, faults: list[Fault]) -> Answer:
    if faults and answer.headers.get("content-type", "").startswith("application/json"):
        document = spoil(msgspec.json.decode(answer.body), faults)
        answer.body = msgspec.json.encode(document)
    for fault in faults:
        if fault.cut is not None:
            answer.body = answer.body[: fault.cut]
    return answer
