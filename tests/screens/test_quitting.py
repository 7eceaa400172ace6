"""Leaving the app: what stays undone is said before, and what goes on with it."""

from __future__ import annotations

import signal
from collections.abc import Iterable
from pathlib import Path

import pytest

from pottery import PotteryServices, calm, pottery, services
from stage import FakeEngine, FakeSandbox, stage
from tuisync.core.models import Integration
from tuisync.core.store import schema
from tuisync.core.views.unfinished import Unfinished, unfinished
from tuisync.screens.dialogs.confirm import Confirm
from tuisync.screens.quitting import undone_words
from tuisync.screens.setup import Setup

GOES_ON = "The next start of tuisync goes on with it, or `tuisync daemon`."


def _amid_a_sync(directory: Path) -> PotteryServices:
    made = pottery(directory)
    with made.workspace.store.transaction() as tx:
        run = next(run for run in tx.all(schema.RUNS) if run.module == "orders")
        tx.put(schema.RUNS, run.but(status="running", finished_at=None))
    return made


def _flat(text: str) -> str:
    return " ".join(text.replace("│", " ").split())


async def test_leaving_amid_work_says_what_stays_undone_and_what_goes_on_with_it(
    tmp_path: Path,
) -> None:
    engine = FakeEngine()
    async with stage(_amid_a_sync(tmp_path), engine=engine) as on:
        await on.press("q")
        said = _flat(on.text)
        assert "Leave now?" in said
        assert "Not done yet: the sync of etsy orders, 2 numbers owed to shops." in said
        assert GOES_ON in said
        await on.press("enter")  # the safe answer
        assert on.app.is_running
        assert engine.calls == ["start"]
        await on.press("q")
        await on.pilot.press("y")
        await on.pilot.pause()

    assert engine.calls == ["start", "stop"]
    assert on.said()[-1] == "Finishing the page at hand …"
    assert on.app.return_code == 0


async def test_a_second_q_neither_asks_twice_nor_answers(tmp_path: Path) -> None:
    async with stage(_amid_a_sync(tmp_path), engine=FakeEngine()) as on:
        await on.press("q", "q", "ctrl+q")
        assert len([each for each in on.app.screen_stack if isinstance(each, Confirm)]) == 1


async def test_the_parting_line_names_what_is_owed(tmp_path: Path) -> None:
    async with stage(_amid_a_sync(tmp_path), engine=FakeEngine()) as on:
        await on.app.leave()
        (told,) = on.app._exit_renderables

    assert told == f"Not done yet: the sync of etsy orders, 2 numbers owed to shops. {GOES_ON}"


async def test_a_signal_never_asks(tmp_path: Path) -> None:
    async with stage(_amid_a_sync(tmp_path), engine=FakeEngine()) as on:
        on.app._told_to_end()
        await on.pilot.pause()

    assert on.app.return_code == 128 + signal.SIGTERM


async def test_leaving_asks_nothing_where_a_daemon_goes_on(tmp_path: Path) -> None:
    made = _amid_a_sync(tmp_path)
    lease = made.workspace.store.lease("engine", "daemon")
    async with stage(made, engine=FakeEngine()) as on:
        await on.app.action_quit()
        assert not on.app._exit_renderables

    assert lease is not None
    assert on.app.return_code == 0


async def test_leaving_asks_nothing_where_all_is_done(tmp_path: Path) -> None:
    async with stage(calm(tmp_path), engine=FakeEngine()) as on:
        await on.app.action_quit()

    assert on.app.return_code == 0


@pytest.mark.parametrize(
    ("kept", "said"), [(False, "home is thrown away when you leave"), (True, GOES_ON)]
)
async def test_a_demo_says_what_becomes_of_its_home(tmp_path: Path, kept: bool, said: str) -> None:
    sandbox = FakeSandbox(kept=kept)
    async with stage(_amid_a_sync(tmp_path), engine=FakeEngine(), demo=sandbox) as on:
        await on.press("escape", "q")
        assert "Not done yet: the sync of etsy orders" in _flat(on.text)
        assert said in _flat(on.text)


async def test_leaving_over_typed_text_asks_first(tmp_path: Path) -> None:
    async with stage(services(tmp_path)) as on:
        await on.type("Wren")
        await on.press("ctrl+q")
        assert on.shows("Leave now?", "What you typed is not stored yet")
        await on.press("n")
        assert isinstance(on.app.screen, Setup)
        assert on.shows("Wren")


def _shops(made: PotteryServices) -> Iterable[Integration]:
    return list(made.workspace.store.all(schema.INTEGRATIONS))


def test_what_waits_for_its_user_is_not_left_undone_by_an_engine(tmp_path: Path) -> None:
    made = _amid_a_sync(tmp_path)
    assert unfinished(made.workspace.store) == Unfinished(("etsy orders",), 2, 0)
    with made.workspace.store.transaction() as tx:
        for shop in _shops(made):
            tx.put(schema.INTEGRATIONS, shop.but(status="inactive"))

    assert unfinished(made.workspace.store) == Unfinished()


@pytest.mark.parametrize(
    ("owed", "said"),
    [
        (Unfinished(), ""),
        (Unfinished(("a items", "a orders")), "Not done yet: the sync of a items and a orders."),
        (Unfinished(shipments=1), "Not done yet: 1 shipment to be told to shops."),
    ],
)
def test_what_is_undone_in_words(owed: Unfinished, said: str) -> None:
    assert undone_words(owed) == said
