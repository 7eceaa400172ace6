"""Listening on this machine's loopback addresses for the redirect of one sign-in."""

from __future__ import annotations

import asyncio
import errno
import socket
from asyncio import IncompleteReadError, LimitOverrunError, Server, StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus

from tuisync.core.errors import UsageError
from tuisync.core.signin.answers import Answer
from tuisync.core.signin.page import answer_page, response, status_page
from tuisync.core.signin.requests import LARGEST_HEAD, read_request

ADDRESSES = ("127.0.0.1", "::1")
"""Where `localhost` may lead; one of the two may be missing."""

HEAD_SECONDS = 10.0
"""Seconds a client has to send its request."""

MOST_CLIENTS = 16
"""Connections open at one time; more are closed at once."""

_NO_SUCH_ADDRESS = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}


class PortTaken(UsageError):  # named like the program's own errors
    """The redirect's port cannot be listened on."""


class Listener:
    """Serves one path until somebody brings an answer.

    Attributes:
        answer: Done when the first answer is in; later ones do not count.
    """

    def __init__(self, path: str) -> None:
        self.answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._path = path
        self._clients: set[asyncio.Task[object]] = set()

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Handle one connection: one request, one page."""
        task = asyncio.current_task()
        if task is None or len(self._clients) >= MOST_CLIENTS:
            writer.close()
            return
        self._clients.add(task)
        try:
            await self._converse(reader, writer)
        finally:
            self._clients.discard(task)
            writer.close()

    async def close(self) -> None:
        """Let pages under way be delivered, and end everything else."""
        if self._clients:
            _, late = await asyncio.wait(self._clients, timeout=1.0)
            for task in late:
                task.cancel()

    async def _converse(self, reader: StreamReader, writer: StreamWriter) -> None:
        with suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(HEAD_SECONDS):
                found = await self._read(reader)
                if isinstance(found, dict) and not self.answer.done():
                    self.answer.set_result(found)
                writer.write(_page(found))
                await writer.drain()

    async def _read(self, reader: StreamReader) -> Answer | HTTPStatus:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except LimitOverrunError:
            return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        except IncompleteReadError:
            return HTTPStatus.BAD_REQUEST
        return read_request(head, self._path)


def free_port() -> int:
    """Return a port nobody listens on, for a sign-in that any redirect address will do for."""
    with socket.socket() as probe:
        probe.bind((ADDRESSES[0], 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def listening(port: int, path: str) -> AsyncIterator[Listener]:
    """Listen on the loopback addresses while inside.

    Raises:
        PortTaken: The port is in use, or not ours to use.
    """
    listener = Listener(path)
    servers: list[Server] = []
    try:
        for address in ADDRESSES:
            try:
                servers.append(await _start(listener, address, port))
            except OSError as error:
                if error.errno not in _NO_SUCH_ADDRESS:
                    raise _taken(port, error) from error
        if not servers:
            raise PortTaken("This machine has no loopback address to listen on.")
        yield listener
    finally:
        for server in servers:
            server.close()
        await listener.close()


async def _start(listener: Listener, address: str, port: int) -> Server:
    place = _bound(address, port)
    try:
        return await asyncio.start_server(listener.serve, sock=place, limit=LARGEST_HEAD)
    except BaseException:
        place.close()
        raise


def _bound(address: str, port: int) -> socket.socket:
    """Return a socket bound to one loopback address and no other."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    place = socket.socket(family, socket.SOCK_STREAM)
    try:
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            place.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        place.bind((address, port))
    except OSError:
        place.close()
        raise
    return place


def _page(found: Answer | HTTPStatus) -> bytes:
    if isinstance(found, HTTPStatus):
        return response(found, status_page(found))
    return response(HTTPStatus.OK, answer_page(found))


def _taken(port: int, error: OSError) -> PortTaken:
    why = "is in use" if error.errno == errno.EADDRINUSE else "cannot be used"
    return PortTaken(
        f"Port {port}, which the sign-in's answer comes to, {why}.",
        hint="End the other program, or choose another port with `--port` and register it.",
    )
