"""What the engine does for one integration: its queued runs, then its outbox."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tuisync.core.errors import (
    AuthorizationRequired,
    RateLimited,
    StoreError,
    TransientError,
    TuisyncError,
)
from tuisync.core.inbox.failures import Failures, fault_of
from tuisync.core.models import InboxClass, Integration, SyncRun
from tuisync.core.shop import Shop, Shops
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.sync.backoff import asked_wait
from tuisync.core.sync.drain import Drain, owes_now
from tuisync.core.sync.entries import EntryBook, due_entries
from tuisync.core.sync.lines import fall_asleep, line, renew
from tuisync.core.sync.pull import pull
from tuisync.core.sync.runs import RunBook
from tuisync.core.sync.schedule import renewal_is_due
from tuisync.core.workspace import Workspace

Sleep = Callable[[float], Awaitable[None]]

_TRIES = 4
_LONGEST_WAIT = 60.0
"""Seconds; a shop that asks for more ends the run, and the next cycle tries again."""


@dataclass
class Work:
    """One integration's work, run to the end.

    Attributes:
        draining: It is sending what is owed just now.
    """

    shops: Shops
    workspace: Workspace
    drains: bool = True
    sleep: Sleep = asyncio.sleep
    draining: bool = field(default=False, init=False)

    async def do(self, integration_id: str) -> None:
        """Carry out the integration's queued runs in order, then send what it owes."""
        while (run := next_run(self.workspace.store, integration_id)) is not None:
            await self._carry_out(run)
        integration = self.workspace.store.get(schema.INTEGRATIONS, integration_id)
        if integration is not None and renewal_is_due(integration, self.workspace.now()):
            await renew(self.shops, self.workspace, integration)
        if integration is not None and self.drains and owes_now(self.workspace, integration):
            self.draining = True
            try:
                await self._drain(integration)
            finally:
                self.draining = False

    async def _carry_out(self, run: SyncRun) -> None:
        book = RunBook(self.workspace, run)
        integration = self.workspace.store.get(schema.INTEGRATIONS, run.integration)
        if integration is None or integration.status != "active":
            book.finish("skipped", "The integration is not active.")
            return
        book.start()
        try:
            async with line(self.shops, self.workspace, integration) as shop:
                await self._pull(shop, integration, book)
        except AuthorizationRequired as error:
            book.fail(error.message, fault_of(error))
            fall_asleep(self.shops, self.workspace, integration, error)
        except StoreError:
            raise
        except TuisyncError as error:
            book.fail(error.message, fault_of(error))
        except Exception as error:
            reason = f"An unexpected fault ({type(error).__name__}) in tuisync itself."
            book.fail(reason, fault_of(error))
            raise
        else:
            book.finish()
            self._synced(integration)

    async def _pull(self, shop: Shop, integration: Integration, book: RunBook) -> None:
        """Pull, going on from the last stored page after a passing fault."""
        for attempt in range(1, _TRIES + 1):
            try:
                await pull(shop, self.workspace, integration, book)
            except TransientError as error:
                asked = (
                    asked_wait(error).total_seconds() if isinstance(error, RateLimited) else None
                )
                wait = 2.0**attempt if asked is None else asked
                if attempt == _TRIES or wait > _LONGEST_WAIT:
                    raise
                await self.sleep(wait)
            else:
                return

    async def _drain(self, integration: Integration) -> None:
        try:
            async with line(self.shops, self.workspace, integration) as shop:
                await Drain(shop, self.workspace, integration).run()
        except AuthorizationRequired as error:
            fall_asleep(self.shops, self.workspace, integration, error)
        except StoreError:
            raise
        except TuisyncError as error:
            self._postpone(integration, error, fault_of(error))
        except Exception as error:
            reason = f"An unexpected fault ({type(error).__name__}) in tuisync itself."
            self._postpone(integration, TransientError(reason), fault_of(error))
            raise

    def _postpone(
        self, integration: Integration, error: TuisyncError, fault: InboxClass | None
    ) -> None:
        """Put off what is owed after a drain that could not even read the orders."""
        with self.workspace.store.transaction() as tx:
            failures = Failures(tx, self.workspace.now())
            failures.sending_failed(integration.id, fault, error.message)
        book = EntryBook(self.workspace)
        for entry in due_entries(self.workspace.store, integration.id, self.workspace.now()):
            book.put_off(entry, error)

    def _synced(self, integration: Integration) -> None:
        with self.workspace.store.transaction() as tx:
            current = tx.get(schema.INTEGRATIONS, integration.id)
            if current is not None:
                tx.put(schema.INTEGRATIONS, current.but(last_sync_at=self.workspace.now()))


def next_run(reader: Reader, integration_id: str) -> SyncRun | None:
    """Return the oldest run of an integration that is queued or was interrupted."""
    waiting = [
        run
        for status in ("interrupted", "queued")
        for run in reader.find(schema.RUNS, "status", status)
        if run.integration == integration_id
    ]
    return min(waiting, key=lambda each: each.id, default=None)
