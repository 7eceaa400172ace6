"""`items retire` and `items revive`: out of use and back, by command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from terminal import Terminal


def _done_with(terminal: Terminal) -> None:
    """Have mugs for sale, and a cup that is no longer sold."""
    terminal.stocked()
    terminal.ok("items", "add", "--sku", "CUP", "--name", "Cup")


def test_items_retire_and_revive(terminal: Terminal) -> None:
    _done_with(terminal)

    retired = terminal.json("items", "retire", "CUP")

    assert retired["retired_at"].endswith("Z")
    assert [each["sku"] for each in terminal.json("items", "list")] == ["MUG"]
    assert [each["sku"] for each in terminal.json("items", "list", "--retired")] == ["CUP"]
    assert terminal.json("items")[0]["retired_at"] is None
    assert terminal.json("items", "show", "CUP")["sku"] == "CUP"
    assert "Retired" in terminal.ok("items", "show", "CUP").out
    assert terminal.json("why", "CUP")["on_hand"] == 0
    assert terminal.json("status")["store"]["items"] == 1

    assert terminal.json("items", "revive", "CUP")["retired_at"] is None
    assert [each["sku"] for each in terminal.json("items", "list")] == ["CUP", "MUG"]
    nothing = terminal.ok("items", "list", "--retired")
    assert "No item is retired" in nothing.err
    assert terminal.ok("items", "list", "--retired", "--json").json == []


def test_items_retire_says_what_is_to_be_done_first(terminal: Terminal) -> None:
    _done_with(terminal)

    linked = terminal.fails(2, "items", "retire", "MUG")

    assert linked["code"] == "conflict"
    assert linked["message"] == "MUG is linked to a listing: unlink that first."
    assert linked["hint"].startswith("`tuisync unlink 'fake:100:")
    assert terminal.fails(2, "items", "retire", "MUGG")["hint"] == "Did you mean `MUG`?"
    assert terminal.fails(2, "items", "revive", "MUG")["message"] == "MUG is in use."


def test_items_with_the_sku_of_a_retired_one_are_refused(terminal: Terminal) -> None:
    _done_with(terminal)
    terminal.ok("items", "retire", "CUP")

    for refused in (
        terminal.fails(2, "items", "add", "--sku", "CUP", "--name", "A new cup"),
        terminal.fails(2, "items", "edit", "MUG", "--sku", "CUP"),
        terminal.fails(2, "items", "adjust", "CUP", "--to", "3", "--reason", "found"),
    ):
        assert refused["message"] == "CUP is retired."
        assert refused["hint"] == "`tuisync items revive 'CUP'` brings it back."


def test_p17_retired_items_are_in_the_backup_and_not_in_the_lists(
    terminal: Terminal, tmp_path: Path
) -> None:
    _done_with(terminal)
    terminal.ok("items", "retire", "CUP")
    terminal.ok("items", "export", str(tmp_path / "items.csv"))
    assert "CUP" not in (tmp_path / "items.csv").read_text()
    assert terminal.json("items", "import", str(tmp_path / "items.csv"))["unchanged"] == 1

    terminal.ok("backup", str(tmp_path / "all.json"))
    terminal.ok("items", "revive", "CUP")
    terminal.ok("restore", str(tmp_path / "all.json"), "--yes")

    assert [each["sku"] for each in terminal.json("items", "list", "--retired")] == ["CUP"]
    assert all(check["ok"] for check in terminal.json("doctor") if check["check"] != "sign-ins")


def test_p16_the_run_that_linked_a_retired_item_can_still_be_undone(terminal: Terminal) -> None:
    terminal.connected()
    terminal.ok("items", "add", "--sku", "MUG", "--name", "Mug", "--stock", "2")
    mug = terminal.shop.list_item("Mug", 2, sku="MUG").remote_id
    run = terminal.json("sync")[0]
    terminal.clock.advance(minutes=1)
    terminal.ok("unlink", f"fake:100:{mug}")
    terminal.ok("items", "adjust", "MUG", "--to", "0", "--reason", "no more")
    terminal.ok("items", "retire", "MUG")

    terminal.ok("undo", run["batch"])

    assert [each["sku"] for each in terminal.json("items", "list", "--retired")] == ["MUG"]
    assert all(check["ok"] for check in terminal.json("doctor"))
    terminal.ok("sync")
    assert terminal.json("links")[0]["item"] is None


def test_a_listing_with_the_sku_of_a_retired_item_says_so(terminal: Terminal) -> None:
    _done_with(terminal)
    terminal.ok("items", "retire", "CUP")
    terminal.shop.list_item("Cup again", 4, sku="CUP")
    terminal.ok("sync")

    made = terminal.ok("items", "create-from", "--all-unconfirmed")

    assert "has the SKU of an item you have, or had" in made.err
    assert "`tuisync items revive SKU`" in made.err
    (link,) = terminal.json("links", "--state", "unconfirmed")
    assert link["reason"] == "CUP is retired."
    terminal.ok("items", "revive", "CUP")
    (link,) = (each for each in terminal.json("links") if each["sku"] == "CUP")
    assert (link["state"], link["reason"]) == ("linked", "")
