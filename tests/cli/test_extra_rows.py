"""What other systems add, by command line: unmapped listings, and shipments sent once."""

from __future__ import annotations

from pathlib import Path

import pytest

from terminal import Terminal
from tuisync.core.remote import Capabilities
from tuisync.testing import FakeMarketplace, ManualClock
from tuisync.testing.marketplace import CARRIERS


def linked(terminal: Terminal) -> dict[str, tuple[str, str | None]]:
    """Return state and item of each listing, by its title."""
    return {each["title"]: (each["state"], each["item"]) for each in terminal.json("links")}


def test_x03_the_three_answers_to_an_unmapped_listing(terminal: Terminal) -> None:
    terminal.connected()
    terminal.ok("items", "add", "--sku", "OLD", "--name", "Something we have", "--stock", "4")
    made = {
        title: f"fake:100:{terminal.shop.list_item(title, 4).remote_id}"
        for title in ("As it is", "Edited", "Known")
    }
    terminal.ok("sync")
    assert {state for state, _ in linked(terminal).values()} == {"unconfirmed"}

    (new,) = terminal.json("items", "create-from", made["As it is"])
    (edited,) = terminal.json(
        *("items", "create-from", made["Edited"]),
        *("--sku", "MINE", "--name", "My name", "--price", "9.50"),
    )
    terminal.ok("link", made["Known"], "OLD")

    assert (new["name"], new["on_hand"]) == ("As it is", 4)
    assert (edited["sku"], edited["name"], edited["on_hand"]) == ("MINE", "My name", 4)
    assert edited["price"] == {"amount": "9.50", "currency": "USD"}
    assert linked(terminal) == {
        "As it is": ("linked", new["sku"]),
        "Edited": ("linked", "MINE"),
        "Known": ("linked", "OLD"),
    }
    assert terminal.json("plan")["changes"] == [], "each shop shows the right number already"


def test_x06_a_shop_that_wants_a_tracking_number_gets_none_without(tmp_path: Path) -> None:
    can = Capabilities(tracking_required=True, carriers=CARRIERS)
    terminal = Terminal(tmp_path / "home", FakeMarketplace(clock=ManualClock(), capabilities=can))
    order = terminal.shop.sell(terminal.stocked())
    terminal.ok("sync")

    for line in (("--carrier", "dhl"), ("--tracking", "JD0146"), ()):
        error = terminal.fails(2, "ship", order.number, *line)
        assert error["code"] == "usage"
    assert [each for each in terminal.json("outbox") if each["kind"] == "shipment"] == []
    assert terminal.json("orders", "show", order.number)["shipments"] == []

    terminal.ok("ship", order.number, "--carrier", "dhl", "--tracking", "JD0146")
    terminal.ok("push")
    assert terminal.shop.emails == [order.remote_id]


@pytest.mark.parametrize("first_push", ["auto", "review"])
def test_p16_what_was_sent_because_of_a_sync_is_proposed_to_be_put_right(
    terminal: Terminal, first_push: str
) -> None:
    mine = terminal.stocked(first_push=first_push)
    fair = terminal.joined("fair")
    there = fair.shop.list_item("Not our mug", 10, sku="MUG").remote_id
    for _ in range(8):
        fair.shop.sell(there)
    fair.shop.set_quantity(there, 10)
    terminal.clock.advance(minutes=1)
    batch = terminal.json("sync")[0]["batch"]
    if first_push == "review":
        terminal.ok("apply", terminal.json("plan")["id"])
    assert len(terminal.json("orders")) == 8
    assert (terminal.shop.quantity(mine), fair.shop.quantity(there)) == (2, 2)
    terminal.clock.advance(minutes=1)
    for fake in terminal.fakes.values():
        fake.calls.clear()

    ended = terminal.ok("undo", batch, "--json")

    assert "1 link, 8 orders" in ended.err
    assert terminal.json("orders") == []
    assert terminal.json("why", "MUG")["commitments"] == []
    plan = terminal.json("plan")
    held = first_push == "review"
    told = [(c["integration"], c["old"], c["new"], c["held"]) for c in plan["changes"]]
    assert told == [("fair", 2, 10, held), ("fake", 2, 10, held)]
    assert all(call == [] for call in (fake.calls for fake in terminal.fakes.values()))

    terminal.ok("apply", plan["id"]) if held else terminal.ok("push")

    terminal.clock.advance(minutes=11)
    terminal.ok("push")
    assert terminal.shop.quantity(mine) == 10
