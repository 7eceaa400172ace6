"""The outbox, as users see it."""

from __future__ import annotations

from tuisync.core.models import LIVE, OutboxEntry, variant_id
from tuisync.core.orders.tracking import parcel_said, parcel_words
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.views.integrations import integration_name
from tuisync.core.views.objects import OutboxView, SentView


def outbox_views(reader: Reader) -> list[OutboxView]:
    """Return all entries: what is still owed first, then by what changed last."""
    entries = sorted(reader.all(schema.OUTBOX), key=lambda each: each.updated_at, reverse=True)
    entries.sort(key=lambda each: each.state not in LIVE)
    return [outbox_view(reader, each) for each in entries]


def outbox_view(reader: Reader, entry: OutboxEntry) -> OutboxView:
    """Return one entry; while nothing went wrong its reason is what it is owed for."""
    return OutboxView(
        id=entry.id,
        integration=integration_name(reader, entry.integration),
        kind=entry.kind,
        target=entry.target,
        state=entry.state,
        attempts=entry.attempts,
        next_attempt_at=entry.next_attempt_at,
        reason=entry.reason or entry.cause,
        sent=_sent(reader, entry),
        sent_at=entry.sent_at or (entry.updated_at if _is_told(entry) else None),
    )


def _sent(reader: Reader, entry: OutboxEntry) -> list[SentView]:
    if _is_told(entry):
        order = reader.get(schema.ORDERS, entry.target)
        return [
            SentView(variant=None, old=None, new=parcel_words(each), parcel=parcel_said(each))
            for each in (order.shipments if order else ())
            if each.id == entry.shipment
        ]
    return [
        SentView(variant=variant_id(entry.target, each.key), old=each.before, new=each.number)
        for each in entry.sent
    ]


def _is_told(entry: OutboxEntry) -> bool:
    """Tell whether the shop knows of a parcel."""
    return entry.kind == "shipment" and entry.state == "applied"
