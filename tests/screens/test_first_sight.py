"""What is seen first waits for nothing that is not seen, and loses nothing that is typed."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING

import pytest

from chores import FakeChores
from pottery import FakeSignIns, PotteryServices, pottery
from stage import Stage
from tuisync.app import TuisyncApp, run_app
from tuisync.core.errors import StoreDamaged
from tuisync.core.home import Home
from tuisync.screens.orders import Orders
from tuisync.screens.services import Opened
from tuisync.screens.threshold import Threshold
from tuisync.widgets.keys import name_keys

if TYPE_CHECKING:
    from pathlib import Path

    from tuisync.core.services import Services

LATER = (
    "httpx",
    "msgspec",
    "pluggy",
    "tinydb",
    "tuisync.core.engine",
    "tuisync.core.models",
    "tuisync.core.inbox.gather",
    "tuisync.screens.marketplaces",
    "tuisync.screens.orders",
    "tuisync.screens.palette",
    "tuisync.screens.setup",
    "tuisync.screens.general",
)


def test_the_first_sight_waits_for_nothing_that_is_not_seen() -> None:
    program = "import sys, tuisync.app; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)  # noqa: PLW1510  # looked at below

    assert done.returncode == 0, done.stderr
    assert set(LATER) & set(done.stdout.split()) == set()


class Door:
    """A data directory that opens when it is told to."""

    def __init__(self, services: PotteryServices) -> None:
        sign_ins = FakeSignIns(services.workspace)
        self.opened = Opened(services, sign_ins, FakeChores(services))
        self.sign_ins = sign_ins
        self.ready = Event()

    def __call__(self) -> Opened:
        self.ready.wait(60)
        return self.opened


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(pottery(tmp_path))


async def test_the_frame_is_there_before_the_data_directory_is_open(door: Door) -> None:
    name_keys(str)  # as at the start of a program, whatever ran before in this one
    app = TuisyncApp(door.opened.services.home, door, banner="A sandbox")
    async with app.run_test(size=(80, 24)) as pilot:
        seen = Stage(app, pilot, door.sign_ins)
        await seen.becomes(lambda: seen.shows("A sandbox", "opening", "1 Market"))

        assert isinstance(app.screen, Threshold)
        await pilot.click("Tabs")
        assert isinstance(app.screen, Threshold)
        door.ready.set()
        await seen.until(lambda: seen.shows("A sandbox", "Wren & Thistle"))


async def test_what_is_typed_while_it_opens_is_done_then(door: Door) -> None:
    app = TuisyncApp(door.opened.services.home, door)
    async with app.run_test(size=(80, 24)) as pilot:
        seen = Stage(app, pilot, door.sign_ins)
        await pilot.press("4", "question_mark", "escape", "j")
        assert isinstance(app.screen, Threshold)
        door.ready.set()
        await seen.until(lambda: isinstance(app.screen, Orders))
        await seen.settle()

        assert seen.table().cursor == 1


async def test_one_can_leave_while_it_opens(door: Door) -> None:
    app = TuisyncApp(door.opened.services.home, door)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("q")
        door.ready.set()

    assert app.return_code == 0


def test_a_data_directory_that_does_not_open_is_told_after_the_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused() -> Services:
        raise StoreDamaged("store.json is damaged.")

    @contextmanager
    def opening() -> Iterator[Services]:
        yield refused()

    async def headless(app: TuisyncApp) -> None:
        async with app.run_test() as pilot:
            while app.refused is None:
                await pilot.pause()

    def run(app: TuisyncApp, **_: object) -> None:
        asyncio.run(headless(app))

    monkeypatch.setattr(TuisyncApp, "run", run)
    with pytest.raises(StoreDamaged, match="is damaged"):
        run_app(Home.at(tmp_path), opening())
