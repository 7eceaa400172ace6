"""`apply` as a process of its own, killed between two of its pushes."""

from __future__ import annotations

import signal
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

from program import Program, a_shop, allowing

LISTINGS = 8
SENT = 2
"""Listings that the shop has taken when the process is killed."""


class Shop:
    """The shop, asked from outside."""

    def __init__(self, base_url: str) -> None:
        self._control = f"{base_url.rstrip('/')}/sandbox"

    def plan(self, **fault: object) -> None:
        """Let a call go wrong."""
        httpx.post(f"{self._control}/faults", json=fault).raise_for_status()

    def writes(self) -> list[dict[str, Any]]:
        """Return the calls that set numbers, also the one that was not answered yet."""
        calls = httpx.get(f"{self._control}/requests").json()["requests"]
        return [each for each in calls if each["method"] == "PUT"]


def _killed_at(process: subprocess.Popen[str], shop: Shop, number: int) -> None:
    """Kill a process, by SIGKILL, when its nth write has arrived at the shop."""
    while len(shop.writes()) < number:
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL


def _sent(program: Program) -> Counter[str]:
    """Return how often the history tells of each listing that its number was sent."""
    runs = [run for run in program.json("history") if run["module"] == "stock"]
    records = [each for run in runs for each in program.json("history", run["id"])["records"]]
    assert {each["outcome"] for each in records} <= {"updated"}
    return Counter(each["local_id"] for each in records)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("arrived", [False, True], ids=["before its third", "amid its third"])
def test_p01_s36_an_apply_killed_between_two_pushes_sends_the_rest_once(
    tmp_path: Path, *, arrived: bool
) -> None:
    program = Program(tmp_path / "home")
    program.json("init", "--currency", "USD", "--first-push", "review")
    with a_shop(LISTINGS, 0, 1_000) as options:
        shop = Shop(options["base_url"])
        with program.connecting(options) as connecting:
            list(allowing(connecting))
        program.json("items", "create-from", "--all-unconfirmed")
        program.json("integration", "set", "etsy", "max=2")
        planned = program.json("plan")["changes"]
        owed = {each["target"] for each in planned}
        assert len(owed) > SENT + 1
        when = {"delay_after" if arrived else "delay": 3_600}
        shop.plan(method="PUT", path="/inventory", skip=SENT, **when)

        _killed_at(program.start("apply"), shop, SENT + 1)

        states = Counter(each["state"] for each in program.json("outbox"))
        assert states == {"applied": SENT, "in_flight": 1, "queued": len(owed) - SENT - 1}
        told = _sent(program)
        assert sorted(told.values()) == [1] * SENT, "what was sent is in the history"
        rest = {each["target"] for each in program.json("plan")["changes"]}
        assert rest == {each["target"] for each in planned} - set(told)

        report = program.json("apply")

        assert {each["target"] for each in report["applied"]} == rest
        assert report["failed"] == report["stale"] == report["held"] == []
        accepted = Counter(each["path"] for each in shop.writes() if each["status"] == 200)
        assert len(accepted) == len(owed) - arrived, "the shop never answered the one amid"
        assert set(accepted.values()) == {1}, "nothing was sent twice"
        assert len(shop.writes()) == len(owed) + (not arrived), "nor tried, where it had arrived"
        assert _sent(program) == Counter(owed), "each is told once"
        assert program.json("plan", "--refresh")["changes"] == []
    assert all(each["ok"] for each in program.json("doctor") if each["check"] == "ledger")
