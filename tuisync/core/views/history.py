"""Sync history: batches, their runs, their records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from tuisync.core import lookup
from tuisync.core.models import (
    ORGANIZATION_ID,
    Failure,
    Module,
    Period,
    RunStatus,
    SyncRecord,
    SyncRun,
)
from tuisync.core.store import schema
from tuisync.core.store.port import Leased, Reader
from tuisync.core.views.integrations import integration_name
from tuisync.core.views.objects import (
    BatchView,
    PeriodView,
    RecordView,
    RunDetailView,
    RunView,
)
from tuisync.core.views.status import ENGINE
from tuisync.core.views.waiting import waits_for

_WORST: tuple[RunStatus, ...] = (
    "running",
    "queued",
    "interrupted",
    "failed",
    "partial",
    "succeeded",
    "skipped",
)
_MODULES: tuple[Module, ...] = ("items", "orders", "stock", "shipments")


def run_views(
    reader: Reader,
    *,
    module: str | None = None,
    integration: str | None = None,
    limit: int | None = None,
) -> list[RunView]:
    """Return runs, newest first, of one module or integration if named.

    Raises:
        UnknownIntegration: There is none of that name.
    """
    runs = [each for each in _runs(reader, integration) if module in {None, each.module}]
    return [run_view(reader, each) for each in runs[:limit]]


def batch_views(
    reader: Reader, *, integration: str | None = None, limit: int | None = None
) -> list[BatchView]:
    """Return batches, newest first: the runs started together, as one line each."""
    batches: dict[str, list[SyncRun]] = {}
    for run in _runs(reader, integration):
        batches.setdefault(run.batch, []).append(run)
    return [_batch(reader, runs) for runs in list(batches.values())[:limit]]


def run_detail(reader: Reader, run_id: str) -> RunDetailView:
    """Return a run with all its records.

    Raises:
        NotFound: There is none.
    """
    run = lookup.run(reader, run_id)
    view = run_view(reader, run)
    fields = {name: getattr(view, name) for name in view.__struct_fields__}
    return RunDetailView(**fields, records=record_views(reader, run_id))


def record_views(reader: Reader, run_id: str) -> list[RecordView]:
    """Return the records of a run, in the order they were taken."""
    pages = sorted(reader.find(schema.RECORDS, "run", run_id), key=lambda each: each.page)
    return [_record(run_id, record) for page in pages for record in page.records]


def failed_records(reader: Reader, failures: Iterable[str]) -> list[RecordView]:
    """Return the records that failed and have not come in since, of the failures named by id."""
    found = (reader.get(schema.FAILURES, each) for each in failures)
    return [_failed(each) for each in found if each is not None and each.remote_id]


def _failed(failure: Failure) -> RecordView:
    return RecordView(
        id=failure.remote_id or "",  # it names the record in its run, too
        run=failure.run,
        kind="order" if failure.module == "orders" else "item",
        remote_id=failure.remote_id or "",
        title=failure.title,
        outcome="failed",
        reason=failure.reason,
        local_id=None,
        at=failure.last_at,
    )


def run_view(reader: Reader, run: SyncRun) -> RunView:
    """Return one run."""
    return RunView(
        id=run.id,
        batch=run.batch,
        integration=integration_name(reader, run.integration),
        module=run.module,
        trigger=run.trigger,
        status=_status(reader, run),
        reason=run.reason,
        queued_at=run.queued_at,
        started_at=run.started_at,
        finished_at=run.finished_at,
        succeeded=run.counts.succeeded,
        failed=run.counts.failed,
        counts=run.counts,
        done=run.counts.total,
        # A record may come twice in one pull, and one that goes on may count the rest only.
        expected=None if run.expected is None else max(run.expected, run.counts.total),
        requests=run.requests,
        resync_of=run.resync_of,
        period=_period(reader, run.period) if run.period else None,
        undone_at=run.undone_at,
        seconds_left=run.seconds_left,
        retry_at=run.retry_at,
        cancelled_at=run.cancelled_at,
        waits_for=waits_for(reader, run) or None,
    )


def _status(reader: Reader, run: SyncRun) -> RunStatus:
    """Return a run's status; one whose engine died is interrupted before the next one says so."""
    if run.status == "running" and isinstance(reader, Leased) and reader.holder(ENGINE) is None:
        return "interrupted"
    return run.status


def _runs(reader: Reader, integration: str | None) -> list[SyncRun]:
    if integration is None:
        runs: Iterable[SyncRun] = reader.all(schema.RUNS)
    else:
        id_ = lookup.integration(reader, integration).id
        runs = reader.find(schema.RUNS, "integration", id_)
    return sorted(runs, key=lambda each: each.id, reverse=True)


def _batch(reader: Reader, runs: Sequence[SyncRun]) -> BatchView:
    ordered = sorted(runs, key=lambda each: (_MODULES.index(each.module), each.id))
    views = [run_view(reader, each) for each in ordered]

    def total(modules: Iterable[str], field: str) -> int:
        return sum(getattr(each, field) for each in views if each.module in modules)

    pushes = ("stock", "shipments")
    return BatchView(
        id=runs[0].batch,
        at=min(each.started_at or each.queued_at for each in runs),
        trigger=ordered[0].trigger,
        status=min((each.status for each in views), key=_WORST.index),
        integrations=sorted({each.integration for each in views}),
        items_succeeded=total(("items",), "succeeded"),
        items_failed=total(("items",), "failed"),
        orders_succeeded=total(("orders",), "succeeded"),
        orders_failed=total(("orders",), "failed"),
        frozen=sum(each.counts.frozen for each in views),
        skipped=sum(each.counts.skipped for each in views),
        pushed=total(pushes, "succeeded"),
        push_failed=total(pushes, "failed"),
        undone=any(each.undone_at for each in runs),
        cancelled=any(each.cancelled_at for each in runs),
        runs=views,
    )


def _record(run: str, record: SyncRecord) -> RecordView:
    return RecordView(
        id=record.id,
        run=run,
        kind=record.kind,
        remote_id=record.remote_id,
        title=record.title,
        outcome=record.outcome,
        reason=record.reason,
        local_id=record.local_id,
        at=record.at,
    )


def _period(reader: Reader, period: Period) -> PeriodView:
    organization = reader.get(schema.ORGANIZATION, ORGANIZATION_ID)
    zone = ZoneInfo(organization.timezone if organization else "UTC")
    last = period.end.astimezone(zone) - timedelta(microseconds=1)
    first = period.start.astimezone(zone)
    return PeriodView(start=first.date().isoformat(), end=last.date().isoformat())
