"""Sending what is owed, and carrying out a plan."""

from __future__ import annotations

from collections.abc import Collection

from tuisync.core.actions.plans import planned_changes
from tuisync.core.applying.owing import agree, wake
from tuisync.core.applying.reading import Wait, read_shops
from tuisync.core.applying.report import drained
from tuisync.core.errors import NotFound, PlanStale
from tuisync.core.models import Plan
from tuisync.core.planned import chosen, is_done, moved
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.views.objects import PushReport
from tuisync.core.workspace import Workspace


async def push_owed(workspace: Workspace, wait: Wait) -> PushReport:
    """Send everything that may be sent, and tell what became of each change."""
    changes = planned_changes(workspace.store, workspace)
    wake(workspace, [change for change in changes if not change.held])
    return await drained(workspace, wait, changes)


async def apply_plan(
    workspace: Workspace,
    wait: Wait,
    plan_id: str | None = None,
    *,
    unmoved: bool = False,
    only: Collection[str] = (),
    read: Wait | None = None,
) -> PushReport:
    """Carry out exactly a plan, after reading the shops once more.

    It is consent to all of it: what is held goes out, and what was changed at a shop that is
    set to ask is corrected.

    Args:
        workspace: Where.
        wait: How to wait for the engine.
        plan_id: The plan; the newest when None.
        unmoved: Send what did not move, leave the rest.
        only: Only the changes of these variants, or the shipments of these orders (ids);
            empty means all of them.
        read: How to wait while the shops are only read: an engine of our own must not begin
            to send before everything was compared. As `wait` when None.

    Raises:
        NotFound: There is no such plan, or no such change in it.
        PlanStale: Something it was made from has moved; nothing was written.
    """
    plan = plan_named(workspace.store, plan_id)
    changes = chosen(plan, only)
    await read_shops(workspace, read or wait, changes)
    stale = moved(workspace, changes)
    if stale and not unmoved:
        names = ", ".join(sorted({change.title for change in stale})[:3])
        raise PlanStale(f"{len(stale)} of {len(changes)} changes have moved: {names}.")
    fresh = [change for change in changes if change not in stale]
    agree(workspace, plan, [each for each in fresh if not is_done(workspace.store, each)])
    return await drained(workspace, wait, fresh, stale=stale, applies=True)


def plan_named(reader: Reader, plan_id: str | None) -> Plan:
    """Return the plan with that id, or the newest when it is None.

    Raises:
        NotFound: There is no such plan.
    """
    plans = sorted(reader.all(schema.PLANS), key=lambda each: each.id)
    found = [each for each in plans if plan_id in {None, each.id}]
    if not found:
        what = f"There is no plan `{plan_id}`." if plan_id else "There is no plan yet."
        raise NotFound(what, hint="Make one: `tuisync plan`.")
    return found[-1]
