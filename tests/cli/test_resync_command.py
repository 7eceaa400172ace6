"""`resync`: exactly the records of an earlier sync, by id, and what became of them now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tuisync.core.models import SyncRun
from tuisync.core.remote import FetchRequest
from tuisync.core.store import schema

if TYPE_CHECKING:
    from terminal import Terminal


def _asked(terminal: Terminal) -> list[tuple[str, tuple[str, ...]]]:
    """Return what the shop was asked for since its log was cleared: which hook, which ids."""
    asked = []
    for call in terminal.fake.calls:
        assert isinstance(call.request, FetchRequest)
        assert call.request.cursor is None
        assert call.request.period is None
        asked.append((call.hook, call.request.ids))
    return asked


def _three_mugs(terminal: Terminal) -> list[str]:
    terminal.connected()
    return [terminal.shop.list_item(f"Mug {n}", 5, sku=f"MUG-{n}").remote_id for n in range(3)]


def _run(terminal: Terminal, *arguments: str) -> dict[str, Any]:
    (run,) = terminal("sync", *arguments, "--json").json
    found: dict[str, Any] = run
    return found


def test_s21_resync_of_a_run_reads_precisely_its_records_by_id(terminal: Terminal) -> None:
    mugs = _three_mugs(terminal)
    old = _run(terminal, "items")
    terminal.shop.list_item("Not of that run", 5)
    terminal.fake.calls.clear()

    (new,) = terminal.json("resync", old["id"])

    assert _asked(terminal) == [("fetch_items", tuple(mugs))]
    assert (new["trigger"], new["resync_of"], new["status"]) == ("resync", old["id"], "succeeded")
    assert (new["batch"] != old["batch"], new["counts"]["unchanged"]) == (True, 3)
    assert len(terminal.json("links")) == 3, "nothing else came in"
    cursor = terminal.json("history", old["id"])
    assert cursor["counts"] == old["counts"], "what the earlier run says stays"


def test_s21_resync_of_a_batch_reads_the_records_of_each_of_its_runs(terminal: Terminal) -> None:
    mugs = _three_mugs(terminal)
    orders = [terminal.shop.sell(mug).remote_id for mug in mugs[:2]]
    items_run, orders_run = terminal("sync", "--json").json
    terminal.fake.calls.clear()

    runs = terminal.json("resync", items_run["batch"])

    asked = [(hook, sorted(ids)) for hook, ids in _asked(terminal)]
    assert asked == [("fetch_items", mugs), ("fetch_orders", orders)]
    assert [run["resync_of"] for run in runs] == [items_run["id"], orders_run["id"]]
    assert len({run["batch"] for run in runs}) == 1


def test_s21_resync_of_one_record_reads_that_one(terminal: Terminal) -> None:
    mugs = _three_mugs(terminal)
    old = _run(terminal, "items")
    record = terminal.json("history", old["id"])["records"][1]
    terminal.fake.calls.clear()

    by_id = terminal.json("resync", old["id"], "--record", record["id"])
    by_remote_id = terminal.json("resync", old["batch"], "--record", mugs[1])

    assert _asked(terminal) == [("fetch_items", (mugs[1],))] * 2
    assert [run["counts"]["unchanged"] for run in (*by_id, *by_remote_id)] == [1, 1]


def test_s22_x08_what_had_failed_is_created_once_it_can_be_read(terminal: Terminal) -> None:
    mug = terminal.stocked()
    good, bad = terminal.shop.sell(mug), terminal.shop.sell(mug, 2)
    terminal.shop.unreadable[bad.remote_id] = "The field `total` is missing."
    old = _run(terminal, "orders")
    assert (old["status"], old["counts"]["created"], old["failed"]) == ("partial", 1, 1)
    assert len(terminal.json("orders", "list")) == 1

    del terminal.shop.unreadable[bad.remote_id]
    (new,) = terminal.json("resync", old["id"])

    assert (new["status"], new["failed"]) == ("succeeded", 0)
    assert (new["counts"]["created"], new["counts"]["unchanged"]) == (1, 1)
    outcomes = {
        record["remote_id"]: record["outcome"]
        for record in terminal.json("history", new["id"])["records"]
    }
    assert outcomes == {good.remote_id: "unchanged", bad.remote_id: "created"}
    assert len(terminal.json("orders", "list")) == 2
    item = terminal.json("items", "show", "MUG")
    assert (item["on_hand"], item["committed"]) == (10, 3), "nothing twice"


def test_s22_only_what_failed_can_be_read_again(terminal: Terminal) -> None:
    mugs = _three_mugs(terminal)
    terminal.shop.unreadable[mugs[2]] = "It has no price."
    old = _run(terminal, "items")
    del terminal.shop.unreadable[mugs[2]]
    terminal.fake.calls.clear()

    (new,) = terminal.json("resync", old["id"], "--failed")

    assert _asked(terminal) == [("fetch_items", (mugs[2],))]
    assert new["counts"]["created"] == 1
    nothing = terminal.fails(2, "resync", new["id"], "--failed")
    assert (nothing["code"], nothing["message"]) == (
        "not_found",
        "That sync has no failed record to read again.",
    )


def test_x09_what_is_gone_at_the_shop_fails_in_words_and_the_rest_succeeds(
    terminal: Terminal,
) -> None:
    mugs = _three_mugs(terminal)
    old = _run(terminal, "items")
    terminal.shop.remove_listing(mugs[0])

    ended = terminal("resync", old["id"], "--json")

    assert ended.code == 4
    (new,) = ended.json
    assert (new["status"], new["succeeded"], new["failed"]) == ("partial", 2, 1)
    failed = [r for r in terminal.json("history", new["id"])["records"] if r["outcome"] == "failed"]
    assert [(each["remote_id"], each["reason"]) for each in failed] == [
        (mugs[0], "The shop does not know it any more.")
    ]


def test_s21_a_push_is_looked_at_and_not_sent_again(terminal: Terminal) -> None:
    mug = terminal.stocked()
    terminal.ok("items", "adjust", "MUG", "--by", "3", "--reason", "found")
    terminal.ok("push")
    (pushed,) = terminal.json("history", "--module", "stock")
    terminal.fake.calls.clear()

    (new,) = terminal.json("resync", pushed["id"])

    assert _asked(terminal) == [("fetch_items", (mug,))]
    assert (new["module"], new["resync_of"]) == ("items", pushed["id"])


def test_s21_nothing_is_sent_by_a_resync_but_what_is_owed_is_told(terminal: Terminal) -> None:
    mug = terminal.stocked()
    old = _run(terminal, "items", "--only")
    terminal.ok("items", "adjust", "MUG", "--by", "3", "--reason", "found")

    ended = terminal.ok("resync", old["id"])

    assert terminal.shop.quantity(mug) == 10
    assert "1 push is owed: `tuisync push` sends it." in ended.err


def test_resync_of_what_was_never_there_is_not_found(terminal: Terminal) -> None:
    _three_mugs(terminal)
    old = _run(terminal, "items")

    assert terminal.fails(2, "resync", "no-such-run")["code"] == "not_found"
    assert terminal.fails(2, "resync", old["id"], "--record", "999")["code"] == "not_found"
    unknown = terminal.fails(2, "resync", old["id"], "--record", f"{old['id']}/99")
    assert unknown["code"] == "not_found"


@pytest.mark.parametrize("days", [40, 80])
def test_s21_a_run_whose_history_is_trimmed_reads_what_is_left(
    terminal: Terminal, days: int
) -> None:
    mugs = _three_mugs(terminal)
    terminal.shop.unreadable[mugs[2]] = "It has no price."
    old = _run(terminal, "items")
    terminal.clock.advance(hours=24 * days)
    terminal("daemon", "--once")  # an engine lets go of old history
    terminal.fake.calls.clear()
    terminal.shop.unreadable.clear()

    if days == 80:
        assert terminal.fails(2, "resync", old["id"])["code"] == "record_expired"
        return
    (new,) = terminal.json("resync", old["id"])
    assert _asked(terminal) == [("fetch_items", (mugs[2],))], "successes are kept for a month"
    assert new["counts"]["created"] == 1
    error = terminal.fails(2, "resync", old["id"], "--record", f"{old['id']}/1")
    assert error["code"] == "record_expired"
    assert "let go of" in error["message"]


def test_an_inactive_shop_is_not_read_again(terminal: Terminal) -> None:
    _three_mugs(terminal)
    old = _run(terminal, "items")
    terminal.ok("integration", "disable", "fake")
    terminal.fake.calls.clear()

    assert terminal.fails(2, "resync", old["id"])["code"] == "inactive"
    assert terminal.fake.calls == []


def test_a_run_that_has_not_ended_cannot_be_synced_again(terminal: Terminal) -> None:
    _three_mugs(terminal)
    old = _run(terminal, "items")
    services = terminal.open()
    with services.workspace.store.transaction() as tx:
        run = tx.get(schema.RUNS, old["id"])
        assert isinstance(run, SyncRun)
        tx.put(schema.RUNS, run.but(status="interrupted"))
    services.close()

    assert terminal.fails(2, "resync", old["id"])["code"] == "conflict"
