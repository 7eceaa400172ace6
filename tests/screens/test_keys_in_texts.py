"""Texts name the keys that are really bound: the user's own where there are any."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import tuisync
from pottery import ETSY, pottery
from stage import Stage, stage
from states import empty
from tuisync.core.faces import REBINDABLE
from tuisync.core.store import schema
from tuisync.core.views.history import run_views
from tuisync.screens.setup.firstsync import FirstSyncPage, Found

GIVEN = {
    "go.marketplaces": "f2",
    "go.mapping": "f3",
    "go.outbox": "f9",
    "shop.set_up": "N",
    "shop.sync_manually": "S",
    "shop.show_details": "v",
    "shop.sign_in_again": "ctrl+r",
    "shop.enable": "E",
    "shop.disable": "D",
    "sync.now": "ctrl+s",
    "sync.show_records": "v",
    "listing.create_all_items": "M",
    "listing.create_item": "m",
    "listing.link_to_any_item": "f5",
    "listing.ignore": "-",
    "listing.unlink": "K",
    "listings.undo_last_decision": "ctrl+t",
    "item.add": "plus",
    "plan.see": "f",
    "plan.read_the_shops_first": "f6",
    "plan.apply": "f8",
    "list.next_group": "]",
    "list.previous_group": "[",
    "inbox.fix_it": "f7",
    "order.decide": "D",
    "order.map_a_line": "M",
    "order.return": "B",
    "table.unfilter": "f10",
    "confirm.yes": "j",
    "confirm.no": "f12",
    "data.back_up": "f11",
    "demo.buy": "B",
}


def _give(tmp_path: Path, keys: dict[str, str]) -> None:
    lines = (f'"{verb}" = "{key}"' for verb, key in keys.items())
    (tmp_path / "config.toml").write_text("[keys]\n" + "\n".join(lines), encoding="utf-8")


def _texts() -> Iterator[tuple[Path, str]]:
    root = Path(tuisync.__file__).parent
    for path in (*root.glob("screens/**/*.py"), *root.glob("widgets/*.py"), root / "app.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield path, node.value


def test_each_verb_that_a_text_names_can_be_given_another_key() -> None:
    named = {verb for _, text in _texts() for verb in re.findall(r"\{([a-z_-]+\.[a-z_]+)\}", text)}

    assert len(named) > 20
    assert named <= REBINDABLE


def test_no_text_spells_a_key_out() -> None:
    spelt = [text for _, text in _texts() if re.search(r"\bPress (?!\{|the key)", text)]

    assert spelt == []


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("f2", "Press N to connect a shop"),
        ("f3", "Press f2, then S, to fetch a shop's listings; ] shows the linked ones."),
        ("3", "Press f3, then M, to make one of every listing variant your shops have, or + to"),
        ("4", "Press f2, then S, to sync a shop; ] shows the other groups."),
        ("5 ]", "Nothing of that kind needs you; ] shows another group."),
        ("f9", "Press f to compare your numbers"),
        ("7", "Press ^s to sync now."),
        ("8", "Press f2, then S, to sync a shop."),
        ("9", "Press f2, then N, to connect one."),
    ],
)
async def test_an_empty_place_names_the_keys_the_user_gave(
    tmp_path: Path, place: str, said: str
) -> None:
    made = empty(tmp_path)
    _give(tmp_path, GIVEN)
    async with stage(made, size=(120, 40)) as on:
        await on.press(*(key.replace("]", "right_square_bracket") for key in place.split()))

        assert said in re.sub(r"\s+", " ", on.text)


async def _see(on: Stage, keys: str, *said: str) -> None:
    while len(on.app.screen_stack) > 1:
        on.app.pop_screen()
    await on.press(*keys.split())
    for each in said:
        assert each in re.sub(r"\s+", " ", on.text)


async def test_hints_reasons_and_dialogs_name_the_keys_the_user_gave(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    with made.workspace.store.transaction() as tx:
        for shop in list(tx.all(schema.INTEGRATIONS)):
            tx.put(schema.INTEGRATIONS, shop.but(status="needs_reauth"))
    _give(tmp_path, GIVEN)
    async with stage(made, size=(120, 40)) as on:
        await _see(on, "f2", "f2 Marketplaces", "Sign in again: v, then ^r.", "f3 goes there")
        await on.press("S")
        assert on.said()[-1].endswith("needs a sign-in first: v, then ^r.")
        await _see(on, "f2 v", "^r sign in again", "D disable")
        await _see(on, "f2 v D", "j Disable", "f12 Leave as it is")
        await on.press("j")
        await _see(on, "f2 v", "inactive E ")
        await _see(on, "5", "f7 sign in again")
        await _see(on, "3 slash z z z", "f10 takes the filter away")
        await on.press("f10")
        await _see(on, "comma", "f11 writes it, without sign-ins")
        await _see(on, "7 question_mark", "v shows what became of each item")


async def test_a_verb_that_lost_its_key_is_found_by_the_palette(tmp_path: Path) -> None:
    made = empty(tmp_path)
    _give(tmp_path, {"shop.set_up": "s"})
    async with stage(made) as on:
        await on.press("8")

        assert "Press 1, then ^p shop: sync manually, to sync" in re.sub(r"\s+", " ", on.text)


async def test_the_wizard_names_the_keys_the_user_gave(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    _give(tmp_path, {"page.go_on": "f8", "listing.create_all_items": "M", "signin.again": "f9"})
    shop = made.workspace.store.get(schema.INTEGRATIONS, ETSY)
    assert shop is not None
    async with stage(made) as on:
        page = FirstSyncPage(shop)
        await on.app.screen.mount(page)
        page.show(run_views(made.workspace.store, limit=1))
        page.say_next(Found(listings=7, variants=7, undecided=7, sure=7))
        await on.settle()
        assert "f8 goes on" in page.text
        assert "f8 goes to the mapping, a row each, where M makes" in re.sub(r"\s+", " ", on.text)


async def test_the_banner_names_the_key_of_a_demo(tmp_path: Path) -> None:
    made = empty(tmp_path)
    _give(tmp_path, GIVEN)
    async with stage(made, banner="Sandbox. {demo.buy} lets a buyer buy.") as on:
        assert on.shows("Sandbox. B lets a buyer buy.")


async def test_keys_given_while_it_runs_are_named_at_once(tmp_path: Path) -> None:
    async with stage(empty(tmp_path)) as on:
        await on.press("7")
        assert on.shows("Press s to sync now.")
        _give(tmp_path, GIVEN)
        on.app._follow_file()
        await on.settle()

        assert on.shows("Press ^s to sync now.", "f2 Market")
