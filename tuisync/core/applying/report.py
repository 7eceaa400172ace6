"""What became of each change that was to be sent."""

from __future__ import annotations

from collections.abc import Sequence

from tuisync.core.actions.plan_cancels import STILL_OWED, is_stopped
from tuisync.core.applying.reading import Wait
from tuisync.core.models import PlannedChange
from tuisync.core.planned import entry_of, is_done
from tuisync.core.store import schema
from tuisync.core.sync.entries import is_due
from tuisync.core.sync.vacation import waits_for_return
from tuisync.core.views.objects import PushReport
from tuisync.core.views.plans import change_view
from tuisync.core.workspace import Workspace

_MOVED = "It moved after the plan was made."


async def drained(
    workspace: Workspace,
    wait: Wait,
    changes: Sequence[PlannedChange],
    *,
    stale: Sequence[PlannedChange] = (),
    applies: bool = False,
) -> PushReport:
    """Wait until nothing of these changes can be sent any more, and tell what became of each.

    Args:
        workspace: Where.
        wait: How to wait for the engine.
        changes: What was to be sent, and what is held.
        stale: What moved before anything was sent.
        applies: A plan is carried out: what is held now moved on the way.
    """
    await wait(lambda: _is_settled(workspace, changes))
    reader = workspace.store
    report = PushReport(
        applied=[],
        failed=[],
        held=[],
        stale=[change_view(reader, each, _MOVED) for each in stale],
        stopped=[],
    )
    for change in changes:
        group, reason = _became(workspace, change, applies=applies)
        getattr(report, group).append(change_view(reader, change, reason))
    return report


def _is_settled(workspace: Workspace, changes: Sequence[PlannedChange]) -> bool:
    """Return whether nothing of these changes is being sent or could be."""
    store, now = workspace.store, workspace.now()
    active = {i.id for i in store.all(schema.INTEGRATIONS) if i.status == "active"}
    entries = (entry_of(store, each) for each in changes)
    return not any(
        entry.state == "in_flight" or (entry.integration in active and is_due(entry, now))
        for entry in entries
        if entry is not None
    )


def _became(workspace: Workspace, change: PlannedChange, *, applies: bool) -> tuple[str, str]:
    """Return the group of the report a change belongs to, and why."""
    reader = workspace.store
    entry = entry_of(reader, change)
    if is_done(reader, change):
        return "applied", change.reason
    if entry is not None and waits_for_return(entry):
        return "held", entry.reason
    if not applies and (change.held or (entry is not None and entry.state == "held")):
        return "held", change.reason
    if entry is not None and is_stopped(workspace, entry):
        return "stopped", entry.reason or STILL_OWED
    if entry is None or entry.state == "applied":
        return "applied", change.reason  # the shop confirmed another number: the next plan tells
    # A superseded shipment was cancelled, or is the user's to enter at the shop.
    moved = entry.state == "held" or (entry.state == "superseded" and entry.kind == "stock")
    return ("stale", entry.reason or _MOVED) if moved else ("failed", entry.reason)
