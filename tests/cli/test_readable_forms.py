"""Every command without `--json`: a table or a card that says what matters."""

from __future__ import annotations

import pytest

from terminal import Terminal


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """Someone with a bit of everything; these tests only look."""
    terminal = Terminal(tmp_path_factory.mktemp("busy") / "home")
    mug = terminal.stocked()
    pot = terminal.shop.list_item("Teapot", 3)
    terminal.shop.list_item("Vase", 3)
    terminal.shop.unreadable[terminal.shop.list_item("Bowl", 1).remote_id] = "It has no price."
    terminal.shop.sell(mug, 2)
    terminal.shop.sell(pot.remote_id)
    assert terminal("sync", "--no-push").code == 4
    terminal.ok("items", "add", "--sku", "POT", "--name", "Tea pot", "--price", "20")
    order = next(each for each in terminal.json("orders") if each["gate"] == "ready")
    terminal.ok("ship", order["id"], "--carrier", "dhl", "--tracking", "JD0146")
    terminal.ok("items", "adjust", "MUG", "--by", "-1", "--reason", "broken")
    return terminal


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("status", ["My business", "not running", "Shop 100", "2 orders, 2 items"]),
        ("integrations", ["fake", "Shop 100", "active"]),
        ("integration show fake", ["240 minutes", "all of them", "Unconfirmed", "Shop 100 (100)"]),
        ("config organization", ["USD", "UTC", "Main"]),
        ("config show", ["secrets.json"]),
        ("warehouses", ["Main", "primary", "active"]),
        ("items", ["MUG", "POT", "12.90 USD", "20 USD"]),
        ("items show MUG", ["On hand", "Main", "fake:100:"]),
        ("why MUG", ["opening", "ship", "broken", "7 on hand - 0 committed = 7 available"]),
        ("links", ["Teapot", "unconfirmed", "linked", "POT ("]),
        ("orders", ["fulfilled", "frozen"]),
        ("contacts", ["Ada Lovelace", "ada@example.org", "buyer id"]),
        ("history", ["partial", "succeeded", "manual"]),
        ("outbox", ["queued", "stock", "shipment", "broken"]),
        ("plan", ["8 -> 7", "DHL JD0146", "broken"]),
        ("plugins", ["fake", "loaded", "1.0"]),
    ],
)
def test_what_people_read(busy: Terminal, line: str, words: list[str]) -> None:
    text = busy.ok(*line.split()).out

    for word in words:
        assert word in text, text
    for each in text.splitlines():
        assert each == each.rstrip()
        assert each.isprintable()


def test_a_run_is_shown_with_the_reason_of_each_failure(busy: Terminal) -> None:
    run = busy.json("history", "--module", "items")[0]

    text = busy.ok("history", run["id"]).out

    assert "It has no price." in text
    assert run["batch"] in text


def test_an_order_is_shown_whole(busy: Terminal) -> None:
    order = next(each for each in busy.json("orders") if each["gate"] == "ready")

    text = busy.ok("orders", "show", order["id"]).out

    for word in ("Paid", "JD0146", "DHL", "owed", "25.80 USD", order["number"]):
        assert word in text


@pytest.mark.parametrize("line", ["items", "orders", "links", "history", "outbox", "contacts"])
def test_an_empty_list_says_what_fills_it(terminal: Terminal, line: str) -> None:
    terminal.ok("init", "--currency", "USD")

    ended = terminal.ok(line)

    assert ended.out == ""
    assert ended.err.strip()
