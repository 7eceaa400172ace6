"""Cancelling a sync: what waits never begins, what runs is asked to stop.

The request is a mark on the run in the store, so it reaches the engine in whatever process.
"""

from __future__ import annotations

from collections.abc import Sequence

from tuisync.core import lookup
from tuisync.core.actions.resyncs import runs_named
from tuisync.core.errors import Conflict
from tuisync.core.models import ENDED, SyncRun
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.sync.stopping import can_be_cancelled, cancelled, keep
from tuisync.core.workspace import Workspace

_GOING = ("running", "interrupted", "queued")


def request_cancel(
    workspace: Workspace, name: str | None = None, *, integration: str | None = None
) -> list[SyncRun]:
    """Cancel a run, a batch, or everything that runs or waits, and return the runs.

    A run nobody is at has ended when this returns. One that is being worked on ends soon
    after; what came in by then stays. Asking twice is asking once.

    Args:
        workspace: Where.
        name: A run's or a batch's id; None means every run.
        integration: Only runs of this integration.

    Raises:
        NotFound: There is no such run (`record_expired` when its history was let go of).
        UnknownIntegration: There is no such integration.
        Conflict: It has ended already, or belongs to a push.
    """
    with workspace.store.transaction() as tx:
        found = going(tx, integration) if name is None else _named(tx, workspace, name)
        after = [cancelled(run, workspace.now()) for run in found]
        for run in after:
            keep(tx, run)
        return after


def going(reader: Reader, integration: str | None = None) -> list[SyncRun]:
    """Return the runs that could be cancelled, oldest first.

    Args:
        reader: The store.
        integration: Only runs of this integration.

    Raises:
        UnknownIntegration: There is none of that name.
    """
    shop = lookup.integration(reader, integration).id if integration else None
    runs = (run for status in _GOING for run in reader.find(schema.RUNS, "status", status))
    wanted = (run for run in runs if can_be_cancelled(run) and shop in {None, run.integration})
    return sorted(wanted, key=lambda run: run.id)


def _named(reader: Reader, workspace: Workspace, name: str) -> list[SyncRun]:
    runs = runs_named(reader, name, workspace.now())
    left = [run for run in runs if can_be_cancelled(run)]
    if not left:
        raise Conflict(_why_not(runs), hint=f"See `tuisync history {runs[-1].id}`.")
    return left


def _why_not(runs: Sequence[SyncRun]) -> str:
    if all(run.status in ENDED for run in runs):
        ends = ", ".join(dict.fromkeys(run.status for run in runs))
        return f"That sync has ended already: {ends}."
    return "That run reads the orders before something is sent; it ends by itself in a moment."
