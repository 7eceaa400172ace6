"""The sandbox as a process: one line of output, then quiet, until its input closes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
import threading
from collections.abc import Callable, Sequence

import msgspec
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from tuisync_etsy.sandbox.domain.clock import SandboxClock
from tuisync_etsy.sandbox.domain.errors import Refused
from tuisync_etsy.sandbox.domain.market import Wish
from tuisync_etsy.sandbox.domain.visit import random_product, sell
from tuisync_etsy.sandbox.domain.world import World
from tuisync_etsy.sandbox.options import Options, read_options
from tuisync_etsy.sandbox.seed.studio import build
from tuisync_etsy.sandbox.web.app import create_app

LOOPBACK = "127.0.0.1"
_BACKLOG = 128
_SLOW_PAYERS = 0.15


class _Protocol(H11Protocol):
    """HTTP that lets the app close a connection without an answer."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the base class has it
        """Hand the way to close this connection to its requests."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "drop": transport.abort}


class _Server(uvicorn.Server):
    """A server that says when it accepts connections."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets)
        self._ready()


def run(arguments: Sequence[str]) -> int:
    """Run the sandbox until it is told to end; return the exit code."""
    options = read_options(arguments)
    try:
        listener = _listen(options.port)
    except OSError as error:
        sys.stderr.write(f"Port {options.port} cannot be used: {error.strerror}\n")
        return 2
    world = build(options.settings, SandboxClock(start=options.base_time))
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(world, listener, options))
    return 0


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, port))
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


async def _serve(world: World, listener: socket.socket, options: Options) -> None:
    config = uvicorn.Config(
        create_app(world),
        http=_Protocol,
        ws="none",
        loop="asyncio",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=1,
    )
    port = listener.getsockname()[1]
    server = _Server(config, ready=lambda: _announce(world, f"http://{LOOPBACK}:{port}"))
    if not options.keep_running:
        _end_with_input(server, asyncio.get_running_loop())
    buyer = asyncio.create_task(_buy_now_and_then(world, options.pace))
    try:
        await server.serve(sockets=[listener])
    finally:
        buyer.cancel()


def _announce(world: World, url: str) -> None:
    """Write the one line a parent process reads."""
    line = {
        "url": url,
        "keystring": world.key.keystring,
        "shared_secret": world.key.shared_secret,
        "shop_id": world.shop.shop_id,
        "user_id": world.shop.user_id,
        "shop_name": world.shop.name,
        "redirect_uri": world.key.redirect_uri,
        "consent": "how to allow: open the sign-in URL and choose Allow Access, or request it "
        "with &consent=allow added and follow the redirect (&consent=deny refuses)",
        "control": f"{url}/sandbox",
        "sell": f"{url}/sandbox/sell",
    }
    with contextlib.suppress(BrokenPipeError):  # the parent is gone, and so will we be
        sys.stdout.buffer.write(msgspec.json.encode(line) + b"\n")
        sys.stdout.buffer.flush()


def _end_with_input(server: uvicorn.Server, loop: asyncio.AbstractEventLoop) -> None:
    """End the server when standard input closes, as it does when the parent dies."""

    def wait() -> None:
        with contextlib.suppress(OSError):
            while os.read(0, 4096):
                pass
        with contextlib.suppress(RuntimeError):  # the loop has ended first
            loop.call_soon_threadsafe(setattr, server, "should_exit", True)  # noqa: FBT003 - setattr takes no keywords

    threading.Thread(target=wait, name="input", daemon=True).start()


async def _buy_now_and_then(world: World, pace: float) -> None:
    """Be a buyer who orders at a pace; some of the payments take a while."""
    while pace > 0:
        await asyncio.sleep(pace)
        slow = world.rng.random() < _SLOW_PAYERS
        with contextlib.suppress(Refused):  # everything is sold out
            listing, index = random_product(world)
            pays_in = world.rng.randint(20, 100) if slow else 0
            sell(world, [Wish(listing, index, 1)], pays_in=pays_in)
