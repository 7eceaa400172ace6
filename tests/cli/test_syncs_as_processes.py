"""Syncs as processes of their own: killed on the way, and several at one time."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from program import Program, a_shop, allowing

LISTINGS, ORDERS = 2_000, 5_000
PROMISED = 15 * 60
PER_SECOND = 10
"""Calls a second that Etsy's documentation gives as an example for a new application."""


def done_of(line: str) -> tuple[str, int, int]:
    """Return what a line of progress says: module, how many, of how many."""
    found = re.search(r"etsy (items|orders) ([\d,]+) of ([\d,]+)", line)
    if found is None:
        return "", 0, 0
    module, done, expected = found.groups()
    return module, int(done.replace(",", "")), int(expected.replace(",", ""))


def kill_when(process: subprocess.Popen[str], share: float) -> list[tuple[str, int, int]]:
    """Allow access when asked to, kill the process at that share; return its progress."""
    shown = []
    for line in allowing(process):
        module, done, expected = done_of(line)
        if module:
            shown.append((module, done, expected))
        before = LISTINGS if module == "orders" else 0
        if (before + done) / (LISTINGS + ORDERS) >= share:
            break
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return shown


@pytest.mark.timeout(300)
def test_s25_a_first_sync_killed_at_40_percent_is_ended_without_reading_a_finished_page_again(
    tmp_path: Path,
) -> None:
    program = Program(tmp_path / "home")
    program.json("init", "--currency", "USD")
    with a_shop(LISTINGS, ORDERS, PER_SECOND) as shop:
        connecting = program.connecting(shop)
        shown = kill_when(connecting, 0.4)

        before = {run["module"]: run for run in program.json("history")}
        assert before["items"]["status"] == "succeeded"
        assert before["orders"]["status"] == "interrupted"
        assert 0.35 < (before["items"]["done"] + before["orders"]["done"]) / 7_000 < 0.8
        control = f"{shop['base_url'].rstrip('/')}/sandbox"
        died = httpx.get(f"{control}/requests").json()["total"]
        httpx.post(f"{control}/limits", json={"per_second": 1_000}).raise_for_status()
        ended = program.json("daemon", "--once")
        asked = httpx.get(f"{control}/requests").json()["requests"]

    assert {module for module, _, _ in shown} == {"items", "orders"}, "progress was shown"
    assert all(0 < done <= expected for _, done, expected in shown)
    pages = [(page_of(call), call["number"] > died) for call in asked if is_page(call)]
    assert len(pages) > (LISTINGS + ORDERS) / 100
    again = {page for page, later in pages if later} & {page for page, later in pages if not later}
    assert len(again) <= 2, "only the page at hand and the one asked for ahead are read again"
    assert len(asked) / PER_SECOND < PROMISED, "by the declared budget it fits"
    assert {run["trigger"] for run in ended} == {"initial"}
    runs = {run["module"]: run for run in program.json("history")}
    assert {run["status"] for run in runs.values()} == {"succeeded"}
    for module, count in (("items", LISTINGS), ("orders", ORDERS)):
        records = program.json("history", runs[module]["id"])["records"]
        assert len({each["remote_id"] for each in records}) == count
    assert program.json("status")["store"]["orders"] == ORDERS
    assert program.json("integrations")[0]["counts"]["unconfirmed"] >= LISTINGS


def is_page(call: dict[str, str]) -> bool:
    """Tell whether a call reads a page of listings or orders."""
    return call["method"] == "GET" and call["path"].endswith(("/receipts", "/listings", "/batch"))


def page_of(call: dict[str, str]) -> tuple[str, str]:
    """Return which page a call reads; until when the walk goes does not make it another."""
    return call["path"], re.sub("&max_last_modified=[0-9]+", "", call["query"])


def seen(program: Program) -> dict[str, Any]:
    """Return what there is, without when it was looked at."""
    when = {"read_at", "confirmed_at", "last_sync_at"}
    rows = {name: program.json(*name.split()) for name in ("orders list", "contacts", "items list")}
    for item in rows["items list"]:
        item["listings"] = [
            {key: value for key, value in each.items() if key not in when}
            for each in item["listings"]
        ]
    return rows


@pytest.mark.timeout(300)
def test_p02_the_same_orders_read_by_several_processes_at_a_time_change_nothing(
    tmp_path: Path,
) -> None:
    program = Program(tmp_path / "home")
    program.json("init", "--currency", "USD", "--first-push", "auto")
    with a_shop(40, 150, 1_000) as shop:
        with program.connecting(shop) as connecting:
            list(allowing(connecting))
        program.json("items", "create-from", "--all-unconfirmed")
        before = seen(program)
        run = next(each for each in program.json("history") if each["module"] == "orders")
        period = ("--from", "2020-01-01", "--to", "2035-01-01", "--no-push")
        again = [("sync", "orders", *period), ("resync", run["id"])] * 2

        processes = [program.start(*line, "--json") for line in again]
        ended = [process.communicate() for process in processes]

        assert [process.returncode for process in processes] == [0] * 4, ended
        runs = [json.loads(out)[0] for out, _ in ended]
        assert all(each["counts"]["created"] == 0 for each in runs)
        assert sum(each["done"] for each in runs) > 4 * 100
        assert seen(program) == before
        assert all(each["ok"] for each in program.json("doctor") if each["check"] == "ledger")
