"""What a cycle of orders costs when nothing is new, and what it finds all the same."""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import Any

import pytest

from etsy_shop import Shop, open_shop, orders_in
from sandbox_kit import Sandbox, make_sandbox
from tuisync import OrdersPage
from tuisync_etsy.cursors import load_orders
from tuisync_etsy.sandbox.domain.receipts import Receipt

HOUR, DAY = 3600, 86_400


@pytest.fixture
async def shop(sandbox: Sandbox) -> Shop:
    return await open_shop(sandbox)


def cursor(pages: list[OrdersPage]) -> str:
    assert pages[-1].cursor is not None
    return pages[-1].cursor


def still_open(pages: list[OrdersPage]) -> tuple[str, ...]:
    found = {each.remote_id: each for each in orders_in(pages)}
    return tuple(id_ for id_, each in found.items() if not each.shipped and not each.cancelled)


def to_pack(each: Receipt) -> bool:
    return each.is_paid and not each.is_shipped and not each.cancelled


def fill(sandbox: Sandbox, count: int, **facts: Any) -> None:
    """Leave the shop with so many open orders, placed one after the other days ago."""
    world = sandbox.world
    model = sandbox.receipt(to_pack)
    world.receipts = {id_: each for id_, each in world.receipts.items() if each.is_shipped}
    for number in range(count):
        at = world.clock.now() - 5 * DAY + number * 7
        made = replace(model, receipt_id=4_000_000_000 + number, created_at=at, updated_at=at)
        world.receipts[made.receipt_id] = replace(made, **facts)


@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 200, 250])
async def test_e12_nothing_new_costs_two_calls_and_one_for_each_hundred_open_orders(
    count: int, *, listed: bool
) -> None:
    sandbox = make_sandbox(orders=60)
    async with sandbox.client:
        shop = await open_shop(sandbox)
        await sandbox.control("quirks", cancelled_listed=listed)
        fill(sandbox, count)
        pages = await shop.orders()
        held = still_open(pages)
        assert len(held) == count
        for _ in range(3):
            await sandbox.control("clock", advance=HOUR)
            shop.forget_calls()
            pages = await shop.orders(cursor=cursor(pages), open_ids=held)
            assert len(shop.calls(path="/receipts")) <= 2 + ceil(count / 100)


async def test_unpaid_orders_are_waited_for_in_the_list_and_cost_no_call_each() -> None:
    sandbox = make_sandbox(orders=60)
    async with sandbox.client:
        shop = await open_shop(sandbox)
        fill(sandbox, 40, paid_at=None)
        first = await shop.orders()
        await sandbox.control("clock", advance=HOUR)
        shop.forget_calls()
        await shop.orders(cursor=cursor(first), open_ids=still_open(first))
        assert len(shop.calls(path="/receipts")) == 3


async def test_quirk_10_without_open_orders_the_list_is_read_once_a_day(
    sandbox: Sandbox, shop: Shop
) -> None:
    cycle = await shop.orders()
    lists = []
    for _ in range(13):  # every four hours
        await sandbox.control("clock", advance=4 * HOUR)
        shop.forget_calls()
        cycle = await shop.orders(cursor=cursor(cycle))
        lists.append(len(shop.calls(path="/receipts")) - 2)
    assert sum(lists) == 2


async def test_quirk_10_an_order_that_no_pass_showed_is_found_by_the_daily_list(
    sandbox: Sandbox, shop: Shop
) -> None:
    first = await shop.orders()
    model = sandbox.receipt(to_pack)
    long_ago = sandbox.world.clock.now() - 30 * DAY
    late = replace(model, receipt_id=4_000_000_777, created_at=long_ago, updated_at=long_ago)
    sandbox.world.receipts[late.receipt_id] = late
    await sandbox.control("clock", advance=DAY)
    second = await shop.orders(cursor=cursor(first))
    assert "4000000777" in {each.remote_id for each in orders_in(second)}


@pytest.mark.parametrize("moves", [True, False])
@pytest.mark.parametrize("listed", [True, False])
async def test_e08_a_cancellation_after_shipping_is_found_and_told_once(
    sandbox: Sandbox, shop: Shop, *, moves: bool, listed: bool
) -> None:
    """Nobody holds the order as open any more, and its time of change may not move."""
    await sandbox.control("quirks", cancel_moves_update=moves, cancelled_listed=listed)
    victim = sandbox.receipt(lambda each: each.is_shipped and not each.refunds)
    first = await shop.orders()
    await sandbox.control("clock", advance=DAY)
    await sandbox.control("cancel", receipt_id=victim.receipt_id)
    await sandbox.control("clock", advance=HOUR)
    second = await shop.orders(cursor=cursor(first))
    told = [each for each in orders_in(second) if each.remote_id == str(victim.receipt_id)]
    assert [each.cancelled for each in told] == [True]
    await sandbox.control("clock", advance=DAY)
    third = await shop.orders(cursor=cursor(second))
    assert not [each for each in orders_in(third) if each.remote_id == str(victim.receipt_id)]


@pytest.mark.parametrize("moves", [True, False])
async def test_e08_more_cancellations_than_a_page_are_all_found(*, moves: bool) -> None:
    sandbox = make_sandbox(orders=400)
    async with sandbox.client:
        shop = await open_shop(sandbox)
        await sandbox.control("quirks", cancel_moves_update=moves)
        fill(sandbox, 230)
        first = await shop.orders()
        await sandbox.control("clock", advance=DAY)
        held = still_open(first)
        for id_ in held:
            await sandbox.control("cancel", receipt_id=int(id_))
        second = await shop.orders(cursor=cursor(first), open_ids=held)
        found = {each.remote_id for each in orders_in(second) if each.cancelled}
        assert found >= set(held)


@pytest.mark.parametrize("listed", [True, False])
async def test_e09_receipts_in_no_order_are_all_read_and_changes_found(
    sandbox: Sandbox, shop: Shop, *, listed: bool
) -> None:
    await sandbox.control("quirks", unsorted_receipts=True, cancelled_listed=listed)
    first = await shop.orders()
    every = {str(x.receipt_id) for x in sandbox.world.receipts_of(sandbox.world.shop.shop_id)}
    assert {each.remote_id for each in orders_in(first)} == every
    await sandbox.control("clock", advance=DAY)
    sold = await sandbox.control("sell")
    victim = still_open(first)[0]
    await sandbox.control("cancel", receipt_id=int(victim))
    second = await shop.orders(cursor=cursor(first), open_ids=still_open(first))
    found = {each.remote_id: each for each in orders_in(second)}
    assert str(sold["receipt"]["receipt_id"]) in found
    assert found[victim].cancelled


@pytest.mark.usefixtures("off_the_description")
@pytest.mark.parametrize("capitalised", [True, False])
async def test_e17_an_unknown_status_word_is_put_to_the_user_and_is_not_lost(
    sandbox: Sandbox, shop: Shop, *, capitalised: bool
) -> None:
    await sandbox.control("quirks", unknown_status=True, capitalised_status=capitalised)
    odd = [each for each in orders_in(await shop.orders()) if not each.recognised]
    assert odd
    assert {each.status.casefold() for each in odd} == {"held for review"}
    assert {each.payment for each in odd} == {"paid"}


async def test_the_cursor_carries_no_more_than_a_page_of_numbers(
    sandbox: Sandbox, shop: Shop
) -> None:
    for each in await shop.orders():
        held = load_orders(each.cursor)
        assert held is not None
        assert len(held.cancelled) <= 100
