"""`daemon --once` in this process: what is due, what is owed, and the end of it."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from tuisync.core.engine import DAEMON
from tuisync.core.errors import PermanentError

if TYPE_CHECKING:
    from terminal import Terminal

DAY = 24 * 60


def test_s15_once_does_what_is_due_and_sends_what_is_owed(terminal: Terminal) -> None:
    mug = terminal.stocked()
    terminal.ok("items", "adjust", "MUG", "--by", "-3", "--reason", "broken")
    terminal.clock.advance(hours=5)

    runs = terminal.json("daemon", "--once")

    assert [(run["module"], run["trigger"]) for run in runs] == [
        ("items", "scheduled"),
        ("orders", "scheduled"),
        ("stock", "push"),
    ]
    assert terminal.shop.quantity(mug) == 7
    assert terminal.json("daemon", "--once") == []


def test_s15_five_missed_slots_are_one_cycle(terminal: Terminal) -> None:
    terminal.stocked()
    terminal.clock.advance(hours=21)

    assert len(terminal.json("daemon", "--once")) == 2


def test_each_run_is_a_line_with_its_time(terminal: Terminal) -> None:
    terminal.stocked()
    terminal.clock.advance(hours=5)
    terminal.shop.list_item("Bowl", 3)

    lines = terminal.ok("daemon", "--once").err.splitlines()

    line = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ fake items: succeeded, 1 of 1, 1 new"
    assert any(re.fullmatch(line, each) for each in lines)


def test_people_get_lines_and_no_table(terminal: Terminal) -> None:
    terminal.stocked()
    terminal.clock.advance(hours=5)

    assert terminal.ok("daemon", "--once").out == ""


def test_a_failed_run_ends_once_with_5(terminal: Terminal) -> None:
    terminal.connected()
    terminal.clock.advance(hours=5)
    terminal.fake.raises("fetch_orders", PermanentError("The shop is closed."))

    assert terminal.fails(5, "daemon", "--once")["message"] == "The shop is closed."


def test_another_daemon_is_refused_with_its_pid(terminal: Terminal) -> None:
    terminal.connected()
    services = terminal.open()
    lease = services.workspace.store.lease(DAEMON, DAEMON)
    try:
        error = terminal.fails(6, "daemon", "--once")
    finally:
        services.close()

    assert lease is not None
    assert error["code"] == "busy"
    assert str(os.getpid()) in error["message"]
    assert terminal.fake.calls == []
    terminal.ok("daemon", "--once")


def test_s20_once_tidies_up_though_nothing_is_due(terminal: Terminal) -> None:
    terminal.stocked()
    for _ in range(12):  # more runs than an engine looks at in one turn
        terminal.ok("sync", "--no-push")
    terminal.ok("integration", "disable", "fake")
    terminal.clock.advance(minutes=32 * DAY)
    assert terminal.json("history")

    assert terminal.json("daemon", "--once") == []

    assert terminal.json("history") == []


def test_e11_once_renews_a_sign_in_that_nothing_uses(terminal: Terminal) -> None:
    terminal.stocked()
    terminal.ok("integration", "disable", "fake")
    terminal.clock.advance(minutes=59 * DAY)
    terminal.ok("daemon", "--once")
    assert terminal.fake.calls_of("renew") == []

    terminal.clock.advance(minutes=2 * DAY)
    for _ in range(2):
        assert terminal.json("daemon", "--once") == []

    assert len(terminal.fake.calls_of("renew")) == 1
    [shop] = terminal.json("status")["integrations"]
    assert shop["status"] == "inactive"


def test_e11_once_ends_well_though_a_renewal_fails(terminal: Terminal) -> None:
    terminal.stocked()
    terminal.ok("integration", "disable", "fake")
    terminal.clock.advance(minutes=61 * DAY)
    terminal.fake.raises("renew", PermanentError("The service is closed."))

    assert terminal.json("daemon", "--once") == []
    terminal.clock.advance(minutes=DAY)
    assert terminal.json("daemon", "--once") == []

    assert len(terminal.fake.calls_of("renew")) == 2
