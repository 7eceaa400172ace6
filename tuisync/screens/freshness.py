"""Content of shops that was read long ago: it is shown, and read again meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING

from tuisync.core.actions.freshness import MOST, refresh_shown
from tuisync.core.views.freshness import FRESH_FOR

if TYPE_CHECKING:
    from tuisync.core.views.objects import ItemListingView, LinkView
    from tuisync.screens.shell import Shell


def read_again(shell: Shell, shown: Iterable[LinkView | ItemListingView]) -> None:
    """Have the engine read again what is on the screen and more than six hours old.

    Args:
        shell: The app.
        shown: What is shown; the first hundred count.
    """
    limit = shell.workspace.now() - FRESH_FOR
    old = [each.variant for each in islice(shown, MOST) if each.read_at < limit]

    async def ask() -> None:
        found = await asyncio.to_thread(refresh_shown, shell.workspace, old)
        if found.asked:
            many = "1 listing was" if found.asked == 1 else f"{found.asked} listings were"
            shell.say(f"{many} read more than 6 hours ago: reading again.")

    if old:
        shell.run_worker(ask(), exit_on_error=False)
