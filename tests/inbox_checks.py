"""Invariant of the inbox: what failed or was given up has exactly one row, whatever happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rig import Rig
from tuisync.core.inbox.gather import inbox_rows
from tuisync.core.models import LIVE, REFUSED, OutboxEntry, SyncRecord, record_id
from tuisync.core.store import schema
from tuisync.core.store.port import Store


def check_inbox(rig: Rig) -> None:
    """Check that nothing failed silently, and that no cause is told twice.

    Where so few things fail, no rows are made into one.
    """
    rows = Counter(row.id for row in inbox_rows(rig.store, rig.clock()))
    assert all(count == 1 for count in rows.values()), rows
    for entry in rig.store.all(schema.OUTBOX):
        if entry.state in REFUSED:
            assert sum(rows[id_] for id_ in _ids_of(entry)) == 1, (entry, rows)
    for integration, record in _newest(rig.store).values():
        if record.outcome == "failed":
            _check_record(rig.store, integration, record, rows)
    for run in rig.store.all(schema.RUNS):
        assert not (run.counts.failed and run.status in {"succeeded", "skipped"}), run


def _newest(store: Store) -> dict[tuple[str, str, str], tuple[str, SyncRecord]]:
    """Return the newest record of each remote record, with its integration."""
    found = [
        (record.at, page.run, page.page, number, record)
        for page in store.all(schema.RECORDS)
        for number, record in enumerate(page.records)
    ]
    newest: dict[tuple[str, str, str], tuple[str, SyncRecord]] = {}
    for _, run_id, _, _, record in sorted(found, key=lambda each: each[:4]):
        run = store.get(schema.RUNS, run_id)
        assert run is not None
        newest[run.integration, record.kind, record.remote_id] = (run.integration, record)
    return newest


def _check_record(store: Store, integration: str, record: SyncRecord, rows: Counter[str]) -> None:
    local = record_id(integration, record.remote_id)
    if record.kind in {"item", "order"}:
        assert rows[f"{record.kind}:{local}"] + rows[f"broken:{local}"] == 1, (record, rows)
        return
    for entry in _owing(store, local):
        if entry.created_at > record.at:
            continue  # owed anew since; what failed before is over
        waits = rows[f"auth:{integration}"] if entry.state in LIVE else 0
        assert sum(rows[id_] for id_ in _ids_of(entry)) + waits == 1, (record, entry, rows)


def _owing(store: Store, target: str) -> Iterator[OutboxEntry]:
    """Yield the pushes of a listing or an order that are not done with, once tried."""
    for entry in store.find(schema.OUTBOX, "target", target):
        tried = entry.attempts or store.get(schema.FAILURES, entry.id)
        if tried and entry.state not in {"applied", "superseded"}:
            yield entry


def _ids_of(entry: OutboxEntry) -> tuple[str, str]:
    """Return the ids of the rows that stand for a push: its own, or its listing's."""
    return entry.id, f"broken:{entry.target}"
