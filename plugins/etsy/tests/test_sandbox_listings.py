"""Reading the sandbox's listings: states, pages, batches, and a believable shop."""

from __future__ import annotations

from collections import Counter
from html import unescape

import pytest

from sandbox_kit import V3, Sandbox, make_sandbox
from tuisync_etsy.sandbox.domain.clock import SandboxClock
from tuisync_etsy.sandbox.seed.studio import Settings, build

STATES = ("active", "inactive", "sold_out", "draft", "expired")


async def walk(sandbox: Sandbox, state: str) -> list[int]:
    path, found, offset = f"/shops/{sandbox.world.shop.shop_id}/listings", [], 0
    while True:
        page = await sandbox.get(path, state=state, limit=30, offset=offset)
        found += [row["listing_id"] for row in page["results"]]
        offset += 30
        if offset >= page["count"]:
            return found


async def test_the_states_together_hold_every_listing_once(signed_in: Sandbox) -> None:
    walked = {state: await walk(signed_in, state) for state in STATES}
    every = [listing_id for found in walked.values() for listing_id in found]
    assert len(every) == len(set(every)) == 120
    assert len(walked["active"]) > 80
    assert all(walked.values())


async def test_the_default_state_is_active_and_the_default_page_25(signed_in: Sandbox) -> None:
    page = await signed_in.get(f"/shops/{signed_in.world.shop.shop_id}/listings")
    assert len(page["results"]) == 25
    assert {row["state"] for row in page["results"]} == {"active"}
    created = [row["created_timestamp"] for row in page["results"]]
    assert created == sorted(created, reverse=True)


@pytest.mark.parametrize("sort_order", ["asc", "desc"])
async def test_pages_can_be_sorted_by_change(signed_in: Sandbox, sort_order: str) -> None:
    path = f"/shops/{signed_in.world.shop.shop_id}/listings"
    page = await signed_in.get(path, sort_on="updated", sort_order=sort_order, limit=100)
    changed = [row["updated_timestamp"] for row in page["results"]]
    assert changed == sorted(changed, reverse=sort_order == "desc")


async def test_a_limit_above_100_is_taken_as_100(signed_in: Sandbox) -> None:
    path = f"/shops/{signed_in.world.shop.shop_id}/receipts"
    assert len((await signed_in.get(path, limit=101))["results"]) == 100


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ({"offset": "12001"}, "Offset provided is greater than the maximum offset allowed."),
        ({"offset": "-1"}, "offset"),
        ({"limit": "0"}, "limit"),
        ({"limit": "many"}, "Expected int value for 'limit' (got string)."),
        ({"state": "removed"}, "state"),
        ({"sort_on": "title"}, "sort_on"),
        ({"sort_order": "sideways"}, "sort_order"),
        ({"includes": "Everything"}, "includes"),
    ],
)
async def test_a_page_that_cannot_be_is_refused(
    signed_in: Sandbox, query: dict[str, str], text: str
) -> None:
    answer = await signed_in.client.get(f"{signed_in.shop_path}/listings", params=query)
    assert answer.status_code == 400
    assert text in answer.json()["error"]


async def test_the_offset_12000_is_still_allowed(signed_in: Sandbox) -> None:
    path = f"/shops/{signed_in.world.shop.shop_id}/listings"
    assert (await signed_in.get(path, offset=12_000))["results"] == []


async def test_batch_inventory_reads_up_to_100_and_fails_as_a_whole(signed_in: Sandbox) -> None:
    ids = [str(each) for each in await walk(signed_in, "active")]
    page = await signed_in.get("/listings/batch/inventory", listing_ids=",".join(ids))
    assert [str(row["listing_id"]) for row in page["results"]] == ids
    assert all(row["inventory"]["products"] for row in page["results"])
    with_unknown = ",".join([*ids, "7"])
    answer = await signed_in.client.get(
        f"{V3}/listings/batch/inventory", params={"listing_ids": with_unknown}
    )
    assert answer.status_code == 404
    too_many = ",".join(map(str, range(1, 102)))
    answer = await signed_in.client.get(
        f"{V3}/listings/batch/inventory", params={"listing_ids": too_many}
    )
    assert answer.status_code == 400


@pytest.mark.parametrize("ids", ["", "x", "1,-2", "1.5", "²"])
async def test_ids_that_are_none_are_refused(signed_in: Sandbox, ids: str) -> None:
    answer = await signed_in.client.get(f"{V3}/listings/batch", params={"listing_ids": ids})
    assert answer.status_code == 400


async def test_the_inventory_includes_are_gone_and_images_can_be_had(signed_in: Sandbox) -> None:
    listing = signed_in.listing(lambda each: each.state == "active")
    with_images = await signed_in.get(f"/listings/{listing.listing_id}", includes="Images")
    assert len(with_images["images"]) == 1
    answer = await signed_in.client.get(
        f"{V3}/listings/{listing.listing_id}", params={"includes": "Inventory"}
    )
    assert answer.status_code == 400
    page = await signed_in.get(
        f"/shops/{signed_in.world.shop.shop_id}/listings", includes="Inventory"
    )
    assert all(row["inventory"] is None for row in page["results"])


async def test_skus_and_drafts_are_for_the_owner_only(signed_in: Sandbox) -> None:
    active = signed_in.listing(lambda each: each.state == "active" and each.products[0].sku != "")
    draft = signed_in.listing(lambda each: each.state == "draft")
    mine = await signed_in.get(f"/listings/{active.listing_id}")
    assert mine["skus"] == [active.products[0].sku]
    await signed_in.get(f"/listings/{draft.listing_id}")
    del signed_in.client.headers["authorization"]
    assert (await signed_in.get(f"/listings/{active.listing_id}"))["skus"] == []
    hidden = await signed_in.client.get(f"{V3}/listings/{draft.listing_id}")
    assert hidden.status_code == 404


async def test_the_listing_quantity_counts_a_shared_pool_once(signed_in: Sandbox) -> None:
    shared = signed_in.listing(lambda each: each.has_variations and not each.on_property.quantity)
    apart = signed_in.listing(lambda each: each.has_variations and bool(each.on_property.quantity))
    shown = await signed_in.get(f"/listings/{shared.listing_id}")
    assert shown["quantity"] == shared.products[0].quantity
    shown = await signed_in.get(f"/listings/{apart.listing_id}")
    assert shown["quantity"] == sum(product.quantity for product in apart.products)


async def test_the_listing_quantity_leaves_out_what_is_not_offered(signed_in: Sandbox) -> None:
    listing = signed_in.listing(
        lambda each: bool(each.on_property.quantity) and each.products[0].quantity > 0
    )
    before, first = listing.quantity, listing.products[0]
    options = {value.property_name: value.values[0] for value in first.properties}
    await signed_in.control("edit", listing_id=listing.listing_id, options=options, enabled=False)
    shown = await signed_in.get(f"/listings/{listing.listing_id}")
    assert shown["quantity"] == before - first.quantity


def test_the_same_seed_gives_the_same_shop_and_another_another() -> None:
    def world(seed: int) -> tuple[object, object, object]:
        made = build(Settings(seed=seed), SandboxClock(source=lambda: 1_790_000_000.0))
        return made.listings, made.receipts, made.key

    assert world(7) == world(7)
    assert world(7) != world(8)


def test_the_shop_has_every_kind_of_listing() -> None:
    world = make_sandbox().world
    listings = world.listings_of(world.shop.shop_id)
    axes = Counter(len(each.products[0].properties) for each in listings)
    varied = [each for each in listings if each.has_variations]
    first_skus = Counter(each.products[0].sku for each in listings if each.products[0].sku)
    assert axes[0] == 80
    assert axes[1] > axes[2] > axes[3] == 1
    assert {bool(each.on_property.quantity) for each in varied} == {True, False}
    assert {bool(each.on_property.sku) for each in varied} == {True, False}
    assert any(count > 1 for count in first_skus.values())
    assert sum(not any(product.sku for product in each.products) for each in listings) >= 6
    assert any(
        len({p.sku for p in each.products}) < len(each.products) and each.on_property.sku
        for each in listings
    )
    assert {each.type for each in listings} == {"physical", "download"}
    assert max(len(each.title) for each in listings) == 140
    assert any(unescape(each.title) != each.title for each in listings)
    assert all(len(p.sku) <= 32 for each in listings for p in each.products)


@pytest.mark.parametrize(("listings", "orders"), [(0, 0), (1, 0), (0, 5), (1, 1), (250, 20)])
def test_any_size_of_shop_can_be_built(listings: int, orders: int) -> None:
    world = make_sandbox(listings=listings, orders=orders).world
    assert len(world.listings_of(world.shop.shop_id)) == listings
    assert len(world.receipts_of(world.shop.shop_id)) == (orders if listings else 0)


async def test_a_currency_without_cents_has_the_divisor_1() -> None:
    sandbox = make_sandbox(currency="JPY")
    async with sandbox.client:
        await sandbox.sign_in()
        shop = await sandbox.get(f"/shops/{sandbox.world.shop.shop_id}")
        page = await sandbox.get(f"/shops/{sandbox.world.shop.shop_id}/listings")
    assert shop["currency_code"] == "JPY"
    assert {row["price"]["divisor"] for row in page["results"]} == {1}


async def test_an_unknown_path_is_a_404_in_json(signed_in: Sandbox) -> None:
    answer = await signed_in.client.get(f"{V3}/listings/12/nothing")
    assert answer.status_code == 404
    assert answer.json() == {"error": "Resource not found"}
    answer = await signed_in.client.delete(f"{V3}/users/me")
    assert answer.status_code == 405
    assert "error" in answer.json()
