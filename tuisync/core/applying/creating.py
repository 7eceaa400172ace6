"""Making items of what the shops show now."""

from __future__ import annotations

from collections.abc import Sequence

from tuisync.core.actions.creation import Edits, create_items, needs_orders, tied_with_orders
from tuisync.core.applying.reading import Wait, read
from tuisync.core.views.objects import ItemView
from tuisync.core.workspace import Workspace


async def create_items_fresh(
    workspace: Workspace, wait: Wait, variants: Sequence[str], edits: Edits | None = None
) -> list[ItemView]:
    """Make items of variants; where it takes that, read listings and their shops' orders first.

    It takes it where orders were not read since, or a sale came in the second of the reading.

    Raises:
        Inactive: A shop that would have to be read is switched off.
    """
    store = workspace.store
    stale = needs_orders(store, variants) or tied_with_orders(store, variants)
    if stale:
        await read(workspace, wait, stale)
    return create_items(workspace, variants, edits)
