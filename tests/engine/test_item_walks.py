"""What a cycle reads of the listings, and listings that are gone at the shop."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rig import Rig
from tuisync.core.actions.items import add_item
from tuisync.core.errors import TransientError
from tuisync.core.models import Cursor
from tuisync.core.remote import FetchRequest
from tuisync.core.store import schema
from tuisync.core.sync.cycles import queue_cycle
from tuisync.core.sync.item_walks import FULL_EVERY, full_walk_due
from tuisync.core.views.history import run_detail
from tuisync.core.views.inbox import inbox_views
from tuisync.core.views.links import link_views


def _requests(rig: Rig) -> list[FetchRequest]:
    found = [call.request for call in rig.fake.calls_of("fetch_items")]
    rig.fake.calls.clear()
    return [each for each in found if isinstance(each, FetchRequest)]


async def _cycle(rig: Rig) -> list[FetchRequest]:
    """Let four hours pass and a cycle run; returns what it asked of the listings."""
    rig.clock.advance(hours=4)
    queue_cycle(rig.workspace, rig.integration())
    rig.fake.calls.clear()
    await rig.work()
    return _requests(rig)


async def test_a_cycle_reads_what_changed_and_once_a_day_everything() -> None:
    rig = Rig()
    mugs = [rig.shop.list_item(f"Mug {number}", 5) for number in range(3)]
    await rig.connected()

    full = []
    for number in range(13):
        rig.shop.edit_listing(mugs[0].remote_id, title=f"Mug, edition {number}")
        (request,) = await _cycle(rig)
        counts = rig.runs("items")[0].counts
        full.append(request.cursor is None)
        assert counts.total == (3 if full[-1] else 1)
        assert counts.updated == 1

    assert full == [False] * 5 + [True] + [False] * 5 + [True] + [False]


async def test_syncing_by_hand_reads_everything() -> None:
    rig = Rig()
    rig.shop.list_item("Mug", 5)
    await rig.connected()
    rig.fake.calls.clear()
    await rig.sync("items")
    assert [request.cursor for request in _requests(rig)] == [None]


async def test_an_interrupted_full_walk_goes_on_as_one() -> None:
    rig = Rig()
    for number in range(200):
        rig.shop.list_item(f"Mug {number}", 5)
    gone = rig.shop.list_item("Gone", 5)
    await rig.connected()
    rig.shop.remove_listing(gone.remote_id)
    rig.fake.raises("fetch_items", TransientError("Cut."), after_pages=1, times=9)
    await rig.sync("items")
    run = rig.run(rig.runs("items")[0].id)
    assert (run.status, run.full) == ("failed", True)
    with rig.store.transaction() as tx:
        tx.put(schema.RUNS, run.but(status="interrupted", finished_at=None))
    rig.fake._faults.at_page.clear()

    await rig.work()

    assert rig.run(run.id).status == "succeeded"
    assert rig.link(gone.remote_id).state == "broken"


async def test_a_listing_that_is_gone_is_found_out_by_the_daily_walk() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 5, sku="MUG")
    rig.shop.list_item("Vase", 2)
    add_item(rig.workspace, sku="MUG", name="Mug", stock=5)
    await rig.connected()
    rig.shop.remove_listing(mug.remote_id)

    requests = [await _cycle(rig) for _ in range(6)]

    assert [len(each) for each in requests] == [1, 1, 1, 1, 1, 2]
    assert requests[-1][1].ids == (mug.remote_id,)
    assert rig.link(mug.remote_id).state == "broken"
    (broken,) = link_views(rig.store, state="broken")
    assert (broken.listing_state, broken.item) == ("removed", "MUG")
    detail = run_detail(rig.store, rig.runs("items")[0].id)
    assert (detail.status, detail.counts.failed) == ("succeeded", 0)
    assert [r.reason for r in detail.records if r.outcome == "updated"] == [
        "The shop does not know it any more."
    ]
    said = [row for row in inbox_views(rig.store, rig.clock()) if row.kind == "mapping"]
    assert any("Mug" in f"{row.subject} {row.message}" for row in said)
    assert len(await _cycle(rig)) == 1  # it is asked for once


async def test_being_missing_from_a_walk_means_nothing() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 5, sku="MUG")
    add_item(rig.workspace, sku="MUG", name="Mug", stock=5)
    await rig.connected()
    hidden = rig.shop.listings.pop(mug.remote_id)
    rig.fake.calls.clear()

    walked = rig.fake.calls_of("fetch_items")
    assert walked == []
    original = rig.fake._faults.page

    def back(hook: str, number: int) -> None:
        original(hook, number)
        rig.shop.listings[mug.remote_id] = hidden  # it was only between two pages

    rig.fake._faults.page = back  # type: ignore[method-assign]  # what a shifting page does
    await rig.sync("items")

    assert len(_requests(rig)) == 2
    assert rig.link(mug.remote_id).state == "linked"


async def test_a_listing_that_failed_is_read_again_by_the_next_cycle() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 5, sku="MUG")
    rig.shop.unreadable[mug.remote_id] = "The inventory did not come."
    await rig.connected()
    assert rig.runs("items")[0].status == "partial"
    del rig.shop.unreadable[mug.remote_id]  # nothing changed at the shop

    requests = await _cycle(rig)

    assert requests[-1].ids == (mug.remote_id,)
    assert rig.runs("items")[0].counts.created == 1
    assert rig.store.count(schema.FAILURES) == 0


@pytest.mark.parametrize(
    ("hours", "due"), [(0, False), (23, False), (23.8, True), (24, True), (-1, True)]
)
def test_when_a_full_walk_is_due(hours: float, *, due: bool) -> None:
    rig = Rig()
    now = rig.clock()
    cursor = Cursor(id="fake:100/items", position="7", full_at=now - timedelta(hours=hours))
    assert full_walk_due(cursor, now) is due
    assert full_walk_due(cursor.but(position=None), now)
    assert full_walk_due(cursor.but(full_at=None), now)
    assert full_walk_due(None, now)
    assert timedelta(days=1) == FULL_EVERY
