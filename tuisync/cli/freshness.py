"""Saying that listings shown were read long ago, and having the engine read them again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tuisync.cli.pen import many
from tuisync.core.actions.freshness import refresh_shown

if TYPE_CHECKING:
    from tuisync.cli.invocation import Invocation
    from tuisync.core.services import Services


def say_stale(invocation: Invocation, services: Services, variants: Iterable[str]) -> None:
    """Tell how many of the listings shown were read more than six hours ago.

    A running engine is asked to read them again; nobody waits for it.
    """
    found = refresh_shown(services.workspace, variants)
    if not found.stale:
        return
    them = "The engine reads them again." if found.asked else "`tuisync sync items` reads them."
    invocation.say(f"{many(found.stale, 'listing')} read more than 6 hours ago. {them}")
