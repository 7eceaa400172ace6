"""`sync` and `history`: what is fetched, what is told, how it ends."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tuisync.core import lookup
from tuisync.core.errors import AuthorizationRequired, PermanentError, TransientError
from tuisync.core.models import SyncRun
from tuisync.core.plugins.host import PluginHost
from tuisync.core.store import schema
from tuisync.core.sync import work
from tuisync.core.views.status import ENGINE
from tuisync.testing import FakeMarketplace

if TYPE_CHECKING:
    import pytest

    from terminal import Terminal


def _hooks(terminal: Terminal) -> list[str]:
    return [call.hook for call in terminal.fake.calls]


def test_s16_manual_items_sync_fetches_no_orders(terminal: Terminal) -> None:
    terminal.connected()

    (run,) = terminal.json("sync", "items")

    assert _hooks(terminal) == ["fetch_items"]
    assert (run["module"], run["trigger"], run["status"]) == ("items", "manual", "succeeded")


def test_s16_manual_orders_sync_fetches_no_items(terminal: Terminal) -> None:
    terminal.connected()

    (run,) = terminal.json("sync", "orders")

    assert _hooks(terminal) == ["fetch_orders"]
    assert (run["module"], run["trigger"]) == ("orders", "manual")


def test_s16_a_module_alone_sends_nothing(terminal: Terminal) -> None:
    mug = terminal.stocked()
    terminal.ok("items", "adjust", "MUG", "--by", "-3", "--reason", "broken")

    ended = terminal.ok("sync", "orders")

    assert terminal.shop.quantity(mug) == 10
    assert "1 push is owed: `tuisync push` sends it." in ended.err


def test_sync_fetches_both_then_sends_what_is_owed(terminal: Terminal) -> None:
    mug = terminal.stocked()
    terminal.ok("items", "adjust", "MUG", "--by", "-3", "--reason", "broken")

    runs = terminal.json("sync")

    assert [run["module"] for run in runs] == ["items", "orders"]
    assert len({run["batch"] for run in runs}) == 1
    assert terminal.shop.quantity(mug) == 7


def test_no_push_leaves_it_owed(terminal: Terminal) -> None:
    mug = terminal.stocked()
    terminal.ok("items", "adjust", "MUG", "--by", "-3", "--reason", "broken")

    terminal.ok("sync", "--no-push")

    assert terminal.shop.quantity(mug) == 10


def _two_shops(terminal: Terminal) -> None:
    other = FakeMarketplace("other", clock=terminal.clock)
    terminal.host = PluginHost.of(fake=terminal.fake, other=other)
    first, second = terminal.connected(), other.sign_in()
    services = terminal.open()
    try:
        with services.workspace.store.transaction() as tx:
            shop = first.but(id="other:100", name="other", marketplace="other")
            tx.put(schema.INTEGRATIONS, shop)
        services.secrets.store_tokens("other:100", second.tokens, None)
    finally:
        services.close()


def test_s17_the_other_shops_take_part_in_one_batch_and_inactive_ones_are_listed(
    terminal: Terminal,
) -> None:
    _two_shops(terminal)
    both = terminal.json("sync", "items", "-i", "fake")
    terminal.ok("integration", "disable", "other")
    after = terminal.json("sync", "items", "-i", "fake")

    assert [(run["integration"], run["status"]) for run in both] == [
        ("fake", "succeeded"),
        ("other", "succeeded"),
    ]
    assert len({run["batch"] for run in both}) == 1
    assert [(run["integration"], run["status"]) for run in after] == [
        ("fake", "succeeded"),
        ("other", "skipped"),
    ]


def test_s17_only_leaves_the_others_out(terminal: Terminal) -> None:
    _two_shops(terminal)

    runs = terminal.json("sync", "items", "-i", "other", "--only")

    assert [run["integration"] for run in runs] == ["other"]
    assert terminal.fails(2, "sync", "items", "--only")["code"] == "usage"


def test_an_inactive_shop_asked_for_is_refused(terminal: Terminal) -> None:
    terminal.connected()
    terminal.ok("integration", "disable", "fake")

    error = terminal.fails(2, "sync", "-i", "fake")

    assert error["code"] == "inactive"
    assert "integration enable fake" in error["hint"]
    assert terminal.fake.calls == []


def test_s18_counts_are_the_records(terminal: Terminal) -> None:
    terminal.connected()
    for number in range(7):
        terminal.shop.list_item(f"Mug {number}", 5, sku=f"MUG-{number}")
    listings = list(terminal.shop.listings)
    terminal.shop.unreadable.update(dict.fromkeys(listings[:2], "The price is missing."))
    for listing in listings[3:7]:
        terminal.shop.sell(listing)
    terminal.shop.unreadable[next(iter(terminal.shop.orders))] = "The buyer is missing."

    ended = terminal("sync", "--json")

    assert ended.code == 4
    items, orders = ended.json
    assert (items["succeeded"], items["failed"]) == (5, 2)
    assert (orders["failed"], orders["counts"]["frozen"]) == (1, 3)
    assert (items["status"], orders["status"]) == ("partial", "partial")
    for run in (items, orders):
        records = terminal.json("history", run["id"])["records"]
        assert sum(run["counts"].values()) == len(records)
        assert run["succeeded"] == sum(
            run["counts"][k] for k in ("created", "updated", "unchanged")
        )
    assert ended.error["code"] == "partial"
    assert items["id"] in ended.error["hint"]


def test_s19_records_say_why(terminal: Terminal) -> None:
    terminal.connected()
    mug = terminal.shop.list_item("Mug", 5)
    terminal.shop.unreadable[mug.remote_id] = "The price is missing."
    (run,) = terminal("sync", "items", "--json").json

    (record,) = terminal.json("history", run["id"])["records"]

    assert (record["outcome"], record["reason"]) == ("failed", "The price is missing.")
    assert record["remote_id"] == mug.remote_id


def test_s14_a_second_sync_creates_nothing(terminal: Terminal) -> None:
    mug = terminal.stocked()
    terminal.shop.sell(mug)
    terminal.ok("sync")

    again = terminal.json("sync")

    assert [run["counts"]["created"] for run in again] == [0, 0]
    assert len(terminal.json("orders", "list")) == 1


def test_history_is_newest_first_and_can_be_narrowed(terminal: Terminal) -> None:
    terminal.connected()
    terminal.ok("sync")
    terminal.ok("sync", "items")

    runs = terminal.json("history")

    assert [run["module"] for run in runs] == ["items", "orders", "items"]
    assert terminal.json("history", "--module", "orders") == [runs[1]]
    assert terminal.json("history", "--limit", "1") == [runs[0]]
    assert terminal.fails(2, "history", "no-such-run")["code"] == "not_found"


def test_a_failed_run_ends_with_5_and_its_reason(terminal: Terminal) -> None:
    terminal.connected()
    terminal.fake.raises("fetch_orders", PermanentError("The shop is closed."))

    ended = terminal("sync", "--json")

    assert ended.code == 5
    assert [run["status"] for run in ended.json] == ["succeeded", "failed"]
    assert ended.error["message"] == "The shop is closed."
    assert ended.error["code"] == "failed"


def test_a_needed_sign_in_ends_with_3(terminal: Terminal) -> None:
    terminal.connected()
    terminal.fake.raises("fetch_items", AuthorizationRequired("The access was revoked."))

    ended = terminal("sync", "items", "--json")

    assert ended.code == 3
    assert ended.error["code"] == "needs_reauth"
    assert "tuisync reconnect fake" in ended.error["hint"]
    assert terminal.fails(3, "sync", "-i", "fake")["code"] == "needs_reauth"
    again = terminal("sync", "--json")
    assert (again.code, again.error["code"]) == (3, "needs_reauth")
    assert [(run["status"], run["reason"]) for run in again.json] == [
        ("skipped", "fake needs a sign-in."),
        ("skipped", "fake needs a sign-in."),
    ]


def test_a_shop_that_needs_a_sign_in_is_only_listed_beside_one_that_works(
    terminal: Terminal,
) -> None:
    _two_shops(terminal)
    terminal.fake.raises("fetch_items", AuthorizationRequired("The access was revoked."))
    terminal.fails(3, "sync", "items", "-i", "fake", "--only")

    runs = {run["integration"]: run["status"] for run in terminal.json("sync", "items")}

    assert runs == {"fake": "skipped", "other": "succeeded"}


def test_a_plugin_that_is_gone_fails_the_run(terminal: Terminal) -> None:
    terminal.connected()
    terminal.host = PluginHost.of()

    ended = terminal("sync", "items", "--json")

    assert ended.code == 5
    assert ended.error["code"] == "plugin_failed"


def test_a_run_nobody_takes_up_is_skipped_and_the_command_is_busy(terminal: Terminal) -> None:
    terminal.connected()
    services = terminal.open()
    lease = services.workspace.store.lease(ENGINE, "tui")
    assert lease is not None
    try:
        ended = terminal("sync", "items", "--timeout", "0", "--json")
    finally:
        lease.release()
        services.close()

    assert ended.code == 6
    assert ended.error["code"] == "busy"
    assert str(os.getpid()) in ended.error["hint"]
    assert [run["status"] for run in ended.json] == ["skipped"]
    assert terminal.json("history")[0]["status"] == "skipped"
    assert terminal.fake.calls == []


def test_nothing_connected_is_said_and_no_error(terminal: Terminal) -> None:
    terminal.ok("init", "--currency", "USD")

    ended = terminal.ok("sync", "--json")

    assert ended.json == []
    assert "tuisync connect" in ended.err


def test_progress_is_told_on_stderr(terminal: Terminal) -> None:
    terminal.connected()
    terminal.shop.list_item("Mug", 5, sku="MUG")

    ended = terminal.ok("sync", "items", "--json")

    assert "fake items: succeeded, 1 of 1, 1 new" in ended.err.splitlines()


def test_the_readable_form_is_a_table(terminal: Terminal) -> None:
    terminal.connected()

    lines = terminal.ok("sync", "items").out.splitlines()

    assert lines[0].split()[:3] == ["Run", "Shop", "Module"]
    assert "succeeded" in lines[1]


def test_what_waits_for_another_try_is_told_with_its_time_and_not_as_simply_owed(
    terminal: Terminal,
) -> None:
    terminal.stocked()
    terminal.ok("items", "adjust", "MUG", "--by", "-3", "--reason", "broken")
    terminal.fake.raises("push_stock", TransientError("Fake Market is overloaded."), times=9)

    ended = terminal("sync")

    assert "owed: `tuisync push`" not in ended.err
    assert "1 push waits to be tried again, from 20" in ended.err
    assert "Fake Market is overloaded." in ended.err


def test_a_shop_that_is_down_is_told_at_once_and_not_when_all_is_over(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "_FIRST_WAIT", 0.2)
    terminal.connected()
    terminal.fake.raises("fetch_items", TransientError("Fake Market cannot be reached."))

    ended = terminal.ok("sync", "items")

    assert "fake items: Fake Market cannot be reached. Trying again in " in ended.err
    assert ended.err.index("Trying again") < ended.err.index("fake items: succeeded")


def test_a_sync_that_was_left_off_is_finished_first_and_told(terminal: Terminal) -> None:
    terminal.connected()
    terminal.shop.list_item("Mug", 5)
    services = terminal.open()
    with services.workspace.store.transaction() as tx:
        tx.put(schema.RUNS, _as_killed(lookup.integration(tx, "fake").id))
    services.close()
    assert terminal.json("history")[0]["status"] == "interrupted", "its engine is gone"

    ended = terminal.ok("sync", "items")

    assert "A sync that was left off is finished first." in ended.err
    assert ended.err.count("fake items: succeeded") == 2
    assert [run["status"] for run in terminal.json("history")] == ["succeeded"] * 2


def _as_killed(integration: str) -> SyncRun:
    """Return a run as an engine leaves it that is killed."""
    return SyncRun(
        id="00000000000-killed",
        batch="killed",
        integration=integration,
        module="items",
        trigger="scheduled",
        queued_at=datetime(2024, 1, 1, tzinfo=UTC),
        status="running",
    )


def test_listings_that_were_read_long_ago_are_told(terminal: Terminal) -> None:
    terminal.stocked()
    assert terminal("links").err == ""
    assert terminal.json("links")[0]["read_at"].endswith("Z")

    terminal.clock.advance(hours=7)

    told = "1 listing read more than 6 hours ago. `tuisync sync items` reads them."
    assert told in terminal("links").err
    terminal.ok("sync", "items")
    assert terminal("links").err == ""
