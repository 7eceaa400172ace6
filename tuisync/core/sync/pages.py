"""Storing one page of a pull: whole, in one transaction, and no record hurts another."""

from __future__ import annotations

from typing import Any, NoReturn, Protocol, TypeVar

from tuisync.core.errors import PermanentError, StoreError, TuisyncError
from tuisync.core.inbox.failures import fault_of
from tuisync.core.outcome import Taken
from tuisync.core.remote import ItemsPage, OrdersPage, RemoteListing, RemoteOrder, Unreadable
from tuisync.core.store import schema
from tuisync.core.store.port import Transaction
from tuisync.core.sync.runs import Row, RunBook
from tuisync.core.sync.vacation import note_vacation
from tuisync.core.undo.watch import Watch
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

    def __init__(self, remote_id: str, reason: str, cause: Exception) -> None:
        super().__init__(reason)
        self.remote_id = remote_id
        self.taken = Taken("failed", reason, None, fault=fault_of(cause))


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
    failed: dict[str, Taken] = {}
    before = book.run
    while True:
        try:
            with workspace.store.transaction() as tx:
                _check_connected(tx, book.run.integration)
                watch = Watch(tx)
                book.add_page(
                    tx,
                    _rows(watch, page, importer, failed),
                    cursor=page.cursor,
                    expected=page.expected,
                    served_at=page.served_at,
                    requests=requests - book.requests_seen,
                )
                book.keep_former(tx, watch)
                note_vacation(tx, book.run.integration, on_vacation=_on_vacation(page))
        except _RecordFailed as failure:
            failed[failure.remote_id] = failure.taken
            failed |= _failing(workspace, page, importer)
            book.run = before
        else:
            book.requests_seen = requests
            return


def _on_vacation(page: ItemsPage | OrdersPage) -> bool | None:
    return page.on_vacation if isinstance(page, ItemsPage) else None


def _check_connected(tx: Transaction, integration: str) -> None:
    """Let nothing come in of a shop that was disconnected while its page was on its way."""
    if tx.get(schema.INTEGRATIONS, integration) is None:
        raise PermanentError("The shop was disconnected meanwhile.")


def _rows(watch: Watch, page: P, importer: Importer[P], failed: dict[str, Taken]) -> list[Row]:
    rows = []
    for record in page.records:
        before = len(watch.made)
        if isinstance(record, Unreadable):
            taken = Taken("failed", record.reason, None)
        elif record.remote_id in failed:
            taken = failed[record.remote_id]
        else:
            taken = _take(watch, record, page, importer)
        made = len(watch.made) > before
        rows.append(Row(record.remote_id, _title(record), taken, made=made))
    return rows + [Row(each, "", importer.gone(watch, each)) for each in page.gone]


def _failing(workspace: Workspace, page: P, importer: Importer[P]) -> dict[str, Taken]:
    """Try every record alone and take it back: all that fail are found in one pass."""
    faults = {
        record.remote_id: _fault_of(workspace, record, page, importer)
        for record in page.records
        if not isinstance(record, Unreadable)
    }
    return {id_: taken for id_, taken in faults.items() if taken is not None}


def _fault_of(workspace: Workspace, record: Record, page: P, importer: Importer[P]) -> Taken | None:
    try:
        with workspace.store.transaction() as tx:
            _take(tx, record, page, importer)
            _take_back()
    except _TakenBack:
        return None
    except _RecordFailed as failure:
        return failure.taken


def _take_back() -> NoReturn:
    raise _TakenBack


def _take(tx: Transaction, record: Record, page: P, importer: Importer[P]) -> Taken:
    try:
        return importer.take(tx, record, page)
    except StoreError:
        raise
    except TuisyncError as error:
        raise _RecordFailed(record.remote_id, error.message, error) from error
    except Exception as error:
        reason = f"An unexpected fault ({type(error).__name__}) in tuisync itself."
        raise _RecordFailed(record.remote_id, reason, error) from error


def _title(record: Record | Unreadable) -> str:
    if isinstance(record, RemoteOrder):
        return f"Order {record.number}" + (f", {record.buyer.name}" if record.buyer.name else "")
    return record.title
