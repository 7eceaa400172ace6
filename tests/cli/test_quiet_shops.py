"""Shops that are switched off or closed for a while: quiet, and in step again afterwards."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tuisync.core.actions.items import adjust_stock
from tuisync.core.connecting import add_integration

if TYPE_CHECKING:
    from terminal import Terminal
    from tuisync.testing.shop import FakeShop

LISTINGS = 20
CHANGES = 500
DAYS = 2


def _stocked(terminal: Terminal, first_push: str) -> list[str]:
    return terminal.shelf([f"I{number}" for number in range(LISTINGS)], 50, first_push)


def _change_stock(terminal: Terminal) -> None:
    """Change stock 500 times over two days."""
    chance = random.Random(18)  # noqa: S311  # the same each time
    services = terminal.open()
    try:
        for _ in range(CHANGES):
            sku = f"I{chance.randrange(LISTINGS)}"
            adjust_stock(services.workspace, sku, by=chance.choice((-1, 1, 2)), reason="counted")
            terminal.clock.advance(seconds=DAYS * 86_400 / CHANGES)
    finally:
        services.close()


def _available(terminal: Terminal) -> dict[str, int]:
    return {each["sku"]: each["available"] for each in terminal.json("items")}


def _shown(terminal: Terminal, ids: list[str]) -> dict[str, int]:
    return {f"I{number}": terminal.shop.quantity(id_) for number, id_ in enumerate(ids)}


def _two_days_off(terminal: Terminal) -> None:
    """Switch the shop off for two days of changes, in which it is left alone."""
    terminal.ok("integration", "disable", "fake")
    terminal.fake.calls.clear()
    _change_stock(terminal)
    terminal.ok("push")
    terminal.ok("daemon", "--once")

    assert terminal.fake.calls == []
    outbox = terminal.json("outbox")
    assert {each["state"] for each in outbox} <= {"paused", "superseded"}
    waiting = [each["target"] for each in outbox if each["state"] == "paused"]
    assert 0 < len(waiting) == len(set(waiting)) <= LISTINGS
    assert terminal.json("integration", "show", "fake")["status"] == "inactive"


def _back_after_two_days(terminal: Terminal, first_push: str) -> list[str]:
    """Disable a shop, sell in it, enable it two days later, and let the engine look at it."""
    ids = _stocked(terminal, first_push)
    _two_days_off(terminal)
    terminal.shop.sell(ids[0], 4)
    terminal.ok("integration", "enable", "fake")
    terminal.ok("daemon", "--once")
    return ids


def test_p18_s39_s40_two_days_off_then_the_gap_then_one_push_per_link(
    terminal: Terminal,
) -> None:
    ids = _back_after_two_days(terminal, "auto")

    hooks = [call.hook for call in terminal.fake.calls]
    assert hooks.index("fetch_orders") < hooks.index("push_stock")
    pushed = [call.request.listing_id for call in terminal.fake.calls_of("push_stock")]  # type: ignore[union-attr]  # a push has a listing
    assert len(pushed) == len(set(pushed)) <= LISTINGS
    assert _shown(terminal, ids) == _available(terminal)
    assert len(terminal.json("orders")) == 1


def test_p18_s39_s40_two_days_off_then_the_gap_then_the_plan_and_its_consent(
    terminal: Terminal,
) -> None:
    ids = _back_after_two_days(terminal, "review")

    assert terminal.fake.calls_of("push_stock") == []
    assert len(terminal.json("orders")) == 1
    plan = terminal.json("plan")
    assert all(change["held"] for change in plan["changes"])
    assert {c["reason"].split(";")[0] for c in plan["changes"]} == {"the shop was enabled"}
    report = terminal.json("apply", plan["id"])
    assert len(report["applied"]) == len(plan["changes"])
    assert _shown(terminal, ids) == _available(terminal)


def test_s40_what_differs_nowhere_is_not_held(terminal: Terminal) -> None:
    _stocked(terminal, "review")
    terminal.ok("integration", "disable", "fake")
    terminal.ok("items", "adjust", "I0", "--by", "3", "--reason", "counted")
    terminal.ok("items", "adjust", "I0", "--by", "-3", "--reason", "counted again")

    terminal.ok("integration", "enable", "fake")

    assert [each["state"] for each in terminal.json("outbox")] == ["superseded"]


def test_p18_pushes_to_a_shop_on_vacation_wait_and_it_is_shown(terminal: Terminal) -> None:
    mug = terminal.stocked()
    terminal.shop.on_vacation = True
    terminal.ok("sync")
    assert terminal.json("integration", "show", "fake")["on_vacation"] is True
    assert "on vacation" in terminal.ok("status").out

    terminal.ok("items", "adjust", "MUG", "--by", "-3", "--reason", "broken")
    pushed = terminal.ok("push", "--json")

    assert terminal.fake.calls_of("push_stock") == []
    [held] = pushed.json["held"]
    assert held["reason"] == "The shop is on vacation; the number goes out when it is back."
    assert [each["state"] for each in terminal.json("outbox")] == ["retry_wait"]

    terminal.shop.on_vacation = False
    terminal.ok("sync")

    assert terminal.shop.quantity(mug) == 7
    assert terminal.json("integration", "show", "fake")["on_vacation"] is False


def test_p18_a_shipment_does_not_wait_for_the_end_of_a_vacation(terminal: Terminal) -> None:
    mug = terminal.stocked()
    terminal.shop.sell(mug)
    terminal.shop.on_vacation = True
    terminal.ok("sync")
    [order] = terminal.json("orders")

    terminal.ok("ship", order["number"], "--carrier", "dhl", "--tracking", "JD0146")
    terminal.ok("push")

    assert terminal.shop.emails == [order["remote_id"]]


def test_p18_what_is_held_is_still_held_after_a_vacation(terminal: Terminal) -> None:
    mug = terminal.stocked(first_push="review")
    terminal.shop.on_vacation = True
    terminal.ok("sync")
    terminal.ok("integration", "set", "fake", "buffer=4")
    terminal.ok("push")
    terminal.shop.on_vacation = False
    terminal.ok("sync")

    assert terminal.shop.quantity(mug) == 10
    assert [each["state"] for each in terminal.json("outbox")] == ["held"]


# Off, on, and everything anew


def _second_shop(terminal: Terminal) -> FakeShop:
    """Connect another shop that sells the same mug."""
    other = terminal.fake.add_shop("200", owner="user-2")
    other.list_item("Mug", 10, sku="MUG")
    authorization = terminal.fake.sign_in("user-2")
    services = terminal.open()
    try:
        added = add_integration(
            services.workspace, terminal.fake.name, authorization.account, {}, sync=False
        )
        services.secrets.store_tokens(added.id, authorization.tokens, None)
    finally:
        services.close()
    terminal.ok("sync")
    terminal.fake.calls.clear()
    return other


def test_s35_stock_sync_off_leaves_one_shop_alone_and_on_sends_the_number_of_now(
    terminal: Terminal,
) -> None:
    mug = terminal.stocked()
    other = _second_shop(terminal)
    shown = terminal.json("integration", "set", "fake", "stock_sync=off")
    assert shown["stock_sync"] == "inactive"
    assert "inactive" in terminal.ok("integration", "show", "fake").out

    for _ in range(5):
        terminal.ok("items", "adjust", "MUG", "--by", "1", "--reason", "made more")
        terminal.ok("push")
    assert [call.shop_id for call in terminal.fake.calls_of("push_stock")] == ["200"] * 5
    assert (terminal.shop.quantity(mug), other.quantity(next(iter(other.listings)))) == (10, 15)
    assert terminal.json("drift") == []

    terminal.fake.calls.clear()
    terminal.ok("integration", "set", "fake", "stock_sync=on")
    assert [each["state"] for each in terminal.json("outbox")].count("queued") == 1
    terminal.ok("push")
    assert terminal.shop.quantity(mug) == 15
    assert len(terminal.fake.calls_of("push_stock")) == 1


def test_s39_disabled_for_three_intervals_nothing_is_asked_and_nothing_lost(
    terminal: Terminal,
) -> None:
    mug = terminal.stocked()
    terminal.shop.sell(mug, 2)
    terminal.ok("sync")
    kept = {line: terminal.json(*line.split()) for line in ("items", "orders list", "contacts")}
    assert terminal.json("integration", "disable", "fake")["status"] == "inactive"
    terminal.fake.calls.clear()

    for _ in range(3):
        terminal.clock.advance(hours=4)
        terminal.ok("daemon", "--once")

    assert terminal.fake.calls == []
    assert {line: terminal.json(*line.split()) for line in kept} == kept


def test_s40_enabling_needs_no_sign_in_and_the_next_fetch_covers_the_gap(
    terminal: Terminal,
) -> None:
    mug = terminal.stocked()
    terminal.ok("integration", "disable", "fake")
    terminal.clock.advance(hours=30)
    order = terminal.shop.sell(mug, 3)
    terminal.clock.advance(hours=30)
    terminal.fake.calls.clear()

    assert terminal.json("integration", "enable", "fake")["status"] == "active"
    terminal.ok("daemon", "--once")

    assert [each["remote_id"] for each in terminal.json("orders")] == [order.remote_id]
    assert terminal.json("items", "show", "MUG")["available"] == 7
    assert terminal.fake.calls_of("authorize") == []


def test_x04_the_shops_number_is_the_opening_once_and_never_stock_again(
    terminal: Terminal,
) -> None:
    mug = terminal.stocked()
    terminal.shop.set_quantity(mug, 25)
    terminal.ok("sync", "--no-push")
    terminal.ok("sync", "--no-push")

    item = terminal.json("items", "show", "MUG")
    movements = terminal.json("why", "MUG")["movements"]

    assert item["on_hand"] == 10
    assert [(each["kind"], each["delta"]) for each in movements] == [("opening", 10)]
    assert [(each["kind"], each["ours"], each["shop"]) for each in terminal.json("drift")] == [
        ("there", 10, 25)
    ]


def test_x17_everything_is_read_again_and_whatever_differs_is_sent(terminal: Terminal) -> None:
    ids = _stocked(terminal, "auto")
    terminal.ok("integration", "set", "fake", "drift=ask")
    for number, listing in enumerate(ids):
        terminal.shop.set_quantity(listing, number)

    plan = terminal.json("plan", "--refresh")
    report = terminal.json("apply", plan["id"])

    assert len(report["applied"]) == LISTINGS
    assert _shown(terminal, ids) == _available(terminal)
    assert terminal.json("drift") == terminal.json("plan")["changes"] == []
