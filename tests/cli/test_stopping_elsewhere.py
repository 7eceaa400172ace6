"""Ctrl+C on `apply`, `push` and `plan --refresh` where another process does the work."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from terminal import Terminal

_ENGINE = """
import asyncio, sys
from pathlib import Path
from tuisync.core.engine import Engine
from tuisync.core.home import Home
from tuisync.core.plugins.host import PluginHost
from tuisync.core.services import open_services
from tuisync.testing import FakeMarketplace, ManualClock

fake = FakeMarketplace(clock=ManualClock())
for number in range(3):
    fake.shop.list_item(f"Item {number}", 9, sku=f"SKU-{number}")
fake.sign_in()  # the same as the seller at the terminal did
fake.hangs(sys.argv[2])
services = open_services(
    Home.at(Path(sys.argv[1])), host=PluginHost.of(fake=fake), clock=fake.clock)
engine = Engine(services.workspace, services.shops, "daemon", schedules=False)
asyncio.run(engine.serve(asyncio.Event()))
"""

_COMMAND = """
import sys
from pathlib import Path
from terminal import Terminal
from tuisync.cli.halting import Sending

begin = Sending.begin

def told(self, engine):
    print("waits", file=sys.__stdout__, flush=True)
    begin(self, engine)

Sending.begin = told
ended = Terminal(Path(sys.argv[1]))(*sys.argv[2:], "--json")
print(ended.out)
print(ended.err, file=sys.stderr)
sys.exit(ended.code)
"""


@pytest.fixture
def shop(terminal: Terminal) -> Terminal:
    """Three listings with an item each."""
    for number in range(3):
        terminal.shop.list_item(f"Item {number}", 9, sku=f"SKU-{number}")
    terminal.connected(first_push="review")
    terminal.ok("sync")
    terminal.ok("items", "create-from", "--all-unconfirmed")
    return terminal


@contextmanager
def _daemon(terminal: Terminal, hangs: str) -> Iterator[int]:
    """Have an engine in another process, at whose shop that call hangs; yields its pid."""
    process = subprocess.Popen([sys.executable, "-c", _ENGINE, str(terminal.home), hangs])
    try:
        while terminal.json("status")["engine"]["by"] != "daemon":
            assert process.poll() is None
        yield process.pid
    finally:
        process.kill()
        process.wait()


@contextmanager
def _waiting(terminal: Terminal, *command: str) -> Iterator[subprocess.Popen[str]]:
    """Have a command wait in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-c", _COMMAND, str(terminal.home), *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _interrupted(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Interrupt a command and return its error."""
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130, err
    error: dict[str, Any] = json.loads(err.strip().splitlines()[-1])["error"]
    return error


def _states(terminal: Terminal) -> list[str]:
    return sorted(each["state"] for each in terminal.json("outbox"))


def test_a_plan_that_another_process_sends_goes_on_until_it_is_cancelled(shop: Terminal) -> None:
    shop.ok("integration", "set", "fake", "buffer=3")
    plan = shop.json("plan")["id"]
    with _daemon(shop, "push_stock") as pid, _waiting(shop, "apply") as command:
        while "in_flight" not in _states(shop):
            assert command.poll() is None
        error = _interrupted(command)

        assert error["message"] == f"Stopped waiting. `daemon`, process {pid}, goes on sending."
        assert error["hint"] == f"`tuisync cancel {plan}` stops that before the next listing."
        assert _states(shop) == ["in_flight", "queued", "queued"]
        ended = shop.ok("cancel", plan)
        assert "Stopped the plan: 0 changes sent, 2 left." in ended.err
        assert _states(shop) == ["held", "held", "in_flight"]


def test_a_plan_whose_shops_another_process_reads_is_not_applied(shop: Terminal) -> None:
    shop.ok("integration", "set", "fake", "buffer=3")
    shop.ok("plan")
    with _daemon(shop, "fetch_items"), _waiting(shop, "apply") as command:
        while not [run for run in shop.json("history") if run["status"] == "running"]:
            assert command.poll() is None
        error = _interrupted(command)

        assert error["message"] == "Stopped. Nothing was sent."
        assert set(_states(shop)) == {"held"}
        while [run for run in shop.json("history") if run["status"] in {"running", "queued"}]:
            pass  # nobody waits for them, so they end; each look takes its time


def test_what_is_owed_goes_out_though_nobody_waits_for_it(shop: Terminal) -> None:
    shop.clock.advance(minutes=1)
    shop.ok("items", "adjust", "SKU-0", "--by", "-1", "--reason", "broken")
    with _daemon(shop, "push_stock") as pid, _waiting(shop, "push") as command:
        assert command.stdout is not None
        assert command.stdout.readline() == "waits\n"
        while _states(shop) != ["in_flight"]:
            assert command.poll() is None
        error = _interrupted(command)

        assert error["message"] == f"Stopped waiting. `daemon`, process {pid}, goes on sending."
        assert error["hint"] == "`tuisync outbox` shows what is owed."
        assert _states(shop) == ["in_flight"]


def test_a_refresh_that_another_process_does_goes_on_until_it_is_cancelled(shop: Terminal) -> None:
    with _daemon(shop, "fetch_items") as pid, _waiting(shop, "plan", "--refresh") as command:
        while not [run for run in shop.json("history") if run["status"] == "running"]:
            assert command.poll() is None
        error = _interrupted(command)

        assert error["message"] == (
            f"Stopped waiting. `daemon`, process {pid}, goes on with the sync."
        )
        run = next(run for run in shop.json("history") if run["status"] == "running")
        assert error["hint"] == f"`tuisync cancel {run['batch']}` stops it."
        shop.ok("cancel")
