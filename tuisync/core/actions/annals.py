"""Lines of history that tell of a decision about a shop, not of a sync."""

from __future__ import annotations

from tuisync.core.models import Integration, SyncRun
from tuisync.core.store import schema
from tuisync.core.store.port import Transaction
from tuisync.core.workspace import Workspace


def write_line(tx: Transaction, workspace: Workspace, integration: Integration, text: str) -> None:
    """Add a line to a shop's sync history that has no records and says this."""
    now = workspace.now()
    line = SyncRun(
        id=workspace.new_id(),
        batch=workspace.new_id(),
        integration=integration.id,
        module="stock",
        trigger="manual",
        status="succeeded",
        queued_at=now,
        started_at=now,
        finished_at=now,
        push=False,
        reason=text,
    )
    tx.put(schema.RUNS, line)
