"""Saying that a change has yet to reach the shops, when nobody is at work to send it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuisync.cli.pen import many
from tuisync.core.store import schema
from tuisync.core.views.status import ENGINE

if TYPE_CHECKING:
    from tuisync.cli.invocation import Invocation
    from tuisync.core.services import Services

_OWED = frozenset({"queued", "retry_wait", "unknown"})


def say_owed(invocation: Invocation, services: Services) -> None:
    """Tell how many pushes are owed or held, and what sends them."""
    store = services.workspace.store
    live = [
        entry.state
        for integration in store.all(schema.INTEGRATIONS)
        for entry in store.find(schema.OUTBOX, "live", integration.id)
    ]
    owed, held = sum(state in _OWED for state in live), live.count("held")
    if owed and store.holder(ENGINE) is None:
        verb, them = ("is", "it") if owed == 1 else ("are", "them")
        invocation.say(f"{many(owed, 'push', 'pushes')} {verb} owed: `tuisync push` sends {them}.")
    if held:
        verb, them = ("waits", "it") if held == 1 else ("wait", "them")
        invocation.say(
            f"{many(held, 'push', 'pushes')} {verb} for your review: `tuisync plan` shows {them},"
            f" `tuisync apply` sends {them}."
        )
