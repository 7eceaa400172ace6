"""Sending what is owed, and applying a plan, through whichever engine there is.

Everything is asked for in the store, so it works the same whether this process holds the
engine or another one does; `wait` is how the caller waits for the engine.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from tuisync.core import lookup
from tuisync.core.actions.creation import create_items, needs_orders
from tuisync.core.actions.plans import planned_changes
from tuisync.core.actions.syncs import check_active, request_records, request_sync
from tuisync.core.errors import NotFound, PlanStale, UsageError
from tuisync.core.models import ENDED, OutboxEntry, Plan, PlannedChange, SyncRun
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.sync.entries import is_due
from tuisync.core.views.objects import ChangeView, ItemView, PushReport
from tuisync.core.views.plans import change_view
from tuisync.core.workspace import Workspace

Wait = Callable[[Callable[[], bool]], Awaitable[None]]
"""Waits until the given function says that it is done; raises `EngineBusy` if it takes too long."""


async def push_owed(workspace: Workspace, wait: Wait) -> PushReport:
    """Send everything that may be sent, and tell what became of each change."""
    changes = planned_changes(workspace.store, workspace)
    _wake(workspace, [change for change in changes if not change.held])
    return await _drained(workspace, wait, changes, stale=[])


async def apply_plan(
    workspace: Workspace,
    wait: Wait,
    plan_id: str | None = None,
    *,
    unmoved: bool = False,
    read: Wait | None = None,
) -> PushReport:
    """Carry out exactly a plan, after reading the shops once more.

    Args:
        workspace: Where.
        wait: How to wait for the engine.
        plan_id: The plan; the newest when None.
        unmoved: Send what did not move, leave the rest.
        read: How to wait while the shops are only read: an engine of our own must not begin
            to send before everything was compared. As `wait` when None.

    Raises:
        NotFound: There is no such plan.
        PlanStale: Something it was made from has moved; nothing was written.
    """
    plan = _plan(workspace.store, plan_id)
    await _read_shops(workspace, read or wait, plan)
    moved = _moved(workspace, plan)
    if moved and not unmoved:
        names = ", ".join(sorted({change.title for change in moved})[:3])
        raise PlanStale(f"{len(moved)} of {len(plan.changes)} changes have moved: {names}.")
    chosen = [change for change in plan.changes if change not in moved]
    _approve(workspace, chosen)
    return await _drained(workspace, wait, chosen, stale=moved)


async def create_items_fresh(
    workspace: Workspace, wait: Wait, variants: Sequence[str]
) -> list[ItemView]:
    """Make items of variants; where orders were not read since, read listing and orders first.

    Raises:
        Inactive: A shop that would have to be read is switched off.
    """
    stale = needs_orders(workspace.store, variants)
    if stale:
        await _read(workspace, wait, stale)
    return create_items(workspace, variants)


def _plan(reader: Reader, plan_id: str | None) -> Plan:
    plans = sorted(reader.all(schema.PLANS), key=lambda each: each.id)
    found = [each for each in plans if plan_id in {None, each.id}]
    if not found:
        what = f"There is no plan `{plan_id}`." if plan_id else "There is no plan yet."
        raise NotFound(what, hint="Make one: `tuisync plan`.")
    return found[-1]


async def _read_shops(workspace: Workspace, wait: Wait, plan: Plan) -> None:
    """Read the orders of the shops concerned, and the listings the plan would change."""
    listings: dict[str, list[str]] = {}
    for change in plan.changes:
        remote = listings.setdefault(change.integration, [])
        listing = workspace.store.get(schema.LISTINGS, change.target)
        if change.kind == "stock" and listing is not None:
            remote.append(listing.listing_id)
    if listings:
        await _read(workspace, wait, listings)


async def _read(workspace: Workspace, wait: Wait, listings: dict[str, list[str]]) -> None:
    runs: list[SyncRun] = []
    for id_, remote_ids in listings.items():
        integration = lookup.integration(workspace.store, id_)
        check_active(integration)
        if remote_ids:
            runs.append(request_records(workspace, integration, "items", remote_ids))
        runs += request_sync(
            workspace, ["orders"], integration=id_, only=True, trigger="push", push=False
        )
    await wait_for_runs(workspace, wait, runs)


async def wait_for_runs(workspace: Workspace, wait: Wait, runs: Sequence[SyncRun]) -> list[SyncRun]:
    """Wait until all of these runs have ended, and return them as they ended."""
    ids = [run.id for run in runs]

    def ended() -> bool:
        found = (workspace.store.get(schema.RUNS, id_) for id_ in ids)
        return all(run is None or run.status in ENDED for run in found)

    await wait(ended)
    found = (workspace.store.get(schema.RUNS, id_) for id_ in ids)
    return [run for run in found if run is not None]


def _key(change: PlannedChange) -> tuple[str, str | None]:
    return change.target, change.variant


def _same(one: PlannedChange, other: PlannedChange) -> bool:
    return (one.item, one.old, one.new) == (other.item, other.old, other.new)


def _moved(workspace: Workspace, plan: Plan) -> list[PlannedChange]:
    now = {_key(each): each for each in planned_changes(workspace.store, workspace)}
    return [
        change
        for change in plan.changes
        if _key(change) not in now or not _same(change, now[_key(change)])
    ]


def _entry_of(reader: Reader, change: PlannedChange) -> OutboxEntry | None:
    if change.kind == "stock":
        return reader.get(schema.OUTBOX, f"stock:{change.target}")
    entries = reader.find(schema.OUTBOX, "target", change.target)
    return max(entries, key=lambda each: each.id, default=None)


def _approve(workspace: Workspace, changes: Sequence[PlannedChange]) -> None:
    """Lift the holds of what the user saw, and owe what is planned but not owed yet."""
    with workspace.store.transaction() as tx:
        for change in changes:
            entry = _entry_of(tx, change)
            if entry is None or entry.state not in {"in_flight", "unknown"}:
                tx.put(schema.OUTBOX, _approved(workspace, change, entry))


def _approved(
    workspace: Workspace, change: PlannedChange, entry: OutboxEntry | None
) -> OutboxEntry:
    now = workspace.now()
    known = entry or OutboxEntry(
        id=f"stock:{change.target}",
        integration=change.integration,
        kind="stock",
        target=change.target,
        state="queued",
        created_at=now,
        updated_at=now,
        cause=change.reason,
    )
    return known.but(
        state="queued", approved=True, lowering=False, next_attempt_at=None, updated_at=now
    )


def _wake(workspace: Workspace, changes: Sequence[PlannedChange]) -> None:
    """Owe what differs without being owed, and try now what waits for another attempt."""
    with workspace.store.transaction() as tx:
        for change in changes:
            entry = _entry_of(tx, change)
            if entry is None or entry.state in {"applied", "superseded"}:
                approved = _approved(workspace, change, entry)
                tx.put(schema.OUTBOX, approved.but(approved=False))
            elif entry.state == "retry_wait" and entry.attempts:
                tx.put(schema.OUTBOX, entry.but(next_attempt_at=None))


async def _drained(
    workspace: Workspace,
    wait: Wait,
    changes: Sequence[PlannedChange],
    stale: Sequence[PlannedChange],
) -> PushReport:
    def settled() -> bool:
        entries = (_entry_of(workspace.store, each) for each in changes)
        now = workspace.now()
        return not any(
            entry is not None and (entry.state == "in_flight" or is_due(entry, now))
            for entry in entries
        )

    await wait(settled)
    reader = workspace.store
    groups: dict[str, list[ChangeView]] = {"applied": [], "failed": [], "held": []}
    for change in changes:
        entry = _entry_of(reader, change)
        if entry is None:
            raise UsageError(f"The push of {change.title} vanished.")
        group = _GROUPS.get(entry.state)
        if group:
            reason = change.reason if group != "failed" else entry.reason
            groups[group].append(change_view(reader, change, reason))
    moved = [change_view(reader, each, "It moved after the plan was made.") for each in stale]
    return PushReport(**groups, stale=moved)


_GROUPS = {
    "applied": "applied",
    "superseded": "applied",
    "held": "held",
    "retry_wait": "failed",
    "unknown": "failed",
    "rejected": "failed",
    "dead": "failed",
    "paused": "failed",
}
