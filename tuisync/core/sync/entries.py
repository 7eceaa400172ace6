"""An outbox entry's way through its states, each step one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from tuisync.core import lookup
from tuisync.core.errors import (
    AuthorizationRequired,
    OutcomeUnknown,
    PermanentError,
    PluginError,
    RateLimited,
    TransientError,
    TuisyncError,
)
from tuisync.core.inbox.failures import Failures
from tuisync.core.models import OutboxEntry, OutboxState
from tuisync.core.outbox import ASTRAY
from tuisync.core.store import schema
from tuisync.core.store.port import Reader, Transaction
from tuisync.core.sync.backoff import MOST_ATTEMPTS, asked_wait, wait_before
from tuisync.core.workspace import Workspace

UNKNOWN_REST = timedelta(minutes=2)
"""After a lost answer, before the shop is read to see what became of it."""

_DOWN_REST = timedelta(minutes=5)
"""After the shop could not even be read, before that is tried again."""


def due_entries(reader: Reader, integration: str, now: datetime) -> list[OutboxEntry]:
    """Return what may be sent now, most urgent first: sales, then shipments, then the rest."""
    live = reader.find(schema.OUTBOX, "live", integration)
    due = [each for each in live if is_due(each, now)]
    return sorted(due, key=lambda each: (_urgency(each), each.created_at, each.id))


def is_due(entry: OutboxEntry, now: datetime) -> bool:
    """Return whether an entry may be sent now.

    One that was put off in the future means that the clock was set back since: it does not
    wait until that time comes again.
    """
    if entry.state not in {"queued", "retry_wait", "unknown", "held"}:
        return False
    if entry.state == "held" and not entry.lowering:
        return False
    set_back = entry.updated_at > now + ASTRAY
    return entry.next_attempt_at is None or entry.next_attempt_at <= now or set_back


def _urgency(entry: OutboxEntry) -> int:
    if entry.kind == "shipment":
        return 1
    return 0 if entry.sale else 2


def _asks_the_same(entry: OutboxEntry, before: OutboxEntry) -> bool:
    return (entry.version, entry.agreed) == (before.version, before.agreed)


def _in_full(error: TuisyncError) -> str:
    """Return an error's message and hint as sentences; a shop's own words may lack a full stop."""
    parts = [part.strip() for part in (error.message, error.hint) if part.strip()]
    ended = [part if part[-1] in ".!?" else f"{part}." for part in parts]
    return " ".join(ended)


@dataclass(frozen=True)
class EntryBook:
    """Writes an entry's states.

    Every step changes the entry as it is stored, so that nothing that happened to it while
    it was being sent is lost.
    """

    workspace: Workspace

    def begin(self, entry: OutboxEntry) -> OutboxEntry | None:
        """Mark it as being sent; a crash from here on leaves it `unknown`.

        None where it was decided otherwise since it was looked at, perhaps by another process:
        it was given up, corrected, or another number is owed. What was to be sent is out of date.
        """
        now = self.workspace.now()
        with self.workspace.store.transaction() as tx:
            stored = tx.get(schema.OUTBOX, entry.id)
            if stored is None or not (is_due(stored, now) and _asks_the_same(stored, entry)):
                return None
            attempts = stored.attempts + 1
            begun = stored.but(state="in_flight", attempts=attempts, reason="", updated_at=now)
            tx.put(schema.OUTBOX, begun)
        return begun

    def applied(self, entry: OutboxEntry) -> OutboxEntry:
        """Mark it as done, unless it is owed anew since it was looked at."""
        return self._closed(entry, "applied", "")

    def superseded(self, entry: OutboxEntry, reason: str) -> OutboxEntry:
        """Mark it as not needed any more, unless it is owed anew since it was looked at."""
        return self._closed(entry, "superseded", reason)

    def again(self, entry: OutboxEntry) -> OutboxEntry:
        """Owe it once more, as if it had never been sent."""
        return self._rest(entry, "queued", "", attempts=0)

    def hold(self, entry: OutboxEntry, *, lowering: bool = False) -> OutboxEntry:
        """Let what is left of it wait for the plan; `lowering` parts may go out."""
        return self._rest(entry, "held", "", attempts=0, lowering=lowering)

    def hold_or_again(self, entry: OutboxEntry, *, lowering: bool = False) -> OutboxEntry:
        """Let what is left wait for the plan where the organization reviews, else owe it."""
        review = lookup.organization(self.workspace.store).first_push == "review"
        return self.hold(entry, lowering=lowering) if review else self.again(entry)

    def wait(self, entry: OutboxEntry, until: datetime, reason: str) -> OutboxEntry:
        """Try again later."""
        return self.change(entry, state="retry_wait", next_attempt_at=until, reason=reason)

    def wait_for_return(self, entry: OutboxEntry, until: datetime, reason: str) -> OutboxEntry:
        """Let it wait until the shop is back; what is held or unclear stays so."""
        keeps = entry.state in {"held", "unknown"}
        state = entry.state if keeps else "retry_wait"
        return self.change(entry, state=state, next_attempt_at=until, reason=reason)

    def put_off(self, entry: OutboxEntry, error: TuisyncError) -> OutboxEntry:
        """Try again later, because the shop could not even be read; nothing was sent.

        It keeps its state: what is held stays held, and a lost answer is still to be looked for.
        """
        rest = asked_wait(error) if isinstance(error, RateLimited) else _DOWN_REST
        keeps = entry.state in {"held", "unknown"}
        return self.change(
            entry,
            state=entry.state if keeps else "retry_wait",
            next_attempt_at=self.workspace.now() + rest,
            reason=error.message,
        )

    def lost(self, entry: OutboxEntry, reason: str) -> OutboxEntry:
        """It may have arrived or not: the shop is read before anything is sent again."""
        soon = self.workspace.now() + UNKNOWN_REST
        return self.change(entry, state="unknown", next_attempt_at=soon, reason=reason)

    def rejected(self, entry: OutboxEntry, reason: str) -> OutboxEntry:
        """The shop will not take it: the user must do something, unless it is owed anew by now."""
        with self.workspace.store.transaction() as tx:
            stored = tx.get(schema.OUTBOX, entry.id) or entry
            if stored.state == "superseded" != entry.state:
                return stored
            if stored.version == entry.version:
                refused = {"state": "rejected", "next_attempt_at": None, "reason": reason}
                return self._changed(tx, stored, refused)
            anew: OutboxState = "held" if stored.lowering else "queued"
            owed = _at_rest(anew, "", attempts=0, lowering=stored.lowering)
            return self._changed(tx, stored, owed)

    def failed(self, entry: OutboxEntry, error: TuisyncError) -> OutboxEntry:
        """Move it on after a send that failed, by what the error asks for."""
        match error:
            case OutcomeUnknown():
                return self.lost(entry, error.message)
            case AuthorizationRequired():
                return self.change(entry, state="paused", reason=error.message)
            case RateLimited():
                return self.wait(entry, self.workspace.now() + asked_wait(error), error.message)
            case TransientError() | PermanentError() | PluginError():
                return self._later(entry, error.message)
            case _:
                return self.rejected(entry, _in_full(error))

    def _later(self, entry: OutboxEntry, reason: str) -> OutboxEntry:
        if entry.attempts >= MOST_ATTEMPTS:
            return self.change(entry, state="dead", next_attempt_at=None, reason=reason)
        until = self.workspace.now() + wait_before(entry.attempts, entry.id)
        return self.wait(entry, until, reason)

    def current(self, entry: OutboxEntry) -> OutboxEntry:
        """Return the entry as it is stored now."""
        return self.workspace.store.get(schema.OUTBOX, entry.id) or entry

    def change(self, entry: OutboxEntry, **changes: object) -> OutboxEntry:
        """Change these fields of the stored entry and return it; what was given up stays so."""
        with self.workspace.store.transaction() as tx:
            stored = tx.get(schema.OUTBOX, entry.id) or entry
            if stored.state == "superseded" != entry.state:
                return stored
            return self._changed(tx, stored, changes)

    def _changed(
        self, tx: Transaction, stored: OutboxEntry, changes: Mapping[str, object]
    ) -> OutboxEntry:
        changed = stored.but(**{"updated_at": self.workspace.now(), **changes})
        tx.put(schema.OUTBOX, changed)
        if changed.state in {"applied", "superseded"}:
            Failures(tx, self.workspace.now()).over(changed.id)
        return changed

    def _closed(self, entry: OutboxEntry, state: OutboxState, reason: str) -> OutboxEntry:
        """Close it, but for what another process owes by it since it was looked at."""
        with self.workspace.store.transaction() as tx:
            stored = tx.get(schema.OUTBOX, entry.id) or entry
            if stored.version == entry.version:
                return self._changed(tx, stored, _at_rest(state, reason))
            if stored.state not in {"in_flight", "unknown"}:
                return stored
            anew: OutboxState = "held" if stored.lowering else "queued"
            return self._changed(tx, stored, _at_rest(anew, "", attempts=0))

    def _rest(
        self, entry: OutboxEntry, state: OutboxState, reason: str, **more: object
    ) -> OutboxEntry:
        return self.change(entry, **_at_rest(state, reason, **more))


def _at_rest(state: OutboxState, reason: str, **more: object) -> dict[str, object]:
    """Return the changes to a state in which nothing is under way."""
    settled: dict[str, object] = {
        "next_attempt_at": None,
        "looked_at": None,
        "lowering": False,
        "agreed": {},
    }
    return {"state": state, "reason": reason, **settled, **more}
