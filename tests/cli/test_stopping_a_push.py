"""Ctrl+C and `cancel` while a plan is applied or what is owed is sent."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

import pytest

from terminal import Terminal
from tuisync.core.actions.plan_cancels import cancel_plans
from tuisync.core.store import schema
from tuisync.testing.faults import Faults

LISTINGS = 6


def _shelf(terminal: Terminal, first_push: str) -> list[str]:
    """Return a shop of six listings with an item each."""
    return terminal.shelf([f"SKU-{number}" for number in range(LISTINGS)], 9, first_push)


@pytest.fixture
def planned(terminal: Terminal) -> list[str]:
    """Six listings whose numbers wait for the plan."""
    ids = _shelf(terminal, "review")
    terminal.ok("integration", "set", "fake", "buffer=3")
    assert len(terminal.json("plan")["changes"]) == LISTINGS
    return ids


@pytest.fixture
def owed(terminal: Terminal) -> list[str]:
    """Six listings whose numbers are owed."""
    ids = _shelf(terminal, "auto")
    for number in range(LISTINGS):
        terminal.ok("items", "adjust", f"SKU-{number}", "--by", "-3", "--reason", "broken")
    return ids


def _interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


class _At(Faults):
    """Something happens at the nth call of a hook, before it is carried out."""

    def __init__(self, hook: str, number: int, act: Callable[[], object]) -> None:
        super().__init__()
        self._hook, self._number, self._act = hook, number, act

    async def start(self, hook: str) -> None:
        if hook == self._hook:
            self._number -= 1
            if self._number == 0:
                self._act()
        await super().start(hook)


def _at(terminal: Terminal, hook: str, number: int, act: Callable[[], object]) -> None:
    terminal.fake._faults = _At(hook, number, act)


def _shown(terminal: Terminal, ids: list[str]) -> list[int]:
    return sorted(terminal.shop.quantity(id_) for id_ in ids)


def _states(terminal: Terminal) -> list[str]:
    return sorted(each["state"] for each in terminal.json("outbox"))


def test_an_interrupt_ends_a_plan_between_two_listings(
    terminal: Terminal, planned: list[str]
) -> None:
    _at(terminal, "push_stock", 2, _interrupt)

    ended = terminal("apply", "--json")

    assert ended.code == 130
    assert ended.error["message"] == "Stopped by you: 2 changes sent, 4 left."
    assert "Stopping before the next listing." in ended.err
    assert {key: len(found) for key, found in ended.json.items()} == {
        "applied": 2,
        "failed": 0,
        "held": 0,
        "stale": 0,
        "stopped": 4,
    }
    assert _shown(terminal, planned) == [6, 6, 9, 9, 9, 9]
    assert sorted(_states(terminal)) == ["applied"] * 2 + ["held"] * 4
    assert terminal.fake.calls[-1].hook == "fetch_orders", "the last look belongs to it"
    assert not terminal.json("status")["engine"]["running"]
    terminal.ok("push")
    assert _shown(terminal, planned) == [6, 6, 9, 9, 9, 9], "the rest waits for a plan"
    assert len(terminal.json("plan")["changes"]) == 4
    assert len(terminal.json("apply")["applied"]) == 4


def test_an_interrupt_while_the_shops_are_read_sends_nothing(
    terminal: Terminal, planned: list[str]
) -> None:
    _at(terminal, "fetch_orders", 1, _interrupt)

    error = terminal.fails(130, "apply")

    assert error["message"] == "Stopped. Nothing was sent."
    assert _shown(terminal, planned) == [9] * LISTINGS
    assert set(_states(terminal)) == {"held"}
    runs = [each["status"] for each in terminal.json("history")]
    assert not {"queued", "running", "interrupted"} & set(runs), "nobody goes on with them"


def test_an_interrupt_ends_a_push_between_two_listings(terminal: Terminal, owed: list[str]) -> None:
    _at(terminal, "push_stock", 2, _interrupt)

    ended = terminal("push", "--json")

    assert ended.code == 130
    assert ended.error["message"] == "Stopped by you: 2 changes sent, 4 left."
    assert _shown(terminal, owed) == [6, 6, 9, 9, 9, 9]
    assert _states(terminal) == ["applied"] * 2 + ["queued"] * 4
    assert len(terminal.json("push")["applied"]) == 4


def test_a_sale_in_the_last_listing_of_a_stopped_push_is_put_right(
    terminal: Terminal, owed: list[str]
) -> None:
    _at(terminal, "push_stock", 1, _interrupt)
    terminal.fake.meanwhile("push_stock", lambda: terminal.shop.sell(owed[0]))

    terminal.fails(130, "push")

    assert terminal.shop.quantity(owed[0]) == 5
    assert _shown(terminal, owed) == [5, 9, 9, 9, 9, 9]


def test_an_interrupt_that_comes_too_late_changes_nothing(
    terminal: Terminal, planned: list[str]
) -> None:
    _at(terminal, "push_stock", LISTINGS, _interrupt)

    assert len(terminal.json("apply")["applied"]) == LISTINGS
    assert _shown(terminal, planned) == [6] * LISTINGS


def test_a_plan_that_is_cancelled_from_elsewhere_ends_with_5_and_says_how_far_it_came(
    terminal: Terminal, planned: list[str]
) -> None:
    other = terminal.open()
    left: list[Any] = []
    _at(terminal, "push_stock", 3, lambda: left.append(cancel_plans(other.workspace)))

    ended = terminal("apply", "--json")
    other.close()

    assert [tuple(each) for each in left] == [(2, 3)], "one is just being sent"
    assert (ended.code, ended.error["code"]) == (5, "stopped")
    assert ended.error["message"] == "Stopped by you: 3 changes sent, 3 left."
    reasons = {each["reason"] for each in ended.json["stopped"]}
    assert reasons == {"You stopped the plan before it was sent; it waits for another."}
    assert _states(terminal) == ["applied"] * 3 + ["held"] * 3
    assert terminal.json("push")["stopped"] == [], "that is over"


def test_cancel_says_how_much_of_a_plan_was_sent_and_how_much_is_left(
    terminal: Terminal, planned: list[str]
) -> None:
    other = terminal.open()

    def died() -> None:
        raise KeyboardInterrupt

    _at(terminal, "push_stock", 3, died)
    terminal("apply")
    other.close()
    with terminal.open().workspace.store.transaction() as tx:
        entries = [each for each in tx.all(schema.OUTBOX) if each.agreed]
        assert len(entries) >= 4, "as an engine that was killed leaves them"

    ended = terminal.ok("cancel", "--json")

    assert ended.json == []
    assert "Stopped the plan: 2 changes sent" in ended.err
    assert "Nothing is being synced." in terminal.ok("cancel").err
    terminal.clock.advance(minutes=5)
    terminal.ok("push")
    assert _shown(terminal, planned).count(9) >= 3


def test_what_goes_out_without_a_plan_is_still_owed_when_one_is_stopped(
    terminal: Terminal, owed: list[str]
) -> None:
    terminal.ok("config", "organization", "first_push=review")
    for number in (4, 5):
        variant = f"fake:100:{owed[number]}"
        terminal.ok("unlink", variant)
        terminal.ok("link", variant, f"SKU-{number}")
    assert _states(terminal) == ["held"] * 2 + ["queued"] * 4
    terminal.ok("plan")
    _at(terminal, "push_stock", 1, _interrupt)

    error = terminal.fails(130, "apply")

    assert error["message"] == "Stopped by you: 1 change sent, 5 left."
    assert _states(terminal) == ["applied"] + ["held"] * 2 + ["queued"] * 3
    terminal.ok("push")
    assert _states(terminal) == ["applied"] * 4 + ["held"] * 2
