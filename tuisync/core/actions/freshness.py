"""Having the engine read again what is shown and was read long ago. Nobody waits for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from tuisync.core.actions.syncs import request_records
from tuisync.core.models import Integration
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.views.freshness import stale
from tuisync.core.views.status import ENGINE
from tuisync.core.workspace import Workspace

MOST = 100
"""Listings asked for at a time: about what a screen shows, and one call or two."""

_BETWEEN = timedelta(minutes=10)
"""Between two requests for the same shop, so that one that cannot be read is left in peace."""


class Refresh(NamedTuple):
    """What became of the wish to show fresh content.

    Attributes:
        stale: Listings among those shown that were read too long ago.
        asked: How many of them the engine was asked to read again.
    """

    stale: int
    asked: int


def refresh_shown(workspace: Workspace, variants: Iterable[str]) -> Refresh:
    """Have the engine, if one runs, read again what was read too long ago.

    Args:
        workspace: Where.
        variants: The listing variants that are shown.
    """
    store = workspace.store
    links = (store.get(schema.LINKS, each) for each in variants)
    old = stale(store, (link.listing for link in links if link), workspace.now())
    if not old or store.holder(ENGINE) is None:
        return Refresh(len(old), 0)
    asked = 0
    for id_ in sorted({each.integration for each in old}):
        shop = store.get(schema.INTEGRATIONS, id_)
        if (
            shop is not None
            and shop.status == "active"
            and not _asked_lately(workspace, store, shop)
        ):
            ids = [each.listing_id for each in old if each.integration == id_][:MOST]
            request_records(workspace, shop, "items", ids, trigger="manual")
            asked += len(ids)
    return Refresh(len(old), asked)


def _asked_lately(workspace: Workspace, reader: Reader, shop: Integration) -> bool:
    """Tell whether items are being read, or were asked for just now."""
    since = workspace.now() - _BETWEEN
    runs = reader.find(schema.RUNS, "integration", shop.id)
    return any(run.module == "items" and run.queued_at > since for run in runs)
