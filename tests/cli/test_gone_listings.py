"""Listings that are gone at the shop, by command line."""

from __future__ import annotations

from terminal import Terminal


def test_what_is_gone_is_let_go_by_one_command(terminal: Terminal) -> None:
    mug = terminal.stocked()
    variant = f"fake:100:{mug}"
    terminal.shop.remove_listing(mug)
    terminal("sync", "items")

    refused = terminal.fails(2, "link", variant, "MUG")
    assert "gone from the shop" in refused["message"]
    assert f"tuisync links let-go {variant}" in refused["hint"]
    (row,) = terminal.json("inbox")
    assert row["message"] == "It is gone from the shop."
    assert "gone" in terminal.ok("links", "list").out
    assert "gone from the shop" in terminal.ok("why", "MUG").out
    (listed,) = terminal.json("items", "show", "MUG")["listings"]
    assert (listed["standing"], listed["quantity"]) == ("gone", 0)

    (view,) = terminal.json("links", "let-go", variant)

    assert (view["state"], view["item"], view["gone"]) == ("ignored", None, True)
    assert terminal.json("inbox") == []
    assert terminal.json("items", "show", "MUG")["listings"] == []
    assert terminal.fails(2, "links", "let-go", variant)["code"] == "conflict"
    assert "let go" in terminal.ok("links", "undo").err
    assert terminal.json("links", "--state", "broken")[0]["item"] == "MUG"
