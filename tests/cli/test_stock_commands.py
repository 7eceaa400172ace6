"""Items, links, plans and pushes by command line."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tuisync.core.errors import AuthorizationRequired, RejectedError
from tuisync.testing import a_variant

if TYPE_CHECKING:
    from terminal import Terminal


def test_items_add_edit_adjust_transfer(terminal: Terminal) -> None:
    terminal.ok("init", "--currency", "USD", "-w", "Studio", "-w", "Attic")
    added = terminal.json(
        "items", "add", "--sku", "MUG", "--name", "Mug", "--price", "12.90", "--stock", "5"
    )
    assert (added["on_hand"], added["price"]) == (5, {"amount": "12.90", "currency": "USD"})

    assert terminal.json("items", "edit", "MUG", "--sku", "CUP", "--name", "Cup")["sku"] == "CUP"
    assert (
        terminal.json("items", "adjust", "CUP", "--by", "-2", "--reason", "broken")["on_hand"] == 3
    )
    moved = terminal.json(
        "items", "transfer", "CUP", "--from", "Studio", "--to", "Attic", "--by", "1"
    )
    assert {each["warehouse"]: each["on_hand"] for each in moved["warehouses"]} == {
        "Attic": 1,
        "Studio": 2,
    }
    counted = terminal.json(
        "items", "adjust", "CUP", "--to", "9", "--warehouse", "Attic", "--reason", "counted"
    )
    assert counted["on_hand"] == 11
    assert terminal.json("items") == terminal.json("items", "list") == [counted]


@pytest.mark.parametrize(
    "name", ["\u0646\u0645\u06cc\u200c\u062f\u0627\u0646\u0645", "👩\u200d👧 mug"]
)
def test_joiners_that_belong_to_the_spelling_are_taken(terminal: Terminal, name: str) -> None:
    terminal.ok("init", "--currency", "USD", "--name", name, "-w", name)

    assert terminal.json("items", "add", "--sku", "MUG", "--name", name)["name"] == name
    assert terminal.json("warehouses")[0]["name"] == name


@pytest.mark.parametrize("name", ["a\x1b[31mb", "a\u202eb", "a\nb", "a\u200db"])
def test_a_name_the_terminal_would_obey_is_refused(terminal: Terminal, name: str) -> None:
    terminal.ok("init", "--currency", "USD")

    assert terminal.fails(2, "items", "add", "--sku", "MUG", "--name", name)["code"] == "usage"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("items show CUP", "not_found"),
        ("items adjust MUG --by -9 --reason broken", "conflict"),
        ("items adjust MUG --reason broken", "usage"),
        ("items adjust MUG --by 1 --to 2 --reason broken", "usage"),
        ("items add --sku MUG --name Again", "conflict"),
        ("items add --sku NEW --name New --price cheap", "usage"),
        ("items edit MUG", "usage"),
        ("items transfer MUG --from Main --to Main --by 1", "usage"),
        ("items create-from", "usage"),
        ("items create-from fake:100:9999", "not_found"),
        ("link fake:100:9999 MUG", "not_found"),
        ("apply", "not_found"),
        ("why CUP", "not_found"),
    ],
)
def test_what_cannot_be_done_changes_nothing(terminal: Terminal, line: str, code: str) -> None:
    terminal.ok("init", "--currency", "USD")
    before = terminal.json("items", "add", "--sku", "MUG", "--name", "Mug", "--stock", "5")

    assert terminal.fails(2, *line.split())["code"] == code

    assert terminal.json("items") == [before]


def test_items_are_made_of_listings_and_the_first_plan_is_empty(terminal: Terminal) -> None:
    terminal.connected(first_push="review")
    mug = terminal.shop.list_item("Mug", 5, sku="MUG")
    terminal.shop.list_item("Teapot", 3)
    terminal.shop.sell(mug.remote_id, 2)
    terminal.clock.advance(seconds=1)
    terminal.ok("sync")

    made = terminal.json("items", "create-from", "--all-unconfirmed")

    assert {each["sku"]: each["available"] for each in made} == {"MUG": 3, "FAKE-1002": 3}
    assert terminal.json("plan", "--check")["changes"] == []
    assert terminal.json("items", "create-from", "--all-unconfirmed") == []


def test_create_from_reads_the_orders_first_where_that_is_due(terminal: Terminal) -> None:
    terminal.connected()
    terminal.shop.list_item("Mug", 5, sku="MUG")
    terminal.ok("sync", "items")
    terminal.fake.calls.clear()

    terminal.ok("items", "create-from", "--all-unconfirmed")

    assert [call.hook for call in terminal.fake.calls] == ["fetch_items", "fetch_orders"]


def test_push_says_each_time_that_a_sign_in_is_needed(terminal: Terminal) -> None:
    terminal.stocked()
    terminal.ok("items", "adjust", "MUG", "--by", "1", "--reason", "found")
    terminal.fake.raises("push_stock", AuthorizationRequired("The access was revoked."))

    assert terminal.fails(3, "push")["code"] == "needs_reauth"
    assert terminal.fails(3, "push")["code"] == "needs_reauth"
    assert terminal.fails(3, "daemon", "--once")["code"] == "needs_reauth"


def test_s28_a_stock_change_is_owed_and_said_and_sent_by_push(terminal: Terminal) -> None:
    mug = terminal.stocked()

    ended = terminal.ok("items", "adjust", "MUG", "--by", "-3", "--reason", "broken")
    assert "1 push is owed: `tuisync push` sends it." in ended.err
    assert [each["state"] for each in terminal.json("outbox")] == ["queued"]
    report = terminal.json("push")

    assert [(c["old"], c["new"], c["sku"]) for c in report["applied"]] == [(10, 7, "MUG")]
    assert report["failed"] == report["held"] == report["stale"] == []
    assert terminal.shop.quantity(mug) == 7
    assert len(terminal.fake.calls_of("push_stock")) == 1
    assert terminal.json("push")["applied"] == []


def test_a_change_while_an_engine_runs_needs_no_word(terminal: Terminal) -> None:
    terminal.stocked()
    services = terminal.open()
    lease = services.workspace.store.lease("engine", "daemon")
    try:
        ended = terminal.ok("items", "adjust", "MUG", "--by", "-3", "--reason", "broken")
    finally:
        services.close()

    assert lease is not None
    assert "owed" not in ended.err


def test_held_changes_are_named_and_exit_0_and_apply_sends_them(terminal: Terminal) -> None:
    mug = terminal.stocked(first_push="review")
    ended = terminal.ok("integration", "set", "fake", "buffer=4")
    assert "1 push waits for your review" in ended.err

    pushed = terminal.ok("push", "--json")
    assert [each["title"] for each in pushed.json["held"]] == ["Mug"]
    assert "Mug" in pushed.err
    assert terminal.shop.quantity(mug) == 10
    plan = terminal.json("plan")
    assert [(c["old"], c["new"], c["held"]) for c in plan["changes"]] == [(10, 6, True)]
    report = terminal.json("apply", plan["id"])

    assert [each["new"] for each in report["applied"]] == [6]
    assert terminal.shop.quantity(mug) == 6


def test_plan_makes_no_call_and_check_exits_4(terminal: Terminal) -> None:
    terminal.stocked()
    terminal.ok("items", "adjust", "MUG", "--by", "-3", "--reason", "broken")
    terminal.fake.calls.clear()

    ended = terminal("plan", "--check", "--json")

    assert ended.code == 4
    assert len(ended.json["changes"]) == 1
    assert ended.error["code"] == "different"
    assert terminal.fake.calls == []


def test_plan_refresh_reads_the_shops_first(terminal: Terminal) -> None:
    mug = terminal.stocked()
    terminal.shop.set_quantity(mug, 4)

    assert terminal.json("plan")["changes"] == []
    (change,) = terminal.json("plan", "--refresh")["changes"]

    assert (change["old"], change["new"]) == (4, 10)


def test_a_stale_plan_writes_nothing_and_exits_5(terminal: Terminal) -> None:
    mug = terminal.stocked()
    terminal.ok("items", "adjust", "MUG", "--by", "-3", "--reason", "broken")
    plan = terminal.json("plan")
    terminal.ok("items", "adjust", "MUG", "--by", "-1", "--reason", "another")

    ended = terminal("apply", plan["id"], "--json")

    assert (ended.code, ended.out) == (5, "")
    assert ended.error["code"] == "plan_stale"
    assert terminal.fake.calls_of("push_stock") == []
    assert terminal.shop.quantity(mug) == 10


def test_unmoved_sends_the_rest_and_names_the_stale(terminal: Terminal) -> None:
    mug = terminal.stocked()
    pot = terminal.shop.list_item("Pot", 5, sku="POT")
    terminal.ok("sync")
    terminal.ok("items", "create-from", "--all-unconfirmed")
    terminal.ok("items", "adjust", "MUG", "--by", "-3", "--reason", "broken")
    terminal.ok("items", "adjust", "POT", "--by", "-1", "--reason", "broken")
    plan = terminal.json("plan")
    terminal.ok("items", "adjust", "POT", "--by", "-1", "--reason", "another")

    ended = terminal("apply", plan["id"], "--unmoved", "--json")

    assert ended.code == 4
    assert [each["sku"] for each in ended.json["applied"]] == ["MUG"]
    assert [each["sku"] for each in ended.json["stale"]] == ["POT"]
    assert terminal.shop.quantity(mug) == 7
    del pot


def test_a_rejected_push_is_failed_with_its_reason_and_exits_4(terminal: Terminal) -> None:
    terminal.stocked()
    terminal.ok("items", "adjust", "MUG", "--by", "-3", "--reason", "broken")
    terminal.fake.raises("push_stock", RejectedError("The listing has no photo."))

    ended = terminal("push", "--json")

    assert ended.code == 4
    assert [each["reason"] for each in ended.json["failed"]] == ["The listing has no photo."]
    assert "The listing has no photo." in ended.error["message"]


def test_a_sync_whose_pushes_fail_exits_4(terminal: Terminal) -> None:
    terminal.stocked()
    terminal.ok("items", "adjust", "MUG", "--by", "-3", "--reason", "broken")
    terminal.fake.raises("push_stock", RejectedError("The listing has no photo."))

    ended = terminal("sync", "--json")

    assert ended.code == 4
    assert [run["status"] for run in ended.json] == ["succeeded", "succeeded"]


def test_a_push_that_needs_a_sign_in_exits_3(terminal: Terminal) -> None:
    terminal.stocked()
    terminal.ok("items", "adjust", "MUG", "--by", "-3", "--reason", "broken")
    terminal.fake.raises("fetch_orders", AuthorizationRequired("The access was revoked."))

    ended = terminal("push", "--json")

    assert ended.code == 3
    assert ended.error["code"] == "needs_reauth"


def test_s04_s44_unconfirmed_variants_are_linked_by_hand(terminal: Terminal) -> None:
    terminal.connected()
    pot = terminal.shop.list_item("Big teapot", 3)
    terminal.ok("items", "add", "--sku", "POT", "--name", "Teapot", "--stock", "3")
    terminal.ok("sync")
    (found,) = terminal.json("links", "--state", "unconfirmed")
    assert terminal.json("integrations")[0]["counts"]["unconfirmed"] == 1

    linked = terminal.json("link", found["variant"], "POT")

    assert (linked["state"], linked["basis"], linked["item"]) == ("linked", "manual", "POT")
    assert terminal.json("links", "--state", "unconfirmed") == []
    for _ in range(3):
        terminal.ok("sync", "items")
    assert terminal.json("links")[0]["basis"] == "manual"
    del pot


def test_s28_the_last_adjustment_or_transfer_is_taken_back(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.ok("init", "--currency", "USD", "-w", "Studio", "-w", "Attic")
    terminal.ok("items", "add", "--sku", "CUP", "--name", "Cup", "--stock", "5")
    assert terminal.fails(2, "items", "undo", "CUP")["message"].startswith("Nothing of CUP")
    # On a real clock the two sides of a transfer are some microseconds apart.
    ticking, start = itertools.count(), terminal.clock.now
    monkeypatch.setattr(
        type(terminal.clock), "__call__", lambda _: start + timedelta(microseconds=next(ticking))
    )
    terminal.ok("items", "adjust", "CUP", "--by", "3", "--reason", "delivered")
    terminal.ok("items", "transfer", "CUP", "--from", "Studio", "--to", "Attic", "--by", "2")

    def there() -> dict[str, int]:
        (item,) = terminal.json("items")
        return {each["warehouse"]: each["on_hand"] for each in item["warehouses"]}

    assert there() == {"Attic": 2, "Studio": 6}
    assert terminal.json("items", "undo", "CUP")["on_hand"] == 8
    assert there() == {"Attic": 0, "Studio": 8}
    terminal.ok("items", "undo", "CUP")
    assert there() == {"Attic": 2, "Studio": 6}
    causes = [each["cause"] for each in terminal.json("why", "CUP")["movements"]]
    assert {"transfer from Studio to Attic", "taken back: transfer from Studio to Attic"} <= set(
        causes
    )
    assert "done again: transfer from Studio to Attic" in causes


def test_s28_what_has_left_since_cannot_be_taken_back(terminal: Terminal) -> None:
    terminal.stocked()
    terminal.ok("items", "adjust", "MUG", "--by", "5", "--reason", "delivered")
    (mug,) = terminal.json("items")
    listing = mug["listings"][0]["listing_id"]
    terminal.ok("push")
    order = terminal.shop.sell(listing, mug["on_hand"] - 2)
    terminal.ok("sync", "orders")
    terminal.ok("ship", order.remote_id, "--carrier", "ups", "--tracking", "9400")

    assert "There are 2 units" in terminal.fails(2, "items", "undo", "MUG")["message"]


def test_unlink_and_ignore(terminal: Terminal) -> None:
    terminal.stocked()
    (link,) = terminal.json("links")

    assert terminal.json("unlink", link["variant"])["state"] == "unconfirmed"
    said = terminal.ok("links", "accept").err
    assert said.endswith("Left out: 1 that you unlinked yourself; name it to link it.\n")
    assert terminal.json("ignore", link["variant"])["state"] == "ignored"
    assert terminal.json("unlink", link["variant"])["state"] == "unconfirmed"
    assert terminal.fails(2, "unlink", link["variant"])["code"] == "conflict"


def test_s03_links_are_found_by_sku_then_name(terminal: Terminal) -> None:
    terminal.connected()
    terminal.ok("items", "add", "--sku", "MUG", "--name", "Blue mug")
    terminal.ok("items", "add", "--sku", "POT", "--name", "Teapot")
    terminal.shop.list_item("Teapot", 3, sku="MUG")
    terminal.shop.list_item("Teapot", 3)
    terminal.ok("sync", "items")

    found = {link["basis"]: link["item"] for link in terminal.json("links")}

    assert found == {"sku": "MUG", "name": "POT"}


def test_why_explains_the_number(terminal: Terminal) -> None:
    terminal.stocked()
    terminal.ok("items", "adjust", "MUG", "--by", "-3", "--reason", "broken")
    terminal.ok("push")

    why = terminal.json("why", "MUG")

    assert [(each["delta"], each["kind"]) for each in why["movements"]] == [
        (10, "opening"),
        (-3, "adjust"),
    ]
    assert sum(each["delta"] for each in why["movements"]) == why["on_hand"] == 7
    (channel,) = why["channels"]
    assert channel["desired"] == channel["confirmed"] == 7
    text = terminal.ok("why", "MUG").out
    assert "7 on hand - 0 committed = 7 available" in text
    assert "broken" in text


def test_hostile_titles_stay_text(terminal: Terminal) -> None:
    terminal.connected()
    terminal.shop.list_item("Mug \x1b[2J\N{RIGHT-TO-LEFT OVERRIDE}", 3)
    terminal.shop.list_item("Cup", variants=[a_variant(2, options={"Size\x1b[1m": "S\r\n"})])
    terminal.ok("sync", "items")

    ended = terminal.ok("links")

    assert all(line.isprintable() for line in ended.out.splitlines())


@pytest.mark.parametrize("line", ["apply", "items create-from --all-unconfirmed", "plan --refresh"])
def test_a_sign_in_needed_on_the_way_exits_3(terminal: Terminal, line: str) -> None:
    terminal.stocked()
    terminal.shop.list_item("Pot", 3)
    terminal.ok("sync", "items")
    terminal.ok("items", "adjust", "MUG", "--by", "-3", "--reason", "broken")
    terminal.ok("plan")
    terminal.fake.raises("fetch_items", AuthorizationRequired("The access was revoked."))

    error = terminal.fails(3, *line.split())

    assert error["code"] == "needs_reauth"
    assert "reconnect fake" in error["hint"]
    assert terminal.fake.calls_of("push_stock") == []


def test_a_command_that_nobody_serves_leaves_nothing_queued(terminal: Terminal) -> None:
    terminal.stocked()
    terminal.ok("items", "adjust", "MUG", "--by", "-3", "--reason", "broken")
    terminal.ok("plan")
    services = terminal.open()
    lease = services.workspace.store.lease("engine", "tui")
    try:
        assert terminal.fails(6, "apply", "--timeout", "0")["code"] == "busy"
    finally:
        services.close()

    assert lease is not None
    assert [run["status"] for run in terminal.json("history", "--limit", "2")] == [
        "skipped",
        "skipped",
    ]
