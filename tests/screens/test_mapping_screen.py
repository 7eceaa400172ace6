from __future__ import annotations

from functools import partial
from pathlib import Path
from threading import get_ident
from typing import TYPE_CHECKING, Any

import msgspec

from pottery import ETSY, PotteryServices, pottery
from stage import Stage, stage
from tuisync.core.actions.links import ignore_variants, unlink_variants
from tuisync.core.models import Link
from tuisync.core.store import schema
from tuisync.core.views.links import link_views
from tuisync.core.views.objects import LinkView
from tuisync.widgets import grid
from tuisync.widgets.groups import Groups
from tuisync.widgets.line import Line
from tuisync.widgets.rows import Rows

if TYPE_CHECKING:
    import pytest

CAFE = f"{ETSY}:1412000021"
CHIPPED = f"{ETSY}:1412000025"
DINNER = f"{ETSY}:1412000023"
TEAPOT = f"{ETSY}:1412000010"


def _link(made: PotteryServices, variant: str) -> Link:
    found = made.workspace.store.get(schema.LINKS, variant)
    assert found is not None
    return found


def _sku(made: PotteryServices, variant: str) -> str | None:
    item = _link(made, variant).item
    found = made.workspace.store.get(schema.ITEMS, item) if item else None
    return found.sku if found else None


async def test_s44_the_open_ones_stand_apart_and_are_counted(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("2")

        assert on.shows("[to decide 9]", "linked 13", "ignored 1", "all 23")
        assert on.table("#links").shown == 9
        await on.press("right")
        assert on.table("#links").shown == 13
        assert {link.state for link in on.table("#links").rows} == {"linked"}


async def test_large_groups_are_made_and_measured_in_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: dict[object, int] = {}
    made, widest = Groups.rows, Rows.widest

    def rows(self: Groups[Any], group: str) -> Rows[Any]:
        threads.setdefault(group, get_ident())
        return made(self, group)

    def measured(self: Rows[Any], name: str, *how: Any) -> int:
        if len(self) and isinstance(self[0], LinkView):
            threads.setdefault((len(self), name), get_ident())
        return widest(self, name, *how)

    monkeypatch.setattr(grid, "FEW", 0)
    monkeypatch.setattr(Groups.is_at_hand, "__kwdefaults__", {"within": 0})
    monkeypatch.setattr(Groups, "rows", rows)
    monkeypatch.setattr(Rows, "widest", measured)
    async with stage(pottery(tmp_path)) as on:
        await on.press("2")
        for count in (13, 1, 23, 9):
            await on.press("right")
            await on.until(partial(_shows_so_many, on, count))

    assert {"open", "linked", "ignored", "", (13, "item"), (23, "item")} <= threads.keys()
    assert get_ident() not in threads.values()


def _shows_so_many(on: Stage, count: int) -> bool:
    return on.table("#links").shown == count


async def test_undo_leads_back_to_what_it_restores(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("2")
        links = on.table("#links")
        links.go_to(DINNER)
        await on.press("enter", "right", "slash")
        await on.type("vase")
        await on.press("enter", "z")

        assert (on.table("#links").key, on.shows("[to decide 9]")) == (DINNER, True)
        assert (
            on.said()[-1]
            == "Taken back: “Dinner plate - ash glaze (second qu…” was linked to PLATE-DINNER."
        )

        links.go_to(f"{ETSY}:1412000011")
        await on.press("right")
        links.go_to(f"{ETSY}:1412000011")
        await on.press("u", "z")
        assert on.table("#links").key == f"{ETSY}:1412000011"
        assert on.shows("[linked 13]")


async def test_a_guess_in_a_conflict_is_asked_about(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    reason = "Several variants of this listing have the SKU BOWL."
    with made.workspace.store.transaction() as tx:
        tx.put(schema.LINKS, _link(made, DINNER).but(state="conflict", reason=reason))
    async with stage(made) as on:
        await on.press("2")
        on.table("#links").go_to(DINNER)
        await on.settle()
        assert on.text.index("Why open") < on.text.index("SKU there")
        await on.press("enter")

        assert on.shows("Link it to PLATE-DINNER?", "similar name", "It is a conflict because")
        await on.press("enter")  # the safe answer has the focus
        assert _link(made, DINNER).state == "conflict"
        await on.press("enter", "y")
        assert _sku(made, DINNER) == "PLATE-DINNER"


async def test_an_equal_sku_is_linked_at_once_even_in_a_conflict(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    store = made.workspace.store
    with store.transaction() as tx:
        tx.put(schema.LINKS, _link(made, DINNER).but(state="conflict", reason="2 items fit."))
        listing = tx.get(schema.LISTINGS, DINNER)
        assert listing is not None
        variants = tuple(msgspec.structs.replace(v, sku="TEAPOT-1") for v in listing.variants)
        tx.put(schema.LISTINGS, listing.but(variants=variants))
    async with stage(made) as on:
        await on.press("2")
        on.table("#links").go_to(DINNER)
        await on.press("enter")

        assert _sku(made, DINNER) == "TEAPOT-1"


async def test_candidates_come_with_their_reason(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("2")
        on.table("#links").go_to(DINNER)
        await on.settle()

        assert on.table("#candidates").key == "PLATE-DINNER"
        assert on.shows("PLATE-DINNER", "similar name")


async def test_s04_enter_links_the_first_candidate_and_the_next_one_is_up(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("2")
        on.table("#links").go_to(DINNER)
        await on.press("enter")

        assert _sku(made, DINNER) == "PLATE-DINNER"
        assert _link(made, DINNER).basis == "manual"
        assert on.shows("[to decide 8]")
        assert on.table("#links").key == f"{ETSY}:1412000024"


async def test_another_candidate_is_taken_on_the_right(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("2")
        on.table("#links").go_to(CHIPPED)
        await on.settle()
        wanted = [candidate.sku for candidate in on.table("#candidates").rows][1]
        await on.press("tab", "down", "enter")

        assert _sku(made, CHIPPED) == wanted


async def test_another_listing_begins_at_its_first_candidate(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("2")
        links, candidates = on.table("#links"), on.table("#candidates")
        first, second, *_ = [row.variant for row in links.rows if len(row.candidates) > 1]
        links.go_to(first)
        await on.settle()
        candidates.action_move_to(1)
        links.go_to(second)
        await on.settle()

        assert candidates.cursor == 0


async def test_any_item_can_be_chosen_by_typing_part_of_it(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("2", "m")
        await on.type("teapot")
        await on.press("enter")

        assert _sku(made, CAFE) == "TEAPOT-1"


async def test_an_item_is_made_of_a_listing(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("2", "c")
        await on.until(lambda: _link(made, CAFE).state == "linked")

        assert _sku(made, CAFE) == "ETSY-1412000021"


async def test_all_unconfirmed_become_items_by_one_key(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("2", "C")
        assert on.shows("Make items of 6 variants?", "Stock is opened with what")
        await on.press("y")
        await on.until(lambda: not made.workspace.store.count(schema.LINKS, "state", "unconfirmed"))
        await on.settle()

        assert on.shows("[to decide 3]")
        assert on.said()[-1] == ("6 items made, with the shops' counts. z takes it back.")
        await on.press("z")
        assert on.said()[-1] == "Taken back: items were made of 6 variants."
        assert on.shows("[to decide 9]")


async def test_p09_an_ignored_one_is_asked_about_again_and_that_is_taken_back(
    tmp_path: Path,
) -> None:
    made = pottery(tmp_path)
    ignore_variants(made.workspace, [DINNER])
    async with stage(made, size=(120, 40)) as on:
        await on.press("2", "left", "left")
        assert on.shows("[ignored 2]")
        on.table("#links").go_to(DINNER)
        await on.settle()
        assert on.shows("You said that no item stands behind this one.", "u asks about it again")
        await on.press("u")
        assert _link(made, DINNER).state == "unconfirmed"
        assert on.said()[-1].endswith("is asked about again. z takes it back.")
        await on.press("z")

        assert _link(made, DINNER).state == "ignored"


async def test_p09_all_exact_ones_leaves_what_was_unlinked_and_says_how_to_link_it(
    tmp_path: Path,
) -> None:
    made = pottery(tmp_path)
    mug = next(each for each in link_views(made.workspace.store) if each.basis == "sku")
    unlink_variants(made.workspace, [mug.variant])
    async with stage(made) as on:
        await on.press("2", "A")
        assert on.said()[-1] == ("You unlinked one that fits: mark it with space, then A links it.")
        on.table("#links").go_to(mug.variant)
        await on.press("space", "A", "y")

        assert _sku(made, mug.variant) == mug.item


async def test_the_items_that_resemble_a_listing_are_offered_first(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        on_bowl = "Café au Lait Bowl"
        await on.press("2", "m")
        assert on.shows(f"Which item is “{on_bowl}”?")
        first = [line for line in on.text.split("\n") if "│" in line][1:3]
        assert any("BOWL-OAT" in line and "similar name" in line for line in first)


async def test_create_all_says_that_what_is_left_is_in_conflict(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("2", "C", "y")
        assert on.shows("conflict")
        await on.press("C")
        assert on.said()[-1] == "What is left is in conflict: c makes one item of it."


async def test_marked_ones_are_ignored_together(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("2", "space", "space", "i")

        assert on.shows("[to decide 7]", "ignored 3")
        assert on.said()[-1] == "2 variants are ignored. z takes it back."
        await on.press("z")
        assert on.shows("[to decide 9]", "ignored 1")


async def test_marked_ones_that_a_filter_hides_are_meant_and_no_others(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("2")
        on.table("#links").go_to(CHIPPED)
        await on.press("space", "slash")
        await on.type("dinner")
        await on.press("enter")
        assert (on.table("#links").key, on.shows("1 marked, 1 hidden")) == (DINNER, True)
        await on.press("enter")
        assert on.said()[-1] == (
            "Another row is marked: space marks this one, too, esc takes the marks away."
        )
        await on.press("i")

        assert (_link(made, DINNER).state, _link(made, CHIPPED).state) == ("unconfirmed", "ignored")
        await on.press("enter")
        assert _link(made, DINNER).state == "linked"


async def test_of_what_is_marked_all_that_can_be_are_taken_apart(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    linked = f"{ETSY}:1412000011"
    async with stage(made) as on:
        await on.press("2", "left")
        on.table("#links").go_to(DINNER)
        await on.press("space", "u")
        assert on.said()[-1] == "It is not linked."
        on.table("#links").go_to(linked)
        await on.press("space", "u")

        assert (_link(made, linked).item, on.table("#links").selected) == (None, frozenset())


async def test_undo_leads_back_to_the_upper_one_of_several(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    ignore_variants(made.workspace, [f"{ETSY}:14120000{number}" for number in (23, 26)])
    async with stage(made) as on:
        await on.press("2", "z")

        assert on.table("#links").key == f"{ETSY}:1412000026"


async def test_s23_a_link_is_taken_apart(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    variant = f"{ETSY}:1412000011"
    async with stage(made) as on:
        await on.press("2", "right")
        on.table("#links").go_to(variant)
        await on.press("u")

        assert _link(made, variant).state == "unconfirmed"
        assert _link(made, variant).never == ("item-VASE-TALL",)
        assert "is not linked any more. z takes it back." in on.said()[-1]


async def test_several_links_are_taken_apart_only_after_asking(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("2", "right", "space", "space", "u")
        assert on.shows("Unlink 2 variants?")
        await on.press("n")
        assert made.workspace.store.count(schema.LINKS, "state", "linked") == 13
        await on.press("u", "y")
        assert made.workspace.store.count(schema.LINKS, "state", "linked") == 11


async def test_what_cannot_be_done_says_why(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("2", "u")
        assert on.said()[-1] == "It is not linked."
        await on.press("right", "enter")
        assert on.said()[-1] == "It is linked: u takes the link apart first."


async def test_side_by_side_where_there_is_room(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path), size=(160, 40)) as on:
        await on.press("2")
        links, candidates = on.table("#links").region, on.table("#candidates").region

        assert candidates.x >= links.right
        assert candidates.y == links.y


def _break(made: PotteryServices, variant: str, *, gone: bool) -> None:
    """Let the shop delete what is linked, or rebuild it."""
    with made.workspace.store.transaction() as tx:
        link = _link(made, variant)
        tx.put(schema.LINKS, link.but(state="broken", reason="…"))
        listing = tx.get(schema.LISTINGS, link.listing)
        assert listing is not None
        tx.put(schema.LISTINGS, listing.but(state="removed" if gone else listing.state))


async def test_what_is_gone_offers_one_way_out_and_no_number(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    _break(made, TEAPOT, gone=True)
    async with stage(made) as on:
        await on.press("2")
        on.table("#links").go_to(TEAPOT)
        await on.settle()
        assert on.shows("✗ gone", "✗ gone from the shop", "x lets it go")
        assert not on.shows("shows 2")
        for key in ("enter", "m", "c", "e", "i", "u", "o"):
            await on.press(key)
            assert on.said()[-1] == "It is gone from the shop: x lets it go.", key

        await on.press("x")

        assert _link(made, TEAPOT).state == "ignored"
        assert on.said()[-1] == "Teapot for Two, Wood Fired is let go. z takes it back."
        await on.press("z")
        assert _sku(made, TEAPOT) == "TEAPOT-1"


async def test_what_was_rebuilt_is_mended_by_a_sync(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    _break(made, TEAPOT, gone=False)
    async with stage(made) as on:
        await on.press("2")
        on.table("#links").go_to(TEAPOT)
        await on.settle()
        assert on.shows("✗ broken", "Its variations were changed at the shop", "1, then s")
        for key in ("enter", "m", "c", "e", "i"):
            await on.press(key)
            assert "1, then s" in on.said()[-1], key
        await on.press("x")
        assert on.said()[-1] == "It is still at the shop."
        await on.press("u")
        assert (_link(made, TEAPOT).state, _sku(made, TEAPOT)) == ("unconfirmed", None)


async def test_what_is_gone_is_let_go_from_the_inbox(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    _break(made, TEAPOT, gone=True)
    async with stage(made) as on:
        await on.press("5")
        on.table().go_to(f"broken:{TEAPOT}")
        await on.settle()
        assert on.shows("It is gone from the shop.", "let it go")

        await on.press("f")

        assert _link(made, TEAPOT).state == "ignored"
        assert on.said()[-1] == "Teapot for Two, Wood Fired is let go. 2, then z takes it back."
        assert f"broken:{TEAPOT}" not in [row.entry.id for row in on.table().rows]


async def test_tab_goes_from_the_words_to_the_list_of_items_and_back(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("2")
        on.table("#links").go_to(DINNER)
        await on.press("m", *"plate", "tab", "j", "k", "tab")
        assert on.app.screen.query_one(Line).value == "plate"
        await on.press("tab", "x")
        assert on.app.screen.query_one(Line).value == "platex"
        await on.press("backspace", "tab", "j", "enter")

        assert _sku(made, DINNER) == "PLATE-SIDE"
