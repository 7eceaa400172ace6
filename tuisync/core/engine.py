"""The engine: one per data directory, the holder of its lease.

Whoever holds the lease carries out queued runs, starts the cycles that are due and drains the
outbox; everyone else asks through the store. Integrations are worked on in parallel.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from tuisync.core.actions.retention import forget_old_history
from tuisync.core.errors import EngineBusy, StoreError
from tuisync.core.models import Integration
from tuisync.core.shop import Shops
from tuisync.core.store import schema
from tuisync.core.store.port import Lease, Store
from tuisync.core.sync.cycles import queue_cycle
from tuisync.core.sync.drain import owes_now
from tuisync.core.sync.recovery import recover
from tuisync.core.sync.schedule import is_due, renewal_is_due
from tuisync.core.sync.work import Sleep, Work, next_run
from tuisync.core.views.status import ENGINE, engine_view
from tuisync.core.workspace import Workspace

DAEMON = "daemon"
"""Name of the lease a daemon holds as long as it lives; a TUI makes way for it."""

_log = logging.getLogger(__name__)
_TICK = 0.2
_BEAT = 5.0
_GRACE = 5.0
"""Seconds a drain has to end by itself when the engine is to stop."""
_FORGETS_EVERY = timedelta(days=1)
_FORGETS_AT_ONCE = 5
"""Runs whose old records are dropped at one tick, so that none takes long."""


class _Job(NamedTuple):
    """What is being done for one integration."""

    work: Work
    task: asyncio.Task[None]


@dataclass
class Engine:
    """Does the work of one data directory while it holds the lease.

    Attributes:
        workspace: The data directory.
        shops: Opens connections to the shops.
        holder: Who we are: `daemon`, `tui` or `cli`.
        schedules: Start cycles when they are due.
        drains: Send what is owed.
        sleep: How to wait; tests put a clock behind it.
    """

    workspace: Workspace
    shops: Shops
    holder: str
    schedules: bool = True
    drains: bool = True
    sleep: Sleep = asyncio.sleep
    _working: dict[str, _Job] = field(default_factory=dict, init=False)
    _fault: BaseException | None = field(default=None, init=False)
    _forgot_at: datetime | None = field(default=None, init=False)

    async def serve(self, stop: asyncio.Event) -> None:
        """Take the lease whenever it is free, and work, until told to stop.

        Raises:
            StoreError: The data directory cannot be used any more.
        """
        while not stop.is_set():
            lease = self._take_lease()
            if lease is None:
                await _pause(stop, 1.0)
                continue
            try:
                recover(self.workspace)
                await self._hold(lease, stop)
            finally:
                await self._let_go(lease)

    async def run_until(
        self,
        done: Callable[[], bool],
        *,
        timeout: float,  # noqa: ASYNC109  # it bounds the waiting, not the work
    ) -> None:
        """Work, or wait for another engine to, until `done` says so.

        A drain that is under way is let finish: its last look at the orders belongs to it.

        Args:
            done: Tells from the store whether what was asked for has been done.
            timeout: Seconds to wait for the lease, or for another engine to begin.

        Raises:
            EngineBusy: Nobody took the work in time.
            StoreError: The data directory cannot be used any more.
        """
        stop = asyncio.Event()
        serving = asyncio.create_task(self.serve(stop))
        store = self.workspace.store
        waited, seen = 0.0, store.version
        try:
            while not done() or self._sending():
                if serving.done():
                    await serving
                await asyncio.sleep(0.05)
                store.refresh()
                moved, seen = seen != store.version, store.version
                waited = 0.0 if self._busy(moved=moved) else waited + 0.05
                if waited > timeout:
                    raise EngineBusy("The engine did not take this up in time.", hint=_who(store))
        finally:
            stop.set()
            await serving

    @property
    def at_rest(self) -> bool:
        """Nothing is being done, and old history has been let go of today."""
        busy = any(not job.task.done() for job in self._working.values())
        return not busy and self._has_forgotten()

    def stop_sending(self) -> None:
        """Send nothing more: what is being sent is the last, what else is owed stays so."""
        self.drains = False
        self._end_drains()

    def _end_drains(self) -> None:
        for job in self._working.values():
            job.work.drains = False

    def _sending(self) -> list[asyncio.Task[None]]:
        """Return the tasks that are in the middle of a drain."""
        jobs = self._working.values()
        return [job.task for job in jobs if job.work.draining and not job.task.done()]

    def _busy(self, *, moved: bool) -> bool:
        """Whether somebody works: we do, or another engine that answers.

        Args:
            moved: Something was committed since the last look.
        """
        if self._working:
            return True
        store = self.workspace.store
        if not engine_view(store, self.workspace.now()).answering:
            return False
        return moved or store.count(schema.RUNS, "status", "running") > 0

    def _take_lease(self) -> Lease | None:
        store = self.workspace.store
        if self.holder != DAEMON and self._daemon_waits():
            return None
        return store.lease(ENGINE, self.holder)

    def _daemon_waits(self) -> bool:
        return self.holder == "tui" and self.workspace.store.holder(DAEMON) is not None

    async def _hold(self, lease: Lease, stop: asyncio.Event) -> None:
        since_beat = 0.0
        while not stop.is_set():
            self.workspace.store.refresh()
            for job in self._working.values():
                job.work.heed()
            if not self._daemon_waits():
                self.tick()
            elif not self._sweep():
                return
            if self._fault is not None:
                fault, self._fault = self._fault, None
                raise fault
            await _pause(stop, _TICK)
            since_beat += _TICK
            if since_beat >= _BEAT:
                lease.beat()
                since_beat = 0.0

    def _sweep(self) -> bool:
        """Let go of the jobs that are done; True while there are others."""
        self._working = {key: job for key, job in self._working.items() if not job.task.done()}
        return bool(self._working)

    def tick(self) -> None:
        """Start what is to be done now and is not being done yet."""
        self._sweep()
        for integration in list(self.workspace.store.all(schema.INTEGRATIONS)):
            if integration.id in self._working:
                continue
            if self.schedules and is_due(integration, self.workspace.now()):
                queue_cycle(self.workspace, integration)
            if self._has_work(integration):
                work = Work(
                    self.shops,
                    self.workspace,
                    drains=self.drains,
                    sleep=self.sleep,
                    makes_way=self._daemon_waits,
                )
                task = asyncio.create_task(self._carry_out(work, integration.id))
                self._working[integration.id] = _Job(work, task)
        self._forget()

    def _forget(self) -> None:
        """Let go of old history, once a day and a little at a time."""
        if self._has_forgotten():
            return
        now = self.workspace.now()
        if forget_old_history(self.workspace, most=_FORGETS_AT_ONCE) < _FORGETS_AT_ONCE:
            self._forgot_at = now

    def _has_forgotten(self) -> bool:
        # A clock that was set back must not keep history for ever.
        now, last = self.workspace.now(), self._forgot_at
        return last is not None and abs(now - last) < _FORGETS_EVERY

    def _has_work(self, integration: Integration) -> bool:
        if next_run(self.workspace.store, integration.id) is not None:
            return True
        if self.schedules and renewal_is_due(integration, self.workspace.now()):
            return True
        return self.drains and owes_now(self.workspace, integration)

    async def _carry_out(self, work: Work, integration_id: str) -> None:
        try:
            await work.do(integration_id)
        except StoreError as error:
            self._fault = error
        except Exception:  # noqa: BLE001  # one integration's fault leaves the others working
            _log.exception("The work for %s ended by a fault.", integration_id)

    async def _let_go(self, lease: Lease) -> None:
        """Give the lease back with nothing left in flight or running."""
        self._end_drains()
        sending = self._sending()
        if sending:
            await asyncio.wait(sending, timeout=_GRACE)
        tasks = [job.task for job in self._working.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._working = {}
        with suppress(StoreError):  # whoever comes next does it again
            recover(self.workspace)
        lease.release()


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait, but not past the stop."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return


def _who(store: Store) -> str:
    holder = store.holder(ENGINE)
    if holder is None:
        return "Try again."
    return f"The engine is held by `{holder.name}`, process {holder.pid}."
