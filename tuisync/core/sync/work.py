"""What the engine does for one integration: its queued runs, then its outbox."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from tuisync.core.errors import (
    AuthorizationRequired,
    RateLimited,
    StoreError,
    TransientError,
    TuisyncError,
)
from tuisync.core.inbox.failures import fault_of
from tuisync.core.models import Integration, OutboxEntry, SyncRun
from tuisync.core.shop import Shop, Shops
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.sync.backoff import asked_wait
from tuisync.core.sync.drain import owes_now
from tuisync.core.sync.entries import due_entries
from tuisync.core.sync.lines import fall_asleep, line, renew
from tuisync.core.sync.pull import pull
from tuisync.core.sync.runs import RunBook
from tuisync.core.sync.schedule import missed_after, renewal_is_due
from tuisync.core.sync.sender import Sender
from tuisync.core.sync.stoppable import StoppablePull, Stopped
from tuisync.core.sync.thrift import Purpose, not_now
from tuisync.core.workspace import Workspace

Sleep = Callable[[float], Awaitable[None]]

_TRIES = 4
_FIRST_WAIT = 2.0
"""Seconds before the second try; each further wait is twice as long."""

_LONGEST_WAIT = 60.0
"""Seconds; a shop that asks for more ends the run, and the next cycle tries again."""


@dataclass
class Work:
    """One integration's work, run to the end.

    Attributes:
        drains: It sends what is owed; once it does not any more, it ends between two listings.
        draining: It is sending what is owed just now; that is never broken off.
        makes_way: Tells whether to end at the next page, so that somebody else can go on.
    """

    shops: Shops
    workspace: Workspace
    drains: bool = True
    sleep: Sleep = asyncio.sleep
    makes_way: Callable[[], bool] = lambda: False
    draining: bool = field(default=False, init=False)
    _worn: bool = field(default=False, init=False)
    _pulling: StoppablePull | None = field(default=None, init=False)

    async def do(self, integration_id: str) -> None:
        """Carry out the integration's queued runs in order, then send what it owes."""
        while (run := next_run(self.workspace.store, integration_id)) is not None:
            await self._carry_out(run)
            if self.makes_way():
                return
        integration = self.workspace.store.get(schema.INTEGRATIONS, integration_id)
        if integration is not None and renewal_is_due(integration, self.workspace.now()):
            await renew(self.shops, self.workspace, integration)
        if integration is not None and self.drains and owes_now(self.workspace, integration):
            with self._sending(integration) as sender:
                await sender.carry_out()

    def heed(self) -> None:
        """Break the pull at hand off if its user has cancelled it; called again and again.

        What it reads or waits for is given up at once. What is being sent is let finish: the
        pull ends before its next page then.
        """
        pulling = self._pulling
        if pulling and not (pulling.stopped or self.draining) and self._is_cancelled(pulling.run):
            pulling.stop()

    def _is_cancelled(self, run_id: str) -> bool:
        run = self.workspace.store.get(schema.RUNS, run_id)
        return run is not None and run.cancelled_at is not None

    @contextmanager
    def _sending(self, integration: Integration) -> Iterator[Sender]:
        """Let everybody see that what is owed is being sent, for the length of the block."""
        self.draining = True
        try:
            yield Sender(self.shops, self.workspace, integration, lambda: self.drains)
        finally:
            self.draining = False

    async def _carry_out(self, run: SyncRun) -> None:
        book = RunBook(self.workspace, run)
        integration = self.workspace.store.get(schema.INTEGRATIONS, run.integration)
        if integration is None or integration.status != "active":
            book.finish("skipped", "The shop is switched off or needs a sign-in.")
            return
        if kept_back := self._kept_back(integration, run):
            book.finish("skipped", kept_back)
            self._note_missed(run, None)
            return
        if book.start():
            await self._read(integration, book)

    async def _read(self, integration: Integration, book: RunBook) -> None:
        """Pull over a line of its own, and keep how that ended."""
        try:
            async with line(self.shops, self.workspace, integration) as shop:
                await self._stoppable(self._pull(shop, integration, book), book.run.id)
        except _MadeWay:
            book.interrupt()
        except Stopped:
            book.stop()
        except AuthorizationRequired as error:
            book.fail(error.message, fault_of(error))
            fall_asleep(self.shops, self.workspace, integration, error)
        except StoreError:
            raise
        except TuisyncError as error:
            book.fail(error.message, fault_of(error))
            self._note_missed(book.run, error)
        except Exception as error:
            reason = f"An unexpected fault ({type(error).__name__}) in tuisync itself."
            book.fail(reason, fault_of(error))
            self._note_missed(book.run, error)
            raise
        else:
            book.finish()
            self._synced(integration, book.run)

    async def _stoppable(self, pull_: Coroutine[None, None, None], run_id: str) -> None:
        """Pull until the end, or until the user has cancelled that."""
        self._pulling = StoppablePull(run_id, pull_)
        try:
            await self._pulling.end()
        finally:
            self._pulling = None

    def _kept_back(self, integration: Integration, run: SyncRun) -> str:
        """Return in words why a cycle's run is left out: the day's calls are short."""
        if run.trigger != "scheduled":
            return ""
        purpose: Purpose = "items" if run.module == "items" else "orders"
        refused = not_now(purpose, integration, self.workspace.now())
        return refused.reason if refused else ""

    async def _pull(self, shop: Shop, integration: Integration, book: RunBook) -> None:
        """Pull, going on from the last stored page after a passing fault.

        A shop that was not reached in all tries is tried once only for the runs that follow.
        """

        async def between() -> None:
            await self._between_pages(shop, integration, book)

        self._check_not_cancelled(book.run)
        tries = 1 if self._worn else _TRIES
        for attempt in range(1, tries + 1):
            try:
                await pull(shop, self.workspace, integration, book, between)
            except TransientError as error:
                wait = _wait_after(error, attempt)
                self._worn = attempt == tries
                if self._worn or wait > _LONGEST_WAIT:
                    raise
                self._check_wanted(book.run)
                book.wait(error.message, self.workspace.now() + timedelta(seconds=wait))
                await self.sleep(wait)
            else:
                self._worn = False
                return

    async def _between_pages(self, shop: Shop, integration: Integration, book: RunBook) -> None:
        """Stop, make way for another engine, or send what is owed before the next page is read."""
        self._check_wanted(book.run)
        if not (self.drains and self._may_send(book.run)):
            return
        before = shop.requests
        with self._sending(integration) as sender:
            await sender.over(shop)
        book.requests_seen += shop.requests - before
        self._check_wanted(book.run)

    def _check_not_cancelled(self, run: SyncRun) -> None:
        self.workspace.store.refresh()  # whoever cancels it may be another process
        if self._is_cancelled(run.id):
            raise Stopped

    def _check_wanted(self, run: SyncRun) -> None:
        self._check_not_cancelled(run)
        if self.makes_way():
            raise _MadeWay

    def _may_send(self, run: SyncRun) -> bool:
        """Tell whether something is owed that is not to wait until this pull has ended.

        That is a sale's or a shipment's news, and what was owed before the pull. Sending begins
        by reading the new orders, so it waits for a pull that does just that, and for the first
        one.
        """
        if run.module == "orders" and not (run.only or run.period):
            return False
        store = self.workspace.store
        current = store.get(schema.INTEGRATIONS, run.integration)
        if current is None or store.get(schema.CURSORS, f"{run.integration}/orders") is None:
            return False
        if not owes_now(self.workspace, current):
            return False
        due = due_entries(store, current.id, self.workspace.now())
        return any(_is_urgent(entry, run) for entry in due)

    def _synced(self, integration: Integration, run: SyncRun) -> None:
        with self.workspace.store.transaction() as tx:
            current = tx.get(schema.INTEGRATIONS, integration.id)
            if current is not None:
                synced = current.but(last_sync_at=self.workspace.now())
                tx.put(schema.INTEGRATIONS, synced.but(missed=missed_after(synced, run, None)))

    def _note_missed(self, run: SyncRun, error: Exception | None) -> None:
        with self.workspace.store.transaction() as tx:
            current = tx.get(schema.INTEGRATIONS, run.integration)
            if current is not None:
                noted = current.but(missed=missed_after(current, run, error))
                tx.put(schema.INTEGRATIONS, noted)


def _is_urgent(entry: OutboxEntry, run: SyncRun) -> bool:
    """Tell whether a push goes before the next page of a run."""
    began = run.resumed_at
    return entry.sale or entry.kind == "shipment" or began is None or entry.updated_at < began


class _MadeWay(Exception):
    """The pull ended between two pages because somebody else wants to go on."""


def _wait_after(error: TransientError, attempt: int) -> float:
    """Return the seconds before the next try: as many as the shop asks for, else more each time."""
    if isinstance(error, RateLimited):
        return asked_wait(error).total_seconds()
    return _FIRST_WAIT * 2.0 ** (attempt - 1)


def next_run(reader: Reader, integration_id: str) -> SyncRun | None:
    """Return the oldest run of an integration that is queued or was interrupted."""
    waiting = [
        run
        for status in ("interrupted", "queued")
        for run in reader.find(schema.RUNS, "status", status)
        if run.integration == integration_id
    ]
    return min(waiting, key=lambda each: each.id, default=None)
