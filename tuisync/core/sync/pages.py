"""Storing one page of a pull: whole, in one transaction, and no record hurts another."""

from __future__ import annotations

from typing import Any, NoReturn, Protocol, TypeVar

from tuisync.core.errors import StoreError, TuisyncError
from tuisync.core.outcome import Taken
from tuisync.core.remote import ItemsPage, OrdersPage, RemoteListing, RemoteOrder, Unreadable
from tuisync.core.store.port import Transaction
from tuisync.core.sync.runs import Row, RunBook
from tuisync.core.workspace import Workspace

P = TypeVar("P", ItemsPage, OrdersPage)
P_contra = TypeVar("P_contra", ItemsPage, OrdersPage, contravariant=True)
Record = RemoteListing | RemoteOrder


class Importer(Protocol[P_contra]):
    """Takes one kind of records into the store."""

    def take(self, tx: Transaction, remote: Any, page: P_contra, /) -> Taken:
        """Import a record of the page."""
        ...

    def gone(self, tx: Transaction, remote_id: str, /) -> Taken:
        """Note that the shop does not know a record any more."""
        ...


class _RecordFailed(Exception):  # it never leaves this module
    """One record of a page cannot be taken; the others can."""

    def __init__(self, remote_id: str, reason: str) -> None:
        super().__init__(reason)
        self.remote_id = remote_id
        self.reason = reason


class _TakenBack(Exception):
    """A record could be taken; the trial ends here."""


def store_page(
    workspace: Workspace, book: RunBook, page: P, importer: Importer[P], *, requests: int
) -> None:
    """Store a page whole; a record that cannot be taken fails alone, the rest is stored.

    Args:
        workspace: Where.
        book: The run's.
        page: The page.
        importer: Takes its records.
        requests: Calls made on the run's connection so far.
    """
    failed: dict[str, str] = {}
    before = book.run
    while True:
        try:
            with workspace.store.transaction() as tx:
                book.add_page(
                    tx,
                    _rows(tx, page, importer, failed),
                    cursor=page.cursor,
                    expected=page.expected,
                    served_at=page.served_at,
                    requests=requests - book.requests_seen,
                )
        except _RecordFailed as failure:
            failed[failure.remote_id] = failure.reason
            failed |= _failing(workspace, page, importer)
            book.run = before
        else:
            book.requests_seen = requests
            return


def _rows(tx: Transaction, page: P, importer: Importer[P], failed: dict[str, str]) -> list[Row]:
    rows = []
    for record in page.records:
        if isinstance(record, Unreadable):
            taken = Taken("failed", record.reason, None)
        elif record.remote_id in failed:
            taken = Taken("failed", failed[record.remote_id], None)
        else:
            taken = _take(tx, record, page, importer)
        rows.append(Row(record.remote_id, _title(record), taken))
    return rows + [Row(each, "", importer.gone(tx, each)) for each in page.gone]


def _failing(workspace: Workspace, page: P, importer: Importer[P]) -> dict[str, str]:
    """Try every record alone and take it back: all that fail are found in one pass."""
    faults = {
        record.remote_id: _fault_of(workspace, record, page, importer)
        for record in page.records
        if not isinstance(record, Unreadable)
    }
    return {id_: reason for id_, reason in faults.items() if reason is not None}


def _fault_of(workspace: Workspace, record: Record, page: P, importer: Importer[P]) -> str | None:
    try:
        with workspace.store.transaction() as tx:
            _take(tx, record, page, importer)
            _take_back()
    except _TakenBack:
        return None
    except _RecordFailed as failure:
        return failure.reason


def _take_back() -> NoReturn:
    raise _TakenBack


def _take(tx: Transaction, record: Record, page: P, importer: Importer[P]) -> Taken:
    try:
        return importer.take(tx, record, page)
    except StoreError:
        raise
    except TuisyncError as error:
        raise _RecordFailed(record.remote_id, error.message) from error
    except Exception as error:
        reason = f"An unexpected fault ({type(error).__name__}) in tuisync itself."
        raise _RecordFailed(record.remote_id, reason) from error


def _title(record: Record | Unreadable) -> str:
    if isinstance(record, RemoteOrder):
        return f"Order {record.number}" + (f", {record.buyer.name}" if record.buyer.name else "")
    return record.title
