"""What comes from a shop and how often, by command line, row by row as it is promised."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from terminal import Terminal
from tuisync.core.errors import AuthorizationRequired
from tuisync.core.remote import Address
from tuisync.testing import FakeMarketplace, a_buyer


def runs(terminal: Terminal, trigger: str) -> list[tuple[str, str]]:
    """Return shop and module of each run that was started so, sorted."""
    found = [run for run in terminal.json("history") if run["trigger"] == trigger]
    return sorted((run["integration"], run["module"]) for run in found)


def asked(fake: FakeMarketplace) -> set[str | None]:
    """Return the shops that a marketplace was asked about."""
    return {call.shop_id for call in fake.calls if call.hook != "authorize"}


def test_s05_of_two_shops_only_the_one_the_user_owns_is_ever_asked(terminal: Terminal) -> None:
    theirs = terminal.fake.add_shop("200", owner="user-2")
    theirs.members.add(terminal.fake.identity.seller)
    theirs.sell(theirs.list_item("Not ours", 5, sku="NOT-OURS").remote_id)
    mug = terminal.stocked()
    terminal.shop.sell(mug)

    for _ in range(2):
        terminal.ok("sync")
        terminal.clock.advance(hours=5)
        terminal.ok("daemon", "--once")
    terminal.ok("items", "adjust", "MUG", "--by", "1", "--reason", "found")
    terminal.ok("push")

    assert asked(terminal.fake) == {"100"}
    assert [each["sku"] for each in terminal.json("items")] == ["MUG"]
    assert len(terminal.json("orders")) == 1
    assert [link["listing_id"] for link in terminal.json("links")] == [mug]
    assert terminal.json("integration", "show", "fake")["shop_id"] == "100"


def test_s15_each_shop_is_synced_once_an_interval_by_itself(terminal: Terminal) -> None:
    terminal.stocked()
    terminal.joined("fair")
    terminal.ok("daemon", "--once")
    before = runs(terminal, "scheduled")
    assert terminal.json("daemon", "--once") == []

    terminal.clock.advance(minutes=240)
    terminal.ok("daemon", "--once")
    terminal.ok("daemon", "--once")

    both = [(shop, module) for shop in ("fair", "fake") for module in ("items", "orders")]
    assert runs(terminal, "scheduled") == sorted(before + both)


def test_s17_three_shops_are_one_batch_and_two_that_cannot_are_listed(terminal: Terminal) -> None:
    terminal.connected()
    for name in ("east", "north", "south", "west"):
        terminal.joined(name)
    terminal.ok("integration", "disable", "north")
    terminal.fakes["west"].raises("fetch_items", AuthorizationRequired("Access was revoked."))
    terminal.fails(3, "sync", "items", "-i", "west", "--only")
    for fake in terminal.fakes.values():
        fake.calls.clear()

    batch = terminal.json("sync", "items", "-i", "fake")

    assert {run["integration"]: run["status"] for run in batch} == {
        "fake": "succeeded",
        "east": "succeeded",
        "south": "succeeded",
        "north": "skipped",
        "west": "skipped",
    }
    assert len({run["batch"] for run in batch}) == 1
    assert {(run["module"], run["trigger"]) for run in batch} == {("items", "manual")}
    calls = {name: [call.hook for call in fake.calls] for name, fake in terminal.fakes.items()}
    assert calls == {name: ["fetch_items"] for name in ("fake", "east", "south")} | {
        name: [] for name in ("north", "west")
    }


def test_s27_by_a_shorter_interval_overdue_it_runs_at_once_and_once(terminal: Terminal) -> None:
    terminal.connected()
    terminal.clock.advance(minutes=200)
    assert terminal.json("daemon", "--once") == []

    terminal.ok("integration", "set", "fake", "interval=30")

    assert len(terminal.json("daemon", "--once")) == 2, "six slots were missed: one cycle"
    terminal.clock.advance(minutes=29)
    assert terminal.json("daemon", "--once") == []
    terminal.clock.advance(minutes=1)
    assert len(terminal.json("daemon", "--once")) == 2
    assert len(runs(terminal, "scheduled")) == 4


def test_s14_s30_an_order_comes_with_its_lines_amounts_and_buyer(terminal: Terminal) -> None:
    mug, bowl = terminal.with_a_bowl()
    ada = a_buyer("Ada Lovelace", email="ada@example.org")
    remote = terminal.shop.checkout({(mug, ""): 2, (bowl, ""): 1}, buyer=ada)

    (run,) = terminal.json("sync", "orders")

    assert run["counts"]["created"] == 1
    (order,) = terminal.json("orders")
    assert (order["remote_id"], order["number"]) == (remote.remote_id, remote.number)
    lines = [(e["item"], e["quantity"], e["unit_price"]["amount"]) for e in order["lines"]]
    assert lines == [("MUG", 2, "12.90"), ("BOWL", 1, "12.90")]
    assert remote.total is not None
    assert order["total"] == {"amount": str(remote.total.amount), "currency": "USD"}
    assert (order["contact"]["name"], order["contact"]["email"]) == (ada.name, ada.email)
    card = terminal.ok("orders", "show", order["number"]).out
    for word in ("Ada Lovelace", "ada@example.org", "1 Analytical Row, London, GB"):
        assert word in card
    (again,) = terminal.json("sync", "orders")
    assert again["counts"]["created"] == 0
    assert len(terminal.json("orders")) == 1


def test_s30_a_new_buyer_is_one_contact_with_all_that_is_told(terminal: Terminal) -> None:
    mug = terminal.stocked()
    home = Address(
        first_line="1 Analytical Row",
        second_line="Flat 2",
        city="London",
        region="LND",
        postcode="N1 1AA",
        country="GB",
    )
    ada = msgspec.structs.replace(a_buyer(), address=home)
    terminal.shop.sell(mug, buyer=ada)
    terminal.ok("sync", "orders")
    (contact,) = terminal.json("contacts")

    assert (contact["name"], contact["email"]) == ("Ada Lovelace", "ada@example.org")
    assert contact["address"] == msgspec.to_builtins(home)
    assert (contact["orders"], contact["matched_by"]) == (1, None)

    terminal.shop.sell(mug, buyer=ada)
    terminal.ok("sync", "orders")

    (same,) = terminal.json("contacts")
    assert (same["id"], same["orders"]) == (contact["id"], 2)


def test_e18_a_buyer_without_address_and_email_is_a_contact_too(terminal: Terminal) -> None:
    mug = terminal.stocked()
    bare = msgspec.structs.replace(a_buyer(email=None), address=None)
    terminal.shop.sell(mug, buyer=bare)

    terminal.ok("sync", "orders")

    (contact,) = terminal.json("contacts")
    assert (contact["email"], contact["address"]) == (None, None)
    (order,) = terminal.json("orders")
    assert order["address"] is None
    assert "Goes to" in terminal.ok("orders", "show", order["number"]).out


def test_s29_a_sale_becomes_an_order_with_nobody_there_and_tells_its_shop(
    terminal: Terminal,
) -> None:
    terminal.stocked()
    fair = terminal.joined("fair")
    there = fair.shop.list_item("Mug", 10, sku="MUG").remote_id
    terminal.ok("daemon", "--once")
    terminal.clock.advance(minutes=10)
    remote = fair.shop.sell(there, 3)

    terminal.clock.advance(minutes=240)
    terminal.ok("daemon", "--once")

    (order,) = terminal.json("orders")
    assert (order["integration"], order["remote_id"]) == ("fair", remote.remote_id)
    assert (order["status"], order["lines"][0]["item"]) == ("confirmed", "MUG")
    assert "fair" in terminal.ok("orders", "show", order["id"]).out
    (made,) = [
        run for run in terminal.json("history", "--module", "orders") if run["counts"]["created"]
    ]
    assert (made["trigger"], made["integration"]) == ("scheduled", "fair")
    assert terminal.json("items", "show", "MUG")["committed"] == 3
    (mine,) = terminal.shop.listings
    assert terminal.shop.quantity(mine) == 7, "and the other shop shows it"


def test_s33_the_preference_is_read_the_same_by_every_shop(terminal: Terminal) -> None:
    mug = terminal.stocked()
    fair = terminal.joined("fair")
    there = fair.shop.list_item("Mug", 10, sku="MUG").remote_id
    terminal.ok("sync")
    terminal.clock.advance(minutes=1)
    terminal.shop.ship(terminal.shop.sell(mug).remote_id, "dhl", "1")
    fair.shop.ship(fair.shop.sell(there).remote_id, "dhl", "2")
    terminal.ok("sync")
    assert terminal.json("orders") == []

    terminal.ok("config", "organization", "order_sync=confirmed_and_fulfilled")
    assert terminal.json("orders") == [], "from the next run on"
    terminal.clock.advance(minutes=1)
    terminal.shop.ship(terminal.shop.sell(mug).remote_id, "dhl", "3")
    fair.shop.ship(fair.shop.sell(there).remote_id, "dhl", "4")
    terminal.ok("sync")

    shops = sorted({order["integration"] for order in terminal.json("orders")})
    assert shops == ["fair", "fake"]
    assert {order["status"] for order in terminal.json("orders")} == {"fulfilled"}
    kept = terminal.json("orders")
    terminal.ok("config", "organization", "order_sync=confirmed")
    terminal.ok("sync")
    assert terminal.json("orders") == kept
    assert terminal.json("items", "show", "MUG")["on_hand"] == 6, "each sale took its mug"


@pytest.mark.parametrize("preference", ["confirmed", "confirmed_and_fulfilled"])
def test_s32_what_is_first_seen_shipped_takes_its_stock_once_whatever_is_shown(
    terminal: Terminal, preference: str
) -> None:
    mug = terminal.stocked()
    terminal.ok("config", "organization", f"order_sync={preference}")
    remote = terminal.shop.sell(mug, 2)
    terminal.shop.ship(remote.remote_id, "dhl", "1")
    for _ in range(3):
        terminal.shop.touch(remote.remote_id)
        terminal.ok("sync")

    statuses = [order["status"] for order in terminal.json("orders")]
    assert statuses == (["fulfilled"] if preference != "confirmed" else [])
    item = terminal.json("items", "show", "MUG")
    assert (item["on_hand"], item["committed"]) == (8, 0)
    assert [each["delta"] for each in terminal.json("why", "MUG")["movements"]] == [10, -2]


def test_s34_a_new_shop_is_kept_in_step_from_the_start_and_says_so(terminal: Terminal) -> None:
    mug = terminal.stocked()

    assert terminal.json("integration", "show", "fake")["stock_sync"] == "active"
    card = terminal.ok("integration", "show", "fake").out.splitlines()
    assert [line.split()[-1] for line in card if line.startswith("Stock sync")] == ["active"]
    terminal.ok("items", "adjust", "MUG", "--by", "-3", "--reason", "broken")
    terminal.ok("push")
    assert terminal.shop.quantity(mug) == 7


def test_s45_a_new_listing_is_here_after_an_items_sync_linked_or_to_be_decided(
    terminal: Terminal,
) -> None:
    terminal.connected()
    terminal.ok("items", "add", "--sku", "MUG", "--name", "Mug", "--stock", "5")
    terminal.ok("sync", "items")
    assert terminal.json("links") == []
    known = terminal.shop.list_item("A mug", 5, sku="MUG").remote_id
    new = terminal.shop.list_item("A vase", 2).remote_id

    (run,) = terminal.json("sync", "items")

    assert run["counts"]["created"] == 2
    found = {
        e["listing_id"]: (e["state"], e["item"], e["quantity"]) for e in terminal.json("links")
    }
    assert found == {known: ("linked", "MUG", 5), new: ("unconfirmed", None, 2)}
    terminal.shop.edit_listing(new, title="A tall vase")
    terminal.ok("sync", "items")
    assert [e["title"] for e in terminal.json("links") if e["listing_id"] == new] == ["A tall vase"]


@pytest.mark.parametrize("module", ["items", "orders"])
def test_s46_the_fourth_of_ten_is_malformed_and_nine_come_in(
    terminal: Terminal, module: str
) -> None:
    if module == "items":
        terminal.connected()
        made = [terminal.shop.list_item(f"Jar {n}", 3, sku=f"JAR-{n}").remote_id for n in range(10)]
    else:
        mug = terminal.stocked()
        made = [terminal.shop.sell(mug).remote_id for _ in range(10)]
    terminal.shop.unreadable[made[3]] = "The field `price` is missing."

    ended = terminal("sync", module, "--json")

    assert ended.code == 4
    (run,) = ended.json
    assert (run["status"], run["succeeded"], run["failed"]) == ("partial", 9, 1)
    records = terminal.json("history", run["id"])["records"]
    assert {r["remote_id"]: r["outcome"] for r in records} == dict.fromkeys(made, "created") | {
        made[3]: "failed"
    }
    (failed,) = [r for r in records if r["outcome"] == "failed"]
    assert failed["reason"] == "The field `price` is missing."
    (later,) = terminal("sync", module, "--json").json
    if module == "orders":
        assert _fetched(terminal, later["id"]) <= {made[3]}, "the cursor went on behind the others"
    assert later["counts"]["created"] == 0
    del terminal.shop.unreadable[made[3]]
    (again,) = terminal.json("resync", run["id"], "--failed")
    assert (again["counts"]["created"], again["failed"]) == (1, 0)


def _fetched(terminal: Terminal, run: str) -> set[str]:
    """Return the remote ids of the records of a run."""
    found: list[dict[str, Any]] = terminal.json("history", run)["records"]
    return {each["remote_id"] for each in found}


def test_s03_two_items_that_fit_are_a_conflict_and_an_equal_sku_wins(terminal: Terminal) -> None:
    terminal.connected()
    terminal.ok("items", "add", "--sku", "MUG", "--name", "Blue mug")
    terminal.ok("items", "add", "--sku", "POT", "--name", "Teapot")
    terminal.ok("items", "add", "--sku", "POT-2", "--name", "Teapot")
    both = terminal.shop.list_item("Teapot", 3).remote_id
    wins = terminal.shop.list_item("Teapot", 3, sku="MUG").remote_id

    terminal.ok("sync", "items")

    found = {e["listing_id"]: (e["state"], e["basis"], e["item"]) for e in terminal.json("links")}
    assert found == {both: ("conflict", None, None), wins: ("linked", "sku", "MUG")}


def test_s01_the_base_currency_stays_while_a_shop_is_connected(terminal: Terminal) -> None:
    terminal.stocked()
    before = terminal.json("config", "organization")

    error = terminal.fails(2, "config", "organization", "base_currency=EUR")

    assert error["code"] == "conflict"
    assert terminal.json("config", "organization") == before
    assert before["base_currency"] == terminal.json("integrations")[0]["currency"] == "USD"
