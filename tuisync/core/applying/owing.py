"""Owing what a plan or a push is to send."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tuisync.core.models import LIVE, REFUSED, OutboxEntry, Plan, PlannedChange
from tuisync.core.planned import entry_of
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.workspace import Workspace


def agree(workspace: Workspace, plan: Plan, changes: Sequence[PlannedChange]) -> None:
    """Lift the holds of what the user saw, and owe what is planned but not owed yet."""
    by_target: dict[str, list[PlannedChange]] = {}
    for change in changes:
        by_target.setdefault(change.target, []).append(change)
    with workspace.store.transaction() as tx:
        for group in by_target.values():
            for entry in {e.id: e for each in group if (e := _owed(tx, workspace, each))}.values():
                if entry.state not in {"in_flight", "unknown"}:
                    seen = _with_consent(tx, plan, entry, group)
                    tx.put(schema.OUTBOX, seen.but(updated_at=workspace.now()))


def _with_consent(
    reader: Reader, plan: Plan, entry: OutboxEntry, changes: Sequence[PlannedChange]
) -> OutboxEntry:
    """Return the entry, free to go out with the numbers the user saw and no others."""
    numbers = changes if entry.kind == "stock" else ()
    return entry.but(
        state="queued",
        agreed=_by_key(reader, numbers, lambda each: each.new),
        seen=_by_key(reader, numbers, lambda each: each.old),
        plan=plan.id,
        reason="",
        lowering=False,
        next_attempt_at=None,
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


def wake(workspace: Workspace, changes: Sequence[PlannedChange]) -> None:
    """Owe what differs without being owed, and try now what waits for another attempt."""
    with workspace.store.transaction() as tx:
        for change in changes:
            known = entry_of(tx, change)
            entry = _owed(tx, workspace, change)
            if known is not None and known.state in REFUSED:
                continue  # nothing has changed about it: `outbox retry` sends it again
            if entry is not None and entry.state in {"queued", "retry_wait"}:
                tx.put(schema.OUTBOX, entry.but(next_attempt_at=None))
