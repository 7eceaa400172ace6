"""Planned changes beside what is so now: moved, done, owed. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Literal, NamedTuple

from tuisync.core import lookup
from tuisync.core.actions.plans import planned_changes, stock_change
from tuisync.core.errors import NotFound
from tuisync.core.models import OutboxEntry, Plan, PlannedChange
from tuisync.core.stock.numbers import shown
from tuisync.core.stock.wanted import shop_compared
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.views.drift import is_kept_in_step
from tuisync.core.workspace import Workspace

Standing = Literal[
    "held",  # nothing goes out before it is applied
    "free",  # it goes out by itself
    "waiting",  # it is owed and agreed to
    "sending",
    "sent",
    "refused",
    "moved",  # it is not as the plan saw it any more
    "ignored",  # the user left the difference as it is: nothing goes out
]


class Line(NamedTuple):
    """One change of a plan, and how it stands now.

    Attributes:
        number: Its place in the plan, from 0.
        change: What was planned.
        standing: How it stands.
        reason: Why, where there is something to say beyond the plan's own reason.
    """

    number: int
    change: PlannedChange
    standing: Standing
    reason: str


def plan_lines(workspace: Workspace, plan: Plan) -> list[Line]:
    """Return a plan's changes and how each stands now."""
    return _lines(workspace.store, plan.changes, planned_changes(workspace.store, workspace))


def review_lines(workspace: Workspace, applied: Plan | None = None) -> list[Line]:
    """Return every change that would go out now, and what became of a plan that was applied.

    Args:
        workspace: Where.
        applied: The plan whose outcome is shown among them, or None.
    """
    reader = workspace.store
    now = planned_changes(reader, workspace)
    lines = {key_of(line.change): line for line in _lines(reader, now, now)}
    for line in _lines(reader, applied.changes if applied else (), now):
        if line.standing in _OUTCOMES:
            lines[key_of(line.change)] = line
    return sorted(lines.values(), key=lambda line: line.change.integration)


def ignored_lines(workspace: Workspace) -> list[Line]:
    """Return every difference the user left as it is, as what would go out if it were heeded."""
    reader = workspace.store
    found = []
    for integration in reader.all(schema.INTEGRATIONS):
        if not is_kept_in_step(integration):
            continue
        left = [each for each in shop_compared(reader, workspace, integration) if each.is_left]
        can = (
            workspace.marketplaces.describe(integration.marketplace).capabilities if left else None
        )
        found += [stock_change(reader, each, integration, can) for each in left if can]
    return [Line(n, each, "ignored", "you ignore it") for n, each in enumerate(found)]


_OUTCOMES: frozenset[Standing] = frozenset({"waiting", "sending", "sent", "refused"})
"""What can become of an applied change; one that moved is shown as it is now."""


def _lines(
    reader: Reader, changes: Sequence[PlannedChange], now: Iterable[PlannedChange]
) -> list[Line]:
    known = {key_of(each): each for each in now}
    return [
        Line(number, change, *_standing(reader, change, known.get(key_of(change))))
        for number, change in enumerate(changes)
    ]


def _standing(
    reader: Reader, change: PlannedChange, now: PlannedChange | None
) -> tuple[Standing, str]:
    entry = entry_of(reader, change)
    state = entry.state if entry else "superseded"
    reason = entry.reason if entry else ""
    if is_done(reader, change):
        return "sent", ""
    if state in {"rejected", "dead"}:
        return "refused", reason
    if now is None or not is_same(change, now):
        return "moved", _MOVED if now is None else f"now {now.old} → {now.new}"
    standing = _on_its_way(reader, entry, now)
    return standing, reason if standing in {"sending", "waiting"} else ""


def _on_its_way(reader: Reader, entry: OutboxEntry | None, now: PlannedChange) -> Standing:
    """Return how a change stands that is as the plan saw it."""
    waits: Standing = "held" if now.held else "free"
    if entry is None:
        return waits
    agreed = _is_agreed(reader, entry, now)
    if entry.agreed and not agreed:
        return waits  # others of its listing go out, it does not
    if entry.state in {"in_flight", "unknown"}:
        return "sending"
    if agreed:
        return "waiting"
    return "waiting" if not now.held and entry.state in {"retry_wait", "paused"} else waits


def _is_agreed(reader: Reader, entry: OutboxEntry, change: PlannedChange) -> bool:
    link = reader.get(schema.LINKS, change.variant or "")
    return link is not None and link.key in entry.agreed


_MOVED = "There is nothing to change any more."


def key_of(change: PlannedChange) -> tuple[str, str | None, str | None]:
    """Return what a change is of: no two of one plan have the same."""
    return change.target, change.variant, change.shipment


def moved(workspace: Workspace, changes: Iterable[PlannedChange]) -> list[PlannedChange]:
    """Return what is not as the plan saw it any more; what was sent meanwhile has not moved."""
    now = {key_of(each): each for each in planned_changes(workspace.store, workspace)}
    return [
        change
        for change in changes
        if not is_same(change, now.get(key_of(change))) and not is_done(workspace.store, change)
    ]


def is_same(one: PlannedChange, other: PlannedChange | None) -> bool:
    """Return whether everything a change was computed from is as it was."""
    return other is not None and _inputs(one) == _inputs(other)


def _inputs(change: PlannedChange) -> tuple[object, ...]:
    """Return the inputs: the link's item, the listing's state, the shop's number and ours."""
    return change.item, change.state, change.old, change.new


def is_done(reader: Reader, change: PlannedChange) -> bool:
    """Return whether the shop shows already what the plan wants."""
    if change.kind == "shipment":
        entry = entry_of(reader, change)
        return entry is not None and entry.state == "applied"
    link = reader.get(schema.LINKS, change.variant or "")
    found = lookup.variant(reader, link) if link else None
    if link is None or found is None or link.item != change.item:
        return False
    listing, variant = found
    return shown(variant, listing) == change.new


def entry_of(reader: Reader, change: PlannedChange) -> OutboxEntry | None:
    """Return the outbox entry a change is owed by, or was."""
    if change.kind == "stock":
        return reader.get(schema.OUTBOX, f"stock:{change.target}")
    return reader.get(schema.OUTBOX, f"shipment:{change.target}#{change.shipment}")


def chosen(plan: Plan, only: Collection[str]) -> list[PlannedChange]:
    """Return the changes of these variants and orders; all of them when none is named.

    Raises:
        NotFound: The plan has no change of one of them.
    """
    if not only:
        return list(plan.changes)
    found = [each for each in plan.changes if (each.variant or each.target) in only]
    missing = sorted(set(only) - {each.variant or each.target for each in found})
    if missing:
        raise NotFound(
            f"The plan has no change of {missing[0]}.", hint="`tuisync plan` makes a new one."
        )
    return found
