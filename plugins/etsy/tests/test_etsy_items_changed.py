"""Reading only what changed: what a cycle costs, and what it must not miss."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import httpx
import pytest

import tuisync_etsy
from etsy_payloads import listing, page
from etsy_session import FakeSession
from etsy_shop import Shop, listings_in, open_shop
from sandbox_kit import Sandbox, make_sandbox
from tuisync import FetchRequest, ItemsPage
from tuisync_etsy.cursors import ItemsCursor, dump, load_items
from tuisync_etsy.item_walk import DAILY, OVERLAP, STATES, start
from tuisync_etsy.sandbox.domain.listings import Listing

HOUR = 3600
LISTINGS = 450


@pytest.fixture
async def shop(sandbox: Sandbox) -> Shop:
    return await open_shop(sandbox)


def own(sandbox: Sandbox, state: str = "") -> list[Listing]:
    mine = sandbox.world.listings_of(sandbox.world.shop.shop_id)
    return [each for each in mine if state in {"", each.state}]


def ids(pages: Sequence[ItemsPage]) -> list[str]:
    return [each.remote_id for each in listings_in(list(pages))]


async def walked(shop: Shop, *, wait: float = HOUR) -> str:
    """Walk everything and return the cursor of the finished walk, some time later."""
    cursor = (await shop.items())[-1].cursor
    assert cursor is not None
    await shop.sandbox.control("clock", advance=wait)
    shop.forget_calls()
    return cursor


async def touch(sandbox: Sandbox, listings: Sequence[Listing]) -> None:
    for each in listings:
        await sandbox.control("edit", listing_id=each.listing_id, title=f"{each.title[:100]} new")


@pytest.mark.parametrize("changes", [0, 1, 40, 100, 101, 230])
async def test_e12_a_cycle_costs_the_pages_of_each_state_and_the_inventories_of_what_changed(
    changes: int,
) -> None:
    sandbox = make_sandbox(listings=LISTINGS, orders=5)
    async with sandbox.client:
        shop = await open_shop(sandbox)
        cursor = await walked(shop)
        step = max(LISTINGS // changes, 1) if changes else LISTINGS
        changed = own(sandbox)[::step][:changes]
        await touch(sandbox, changed)
        pages = await shop.items(cursor=cursor)
        listing_pages = sum(max(1, ceil(len(own(sandbox, state)) / 100)) for state in STATES)
        inventories = shop.calls(path="/inventory")
        assert len(inventories) == ceil(len(changed) / 100)
        calls = shop.calls(path="/v3/application")
        assert len(calls) == listing_pages + len(inventories)
        assert sorted(ids(pages)) == sorted(str(each.listing_id) for each in changed)


async def test_what_did_not_change_is_named_as_still_there(sandbox: Sandbox, shop: Shop) -> None:
    cursor = await walked(shop)
    changed = own(sandbox, "active")[3]
    await touch(sandbox, [changed])
    pages = await shop.items(cursor=cursor)
    unchanged = [id_ for page in pages for id_ in page.unchanged]
    assert ids(pages) == [str(changed.listing_id)]
    assert sorted([*unchanged, *ids(pages)]) == sorted(str(x.listing_id) for x in own(sandbox))


async def test_a_full_walk_calls_nothing_unchanged(shop: Shop) -> None:
    assert not any(page.unchanged for page in await shop.items())


@pytest.mark.parametrize("state", ["active", "inactive", "sold_out", "expired"])
async def test_e04_a_change_of_state_is_read_whatever_state_it_leads_to(
    sandbox: Sandbox, shop: Shop, state: str
) -> None:
    cursor = await walked(shop)
    moved = next(each for each in own(sandbox) if each.state != state)
    await sandbox.control("edit", listing_id=moved.listing_id, state=state)
    (found,) = listings_in(await shop.items(cursor=cursor))
    assert (found.remote_id, found.state) == (str(moved.listing_id), state)


async def test_a_change_during_the_last_walk_is_read_in_the_next(
    sandbox: Sandbox, shop: Shop
) -> None:
    victim = own(sandbox, "active")[0]
    cursor = (await shop.items())[-1].cursor
    await sandbox.control("edit", listing_id=victim.listing_id, quantity=42)
    victim.updated_at -= OVERLAP - 1  # it was late in showing
    await sandbox.control("clock", advance=HOUR)
    assert str(victim.listing_id) in ids(await shop.items(cursor=cursor))


@pytest.mark.parametrize("moves", [True, False])
async def test_a_sale_is_seen_at_the_latest_by_the_daily_walk(
    sandbox: Sandbox, shop: Shop, *, moves: bool
) -> None:
    """Whether a sale moves a listing's time is not documented; either way it is found."""
    await sandbox.control("quirks", sale_moves_listing=moves)
    cursor = await walked(shop)
    victim = next(each for each in own(sandbox, "active") if each.quantity > 3)
    await sandbox.control("sell", listing_id=victim.listing_id)
    soon = await shop.items(cursor=cursor)
    assert (str(victim.listing_id) in ids(soon)) is moves
    await sandbox.control("clock", advance=DAILY)
    late = {each.remote_id: each for each in listings_in(await shop.items(cursor=soon[-1].cursor))}
    assert len(late) == len(own(sandbox))
    assert sum(each.quantity for each in late[str(victim.listing_id)].variants) > 0


async def test_every_inventory_is_read_once_a_day_however_often_cycles_run(
    sandbox: Sandbox, shop: Shop
) -> None:
    cursor = (await shop.items())[-1].cursor
    full = 0
    for _ in range(16):  # every four hours, for more than two days
        await sandbox.control("clock", advance=4 * HOUR)
        pages = await shop.items(cursor=cursor)
        cursor = pages[-1].cursor
        full += len(ids(pages)) == len(own(sandbox))
    assert full == 2


async def test_s25_an_interrupted_walk_keeps_what_it_had_seen_and_not_read_yet() -> None:
    sandbox = make_sandbox(listings=LISTINGS, orders=5)
    async with sandbox.client:
        shop = await open_shop(sandbox)
        cursor = await walked(shop)
        changed = own(sandbox)[::3]
        await touch(sandbox, changed)
        pages = await shop.items(cursor=cursor)
        wanted = {str(each.listing_id) for each in changed}
        assert set(ids(pages)) == wanted
        assert len(pages) > 3
        for stored in range(1, len(pages)):
            rest = await shop.items(cursor=pages[stored - 1].cursor)
            assert set(ids(pages[:stored])) | set(ids(rest)) == wanted


async def test_a_period_and_ids_read_in_full_whatever_was_read_before(shop: Shop) -> None:
    cursor = await walked(shop)
    some = tuple(str(each.listing_id) for each in own(shop.sandbox)[:5])
    assert sorted(ids(await shop.items(ids=some, cursor=cursor))) == sorted(some)


async def test_a_deleted_listing_is_gone_by_its_id_and_its_absence_from_a_walk_proves_nothing(
    sandbox: Sandbox, shop: Shop
) -> None:
    cursor = await walked(shop)
    victim = own(sandbox, "active")[2].listing_id
    await sandbox.control("edit", listing_id=victim, delete=True)
    for pages in (await shop.items(cursor=cursor), await shop.items()):
        assert [each.gone for each in pages if each.gone] == []
        assert str(victim) not in {*ids(pages), *(x for each in pages for x in each.unchanged)}
    (by_id,) = await shop.items(ids=(str(victim),))
    assert by_id.gone == (str(victim),)


def test_where_a_walk_begins() -> None:
    now = 1_790_000_000
    done = ItemsCursor(began=now - HOUR, full=now - HOUR)
    assert start(now, dump(done)).since == now - HOUR - OVERLAP
    assert start(now, None).since is None
    stale = ItemsCursor(began=now - HOUR, full=now - DAILY)
    assert start(now, dump(stale)).since is None
    of_an_older_version = ItemsCursor(began=now - HOUR)
    assert start(now, dump(of_an_older_version)).since is None
    from_the_future = ItemsCursor(began=now + DAILY, full=now + DAILY)
    assert start(now, dump(from_the_future)).since is None
    resting = ItemsCursor(began=now - HOUR, full=now - HOUR, pending=(5,))
    assert start(now, dump(resting)) == resting


async def test_p18_a_shop_on_vacation_is_told_without_a_call_of_its_own(
    sandbox: Sandbox, shop: Shop
) -> None:
    assert {page.on_vacation for page in await shop.items()} == {False}
    await sandbox.control("vacation", on=True)
    shop.forget_calls()
    assert {page.on_vacation for page in await shop.items()} == {True}
    assert not [
        each for each in shop.calls() if each.startswith("GET /shops/") and "/listings" not in each
    ]


async def test_quirk_17_an_include_that_etsy_takes_away_costs_nothing_but_the_knowledge() -> None:
    def serve(request: httpx.Request) -> httpx.Response:
        query = request.url.params
        if "includes" in query:
            return httpx.Response(400, json={"error": "Invalid value for 'includes': Shop"})
        rows = [listing(5)] if query.get("state") == "active" else []
        return httpx.Response(200, json=page(*rows))

    async with httpx.AsyncClient(transport=httpx.MockTransport(serve)) as http:
        pages = [each async for each in tuisync_etsy.fetch_items(FakeSession(http), FetchRequest())]
    assert ids(pages) == ["5"]
    assert {each.on_vacation for each in pages} == {None}


async def test_the_cursor_stays_small_and_readable(sandbox: Sandbox, shop: Shop) -> None:
    cursor = await walked(shop)
    await touch(sandbox, own(sandbox)[:99])
    for each in await shop.items(cursor=cursor):
        assert each.cursor is not None
        assert len(each.cursor) < 2_000
        assert load_items(each.cursor) is not None
