"""Waiting for the engine: this process takes it up, or waits for the one that has it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from tuisync.core.actions.syncs import skip_unclaimed
from tuisync.core.applying import Wait, wait_for_runs
from tuisync.core.errors import EngineBusy
from tuisync.core.store import schema

if TYPE_CHECKING:
    from tuisync.core.models import Integration, SyncRun
    from tuisync.core.services import Services

PATIENCE = 30.0
"""Seconds to wait for the engine, unless the user says otherwise."""

T = TypeVar("T")
Look = Callable[[], object]


def waiter(
    services: Services, *, drains: bool, patience: float = PATIENCE, look: Look = lambda: None
) -> Wait:
    """Return how a command waits.

    Args:
        services: The data directory.
        drains: Send what is owed while at it.
        patience: Seconds to wait for the lease, or for another engine to begin.
        look: Called again and again meanwhile; tells the user how far things are.
    """

    async def wait(done: Callable[[], bool]) -> None:
        from tuisync.core.engine import Engine  # most commands need none

        def looked() -> bool:
            look()
            return done()

        engine = Engine(services.workspace, services.shops, "cli", schedules=False, drains=drains)
        await engine.run_until(looked, timeout=patience)

    return wait


async def finished(services: Services, wait: Wait, runs: Sequence[SyncRun]) -> list[SyncRun]:
    """Wait for runs to end; those that nobody takes up in time become `skipped`.

    Raises:
        EngineBusy: Nobody did.
    """
    try:
        return await wait_for_runs(services.workspace, wait, runs)
    except EngineBusy:
        skip_unclaimed(services.workspace, runs)
        raise


def run_async(work: Awaitable[T]) -> T:
    """Carry out asynchronous work from a command."""

    async def main() -> T:
        return await work

    return asyncio.run(main())


async def drained(services: Services, wait: Wait) -> None:
    """Wait until nothing that may be sent now is still owed."""
    await wait(lambda: all_settled(services))


def all_settled(services: Services) -> bool:
    """Tell whether nothing is being sent, and nothing may be sent now."""
    from tuisync.core.sync.drain import owes_now  # as above

    workspace = services.workspace
    connected = list(workspace.store.all(schema.INTEGRATIONS))
    return not any(owes_now(workspace, each) or _in_flight(services, each) for each in connected)


def _in_flight(services: Services, integration: Integration) -> bool:
    live = services.workspace.store.find(schema.OUTBOX, "live", integration.id)
    return any(entry.state == "in_flight" for entry in live)
