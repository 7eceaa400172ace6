"""What a write changed besides its numbers is told with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from rig import Rig
from tuisync.core.actions.creation import create_items, unconfirmed_variants
from tuisync.core.actions.items import adjust_stock
from tuisync.core.remote import StockResult
from tuisync.core.store import schema
from tuisync.testing import marketplace, pushing

if TYPE_CHECKING:
    import pytest


async def test_p07_what_else_a_write_changed_is_in_the_history(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = Rig(first_push="auto")
    rig.shop.list_item("Mug", 10, sku="MUG")
    await rig.connected()
    create_items(rig.workspace, unconfirmed_variants(rig.store))
    rig.clock.advance(minutes=1)
    honest = pushing.write_stock

    def write(*arguments: object) -> StockResult:
        result = honest(*arguments)  # type: ignore[arg-type]  # passed on as they came
        return msgspec.structs.replace(result, notes=("The pictures are back.",))

    monkeypatch.setattr(marketplace, "write_stock", write)
    adjust_stock(rig.workspace, "MUG", by=-3, reason="broken")
    await rig.work()
    (run,) = rig.runs("stock")
    (page,) = rig.store.find(schema.RECORDS, "run", run.id)
    assert [record.reason for record in page.records] == ["10 → 7. The pictures are back."]
