"""Pushes: refused, given up, failing, lost from sight, or waiting for the user to look."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from tuisync.core.inbox.rows import Fix, Fold, InboxRow, fold_key
from tuisync.core.models import LIVE, REFUSED, Failure, InboxClass, Integration, OutboxEntry
from tuisync.core.store import schema
from tuisync.core.store.port import Reader

LOST = timedelta(hours=1)
"""After which a push nobody knows the outcome of is told, though nothing failed."""


def pushes(reader: Reader, now: datetime) -> Iterator[InboxRow]:
    """Yield a row per push that fails or was given up, and one for what waits for review."""
    for integration in reader.all(schema.INTEGRATIONS):
        told = {}
        for entry, failure in _failing(reader, integration):
            told[entry.id] = _row(reader, integration, entry, failure)
        for entry in _in(reader, integration, "unknown"):
            lost = now - entry.updated_at >= LOST and not _asleep(integration)
            if lost and entry.id not in told:
                told[entry.id] = _row(reader, integration, entry, None)
        yield from told.values()
        yield from _held(reader, integration)


def _failing(
    reader: Reader, integration: Integration
) -> Iterator[tuple[OutboxEntry, Failure | None]]:
    for state in sorted(REFUSED):
        for entry in _in(reader, integration, state):
            yield entry, reader.get(schema.FAILURES, entry.id)
    for module in ("stock", "shipments"):
        for failure in reader.find(schema.FAILURES, "record", f"{integration.id}/{module}"):
            entry_or_none = reader.get(schema.OUTBOX, failure.id)
            if entry_or_none and entry_or_none.state in LIVE and not _asleep(integration):
                yield entry_or_none, failure


def _asleep(integration: Integration) -> bool:
    """Tell whether the push waits for a sign-in, so that its row says it."""
    return integration.status == "needs_reauth"


def _in(reader: Reader, integration: Integration, state: str) -> list[OutboxEntry]:
    return reader.find(schema.OUTBOX, "standing", f"{integration.id}/{state}")


def _row(
    reader: Reader, integration: Integration, entry: OutboxEntry, failure: Failure | None
) -> InboxRow:
    kind: InboxClass = failure.fault if failure else _class(entry)
    reason = entry.reason or (failure.reason if failure else "") or "It was not sent."
    key = fold_key("pushes", integration.id, entry.kind, entry.state, kind, reason)
    return InboxRow(
        id=entry.id,
        kind=kind,
        integration=integration.id,
        subject=_subject(reader, entry),
        message=f"Given up after {entry.attempts} tries: {reason}" if _is_dead(entry) else reason,
        hint=_hint(entry),
        fix=_fix(entry),
        count=failure.count if failure else max(1, entry.attempts),
        first_at=failure.first_at if failure else entry.updated_at,
        last_at=failure.last_at if failure else entry.updated_at,
        next_at=entry.next_attempt_at if entry.state in LIVE else None,
        fold=Fold(
            key=key,
            noun="numbers to send" if entry.kind == "stock" else "shipments to tell",
            hint=f"`tuisync inbox show {key}` lists them; `tuisync outbox retry ID` sends one"
            " again.",
        ),
    )


def _fix(entry: OutboxEntry) -> Fix:
    if entry.state == "held":
        return Fix("review")
    return Fix("correct" if _is_correctable(entry) else "send_again", (entry.id,))


def _is_correctable(entry: OutboxEntry) -> bool:
    """Tell whether the shop refused a shipment, so that sending the same again is no use."""
    return entry.kind == "shipment" and entry.state == "rejected"


def _is_dead(entry: OutboxEntry) -> bool:
    return entry.state == "dead"


def _class(entry: OutboxEntry) -> InboxClass:
    return "rejected" if entry.state == "rejected" else "transient"


def _subject(reader: Reader, entry: OutboxEntry) -> str:
    if entry.kind == "stock":
        listing = reader.get(schema.LISTINGS, entry.target)
        return listing.title if listing else entry.target
    order = reader.get(schema.ORDERS, entry.target)
    return f"Order {order.number}" if order else entry.target


def _hint(entry: OutboxEntry) -> str:
    if _is_correctable(entry):
        return (
            f"`tuisync ship {entry.target} --carrier C --tracking T` corrects it and sends it"
            f" again; `tuisync outbox drop {entry.id}` gives it up."
        )
    match entry.state:
        case "rejected" | "dead":
            return (
                f"Mend it at the shop, then `tuisync outbox retry {entry.id}`;"
                f" `tuisync outbox drop {entry.id}` gives it up."
            )
        case "held":
            return "`tuisync plan` shows it, `tuisync apply` sends it."
        case "paused":
            return "It goes on when the shop is active again."
    return f"It is tried again by itself; `tuisync outbox retry {entry.id}` tries now."


def _held(reader: Reader, integration: Integration) -> Iterator[InboxRow]:
    """Yield one row for everything that waits for the plan; a quiet shop waits for nothing."""
    held = reader.count(schema.OUTBOX, "standing", f"{integration.id}/held")
    if not held or integration.status != "active":
        return
    listings = f"{held:,} listings wait" if held > 1 else "1 listing waits"
    yield InboxRow(
        id=f"review:{integration.id}",
        kind="review",
        integration=integration.id,
        subject=integration.shop_name,
        message=f"{listings} for you to look at the change before it goes out.",
        hint="`tuisync plan` shows what would change, `tuisync apply` sends it.",
        fix=Fix("review"),
        count=held,
    )
