"""Sending what is owed, and applying a plan, through whichever engine there is.

Everything is asked for in the store, so it works the same whether this process holds the
engine or another one does; `wait` is how the caller waits for the engine.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress

from tuisync.core import lookup
from tuisync.core.actions.cancels import request_cancel
from tuisync.core.actions.creation import Edits, create_items, needs_orders, tied_with_orders
from tuisync.core.actions.plan_cancels import STILL_OWED, is_stopped
from tuisync.core.actions.plans import planned_changes
from tuisync.core.actions.syncs import (
    check_active,
    request_records,
    request_sync,
    skip_unclaimed,
)
from tuisync.core.errors import Conflict, EngineBusy, NotFound, PermanentError, PlanStale
from tuisync.core.models import ENDED, LIVE, OutboxEntry, Plan, PlannedChange, SyncRun
from tuisync.core.planned import chosen, entry_of, is_done, moved
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.sync.entries import is_due
from tuisync.core.sync.vacation import waits_for_return
from tuisync.core.views.objects import ItemView, PushReport
from tuisync.core.views.plans import change_view
from tuisync.core.workspace import Workspace

Wait = Callable[[Callable[[], bool]], Awaitable[None]]
"""Waits until the given function says that it is done; raises `EngineBusy` if it takes too long."""


async def push_owed(workspace: Workspace, wait: Wait) -> PushReport:
    """Send everything that may be sent, and tell what became of each change."""
    changes = planned_changes(workspace.store, workspace)
    _wake(workspace, [change for change in changes if not change.held])
    return await _drained(workspace, wait, changes)


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
    plan = _plan(workspace.store, plan_id)
    changes = chosen(plan, only)
    await _read_shops(workspace, read or wait, changes)
    stale = moved(workspace, changes)
    if stale and not unmoved:
        names = ", ".join(sorted({change.title for change in stale})[:3])
        raise PlanStale(f"{len(stale)} of {len(changes)} changes have moved: {names}.")
    fresh = [change for change in changes if change not in stale]
    _agree(workspace, plan, [each for each in fresh if not is_done(workspace.store, each)])
    return await _drained(workspace, wait, fresh, stale=stale, applies=True)


async def create_items_fresh(
    workspace: Workspace, wait: Wait, variants: Sequence[str], edits: Edits | None = None
) -> list[ItemView]:
    """Make items of variants; where it takes that, read listings and their shops' orders first.

    It takes it where orders were not read since, or a sale came in the second of the reading.

    Raises:
        Inactive: A shop that would have to be read is switched off.
    """
    store = workspace.store
    stale = needs_orders(store, variants) or tied_with_orders(store, variants)
    if stale:
        await _read(workspace, wait, stale)
    return create_items(workspace, variants, edits)


def _plan(reader: Reader, plan_id: str | None) -> Plan:
    plans = sorted(reader.all(schema.PLANS), key=lambda each: each.id)
    found = [each for each in plans if plan_id in {None, each.id}]
    if not found:
        what = f"There is no plan `{plan_id}`." if plan_id else "There is no plan yet."
        raise NotFound(what, hint="Make one: `tuisync plan`.")
    return found[-1]


async def _read_shops(workspace: Workspace, wait: Wait, changes: Sequence[PlannedChange]) -> None:
    """Read the orders of the shops concerned, and the listings the plan would change."""
    listings: dict[str, list[str]] = {}
    for change in changes:
        remote = listings.setdefault(change.integration, [])
        listing = workspace.store.get(schema.LISTINGS, change.target)
        if change.kind == "stock" and listing is not None:
            remote.append(listing.listing_id)
    if listings:
        await _read(workspace, wait, listings)


async def _read(workspace: Workspace, wait: Wait, listings: dict[str, list[str]]) -> None:
    """Read those listings and their shops' new orders.

    Raises:
        Inactive: A shop is switched off or needs a sign-in.
        PermanentError: One of them could not be read.
    """
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
    try:
        ended = await wait_for_runs(workspace, wait, runs)
    except asyncio.CancelledError:
        give_up(workspace, runs)
        raise
    for run in ended:
        if run.cancelled_at is not None:
            raise PermanentError(run.reason, hint=_NOTHING_SENT, code="stopped")
        if run.status not in {"succeeded", "partial"}:
            raise PermanentError(f"The shop could not be read. {run.reason}", hint=_NOTHING_SENT)


def give_up(workspace: Workspace, runs: Sequence[SyncRun]) -> None:
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


def _agree(workspace: Workspace, plan: Plan, changes: Sequence[PlannedChange]) -> None:
    """Lift the holds of what the user saw, and owe what is planned but not owed yet."""
    by_target: dict[str, list[PlannedChange]] = {}
    for change in changes:
        by_target.setdefault(change.target, []).append(change)
    with workspace.store.transaction() as tx:
        for group in by_target.values():
            for entry in {e.id: e for each in group if (e := _owed(tx, workspace, each))}.values():
                if entry.state not in {"in_flight", "unknown"}:
                    numbers = group if entry.kind == "stock" else ()
                    tx.put(
                        schema.OUTBOX,
                        entry.but(
                            state="queued",
                            agreed=_by_key(tx, numbers, lambda each: each.new),
                            seen=_by_key(tx, numbers, lambda each: each.old),
                            plan=plan.id,
                            reason="",
                            lowering=False,
                            next_attempt_at=None,
                            updated_at=workspace.now(),
                        ),
                    )


def _by_key(
    reader: Reader,
    changes: Sequence[PlannedChange],
    number: Callable[[PlannedChange], str | int | None],
) -> dict[str, int]:
    """Return a number of each change, by its variant's key."""
    links = ((reader.get(schema.LINKS, each.variant or ""), number(each)) for each in changes)
    return {link.key: each for link, each in links if link is not None and isinstance(each, int)}


def _owed(reader: Reader, workspace: Workspace, change: PlannedChange) -> OutboxEntry | None:
    """Return the entry of a change, as it is or to be made; a shipment without one is gone."""
    entry = entry_of(reader, change)
    if change.kind == "shipment" or (entry is not None and entry.state in LIVE):
        return entry
    now = workspace.now()
    return OutboxEntry(
        id=f"stock:{change.target}",
        integration=change.integration,
        kind="stock",
        target=change.target,
        state="queued",
        cause=change.cause or change.reason,
        version=entry.version + 1 if entry else 1,
        created_at=now,
        updated_at=now,
        sent=entry.sent if entry else (),
        sent_at=entry.sent_at if entry else None,
    )


def _wake(workspace: Workspace, changes: Sequence[PlannedChange]) -> None:
    """Owe what differs without being owed, and try now what waits for another attempt."""
    with workspace.store.transaction() as tx:
        for change in changes:
            known = entry_of(tx, change)
            entry = _owed(tx, workspace, change)
            if known is not None and known.state in {"rejected", "dead"}:
                continue  # nothing has changed about it: `outbox retry` sends it again
            if entry is not None and entry.state in {"queued", "retry_wait"}:
                tx.put(schema.OUTBOX, entry.but(next_attempt_at=None))


async def _drained(
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

    def settled() -> bool:
        store, now = workspace.store, workspace.now()
        active = {i.id for i in store.all(schema.INTEGRATIONS) if i.status == "active"}
        entries = (entry_of(store, each) for each in changes)
        return not any(
            entry.state == "in_flight" or (entry.integration in active and is_due(entry, now))
            for entry in entries
            if entry is not None
        )

    await wait(settled)
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


_MOVED = "It moved after the plan was made."
_NOTHING_SENT = "Nothing was sent. Try again later."
