"""What became of one remote record."""

from __future__ import annotations

from typing import NamedTuple

from tuisync.core.models import InboxClass, Outcome


class Taken(NamedTuple):
    """The outcome of taking a remote record in.

    Attributes:
        outcome: As counted in the run.
        reason: Why, in words; empty when there is nothing to say.
        local_id: The id of our document, or None.
        news: Something changed here; a record seen again as it was is none.
        fault: Of what class a failure is; None where the integration's state tells it.
    """

    outcome: Outcome
    reason: str
    local_id: str | None
    news: bool = True
    fault: InboxClass | None = "rejected"
