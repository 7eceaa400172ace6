"""What an engine's end leaves undone until somebody goes on with it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import NamedTuple

from tuisync.core.models import Integration, OutboxState, RunStatus
from tuisync.core.store import schema
from tuisync.core.store.port import Reader, Store
from tuisync.core.views.status import ENGINE

_UNDER_WAY: tuple[RunStatus, ...] = ("running", "interrupted", "queued")
_OWED: tuple[OutboxState, ...] = ("queued", "in_flight", "retry_wait", "unknown")
"""What is sent without the user: neither held for the plan nor waiting for the shop's return."""


class Unfinished(NamedTuple):
    """Counts of what is not done yet.

    Attributes:
        syncs: What is being synced or waits for that, as `etsy orders`.
        numbers: Listings whose number is owed to a shop.
        shipments: Shipments a shop is to be told of.
    """

    syncs: tuple[str, ...] = ()
    numbers: int = 0
    shipments: int = 0


def left_by(store: Store, name: str) -> Unfinished:
    """Return what nobody goes on with when this process ends.

    Args:
        store: The store.
        name: What this process takes the engine's lease as. While another one holds the lease,
            nothing is left.
    """
    holder = store.holder(ENGINE)
    ours = holder is None or (holder.pid, holder.name) == (os.getpid(), name)
    return unfinished(store) if ours else Unfinished()


def unfinished(reader: Reader) -> Unfinished:
    """Return what an engine has still to do for the active shops."""
    shops = [each for each in reader.all(schema.INTEGRATIONS) if each.status == "active"]
    owed = [
        id_
        for shop in shops
        for state in _OWED
        for id_ in reader.ids(schema.OUTBOX, "standing", f"{shop.id}/{state}")
    ]
    shipments = sum(id_.startswith("shipment:") for id_ in owed)
    return Unfinished(tuple(sorted(_syncs(reader, shops))), len(owed) - shipments, shipments)


def _syncs(reader: Reader, shops: Iterable[Integration]) -> set[str]:
    names = {each.id: each.name for each in shops}
    runs = (run for each in _UNDER_WAY for run in reader.find(schema.RUNS, "status", each))
    return {f"{names[run.integration]} {run.module}" for run in runs if run.integration in names}
