"""A shop wrongly linked, and everything in the store to compare before and after an undo."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from rig import Rig
from tuisync.core.actions.items import add_item
from tuisync.core.actions.syncs import request_sync
from tuisync.core.doctor.ledger import CHECKS
from tuisync.core.models import SyncRun
from tuisync.core.store import schema
from tuisync.testing import a_buyer

AUDIT = {"runs", "records", "formers", "partings", "integrations", "movements", "plans"}
"""What tells what happened: history, what an undo remembers, when a shop was last read, and the
ledger, to which opposite movements were added."""


LOCAL = ("items", "balances", "commitments", "contacts", "orders")


def dump(rig: Rig) -> dict[str, list[bytes]]:
    """Return every document that is not an audit row, encoded."""
    return {
        each.name: [msgspec.json.encode(document) for document in rig.store.all(each)]
        for each in schema.COLLECTIONS
        if each.name not in AUDIT
    }


def on_hand_by_movements(rig: Rig) -> dict[tuple[str, str], int]:
    sums: dict[tuple[str, str], int] = {}
    for movement in rig.store.all(schema.MOVEMENTS):
        key = movement.item, movement.warehouse
        sums[key] = sums.get(key, 0) + movement.delta
    return {key: units for key, units in sums.items() if units}


def check_ledger(rig: Rig) -> None:
    wrong = [found.message for check in CHECKS if not (found := check(rig.store)).ok]
    assert wrong == []


async def batch(rig: Rig) -> list[SyncRun]:
    """Sync both modules without sending anything; return the runs as stored."""
    runs = request_sync(rig.workspace, ("items", "orders"), push=False)
    await rig.work(drains=False)
    return [rig.run(run.id) for run in runs]


def items_of_the_same_name(rig: Rig, count: int, *, stock: int = 9) -> None:
    for number in range(count):
        add_item(rig.workspace, sku=f"WRONG-{number}", name=f"Mug {number}", stock=stock)


async def wrongly_linked(rig: Rig) -> Sequence[SyncRun]:
    """Sync a shop whose 12 listings carry the SKUs of other items, and 8 orders of them."""
    for number in range(12):
        rig.shop.list_item(f"Vase {number}", 4, sku=f"WRONG-{number}")
    listings = list(rig.shop.listings)
    for number in range(8):
        buyer = a_buyer(f"Buyer {number}", email=f"b{number}@example.com", buyer_id=f"{number}")
        rig.shop.sell(listings[number], 1, buyer=buyer)
    return await batch(rig)
