"""The plan on the screen: what would go out, applied whole or in part, and what became of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from plan_stage import held_shop, staged, two_busy_shops
from pottery import pottery, services
from rig import Rig
from stage import Stage, stage
from states import STATES
from tuisync.core.actions.integrations import configure_integration
from tuisync.core.actions.items import adjust_stock
from tuisync.core.actions.organization import init_organization
from tuisync.core.errors import PermanentError, RejectedError
from tuisync.core.store import schema
from tuisync.screens.plan import Plan


async def test_p05_the_plan_is_one_key_away_from_every_place(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        for key in "12345678":
            await on.press(key, "9")
            assert isinstance(on.app.screen, Plan)
        await on.press("6", "p")
        assert isinstance(on.app.screen, Plan)


async def test_p05_it_shows_every_change_and_writes_nothing(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    version = made.workspace.store.version
    async with stage(made, size=(120, 30)) as on:
        await on.press("9")

        assert on.shows("4 changes of 4 listings, 1 held for you, 1 refused")
        assert on.shows("BOWL-OAT", "13 → 12", "37 → 35")
        assert on.shows("■ held for you", "↑ goes by itself", "✗ refused", "… waits")
        assert on.shows("Because  order 3301441563")
        assert made.workspace.store.version == version


async def test_an_empty_plan_says_that_shops_are_left_out(tmp_path: Path) -> None:
    async with stage(STATES["failing"](tmp_path)) as on:
        await on.press("9")
        assert on.shows("Nothing would change at the shops that are kept in step.")
        assert on.shows("Left out: etsy (it needs a sign-in), fair (it needs a sign-in). 1, then")


async def test_a_plan_without_a_shop_says_how_to_connect_one(tmp_path: Path) -> None:
    made = services(tmp_path)
    init_organization(made.workspace, currency="USD")
    async with stage(made) as on:
        await on.press("9")
        assert on.shows("There is no shop yet whose numbers could change.", "Press 1, then n")


async def test_a_shop_without_stock_sync_is_left_out_by_name_wherever_it_is_shown(
    tmp_path: Path,
) -> None:
    rig, _ = await held_shop()
    configure_integration(rig.workspace, "fake", {"stock_sync": "off"})
    async with staged(rig, tmp_path) as on:
        await on.press("9")
        assert on.shows("Left out: fake (its stock sync is off).", "◐ fake no stock sync")
        assert not on.shows("Every shop shows the number it should")
        await on.press("1")
        assert on.shows("◐ no stock sync")


async def test_an_empty_plan_says_so(tmp_path: Path) -> None:
    rig = Rig()
    rig.shop.list_item("Mug", 10, sku="MUG")
    await rig.stocked()
    async with staged(rig, tmp_path) as on:
        await on.press("9")
        assert on.shows("Nothing would change.", "Press r to read the shops again.")
        await on.press("A")
        assert on.said()[-1] == "There is nothing to apply."
        await on.press("o")
        assert on.said()[-1] == "Choose a number first."


async def test_an_empty_plan_counts_the_listings_that_are_off_with_other_numbers(
    tmp_path: Path,
) -> None:
    rig, ids = await held_shop()
    for id_ in list(ids.values())[:2]:
        rig.shop.edit_listing(id_, state="inactive")
    await rig.sync("items")
    async with staged(rig, tmp_path) as on:
        await on.press("9", "A", "y", "escape")

        assert on.shows("Nothing would change.", "2 listings that are off show other numbers")


async def test_p05_applying_all_says_exactly_what_will_happen_and_does_it(tmp_path: Path) -> None:
    rig, ids = await held_shop()
    async with staged(rig, tmp_path) as on:
        await on.press("9", "A")
        assert on.shows("Apply 4 changes?", "fake: 4 numbers change (4 down).")
        assert on.shows("4 of them were held for you.")
        await on.press("n")
        assert rig.fake.calls_of("push_stock") == []
        await on.press("A", "y")

        assert [rig.shop.quantity(id_) for id_ in ids.values()] == [7, 7, 7, 7]
        assert on.said()[-1] == "Applied: 4 sent."
        assert on.shows("Applied: 4 sent.", "done 4", "✓ sent")
        assert on.shows("the shop showed 10, it shows 7 now")
        await on.press("escape")
        assert on.shows("Nothing would change.")


async def test_p05_marked_lines_are_applied_and_no_others(tmp_path: Path) -> None:
    rig, ids = await held_shop()
    async with staged(rig, tmp_path) as on:
        await on.press("9", "j", "space", "space", "A")
        assert on.shows("Apply 2 changes?")
        await on.press("y")

        shown = {sku: rig.shop.quantity(id_) for sku, id_ in ids.items()}
        assert shown == {"BOWL": 10, "CUP": 7, "JUG": 7, "MUG": 10}
        assert on.shows("held 2", "done 2")


async def test_p05_what_is_filtered_out_is_not_applied(tmp_path: Path) -> None:
    rig, ids = await held_shop()
    async with staged(rig, tmp_path) as on:
        await on.press("9", "slash")
        await on.type("jug")
        await on.press("enter", "A")
        assert on.shows("Apply 1 change?")
        await on.press("y")

        assert {sku: rig.shop.quantity(id_) for sku, id_ in ids.items()}["JUG"] == 7
        assert len(rig.fake.calls_of("push_stock")) == 1


async def test_p05_a_marked_line_that_a_filter_hides_is_applied_alone(tmp_path: Path) -> None:
    rig, ids = await held_shop()
    async with staged(rig, tmp_path) as on:
        await on.press("9", "j", "space", "slash")
        await on.type("jug")
        await on.press("enter", "t")
        assert on.said()[-1].startswith("Another row is marked: ")
        await on.press("A", "y")

        shown = {sku: rig.shop.quantity(id_) for sku, id_ in ids.items()}
        assert shown == {"BOWL": 10, "CUP": 7, "JUG": 10, "MUG": 10}


async def test_p05_what_moved_meanwhile_sends_nothing_and_says_so(tmp_path: Path) -> None:
    rig, ids = await held_shop()
    async with staged(rig, tmp_path) as on:
        await on.press("9", "A")
        rig.shop.sell(ids["MUG"])
        await on.press("y")

        assert rig.fake.calls_of("push_stock") == []
        assert on.shows("Nothing was sent. 1 of 4 changes have moved", "9 → 6")
        await on.press("A", "y")
        assert on.said()[-1] == "Applied: 4 sent."
        assert rig.shop.quantity(ids["MUG"]) == 6


async def test_a_shop_that_cannot_be_read_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    rig, _ = await held_shop()
    rig.fake.raises("fetch_orders", PermanentError("Closed."), times=9)
    async with staged(rig, tmp_path) as on:
        await on.press("9", "A", "y")

        assert on.shows("It was not applied.", "held 4")
        assert "The shop could not be read. Closed." in on.said()[-1]
        assert rig.fake.calls_of("push_stock") == []


async def test_what_the_shop_refuses_stands_with_its_reason(tmp_path: Path) -> None:
    rig, _ = await held_shop()
    rig.fake.raises("push_stock", RejectedError("It needs a shipping profile first."))
    async with staged(rig, tmp_path, size=(120, 30)) as on:
        await on.press("9", "A", "y")

        assert on.said()[-1] == "Applied: 3 sent, 1 refused."
        assert on.shows("✗ refused", "It needs a shipping profile first.", "done 3")


async def test_two_shops_are_two_groups_that_are_marked_whole(tmp_path: Path) -> None:
    rig = await two_busy_shops()
    async with staged(rig, tmp_path, size=(120, 30)) as on:
        await on.press("9")
        assert on.shows("fake  ", "4 changes, 3 held, 1 asks", "? asks you")
        await on.press("space", "A")

        assert on.shows("Apply 4 changes?", "fake: 4 numbers change")
        assert on.shows("1 number somebody changed at the shop is overwritten.")
        assert not on.shows("fake-2: ")


async def test_p15_keep_and_ignore_are_one_key_and_take_asks(tmp_path: Path) -> None:
    for key, shop, on_hand, left in (("o", 10, 10, 0), ("ty", 14, 14, 0), ("i", 14, 10, 0)):
        rig = Rig()
        mug = rig.shop.list_item("Mug", 10, sku="MUG").remote_id
        await rig.stocked()
        configure_integration(rig.workspace, "fake", {"drift": "ask"})
        rig.shop.set_quantity(mug, 14)
        await rig.sync()
        async with staged(rig, tmp_path) as on:
            await on.press("9", "right", "right")
            assert on.shows("[changed there 1]", "? asks you", "14 → 10")
            assert on.shows("yours 10, the shop's 14, level last at 10; changed at the shop")
            await on.press(*key)
            await rig.work()
            await on.settle()

        assert rig.shop.quantity(mug) == shop
        assert rig.item("MUG").on_hand == on_hand
        assert rig.store.count(schema.LINKS, "asks", "fake:100") == left


async def test_p15_taking_theirs_says_first_what_it_does_to_stock(tmp_path: Path) -> None:
    rig = await two_busy_shops()
    async with staged(rig, tmp_path, size=(100, 30)) as on:
        await on.press("9", "right", "right", "t")

        assert on.shows("Take the shop's number?", "“Milk jug”", "fake shows 14, yours is 7.")
        assert on.shows("JUG: 10 → 17 on hand in", "Nothing is sent for this variant.")
        await on.press("enter")
        assert rig.item("JUG").on_hand == 10
        await on.press("t", "y")
        assert rig.item("JUG").on_hand == 17
        assert on.said()[-1] == "Milk jug: the shop's number is ours now."


async def test_p15_what_is_ignored_is_listed_apart_and_heeded_again(tmp_path: Path) -> None:
    rig = await two_busy_shops()
    async with staged(rig, tmp_path, size=(100, 30)) as on:
        await on.press("9", "right", "right", "i")
        assert "h among the ignored heeds it again" in on.said()[-1]
        assert not on.shows("Milk jug")
        assert on.shows("changed there 0", "ignored 1")
        await on.press("left", "left", "left")
        assert on.shows("[ignored 1]", "Milk jug", "14, yours 7", "- ignored")
        await on.press("A")
        assert on.said()[-1] == "There is nothing to apply."
        await on.press("i")
        assert on.said()[-1] == "It is ignored: h heeds it again."
        await on.press("h")

        assert on.said()[-1] == "Milk jug: heeded again."
        assert on.shows("changed there 1", "[ignored 0]")
        await on.press("h")
        assert on.said()[-1] == "Only what is ignored can be heeded again."


async def test_p15_the_inbox_leads_to_the_difference(tmp_path: Path) -> None:
    rig = await two_busy_shops()
    async with staged(rig, tmp_path, size=(120, 30)) as on:
        await on.press("5", "slash")
        await on.type("changed")
        await on.press("enter", "f")

        assert isinstance(on.app.screen, Plan)
        assert on.shows("[changed there 1]")
        assert on.table().row.title == "Milk jug"  # type: ignore[union-attr]  # a row is there


async def test_what_a_take_cannot_reach_is_told(tmp_path: Path) -> None:
    rig, ids = await held_shop()
    configure_integration(rig.workspace, "fake", {"max": "5", "buffer": "none"})
    rig.shop.set_quantity(ids["BOWL"], 25)
    rig.clock.advance(minutes=1)
    await rig.sync()
    async with staged(rig, tmp_path) as on:
        await on.press("9", "t")

        assert "no count of units makes the shop show 25" in on.said()[-1]


async def test_the_plan_follows_what_others_change(tmp_path: Path) -> None:
    rig, _ = await held_shop()
    async with staged(rig, tmp_path) as on:
        await on.press("9", "j", "space")
        assert on.table().selected == {"fake:100:1002"}
        adjust_stock(rig.workspace, "CUP", by=5, reason="found")
        await on.until(lambda: on.shows("10 → 12"))

        assert on.table().selected == {"fake:100:1002"}, "marks stay with their lines"


async def test_r_asks_for_the_shops_to_be_read(tmp_path: Path) -> None:
    rig, _ = await held_shop()
    async with staged(rig, tmp_path) as on:
        await on.press("9", "r")

        assert on.said()[-1] == "Asked for 2 syncs; the plan follows them."
        assert rig.store.count(schema.RUNS, "status", "queued") == 2


async def _slowly_applied(on: Stage, rig: Rig) -> dict[str, asyncio.Event]:
    """Apply the plan with an engine that waits for a gate before it reads and before it sends."""
    gates = {"reading": asyncio.Event(), "sending": asyncio.Event()}
    waits = iter(gates.values())

    async def engine(done: Callable[[], bool]) -> None:
        await next(waits).wait()
        await rig.wait(done)

    await on.press("9", "A")
    on.app.engine_did = engine  # type: ignore[method-assign]  # one that takes its time
    await on.pilot.press("y")
    return gates


async def test_p05_applying_shows_how_far_it_has_come(tmp_path: Path) -> None:
    rig, _ = await held_shop()
    async with staged(rig, tmp_path) as on:
        gates = await _slowly_applied(on, rig)
        await on.becomes(lambda: on.shows("Reading the shops first …"))
        gates["reading"].set()
        await on.becomes(lambda: on.shows("0 of 4"))
        await on.pilot.press("A")
        assert on.said()[-1] == "A plan is being applied just now."
        gates["sending"].set()
        await on.becomes(lambda: on.shows("Applied: 4 sent."))


@pytest.mark.parametrize("phase", ["reading", "sending"])
async def test_p05_c_stops_a_plan_that_is_applied(tmp_path: Path, phase: str) -> None:
    rig, _ = await held_shop()
    async with staged(rig, tmp_path) as on:
        gates = await _slowly_applied(on, rig)
        await on.becomes(lambda: on.shows("Reading the shops first … · c stops it"))
        if phase == "sending":
            gates["reading"].set()
            await on.becomes(lambda: on.shows("0 of 4 · c stops it"))
        await on.pilot.press("c")
        if phase == "sending":
            told = "Stopping before the next listing: 0 sent, 4 left. What is left is held again."
            await on.becomes(lambda: on.said()[-1:] == [told])
            gates["sending"].set()
        words = {
            "reading": "Stopped. Nothing was sent.",
            "sending": "Applied: 0 sent, 4 not sent, for you stopped it.",
        }
        await on.becomes(lambda: on.shows(words[phase]))
        assert not rig.fake.calls_of("push_stock")
        assert set(rig.outbox().values()) == {"held"}
        assert not rig.store.count(schema.RUNS, "status", "queued")
        await on.press("c")
        assert on.said()[-1].startswith("Nothing that waited for the plan is left to stop")


async def test_p05_c_in_the_outbox_stops_it_too(tmp_path: Path) -> None:
    rig, _ = await held_shop()
    sends = asyncio.Event()

    async def engine(done: Callable[[], bool]) -> None:
        if rig.store.count(schema.RUNS, "status", "queued"):
            await rig.wait(done)
            return
        await sends.wait()
        await rig.wait(done)

    async with staged(rig, tmp_path) as on:
        await on.press("9", "A")
        on.app.engine_did = engine  # type: ignore[method-assign]  # one that takes its time
        await on.pilot.press("y")
        await on.becomes(lambda: on.shows("0 of 4"))
        await on.pilot.press("6")
        await on.becomes(lambda: on.app.current_mode == "outbox")
        await on.pilot.press("c")
        await on.becomes(lambda: set(rig.outbox().values()) == {"held"})
        sends.set()
