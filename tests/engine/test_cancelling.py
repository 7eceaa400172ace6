"""Cancelling a sync: it stops soon, keeps what came in, and is not taken up by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from kills import Killed, kill_at
from page_by_page import a_shop_of_pages, at_page
from rig import Rig
from tuisync.core.actions.cancels import request_cancel
from tuisync.core.actions.items import adjust_stock
from tuisync.core.actions.orders import ship_order
from tuisync.core.actions.plans import make_plan
from tuisync.core.actions.syncs import request_sync
from tuisync.core.actions.undo import undo_sync
from tuisync.core.applying import apply_plan
from tuisync.core.cancelling import cancel_and_wait, cancel_sync
from tuisync.core.engine import Engine
from tuisync.core.errors import (
    Conflict,
    EngineBusy,
    NotFound,
    PermanentError,
    RateLimited,
    TransientError,
)
from tuisync.core.models import SyncRun
from tuisync.core.remote import FetchRequest
from tuisync.core.store import schema
from tuisync.core.sync.recovery import recover
from tuisync.core.sync.runs import RunBook
from tuisync.core.sync.work import Work
from tuisync.core.views.history import batch_views
from tuisync.core.views.status import ENGINE
from tuisync.testing import FakeMarketplace, ManualClock


async def until(condition: Callable[[], bool]) -> None:
    """Wait, in real time but not for long, until it is so."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  # the engine has no event for it
            await asyncio.sleep(0.01)


@asynccontextmanager
async def serving(rig: Rig, sleep: Callable[[float], object] | None = None) -> AsyncIterator[None]:
    """Have an engine at work inside the block."""
    engine = Engine(rig.workspace, rig.shops, "daemon", schedules=False, sleep=sleep or rig._sleep)  # type: ignore[arg-type]
    stop = asyncio.Event()
    task = asyncio.create_task(engine.serve(stop))
    try:
        yield
    finally:
        stop.set()
        await task


def a_shop_of_orders(orders: int = 40) -> Rig:
    """A shop with as many orders, ten on a page, of which none is here yet."""
    rig = Rig(fake=FakeMarketplace(clock=ManualClock(), page_size=10))
    mug = rig.shop.list_item("Mug", 900, sku="MUG")
    for _ in range(orders):
        rig.shop.sell(mug.remote_id, 1)
    return rig


async def stopped_at_page(rig: Rig, monkeypatch: pytest.MonkeyPatch, page: int, module: str) -> str:
    """Cancel a sync of a module right after that page was stored; returns the run's id."""
    [run] = request_sync(rig.workspace, [module])  # type: ignore[list-item]
    with monkeypatch.context() as patch:
        at_page(patch, page, lambda: request_cancel(rig.workspace, run.id))
        await rig.work()
    return run.id


def cursor_of(rig: Rig, call: int) -> str | None:
    request = rig.fake.calls[call].request
    assert isinstance(request, FetchRequest)
    return request.cursor


async def test_a_queued_run_that_is_cancelled_never_starts() -> None:
    rig = a_shop_of_pages()
    rig.connect(sync=False)
    items, orders = request_sync(rig.workspace, ["items", "orders"])

    [cancelled] = request_cancel(rig.workspace, items.id)
    await rig.work()

    assert (cancelled.status, cancelled.started_at) == ("skipped", None)
    assert rig.run(items.id).reason == "Cancelled by you before it began."
    assert rig.run(orders.id).status == "succeeded", "the rest of the batch was not cancelled"
    assert not rig.fake.calls_of("fetch_items")


async def test_a_running_pull_stops_at_the_next_page_and_keeps_what_came_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = a_shop_of_pages()
    rig.connect(sync=False)

    run = rig.run(await stopped_at_page(rig, monkeypatch, 2, "items"))

    assert run.status == "failed"
    assert run.counts.created == 20 == rig.store.count(schema.LISTINGS)
    assert run.reason == (
        "Stopped by you after 20 of 40 records. The next sync goes on from there."
    )
    assert run.finished_at is not None
    assert run.retry_at is None
    assert run.seconds_left is None
    assert rig.integration().last_sync_at is None, "nobody takes it for a sync"
    assert rig.store.count(schema.FAILURES) == 0, "nothing waits for whoever did it"


async def test_a_cancelled_run_is_not_taken_up_by_itself_at_the_next_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = a_shop_of_pages()
    rig.connect(sync=False)
    await stopped_at_page(rig, monkeypatch, 1, "items")
    calls = len(rig.fake.calls)

    recover(rig.workspace)
    await rig.work()

    assert len(rig.fake.calls) == calls


@pytest.mark.parametrize("module", ["items", "orders"])
async def test_the_next_sync_goes_on_at_the_page_and_then_reads_the_news(
    monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    rig = a_shop_of_pages() if module == "items" else a_shop_of_orders()
    rig.connect(sync=False)
    first = await stopped_at_page(rig, monkeypatch, 2, module)
    oldest = next(iter(rig.shop.listings))
    rig.shop.sell(oldest, 1)
    rig.fake.calls.clear()

    [again] = await rig.sync(module)  # type: ignore[arg-type]

    assert cursor_of(rig, 0) == rig.run(first).cursor, "no page is read twice"
    assert again.status == "succeeded"
    assert rig.run(again.id).goes_on_from == first
    if module == "orders":
        assert rig.store.count(schema.ORDERS) == 41
    else:
        assert rig.store.count(schema.LISTINGS) == 40
        listing = rig.store.get(schema.LISTINGS, f"fake:100:{oldest}")
        assert listing is not None
        assert listing.variants[0].quantity == 8, "it changed after its page had been read"
    assert rig.integration().stopped == {}
    cursor = rig.store.get(schema.CURSORS, f"fake:100/{module}")
    assert cursor is not None
    assert cursor.position is not None
    rig.fake.calls.clear()
    await rig.sync(module)  # type: ignore[arg-type]
    assert rig.runs(module)[0].counts.created == 0


async def test_what_is_sold_while_a_stopped_walk_is_gone_on_with_comes_in_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = a_shop_of_orders()
    rig.connect(sync=False)
    await stopped_at_page(rig, monkeypatch, 2, "orders")
    mug = next(iter(rig.shop.listings))
    with monkeypatch.context() as patch:
        at_page(patch, 1, lambda: rig.shop.sell(mug, 1))
        await rig.sync("orders")

    assert rig.store.count(schema.ORDERS) == 41


async def test_a_walk_in_two_parts_takes_no_listing_for_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = a_shop_of_pages()
    rig.connect(sync=False)
    await stopped_at_page(rig, monkeypatch, 2, "items")
    rig.fake.calls.clear()

    await rig.sync("items")

    asked = [call.request for call in rig.fake.calls_of("fetch_items")]
    assert not any(isinstance(each, FetchRequest) and each.ids for each in asked)


async def test_a_sync_by_hand_reads_all_listings_after_a_cycle_was_cancelled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = a_shop_of_pages()
    await rig.connected()
    for listing in list(rig.shop.listings)[:15]:
        rig.shop.sell(listing, 1)
    [run] = request_sync(rig.workspace, ["items"], trigger="scheduled")
    with monkeypatch.context() as patch:
        at_page(patch, 1, lambda: request_cancel(rig.workspace, run.id))
        await rig.work()
    assert rig.run(run.id).counts.total == 10
    rig.fake.calls.clear()

    [again] = await rig.sync("items")

    assert cursor_of(rig, 0) is None
    assert again.done == 40
    assert rig.integration().stopped == {}


async def test_what_was_stopped_and_undone_is_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    rig = a_shop_of_orders()
    rig.connect(sync=False)
    first = await stopped_at_page(rig, monkeypatch, 2, "orders")

    undo_sync(rig.workspace, first)
    await rig.sync("orders")

    assert rig.store.count(schema.ORDERS) == 40


async def test_what_was_stopped_gone_on_with_and_undone_comes_in_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = a_shop_of_orders()
    rig.connect(sync=False)
    first = await stopped_at_page(rig, monkeypatch, 2, "orders")
    await rig.sync("orders")

    undo_sync(rig.workspace, first)
    await rig.sync("orders")

    assert rig.store.count(schema.ORDERS) == 40


@pytest.mark.parametrize("pages", [1, 3])
async def test_a_sync_cancelled_again_and_again_ends_up_with_everything_once(
    monkeypatch: pytest.MonkeyPatch, pages: int
) -> None:
    rig = a_shop_of_orders(95)
    rig.connect(sync=False)
    for _ in range(3):
        await stopped_at_page(rig, monkeypatch, pages, "orders")
    [last] = await rig.sync("orders")

    assert last.status == "succeeded"
    assert rig.store.count(schema.ORDERS) == 95
    made = [
        each.remote_id
        for page in rig.store.all(schema.RECORDS)
        for each in page.records
        if each.made
    ]
    assert sorted(made) == sorted(rig.shop.orders), "each once"


@pytest.mark.parametrize("call", [1, 3, 4])
async def test_a_crash_while_going_on_with_a_stopped_walk_loses_nothing(
    monkeypatch: pytest.MonkeyPatch, call: int
) -> None:
    rig = a_shop_of_orders()
    rig.connect(sync=False)
    await stopped_at_page(rig, monkeypatch, 1, "orders")
    [run] = request_sync(rig.workspace, ["orders"])
    with monkeypatch.context() as patch:
        kill_at(patch, RunBook, "add_page", call=call, after=True)
        with suppress(Killed):
            await rig.work()
    recover(rig.workspace)

    await rig.work()

    assert rig.run(run.id).status == "succeeded"
    assert rig.store.count(schema.ORDERS) == 40


@pytest.mark.parametrize(
    "fault",
    [TransientError("Down."), RateLimited("Too many.", retry_after=50)],
    ids=["down", "429"],
)
async def test_a_run_that_waits_for_another_try_stops_at_once(fault: Exception) -> None:
    rig = a_shop_of_pages()
    rig.connect(sync=False)
    rig.fake.raises("fetch_items", fault, times=9)
    [run] = request_sync(rig.workspace, ["items"])

    async with serving(rig, lambda _: asyncio.Event().wait()):
        await until(lambda: rig.run(run.id).retry_at is not None)
        async with asyncio.timeout(5):
            [ended] = await cancel_and_wait(rig.workspace, run.id)

    assert (ended.status, ended.retry_at) == ("failed", None)
    assert ended.reason == "Stopped by you before anything came in."


async def test_a_shop_that_does_not_answer_is_not_waited_for() -> None:
    rig = a_shop_of_pages()
    rig.connect(sync=False)
    rig.fake.hangs("fetch_items")
    [run] = request_sync(rig.workspace, ["items"])

    async with serving(rig):
        await until(lambda: bool(rig.fake.calls_of("fetch_items")))
        async with asyncio.timeout(5):
            [ended] = await cancel_and_wait(rig.workspace)

    assert ended.id == run.id
    assert ended.status == "failed"


async def test_a_push_between_two_pages_is_finished_before_the_sync_stops(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = a_shop_of_pages()
    await rig.stocked()
    sold = rig.shop.sell(next(iter(rig.shop.listings)), 1)
    await rig.sync("orders")
    at_page(
        monkeypatch,
        1,
        lambda: ship_order(rig.workspace, sold.number, carrier="ups", tracking="1Z"),
    )
    [run] = request_sync(rig.workspace, ["items"])
    original, heed, looks = rig.fake._faults.start, Work.heed, 0

    async def start(hook: str) -> None:
        await original(hook)
        if hook == "push_shipment":
            request_cancel(rig.workspace, run.id)
            before = looks
            await until(lambda: looks > before + 1)  # the engine has noticed

    def look(work: Work) -> None:
        nonlocal looks
        looks += 1
        heed(work)

    monkeypatch.setattr(rig.fake._faults, "start", start)
    monkeypatch.setattr(Work, "heed", look)

    async with serving(rig):
        await until(lambda: rig.run(run.id).finished_at is not None)

    assert rig.run(run.id).status == "failed"
    assert rig.run(run.id).counts.total == 10
    assert rig.shop.emails == [sold.remote_id]
    assert rig.order(sold.remote_id).shipments[0].push == "sent"


async def test_a_crash_while_a_cancel_is_pending_ends_the_run_and_resumes_nothing() -> None:
    rig = a_shop_of_pages()
    rig.connect(sync=False)
    [run] = request_sync(rig.workspace, ["items"])
    RunBook(rig.workspace, run).start()
    lease = rig.store.lease(ENGINE, "daemon")
    assert lease is not None
    [asked] = request_cancel(rig.workspace, run.id)
    assert asked.status == "running"

    lease.release()  # it died
    recover(rig.workspace)  # the next one comes
    await rig.work()

    assert rig.run(run.id).status == "failed"
    assert not rig.fake.calls


async def test_what_a_dead_engine_left_running_ends_at_once() -> None:
    rig = a_shop_of_pages()
    rig.connect(sync=False)
    [run] = request_sync(rig.workspace, ["items"])
    RunBook(rig.workspace, run).start()

    [ended] = cancel_sync(rig.workspace)

    assert (ended.id, ended.status) == (run.id, "failed")
    assert rig.store.holder(ENGINE) is None


async def test_an_interrupted_run_that_is_cancelled_is_not_gone_on_with() -> None:
    rig = a_shop_of_pages()
    rig.connect(sync=False)
    [run] = request_sync(rig.workspace, ["items"])
    RunBook(rig.workspace, run).start()
    recover(rig.workspace)

    [ended] = request_cancel(rig.workspace, run.batch)
    await rig.work()

    assert ended.status == "failed", "it had begun"
    assert not rig.fake.calls


async def test_an_engine_that_read_the_run_before_it_was_cancelled_does_not_begin_it() -> None:
    rig = a_shop_of_pages()
    rig.connect(sync=False)
    [run] = request_sync(rig.workspace, ["items"])
    book = RunBook(rig.workspace, run)  # as the engine does, just before

    request_cancel(rig.workspace, run.id)

    assert not book.start()
    assert rig.run(run.id).status == "skipped"


async def test_a_page_that_is_stored_after_it_was_cancelled_does_not_take_that_back() -> None:
    rig = a_shop_of_pages()
    rig.connect(sync=False)
    [run] = request_sync(rig.workspace, ["items"])
    book = RunBook(rig.workspace, run)
    book.start()
    request_cancel(rig.workspace, run.id)

    with rig.store.transaction() as tx:
        book.add_page(tx, [], cursor="10")
    book.wait("It is down.", rig.clock.now)

    assert rig.run(run.id).cancelled_at is not None
    book.interrupt()  # a daemon wants to go on
    assert rig.run(run.id).status == "failed"


async def test_a_run_that_ended_first_is_no_cancelled_one() -> None:
    rig = a_shop_of_pages(5)
    rig.connect(sync=False)
    [run] = request_sync(rig.workspace, ["items"])
    book = RunBook(rig.workspace, run)
    book.start()
    request_cancel(rig.workspace, run.id)

    book.finish()

    assert (rig.run(run.id).status, rig.run(run.id).cancelled_at) == ("succeeded", None)


async def test_cancelling_twice_is_cancelling_once() -> None:
    rig = a_shop_of_pages()
    rig.connect(sync=False)
    [run] = request_sync(rig.workspace, ["items"])
    RunBook(rig.workspace, run).start()

    [first] = request_cancel(rig.workspace, run.id)
    rig.clock.advance(seconds=5)
    [second] = request_cancel(rig.workspace, run.id)

    assert first == second


async def test_what_has_ended_is_refused_and_what_never_was_is_not_found() -> None:
    rig = a_shop_of_pages(5)
    await rig.connected()
    run = rig.runs("items")[0]

    for name in (run.id, run.batch):
        with pytest.raises(Conflict, match="ended already: succeeded"):
            request_cancel(rig.workspace, name)
    with pytest.raises(NotFound):
        request_cancel(rig.workspace, "nothing")
    assert request_cancel(rig.workspace) == []


async def test_a_new_sync_asked_for_at_once_runs_to_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = a_shop_of_pages()
    rig.connect(sync=False)
    [run] = request_sync(rig.workspace, ["items"])
    new: list[str] = []

    def cancel_and_sync() -> None:
        request_cancel(rig.workspace)
        new.extend(each.id for each in request_sync(rig.workspace, ["items"]))

    with monkeypatch.context() as patch:
        at_page(patch, 2, cancel_and_sync)
        await rig.work()

    assert rig.run(run.id).status == "failed"
    assert rig.run(new[0]).status == "succeeded"
    assert rig.store.count(schema.LISTINGS) == 40


async def test_the_next_cycle_comes_as_usual_after_an_initial_sync_was_cancelled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = a_shop_of_pages()
    rig.connect()
    with monkeypatch.context() as patch:
        at_page(patch, 1, lambda: request_cancel(rig.workspace))
        await rig.work()
    assert [run.status for run in rig.runs()] == ["skipped", "failed"]
    engine = Engine(rig.workspace, rig.shops, "daemon", sleep=rig._sleep)

    for _ in range(241):
        rig.clock.advance(minutes=1)
        engine.tick()
        await asyncio.gather(*(job.task for job in engine._working.values()))

    assert [run.status for run in rig.runs() if run.trigger == "scheduled"] == ["succeeded"] * 2
    assert rig.store.count(schema.LISTINGS) == 40


async def test_the_reading_that_belongs_to_a_push_cannot_be_cancelled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = a_shop_of_pages(5)
    await rig.stocked()
    adjust_stock(rig.workspace, "SKU-0", by=4, reason="found")
    looks: list[SyncRun] = []
    refused: list[str] = []

    def try_to() -> None:
        looks.extend(rig.store.find(schema.RUNS, "status", "running"))
        try:
            request_cancel(rig.workspace, looks[0].id)
        except Conflict as error:
            refused.append(error.message)
        refused.extend(run.id for run in request_cancel(rig.workspace))

    at_page(monkeypatch, 1, try_to)
    await rig.work()

    assert [run.trigger for run in looks] == ["push"]
    assert refused == [
        "That run reads the orders before something is sent; it ends by itself in a moment."
    ]
    assert rig.entry(next(iter(rig.shop.listings))).state == "applied"


async def test_an_apply_that_is_cancelled_while_it_reads_the_shop_sends_nothing() -> None:
    rig = a_shop_of_pages(5)
    await rig.stocked()
    adjust_stock(rig.workspace, "SKU-0", by=4, reason="found")
    make_plan(rig.workspace)

    async def wait(done: Callable[[], bool]) -> None:
        request_cancel(rig.workspace)
        await rig.work(drains=False)
        assert done()

    with pytest.raises(PermanentError, match="Cancelled by you") as refused:
        await apply_plan(rig.workspace, wait)

    assert refused.value.hint == "Nothing was sent. Try again later."
    assert not rig.fake.calls_of("push_stock")


async def test_a_sync_that_does_not_stop_in_time_is_told() -> None:
    rig = a_shop_of_pages()
    rig.connect(sync=False)
    [run] = request_sync(rig.workspace, ["items"])
    RunBook(rig.workspace, run).start()
    lease = rig.store.lease(ENGINE, "daemon")
    assert lease is not None

    with pytest.raises(EngineBusy, match="has not stopped yet"):
        await cancel_and_wait(rig.workspace, run.id, sleep=rig._sleep)

    lease.release()


async def test_a_batch_of_which_a_part_was_cancelled_says_so() -> None:
    rig = a_shop_of_pages(5)
    rig.connect(sync=False)
    items, _ = request_sync(rig.workspace, ["items", "orders"])
    request_cancel(rig.workspace, items.id)
    await rig.work()

    [batch] = batch_views(rig.store)

    assert batch.cancelled
