"""Reading shops through whichever engine there is, and waiting for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from tuisync.core import lookup
from tuisync.core.actions.cancels import request_cancel
from tuisync.core.actions.syncs import check_active, request_records, request_sync, skip_unclaimed
from tuisync.core.errors import Conflict, EngineBusy, NotFound, PermanentError
from tuisync.core.models import ENDED, PlannedChange, SyncRun
from tuisync.core.store import schema
from tuisync.core.workspace import Workspace

Wait = Callable[[Callable[[], bool]], Awaitable[None]]
"""Waits until the given function says that it is done; raises `EngineBusy` if it takes too long."""

_NOTHING_SENT = "Nothing was sent. Try again later."


async def read_shops(workspace: Workspace, wait: Wait, changes: Sequence[PlannedChange]) -> None:
    """Read the orders of the shops concerned, and the listings the plan would change."""
    listings: dict[str, list[str]] = {}
    for change in changes:
        remote = listings.setdefault(change.integration, [])
        listing = workspace.store.get(schema.LISTINGS, change.target)
        if change.kind == "stock" and listing is not None:
            remote.append(listing.listing_id)
    if listings:
        await read(workspace, wait, listings)


async def read(workspace: Workspace, wait: Wait, listings: dict[str, list[str]]) -> None:
    """Read those listings and their shops' new orders.

    Raises:
        Inactive: A shop is switched off or needs a sign-in.
        PermanentError: One of them could not be read.
    """
    runs = _asked(workspace, listings)
    try:
        ended = await wait_for_runs(workspace, wait, runs)
    except asyncio.CancelledError:
        _give_up(workspace, runs)
        raise
    for run in ended:
        _check_read(run)


def _asked(workspace: Workspace, listings: dict[str, list[str]]) -> list[SyncRun]:
    """Ask for those listings and for the new orders of their shops, all of them or none."""
    integrations = [lookup.integration(workspace.store, each) for each in listings]
    for integration in integrations:
        check_active(integration)
    runs: list[SyncRun] = []
    for integration in integrations:
        if remote_ids := listings[integration.id]:
            runs.append(request_records(workspace, integration, "items", remote_ids))
        runs += request_sync(
            workspace,
            ["orders"],
            integration=integration.id,
            only=True,
            trigger="push",
            push=False,
        )
    return runs


def _check_read(run: SyncRun) -> None:
    if run.cancelled_at is not None:
        raise PermanentError(run.reason, hint=_NOTHING_SENT, code="stopped")
    if run.status not in {"succeeded", "partial"}:
        raise PermanentError(f"The shop could not be read. {run.reason}", hint=_NOTHING_SENT)


def _give_up(workspace: Workspace, runs: Sequence[SyncRun]) -> None:
    """Cancel what has not ended of runs that nobody waits for any more."""
    for run in runs:
        with suppress(Conflict, NotFound):
            request_cancel(workspace, run.id)


async def wait_for_runs(workspace: Workspace, wait: Wait, runs: Sequence[SyncRun]) -> list[SyncRun]:
    """Wait until all of these runs have ended, and return them as they ended.

    Raises:
        EngineBusy: Nobody took them up in time; those not begun are `skipped` now.
    """
    ids = [run.id for run in runs]

    def ended() -> bool:
        found = (workspace.store.get(schema.RUNS, id_) for id_ in ids)
        return all(run is None or run.status in ENDED for run in found)

    try:
        await wait(ended)
    except EngineBusy:
        skip_unclaimed(workspace, runs)
        raise
    found = (workspace.store.get(schema.RUNS, id_) for id_ in ids)
    return [run for run in found if run is not None]
