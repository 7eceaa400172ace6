"""Draining one integration's outbox: orders first, then what is owed, then orders once more.

The shop's own new sales must be known before a number is written, and a sale made between our
read and our write is found by the pull that ends the drain and put right in the same drain.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tuisync.core.errors import AuthorizationRequired, RateLimited, StoreError, TuisyncError
from tuisync.core.inbox.failures import fault_of
from tuisync.core.models import Integration, OutboxEntry, SyncRun
from tuisync.core.outcome import Taken
from tuisync.core.shop import Shop
from tuisync.core.store import schema
from tuisync.core.sync.entries import EntryBook, due_entries, is_due
from tuisync.core.sync.pull import pull
from tuisync.core.sync.push_log import PushLog
from tuisync.core.sync.push_shipments import ParcelPush
from tuisync.core.sync.push_stock import LookAgain, StockPush
from tuisync.core.sync.runs import RunBook
from tuisync.core.sync.thrift import not_now, purpose_of
from tuisync.core.workspace import Workspace

_log = logging.getLogger(__name__)
_FAULT = "An unexpected fault in tuisync itself; the shop is read before it is sent again."
_ROUNDS = 5
"""Rounds of one drain; what is still owed then waits for the next one."""


@dataclass
class Drain:
    """Empties one integration's outbox as far as it will go.

    Attributes:
        goes_on: Tells whether to send another; when not, it ends between two listings, with the
            look at the orders that belongs to what it has sent.
    """

    shop: Shop
    workspace: Workspace
    integration: Integration
    goes_on: Callable[[], bool] = lambda: True

    async def run(self) -> None:
        """Send everything that is due.

        Raises:
            AuthorizationRequired: The integration needs a sign-in.
            MarketplaceError: The orders could not be pulled, so nothing is sent.
        """
        batch = self.workspace.new_id()
        numbers = PushLog(self.workspace, self.integration, "stock", batch)
        told = PushLog(self.workspace, self.integration, "shipments", batch)
        stock = StockPush(self.shop, self.workspace, self.integration, numbers)
        parcels = ParcelPush(self.shop, self.workspace, self.integration, told)
        self._keep_back()
        for _ in range(_ROUNDS):
            if not self._due() or not self.goes_on():
                break
            await self._pull_orders(batch)
            await self._round(self._due(), stock, parcels)
        if not (numbers.is_empty and told.is_empty):
            await self._pull_orders(batch)
            await self._round(self._due(), stock, parcels)

    def _due(self) -> list[OutboxEntry]:
        return due_entries(self.workspace.store, self.integration.id, self.workspace.now())

    def _keep_back(self) -> None:
        """Put off what the day's calls do not suffice for: they are kept for what is urgent."""
        book, now = EntryBook(self.workspace), self.workspace.now()
        for entry in self._due():
            refused = not_now(purpose_of(entry), self._current(), now)
            if refused:
                wait = (refused.until - now).total_seconds()
                book.put_off(entry, RateLimited(refused.reason, retry_after=wait))

    async def _round(
        self, entries: Sequence[OutboxEntry], stock: StockPush, parcels: ParcelPush
    ) -> None:
        book = EntryBook(self.workspace)
        for due in entries:
            entry = book.current(due)
            if not (self.goes_on() or stock.log.tells_of(entry.target)):
                continue  # but what was sent in this drain is put right: a sale came between
            if not self._active() or not is_due(entry, self.workspace.now()):
                continue  # the user was faster
            pusher = parcels if entry.kind == "shipment" else stock
            try:
                await pusher.send(entry)
            except LookAgain:
                continue
            except (AuthorizationRequired, StoreError):
                raise
            except TuisyncError as error:
                if self._put_off(book.current(entry), error):
                    pusher.note_failed(
                        entry, Taken("failed", error.message, None, fault=fault_of(error))
                    )
            except Exception as error:  # noqa: BLE001  # one entry's fault leaves the others owed
                _log.exception("Sending %s ended by a fault.", entry.id)
                book.lost(entry, _FAULT)
                pusher.note_failed(entry, Taken("failed", _FAULT, None, fault=fault_of(error)))

    def _active(self) -> bool:
        return self._current().status == "active"

    def _current(self) -> Integration:
        found = self.workspace.store.get(schema.INTEGRATIONS, self.integration.id)
        return found or self.integration.but(status="inactive")

    def _put_off(self, entry: OutboxEntry, error: TuisyncError) -> bool:
        """Put an entry off that failed before it was sent; a send does that itself."""
        if not is_due(entry, self.workspace.now()):
            return False
        EntryBook(self.workspace).put_off(entry, error)
        return True

    async def _pull_orders(self, batch: str) -> None:
        """Pull new orders; a pull that brought nothing new leaves no line in the history."""
        now = self.workspace.now()
        run = SyncRun(
            id=self.workspace.new_id(),
            batch=batch,
            integration=self.integration.id,
            module="orders",
            trigger="push",
            queued_at=now,
            status="running",
            started_at=now,
        )
        book = RunBook(self.workspace, run)
        book.requests_seen = self.shop.requests
        try:
            await pull(self.shop, self.workspace, self.integration, book)
        except TuisyncError as error:
            book.fail(error.message, fault_of(error))
            raise
        if book.news:
            book.finish()
        else:
            book.drop()


def owes_now(workspace: Workspace, integration: Integration) -> bool:
    """Return whether something could be sent for an active integration now."""
    if integration.status != "active" or not workspace.store.count(
        schema.OUTBOX, "live", integration.id
    ):
        return False
    return bool(due_entries(workspace.store, integration.id, workspace.now()))
