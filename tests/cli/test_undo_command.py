"""`undo`: a sync is taken back, or the reason why not is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from terminal import Terminal


def _seen(terminal: Terminal) -> dict[str, Any]:
    """Return what a user can see of their business."""
    commands = (("items", "list"), ("links",), ("orders", "list"), ("contacts",), ("outbox",))
    return {" ".join(command): terminal.json(*command) for command in commands}


def _wrongly_linked(terminal: Terminal) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    terminal.connected(first_push="review")
    for number in range(12):
        sku, name = f"WRONG-{number}", f"Something else {number}"
        terminal.ok("items", "add", "--sku", sku, "--name", name, "--stock", "9")
    before = _seen(terminal)
    for number in range(12):
        terminal.shop.list_item(f"Vase {number}", 4, sku=f"WRONG-{number}")
    for listing in list(terminal.shop.listings)[:8]:
        terminal.shop.sell(listing)
    runs = terminal.json("sync")
    terminal.clock.advance(minutes=1)
    return before, runs


def test_p16_undo_of_a_sync_leaves_everything_as_it_was(terminal: Terminal) -> None:
    before, runs = _wrongly_linked(terminal)
    assert len(terminal.json("links", "--state", "linked")) == 12
    assert [run["counts"]["created"] for run in runs] == [12, 8]

    ended = terminal.ok("undo", runs[0]["batch"], "--json")

    assert _seen(terminal) == before
    assert [run["id"] for run in ended.json] == [run["id"] for run in runs]
    assert all(run["undone_at"] for run in ended.json)
    assert "Taken back: 12 links, 8 orders, 12 listings." in ended.err
    assert terminal.json("plan")["changes"] == []
    assert all(check["ok"] for check in terminal.json("doctor"))


def test_p16_undo_of_one_run_prints_that_run(terminal: Terminal) -> None:
    _, runs = _wrongly_linked(terminal)

    undone = terminal.json("undo", runs[1]["id"])

    assert (undone["id"], undone["module"]) == (runs[1]["id"], "orders")
    assert terminal.json("orders", "list") == []
    assert len(terminal.json("links", "--state", "linked")) == 12, "the links stay"
    history = {run["id"]: run["undone_at"] for run in terminal.json("history")}
    assert history == {runs[0]["id"]: None, runs[1]["id"]: undone["undone_at"]}
    line = next(each for each in terminal.ok("history").out.splitlines() if runs[1]["id"] in each)
    assert "undone" in line
    assert "Undone" in terminal.ok("history", runs[1]["id"]).out


def test_p16_what_later_counts_on_it_is_named_and_nothing_changes(terminal: Terminal) -> None:
    _, runs = _wrongly_linked(terminal)
    order = terminal.json("orders", "list")[0]
    terminal.ok("ship", order["id"], "--carrier", "ups", "--tracking", "1Z")
    before = _seen(terminal)

    error = terminal.fails(2, "undo", runs[0]["batch"])

    assert error["code"] == "conflict"
    assert f"order {order['number']} was shipped here since" in error["message"]
    assert _seen(terminal) == before


def test_undo_of_a_push_and_of_nothing_is_refused(terminal: Terminal) -> None:
    terminal.stocked()
    terminal.ok("items", "adjust", "MUG", "--by", "3", "--reason", "found")
    terminal.ok("push")
    (pushed,) = terminal.json("history", "--module", "stock")

    assert "cannot be unsent" in terminal.fails(2, "undo", pushed["id"])["message"]
    assert terminal.fails(2, "undo", "no-such-run")["code"] == "not_found"
