"""A shop that is switched off, back on, or on vacation, as its user sees it."""

from __future__ import annotations

from pathlib import Path

from plan_stage import staged
from rig import Rig
from tuisync.core.actions.items import adjust_stock
from tuisync.core.store import schema
from tuisync.core.sync.cycles import queue_cycle
from tuisync.core.sync.schedule import is_due

ITEMS = 5


async def _shop() -> tuple[Rig, list[str]]:
    """Return a shop whose first pushes wait for the plan, and its listings."""
    rig = Rig(first_push="review")
    skus = [f"MUG-{number}" for number in range(ITEMS)]
    ids = [rig.shop.list_item(sku.title(), 10, sku=sku).remote_id for sku in skus]
    await rig.stocked()
    return rig, ids


async def test_p18_switched_off_it_is_quiet_and_on_again_it_shows_the_plan_first(
    tmp_path: Path,
) -> None:
    rig, ids = await _shop()
    async with staged(rig, tmp_path) as on:
        await on.press("1", "enter", "d", "y")
        assert on.shows("○ fake inactive")
        calls = len(rig.fake.calls)
        for number in range(50):
            adjust_stock(rig.workspace, f"MUG-{number % ITEMS}", by=1, reason="delivered")
        rig.clock.advance(hours=48)
        await rig.work()
        await on.press("9")
        assert on.shows("Left out: fake (it is switched off)")
        assert len(rig.fake.calls) == calls
        assert rig.store.count(schema.OUTBOX) <= ITEMS

        rig.shop.sell(ids[0], 4)
        await on.press("1", "enter", "e")
        assert is_due(rig.integration(), rig.clock.now)
        queue_cycle(rig.workspace, rig.integration())
        await rig.work()
        await on.press("9")
        assert rig.fake.calls_of("push_stock") == []
        assert on.shows(f"{ITEMS} changes of {ITEMS} listings, {ITEMS} held for you", "6 → 16")
        assert on.shows("the shop was enabled")
        await on.press("A", "y")

    assert [rig.shop.quantity(id_) for id_ in ids] == [16, 20, 20, 20, 20]
    hooks = [call.hook for call in rig.fake.calls[calls:]]
    assert hooks.index("fetch_orders") < hooks.index("push_stock")


async def test_p18_a_shop_on_vacation_is_shown_as_such_and_its_numbers_wait(
    tmp_path: Path,
) -> None:
    rig, ids = await _shop()
    rig.shop.on_vacation = True
    await rig.sync("items")
    adjust_stock(rig.workspace, "MUG-0", by=-3, reason="broken")
    await rig.work()
    async with staged(rig, tmp_path) as on:
        await on.press("6")
        assert on.shows("~ fake on vacation", "The shop is on vacation")
        rig.shop.on_vacation = False
        await rig.sync("items")
        await on.until(lambda: on.shows("● fake active"))

    assert rig.shop.quantity(ids[0]) == 7
