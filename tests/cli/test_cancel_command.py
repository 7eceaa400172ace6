"""`cancel`, and ctrl+c: a sync ends soon and in words, and nothing is left running."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from page_by_page import at_page
from terminal import Terminal
from tuisync.core.actions.cancels import request_cancel
from tuisync.core.actions.syncs import request_sync
from tuisync.core.store import schema
from tuisync.core.sync.runs import RunBook
from tuisync.testing import FakeMarketplace, ManualClock
from tuisync.testing.faults import Faults


@pytest.fixture
def paged(tmp_path: Path) -> Terminal:
    """A connected shop of forty listings, ten on a page."""
    terminal = Terminal(tmp_path / "home", FakeMarketplace(clock=ManualClock(), page_size=10))
    for number in range(40):
        terminal.shop.list_item(f"Item {number}", 9, sku=f"SKU-{number}")
    terminal.connected()
    return terminal


def _interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def _queued(terminal: Terminal, *, begun: bool = False) -> str:
    """Queue a sync of the items, or let an engine begin it and die; returns the run's id."""
    services = terminal.open()
    [run] = request_sync(services.workspace, ["items"])
    if begun:
        RunBook(services.workspace, run).start()
    services.close()
    return run.id


def test_a_queued_sync_is_skipped(paged: Terminal) -> None:
    run = _queued(paged)

    ended = paged.ok("cancel", run, "--json")

    [view] = ended.json
    assert (view["id"], view["status"], view["started_at"]) == (run, "skipped", None)
    assert view["cancelled_at"].endswith("Z")
    assert ended.err.strip() == "Stopped 1 run."
    assert paged.json("history", run)["reason"] == "Cancelled by you before it began."
    paged.ok("sync", "orders")
    assert not paged.fake.calls_of("fetch_items")


def test_without_an_argument_everything_is_stopped_also_what_a_dead_engine_left(
    paged: Terminal,
) -> None:
    left = _queued(paged, begun=True)
    queued = _queued(paged)

    views = paged.json("cancel")

    assert {view["id"]: view["status"] for view in views} == {left: "failed", queued: "skipped"}
    ended = paged.ok("cancel", "--json")
    assert ended.json == []
    assert ended.err.strip() == "Nothing is being synced."


def test_a_finished_sync_is_refused_and_an_unknown_one_is_not_found(paged: Terminal) -> None:
    paged.ok("sync", "items")
    [run] = paged.json("history")

    for name in (run["id"], run["batch"]):
        error = paged.fails(2, "cancel", name)
        assert error["code"] == "conflict"
        assert error["message"] == "That sync has ended already: succeeded."
    assert paged.fails(2, "cancel", "nothing")["code"] == "not_found"


def test_a_sync_that_somebody_else_stops_ends_with_5_and_says_so(
    paged: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = paged.open()

    def cancel() -> None:
        other.workspace.store.refresh()
        request_cancel(other.workspace)

    at_page(monkeypatch, 2, cancel)
    ended = paged("sync", "items", "--json")
    other.close()

    assert ended.code == 5
    assert ended.error["code"] == "stopped"
    assert ended.error["message"].startswith("Stopped by you after 20 of 40 records.")
    assert [run["status"] for run in ended.json] == ["failed"]
    assert "stopped" in paged.ok("history").out


def test_a_queued_sync_that_somebody_else_cancels_is_no_success(
    paged: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = paged.open()

    def cancel_the_orders() -> None:
        other.workspace.store.refresh()
        [run] = [each for each in other.workspace.store.all(schema.RUNS) if each.module == "orders"]
        request_cancel(other.workspace, run.id)

    at_page(monkeypatch, 1, cancel_the_orders)
    ended = paged("sync", "--json")
    other.close()

    assert [run["status"] for run in ended.json] == ["succeeded", "skipped"]
    assert (ended.code, ended.error["code"]) == (5, "stopped")


def test_an_interrupt_stops_the_own_sync_before_the_next_page(
    paged: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_page(monkeypatch, 2, _interrupt)

    ended = paged("sync", "--json")

    assert ended.code == 130
    assert ended.error["code"] == "stopped"
    assert ended.error["hint"] == "`tuisync sync` goes on from there."
    items, orders = ended.json
    assert (items["status"], orders["status"]) == ("failed", "skipped")
    assert 20 <= items["done"] < 40
    assert items["done"] % 10 == 0, "whole pages"
    assert "Stopping before the next page." in ended.err
    assert paged.json("status")["engine"]["running"] is False
    again = paged.json("sync", "items")
    assert again[0]["counts"]["created"] == 40 - items["done"]


def test_an_interrupt_does_not_stop_what_was_left_off_earlier(paged: Terminal) -> None:
    left = _queued(paged, begun=True)
    paged.fake.hangs("fetch_items")
    _at_call(paged, "fetch_items", _interrupt)

    ended = paged("sync", "items", "--json")

    assert ended.code == 130
    assert [run["status"] for run in ended.json] == ["skipped"]
    assert paged.json("history", left)["status"] == "interrupted"


def test_a_second_interrupt_waits_for_nothing(
    paged: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "tuisync.core.sync.work.Work._is_cancelled", lambda *_: False
    )  # it takes too long
    paged.fake.hangs("fetch_items")
    paged.on_say = lambda text: _interrupt() if text.startswith("Stopping") else None
    _at_call(paged, "fetch_items", _interrupt)

    ended = paged("sync", "items", "--json")

    assert ended.code == 130
    assert [run["status"] for run in ended.json] == ["failed"], "it is not taken up by itself"
    assert paged.json("status")["engine"]["running"] is False


def _at_call(terminal: Terminal, hook: str, act: Callable[[], None]) -> None:
    """Let something happen when the shop is called."""
    terminal.fake._faults = _Watched(hook, act, hanging=terminal.fake._faults.hanging)


class _Watched(Faults):
    """Faults that tell of a call before they happen."""

    def __init__(self, hook: str, act: Callable[[], None], *, hanging: set[str]) -> None:
        super().__init__(hanging=hanging)
        self._hook, self._act = hook, act

    async def start(self, hook: str) -> None:
        if hook == self._hook:
            self._act()
        await super().start(hook)


def test_an_interrupt_while_it_sends_keeps_what_the_sync_brought(paged: Terminal) -> None:
    paged.ok("sync")
    paged.ok("items", "create-from", "--all-unconfirmed")
    paged.clock.advance(minutes=1)
    paged.ok("items", "adjust", "SKU-0", "--by", "3", "--reason", "found")
    _at_call(paged, "push_stock", _interrupt)

    ended = paged("sync", "--json")

    assert ended.code == 130
    assert [run["status"] for run in ended.json] == ["succeeded", "succeeded"]
    assert ended.error["message"] == "Stopped. Everything that was stored by then is kept."


# With the engine in another process

_ENGINE = """
import asyncio, sys
from pathlib import Path
from tuisync.core.engine import Engine
from tuisync.core.home import Home
from tuisync.core.plugins.host import PluginHost
from tuisync.core.services import open_services
from tuisync.core.sync.work import Work
from tuisync.testing import FakeMarketplace

fake = FakeMarketplace()
fake.hangs("fetch_items")
if "deaf" in sys.argv:
    Work._is_cancelled = lambda self, run: False
services = open_services(Home.at(Path(sys.argv[1])), host=PluginHost.of(fake=fake))
engine = Engine(services.workspace, services.shops, "daemon", schedules=False)

async def main():
    stop = asyncio.Event()
    asyncio.get_running_loop().run_in_executor(None, sys.stdin.read).add_done_callback(
        lambda _: stop.set())
    await engine.serve(stop)

asyncio.run(main())
"""


@contextmanager
def _daemon(home: Path, *how: str) -> Iterator[subprocess.Popen[str]]:
    """Have an engine in another process, at whose shop every call for items hangs.

    It may be `deaf`, as one is that is too busy to notice that it is to stop.
    """
    process = subprocess.Popen(
        [sys.executable, "-c", _ENGINE, str(home), *how], stdin=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        with process:
            pass


def _until(terminal: Terminal, run: str, status: str) -> None:
    while terminal.json("history", run)["status"] != status:
        pass  # each look takes its time


def test_a_sync_in_another_process_is_stopped(paged: Terminal) -> None:
    run = _queued(paged)
    with _daemon(paged.home):
        _until(paged, run, "running")
        [view] = paged.json("cancel", run)

        assert view["status"] == "failed"
        assert view["reason"] == "Stopped by you before anything came in."
        assert paged.json("status")["engine"]["by"] == "daemon", "it goes on working"


def test_an_engine_killed_while_it_was_asked_to_stop_is_not_waited_for(paged: Terminal) -> None:
    run = _queued(paged)
    with _daemon(paged.home, "deaf") as daemon:
        _until(paged, run, "running")
        error = paged.fails(6, "cancel", run, "--timeout", "0.3")
        assert error["message"] == "The sync has not stopped yet; it was asked to."
        assert paged.json("history", run)["cancelled_at"]
        daemon.kill()
        daemon.wait()

        [view] = paged.json("cancel", run)

    assert view["status"] == "failed"


def test_an_interrupt_only_ends_the_waiting_where_another_process_syncs(paged: Terminal) -> None:
    with _daemon(paged.home) as daemon:
        while paged.json("status")["engine"]["by"] != "daemon":
            assert daemon.poll() is None
        code = (
            "import sys; from pathlib import Path; from terminal import Terminal;"
            "ended = Terminal(Path(sys.argv[1]))('sync', 'items', '--json');"
            "print(ended.out); print(ended.err, file=sys.stderr); sys.exit(ended.code)"
        )
        waiting = subprocess.Popen(
            [sys.executable, "-c", code, str(paged.home)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        )
        while not [run for run in paged.json("history") if run["status"] == "running"]:
            assert waiting.poll() is None
        waiting.send_signal(signal.SIGINT)
        out, err = waiting.communicate(timeout=20)

        assert waiting.returncode == 130, err
        [run] = json.loads(out)
        error = json.loads(err.strip().splitlines()[-1])["error"]
        assert error["message"] == (
            f"Stopped waiting. `daemon`, process {daemon.pid}, goes on with the sync."
        )
        assert error["hint"] == f"`tuisync cancel {run['batch']}` stops it."
        assert paged.json("history", run["id"])["status"] == "running"
        assert [each["status"] for each in paged.json("cancel", run["batch"])] == ["failed"]
