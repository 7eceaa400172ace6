"""Plan, then apply exactly that, by command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from terminal import Terminal


def _shop(terminal: Terminal) -> list[str]:
    """Return a shop of three listings, two of them with a change that is held."""
    for name, number in (("Mug", 10), ("Pot", 8), ("Nothing", 0)):
        terminal.shop.list_item(name, number, sku=name.upper())
    terminal.connected(first_push="review")
    terminal.ok("sync")
    terminal.ok("items", "create-from", "--all-unconfirmed")
    terminal.clock.advance(minutes=1)
    terminal.ok("integration", "set", "fake", "buffer=3")
    terminal.fake.calls.clear()
    return list(terminal.shop.listings)


def _numbers(terminal: Terminal, ids: list[str]) -> list[int]:
    return [terminal.shop.quantity(id_) for id_ in ids]


def _written(terminal: Terminal) -> list[dict[str, int]]:
    changes: list[Any] = [call.request for call in terminal.fake.calls_of("push_stock")]
    return [{each.key: each.wanted for each in change.variants} for change in changes]


def test_p05_plan_writes_nothing_and_check_exits_4(terminal: Terminal) -> None:
    ids = _shop(terminal)

    ended = terminal("plan", "--check", "--json")

    assert (ended.code, ended.error["code"]) == (4, "different")
    assert [(c["title"], c["old"], c["new"], c["held"]) for c in ended.json["changes"]] == [
        ("Mug", 10, 7, True),
        ("Pot", 8, 5, True),
    ]
    assert all(c["reason"].startswith("a stock rule was changed") for c in ended.json["changes"])
    assert terminal.fake.calls == []
    assert _numbers(terminal, ids) == [10, 8, 0]


def test_p05_refresh_reads_and_never_writes(terminal: Terminal) -> None:
    ids = _shop(terminal)
    terminal.shop.sell(ids[0], 2)

    plan = terminal.json("plan", "--refresh")

    assert [(c["old"], c["new"]) for c in plan["changes"]] == [(8, 5), (8, 5)]
    assert {call.hook for call in terminal.fake.calls} == {"fetch_items", "fetch_orders"}


def test_p05_an_unchanged_plan_is_applied_exactly_by_its_id(terminal: Terminal) -> None:
    ids = _shop(terminal)
    plan = terminal.json("plan")

    report = terminal.json("apply", plan["id"])

    applied = [(c["variant"], c["old"], c["new"]) for c in report["applied"]]
    assert applied == [(c["variant"], c["old"], c["new"]) for c in plan["changes"]]
    assert report["failed"] == report["held"] == report["stale"] == []
    assert _written(terminal) == [{"": 7}, {"": 5}]
    assert _numbers(terminal, ids) == [7, 5, 0]
    assert terminal.json("plan", "--check")["changes"] == []


def test_p05_a_stock_change_between_exits_5_and_writes_nothing(terminal: Terminal) -> None:
    ids = _shop(terminal)
    plan = terminal.json("plan")
    terminal.ok("items", "adjust", "POT", "--by", "-1", "--reason", "broken")

    ended = terminal("apply", plan["id"], "--json")

    assert (ended.code, ended.error["code"]) == (5, "plan_stale")
    assert _written(terminal) == []
    assert _numbers(terminal, ids) == [10, 8, 0]
    rest = terminal("apply", plan["id"], "--unmoved", "--json")
    assert rest.code == 4
    assert [c["title"] for c in rest.json["applied"]] == ["Mug"]
    assert [c["title"] for c in rest.json["stale"]] == ["Pot"]
    assert _numbers(terminal, ids) == [7, 8, 0]


def test_p05_a_sale_at_the_shop_between_exits_5_and_writes_nothing(terminal: Terminal) -> None:
    ids = _shop(terminal)
    plan = terminal.json("plan")
    terminal.shop.sell(ids[0])

    ended = terminal("apply", plan["id"], "--json")

    assert (ended.code, ended.error["code"]) == (5, "plan_stale")
    assert _written(terminal) == []


def test_p05_what_moves_after_the_first_write_is_stale_and_exits_4(terminal: Terminal) -> None:
    ids = _shop(terminal)
    plan = terminal.json("plan")
    terminal.fake.meanwhile("push_stock", lambda: terminal.shop.set_quantity(ids[1], 20))

    ended = terminal("apply", plan["id"], "--json")

    assert ended.code == 4
    assert [c["title"] for c in ended.json["applied"]] == ["Mug"]
    assert [c["title"] for c in ended.json["stale"]] == ["Pot"]
    assert _numbers(terminal, ids) == [7, 20, 0]


def test_p05_push_names_what_is_held_and_leaves_it(terminal: Terminal) -> None:
    ids = _shop(terminal)

    ended = terminal.ok("push", "--json")

    assert [c["title"] for c in ended.json["held"]] == ["Mug", "Pot"]
    assert "2 changes held for your review: Mug, Pot." in ended.err
    assert _numbers(terminal, ids) == [10, 8, 0]


def test_p05_with_auto_nothing_is_held(terminal: Terminal) -> None:
    mug = terminal.stocked(first_push="auto")
    terminal.ok("integration", "set", "fake", "buffer=3")

    report = terminal.json("push")

    assert [c["new"] for c in report["applied"]] == [7]
    assert terminal.shop.quantity(mug) == 7


def test_p05_one_line_of_a_plan_can_be_applied_alone(terminal: Terminal) -> None:
    ids = _shop(terminal)
    plan = terminal.json("plan")

    report = terminal.json("apply", plan["id"], "--only", f"fake:100:{ids[1]}")

    assert [c["title"] for c in report["applied"]] == ["Pot"]
    assert _numbers(terminal, ids) == [10, 5, 0]
    assert terminal.fails(2, "apply", plan["id"], "--only", "fake:100:9")["code"] == "not_found"
