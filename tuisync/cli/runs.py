"""Carrying out runs that were asked for: waiting, telling how far they are, how they ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tuisync.cli.exits import Stopped
from tuisync.cli.owed import say_owed
from tuisync.cli.progress import Progress
from tuisync.cli.stopping import Interrupts
from tuisync.cli.tables.history import run_table
from tuisync.cli.verdicts import of_runs
from tuisync.cli.waiting import drained, run_async, waiter
from tuisync.core import lookup
from tuisync.core.applying import wait_for_runs
from tuisync.core.errors import EngineBusy
from tuisync.core.models import SyncRun
from tuisync.core.store import schema
from tuisync.core.store.port import Leased
from tuisync.core.views.history import run_view
from tuisync.core.views.status import ENGINE

if TYPE_CHECKING:
    from tuisync.cli.invocation import Invocation
    from tuisync.core.services import Services
    from tuisync.core.store.port import Reader


def carry_out(
    invocation: Invocation,
    services: Services,
    runs: Sequence[SyncRun],
    *,
    drains: bool,
    patience: float,
) -> None:
    """Wait until queued runs have ended, print them, and raise what went wrong.

    Args:
        invocation: Whose command it is.
        services: The data directory.
        runs: The runs, queued.
        drains: Send what is owed afterwards.
        patience: Seconds to wait for the engine to begin.

    Raises:
        TuisyncError: A run failed, or records did, or nobody took the runs up, or the user
            interrupted it.
    """
    store = services.workspace.store
    earlier = _left_off(store, runs)
    if earlier:
        invocation.say("A sync that was left off is finished first.")
    progress = Progress(store, [*earlier, *runs], invocation.say, now=services.workspace.now)
    wait = waiter(services, drains=drains, patience=patience, look=progress.look)
    interrupts = Interrupts(services, runs, invocation.say)

    async def work() -> None:
        with interrupts.heeded():
            await wait_for_runs(services.workspace, wait, runs)
            if drains and not interrupts.asked:
                await drained(services, wait)

    try:
        run_async(work())
    except (EngineBusy, Stopped):
        _show(invocation, services, runs)
        raise
    ended = _show(invocation, services, runs) + _pushes_after(services, runs)
    say_owed(invocation, services)
    if interrupts.asked:
        raise interrupts.stopped()
    trouble = of_runs(services.workspace.store, services.host, ended)
    if trouble is not None:
        raise trouble


def _left_off(reader: Reader, runs: Sequence[SyncRun]) -> list[SyncRun]:
    """Return the runs that were interrupted and are gone on with before these."""
    shops = {run.integration for run in runs}
    found = reader.find(schema.RUNS, "status", "interrupted")
    if not _engine_is_there(reader):
        # Those of an engine that died are only called so once the next one has come.
        found += reader.find(schema.RUNS, "status", "running")
    return sorted((run for run in found if run.integration in shops), key=lambda run: run.id)


def _engine_is_there(reader: Reader) -> bool:
    return isinstance(reader, Leased) and reader.holder(ENGINE) is not None


def _show(invocation: Invocation, services: Services, runs: Sequence[SyncRun]) -> list[SyncRun]:
    """Print the runs of the batch as they are now, and return them."""
    store = services.workspace.store
    ended = [lookup.run(store, run.id) for run in runs]
    views = [run_view(store, run) for run in ended]
    invocation.show(views, run_table(views, invocation.pen(services)))
    return ended


def _pushes_after(services: Services, runs: Sequence[SyncRun]) -> list[SyncRun]:
    """Return the runs of the drain that came after these."""
    if not runs:
        return []
    newest = max(run.id for run in runs)
    found = services.workspace.store.all(schema.RUNS)
    return [run for run in found if run.trigger == "push" and run.id > newest]
