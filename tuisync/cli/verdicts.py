"""How runs or pushes ended, as an error or as nothing. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tuisync.cli.exits import RecordsFailed, RunFailed, RunStopped
from tuisync.cli.pen import many
from tuisync.core.errors import AuthorizationRequired, MarketplaceError, TuisyncError
from tuisync.core.models import SyncRun
from tuisync.core.store import schema
from tuisync.core.views.objects import ChangeView, PushReport

if TYPE_CHECKING:
    from tuisync.core.plugins.host import PluginHost
    from tuisync.core.store.port import Reader


def of_runs(reader: Reader, host: PluginHost, runs: Sequence[SyncRun]) -> TuisyncError | None:
    """Return what is to be said of runs that have ended; None when all is well.

    A sign-in that is needed comes first, then a run that failed, one that was cancelled, then
    records that failed.
    """
    failed = [run for run in runs if run.status == "failed" and run.cancelled_at is None]
    for run in failed:
        asleep = sign_in_needed(reader, [run.integration])
        if asleep is not None:
            return asleep
    if failed:
        return _run_failed(reader, host, failed[0], len(failed))
    for run in runs:
        if run.cancelled_at is not None:
            return RunStopped(run.reason, hint=f"See `tuisync history {run.id}`.")
    broken = [run for run in runs if run.counts.failed]
    if broken:
        number = sum(run.counts.failed for run in broken)
        return RecordsFailed(
            f"{many(number, 'record')} failed.",
            hint=f"See `tuisync history {broken[0].id}` for the reasons.",
        )
    if all(run.status == "skipped" for run in runs):
        # Nothing was done at all; beside shops that work, one that sleeps is only listed.
        return sign_in_needed(reader, [run.integration for run in runs])
    return None


def of_paused(reader: Reader) -> TuisyncError | None:
    """Return what is to be said of pushes that wait until somebody signs in; None if none do."""
    waiting = [id_ for id_ in _asleep(reader) if reader.find(schema.OUTBOX, "live", id_)]
    return sign_in_needed(reader, waiting)


def of_report(reader: Reader, report: PushReport) -> TuisyncError | None:
    """Return what is to be said of a drain; None when all is well (held is well)."""
    asleep = sign_in_needed(reader, _ids(reader, report.failed))
    if asleep is not None:
        return asleep
    if report.failed:
        first = report.failed[0]
        return RecordsFailed(
            f"{many(len(report.failed), 'push', 'pushes')} failed. {first.title}: {first.reason}",
            hint="See `tuisync outbox`.",
        )
    if report.stopped:
        return RunStopped(stopped_words(report), hint=WHAT_IS_LEFT)
    if report.stale:
        return RecordsFailed(
            f"{many(len(report.stale), 'change')} of the plan had moved; nothing was sent there.",
            hint="See `tuisync plan`.",
        )
    return None


WHAT_IS_LEFT = "`tuisync plan` shows what is left."


def stopped_words(report: PushReport) -> str:
    """Return how far a drain came that was stopped."""
    sent, left = len(report.applied), len(report.stopped)
    return f"Stopped by you: {many(sent, 'change')} sent, {left:,} left."


def sign_in_needed(reader: Reader, integrations: Iterable[str]) -> TuisyncError | None:
    """Return the error of the first of these integrations that needs a sign-in."""
    for id_ in integrations:
        integration = reader.get(schema.INTEGRATIONS, id_)
        if integration is not None and integration.status == "needs_reauth":
            return AuthorizationRequired(
                f"{integration.name} needs a sign-in. {integration.status_reason}".strip(),
                hint=f"Sign in again: `tuisync reconnect {integration.name}`.",
            )
    return None


def of_sleepers(reader: Reader) -> TuisyncError | None:
    """Return what is to be said when a shop, any of them, needs a sign-in; None if none does."""
    return sign_in_needed(reader, _asleep(reader))


@contextmanager
def noticing_sign_in(reader: Reader) -> Iterator[None]:
    """Say that a sign-in is needed when work ends by that, whatever the work made of it.

    Raises:
        AuthorizationRequired: An integration fell asleep meanwhile.
    """
    before = set(_asleep(reader))
    try:
        yield
    except MarketplaceError:
        needed = sign_in_needed(reader, [each for each in _asleep(reader) if each not in before])
        if needed is not None:
            raise needed from None
        raise


def _asleep(reader: Reader) -> list[str]:
    everyone = reader.all(schema.INTEGRATIONS)
    return [each.id for each in everyone if each.status == "needs_reauth"]


def _ids(reader: Reader, changes: Iterable[ChangeView]) -> list[str]:
    named = {change.integration for change in changes}
    return [each.id for each in reader.all(schema.INTEGRATIONS) if each.name in named]


def _run_failed(reader: Reader, host: PluginHost, run: SyncRun, count: int) -> RunFailed:
    integration = reader.get(schema.INTEGRATIONS, run.integration)
    unusable = integration is not None and integration.marketplace not in host.usable()
    others = f" ({count} runs failed.)" if count > 1 else ""
    return RunFailed(
        (run.reason or "The run did not reach its end.") + others,
        hint="See `tuisync plugins list`." if unusable else f"See `tuisync history {run.id}`.",
        code="plugin_failed" if unusable else None,
    )
