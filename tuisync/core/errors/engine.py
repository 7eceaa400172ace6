"""What the engine answers."""

from __future__ import annotations

from tuisync.core.errors.base import TuisyncError


class PlanStale(TuisyncError):
    """What the plan was made from has moved; nothing was written."""

    code = "plan_stale"
    title = "The plan is out of date"
    default_hint = "Look at `tuisync plan` again, or send what did not move: `apply --unmoved`."


class EngineBusy(TuisyncError):
    """No engine took the work in time."""

    code = "busy"
    title = "Busy"
