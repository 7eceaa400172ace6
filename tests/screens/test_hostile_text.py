"""Whatever a shop's texts contain, every screen shows it and none obeys it."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from rich.cells import cell_len, get_character_cell_size

from pottery import ETSY, PotteryServices, pottery
from stage import stage
from states import SCREENS
from tuisync.core.models import Comment
from tuisync.core.store import schema
from tuisync.core.store.port import Transaction
from tuisync.widgets.columns import GAP
from tuisync.widgets.painting import MARGIN
from tuisync.widgets.table import Table

HOSTILE = {
    "markup": "[bold red]Sale[/] [link=http://evil.example]click[/link] [/nothing]",
    "escape": "Mug\x1b[2J\x1b]0;owned\x07\x1b[31m",
    "bidi": "\u202egum \u2066der\u2069 \u200f",
    "control": "a\x00b\x07c\x08d\x9b31me\x85f\u2028g",
    "long": "Very long name " * 667,
    "zalgo": "Z\u0301\u0302\u0303\u0304\u0305" * 100,
    "wide": "👨\u200d👩\u200d👧‍👦 湯呑み ❤\ufe0f " * 30,
    "rtl": "كوب خزفي يدوي الصنع",
    "flags": "🇫🇷 Tasse 🇩🇪 👋🏽 1\ufe0f\u20e3",
    "indic": "हिन्दी प्याला தமிழ்",
    "wide and long": "湯呑み" * 3_000,
    "empty": "",
    "formula": '=HYPERLINK("http://evil.example")',
}


def _poison(made: PotteryServices, *kinds: str) -> None:
    """Put the texts wherever a shop's or a buyer's words are kept, one after the other."""
    texts = itertools.cycle([HOSTILE[kind] for kind in kinds])
    with made.workspace.store.transaction() as tx:
        _poison_shops(tx, texts)
        _poison_sales(tx, texts)


def _poison_shops(tx: Transaction, texts: Iterator[str]) -> None:
    for listing in list(tx.all(schema.LISTINGS)):
        text = next(texts)
        variants = tuple(
            msgspec.structs.replace(each, sku=text or None, options={text: text})
            for each in listing.variants
        )
        tx.put(schema.LISTINGS, listing.but(title=text, variants=variants))
    for link in list(tx.all(schema.LINKS)):
        tx.put(schema.LINKS, link.but(reason=next(texts)))
    for item in list(tx.all(schema.ITEMS)):
        tx.put(schema.ITEMS, item.but(name=next(texts)))
    for shop in list(tx.all(schema.INTEGRATIONS)):
        tx.put(schema.INTEGRATIONS, shop.but(shop_name=next(texts), status_reason=next(texts)))


def _poison_sales(tx: Transaction, texts: Iterator[str]) -> None:
    for contact in list(tx.all(schema.CONTACTS)):
        tx.put(schema.CONTACTS, contact.but(name=next(texts), email=next(texts)))
    for order in list(tx.all(schema.ORDERS)):
        lines = tuple(msgspec.structs.replace(each, title=next(texts)) for each in order.lines)
        comment = Comment(text=next(texts), at=order.placed_at, by="user")
        tx.put(schema.ORDERS, order.but(lines=lines, comments=(comment,)))
    for page in list(tx.all(schema.RECORDS)):
        records = tuple(
            msgspec.structs.replace(each, title=next(texts), reason=next(texts))
            for each in page.records
        )
        tx.put(schema.RECORDS, page.but(records=records))
    for entry in list(tx.all(schema.OUTBOX)):
        tx.put(schema.OUTBOX, entry.but(reason=next(texts)))


def _is_inert(text: str) -> bool:
    bad = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return not any(unicodedata.category(each) in bad for each in text if each != "\n")


@pytest.mark.parametrize("turn", [0, 3, 7])
async def test_hostile_text_is_inert_on_every_screen(tmp_path: Path, turn: int) -> None:
    made = pottery(tmp_path)
    kinds = list(HOSTILE)
    _poison(made, *kinds[turn:], *kinds[:turn])
    async with stage(made, size=(100, 34)) as on:
        for name, keys in SCREENS.items():
            while len(on.app.screen_stack) > 1:
                on.app.pop_screen()
            await on.press(*keys.split())
            assert _is_inert(on.text), name
            assert all(cell_len(line) <= 100 for line in on.text.split("\n")), name
        assert on.app.is_running


async def test_markup_is_shown_as_it_was_written(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    _poison(made, "markup")
    async with stage(made, size=(160, 40)) as on:
        await on.press("2")

        assert on.shows("[bold red]Sale[/]", "[link=http:")
        await on.press("8")
        assert on.shows("[bold red]Sale[/] [link=http:")


async def test_a_hostile_error_is_told_as_text(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        on.app.say("Etsy: [/red] \x1b[31mboom\x1b[0m [link=x]", "error", "It [bold]said[/] no")
        await on.settle()
        await on.press("exclamation_mark")

        assert on.shows("[/red] boom [link=x]")


async def test_a_dialog_names_a_hostile_listing_in_one_line(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    with made.workspace.store.transaction() as tx:
        listing = tx.get(schema.LISTINGS, f"{ETSY}:1412000021")
        assert listing is not None
        tx.put(schema.LISTINGS, listing.but(title="[red]\x1b]0;x\x07" + "y" * 10_000))
    async with stage(made) as on:
        await on.press("2")
        on.table("#links").go_to(f"{ETSY}:1412000021")
        await on.press("m")

        assert on.shows("Which item is “[red]yyy")


LISTS = ("1", "2", "3", "4", "5", "6", "7", "7 enter", "8", "9", "1 enter", "4 enter", "3 enter")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
@pytest.mark.parametrize("turn", [0, 7])
async def test_no_text_pushes_a_column_aside(
    tmp_path: Path, turn: int, size: tuple[int, int]
) -> None:
    made = pottery(tmp_path)
    kinds = list(HOSTILE)
    _poison(made, *kinds[turn:], *kinds[:turn])
    looked_at = 0
    async with stage(made, size=size) as on:
        for keys in LISTS:
            while len(on.app.screen_stack) > 1:
                on.app.pop_screen()
            await on.press(*keys.split())
            for table in on.app.screen.query(Table):
                for line in _rows_drawn(table):
                    looked_at += 1
                    assert all(line[at] == " " for at in _gaps(table)), (keys, "".join(line))
    assert looked_at > 80


def _rows_drawn(table: Table[Any]) -> Iterator[list[str]]:
    """Iterate over the rows in sight, each as what stands in each cell."""
    room = table.size.height - table.header_height if table.display else 0
    for line in range(min(room, table.shown)):
        text = table.render_line(line + table.header_height).text
        yield [
            part
            for character in text
            for part in [character, *[""] * (get_character_cell_size(character) - 1)]
            if get_character_cell_size(character)
        ]


def _gaps(table: Table[Any]) -> Iterator[int]:
    """Iterate over the cells between two columns."""
    at = MARGIN
    for column in table._placed()[:-1]:
        at += column.width
        yield from range(at, at + GAP)
        at += GAP


@pytest.mark.parametrize("kind", ["wide", "flags", "indic", "rtl", "zalgo", "wide and long"])
async def test_no_text_pushes_the_border_of_a_dialog_aside(tmp_path: Path, kind: str) -> None:
    made = pottery(tmp_path)
    _poison(made, kind)
    async with stage(made) as on:
        for keys in ("2 m", "4 s", "3 a", "8 enter", "9 A"):
            while len(on.app.screen_stack) > 1:
                on.app.pop_screen()
            await on.press(*keys.split())
            lines = [line for line in on.text.split("\n") if re.search("[╭│╰]", line)]
            ends = {cell_len(line[: max(line.rfind(each) for each in "╮│╯")]) for line in lines}

            assert len(lines) > 3, keys
            assert len(ends) == 1, on.text
