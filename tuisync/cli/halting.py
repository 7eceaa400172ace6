"""Ctrl+C while a command has numbers and shipments sent.

Where this process does the work, the first one ends it between two listings; a second one does
not wait for that. Where another engine is at work, only the waiting ends.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tuisync.cli.exits import Stopped
from tuisync.cli.stopping import Heeding, named
from tuisync.core.actions.plan_cancels import cancel_plans

if TYPE_CHECKING:
    from tuisync.core.engine import Engine
    from tuisync.core.services import Services

_ENDING = "Stopping before the next listing. Ctrl+C once more does not wait for that."
_STILL_OWED = "What was not sent yet is still owed: see `tuisync outbox`."


class Sending(Heeding):
    """What an interrupt does while `apply` or `push` waits.

    Args:
        services: The data directory.
        say: Writes a line.
        plan: Id of the plan that is applied, so that the rest of it is held again.
    """

    def __init__(
        self, services: Services, say: Callable[[str], object], *, plan: str | None = None
    ) -> None:
        super().__init__(services, say)
        self._plan = plan
        self._engine: Engine | None = None

    def begin(self, engine: Engine) -> None:
        """Know what sends, or waits for another engine that does."""
        self._engine = engine

    def stopped(self) -> Stopped:
        """Return what to say of the end."""
        other = self.other()
        if self._engine is None:
            return Stopped("Stopped. Nothing was sent.")
        if other is not None:
            return Stopped(
                f"Stopped waiting. {named(other)} goes on sending.",
                hint=f"`tuisync cancel {self._plan}` stops that before the next listing."
                if self._plan
                else "`tuisync outbox` shows what is owed.",
            )
        return Stopped(
            "Stopped. What was being sent is looked for at the shop before it is sent again.",
            hint=_STILL_OWED,
        )

    def _end(self) -> bool:
        """Send nothing after the listing at hand; False while nothing is sent yet."""
        if self._engine is None:
            return False
        self._engine.stop_sending()
        if self._plan:
            cancel_plans(self._workspace, self._plan)
        self._say(_ENDING)
        return True
