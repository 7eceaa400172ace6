"""Closing a shop's books: its content goes, what the seller made of it stays."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from tuisync.core import lookup
from tuisync.core.actions.annals import write_line
from tuisync.core.actions.shipments import mark_shipment
from tuisync.core.errors import EngineBusy
from tuisync.core.models import (
    Integration,
    Link,
    OutboxEntry,
    PlannedChange,
    RecordPage,
)
from tuisync.core.outbox import given_up
from tuisync.core.store import schema
from tuisync.core.store.port import Reader, Transaction
from tuisync.core.views.disconnection import Disconnection, disconnection
from tuisync.core.views.integrations import integration_view
from tuisync.core.views.objects import IntegrationView
from tuisync.core.workspace import Workspace

CLOSED = "The shop was disconnected."
_TELL_IT = "The shop was disconnected before it was told; mark it there."
_TITLED = frozenset({"items", "stock"})
"""Modules whose records are named after listings."""


def is_quiet(reader: Reader, integration: str) -> bool:
    """Return whether nobody reads from or writes to a shop just now."""
    runs = reader.find(schema.RUNS, "status", "running")
    live = reader.find(schema.OUTBOX, "live", integration)
    return not any(run.integration == integration for run in runs) and not any(
        entry.state == "in_flight" for entry in live
    )


def close_integration(workspace: Workspace, name: str) -> IntegrationView:
    """Remove an integration and its shop's content; returns it as it was, switched off.

    Orders, contacts, items and the ledger stay. So does what the user decided about
    listings (which item, which to ignore, which never to link): a closed link holds that and
    nothing of the listing, and from when on orders count, so that a shop that is connected
    again neither counts a sale twice nor misses one made meanwhile.

    Raises:
        UnknownIntegration: There is none of that name.
        EngineBusy: Its sync or a push is under way; nothing was changed.
    """
    with workspace.store.transaction() as tx:
        integration = lookup.integration(tx, name)
        if not is_quiet(tx, integration.id):
            raise EngineBusy(
                f"{integration.name} is being synced just now.",
                hint="Try again when it is done; `tuisync history` shows how far it is.",
            )
        would = disconnection(tx, name)
        view = integration_view(tx, name)
        _give_up_pushes(tx, workspace, integration)
        _end_runs(tx, workspace, integration)
        _purge(tx, integration)
        write_line(tx, workspace, integration, _words(would))
        tx.delete(schema.INTEGRATIONS, integration.id)
        counts = msgspec.structs.replace(view.counts, owed_pushes=0)
        return msgspec.structs.replace(view, status="inactive", next_sync_at=None, counts=counts)


def _give_up_pushes(tx: Transaction, workspace: Workspace, integration: Integration) -> None:
    for entry in tx.find(schema.OUTBOX, "live", integration.id):
        tx.put(schema.OUTBOX, given_up(entry, CLOSED, workspace.now()))
        if entry.kind == "shipment":
            _by_hand(tx, entry)


def _by_hand(tx: Transaction, entry: OutboxEntry) -> None:
    """Leave a shipment the shop was not told of to the user."""
    mark_shipment(tx, entry.target, entry.shipment or "", "manual", _TELL_IT)


def _end_runs(tx: Transaction, workspace: Workspace, integration: Integration) -> None:
    for status in ("queued", "interrupted"):
        for run in tx.find(schema.RUNS, "status", status):
            if run.integration == integration.id:
                ended = run.but(status="skipped", reason=CLOSED, finished_at=workspace.now())
                tx.put(schema.RUNS, ended)


def _purge(tx: Transaction, integration: Integration) -> None:
    """Remove what the shop's listings say, wherever it is; orders keep what was sold."""
    listings = tx.find(schema.LISTINGS, "integration", integration.id)
    paused = {listing.id for listing in listings if listing.paused_by_us}
    for link in tx.find(schema.LINKS, "integration", integration.id):
        _close(tx, link, paused_by_us=link.listing in paused)
    for listing in listings:
        tx.delete(schema.LISTINGS, listing.id)
    for run in tx.find(schema.RUNS, "integration", integration.id):
        if run.module in _TITLED:
            for page in tx.find(schema.RECORDS, "run", run.id):
                tx.put(schema.RECORDS, _untitled(page))
        for former in tx.find(schema.FORMERS, "run", run.id):
            tx.delete(schema.FORMERS, former.id)
    for failure in tx.find(schema.FAILURES, "integration", integration.id):
        tx.delete(schema.FAILURES, failure.id)
    _forget_plans(tx, lambda change: change.integration == integration.id)
    for module in ("items", "orders"):
        tx.delete(schema.CURSORS, f"{integration.id}/{module}")


def _close(tx: Transaction, link: Link, *, paused_by_us: bool) -> None:
    if link.item is None and link.state != "ignored" and not link.never:
        tx.delete(schema.LINKS, link.id)
        return
    closed = link.but(
        state="ignored" if link.state == "ignored" else "closed",
        confirmed=None,
        confirmed_at=None,
        shortfall=None,
        candidates=(),
        reason=CLOSED,
        paused_by_us=paused_by_us,
    )
    tx.put(schema.LINKS, closed)


def _untitled(page: RecordPage) -> RecordPage:
    records = (msgspec.structs.replace(each, title="") for each in page.records)
    return page.but(records=tuple(records))


def _forget_plans(tx: Transaction, of_shop: Callable[[PlannedChange], bool]) -> None:
    for plan in list(tx.all(schema.PLANS)):
        if any(map(of_shop, plan.changes)):
            kept = tuple(change for change in plan.changes if not of_shop(change))
            tx.put(schema.PLANS, plan.but(changes=kept))


def _words(was: Disconnection) -> str:
    """Return what the history tells of it."""
    return (
        f"Disconnected {was.shop_name} ({was.name}): sign-in removed, content of"
        f" {was.listings} listings removed, {was.links} links closed,"
        f" {was.pushes + was.shipments} owed pushes given up."
    )
