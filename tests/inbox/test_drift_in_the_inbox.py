"""A difference that waits for an answer is one row of the inbox, and goes with its cause."""

from __future__ import annotations

from rig import Rig
from tuisync.core.actions.drift import keep_ours, leave_difference, take_theirs
from tuisync.core.actions.integrations import configure_integration
from tuisync.core.actions.items import adjust_stock
from tuisync.core.inbox.gather import inbox_rows
from tuisync.core.inbox.rows import InboxRow


async def _shop(listings: int = 1) -> tuple[Rig, list[str]]:
    rig = Rig()
    made = [rig.shop.list_item(f"Mug {n}", 10, sku=f"M{n}").remote_id for n in range(listings)]
    await rig.stocked()
    configure_integration(rig.workspace, "fake", {"drift": "ask"})
    return rig, made


def _rows(rig: Rig) -> list[InboxRow]:
    return [row for row in inbox_rows(rig.store, rig.clock.now) if row.kind == "drift"]


async def test_p15_p08_a_change_at_the_shop_is_one_row_until_it_is_answered() -> None:
    for answer in (keep_ours, take_theirs, leave_difference):
        rig, [mug] = await _shop()
        assert _rows(rig) == []
        rig.shop.set_quantity(mug, 14)
        await rig.sync()
        [row] = _rows(rig)
        assert (row.subject, row.integration) == ("Mug 0", "fake:100")
        assert row.message == "The number was changed at the shop to 14; yours is 10."
        assert row.fix.ids == (rig.link(mug).id,)

        rig.clock.advance(hours=4)
        await rig.sync()
        assert _rows(rig) == [row], "the same row, since the same time"
        answer(rig.workspace, rig.link(mug).id)
        await rig.work()
        assert _rows(rig) == []


async def test_the_row_goes_when_the_shop_is_put_right_there() -> None:
    rig, [mug] = await _shop()
    rig.shop.set_quantity(mug, 14)
    await rig.sync()
    adjust_stock(rig.workspace, "M0", by=-1, reason="broken")
    [row] = _rows(rig)
    assert row.message == "The number was changed on both sides: the shop shows 14, yours is 9."

    rig.clock.advance(minutes=1)
    rig.shop.set_quantity(mug, 9)
    await rig.sync()

    assert _rows(rig) == []


async def test_a_number_that_fell_is_no_row_before_the_orders_were_read() -> None:
    rig, [mug] = await _shop()
    rig.clock.advance(minutes=1)
    rig.shop.sell(mug, 2)
    rig.clock.advance(minutes=1)
    await rig.sync("items")
    assert _rows(rig) == []

    await rig.sync("orders")
    assert _rows(rig) == []
    rig.clock.advance(minutes=1)
    rig.shop.set_quantity(mug, 3)
    await rig.sync()
    assert [row.subject for row in _rows(rig)] == ["Mug 0"]


async def test_many_are_one_row() -> None:
    rig, mugs = await _shop(15)
    for mug in mugs:
        rig.shop.set_quantity(mug, 14)
    await rig.sync()

    [row] = _rows(rig)

    assert (row.subject, row.count) == ("15 numbers", 15)


async def test_a_shop_that_is_off_asks_nothing() -> None:
    rig, [mug] = await _shop()
    rig.shop.set_quantity(mug, 14)
    await rig.sync()

    configure_integration(rig.workspace, "fake", {"stock_sync": "off"})

    assert _rows(rig) == []
