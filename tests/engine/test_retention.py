"""History is let go of by calendar month: successes after one, failures after two."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rig import Rig
from tuisync.core.actions.retention import forget_old_history, months_later
from tuisync.core.engine import Engine
from tuisync.core.store import schema
from tuisync.core.views.history import record_views
from tuisync.testing import FakeMarketplace, ManualClock

END_OF_JANUARY = datetime(2023, 1, 31, 9, 30, tzinfo=UTC)
ONE_MONTH = datetime(2023, 2, 28, 9, 30, tzinfo=UTC)
TWO_MONTHS = datetime(2023, 3, 31, 9, 30, tzinfo=UTC)


def a_day(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 9, 30, tzinfo=UTC)


async def a_rig_with_a_mixed_run() -> Rig:
    """An initial sync at the end of January: two items well, one failed; an order."""
    rig = Rig(fake=FakeMarketplace(clock=ManualClock(END_OF_JANUARY)))
    mug = rig.shop.list_item("Mug", 9, sku="MUG")
    rig.shop.list_item("Cup", 9, sku="CUP")
    broken = rig.shop.list_item("Vase", 9, sku="VASE")
    rig.shop.unreadable[broken.remote_id] = "A field is missing."
    rig.clock.now = END_OF_JANUARY - timedelta(seconds=1)
    rig.shop.sell(mug.remote_id)
    rig.clock.now = END_OF_JANUARY
    await rig.stocked()
    rig.clock.now = END_OF_JANUARY
    return rig


def records(rig: Rig) -> dict[str, list[str]]:
    """Return the outcomes of the records of every run, by module; checks the counts."""
    found: dict[str, list[str]] = {}
    for run in rig.store.all(schema.RUNS):
        outcomes = [each.outcome for each in record_views(rig.store, run.id)]
        assert run.counts.total == len(outcomes)
        assert run.counts.failed == outcomes.count("failed")
        found.setdefault(run.module, []).extend(outcomes)
    return found


def rest(rig: Rig) -> list[object]:
    """Return every document that is not history."""
    gone = (schema.RUNS, schema.RECORDS, schema.FORMERS, schema.FAILURES, schema.CHOICES)
    history = {each.name for each in gone}
    names = [each for each in schema.COLLECTIONS if each.name not in history]
    return [document for each in names for document in rig.store.all(each)]


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (a_day(2023, 1, 31), 1, a_day(2023, 2, 28)),
        (a_day(2024, 1, 31), 1, a_day(2024, 2, 29)),
        (a_day(2023, 1, 31), 2, a_day(2023, 3, 31)),
        (a_day(2023, 12, 31), 2, a_day(2024, 2, 29)),
        (a_day(2023, 11, 15), 1, a_day(2023, 12, 15)),
        (a_day(2023, 12, 15), 1, a_day(2024, 1, 15)),
    ],
)
def test_s20_a_month_is_a_calendar_month(start: datetime, months: int, end: datetime) -> None:
    assert months_later(start, months) == end


async def test_s20_success_goes_after_one_month_and_failure_after_two() -> None:
    rig = await a_rig_with_a_mixed_run()
    before, kept = records(rig), rest(rig)
    at = max(
        each.at for run in rig.store.all(schema.RUNS) for each in record_views(rig.store, run.id)
    )
    assert before["items"].count("failed") == 1

    rig.clock.now = months_later(at, 1)
    rig.clock.advance(seconds=-1)
    earliest = min(
        each.at for run in rig.store.all(schema.RUNS) for each in record_views(rig.store, run.id)
    )
    assert earliest == at, "all of it happened at one moment, so that a boundary is one"
    assert forget_old_history(rig.workspace) == 0
    assert records(rig) == before

    rig.clock.advance(seconds=2)
    assert forget_old_history(rig.workspace) > 0
    assert records(rig) == {"items": ["failed"]}

    rig.clock.now = months_later(at, 2)
    rig.clock.advance(seconds=-1)
    assert forget_old_history(rig.workspace) == 0

    rig.clock.advance(seconds=2)
    assert forget_old_history(rig.workspace) == 1
    assert records(rig) == {}
    assert list(rig.store.all(schema.RECORDS)) == []
    assert rest(rig) == kept, "orders, items and the ledger are never let go of"


async def test_s20_a_run_that_goes_on_keeps_its_records() -> None:
    rig = await a_rig_with_a_mixed_run()
    before = records(rig)
    with rig.store.transaction() as tx:
        for run in list(tx.all(schema.RUNS)):
            tx.put(schema.RUNS, run.but(status="interrupted"))

    rig.clock.now = a_day(2023, 12, 1)

    assert forget_old_history(rig.workspace) == 0
    assert records(rig) == before


async def test_s20_a_run_without_records_goes_by_its_own_age() -> None:
    rig = await a_rig_with_a_mixed_run()
    rig.clock.now = a_day(2023, 7, 1)
    forget_old_history(rig.workspace)
    rig.shops.authorizations["fake:100"] = rig.fake.sign_in()  # the old one has ended meanwhile
    rig.shops._credentials.clear()
    [empty] = await rig.sync("orders")
    run = rig.run(empty.id)
    with rig.store.transaction() as tx:
        for page in tx.find(schema.RECORDS, "run", run.id):
            tx.delete(schema.RECORDS, page.id)
    assert run.finished_at is not None

    rig.clock.now = months_later(run.finished_at, 1)
    assert forget_old_history(rig.workspace) == 0
    rig.clock.advance(seconds=1)
    assert forget_old_history(rig.workspace) == 1
    assert rig.runs() == []


async def test_s20_the_engine_lets_go_once_a_day() -> None:
    rig = await a_rig_with_a_mixed_run()
    engine = Engine(rig.workspace, rig.shops, "daemon", schedules=False, drains=False)
    engine.tick()
    rig.clock.now = TWO_MONTHS
    rig.clock.advance(minutes=5)
    count = len(rig.runs())

    engine.tick()
    assert len(rig.runs()) < count
    assert records(rig) == {}

    [run] = await rig.sync("orders")
    rig.clock.now = TWO_MONTHS
    with rig.store.transaction() as tx:
        tx.put(schema.RUNS, rig.run(run.id).but(queued_at=END_OF_JANUARY, finished_at=ONE_MONTH))
        for page in tx.find(schema.RECORDS, "run", run.id):
            tx.delete(schema.RECORDS, page.id)
    engine.tick()
    assert rig.runs() != [], "not twice on one day"
    rig.clock.advance(hours=25)
    engine.tick()
    assert rig.runs() == []
