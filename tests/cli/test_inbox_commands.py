"""The inbox and what is owed, by command line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tuisync.core.errors import (
    AuthorizationRequired,
    PermanentError,
    RateLimited,
    RejectedError,
    ShapeChanged,
)
from tuisync.core.inbox.gather import MANY
from tuisync.core.plugins.host import PluginHost

if TYPE_CHECKING:
    from terminal import Terminal

INBOX = {
    *("id", "class", "subject", "message", "hint", "count", "first_at", "last_at"),
    "integration",
}


def _only(terminal: Terminal) -> dict[str, Any]:
    """Return the one row there is."""
    rows = terminal.json("inbox")
    assert len(rows) == 1, rows
    assert terminal.json("status")["inbox"] == 1
    found: dict[str, Any] = rows[0]
    assert found.keys() >= INBOX
    return found


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (RateLimited("Too fast.", retry_after=7200), "transient", 5),
        (PermanentError("Closed for good."), "rejected", 5),
        (PermanentError("The key is refused.", code="bad_key"), "auth", 5),
        (AuthorizationRequired("Access was taken back."), "auth", 3),
        (RuntimeError("a mistake"), "bug", 5),
    ],
)
def test_p08_a_failing_sync_is_one_row_and_never_a_success(
    terminal: Terminal, error: Exception, kind: str, code: int
) -> None:
    terminal.stocked()
    terminal.fake.raises("fetch_orders", error, times=2)

    ended = terminal("sync", "--json")

    assert ended.code == code
    assert [run["status"] for run in ended.json] == ["succeeded", "failed"]
    row = _only(terminal)
    assert (row["class"], row["integration"], row["count"]) == (kind, "fake", 1)
    if kind != "auth" or code != 3:
        terminal("sync", "--json")
        assert _only(terminal)["count"] == 2
        terminal.ok("sync")
        assert terminal.json("inbox") == []


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (RateLimited("Too fast.", retry_after=60), "transient"),
        (RejectedError("It needs a shipping profile."), "rejected"),
        (ShapeChanged("Rebuilt."), "mapping"),
        (RuntimeError("a mistake"), "bug"),
    ],
)
def test_p08_a_failing_push_is_one_row_until_it_is_sent(
    terminal: Terminal, error: Exception, kind: str
) -> None:
    mug = terminal.stocked()
    terminal.fake.raises("push_stock", error)
    terminal.ok("items", "adjust", "MUG", "--by", "-3", "--reason", "broken")
    terminal("push")

    assert terminal.json("history", "--module", "stock")[0]["status"] == "partial"
    assert _only(terminal)["class"] == kind
    terminal.shop.touch(mug)
    terminal.clock.advance(hours=1)
    terminal.ok("sync")
    assert terminal.json("inbox") == []
    assert terminal.shop.quantity(mug) == 7


def test_p08_each_record_that_failed_is_a_row_with_the_command_that_reads_it_again(
    terminal: Terminal,
) -> None:
    mug = terminal.stocked()
    bad = [terminal.shop.list_item(f"Jar {n}", 3).remote_id for n in range(2)]
    bad.append(terminal.shop.sell(mug).remote_id)
    for each in bad:
        terminal.shop.unreadable[each] = "A field is missing."

    runs = terminal("sync", "--json").json

    assert [(run["module"], run["failed"], run["status"]) for run in runs] == [
        ("items", 2, "partial"),
        ("orders", 1, "partial"),
    ]
    rows = terminal.json("inbox")
    assert [(row["class"], row["message"]) for row in rows] == [
        ("rejected", "A field is missing.")
    ] * 3
    assert {each for each in bad for row in rows if each in row["subject"]} == set(bad)

    terminal.shop.unreadable.clear()
    for row in rows:
        command = row["hint"].split("`")[1].split()
        assert command[:2] == ["tuisync", "resync"]
        terminal.ok(*command[1:])
    assert [row["class"] for row in terminal.json("inbox")] == ["mapping"]


def test_p08_a_shop_that_is_quiet_for_two_intervals_is_stale(terminal: Terminal) -> None:
    terminal.stocked()
    terminal.clock.advance(minutes=2 * 240)

    assert _only(terminal)["class"] == "stale"
    terminal.ok("sync")
    assert terminal.json("inbox") == []


def test_a_plug_in_that_is_gone_is_a_fault_until_it_is_back(terminal: Terminal) -> None:
    terminal.stocked()
    host, terminal.host = terminal.host, PluginHost.of()

    terminal("sync")

    row = _only(terminal)
    assert (row["class"], "doctor" in row["hint"]) == ("bug", True)
    terminal.host = host
    terminal.ok("sync")
    assert terminal.json("inbox") == []


def test_a_refused_push_is_sent_again(terminal: Terminal) -> None:
    mug = terminal.stocked()
    terminal.fake.raises("push_stock", RejectedError("No."))
    terminal.ok("items", "adjust", "MUG", "--by", "-3", "--reason", "broken")
    terminal("push")
    row = _only(terminal)

    again = terminal.json("outbox", "retry", row["id"])

    assert (again["id"], again["state"], again["attempts"]) == (row["id"], "queued", 0)
    terminal.ok("push")
    assert terminal.shop.quantity(mug) == 7
    error = terminal.fails(2, "outbox", "retry", row["id"])
    assert (error["code"], error["message"]) == ("conflict", "That push was sent.")


def test_a_push_is_given_up(terminal: Terminal) -> None:
    mug = terminal.stocked()
    order = terminal.shop.sell(mug)
    terminal.ok("sync")
    terminal.fake.raises("push_shipment", RejectedError("No."))
    terminal.ok("ship", order.number, "--carrier", "dhl", "--tracking", "JD01")
    terminal("push")
    row = _only(terminal)

    dropped = terminal.json("outbox", "drop", row["id"])

    assert dropped["state"] == "superseded"
    assert terminal.json("inbox") == []
    assert terminal.json("orders", "show", order.number)["shipments"][0]["push"] == "none"
    assert terminal.fails(2, "outbox", "drop", row["id"])["code"] == "conflict"
    assert terminal.fails(2, "outbox", "drop", "stock:nothing")["code"] == "not_found"


def test_what_is_held_is_not_retried_but_may_be_given_up(terminal: Terminal) -> None:
    terminal.stocked(first_push="review")
    terminal.ok("integration", "set", "fake", "buffer=2")
    (entry,) = terminal.json("outbox")
    assert entry["state"] == "held"
    assert _only(terminal)["class"] == "review"

    error = terminal.fails(2, "outbox", "retry", entry["id"])

    assert "tuisync apply" in error["hint"]
    terminal.ok("outbox", "drop", entry["id"])
    assert terminal.json("inbox") == []


def test_a_shop_that_is_off_takes_no_retry(terminal: Terminal) -> None:
    terminal.stocked()
    terminal.ok("items", "adjust", "MUG", "--by", "-3", "--reason", "broken")
    terminal.ok("integration", "disable", "fake")
    (entry,) = terminal.json("outbox")

    assert terminal.fails(2, "outbox", "retry", entry["id"])["code"] == "inactive"


def test_the_inbox_is_readable_and_says_when_it_is_empty(terminal: Terminal) -> None:
    terminal.stocked()
    assert terminal.ok("inbox").out == ""
    assert "Nothing needs you." in terminal.ok("inbox").err
    bad = terminal.shop.list_item("Jar \x1b[31m", 3).remote_id
    terminal.shop.unreadable[bad] = "A field is missing."
    terminal("sync")

    lines = terminal.ok("inbox").out.splitlines()

    assert lines[0].startswith("rejected   listing ")
    assert lines[1] == "           A field is missing."
    assert "`tuisync resync " in lines[2]
    assert "\x1b" not in terminal.ok("inbox").out


def test_a_record_is_dismissed(terminal: Terminal) -> None:
    terminal.stocked()
    bad = terminal.shop.list_item("Jar", 3).remote_id
    terminal.shop.unreadable[bad] = "A field is missing."
    terminal("sync")

    assert terminal.json("inbox", "dismiss", _only(terminal)["id"]) == []
    assert terminal.fails(2, "inbox", "dismiss", "order:x")["code"] == "not_found"


def test_p18_a_shop_that_is_off_is_quiet_and_on_again_asks_to_look_at_the_plan(
    terminal: Terminal,
) -> None:
    terminal.stocked(first_push="review")
    terminal.ok("integration", "disable", "fake")
    terminal.ok("items", "adjust", "MUG", "--by", "-3", "--reason", "broken")
    terminal.clock.advance(hours=48)
    assert terminal.json("inbox") == []

    terminal.ok("integration", "enable", "fake")
    terminal.ok("sync")

    assert _only(terminal)["class"] == "review"
    terminal.ok("plan")
    terminal.ok("apply")
    assert terminal.json("inbox") == []


def test_s18_a_run_shows_exactly_what_was_synced_and_what_failed(terminal: Terminal) -> None:
    made = [terminal.shop.list_item(f"Jar {n}", 9, sku=f"JAR-{n}").remote_id for n in range(7)]
    terminal.connected()
    terminal.ok("sync")
    terminal.ok("items", "create-from", "--all-unconfirmed")
    terminal.clock.advance(minutes=1)
    orders = [terminal.shop.sell(made[0]).remote_id for _ in range(4)]
    for each in (*made[5:], orders[3]):
        terminal.shop.unreadable[each] = "A field is missing."
    for each in made:
        terminal.shop.touch(each)

    runs = terminal("sync", "--json").json

    counts = [(run["module"], run["succeeded"], run["failed"]) for run in runs]
    assert counts == [("items", 5, 2), ("orders", 3, 1)]
    for run in runs:
        detail = terminal.json("history", run["id"])
        failed = [each for each in detail["records"] if each["outcome"] == "failed"]
        assert len(failed) == run["failed"]
        assert len(detail["records"]) == sum(run["counts"].values())
    assert len(terminal.json("inbox")) == 3


def test_p08_show_lists_each_row_that_one_stands_for(terminal: Terminal) -> None:
    terminal.stocked()
    for number in range(MANY + 1):
        jar = terminal.shop.list_item(f"Jar {number}", 3).remote_id
        terminal.shop.unreadable[jar] = "It has no price."
    terminal("sync", "--no-push")
    row = _only(terminal)
    [command] = re.findall(r"`tuisync (inbox show [^`]*)`", row["hint"])
    rows = terminal.json(*command.split())

    assert (row["subject"], len(rows)) == (f"{MANY + 1} listings", MANY + 1)
    assert {each["message"] for each in rows} == {row["message"]}
    assert terminal.json("inbox", "show", rows[0]["id"]) == rows[:1]
    assert terminal.fails(2, "inbox", "show", "item:fake:100:0")["code"] == "not_found"
