"""Pulling items and orders: page by page, each page with its records in one transaction."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import NoReturn, TypeVar

from tuisync.core import lookup
from tuisync.core.errors import PermanentError, StoreError, TuisyncError
from tuisync.core.linking.listings import ListingImport
from tuisync.core.models import Cursor, Integration, SyncRun
from tuisync.core.orders.importing import OrderImport
from tuisync.core.outcome import Taken
from tuisync.core.remote import (
    FetchRequest,
    ItemsPage,
    OrdersPage,
    RemoteListing,
    RemoteOrder,
    Unreadable,
)
from tuisync.core.shop import Shop
from tuisync.core.store import schema
from tuisync.core.store.port import Reader, Transaction
from tuisync.core.sync.runs import Row, RunBook
from tuisync.core.workspace import Workspace

R = TypeVar("R", RemoteListing, RemoteOrder)
Take = Callable[[Transaction, R], Taken]
Gone = Callable[[Transaction, str], Taken]


class _RecordFailed(Exception):  # it never leaves this module
    """One record of a page cannot be taken; the others can."""

    def __init__(self, remote_id: str, reason: str) -> None:
        super().__init__(reason)
        self.remote_id = remote_id
        self.reason = reason


class _TakenBack(Exception):
    """A record could be taken; the trial ends here."""


async def pull(shop: Shop, workspace: Workspace, integration: Integration, book: RunBook) -> None:
    """Carry out a run of the module `items` or `orders`, from where it stands.

    Raises:
        MarketplaceError: The shop or the plug-in failed; what was stored stays stored.
    """
    request = _request(workspace.store, integration, book.run)
    if book.run.module == "items":
        await _pull_items(shop, workspace, integration, book, request)
    else:
        await _pull_orders(shop, workspace, integration, book, request)
    _note_unanswered(workspace, book)
    _store_cursor(workspace, integration, book.run)


def _request(reader: Reader, integration: Integration, run: SyncRun) -> FetchRequest:
    if run.only:
        return FetchRequest(ids=_unanswered(reader, run) or run.only)
    if run.period:
        return FetchRequest(period=run.period, cursor=run.cursor)
    if run.module == "items":
        return FetchRequest(cursor=run.cursor)
    known = reader.get(schema.CURSORS, f"{integration.id}/orders")
    return FetchRequest(
        cursor=run.cursor or (known.position if known else None),
        open_ids=tuple(o.remote_id for o in reader.find(schema.ORDERS, "open", integration.id)),
    )


async def _pull_items(
    shop: Shop,
    workspace: Workspace,
    integration: Integration,
    book: RunBook,
    request: FetchRequest,
) -> None:
    def gone(tx: Transaction, remote_id: str) -> Taken:
        return ListingImport(tx, workspace, integration).gone(remote_id)

    async for page in _pages(shop.handle.fetch_items(shop.session, request)):

        def take(tx: Transaction, remote: RemoteListing, page: ItemsPage = page) -> Taken:
            return ListingImport(tx, workspace, integration).take(remote, page.served_at)

        _store_page(shop, workspace, book, page, take=take, gone=gone)
        _check_still_on(workspace, integration)


async def _pull_orders(
    shop: Shop,
    workspace: Workspace,
    integration: Integration,
    book: RunBook,
    request: FetchRequest,
) -> None:
    paid = shop.handle.marketplace.capabilities.paid_comment

    def take(tx: Transaction, remote: RemoteOrder) -> Taken:
        current = tx.get(schema.INTEGRATIONS, integration.id) or integration
        warehouse = current.warehouse or lookup.primary_warehouse(tx).id
        organization = lookup.organization(tx)
        return OrderImport(tx, workspace, current, organization, warehouse, paid).take(remote)

    def gone(_tx: Transaction, _remote_id: str) -> Taken:
        return Taken("failed", "The shop does not know it any more.", None)

    async for page in _pages(shop.handle.fetch_orders(shop.session, request)):
        _store_page(shop, workspace, book, page, take=take, gone=gone)
        _check_still_on(workspace, integration)


P = TypeVar("P", ItemsPage, OrdersPage)


async def _pages(pages: AsyncGenerator[P, None]) -> AsyncGenerator[P, None]:
    """Iterate and close the plug-in's generator however the loop is left."""
    async with aclosing(pages) as open_pages:
        async for page in open_pages:
            yield page


def _check_still_on(workspace: Workspace, integration: Integration) -> None:
    """End the pull of an integration that was switched off meanwhile (S39)."""
    current = workspace.store.get(schema.INTEGRATIONS, integration.id)
    if current is None or current.status != "active":
        raise PermanentError("The integration was switched off meanwhile.")


def _store_page(
    shop: Shop,
    workspace: Workspace,
    book: RunBook,
    page: ItemsPage | OrdersPage,
    *,
    take: Take[R],
    gone: Gone,
) -> None:
    """Store a page whole; a record that cannot be taken fails alone, the rest is stored."""
    failed: dict[str, str] = {}
    before = book.run
    while True:
        try:
            with workspace.store.transaction() as tx:
                rows = _rows(tx, page, take, gone, failed)
                book.add_page(
                    tx,
                    rows,
                    cursor=page.cursor,
                    expected=page.expected,
                    served_at=page.served_at,
                    requests=shop.requests - book.requests_seen,
                )
        except _RecordFailed as failure:
            failed[failure.remote_id] = failure.reason
            failed |= _failing(workspace, page, take)
            book.run = before
        else:
            book.requests_seen = shop.requests
            return


def _failing(workspace: Workspace, page: ItemsPage | OrdersPage, take: Take[R]) -> dict[str, str]:
    """Try every record alone and take it back: all that fail are found in one pass."""
    faults = {
        record.remote_id: _fault_of(workspace, record, take)
        for record in page.records
        if not isinstance(record, Unreadable)
    }
    return {id_: reason for id_, reason in faults.items() if reason is not None}


def _fault_of(
    workspace: Workspace, record: RemoteListing | RemoteOrder, take: Take[R]
) -> str | None:
    try:
        with workspace.store.transaction() as tx:
            _take_one(tx, record, take)
            _take_back()
    except _TakenBack:
        return None
    except _RecordFailed as failure:
        return failure.reason


def _take_back() -> NoReturn:
    raise _TakenBack


def _rows(
    tx: Transaction,
    page: ItemsPage | OrdersPage,
    take: Take[R],
    gone: Gone,
    failed: dict[str, str],
) -> list[Row]:
    rows = []
    for record in page.records:
        if isinstance(record, Unreadable):
            taken = Taken("failed", record.reason, None)
        elif record.remote_id in failed:
            taken = Taken("failed", failed[record.remote_id], None)
        else:
            taken = _take_one(tx, record, take)
        rows.append(Row(record.remote_id, _title(record), taken))
    return rows + [Row(each, "", gone(tx, each)) for each in page.gone]


def _take_one(tx: Transaction, record: RemoteListing | RemoteOrder, take: Take[R]) -> Taken:
    try:
        return take(tx, record)  # type: ignore[arg-type]  # a page holds one kind of record
    except StoreError:
        raise
    except TuisyncError as error:
        raise _RecordFailed(record.remote_id, error.message) from error
    except Exception as error:
        reason = f"An unexpected fault ({type(error).__name__}) in tuisync itself."
        raise _RecordFailed(record.remote_id, reason) from error


def _title(record: RemoteListing | RemoteOrder | Unreadable) -> str:
    if isinstance(record, RemoteOrder):
        return f"Order {record.number}" + (f", {record.buyer.name}" if record.buyer.name else "")
    return record.title


def _unanswered(reader: Reader, run: SyncRun) -> tuple[str, ...]:
    """Return the ids a run was to read and has no record of."""
    pages = reader.find(schema.RECORDS, "run", run.id)
    answered = {record.remote_id for page in pages for record in page.records}
    return tuple(each for each in run.only if each not in answered)


def _note_unanswered(workspace: Workspace, book: RunBook) -> None:
    """Let no record that was asked for vanish without a word."""
    silent = Taken("failed", "The shop did not answer for it.", None)
    rows = [Row(each, "", silent) for each in _unanswered(workspace.store, book.run)]
    if rows:
        with workspace.store.transaction() as tx:
            book.add_page(tx, rows, cursor=book.run.cursor)


def _store_cursor(workspace: Workspace, integration: Integration, run: SyncRun) -> None:
    """Move the module's cursor, once a whole normal pull is stored; others leave it be."""
    if run.only or run.period:
        return
    with workspace.store.transaction() as tx:
        id_ = f"{integration.id}/{run.module}"
        known = tx.get(schema.CURSORS, id_) or Cursor(id=id_)
        position = run.cursor if run.cursor is not None else known.position
        tx.put(schema.CURSORS, known.but(position=position, read_from=run.listed_from))
