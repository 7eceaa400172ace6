"""`cancel` where two plans are applied, in two shops: the other one goes on."""

from __future__ import annotations

import os
import signal

import pytest

from terminal import Terminal
from tuisync.core.actions.syncs import request_sync
from tuisync.core.applying.owing import agree
from tuisync.core.store import schema


def _applied(terminal: Terminal, shop: str) -> str:
    """Have a plan for one shop applied, by an engine that died before it sent anything."""
    plan: str = terminal.json("plan")["id"]
    services = terminal.open()
    stored = services.workspace.store.get(schema.PLANS, plan)
    assert stored is not None
    changes = [each for each in stored.changes if each.integration.startswith(shop)]
    assert len(changes) == 2
    agree(services.workspace, stored, changes)
    services.close()
    return plan


@pytest.fixture
def plans(terminal: Terminal) -> dict[str, str]:
    """Two shops of two listings, whose numbers two plans are sending; ids of the plans."""
    terminal.connected(first_push="review")
    for fake in (terminal.fake, terminal.joined("fair")):
        for number in range(2):
            sku = f"{fake.name}-{number}".upper()
            fake.shop.list_item(f"Item {sku}", 9, sku=sku)
    terminal.ok("sync")
    terminal.ok("items", "create-from", "--all-unconfirmed")
    terminal.clock.advance(minutes=1)
    for name in ("fake", "fair"):
        terminal.ok("integration", "set", name, "buffer=3")
    return {name: _applied(terminal, name) for name in ("fake", "fair")}


def _states(terminal: Terminal) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for each in terminal.json("outbox"):
        found.setdefault(each["integration"], set()).add(each["state"])
    return found


@pytest.mark.parametrize("by", ["shop", "plan"])
def test_one_of_two_plans_is_stopped_and_the_other_is_sent(
    terminal: Terminal, plans: dict[str, str], by: str
) -> None:
    assert _states(terminal) == {"fake": {"queued"}, "fair": {"queued"}}

    ended = terminal.ok("cancel", *(["-i", "fair"] if by == "shop" else [plans["fair"]]))

    assert "Stopped the plan: 0 changes sent, 2 left." in ended.err
    assert _states(terminal) == {"fake": {"queued"}, "fair": {"held"}}
    terminal.ok("push")
    assert _states(terminal) == {"fake": {"applied"}, "fair": {"held"}}
    left = terminal.json("plan")["changes"]
    assert {(each["integration"], each["held"]) for each in left} == {("fair", True)}
    assert terminal.fails(2, "cancel", plans["fake"])["code"] == "conflict", "it was sent"


def test_an_interrupt_stops_the_plan_of_its_own_command_only(
    terminal: Terminal, plans: dict[str, str]
) -> None:
    terminal.fake.meanwhile("push_stock", lambda: os.kill(os.getpid(), signal.SIGINT))

    only = [f"--only=fake:100:{listing}" for listing in terminal.shop.listings]
    error = terminal.fails(130, "apply", plans["fake"], *only)

    assert error["message"] == "Stopped by you: 1 change sent, 1 left."
    assert _states(terminal)["fake"] == {"applied", "held"}
    assert "held" not in _states(terminal)["fair"]


def test_the_syncs_of_one_shop_are_stopped_and_those_of_the_other_are_not(
    terminal: Terminal, plans: dict[str, str]
) -> None:
    services = terminal.open()
    request_sync(services.workspace, ["items"], push=False)
    services.close()

    (stopped,) = terminal.json("cancel", "--integration", "fair")

    assert (stopped["integration"], stopped["status"]) == ("fair", "skipped")
    queued = [each for each in terminal.json("history") if each["status"] == "queued"]
    assert [each["integration"] for each in queued] == ["fake"]


def test_a_name_and_a_shop_together_and_an_unknown_shop_are_refused(
    terminal: Terminal, plans: dict[str, str]
) -> None:
    error = terminal.fails(2, "cancel", plans["fair"], "-i", "fair")
    assert (error["code"], error["message"]) == (
        "usage",
        "Name what to stop, or a shop; not both.",
    )
    assert terminal.fails(2, "cancel", "-i", "fiar")["code"] == "unknown_integration"
    assert _states(terminal) == {"fake": {"queued"}, "fair": {"queued"}}, "nothing was stopped"
