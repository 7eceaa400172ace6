"""Waiting for the engine: this process takes it up, or waits for the one that has it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import click

from tuisync.core.applying import Wait
from tuisync.core.store import schema

if TYPE_CHECKING:
    from tuisync.cli.halting import Sending
    from tuisync.core.models import Integration
    from tuisync.core.services import Services

PATIENCE = 30.0
"""Seconds to wait for the engine, unless the user says otherwise."""

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., object])
Look = Callable[[], object]


def patience_option(waits_for: str = "the engine to begin") -> Callable[[F], F]:
    """Return the option `--timeout` of a command that waits, at most so many seconds.

    Args:
        waits_for: What it waits for, as its help says.
    """
    return click.option(
        "--timeout",
        type=click.FloatRange(min=0),
        default=PATIENCE,
        show_default=True,
        metavar="S",
        help=f"Seconds to wait for {waits_for}.",
    )


def waiter(
    services: Services,
    *,
    drains: bool,
    patience: float = PATIENCE,
    look: Look = lambda: None,
    sending: Sending | None = None,
) -> Wait:
    """Return how a command waits.

    Args:
        services: The data directory.
        drains: Send what is owed while at it.
        patience: Seconds to wait for the lease, or for another engine to begin.
        look: Called again and again meanwhile; tells the user how far things are.
        sending: Hears interrupts; once it was asked to end, nobody waits any longer.
    """

    async def wait(done: Callable[[], bool]) -> None:
        from tuisync.core.engine import Engine  # noqa: PLC0415  # most commands need none

        def looked() -> bool:
            look()
            return done() or (sending is not None and sending.asked)

        engine = Engine(services.workspace, services.shops, "cli", schedules=False, drains=drains)
        if sending is not None:
            sending.begin(engine)
        await engine.run_until(looked, timeout=patience)

    return wait


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
    from tuisync.core.sync.drain import owes_now  # noqa: PLC0415  # as above

    workspace = services.workspace
    connected = list(workspace.store.all(schema.INTEGRATIONS))
    return not any(owes_now(workspace, each) or _in_flight(services, each) for each in connected)


def _in_flight(services: Services, integration: Integration) -> bool:
    live = services.workspace.store.find(schema.OUTBOX, "live", integration.id)
    return any(entry.state == "in_flight" for entry in live)
