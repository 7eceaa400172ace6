"""Syncing again: precisely the records of an earlier run or batch, read by id."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tuisync.core import lookup
from tuisync.core.actions.retention import is_old
from tuisync.core.actions.syncs import check_active, queued_run
from tuisync.core.errors import Conflict, NotFound
from tuisync.core.ids import made_at
from tuisync.core.models import ENDED, Module, SyncRecord, SyncRun
from tuisync.core.store import schema
from tuisync.core.store.port import Reader, Transaction
from tuisync.core.workspace import Workspace

_READS: dict[Module, Module] = {
    "items": "items",
    "orders": "orders",
    "stock": "items",
    "shipments": "orders",
}
"""What reading a run's records again reads: a push is never repeated, its listing or order is
looked at."""


def request_resync(
    workspace: Workspace, name: str, *, record: str | None = None, failed: bool = False
) -> list[SyncRun]:
    """Queue runs that read the records of a run or a batch again, by id, and nothing else.

    Each run of the batch that has records becomes one new run, whose `resync_of` names it.
    Records that were let go of with old history are not read. What the earlier run says stays
    as it was.

    Args:
        workspace: Where.
        name: A run's or a batch's id.
        record: Only this record: its id, or its remote id in that run.
        failed: Only the records that failed.

    Raises:
        NotFound: There is no such run or record, there is nothing to read again, or it was let
            go of with old history (code `record_expired`).
        Conflict: The run has not ended yet.
        Inactive: The shop is switched off or needs a sign-in.
    """
    with workspace.store.transaction() as tx:
        asked = [
            each
            for run in runs_named(tx, name, workspace.now())
            if (each := _Asked(run, _records(tx, run, record, failed=failed))).ids
        ]
        if not asked:
            raise _nothing(tx, name, record, failed=failed)
        _check(tx, [each.run for each in asked])
        return _queue(tx, workspace, asked)


def runs_named(reader: Reader, name: str, now: datetime) -> list[SyncRun]:
    """Return the run with that id, or the runs of the batch with that id, oldest first.

    Raises:
        NotFound: There is none; `record_expired` when it is older than history is kept.
    """
    run = reader.get(schema.RUNS, name)
    found = [run] if run is not None else reader.find(schema.RUNS, "batch", name)
    if found:
        return found
    made = made_at(name)
    if made is not None and is_old(made, now, failed=False):
        raise _expired(f"The history of the sync `{name}` was let go of")
    raise NotFound(f"No sync run or batch has the id `{name}`.", hint="See `tuisync history`.")


@dataclass(frozen=True)
class _Asked:
    """A run and the records of it to read again."""

    run: SyncRun
    records: Sequence[SyncRecord]

    @property
    def ids(self) -> tuple[str, ...]:
        """Their remote ids, each once; a plug-in that could not tell one has none."""
        return tuple(dict.fromkeys(each.remote_id for each in self.records if each.remote_id))


def _records(
    reader: Reader, run: SyncRun, record: str | None, *, failed: bool
) -> Sequence[SyncRecord]:
    pages = sorted(reader.find(schema.RECORDS, "run", run.id), key=lambda page: page.page)
    return [
        each
        for page in pages
        for each in page.records
        if (record is None or record in {each.id, each.remote_id})
        and (not failed or each.outcome == "failed")
    ]


def _check(reader: Reader, runs: Sequence[SyncRun]) -> None:
    """Refuse what is still going on, and a shop that cannot be read.

    A batch goes on with those of its shops that can be.
    """
    for run in runs:
        if run.status not in ENDED:
            raise Conflict("That sync has not ended yet.", hint="Wait until it has.")
    integrations = [lookup.integration(reader, run.integration) for run in runs]
    if not any(each.status == "active" for each in integrations):
        check_active(integrations[0])


def _queue(tx: Transaction, workspace: Workspace, asked: Iterable[_Asked]) -> list[SyncRun]:
    batch = workspace.new_id()
    queued = []
    for each in asked:
        integration = lookup.integration(tx, each.run.integration)
        run = queued_run(
            workspace, batch, integration, _READS[each.run.module], "resync", push=False
        )
        queued.append(run.but(only=each.ids, resync_of=each.run.id))
    for run in queued:
        tx.put(schema.RUNS, run)
    return queued


def _nothing(reader: Reader, name: str, record: str | None, *, failed: bool) -> NotFound:
    """Return why there is nothing to read again."""
    if record is not None:
        run = reader.get(schema.RUNS, record.rpartition("/")[0])
        number = record.rpartition("/")[2]
        if run is not None and number.isdecimal() and 0 < int(number) <= _ever(run):
            return _expired(f"The record `{record}` was let go of with old history")
        hint = f"See `tuisync history {name}`."
        return NotFound(f"That sync has no record `{record}`.", hint=hint)
    what = "no failed record" if failed else "no record"
    return NotFound(f"That sync has {what} to read again.", hint="A new one: `tuisync sync`.")


def _ever(run: SyncRun) -> int:
    """Return how many records a run ever had."""
    return run.counts.total + run.forgotten


def _expired(what: str) -> NotFound:
    hint = "Successes are kept a month, failures two. `tuisync sync` reads what is new."
    return NotFound(f"{what}.", hint=hint, code="record_expired")
