"""Undoing a sync: its links and imports are taken back, where nothing later counts on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from tuisync.core.actions.resyncs import runs_named
from tuisync.core.errors import Conflict, NotFound
from tuisync.core.models import ENDED, SyncRun
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.undo.obstacles import obstacles
from tuisync.core.undo.scope import Scope, links_of, scope_of
from tuisync.core.undo.takeback import TakeBack
from tuisync.core.workspace import Workspace

_NAMED = 3
"""Reasons that are named; the others are counted."""


@dataclass(frozen=True)
class Undone:
    """What an undo took back.

    Attributes:
        runs: The runs, oldest first.
        orders: How many orders.
        links: How many links.
        listings: How many listings.
    """

    runs: Sequence[SyncRun]
    orders: int
    links: int
    listings: int


def undo_sync(workspace: Workspace, name: str) -> Undone:
    """Take back what a run, or all runs of a batch, linked and imported.

    Orders, contacts, links and listings they made go, with their reservations; what they
    moved in the ledger is moved back. The shop is read again from where it had been read
    before, and links that were taken back do not come back by themselves. What the shops show
    wrongly because of it is owed, and waits for the plan.

    Args:
        workspace: Where.
        name: A run's or a batch's id.

    Raises:
        NotFound: There is no such run, or its history was let go of (code `record_expired`).
        Conflict: It was undone already, has not ended, made nothing, or something later
            counts on it; the message says what.
    """
    with workspace.store.transaction() as tx:
        scope = _checked(tx, runs_named(tx, name, workspace.now()))
        would = _would(tx, scope)
        TakeBack(tx, workspace, scope).carry_out()
        runs = [tx.get(schema.RUNS, run.id) or run for run in scope.runs]
    return replace(would, runs=runs)


def what_undo_takes(workspace: Workspace, name: str) -> Undone:
    """Return what an undo would take back, and change nothing.

    Raises:
        NotFound: As `undo_sync`.
        Conflict: As `undo_sync`.
    """
    store = workspace.store
    return _would(store, _checked(store, runs_named(store, name, workspace.now())))


def _would(reader: Reader, scope: Scope) -> Undone:
    links = sum(link.item is not None for link in links_of(reader, scope))
    return Undone(scope.runs, len(scope.orders), links, len(scope.listings))


def _checked(reader: Reader, runs: Sequence[SyncRun]) -> Scope:
    _check_state(reader, runs)
    scope = scope_of(reader, [run for run in runs if _is_pull(run) and not run.undone_at])
    if scope.empty:
        raise Conflict("That sync made no link and brought no order; there is nothing to undo.")
    found = list(dict.fromkeys(obstacles(reader, scope)))
    if found:
        more = f", and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        named = "; ".join(islice(found, _NAMED))
        raise Conflict(f"It cannot be undone: {named}{more}.", hint=_hint(reader, scope))
    return scope


def _check_state(reader: Reader, runs: Sequence[SyncRun]) -> None:
    if not any(run.counts.total or _is_pull(run) for run in runs):
        raise Conflict("That line tells of no sync; there is nothing to undo.")
    if not any(_is_pull(run) for run in runs):
        raise Conflict(
            "What was sent to a shop cannot be unsent.",
            hint="`tuisync plan` shows what would put the shop right.",
        )
    if all(run.undone_at for run in runs if _is_pull(run)):
        raise Conflict("It was undone already.")
    if any(run.forgotten for run in runs):
        hint = "History is kept a month; what came in before stays."
        raise NotFound(
            "Part of that sync's history was let go of.", hint=hint, code="record_expired"
        )
    if any(reader.get(schema.INTEGRATIONS, run.integration) is None for run in runs):
        raise Conflict("That shop is not connected any more; its orders stay.")
    for run in runs:
        if run.status not in ENDED or _is_read(reader, run.integration):
            raise Conflict("That shop is being synced.", hint="Wait until the sync has ended.")


def _is_pull(run: SyncRun) -> bool:
    return run.module in {"items", "orders"}


def _is_read(reader: Reader, integration: str) -> bool:
    """Tell whether a pull is under way: when it ends, it would move on what is turned back."""
    return any(
        run.integration == integration
        for status in ("running", "interrupted")
        for run in reader.find(schema.RUNS, "status", status)
    )


def _hint(reader: Reader, scope: Scope) -> str:
    """Offer the whole batch where only the rest of it stands in the way."""
    own = {run.id for run in scope.runs}
    batch = scope.runs[0].batch
    rest = [run for run in reader.find(schema.RUNS, "batch", batch) if _is_pull(run)]
    whole = scope_of(reader, [run for run in rest if not run.undone_at])
    if {run.id for run in rest} > own and not any(obstacles(reader, whole)):
        return f"Together with the rest of its batch it can be: `tuisync undo {batch}`."
    return "Put single links right in the mapping instead."
