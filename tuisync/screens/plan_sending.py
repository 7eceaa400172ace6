"""Sending what was applied of the plan: how far it has come, and what became of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tuisync.core.actions.plan_cancels import has_begun
from tuisync.core.actions.plans import plan_of
from tuisync.core.applying import apply_plan
from tuisync.core.errors import PlanStale
from tuisync.core.planned import plan_lines
from tuisync.screens.plan_words import outcome
from tuisync.screens.syncing import cancel_plan
from tuisync.widgets.keys import key
from tuisync.widgets.progress import bar

if TYPE_CHECKING:
    from textual.worker import Worker

    from tuisync.core.models import Plan, PlannedChange
    from tuisync.screens.shell import Shell

_ENDED = frozenset({"sent", "refused", "moved"})
_AT_WORK = frozenset({"sending", "waiting"})


class Sending:
    """One plan at a time on its way to the shops.

    Args:
        shell: The app.
        changed: Called when there is more to say than before.

    Attributes:
        plan: What was applied last, until it is forgotten.
        going: It is on its way.
        told: What became of it, in words.
    """

    def __init__(self, shell: Shell, changed: Callable[[], None]) -> None:
        self.plan: Plan | None = None
        self.going = False
        self.told = ""
        self._shell = shell
        self._changed = changed
        self._work: Worker[None] | None = None

    def begin(self, changes: Sequence[PlannedChange]) -> None:
        """Make a plan of these changes and send it."""
        self.going, self.told = True, ""
        self._shell.act(lambda: plan_of(self._shell.workspace, changes), self._go_out)

    def cancel(self) -> None:
        """Let it end; while the shops are only read, at once."""
        plan = self.plan if self.going else None
        store = self._shell.workspace.store
        if plan is None or self._work is None or has_begun(store, plan):
            cancel_plan(self._shell, plan.id if plan else None)
        else:
            self._work.cancel()

    def forget(self) -> None:
        """Say no more of what was applied last; what is on its way is not forgotten."""
        if not self.going:
            self.plan, self.told = None, ""

    def words(self) -> str:
        """Return how far it has come, or what became of it. Called in a thread."""
        return self._progress() or self.told

    def _progress(self) -> str:
        if not self.going or self.plan is None:
            return ""
        standings = [line.standing for line in plan_lines(self._shell.workspace, self.plan)]
        ended = sum(each in _ENDED for each in standings)
        if not ended and _AT_WORK.isdisjoint(standings):
            return f"Reading the shops first … · {key('plan.cancel')} stops it"
        sending = f"Sending  {bar(ended, len(standings))}  {ended:,} of {len(standings):,}"
        return f"{sending} · {key('plan.cancel')} stops it"

    def _go_out(self, plan: Plan) -> None:
        self.plan = plan
        self._work = self._shell.run_worker(self._carry_out(plan), exit_on_error=False)

    async def _carry_out(self, plan: Plan) -> None:
        shell = self._shell
        try:
            report = await apply_plan(shell.workspace, shell.engine_did, plan.id)
        except asyncio.CancelledError:
            self._end("Stopped. Nothing was sent.")
            raise
        except PlanStale as error:
            again = f"Look at what changed, then {key('plan.apply')} again."
            self._end(f"Nothing was sent. {error.message} {again}")
            shell.say(self.told, "warning", error.title)
        except Exception as error:  # noqa: BLE001  # a fault of ours must not end the session
            self._end("It was not applied.")
            shell.report_any(error)
        else:
            self._end(outcome(report))
            shell.say(self.told)

    def _end(self, told: str) -> None:
        self.going, self.told = False, told
        self._changed()
