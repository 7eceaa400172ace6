"""Shops as a whole: a sign-in is needed, a sync did not reach its end, nothing has been synced."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from tuisync.core.inbox.rows import Fix, InboxRow
from tuisync.core.models import Failure, Integration, Module
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.sync.schedule import next_cycle_at

_QUIET = 2
"""Intervals without a success after which a shop is stale."""

_ORDER: tuple[Module, ...] = ("items", "orders", "stock", "shipments")


def shops(reader: Reader, now: datetime) -> Iterator[InboxRow]:
    """Yield what concerns a shop as a whole; one that is switched off needs nothing."""
    for integration in reader.all(schema.INTEGRATIONS):
        if integration.status == "needs_reauth":
            yield _signed_out(integration)
        elif integration.status == "active":
            failed = reader.find(schema.FAILURES, "run", integration.id)
            yield from _failed_syncs(integration, failed)
            if not _is_tried(integration, failed, now):
                yield from _stale(integration, now)


def _is_tried(integration: Integration, failed: Sequence[Failure], now: datetime) -> bool:
    """Tell whether syncs go on and fail, so that the failure is why nothing succeeds."""
    recently = now - _QUIET * timedelta(minutes=integration.interval_minutes)
    return any(each.last_at > recently for each in failed)


def _signed_out(integration: Integration) -> InboxRow:
    return InboxRow(
        id=f"auth:{integration.id}",
        kind="auth",
        integration=integration.id,
        subject=integration.shop_name,
        message=integration.status_reason or "It needs a sign-in; until then nothing is synced.",
        hint=f"`tuisync reconnect {integration.name}`.",
        fix=Fix("sign_in", (integration.id,)),
        first_at=integration.status_since,
        last_at=integration.status_since,
    )


def _failed_syncs(integration: Integration, failed: Sequence[Failure]) -> Iterator[InboxRow]:
    """Yield one row per cause: a shop that is down fails with items and orders alike."""
    causes: dict[tuple[str, str], list[Failure]] = {}
    for failure in sorted(failed, key=lambda each: (_ORDER.index(each.module), each.id)):
        same = "" if failure.fault == "transient" else failure.reason
        causes.setdefault((failure.fault, same), []).append(failure)
    for group in causes.values():
        yield _failed_sync(integration, group)


def _failed_sync(integration: Integration, group: Sequence[Failure]) -> InboxRow:
    first = group[0]
    newest = max(group, key=lambda each: each.last_at)
    return InboxRow(
        id=first.id,
        kind=first.fault,
        integration=integration.id,
        subject=integration.shop_name,
        message=f"{_what(group)}: {newest.reason}",
        hint=_hint(integration, first),
        fix=Fix("sign_in" if first.fault == "auth" else "sync", (integration.id,)),
        count=max(each.count for each in group),
        first_at=min(each.first_at for each in group),
        last_at=newest.last_at,
        next_at=next_cycle_at(integration),
    )


def _what(group: Sequence[Failure]) -> str:
    read = [each.module for each in group if each.module != "stock"]
    modules = " and ".join(dict.fromkeys(read))
    return f"{modules.capitalize()} were not read to the end" if read else "Nothing can be sent"


def _hint(integration: Integration, failure: Failure) -> str:
    again = f"`tuisync sync -i {integration.name}`"
    match failure.fault:
        case "auth":
            return f"`tuisync reconnect {integration.name}`, with the key as the shop shows it."
        case "transient":
            return f"It is tried again by itself; {again} tries now."
        case "bug":
            return f"`tuisync doctor` looks for the cause; {again} tries again."
    return f"Mend it at the shop; {again} tries again."


def _stale(integration: Integration, now: datetime) -> Iterator[InboxRow]:
    """Yield a row when nothing succeeded for two intervals, though no call failed."""
    interval = timedelta(minutes=integration.interval_minutes)
    well = integration.last_sync_at or integration.connected_at
    if now - well < _QUIET * interval:
        return
    yield InboxRow(
        id=f"stale:{integration.id}",
        kind="stale",
        integration=integration.id,
        subject=integration.shop_name,
        message=f"Nothing has been synced for {_words(now - well)}; it is due every"
        f" {_words(interval)}.",
        hint="Keep `tuisync daemon` or the app running;"
        f" `tuisync sync -i {integration.name}` syncs now.",
        fix=Fix("sync", (integration.id,)),
        first_at=well + _QUIET * interval,
        last_at=well + _QUIET * interval,
        next_at=next_cycle_at(integration),
    )


def _words(time: timedelta) -> str:
    """Return a time in the largest unit that tells it well: `30 minutes`, `8 hours`, `3 days`."""
    minutes = int(time.total_seconds() // 60)
    for size, unit in ((60 * 24, "day"), (60, "hour")):
        if minutes >= 2 * size:
            return f"{minutes // size} {unit}s"
    return f"{minutes} minutes"
