"""An outbox entry's way through its states, each step one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tuisync.core.errors import (
    AuthorizationRequired,
    OutcomeUnknown,
    PluginError,
    RateLimited,
    TransientError,
    TuisyncError,
)
from tuisync.core.models import OutboxEntry, OutboxState
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.sync.backoff import MOST_ATTEMPTS, wait_before
from tuisync.core.workspace import Workspace


def due_entries(reader: Reader, integration: str, now: datetime) -> list[OutboxEntry]:
    """Return what may be sent now, most urgent first: sales, then shipments, then the rest."""
    live = reader.find(schema.OUTBOX, "live", integration)
    due = [each for each in live if is_due(each, now)]
    return sorted(due, key=lambda each: (_urgency(each), each.created_at, each.id))


def is_due(entry: OutboxEntry, now: datetime) -> bool:
    """Return whether an entry may be sent now."""
    if entry.state == "held":
        return entry.lowering
    if entry.state not in {"queued", "retry_wait", "unknown"}:
        return False
    return entry.next_attempt_at is None or entry.next_attempt_at <= now


def _urgency(entry: OutboxEntry) -> int:
    if entry.kind == "shipment":
        return 1
    return 0 if entry.lowering or entry.cause.startswith("order ") else 2


@dataclass(frozen=True)
class EntryBook:
    """Writes an entry's states."""

    workspace: Workspace

    def begin(self, entry: OutboxEntry) -> OutboxEntry:
        """Mark it as being sent; a crash from here on leaves it `unknown`."""
        return self.put(entry.but(state="in_flight", attempts=entry.attempts + 1, reason=""))

    def applied(self, entry: OutboxEntry) -> OutboxEntry:
        """Mark it as done, or as owed again if it changed while it was sent."""
        current = self.workspace.store.get(schema.OUTBOX, entry.id) or entry
        state: OutboxState = "applied" if current.version == entry.version else "queued"
        return self.put(
            current.but(
                state=state,
                attempts=0 if state == "queued" else current.attempts,
                next_attempt_at=None,
                looked_at=None,
                lowering=False,
                approved=False,
                reason="",
            )
        )

    def superseded(self, entry: OutboxEntry, reason: str) -> OutboxEntry:
        """Mark it as not needed any more."""
        return self.put(
            entry.but(state="superseded", reason=reason, next_attempt_at=None, lowering=False)
        )

    def wait(self, entry: OutboxEntry, until: datetime, reason: str) -> OutboxEntry:
        """Try again later."""
        return self.put(entry.but(state="retry_wait", next_attempt_at=until, reason=reason))

    def rejected(self, entry: OutboxEntry, reason: str) -> OutboxEntry:
        """The shop will not take it; the user must do something."""
        return self.put(entry.but(state="rejected", next_attempt_at=None, reason=reason))

    def failed(self, entry: OutboxEntry, error: TuisyncError) -> OutboxEntry:
        """Move it on after an error, by what the error asks for."""
        now = self.workspace.now()
        reason = error.message
        match error:
            case OutcomeUnknown():
                soon = now + timedelta(minutes=2)
                return self.put(entry.but(state="unknown", next_attempt_at=soon, reason=reason))
            case AuthorizationRequired():
                return self.put(entry.but(state="paused", reason=reason))
            case RateLimited():
                return self.wait(entry, now + timedelta(seconds=error.retry_after), reason)
            case TransientError() | PluginError() if entry.attempts < MOST_ATTEMPTS:
                return self.wait(entry, now + wait_before(max(1, entry.attempts)), reason)
            case TransientError() | PluginError():
                return self.put(entry.but(state="dead", next_attempt_at=None, reason=reason))
            case _:
                hint = f" {error.hint}" if error.hint else ""
                return self.rejected(entry, reason + hint)

    def put(self, entry: OutboxEntry) -> OutboxEntry:
        """Store it, keeping a version that grew meanwhile; return what was stored."""
        with self.workspace.store.transaction() as tx:
            current = tx.get(schema.OUTBOX, entry.id)
            version = max(entry.version, current.version if current else 0)
            if current is not None and current.version > entry.version:
                entry = entry.but(cause=current.cause)
            stored = entry.but(version=version, updated_at=self.workspace.now())
            tx.put(schema.OUTBOX, stored)
        return stored
