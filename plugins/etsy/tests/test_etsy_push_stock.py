"""Pushing numbers to the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

import tuisync_etsy
from etsy_shop import Shop, open_shop
from sandbox_kit import Sandbox
from tuisync import (
    AuthorizationRequired,
    OutcomeUnknown,
    RateLimited,
    RejectedError,
    RemoteListing,
    RemoteNotFound,
    ShapeChanged,
    StockChange,
    StockChanged,
    TransientError,
    VariantChange,
)
from tuisync_etsy.sandbox.domain.listings import Listing, set_pool
from tuisync_etsy.sandbox.web.control_view import listing_view


@pytest.fixture
async def shop(sandbox: Sandbox) -> Shop:
    return await open_shop(sandbox)


def simple(each: Listing) -> bool:
    return _sellable(each) and not each.has_variations


def sized(each: Listing) -> bool:
    return _sellable(each) and len(each.products) > 1 and bool(each.on_property.quantity)


def shared(each: Listing) -> bool:
    return _sellable(each) and len(each.products) > 1 and not each.on_property.quantity


def two_axes(each: Listing) -> bool:
    return sized(each) and len(each.products[0].properties) == 2


def three_axes(each: Listing) -> bool:
    return _sellable(each) and len(each.products[0].properties) == 3


def _sellable(each: Listing) -> bool:
    enabled = all(product.is_enabled for product in each.products)
    return each.state == "active" and each.type == "physical" and enabled


Fits = Callable[[Listing], bool]


async def known(shop: Shop, fits: Fits) -> RemoteListing:
    found = await shop.listing(shop.sandbox.listing(fits).listing_id)
    shop.forget_calls()
    return found


def seen(shop: Shop, listing: RemoteListing) -> dict[str, Any]:
    return listing_view(shop.sandbox.world.listings[int(listing.remote_id)])


def frozen(view: dict[str, Any]) -> dict[str, Any]:
    """All a push must not touch, value ids included: the sandbox gives them anew."""
    products = [
        {
            **{name: product[name] for name in product if name not in {"quantity", "properties"}},
            "properties": [
                {name: each for name, each in value.items() if name != "value_ids"}
                for value in product["properties"]
            ],
        }
        for product in view["products"]
    ]
    return {**view, "products": products, "quantity": None, "state": None}


@pytest.mark.parametrize("fits", [simple, sized, shared, two_axes, three_axes])
async def test_e01_push_changes_nothing_but_quantities(shop: Shop, fits: Fits) -> None:
    listing = await known(shop, fits)
    before = frozen(seen(shop, listing))
    first = listing.variants[0]
    result = await shop.push(listing, {first.key: first.quantity + 2})
    expected = {each.key: each.quantity for each in listing.variants}
    assert result.quantities == {**expected, first.key: first.quantity + 2}
    assert (result.state, result.paused_by_us) == ("active", False)
    assert result.fingerprint == listing.fingerprint
    assert frozen(seen(shop, listing)) == before
    again = await shop.listing(int(listing.remote_id))
    assert {each.key: each.quantity for each in again.variants} == result.quantities


async def test_e20_a_second_push_works_though_all_ids_are_new(shop: Shop) -> None:
    listing = await known(shop, sized)
    there = shop.sandbox.world.listings[int(listing.remote_id)]
    ids = {product.product_id for product in there.products}
    first = listing.variants[0]
    await shop.push(listing, {first.key: 7})
    assert not ids & {product.product_id for product in there.products}
    again = await shop.listing(int(listing.remote_id))
    assert (await shop.push(again, {first.key: 9})).quantities[first.key] == 9


async def test_a_push_reads_the_numbers_last_and_writes_once(shop: Shop) -> None:
    listing = await known(shop, sized)
    shop.sandbox.world.listings[int(listing.remote_id)].variation_images = {}
    await shop.push(listing, {listing.variants[0].key: 7})
    number = listing.remote_id
    assert shop.calls() == [
        f"GET /listings/{number}",
        f"GET /shops/{shop.sandbox.world.shop.shop_id}/listings/{number}/variation-images",
        f"GET /listings/{number}/inventory",
        f"PUT /listings/{number}/inventory",
    ]


async def test_a_push_to_a_simple_listing_asks_for_no_pictures_of_options(shop: Shop) -> None:
    await shop.push(await known(shop, simple), {"": 7})
    assert [each.split()[0] for each in shop.calls()] == ["GET", "GET", "PUT"]


async def test_three_axes_are_declared_so_that_none_is_lost(shop: Shop) -> None:
    listing = await known(shop, three_axes)
    await shop.push(listing, {listing.variants[0].key: 7})
    (put,) = shop.calls("PUT")
    assert put.endswith("?max_variations_supported=3")
    there = shop.sandbox.world.listings[int(listing.remote_id)]
    assert all(len(product.properties) == 3 for product in there.products)


async def test_nothing_to_change_writes_nothing(shop: Shop) -> None:
    listing = await known(shop, sized)
    first = listing.variants[0]
    result = await shop.push(listing, {first.key: first.quantity})
    assert shop.calls("PUT") == []
    assert result.quantities[first.key] == first.quantity


async def test_e06_more_than_999_is_clamped(shop: Shop) -> None:
    listing = await known(shop, simple)
    assert (await shop.push(listing, {"": 4000})).quantities == {"": 999}


async def test_e05_a_shared_quantity_is_set_for_all_products(shop: Shop) -> None:
    listing = await known(shop, shared)
    await shop.push(listing, {"": 13})
    assert {each["quantity"] for each in seen(shop, listing)["products"]} == {13}


async def test_e05_products_that_share_a_number_by_one_axis_are_set_together(shop: Shop) -> None:
    there = shop.sandbox.listing(two_axes)
    axis = there.products[0].properties[0].property_id
    there.on_property = replace(there.on_property, quantity=(axis,))
    for index in range(len(there.products)):
        set_pool(there, index, 5)
    listing = await shop.listing(there.listing_id)
    assert len(listing.variants) < len(there.products)
    result = await shop.push(listing, {listing.variants[0].key: 8})
    assert sorted(result.quantities.values()) == [5] * (len(listing.variants) - 1) + [8]
    first = there.products[0].properties[0].values
    for product in there.products:
        assert product.quantity == (8 if product.properties[0].values == first else 5)


async def test_a_sale_since_we_last_read_stops_the_push(shop: Shop) -> None:
    listing = await known(shop, simple)
    there = listing.variants[0].quantity
    await shop.sandbox.control("sell", listing_id=int(listing.remote_id))
    with pytest.raises(StockChanged) as caught:
        await shop.push(listing, {"": there + 5})
    assert caught.value.found == {"": there - 1}
    assert shop.calls("PUT") == []


async def test_e01_a_renamed_option_stops_the_push(shop: Shop) -> None:
    listing = await known(shop, sized)
    old = next(iter(listing.variants[0].options.values()))
    await shop.sandbox.control(
        "edit", listing_id=int(listing.remote_id), rename=[old, "Something else"]
    )
    with pytest.raises(ShapeChanged):
        await shop.push(listing, {listing.variants[0].key: 1})
    assert shop.calls("PUT") == []


def nothing(listing: RemoteListing) -> dict[str, int]:
    return dict.fromkeys((each.key for each in listing.variants), 0)


@pytest.mark.parametrize("fits", [simple, sized, shared])
async def test_e02_nothing_left_pauses_the_listing_and_restock_brings_it_back(
    shop: Shop, fits: Fits
) -> None:
    listing = await known(shop, fits)
    before = frozen(seen(shop, listing))
    paused = await shop.push(listing, nothing(listing))
    assert (paused.state, paused.paused_by_us) == ("inactive", True)
    assert paused.quantities == nothing(listing)
    assert seen(shop, listing)["state"] == "inactive"
    assert shop.calls("PUT") == []

    now = await shop.listing(int(listing.remote_id))
    key = listing.variants[0].key
    back = await shop.push(now, {key: 6}, paused_by_us=True)
    assert (back.state, back.paused_by_us) == ("active", False)
    assert back.quantities == {**nothing(listing), key: 6}
    assert frozen(seen(shop, listing)) == before
    assert seen(shop, listing)["renewals"] == 0


async def test_e02_a_listing_is_paused_once(shop: Shop) -> None:
    listing = await known(shop, simple)
    await shop.push(listing, {"": 0})
    shop.forget_calls()
    now = await shop.listing(int(listing.remote_id))
    result = await shop.push(now, {"": 0}, paused_by_us=True)
    assert result.paused_by_us
    assert not [each for each in shop.calls() if not each.startswith("GET")]


async def test_e03_restock_writes_the_number_before_it_reactivates(shop: Shop) -> None:
    listing = await known(shop, simple)
    await shop.push(listing, {"": 0})
    now = await shop.listing(int(listing.remote_id))
    shop.forget_calls()
    await shop.push(now, {"": 3}, paused_by_us=True)
    assert [each.split()[0] for each in shop.calls() if "GET" not in each] == ["PUT", "PATCH"]


async def test_e04_a_listing_somebody_reactivated_is_noticed(shop: Shop) -> None:
    listing = await known(shop, simple)
    await shop.push(listing, {"": 0})
    await shop.sandbox.control("edit", listing_id=int(listing.remote_id), state="active")
    change = StockChange(
        listing_id=listing.remote_id,
        variants=(VariantChange(key="", believed=0, wanted=0),),
        paused_by_us=True,
    )
    with pytest.raises(StockChanged) as caught:
        await tuisync_etsy.push_stock(shop.session, change)
    assert caught.value.found == {"": listing.variants[0].quantity}


@pytest.mark.parametrize("state", ["inactive", "draft", "expired"])
async def test_p07_what_the_seller_took_off_sale_is_left_alone(shop: Shop, state: str) -> None:
    listing = await known(shop, simple)
    await shop.sandbox.control("edit", listing_id=int(listing.remote_id), state=state)
    with pytest.raises(RejectedError, match="left alone"):
        await shop.push(listing, {"": 3})
    assert seen(shop, listing)["state"] == state
    assert not [each for each in shop.calls() if not each.startswith("GET")]


async def sold_out(shop: Shop, fits: Fits) -> RemoteListing:
    listing = await known(shop, fits)
    there = shop.sandbox.world.listings[int(listing.remote_id)]
    for product in there.products:
        options = {each.property_name: each.values[0] for each in product.properties}
        left = next(each for each in there.products if each.properties == product.properties)
        if left.quantity:
            await shop.sandbox.control(
                "sell", listing_id=there.listing_id, options=options, quantity=left.quantity
            )
    assert there.state == "sold_out"
    found = await shop.listing(int(listing.remote_id))
    shop.forget_calls()
    return found


async def test_e03_a_sold_out_listing_costs_nothing_without_leave(shop: Shop) -> None:
    listing = await sold_out(shop, simple)
    with pytest.raises(RejectedError, match="fee"):
        await shop.push(listing, {"": 4})
    assert seen(shop, listing)["renewals"] == 0
    assert seen(shop, listing)["state"] == "sold_out"


@pytest.mark.parametrize("fits", [simple, sized, shared])
async def test_e03_with_leave_it_is_renewed_once_and_gets_its_numbers(
    shop: Shop, fits: Fits
) -> None:
    listing = await sold_out(shop, fits)
    key = listing.variants[-1].key
    result = await shop.push(listing, {key: 4}, renew_sold_out=True)
    assert result.state == "active"
    assert result.quantities == {**nothing(listing), key: 4}
    assert seen(shop, listing)["renewals"] == 1
    assert seen(shop, listing)["state"] == "active"


async def test_quirk_22_a_listing_with_more_than_999_in_all_can_still_be_paused(
    shop: Shop,
) -> None:
    listing = await known(shop, sized)
    full = {each.key: 900 for each in listing.variants}
    await shop.push(listing, full)
    now = await shop.listing(int(listing.remote_id))
    paused = await shop.push(now, nothing(listing))
    assert paused.paused_by_us
    assert seen(shop, listing)["state"] == "inactive"
    again = await shop.listing(int(listing.remote_id))
    back = await shop.push(again, full, paused_by_us=True)
    assert back.quantities == full
    assert seen(shop, listing)["state"] == "active"


async def test_s05_another_shops_listing_is_left_alone(shop: Shop) -> None:
    world = shop.sandbox.world
    other = next(
        each
        for each in world.listings.values()
        if each.shop_id != world.shop.shop_id and each.state == "active"
    )
    change = StockChange(
        listing_id=str(other.listing_id), variants=(VariantChange(key="", believed=1, wanted=2),)
    )
    with pytest.raises(RejectedError, match="another shop"):
        await tuisync_etsy.push_stock(shop.session, change)


@pytest.mark.parametrize("number", ["99999999", "abc", "../x"])
async def test_a_listing_that_is_gone_is_said_to_be_gone(shop: Shop, number: str) -> None:
    change = StockChange(listing_id=number, variants=(VariantChange(key="", believed=1, wanted=2),))
    with pytest.raises(RemoteNotFound):
        await tuisync_etsy.push_stock(shop.session, change)


async def test_a_listing_without_inventory_record_is_not_written_by_guess(shop: Shop) -> None:
    listing = await known(shop, simple)
    path = f"/listings/{listing.remote_id}/inventory"
    await shop.sandbox.control("faults", path=path, status=404, body={"error": "none"})
    with pytest.raises(RejectedError, match="no inventory") as caught:
        await shop.push(listing, {"": 3})
    assert not isinstance(caught.value, RemoteNotFound)


@pytest.mark.parametrize("drop", ["before", "after"])
async def test_a_lost_answer_of_a_write_is_unknown_and_a_repeat_is_safe(
    shop: Shop, drop: str
) -> None:
    listing = await known(shop, simple)
    await shop.sandbox.control("faults", method="PUT", path="/inventory", drop=drop)
    with pytest.raises(OutcomeUnknown):
        await shop.push(listing, {"": 77})
    there = seen(shop, listing)["products"][0]["quantity"]
    assert there == (77 if drop == "after" else listing.variants[0].quantity)
    now = await shop.listing(int(listing.remote_id))
    assert (await shop.push(now, {"": 77})).quantities == {"": 77}


async def test_quirk_15_a_500_leaves_a_write_open_and_a_read_transient(shop: Shop) -> None:
    listing = await known(shop, simple)
    await shop.sandbox.control("faults", method="PUT", path="/inventory", status=500)
    with pytest.raises(OutcomeUnknown):
        await shop.push(listing, {"": 3})
    await shop.sandbox.control("faults", method="GET", path="/inventory", status=500)
    with pytest.raises(TransientError):
        await shop.push(listing, {"": 3})


async def test_a_refused_write_says_what_the_seller_must_change(shop: Shop) -> None:
    listing = await known(shop, simple)
    body = {"error": "image id 5 is invalid"}
    await shop.sandbox.control("faults", method="PUT", path="/inventory", status=400, body=body)
    with pytest.raises(RejectedError, match="image id 5") as caught:
        await shop.push(listing, {"": 3})
    assert "replace the image" in caught.value.hint


async def test_quirk_21_a_refusal_as_an_array_is_read(shop: Shop) -> None:
    listing = await known(shop, simple)
    await shop.sandbox.control("faults", method="PUT", path="/inventory", array_error=True)
    with pytest.raises(RejectedError, match="products: is invalid"):
        await shop.push(listing, {"": 3})


async def test_an_answer_with_other_numbers_than_sent_is_unknown(shop: Shop) -> None:
    listing = await known(shop, simple)
    there = await shop.inventory(listing)
    await shop.sandbox.control("faults", method="PUT", path="/inventory", status=200, body=there)
    with pytest.raises(OutcomeUnknown, match="other numbers"):
        await shop.push(listing, {"": 3})


@pytest.mark.parametrize("body", [{"products": "?"}, None, {}])
async def test_a_write_whose_answer_makes_no_sense_is_unknown(shop: Shop, body: Any) -> None:
    listing = await known(shop, simple)
    await shop.sandbox.control("faults", method="PUT", path="/inventory", status=200, body=body)
    with pytest.raises(OutcomeUnknown):
        await shop.push(listing, {"": 3})


async def test_a_pause_that_etsy_did_not_make_is_not_taken_for_one(shop: Shop) -> None:
    listing = await known(shop, simple)
    body = {"listing_id": int(listing.remote_id), "state": "active"}
    await shop.sandbox.control("faults", method="PATCH", path="/listings", status=200, body=body)
    with pytest.raises(TransientError):
        await shop.push(listing, {"": 0})


async def test_quirk_3_a_pause_that_reads_back_as_edit_is_one(shop: Shop) -> None:
    listing = await known(shop, simple)
    body = {"listing_id": int(listing.remote_id), "state": "edit"}
    await shop.sandbox.control("faults", method="PATCH", path="/listings", status=200, body=body)
    assert (await shop.push(listing, {"": 0})).paused_by_us


async def test_e11_a_token_that_expires_under_way_is_renewed(shop: Shop) -> None:
    listing = await known(shop, simple)
    await shop.sandbox.control("clock", advance=3700)
    assert (await shop.push(listing, {"": 3})).quantities == {"": 3}
    assert shop.session.credentials.refreshes == 1


async def test_s41_a_revoked_access_needs_a_sign_in(shop: Shop) -> None:
    listing = await known(shop, simple)
    await shop.sandbox.control("revoke")
    with pytest.raises(AuthorizationRequired):
        await shop.push(listing, {"": 3})


async def test_e12_a_used_up_budget_says_when_to_come_back(shop: Shop) -> None:
    listing = await known(shop, simple)
    await shop.sandbox.control("limits", per_day=1)
    with pytest.raises(RateLimited) as caught:
        await shop.push(listing, {"": 3})
    assert caught.value.retry_after >= 1
