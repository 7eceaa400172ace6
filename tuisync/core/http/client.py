"""Opening the client a session hands to its plug-in."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from functools import cache
from ssl import SSLContext

import httpx

import tuisync
from tuisync.core.http.meter import Meter
from tuisync.core.http.pace import Pace, Sleep
from tuisync.core.http.transports import (
    BoundedTransport,
    GuardedTransport,
    NotedTransport,
    PacedTransport,
    PatientTransport,
)

TIMEOUT = httpx.Timeout(30.0, connect=10.0)
"""Seconds without a byte; the connection has to stand sooner."""

_CONNECTIONS = httpx.Limits(max_connections=10, max_keepalive_connections=5)


def open_client(
    pace: Pace,
    meter: Meter,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    sleep: Sleep = asyncio.sleep,
    chance: Callable[[], float] = random.random,
) -> httpx.AsyncClient:
    """Return a client that keeps the pace, repeats safe calls and never follows a redirect.

    Its answers are read whole. Besides httpx's exceptions its calls raise `RateLimited`,
    and `PermanentError` for an address that is not https or an answer that is too large.

    Args:
        pace: The turns and limits of the key it is used with.
        meter: Counts its calls.
        transport: What sends in the end; httpx's own if not given.
        sleep: Waits so many seconds between attempts.
        chance: Spreads repeated calls; returns a number from 0 to 1.
    """
    _quieten()
    wire = transport or httpx.AsyncHTTPTransport(verify=_ssl_context(), limits=_CONNECTIONS)
    noted = NotedTransport(BoundedTransport(wire), meter)
    patient = PatientTransport(PacedTransport(noted, pace), pace, sleep=sleep, chance=chance)
    return httpx.AsyncClient(
        transport=GuardedTransport(patient),
        timeout=TIMEOUT,
        follow_redirects=False,
        headers={"user-agent": f"tuisync/{tuisync.__version__}"},
    )


@cache
def _ssl_context() -> SSLContext:
    """Return one context for all clients: reading the certificates takes a while."""
    return httpx.create_ssl_context()


def _quieten() -> None:
    """Keep httpx and httpcore from logging addresses with their queries, and headers."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
