"""Starting an integration's cycle when it is due."""

from __future__ import annotations

from tuisync.core.models import Integration, Module, SyncRun
from tuisync.core.store import schema
from tuisync.core.workspace import Workspace

_MODULES: tuple[Module, ...] = ("items", "orders")


def queue_cycle(workspace: Workspace, integration: Integration) -> None:
    """Queue an integration's cycle, items then orders, and note when it began."""
    now = workspace.now()
    batch = workspace.new_id()
    with workspace.store.transaction() as tx:
        current = tx.get(schema.INTEGRATIONS, integration.id) or integration
        tx.put(schema.INTEGRATIONS, current.but(cycle_started_at=now, interval_since=None))
        for module in _MODULES:
            run = SyncRun(
                id=workspace.new_id(),
                batch=batch,
                integration=integration.id,
                module=module,
                trigger="scheduled",
                queued_at=now,
            )
            tx.put(schema.RUNS, run)
