"""Asking for a sync. A queued run in the store is the request; the engine answers it."""

from __future__ import annotations

from collections.abc import Sequence

from tuisync.core import lookup
from tuisync.core.errors import Inactive
from tuisync.core.models import Integration, Module, Period, SyncRun, Trigger
from tuisync.core.store import schema
from tuisync.core.store.port import Transaction
from tuisync.core.workspace import Workspace


def request_sync(
    workspace: Workspace,
    modules: Sequence[Module],
    *,
    integration: str | None = None,
    only: bool = False,
    trigger: Trigger = "manual",
    period: Period | None = None,
    push: bool = True,
) -> list[SyncRun]:
    """Queue the runs of one batch and return them.

    The other active integrations take part with the same modules (S17) unless `only` says
    otherwise; the inactive ones are listed as skipped.

    Args:
        workspace: Where.
        modules: `items`, `orders` or both, in the order they are to run.
        integration: The integration asked for; None means all.
        only: Leave the other integrations out.
        trigger: What started it.
        period: Specific period, or None.
        push: Drain what is owed afterwards.

    Raises:
        UnknownIntegration: There is none of that name.
        Inactive: The integration asked for is switched off or needs a sign-in.
    """
    with workspace.store.transaction() as tx:
        lookup.organization(tx)
        chosen = lookup.integration(tx, integration) if integration else None
        if chosen is not None:
            check_active(chosen)
        batch = workspace.new_id()
        runs = [
            queued_run(workspace, batch, each, module, trigger, period=period, push=push)
            for each in _taking_part(tx, chosen, only=only)
            for module in modules
        ]
        for run in runs:
            tx.put(schema.RUNS, run)
        return runs


def request_records(
    workspace: Workspace,
    integration: Integration,
    module: Module,
    remote_ids: Sequence[str],
    *,
    trigger: Trigger = "push",
    batch: str | None = None,
    resync_of: str | None = None,
) -> SyncRun:
    """Queue a run that reads precisely these records by id."""
    run = queued_run(
        workspace, batch or workspace.new_id(), integration, module, trigger, push=False
    )
    run = run.but(only=tuple(dict.fromkeys(remote_ids)), resync_of=resync_of)
    with workspace.store.transaction() as tx:
        tx.put(schema.RUNS, run)
    return run


def skip_unclaimed(workspace: Workspace, runs: Sequence[SyncRun]) -> list[SyncRun]:
    """Give up those of these runs that no engine has begun, and return them."""
    reason = "No engine took it up in time."
    with workspace.store.transaction() as tx:
        waiting = [
            run
            for asked in runs
            if (run := tx.get(schema.RUNS, asked.id)) is not None and run.status == "queued"
        ]
        given_up = [
            run.but(status="skipped", finished_at=workspace.now(), reason=reason) for run in waiting
        ]
        for run in given_up:
            tx.put(schema.RUNS, run)
    return given_up


def check_active(integration: Integration) -> None:
    """Refuse work on an integration that is switched off or signed out.

    Raises:
        Inactive: It is not active.
    """
    if integration.status == "needs_reauth":
        raise Inactive(
            f"{integration.name} needs a sign-in.",
            hint=f"`tuisync reconnect {integration.name}`.",
            code="needs_reauth",
        )
    if integration.status != "active":
        raise Inactive(
            f"{integration.name} is switched off.",
            hint=f"`tuisync integration enable {integration.name}`.",
        )


def _taking_part(tx: Transaction, chosen: Integration | None, *, only: bool) -> list[Integration]:
    if chosen is not None and only:
        return [chosen]
    others = [each for each in tx.all(schema.INTEGRATIONS) if chosen is None or each != chosen]
    return [*([chosen] if chosen else []), *others]


def queued_run(
    workspace: Workspace,
    batch: str,
    integration: Integration,
    module: Module,
    trigger: Trigger,
    *,
    period: Period | None = None,
    push: bool = True,
) -> SyncRun:
    """Return a run to be queued; one of a shop that is not active is skipped, with the reason."""
    now = workspace.now()
    run = SyncRun(
        id=workspace.new_id(),
        batch=batch,
        integration=integration.id,
        module=module,
        trigger=trigger,
        queued_at=now,
        period=period,
        push=push,
    )
    if integration.status == "active":
        return run
    asleep = integration.status == "needs_reauth"
    reason = f"{integration.name} {'needs a sign-in' if asleep else 'is inactive'}."
    return run.but(status="skipped", finished_at=now, reason=reason)
