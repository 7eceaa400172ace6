"""Taking over from an engine that may have died."""

from __future__ import annotations

from tuisync.core.store import schema
from tuisync.core.sync.stopping import keep, left
from tuisync.core.workspace import Workspace

_REASON = "The engine stopped while it was sent; the shop is read first."


def recover(workspace: Workspace) -> None:
    """Leave nothing in flight and nothing running.

    What was being sent is `unknown`: the shop is read before it is sent again. What was running
    is `interrupted`: it goes on at its last stored page, unless its user had cancelled it.
    """
    with workspace.store.transaction() as tx:
        for integration in list(tx.all(schema.INTEGRATIONS)):
            for entry in tx.find(schema.OUTBOX, "live", integration.id):
                if entry.state == "in_flight":
                    tx.put(schema.OUTBOX, entry.but(state="unknown", reason=_REASON))
        for run in tx.find(schema.RUNS, "status", "running"):
            keep(tx, left(run, workspace.now()))
