"""A wrong link put right by command line, to the last order."""

from __future__ import annotations

from typing import Any

import pytest

from terminal import Terminal


@pytest.fixture
def mistaken(terminal: Terminal) -> tuple[Terminal, str]:
    """A listing that was linked to A by its name, and is B; with a sale of three."""
    terminal.connected()
    terminal.ok("items", "add", "--sku", "A", "--name", "Mug", "--stock", "20")
    terminal.ok("items", "add", "--sku", "B", "--name", "Cup", "--stock", "20")
    listing = terminal.shop.list_item("Mug", 20).remote_id
    terminal.ok("sync")
    terminal.clock.advance(minutes=1)
    terminal.shop.sell(listing, 3)
    terminal.ok("sync")
    terminal.clock.advance(minutes=1)
    return terminal, listing


def stock(terminal: Terminal, sku: str) -> tuple[int, int, int]:
    """Return on hand, committed, available."""
    item = terminal.json("items", "show", sku)
    return item["on_hand"], item["committed"], item["available"]


def asked(terminal: Terminal) -> list[dict[str, Any]]:
    """Return what the inbox wants decided."""
    return [each for each in terminal.json("inbox") if each["class"] == "decision"]


def test_s23_unlink_correct_and_resync_puts_link_orders_and_stock_right(
    mistaken: tuple[Terminal, str],
) -> None:
    terminal, listing = mistaken
    variant = f"fake:100:{listing}"
    assert (stock(terminal, "A"), stock(terminal, "B")) == ((20, 3, 17), (20, 0, 20))
    terminal.ok("unlink", variant)
    meanwhile = terminal.shop.sell(listing, 2).number
    terminal.ok("sync")
    assert terminal.json("orders", "show", meanwhile)["gate"] == "frozen"

    terminal.ok("items", "edit", "A", "--name", "Old mug")
    terminal.ok("items", "edit", "B", "--name", "Mug")
    run = terminal.json("history", "--module", "items")[0]
    terminal.ok("resync", run["id"])

    (link,) = terminal.json("links")
    assert (link["state"], link["item"], link["basis"]) == ("linked", "B", "name")
    assert terminal.json("orders", "show", meanwhile)["gate"] == "ready"
    assert (stock(terminal, "A"), stock(terminal, "B")) == ((20, 3, 17), (20, 2, 18))
    (row,) = asked(terminal)
    assert "still counts against A" in row["message"]
    assert f"link {variant} B --repoint open" in row["hint"]

    decided = terminal.json("link", variant, "B", "--repoint", "open")

    assert decided["former"] == []
    assert (stock(terminal, "A"), stock(terminal, "B")) == ((20, 0, 20), (20, 5, 15))
    assert asked(terminal) == []
    terminal.ok("push")
    assert terminal.shop.quantity(listing) == 15
    assert all(check["ok"] for check in terminal.json("doctor") if check["check"] != "machine")
    kinds = [m["kind"] for m in terminal.json("why", "A")["movements"]]
    assert kinds == ["opening"]


def test_s23_what_was_sent_moves_in_the_ledger_by_what_is_added(
    mistaken: tuple[Terminal, str],
) -> None:
    terminal, listing = mistaken
    (order,) = terminal.json("orders", "list")
    terminal.ok("ship", order["id"], "--carrier", "dhl", "--tracking", "JD0146")
    before = terminal.json("why", "A")["movements"]

    terminal.ok("link", f"fake:100:{listing}", "B", "--repoint", "all")

    assert (stock(terminal, "A"), stock(terminal, "B")) == ((20, 0, 20), (17, 0, 17))
    after = terminal.json("why", "A")["movements"]
    assert after[: len(before)] == before
    assert [(m["kind"], m["delta"]) for m in after[len(before) :]] == [("ship", 3)]
    assert "wrong item" in after[-1]["cause"]


def test_s23_the_user_may_leave_the_orders_where_they_are(
    mistaken: tuple[Terminal, str],
) -> None:
    terminal, listing = mistaken
    refused = terminal.fails(2, "link", f"fake:100:{listing}", "B")
    assert refused["code"] == "conflict"
    assert "--repoint" in refused["hint"]

    terminal.ok("link", f"fake:100:{listing}", "B", "--repoint", "none")

    assert (stock(terminal, "A"), stock(terminal, "B")) == ((20, 3, 17), (20, 0, 20))
    assert asked(terminal) == []


def test_p09_an_unlinked_pair_never_comes_back_in_ten_syncs(
    mistaken: tuple[Terminal, str],
) -> None:
    terminal, listing = mistaken
    terminal.ok("unlink", f"fake:100:{listing}")
    for _ in range(10):
        terminal.clock.advance(minutes=5)
        terminal.shop.edit_listing(listing, title="Mug")
        terminal.ok("sync")
        terminal.ok("items", "edit", "A", "--name", "Mug")

    (link,) = terminal.json("links")
    assert (link["state"], link["item"]) == ("unconfirmed", None)
    assert [each["sku"] for each in link["candidates"]][:1] == ["A"]


def test_the_question_goes_when_its_orders_end(mistaken: tuple[Terminal, str]) -> None:
    terminal, listing = mistaken
    terminal.ok("unlink", f"fake:100:{listing}")
    assert len(asked(terminal)) == 1

    terminal.ok("link", f"fake:100:{listing}", "A")

    assert asked(terminal) == []
