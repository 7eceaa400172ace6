"""The tokens of one integration as a plug-in uses them: refreshed once, whoever asks.

A refresh token often serves once only. So a refresh holds a lease that no other process can
have, reads the stored pair again, makes room for the new pair, and only then asks for it. It
runs in a task of its own: whoever waits for it may be cancelled, the exchange is not.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Protocol

from tuisync.core.clock import Clock, system_clock
from tuisync.core.errors import (
    AuthorizationRequired,
    PluginContractError,
    RateLimited,
    TransientError,
)
from tuisync.core.plugins.border import Unacceptable, admit
from tuisync.core.remote import Tokens
from tuisync.core.secrets.vault import Secrets
from tuisync.core.store.port import Lease

Exchange = Callable[[Tokens], Awaitable[Tokens]]
Sleep = Callable[[float], Awaitable[object]]

LEASE_WAIT = 90.0
"""Seconds to wait for somebody else's refresh before giving up for now."""

BETWEEN_TRIES = timedelta(minutes=1)
"""Between two tries to renew a pair, whoever makes them, once one has failed."""

_FIRST_POLL = 0.02
_SLOWEST_POLL = 0.5


class Leases(Protocol):
    """What can be held by one process at a time: a store."""

    def lease(self, name: str, holder: str = "") -> Lease | None:
        """Take the lease if it is free, else None."""
        ...


def lease_name(integration_id: str) -> str:
    """Return the name of the lease under which an integration's tokens are changed."""
    return f"credentials:{integration_id}"


@asynccontextmanager
async def held_credentials(
    integration_id: str, leases: Leases, *, sleep: Sleep = asyncio.sleep, patience: float = 30.0
) -> AsyncIterator[None]:
    """Keep an integration's tokens from being renewed inside the block.

    Somebody's renewal under way is let finish first. One that hangs is not waited for without
    end: what it brings is of an older generation and will not be stored.

    Args:
        integration_id: Whose tokens they are.
        leases: The store.
        sleep: Waits so many seconds.
        patience: Seconds to wait.
    """
    lease, waited = leases.lease(lease_name(integration_id)), 0.0
    while lease is None and waited < patience:
        await sleep(_SLOWEST_POLL)
        waited += _SLOWEST_POLL
        lease = leases.lease(lease_name(integration_id))
    try:
        yield
    finally:
        if lease is not None:
            lease.release()


class StoredCredentials:
    """`Credentials` over the secrets file and the store's leases.

    Args:
        integration_id: Whose tokens they are.
        secrets: Where they are kept.
        leases: The store.
        clock: Where the time comes from.
        sleep: Waits so many seconds between two tries for the lease.

    Attributes:
        generation: Of the pair handed out last; compare it with `Secrets.generation` before
            concluding from a refusal that the integration needs a sign-in.
    """

    def __init__(
        self,
        integration_id: str,
        secrets: Secrets,
        leases: Leases,
        *,
        clock: Clock = system_clock,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.generation = 0
        self._id = integration_id
        self._secrets = secrets
        self._leases = leases
        self._clock = clock
        self._sleep = sleep
        self._flight: asyncio.Task[Tokens] | None = None

    def __repr__(self) -> str:
        return f"StoredCredentials({self._id!r})"

    async def current(self) -> Tokens:
        """Return the stored pair.

        Raises:
            AuthorizationRequired: There is none.
        """
        return self._read()

    async def refresh(self, stale: Tokens, exchange: Exchange) -> Tokens:
        """Return a pair newer than `stale`, stored before it is returned.

        Raises:
            AuthorizationRequired: There is no pair, or it is dead.
            TransientError: Somebody else has been refreshing for too long.
            RateLimited: It was tried less than a minute ago, here or elsewhere, and failed.
            HomeUnwritable: There is no room for a new pair; none was asked for.
            PluginContractError: The exchange returned no pair.
        """
        if self._flight is None or self._flight.done():
            self._flight = asyncio.create_task(self._refresh(stale, exchange))
            self._flight.add_done_callback(_look_at)
        return await asyncio.shield(self._flight)

    async def settle(self) -> None:
        """Wait until a refresh under way has ended; call it before its client is closed."""
        if self._flight is not None and not self._flight.done():
            await asyncio.wait({self._flight})

    async def _refresh(self, stale: Tokens, exchange: Exchange) -> Tokens:
        lease = await self._lease(stale)
        if lease is None:
            return self._read()
        try:
            return self._newer(stale) or await self._exchanged(exchange)
        finally:
            lease.release()

    async def _lease(self, stale: Tokens) -> Lease | None:
        """Wait for the lease; None when a newer pair came first."""
        for pause in _polls():
            if self._newer(stale):
                return None
            lease = self._leases.lease(lease_name(self._id))
            if lease is not None:
                return lease
            await self._sleep(pause)
        raise TransientError("Another process has been renewing the sign-in for too long.")

    async def _exchanged(self, exchange: Exchange) -> Tokens:
        """Trade the stored pair for a new one and store that; the lease is held."""
        stored = self._read()
        generation = self.generation
        self._check_pause()
        await asyncio.to_thread(self._secrets.reserve, self._id)
        try:
            await asyncio.to_thread(self._secrets.note_asked, self._id, self._clock())
            fresh = _admitted(await exchange(stored))
            await asyncio.to_thread(self._secrets.store_tokens, self._id, fresh, generation)
        except AuthorizationRequired:
            newer = self._newer(stored)
            if newer is None:
                raise
            return newer
        finally:
            self._secrets.release(self._id)
        return self._read()  # the fresh pair, or the one a sign-in stored meanwhile

    def _check_pause(self) -> None:
        """Let a minute pass after a renewal that failed, or whose end nobody lived to see.

        A time in the future means that the clock was set back since: it does not count.
        """
        asked = self._secrets.asked_at(self._id)
        if asked is None:
            return
        rest = asked + BETWEEN_TRIES - self._clock()
        if timedelta(0) < rest <= BETWEEN_TRIES:
            raise RateLimited(
                "The sign-in could not be renewed just now; it is tried once a minute.",
                retry_after=rest.total_seconds(),
            )

    def _newer(self, stale: Tokens) -> Tokens | None:
        stored = self._read()
        same = (stored.access, stored.refresh) == (stale.access, stale.refresh)
        return None if same else stored

    def _read(self) -> Tokens:
        found = self._secrets.tokens(self._id)
        if found is None:
            raise AuthorizationRequired("Nobody is signed in.")
        self.generation, tokens = found
        return tokens


def _polls() -> Iterator[float]:
    """Yield growing pauses that sum up to the longest wait."""
    pause, waited = _FIRST_POLL, 0.0
    while waited < LEASE_WAIT:
        yield pause
        waited += pause
        pause = min(pause * 2, _SLOWEST_POLL)


def _admitted(tokens: object) -> Tokens:
    try:
        return admit(tokens, Tokens)
    except Unacceptable as fault:
        raise PluginContractError(
            f"The plug-in renewed the sign-in and got no pair of tokens: {fault}."
        ) from None


def _look_at(flight: asyncio.Task[Tokens]) -> None:
    """Take note of a failure nobody waited for, so that asyncio does not complain."""
    with suppress(asyncio.CancelledError):
        flight.exception()
