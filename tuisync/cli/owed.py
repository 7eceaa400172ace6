"""Saying that a change has yet to reach the shops, when nobody is at work to send it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tuisync.cli.pen import many
from tuisync.core.store import schema
from tuisync.core.sync.entries import is_due
from tuisync.core.views.status import ENGINE

if TYPE_CHECKING:
    from tuisync.cli.invocation import Invocation
    from tuisync.core.models import OutboxEntry
    from tuisync.core.services import Services

_OWED = frozenset({"queued", "retry_wait", "unknown"})


def say_owed(invocation: Invocation, services: Services) -> None:
    """Tell how many pushes are owed, wait for another try, or are held, and what sends them."""
    store, now = services.workspace.store, services.workspace.now()
    live = [
        entry
        for integration in store.all(schema.INTEGRATIONS)
        for entry in store.find(schema.OUTBOX, "live", integration.id)
    ]
    owed = [entry for entry in live if entry.state in _OWED]
    ready = [entry for entry in owed if is_due(entry, now)]
    held = sum(entry.state == "held" for entry in live)
    if ready and store.holder(ENGINE) is None:
        verb, them = ("is", "it") if len(ready) == 1 else ("are", "them")
        said = f"{many(len(ready), 'push', 'pushes')} {verb} owed: `tuisync push` sends {them}."
        invocation.say(said)
    if len(owed) > len(ready):
        _say_waiting(invocation, services, [entry for entry in owed if entry not in ready])
    if held:
        verb, them = ("waits", "it") if held == 1 else ("wait", "them")
        invocation.say(
            f"{many(held, 'push', 'pushes')} {verb} for your review: `tuisync plan` shows {them},"
            f" `tuisync apply` sends {them}."
        )


def _say_waiting(
    invocation: Invocation, services: Services, waiting: Sequence[OutboxEntry]
) -> None:
    """Tell when what could not be sent is tried again, and why it could not."""
    first = min(waiting, key=lambda each: each.next_attempt_at or each.updated_at)
    verb = "waits" if len(waiting) == 1 else "wait"
    at = invocation.pen(services).time(first.next_attempt_at)
    invocation.say(
        f"{many(len(waiting), 'push', 'pushes')} {verb} to be tried again, from {at} on: "
        f"{first.reason} `tuisync outbox` shows each."
    )
