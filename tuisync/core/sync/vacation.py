"""A shop that is closed for a while: its stock pushes wait, and go out when it is back.

Nobody can buy at a closed shop, so no number there can be oversold; its orders are still read
and its parcels still told, for those were sold before.
"""

from __future__ import annotations

from datetime import timedelta

from tuisync.core.models import Integration, OutboxEntry
from tuisync.core.store import schema
from tuisync.core.store.port import Transaction

ON_VACATION = "The shop is on vacation; the number goes out when it is back."
"""Why a push waits."""

LOOKS_AGAIN = timedelta(hours=4)
"""After which a push that waits is looked at again, should no sync have told before."""


def note_vacation(tx: Transaction, integration_id: str, *, on_vacation: bool | None) -> None:
    """Remember whether the shop is closed; when it is back, what waited for that goes out.

    Args:
        tx: The transaction.
        integration_id: The shop's integration.
        on_vacation: What the shop told; None when it was not asked.
    """
    known = tx.get(schema.INTEGRATIONS, integration_id)
    if known is None or on_vacation is None or known.on_vacation == on_vacation:
        return
    tx.put(schema.INTEGRATIONS, known.but(on_vacation=on_vacation))
    if not on_vacation:
        for entry in tx.find(schema.OUTBOX, "live", integration_id):
            if waits_for_return(entry):
                state = "queued" if entry.state == "retry_wait" else entry.state
                tx.put(schema.OUTBOX, entry.but(state=state, next_attempt_at=None, reason=""))


def keeps_waiting(integration: Integration, entry: OutboxEntry) -> bool:
    """Return whether a push has to wait because the shop is closed."""
    return integration.on_vacation and entry.kind == "stock"


def waits_for_return(entry: OutboxEntry) -> bool:
    """Return whether this push waits for the shop to be back."""
    return entry.reason == ON_VACATION and entry.state in {"retry_wait", "held", "unknown"}
