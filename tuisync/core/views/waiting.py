"""What a sync that was asked for waits for, so that one sees it was taken."""

from __future__ import annotations

from tuisync.core.models import Module, OutboxEntry, SyncRun
from tuisync.core.store import schema
from tuisync.core.store.port import Leased, Reader
from tuisync.core.views.status import ENGINE

_READ: dict[Module, str] = {
    "items": "the items being read",
    "orders": "the orders being read",
    "stock": "the numbers being sent",
    "shipments": "the shipments being sent",
}
_SENT: dict[str, str] = {"stock": _READ["stock"], "shipment": _READ["shipments"]}
_PLAN = "the plan being sent"


def waits_for(reader: Reader, run: SyncRun) -> str:
    """Return what a queued run waits for, as the rest of a sentence; empty if for nothing.

    One integration is worked on by one at a time, so that is what is done for it just now: a
    sync, or the sending of what is owed; else a sync asked for before, or that no engine runs.
    """
    if run.status != "queued":
        return ""
    return (
        _sync_at_hand(reader, run)
        or _sending(reader, run.integration)
        or _asked_before(reader, run)
        or _engine(reader)
    )


def _sync_at_hand(reader: Reader, run: SyncRun) -> str:
    if _nobody_works(reader):
        return ""  # what is marked as running was left by an engine that died
    at_hand = (
        each
        for each in reader.find(schema.RUNS, "status", "running")
        if each.integration == run.integration
    )
    return next((_sync_words(reader, each) for each in at_hand), "")


def _sync_words(reader: Reader, run: SyncRun) -> str:
    """Return what is read; the orders read before a plan is sent belong to that."""
    agreed = run.trigger == "push" and _is_agreed(reader, run.integration)
    return _PLAN if agreed else _READ[run.module]


def _sending(reader: Reader, integration: str) -> str:
    if _nobody_works(reader):
        return ""
    sent = _first(reader, integration, "in_flight")
    if (sent and sent.agreed) or _is_agreed(reader, integration):
        return _PLAN
    return _SENT[sent.kind] if sent else ""


def _is_agreed(reader: Reader, integration: str) -> bool:
    """Tell whether what is owed was agreed to in a plan."""
    owed = _first(reader, integration, "queued")
    return owed is not None and bool(owed.agreed)


def _first(reader: Reader, integration: str, state: str) -> OutboxEntry | None:
    ids = reader.ids(schema.OUTBOX, "standing", f"{integration}/{state}")
    return next((reader.get(schema.OUTBOX, id_) for id_ in ids), None)


def _asked_before(reader: Reader, run: SyncRun) -> str:
    before = (
        each
        for status in ("interrupted", "queued")
        for each in reader.find(schema.RUNS, "status", status)
        if each.integration == run.integration and each.id < run.id
    )
    first = min(before, key=lambda each: each.id, default=None)
    if first is None or _nobody_works(reader):
        return ""
    return f"the {first.module} asked for before"


def _engine(reader: Reader) -> str:
    return "an engine: none runs" if _nobody_works(reader) else ""


def _nobody_works(reader: Reader) -> bool:
    return isinstance(reader, Leased) and reader.holder(ENGINE) is None
