"""`daemon`: the engine for days, or for one round."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import click

from tuisync.cli.chronicle import Chronicle
from tuisync.cli.command import Command
from tuisync.cli.invocation import Invocation
from tuisync.cli.verdicts import of_runs, of_sleepers
from tuisync.cli.waiting import PATIENCE, all_settled, run_async
from tuisync.core.engine import DAEMON, Engine
from tuisync.core.errors import EngineBusy
from tuisync.core.models import SyncRun
from tuisync.core.services import Services
from tuisync.core.store import schema
from tuisync.core.sync.schedule import is_due, renewal_is_due
from tuisync.core.views.history import run_view
from tuisync.core.views.status import ENGINE


@click.command(
    cls=Command,
    example="""
    tuisync daemon
    tuisync daemon --once
    """,
)
@click.option("--once", is_flag=True, help="Do what is due, send what is owed, tidy up, and end.")
@click.pass_obj
def daemon(invocation: Invocation, *, once: bool) -> None:
    """Keep the shops in step until stopped.

    Writes a line to stderr for every run. SIGTERM or ctrl+c ends it cleanly. For cron there
    is --once.
    """
    with invocation.services() as services, _alone(services):
        chronicle = Chronicle(services.workspace.store, invocation.say)
        _say_who_has_the_engine(invocation, services)
        run_async(_work(services, chronicle, once=once))
        chronicle.look()
        _show(invocation, services, chronicle.ended)
        store = services.workspace.store
        trouble = of_runs(store, services.host, chronicle.ended) or of_sleepers(store)
        if once and trouble is not None:
            raise trouble


@contextmanager
def _alone(services: Services) -> Iterator[None]:
    """Be the only daemon of this data directory.

    Raises:
        EngineBusy: There is one.
    """
    store = services.workspace.store
    lease = store.lease(DAEMON, DAEMON)
    if lease is None:
        holder = store.holder(DAEMON)
        process = f", process {holder.pid}" if holder else ""
        raise EngineBusy(
            f"Another daemon works here already{process}.",
            hint="End it first, or leave it at work: `tuisync status` shows how it is doing.",
        )
    try:
        yield
    finally:
        lease.release()


def _say_who_has_the_engine(invocation: Invocation, services: Services) -> None:
    holder = services.workspace.store.holder(ENGINE)
    if holder is not None:
        invocation.say(f"Waiting for the engine; `{holder.name}` has it, process {holder.pid}.")


async def _work(services: Services, chronicle: Chronicle, *, once: bool) -> None:
    """Work until told to stop, or for `once` until there is nothing to do."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    engine = Engine(services.workspace, services.shops, DAEMON)

    def idle() -> bool:
        chronicle.look()
        if stop.is_set():
            engine.stop_sending()
        return stop.is_set() or (engine.at_rest and _nothing_to_do(services))

    async def follow() -> None:
        async for _ in services.workspace.store.changes():
            chronicle.look()

    if once:
        await engine.run_until(idle, timeout=PATIENCE)
    else:
        await _beside(follow, engine.serve(stop))


async def _beside(follow: Callable[[], Awaitable[None]], work: Awaitable[None]) -> None:
    """Do the work, with somebody following it."""
    following = asyncio.ensure_future(follow())
    try:
        await work
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


def _nothing_to_do(services: Services) -> bool:
    store, now = services.workspace.store, services.workspace.now()
    waiting = ("queued", "running", "interrupted")
    if any(store.count(schema.RUNS, "status", status) for status in waiting):
        return False
    shops = list(store.all(schema.INTEGRATIONS))
    if any(is_due(each, now) or renewal_is_due(each, now) for each in shops):
        return False
    return all_settled(services)


def _show(invocation: Invocation, services: Services, runs: list[SyncRun]) -> None:
    """Print the runs that have ended, for scripts; people have read of each already."""
    if invocation.json:
        invocation.show([run_view(services.workspace.store, run) for run in runs], ())
