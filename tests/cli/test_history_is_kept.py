"""How long history is kept, by command line: to the second, by calendar months."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from terminal import Terminal
from tuisync.testing import FakeMarketplace, ManualClock

END_OF_JANUARY = datetime(2023, 1, 31, 9, 30, tzinfo=UTC)
ONE_MONTH = datetime(2023, 2, 28, 9, 30, tzinfo=UTC)
TWO_MONTHS = datetime(2023, 3, 31, 9, 30, tzinfo=UTC)


@pytest.fixture
def january(tmp_path: Path) -> tuple[Terminal, str, str]:
    """A shop synced at the end of January: two listings and an order well, a listing not."""
    terminal = Terminal(tmp_path / "home", FakeMarketplace(clock=ManualClock(END_OF_JANUARY)))
    mug = terminal.shop.list_item("Mug", 9, sku="MUG").remote_id
    terminal.shop.list_item("Cup", 9, sku="CUP")
    vase = terminal.shop.list_item("Vase", 9, sku="VASE").remote_id
    terminal.shop.unreadable[vase] = "A field is missing."
    terminal.shop.sell(mug)
    terminal.connected()
    items, orders = terminal("sync", "--json").json
    terminal.ok("items", "create-from", "--all-unconfirmed")
    assert terminal.clock.now == END_OF_JANUARY
    return terminal, items["id"], orders["id"]


def records(terminal: Terminal, at: datetime, run: str) -> list[str]:
    """Let an engine work at that time; return the outcomes left of a run, which it counts."""
    work(terminal, at)
    detail: dict[str, Any] = terminal.json("history", run)
    outcomes = [each["outcome"] for each in detail["records"]]
    assert sum(detail["counts"].values()) == len(outcomes)
    assert detail["failed"] == outcomes.count("failed")
    return outcomes


def work(terminal: Terminal, at: datetime) -> None:
    """Let an engine work at that time; it tidies up, too."""
    terminal.clock.now = at
    terminal("sync")


def gone(terminal: Terminal, run: str) -> bool:
    """Tell whether a run is not in the history any more."""
    return terminal.fails(2, "history", run)["code"] in {"not_found", "record_expired"}


def business(terminal: Terminal) -> dict[str, Any]:
    """Return what is no history: items, orders, contacts, links and the ledger."""
    ledger = [terminal.json("why", sku) for sku in ("MUG", "CUP")]
    return {
        "items": [(each["sku"], each["on_hand"]) for each in terminal.json("items")],
        "orders": terminal.json("orders"),
        "contacts": terminal.json("contacts"),
        "links": [(each["variant"], each["item"]) for each in terminal.json("links")],
        "ledger": [(each["movements"], each["commitments"]) for each in ledger],
    }


def test_s20_one_second_before_a_month_all_is_there_and_one_after_only_what_failed(
    january: tuple[Terminal, str, str],
) -> None:
    terminal, items, orders = january
    kept = business(terminal)
    second = timedelta(seconds=1)

    assert sorted(records(terminal, ONE_MONTH - second, items)) == ["created", "created", "failed"]
    assert records(terminal, ONE_MONTH - second, orders) == ["frozen"]

    assert records(terminal, ONE_MONTH + second, items) == ["failed"]
    assert gone(terminal, orders)

    assert records(terminal, TWO_MONTHS - second, items) == ["failed"]
    work(terminal, TWO_MONTHS + second)
    assert gone(terminal, items)
    assert all(run["queued_at"] > "2023-02-28" for run in terminal.json("history"))
    assert business(terminal) == kept
