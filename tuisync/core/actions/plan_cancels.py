"""Cancelling a plan while it is applied: what was held waits again, what was sent stays sent.

The engine looks at each entry before it sends it, so this reaches it in whatever process, and
between two listings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tuisync.core import lookup
from tuisync.core.errors import Conflict
from tuisync.core.models import OutboxEntry, Plan, PlannedChange
from tuisync.core.planned import entry_of, is_done
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.sync.entries import is_due
from tuisync.core.workspace import Workspace

HELD_AGAIN = "You stopped the plan before it was sent; it waits for another."
STILL_OWED = "You stopped before it was sent; it is still owed."

_NOT_BEGUN = frozenset({"queued", "retry_wait", "paused"})


class CancelledPlan(NamedTuple):
    """What became of plans that were being applied.

    Attributes:
        sent: Changes the shops have taken.
        left: Changes that wait for a plan again.
    """

    sent: int = 0
    left: int = 0


def cancel_plan(workspace: Workspace, plan: str) -> CancelledPlan:
    """Cancel one plan, as `cancel_plans` does.

    Raises:
        Conflict: Nothing of it waits to be sent.
    """
    left = cancel_plans(workspace, plan)
    if not left.left:
        raise Conflict(
            "Nothing of that plan waits to be sent.",
            hint="`tuisync outbox` shows what was sent and what is owed.",
        )
    return left


def cancel_plans(
    workspace: Workspace, plan: str | None = None, *, integration: str | None = None
) -> CancelledPlan:
    """Let what plans that are being applied have not sent yet wait for a plan again.

    What would go out without a plan is still owed, and what is being sent is sent.

    Args:
        workspace: Where.
        plan: Only of the plan with this id.
        integration: Only what goes to this integration.

    Raises:
        UnknownIntegration: There is no such integration.
    """
    with workspace.store.transaction() as tx:
        shop = lookup.integration(tx, integration).id if integration else None
        stopped = [
            entry
            for entry in _waiting(tx)
            if plan in {None, entry.plan} and shop in {None, entry.integration}
        ]
        concerned = _planned(tx, {entry.plan for entry in stopped})
        sent = sum(is_done(tx, each) for each in concerned if shop in {None, each.integration})
        for entry in stopped:
            tx.put(
                schema.OUTBOX,
                entry.but(
                    state="held",
                    agreed={},
                    seen={},
                    lowering=entry.sale,
                    reason=HELD_AGAIN,
                    next_attempt_at=None,
                    updated_at=workspace.now(),
                ),
            )
        return CancelledPlan(sent, sum(len(entry.agreed) for entry in stopped))


def is_plan(reader: Reader, name: str) -> bool:
    """Return whether that is a plan's id."""
    return reader.get(schema.PLANS, name) is not None


def has_begun(reader: Reader, plan: Plan) -> bool:
    """Return whether a plan that is applied was agreed to; before that nothing is sent of it."""
    entries = (entry_of(reader, each) for each in plan.changes)
    return any(entry is not None and entry.plan == plan.id for entry in entries)


def is_stopped(workspace: Workspace, entry: OutboxEntry) -> bool:
    """Return whether a push was not sent because the user stopped that."""
    if entry.state == "held":
        return entry.reason == HELD_AGAIN
    shop = workspace.store.get(schema.INTEGRATIONS, entry.integration)
    is_active = shop is not None and shop.status == "active"
    return is_active and entry.state == "queued" and is_due(entry, workspace.now())


def _waiting(reader: Reader) -> Iterator[OutboxEntry]:
    """Yield what plans lifted the holds of and what is not being sent yet."""
    held: dict[str, set[str]] = {}
    for shop in reader.all(schema.INTEGRATIONS):
        for entry in reader.find(schema.OUTBOX, "live", shop.id):
            if entry.agreed and entry.plan and entry.state in _NOT_BEGUN:
                if entry.plan not in held:
                    changes = _planned(reader, [entry.plan])
                    held[entry.plan] = {each.target for each in changes if each.held}
                if entry.target in held[entry.plan]:
                    yield entry


def _planned(reader: Reader, plans: Iterable[str]) -> list[PlannedChange]:
    found = (reader.get(schema.PLANS, id_) for id_ in plans)
    return [change for plan in found if plan is not None for change in plan.changes]
