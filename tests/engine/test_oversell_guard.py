"""The oversell guard: rules, last units, and what a sale in one shop does in the others."""

from __future__ import annotations

import pytest

from three_shops import NAMES, ThreeShops
from tuisync.core.actions.integrations import (
    configure_integration,
    disable_integration,
    enable_integration,
)
from tuisync.core.actions.items import adjust_stock
from tuisync.core.actions.links import unlink_variant
from tuisync.core.actions.syncs import request_sync
from tuisync.core.views.why import why_view


async def guarded(units: int = 3, keeps: str = "1") -> tuple[ThreeShops, dict[str, str]]:
    """Three shops of one mug; the last units are kept by `south`."""
    shops = ThreeShops()
    listed = await shops.open_with("MUG", units)
    configure_integration(shops.workspace, "south", {"last_unit": keeps})
    await shops.work()
    return shops, listed


async def test_p03_the_last_unit_is_shown_by_the_chosen_shop_alone() -> None:
    shops, listed = await guarded()
    assert shops.shows(listed) == (3, 3, 3)

    adjust_stock(shops.workspace, "MUG", to=1, reason="counted")
    await shops.work()
    assert shops.shows(listed) == (0, 1, 0)

    adjust_stock(shops.workspace, "MUG", to=2, reason="found")
    await shops.work()
    assert shops.shows(listed) == (2, 2, 2)


async def test_p03_a_sale_down_to_the_last_unit_takes_it_off_the_other_shops_at_once() -> None:
    shops, listed = await guarded()

    shops.place("north").sell(listed["north"], 2)
    request_sync(shops.workspace, ["orders"], integration="north", only=True)
    await shops.work()

    assert shops.shows(listed) == (0, 1, 0), "no cycle of the other shops was waited for"


async def test_p03_why_shows_the_rules_in_the_order_they_apply() -> None:
    shops, _ = await guarded(units=8, keeps="4")
    rules = {"hide_at": "1", "max": "3", "fixed": "6", "buffer": "1", "percent": "50"}
    configure_integration(shops.workspace, "south", rules)
    adjust_stock(shops.workspace, "MUG", to=4, reason="counted")

    channels = {each.integration: each for each in why_view(shops.workspace, "MUG").channels}

    assert [(step.rule, step.value) for step in channels["south"].rules] == [
        ("available", 4),
        ("last 4 only here", 4),
        ("50 %", 2),
        ("buffer 1", 1),
        ("fixed 6", 6),
        ("max 3", 3),
        ("hide at 1", 3),
    ]
    assert [(step.rule, step.value) for step in channels["north"].rules] == [
        ("available", 4),
        ("last 4 only at south", 0),
    ]


@pytest.mark.parametrize(
    "gives_up",
    [
        lambda shops, _: disable_integration(shops.workspace, "south"),
        lambda shops, _: configure_integration(shops.workspace, "south", {"stock_sync": "off"}),
        lambda shops, _: configure_integration(shops.workspace, "south", {"last_unit": "none"}),
        lambda shops, listed: unlink_variant(shops.workspace, f"south:100:{listed['south']}"),
    ],
    ids=["disabled", "stock sync off", "rule taken back", "unlinked"],
)
async def test_p03_a_shop_that_cannot_keep_the_last_unit_leaves_it_to_the_others(
    gives_up: object,
) -> None:
    shops, listed = await guarded(units=1)
    assert shops.shows(listed) == (0, 1, 0)

    assert callable(gives_up)
    gives_up(shops, listed)
    await shops.work()

    assert shops.shows(listed) == (1, 1, 1)


async def test_p03_a_shop_that_comes_back_keeps_the_last_unit_again() -> None:
    shops, listed = await guarded(units=1)
    disable_integration(shops.workspace, "south")
    await shops.work()

    enable_integration(shops.workspace, "south")
    await shops.work()

    assert shops.shows(listed) == (0, 1, 0)


async def test_p03_a_seller_who_takes_the_chosen_listing_off_sale_sells_elsewhere() -> None:
    shops, listed = await guarded(units=1)

    shops.place("south").edit_listing(listed["south"], state="inactive")
    await shops.cycle()

    assert shops.shows(listed) == (1, 1, 1), "of the paused one, the number it had"


async def test_p05_a_last_unit_rule_waits_for_the_plan_in_every_shop_it_changes() -> None:
    shops = ThreeShops(first_push="review")
    listed = await shops.open_with("MUG", 1)

    configure_integration(shops.workspace, "south", {"last_unit": "1"})
    await shops.work()

    assert shops.shows(listed) == (1, 1, 1)
    assert shops.owed() == {"north": "held", "west": "held"}


async def test_s28_s35_no_pushes_while_stock_sync_is_off_and_one_number_when_it_is_on() -> None:
    shops = ThreeShops()
    listed = await shops.open_with("MUG", 9)
    configure_integration(shops.workspace, "south", {"stock_sync": "off"})
    for count in range(8, 3, -1):
        adjust_stock(shops.workspace, "MUG", to=count, reason="counted")
        await shops.work()
    assert shops.shows(listed) == (4, 9, 4)
    assert shops.fakes["south"].calls_of("push_stock") == []
    assert list(NAMES) == sorted(shops.fakes)

    configure_integration(shops.workspace, "south", {"stock_sync": "on"})
    assert shops.owed()["south"] == "queued"
    await shops.work()

    assert shops.shows(listed) == (4, 4, 4)
    assert len(shops.fakes["south"].calls_of("push_stock")) == 1, "one number, not the backlog"
