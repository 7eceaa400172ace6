"""Listing content that was read long ago is read again when it is shown."""

from __future__ import annotations

from rig import Rig
from tuisync.core.actions.freshness import MOST, refresh_shown
from tuisync.core.actions.integrations import disable_integration
from tuisync.core.remote import FetchRequest
from tuisync.core.sync.cycles import queue_cycle
from tuisync.core.views.freshness import FRESH_FOR, stale
from tuisync.core.views.links import link_views
from tuisync.core.views.status import ENGINE

HOURS = FRESH_FOR.total_seconds() / 3600


def _shown(rig: Rig) -> list[str]:
    return [view.variant for view in link_views(rig.store)]


async def test_content_is_fresh_for_six_hours_after_it_was_read() -> None:
    rig = Rig()
    rig.shop.list_item("Mug", 5)
    await rig.connected()
    listings = ["fake:100:" + view.listing_id for view in link_views(rig.store)]

    rig.clock.advance(hours=HOURS)
    assert stale(rig.store, listings, rig.clock()) == []
    rig.clock.advance(seconds=1)
    assert [each.title for each in stale(rig.store, listings, rig.clock())] == ["Mug"]


async def test_a_cycle_keeps_content_fresh_that_it_does_not_read_again() -> None:
    rig = Rig()
    rig.shop.list_item("Mug", 5)
    await rig.connected()
    before = link_views(rig.store)[0].read_at
    for _ in range(4):
        rig.clock.advance(hours=4)
        queue_cycle(rig.workspace, rig.integration())
        await rig.work()
        assert stale(rig.store, ["fake:100:1", *_listing_ids(rig)], rig.clock()) == []
    assert rig.runs("items")[0].counts.total == 0
    assert link_views(rig.store)[0].read_at > before


def _listing_ids(rig: Rig) -> list[str]:
    return [f"fake:100:{view.listing_id}" for view in link_views(rig.store)]


async def test_what_is_shown_and_old_is_asked_of_the_engine_once() -> None:
    rig = Rig()
    for number in range(3):
        rig.shop.list_item(f"Mug {number}", 5)
    await rig.connected()
    rig.clock.advance(hours=HOURS + 1)
    engine = rig.store.lease(ENGINE, "daemon")

    assert refresh_shown(rig.workspace, _shown(rig)[:2]) == (2, 2)
    assert refresh_shown(rig.workspace, _shown(rig)) == (3, 0), "asked for just now"
    rig.fake.calls.clear()
    await rig.work()

    (call,) = rig.fake.calls_of("fetch_items")
    assert call.request == FetchRequest(
        ids=tuple(view.listing_id for view in link_views(rig.store)[:2])
    )
    assert len(stale(rig.store, _listing_ids(rig), rig.clock())) == 1
    assert engine is not None


async def test_without_an_engine_nothing_is_asked() -> None:
    rig = Rig()
    rig.shop.list_item("Mug", 5)
    await rig.connected()
    rig.clock.advance(hours=HOURS + 1)
    runs = len(rig.runs())
    assert refresh_shown(rig.workspace, _shown(rig)) == (1, 0)
    assert len(rig.runs()) == runs


async def test_a_shop_that_is_switched_off_is_left_alone() -> None:
    rig = Rig()
    rig.shop.list_item("Mug", 5)
    await rig.connected()
    disable_integration(rig.workspace, "fake")
    rig.clock.advance(hours=HOURS + 1)
    engine = rig.store.lease(ENGINE, "daemon")
    assert refresh_shown(rig.workspace, _shown(rig)) == (1, 0)
    assert engine is not None
    assert MOST == 100
