"""Everything at a glance."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tuisync.core.store import schema
from tuisync.core.store.port import Store
from tuisync.core.views.integrations import integration_views
from tuisync.core.views.objects import EngineView, StatusView, StoreView
from tuisync.core.views.organization import organization_view

ENGINE = "engine"
"""Name of the engine's lease."""

ANSWERING = timedelta(seconds=30)
"""A heartbeat older than this means that the engine does not answer."""


def status_view(store: Store, now: datetime) -> StatusView:
    """Return the state of everything.

    Raises:
        NoOrganization: There is nothing yet.
    """
    from tuisync.core.inbox.gather import inbox_rows  # noqa: PLC0415  # many modules; the name of a lease needs none

    integrations = integration_views(store)
    due = [each.next_sync_at for each in integrations if each.next_sync_at]
    return StatusView(
        organization=organization_view(store),
        engine=engine_view(store, now),
        integrations=integrations,
        inbox=len(inbox_rows(store, now)),
        outbox=sum(each.counts.owed_pushes for each in integrations),
        next_due_at=min(due, default=None),
        store=StoreView(
            orders=store.count(schema.ORDERS),
            items=store.count(schema.ITEMS) - store.count(schema.ITEMS, "retired", "retired"),
            bytes=store.size(),
        ),
    )


def engine_view(store: Store, now: datetime) -> EngineView:
    """Return who runs the engine and whether it answers."""
    holder = store.holder(ENGINE)
    if holder is None:
        return EngineView(running=False, by=None, pid=None, since=None, answering=None)
    return EngineView(
        running=True,
        by=holder.name,
        pid=holder.pid,
        since=datetime.fromtimestamp(holder.since, UTC),
        answering=now.timestamp() - holder.beat < ANSWERING.total_seconds(),
    )
