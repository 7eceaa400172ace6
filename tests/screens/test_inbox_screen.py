from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest

from pottery import ETSY, FAIR, calm, pottery, troubled
from stage import stage
from tuisync.core.inbox.gather import MANY
from tuisync.core.inbox.rows import FixKind
from tuisync.core.store import schema
from tuisync.core.store.port import Store
from tuisync.screens import fixing
from tuisync.screens.details import Details
from tuisync.screens.plan import Plan
from tuisync.screens.setup import SignInAgain

_ITS_CAUSE = "Only pushes and records can be given up; this goes away with its cause."
REFUSED = f"stock:{ETSY}:1412000006"


async def test_p08_the_inbox_tells_what_why_and_the_one_key(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("5")

        assert on.shows("[all 8]", "shops 1", "failed 4", "to map 2", "to review 1")
        assert on.shows("! sign in", "Why  Craft Fair says that access was taken back.")
        assert on.shows("f    sign in again", "Or   1, enter, then r.")
        await on.press("j")
        assert on.shows("f    send it again", "the listing needs a shipping profile first")
        await on.press("j")
        assert on.shows("f     read it again", "The listing has no price in USD.")


async def test_p08_every_screen_says_how_many_things_need_the_user(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path), size=(120, 30)) as on:
        for key in "12345678":
            await on.press(key)
            assert on.shows("! 8 need you", "5 Inbox 8")


async def test_f_does_what_mends_the_row(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("5", "f")
        assert isinstance(on.app.screen, SignInAgain)
        await on.press("escape", "j", "f")
        entry = made.workspace.store.get(schema.OUTBOX, REFUSED)
        assert entry is not None
        assert entry.state == "queued"
        await on.press("5", "G", "f")
        assert isinstance(on.app.screen, Plan)


async def test_f_reads_a_failed_record_again(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("5", "j", "j", "f")

        assert on.said()[-1].startswith("Asked for Moon Jar (")
    queued = made.workspace.store.find(schema.RUNS, "status", "queued")
    assert [(run.module, run.trigger, run.only) for run in queued] == [
        ("items", "resync", ("1412000061",))
    ]


async def test_enter_shows_where_a_cause_is_at_home(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("5", "enter")
        assert isinstance(on.app.screen, Details)
        await on.press("escape", "j", "enter")
        assert on.shows("[refused 1]", "▌ ✗ refused", "Dinner Plate")
        await on.press("5", "G", "k", "k", "enter")
        assert on.shows("[etsy: in conflict 3]", "▌ ! conflict", "Porcelain Ring")
        assert on.app.current_mode == "mapping"


def test_there_is_something_to_do_for_every_kind_of_cause() -> None:
    kinds = set(get_args(FixKind))

    assert set(fixing.WORDS) == kinds
    assert set(fixing._FIXES) == kinds
    assert set(fixing._HOMES) == kinds


async def test_a_push_is_given_up_once_that_is_confirmed(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("5", "x")
        assert on.said()[-1] == _ITS_CAUSE
        await on.press("j", "x")
        assert on.shows("Give up Dinner Plate", "A number is owed again once it")
        await on.press("y")
        assert on.shows("[all 7]")
        await on.press("x")
        assert on.shows("[all 6]")
        assert on.said()[-1].endswith("it comes back should it fail again.")
    entry = made.workspace.store.get(schema.OUTBOX, REFUSED)
    assert entry is not None
    assert entry.state == "superseded"


async def test_a_row_goes_away_by_itself_with_its_cause(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("5", "j", "j")
        with made.workspace.store.transaction() as tx:
            tx.delete(schema.FAILURES, f"item:{ETSY}:1412000062")
        await on.until(lambda: on.shows("[all 7]"))

        assert on.shows("▌ ✗ refused    Moon Jar"), "the cursor stays where it was"
        assert on.shows("! 7 need you")


async def test_a_shop_that_has_gone_quiet_comes_by_itself(tmp_path: Path) -> None:
    made = calm(tmp_path)
    async with stage(made) as on:
        await on.press("5")
        assert on.shows("Nothing needs you.")
        made.workspace.clock.advance(hours=9)  # type: ignore[attr-defined]  # a manual clock
        on.app.stir()
        told = "Nothing has been synced for 9 hours"
        await on.until(lambda: on.shows("! not synced", "! 1 need you", told))

        await on.press("f")
        assert made.workspace.store.count(schema.RUNS, "status", "queued") == 2


async def test_an_empty_inbox_says_what_it_is_for(tmp_path: Path) -> None:
    async with stage(calm(tmp_path)) as on:
        await on.press("5")

        assert on.shows("Nothing needs you.", "goes away by itself")
        await on.press("f")
        assert on.said()[-1] == "Nothing needs you here."


async def test_many_of_a_kind_are_one_row(tmp_path: Path) -> None:
    async with stage(troubled(tmp_path), size=(120, 40)) as on:
        await on.press("5")

        assert on.shows("300 listings", "It has no quantity.", "It was refunded after it was sent.")
        assert on.shows("… no answer", "Items were not read to the end")
        assert on.shows("✗ oversold", "POT-FERN", "5 more were sold than there are")


async def test_f_asks_what_is_to_be_decided_about_an_order(tmp_path: Path) -> None:
    made = troubled(tmp_path)
    async with stage(made, size=(120, 40)) as on:
        await on.press("5", "j", "j", "f")
        assert on.shows("on hold")
        await on.press("escape", "j", "f")
        assert on.shows("Nowhere") or on.shows("It is in")
        await on.press("escape")

        assert on.app.current_mode == "inbox"


def _asking(store: Store, shop: str, count: int, **asks: object) -> list[str]:
    """Make orders of a shop that ask something; return their numbers."""
    with store.transaction() as tx:
        old = next(each for each in tx.all(schema.ORDERS) if each.open)
        made = [
            old.but(
                id=f"{shop}:asks-{number}",
                integration=shop,
                remote_id=f"asks-{number}",
                number=f"{shop}-{number}",
                placed_at=old.placed_at + timedelta(days=number),
                **asks,
            )
            for number in range(count)
        ]
        for each in made:
            tx.put(schema.ORDERS, each)
    return [each.number for each in made]


UNPAID = {
    "visible": False,
    "payment": "unpaid",
    "gate": "needs_decision",
    "doubt": "It has not been paid for two weeks, and its units are kept: please decide.",
}
REFUNDED = {"fulfilment": "shipped", "asks_return": True}


@pytest.mark.parametrize("key", ["f", "enter"])
@pytest.mark.parametrize(
    ("asks", "row", "pill"),
    [
        (UNPAID, f"decide:{ETSY}", "etsy: to decide"),
        (REFUNDED, f"return:{ETSY}", "etsy: came back?"),
    ],
)
async def test_p08_the_key_of_many_orders_leads_to_exactly_those(
    tmp_path: Path, key: str, asks: dict[str, object], row: str, pill: str
) -> None:
    made = pottery(tmp_path)
    numbers = _asking(made.workspace.store, ETSY, MANY + 1, **asks)
    _asking(made.workspace.store, FAIR, 3, **asks)
    async with stage(made, size=(120, 40)) as on:
        await on.press("5")
        on.table().go_to(row)
        await on.settle()
        assert re.search(rf"▌ \? decide +{len(numbers)} orders", on.text)
        await on.press(key)

        assert on.app.current_mode == "orders"
        assert on.shows(f"[{pill} {len(numbers)}]")
        assert sorted(row.number for row in on.table().rows) == sorted(numbers)


async def test_an_order_that_was_answered_leaves_the_list_of_those_that_ask(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    _asking(made.workspace.store, ETSY, MANY + 1, **REFUNDED)
    async with stage(made, size=(120, 40)) as on:
        await on.press("4", "slash", *"ada", "enter", "5", "j", "enter")
        assert on.shows(f"[etsy: came back? {MANY + 1}]")
        with made.workspace.store.transaction() as tx:
            order = tx.get(schema.ORDERS, f"{ETSY}:asks-0")
            assert order is not None
            tx.put(schema.ORDERS, order.but(asks_return=False))
        await on.until(lambda: on.shows(f"[etsy: came back? {MANY}]"))
        await on.press("right")
        assert on.shows("[all")


@pytest.mark.parametrize("visited", [False, True])
async def test_choose_an_item_opens_the_list_of_items(tmp_path: Path, visited: bool) -> None:
    made = pottery(tmp_path)
    ignored = made.workspace.store.count(schema.LINKS, "state", "ignored")
    async with stage(made) as on:
        for key in ("2", "5") if visited else ("5",):
            await on.press(key)
        for row in [row for row in on.table().rows if row.entry.fix.does == "map"]:
            await on.press("5")
            on.table().go_to(row.entry.id)
            await on.press("f", *"indigo")

            assert on.shows("Which item is", "indigo")
            many = row.entry.fix.ids  # of a listing's variants in conflict, the first is meant
            assert not many or on.shows("Which item is “Porcelain Ring - 5”?")
            await on.press("escape", "escape")

    assert made.workspace.store.count(schema.LINKS, "state", "ignored") == ignored


async def test_variants_that_share_a_sku_are_said_to_be_items_of_their_own(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path), size=(100, 30)) as on:
        await on.press("5")
        rows = on.table().rows
        on.table().go_to(
            next(row.entry.id for row in rows if row.entry.subject == "Porcelain Ring")
        )
        await on.settle()

        assert on.shows("2, then c makes it an item of its own; m decides.")
        await on.press("2", "slash", *"ring", "enter", "c")
        await on.until(lambda: "RING-5" in on.said()[-1])
