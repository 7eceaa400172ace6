"""Orders and mapping by command line, row by row as they are promised."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from terminal import Terminal
from tuisync.core.remote import Capabilities
from tuisync.testing import FakeMarketplace, ManualClock, a_variant
from tuisync.testing.marketplace import CARRIERS


def shop_of(tmp_path: Path, *, parts: bool) -> Terminal:
    """A shop that takes parts of orders or only whole ones."""
    can = Capabilities(partial_shipments=parts, carriers=CARRIERS)
    return Terminal(tmp_path / "home", FakeMarketplace(clock=ManualClock(), capabilities=can))


def two_lines(terminal: Terminal) -> str:
    """Sell a mug and a bowl in one order; returns its id."""
    mug, bowl = terminal.with_a_bowl()
    terminal.shop.checkout({(mug, ""): 1, (bowl, ""): 1})
    terminal.ok("sync")
    found: str = terminal.json("orders", "list")[0]["id"]
    return found


def ship(order: str, tracking: str, *more: str) -> tuple[str, ...]:
    """Return the command that ships."""
    return ("ship", order, "--carrier", "dhl", "--tracking", tracking, *more)


def test_s02_where_orders_ship_whole_a_part_and_a_second_parcel_are_refused(
    tmp_path: Path,
) -> None:
    terminal = shop_of(tmp_path, parts=False)
    order = two_lines(terminal)

    part = terminal.fails(2, *ship(order, "1", "--lines", "MUG=1"))
    assert part["code"] == "partial_shipment"
    assert "one shipment with one tracking number" in part["message"]
    terminal.ok(*ship(order, "1"))
    assert terminal.fails(2, *ship(order, "2"))["code"] == "conflict"


def test_s02_where_parts_are_taken_two_parcels_are_accepted(tmp_path: Path) -> None:
    terminal = shop_of(tmp_path, parts=True)
    order = two_lines(terminal)

    terminal.ok(*ship(order, "1", "--lines", "MUG=1"))
    shipped = terminal.json(*ship(order, "2", "--lines", "BOWL=1"))

    assert [each["tracking"] for each in shipped["shipments"]] == ["1", "2"]
    assert shipped["status"] == "fulfilled"


def one_of_each(terminal: Terminal, order_sync: str) -> list[dict[str, Any]]:
    """A shop with one order to be shipped and one shipped; returns what is imported."""
    mug = terminal.shop.list_item("Mug", 10, sku="MUG").remote_id
    terminal.shop.sell(mug)
    terminal.shop.ship(terminal.shop.sell(mug).remote_id, "dhl", "1")
    terminal.clock.advance(seconds=1)
    terminal.connected()
    terminal.ok("config", "organization", f"order_sync={order_sync}")
    terminal.ok("sync")
    terminal.ok("items", "create-from", "--all-unconfirmed")
    found: list[dict[str, Any]] = terminal.json("orders", "list")
    return found


def test_s32_confirmed_only(terminal: Terminal) -> None:
    (order,) = one_of_each(terminal, "confirmed")

    assert order["status"] == "confirmed"


def test_s32_confirmed_and_fulfilled_without_a_second_decrement(terminal: Terminal) -> None:
    found = one_of_each(terminal, "confirmed_and_fulfilled")

    assert sorted(each["status"] for each in found) == ["confirmed", "fulfilled"]
    mug = terminal.json("items", "show", "MUG")
    assert (mug["on_hand"], mug["committed"]) == (9, 1)
    assert terminal.json("plan")["changes"] == []


def test_s33_the_preference_is_one_for_all_and_deletes_nothing(terminal: Terminal) -> None:
    before = one_of_each(terminal, "confirmed_and_fulfilled")

    changed = terminal.json("config", "organization", "order_sync=confirmed")

    assert changed["order_sync"] == terminal.json("status")["organization"]["order_sync"]
    terminal.clock.advance(minutes=1)
    mug = next(iter(terminal.shop.listings))
    terminal.shop.ship(terminal.shop.sell(mug).remote_id, "dhl", "2")
    terminal.ok("sync")
    assert terminal.json("orders", "list") == before


def test_s36_an_answer_that_was_lost_does_not_tell_the_buyer_twice(terminal: Terminal) -> None:
    mug = terminal.stocked()
    order = terminal.shop.sell(mug)
    terminal.ok("sync")
    terminal.fake.drops_answer("push_shipment")
    terminal.ok(*ship(order.number, "JD0146"))
    terminal("push")
    for _ in range(4):
        terminal.clock.advance(minutes=3)
        terminal("push")

    assert terminal.shop.emails == [order.remote_id]
    (parcel,) = terminal.json("orders", "show", order.number)["shipments"]
    assert (parcel["push"], parcel["tracking"]) == ("sent", "JD0146")
    assert terminal.shop.orders[order.remote_id].shipped


def test_s37_s38_the_comment_is_paid_at_the_time_of_the_payment(terminal: Terminal) -> None:
    mug = terminal.stocked()
    order = terminal.shop.sell(mug, paid=False)
    terminal.ok("sync")
    assert terminal.json("orders", "list") == []
    terminal.clock.advance(minutes=7)
    paid = terminal.shop.pay(order.remote_id)
    terminal.clock.advance(minutes=9)
    for _ in range(3):
        terminal.ok("sync")

    (comment,) = terminal.json("orders", "show", order.number)["comments"]

    assert (comment["text"], comment["by"]) == ("Paid", "system")
    assert paid.paid_at is not None
    assert comment["at"] == paid.paid_at.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_x02_many_listings_share_one_items_stock(terminal: Terminal) -> None:
    listings = [terminal.shop.list_item(f"Mug {n}", 8, sku="MUG").remote_id for n in range(4)]
    terminal.connected()
    terminal.ok("sync")
    terminal.ok("items", "create-from", "--all-unconfirmed")
    terminal.clock.advance(minutes=1)
    (item,) = terminal.json("items", "list")
    assert (item["on_hand"], len(item["listings"])) == (8, 4)

    terminal.shop.sell(listings[0], 3)
    terminal.ok("sync")

    assert [terminal.shop.quantity(each) for each in listings] == [5, 5, 5, 5]


def states(terminal: Terminal) -> list[str]:
    """Return the state of each link."""
    return [each["state"] for each in terminal.json("links")]


def test_p09_the_same_sku_across_listings_links_all(terminal: Terminal) -> None:
    for n in range(3):
        terminal.shop.list_item(f"Listing {n}", 5, sku="MUG")
    terminal.connected()
    terminal.ok("items", "add", "--sku", "MUG", "--name", "Mug", "--stock", "5")

    terminal.ok("sync")

    assert {(each["state"], each["item"]) for each in terminal.json("links")} == {("linked", "MUG")}


def test_p09_duplicates_are_a_conflict_and_nothing_links_by_itself(terminal: Terminal) -> None:
    twins = [a_variant(1, sku="MUG", key="1=S"), a_variant(1, sku="MUG", key="1=M")]
    terminal.shop.list_item("Twins", variants=twins)
    terminal.shop.list_item("Cup", 5)
    terminal.connected()
    terminal.ok("items", "add", "--sku", "MUG", "--name", "Mug", "--stock", "5")
    for n in range(2):
        terminal.ok("items", "add", "--sku", f"CUP-{n}", "--name", "Cup", "--stock", "5")

    terminal.ok("sync")

    assert states(terminal) == ["conflict"] * 3
    assert terminal.json("links", "accept") == []


def test_p09_linking_thaws_and_reserves_and_undo_takes_it_back(terminal: Terminal) -> None:
    terminal.stocked()
    vase = terminal.shop.list_item("Vase", 5).remote_id
    terminal.ok("sync", "items")
    terminal.clock.advance(minutes=1)
    for _ in range(3):
        terminal.shop.sell(vase)
    terminal.ok("sync", "--no-push")
    before = everything(terminal)
    assert len(terminal.json("orders", "list", "--gate", "frozen")) == 3

    terminal.ok("link", f"fake:100:{vase}", "MUG")

    assert terminal.json("orders", "list", "--gate", "frozen") == []
    assert terminal.json("items", "show", "MUG")["committed"] == 3
    terminal.ok("links", "undo")
    assert everything(terminal) == before


def everything(terminal: Terminal) -> dict[str, list[bytes]]:
    """Return every stored document, encoded, but for the record of the decision itself."""
    from tuisync.core.store.schema import COLLECTIONS  # noqa: PLC0415  # only the dump needs it

    services = terminal.open()
    try:
        store = services.workspace.store
        return {
            each.name: [msgspec.json.encode(document) for document in store.all(each)]
            for each in COLLECTIONS
        }
    finally:
        services.close()


@pytest.mark.parametrize("count", [300])
def test_p09_s44_three_hundred_unconfirmed_are_counted_and_accepted_at_once(
    terminal: Terminal, count: int, tmp_path: Path
) -> None:
    for n in range(count):
        terminal.shop.list_item(f"Listing {n}", 5, sku=f"sku-{n}")
    terminal.connected()
    terminal.ok("sync")
    sheet = tmp_path / "items.csv"
    rows = "".join(f"SKU-{n},Item {n},5\n" for n in range(count))
    sheet.write_text(f"sku,name,on_hand\n{rows}", "utf-8")
    terminal.ok("items", "import", str(sheet), "--apply")
    (shop,) = terminal.json("integrations")
    assert shop["counts"]["unconfirmed"] == count
    assert len(terminal.json("links", "--state", "unconfirmed")) == count

    assert len(terminal.json("links", "accept")) == count

    assert terminal.json("integrations")[0]["counts"]["linked"] == count
    assert terminal.json("plan")["changes"] == []
