"""Cancelling a sync and seeing it end, whichever process is at it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from tuisync.core import lookup
from tuisync.core.actions.cancels import request_cancel
from tuisync.core.errors import EngineBusy
from tuisync.core.models import ENDED, SyncRun
from tuisync.core.sync.recovery import recover
from tuisync.core.views.status import ENGINE
from tuisync.core.workspace import Workspace

PATIENCE = 30.0
"""Seconds a run has to end: a push between two of its pages is let finish."""

_LOOK = 0.1

Sleep = Callable[[float], Awaitable[object]]


def cancel_sync(
    workspace: Workspace, name: str | None = None, *, integration: str | None = None
) -> list[SyncRun]:
    """Cancel runs, as `request_cancel` does; those a dead engine left behind end at once."""
    asked = request_cancel(workspace, name, integration=integration)
    if any(run.status not in ENDED for run in asked):
        _end_abandoned(workspace)
    return _as_stored(workspace, asked)


async def cancel_and_wait(
    workspace: Workspace,
    name: str | None = None,
    *,
    integration: str | None = None,
    patience: float = PATIENCE,
    sleep: Sleep = asyncio.sleep,
) -> list[SyncRun]:
    """Cancel runs and wait until they have ended; returns them as they ended.

    Args:
        workspace: Where.
        name: A run's or a batch's id; None means every run.
        integration: Only runs of this integration.
        patience: Seconds to wait.
        sleep: Waits so many seconds.

    Raises:
        NotFound: As `request_cancel`.
        UnknownIntegration: As `request_cancel`.
        Conflict: As `request_cancel`.
        EngineBusy: One did not end in time; it is asked to.
    """
    runs, waited = cancel_sync(workspace, name, integration=integration), 0.0
    while any(run.status not in ENDED for run in runs):
        if waited >= patience:
            raise EngineBusy(
                "The sync has not stopped yet; it was asked to.",
                hint="It ends by itself; `tuisync status` shows who is at it.",
            )
        await sleep(_LOOK)
        waited += _LOOK
        workspace.store.refresh()
        _end_abandoned(workspace)
        runs = _as_stored(workspace, runs)
    return runs


def _end_abandoned(workspace: Workspace) -> None:
    """Take over from an engine that died, for as long as it takes to end what it left running."""
    lease = workspace.store.lease(ENGINE, "cli")
    if lease is not None:
        try:
            recover(workspace)
        finally:
            lease.release()


def _as_stored(workspace: Workspace, runs: Iterable[SyncRun]) -> list[SyncRun]:
    return [lookup.run(workspace.store, run.id) for run in runs]
