"""Drift by command line: the report, and the three answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from terminal import Terminal
from tuisync.core.actions.items import adjust_stock
from tuisync.core.remote import Capabilities
from tuisync.testing import FakeMarketplace, ManualClock

ROW = "integration variant sku kind ours confirmed shop"
LINKS = 1_000


def _variants(rows: list[dict[str, Any]]) -> dict[str, str]:
    return {row["variant"]: row["kind"] for row in rows}


def test_p15_drift_names_the_three_numbers_and_check_exits_4(terminal: Terminal) -> None:
    mug = terminal.stocked()
    assert terminal.json("drift", "--check") == []
    terminal.ok("integration", "set", "fake", "drift=ask")
    terminal.shop.set_quantity(mug, 14)
    terminal.ok("sync")
    terminal.fake.calls.clear()

    ended = terminal("drift", "--check", "--json")

    assert (ended.code, ended.error["code"]) == (4, "different")
    [row] = ended.json
    assert {key: row[key] for key in ROW.split()} == {
        "integration": "fake",
        "variant": f"fake:100:{mug}",
        "sku": "MUG",
        "kind": "there",
        "ours": 10,
        "confirmed": 10,
        "shop": 14,
    }
    assert terminal.fake.calls == []
    assert "changed there" in terminal.ok("drift").out


def test_p15_what_is_ignored_is_listed_and_heeded_again(terminal: Terminal) -> None:
    mug = terminal.stocked()
    terminal.ok("integration", "set", "fake", "drift=ask")
    terminal.shop.set_quantity(mug, 14)
    terminal.ok("sync")
    variant = f"fake:100:{mug}"
    assert terminal.json("drift", "--ignored") == []
    terminal.ok("drift", "ignore", variant)
    assert terminal.json("drift") == []

    [row] = terminal.json("drift", "--ignored")
    assert (row["variant"], row["ignored"], row["waits"]) == (variant, True, False)
    assert "ignored" in terminal.ok("drift", "--ignored").out

    assert terminal.json("drift", "heed", variant)["ignored"] is False
    assert [row["waits"] for row in terminal.json("drift")] == [True]
    assert terminal.json("drift", "--ignored") == []
    again = terminal("drift", "heed", variant, "--json")
    assert (again.code, again.error["message"]) == (2, "That difference is not ignored.")
    assert terminal.shop.quantity(mug) == 14


def test_push_and_sync_write_nothing_that_is_to_be_asked(terminal: Terminal) -> None:
    mug = terminal.stocked()
    terminal.ok("integration", "set", "fake", "drift=ask")
    terminal.shop.set_quantity(mug, 14)
    terminal.ok("sync")

    pushed = terminal.ok("push", "--json")

    assert [each["title"] for each in pushed.json["held"]] == ["Mug"]
    assert "Mug" in pushed.err
    assert (terminal.shop.quantity(mug), terminal.fake.calls_of("push_stock")) == (14, [])
    plan = terminal.json("plan")
    assert [(c["old"], c["new"], c["held"]) for c in plan["changes"]] == [(14, 10, True)]
    terminal.ok("apply", plan["id"])
    assert terminal.shop.quantity(mug) == 10


def test_p15_each_answer_by_command(terminal: Terminal) -> None:
    mug = terminal.stocked()
    variant = f"fake:100:{mug}"
    terminal.ok("integration", "set", "fake", "drift=ask")

    terminal.shop.set_quantity(mug, 14)
    terminal.ok("sync")
    taken = terminal.json("drift", "take", variant)
    assert (taken["ours"], taken["shop"]) == (10, 14)
    assert terminal.json("items", "show", "MUG")["on_hand"] == 14
    assert terminal.json("why", "MUG")["movements"][-1]["kind"] == "adjust"
    assert terminal.json("drift") == []

    terminal.shop.set_quantity(mug, 9)
    terminal.ok("sync")
    kept = terminal.ok("drift", "keep", variant)
    assert "1 push is owed" in kept.err
    terminal.ok("push")
    assert terminal.shop.quantity(mug) == 14

    terminal.shop.set_quantity(mug, 20)
    terminal.ok("sync")
    terminal.ok("drift", "ignore", variant)
    assert (terminal.json("drift"), terminal.json("plan")["changes"]) == ([], [])
    assert terminal.json("drift", "keep", variant)["shop"] == 20
    terminal.ok("push")
    assert terminal.shop.quantity(mug) == 14
    assert terminal.fails(2, "drift", "keep", variant)["code"] == "not_found"
    assert terminal.fails(2, "drift", "take", "fake:100:99")["code"] == "not_found"


def test_p15_take_says_why_it_cannot(terminal: Terminal) -> None:
    mug = terminal.stocked()
    terminal.ok("integration", "set", "fake", "drift=ask", "max=5")
    terminal.ok("push")
    terminal.shop.set_quantity(mug, 25)
    terminal.ok("sync")

    error = terminal.fails(2, "drift", "take", f"fake:100:{mug}")

    assert error["code"] == "conflict"
    assert "no count of units makes the shop show 25" in error["message"]
    assert terminal.json("items", "show", "MUG")["on_hand"] == 10


def _thousand(tmp_path: Path) -> Terminal:
    """Return a shop of a thousand linked listings; seven of them were paused by us."""
    fake = FakeMarketplace(
        clock=ManualClock(), capabilities=Capabilities(zero_stock=False), page_size=250
    )
    terminal = Terminal(tmp_path / "home", fake)
    for number in range(LINKS):
        terminal.shop.list_item(f"Item {number}", 10, sku=f"I{number}")
    terminal.connected()
    terminal.ok("sync")
    terminal.ok("items", "create-from", "--all-unconfirmed")
    terminal.ok("integration", "set", "fake", "drift=ask")
    _adjust(terminal, range(30, 37), to=0)
    terminal.ok("push")
    terminal.clock.advance(minutes=1)
    return terminal


def _adjust(terminal: Terminal, numbers: range, *, to: int | None = None) -> None:
    services = terminal.open()
    try:
        for number in numbers:
            by = 1 if to is None else None
            adjust_stock(services.workspace, f"I{number}", by=by, to=to, reason="counted")
    finally:
        services.close()


def _plant(terminal: Terminal) -> dict[str, str]:
    """Plant differences of six kinds, and sales, which are none; returns the differences."""
    shop, ids = terminal.shop, list(terminal.shop.listings)
    for number, listing in enumerate(ids):
        if number in range(6, 12):
            shop.set_quantity(listing, 13)  # raised at the shop
        elif number in range(12, 18):
            shop.set_quantity(listing, 4)  # lowered at the shop
        elif number in range(18, 24):
            shop.set_quantity(listing, 15)  # changed there, and counted anew here
        elif number in range(30, 37):
            shop.edit_listing(listing, state="active")  # paused by us, for sale again
        elif number in {*range(24, 30), *range(100, 300)}:
            shop.sell(listing, 2)  # sold; the first six are counted anew here as well
    terminal.ok("sync", "--no-push")
    for numbers in (range(6), range(18, 30)):  # the first six are counted anew here
        _adjust(terminal, numbers)
    kinds = ["here"] * 6 + ["there"] * 12 + ["both"] * 6 + ["here"] * 6 + ["reactivated"] * 7
    return {f"fake:100:{id_}": kind for id_, kind in zip(ids, kinds, strict=False)}


def test_p15_of_a_thousand_links_exactly_the_planted_ones_are_reported(tmp_path: Path) -> None:
    terminal = _thousand(tmp_path)
    planted = _plant(terminal)
    terminal.fake.calls.clear()
    before = dict(terminal.shop.listings)

    ended = terminal("drift", "--check", "--json")

    assert len(planted) == 37
    assert ended.code == 4
    assert _variants(ended.json) == planted
    assert len(ended.json) == 37
    assert terminal.fake.calls == []
    assert terminal.shop.listings == before
