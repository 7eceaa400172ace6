"""A stock push leaves everything but the numbers as it was, or says what Etsy did."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from etsy_shop import Shop, open_shop
from random_listings import Maker
from sandbox_kit import Sandbox, make_sandbox
from tuisync import AuthorizationRequired, OutcomeUnknown, RejectedError
from tuisync_etsy.sandbox.domain.listings import Listing
from tuisync_etsy.sandbox.web.control_view import listing_view

_MOVES = ("quantity", "state")


@pytest.fixture
async def shop(sandbox: Sandbox) -> Shop:
    return await open_shop(sandbox)


def untouched(listing: Listing) -> dict[str, Any]:
    """All a push must not touch, in order; value ids are given anew and quantities move."""
    view = listing_view(listing)
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
    return {**{name: view[name] for name in view if name not in _MOVES}, "products": products}


@pytest.mark.parametrize("unlinked", [False, True])
@pytest.mark.parametrize("seed", range(5))
async def test_p07_of_500_random_listings_only_quantities_differ_after_a_push(
    seed: int, *, unlinked: bool
) -> None:
    """50 listings a seed and variant: prices, SKUs, options, pictures and order stay."""
    rng = Random(seed * 2 + unlinked)  # noqa: S311 - a repeatable test, not a secret
    sandbox = make_sandbox(listings=0, orders=0)
    async with sandbox.client:
        shop = await open_shop(sandbox)
        await sandbox.control("quirks", images_unlinked=unlinked)
        maker = Maker(sandbox.world, rng)
        for _ in range(50):
            await _push_and_compare(shop, maker.listing(), rng)
        sizes = [len(each.products) for each in maker.made]
        assert min(sizes) == 1
        assert max(sizes) > 30


async def _push_and_compare(shop: Shop, there: Listing, rng: Random) -> None:
    before = untouched(there)
    listing = await shop.listing(there.listing_id)
    some = rng.sample(listing.variants, rng.randint(1, len(listing.variants)))
    wanted = {each.key: rng.choice([0, 0, 1, 5, 999, 1200]) for each in some}
    result = await shop.push(listing, wanted)
    assert untouched(there) == before
    assert there.state == result.state
    if result.paused_by_us:
        assert set(result.quantities.values()) == {0}
        return
    expected = {each.key: each.quantity for each in listing.variants}
    expected |= {key: min(number, 999) for key, number in wanted.items()}
    assert result.quantities == expected
    again = await shop.listing(there.listing_id)
    assert {each.key: each.quantity for each in again.variants} == expected


def pictured(each: Listing) -> bool:
    fits = each.state == "active" and bool(each.on_property.quantity)
    return fits and len(each.variation_images) > 1


async def push_one_more(shop: Shop, there: Listing) -> tuple[str, ...]:
    listing = await shop.listing(there.listing_id)
    first = listing.variants[0]
    return (await shop.push(listing, {first.key: first.quantity + 1})).notes


async def test_e20_quirk_7_pictures_that_etsy_drops_are_put_back_and_that_is_said(
    shop: Shop,
) -> None:
    await shop.sandbox.control("quirks", images_unlinked=True)
    there = shop.sandbox.listing(pictured)
    before = dict(there.variation_images)
    (note,) = await push_one_more(shop, there)
    assert there.variation_images == before
    assert "They are back" in note
    assert all(option in note for _, option in before)


async def test_e20_pictures_that_stay_are_left_alone_and_nothing_is_said(shop: Shop) -> None:
    there = shop.sandbox.listing(pictured)
    shop.forget_calls()
    assert await push_one_more(shop, there) == ()
    assert shop.calls("POST", "variation-images") == []


@pytest.mark.parametrize(
    "fault", [{"status": 400, "body": {"error": "Invalid image_id"}}, {"status": 500}, {"cut": 5}]
)
async def test_e20_pictures_that_cannot_be_put_back_are_told_and_the_push_stands(
    shop: Shop, fault: dict[str, Any]
) -> None:
    await shop.sandbox.control("quirks", images_unlinked=True)
    await shop.sandbox.control("faults", method="POST", path="variation-images", **fault)
    (note,) = await push_one_more(shop, shop.sandbox.listing(pictured))
    assert "choose them again on Etsy" in note


async def test_e20_pictures_that_cannot_be_looked_at_again_are_told(shop: Shop) -> None:
    there = shop.sandbox.listing(pictured)
    await shop.sandbox.control("faults", path="variation-images", status=500, skip=1)
    (note,) = await push_one_more(shop, there)
    assert "could not be checked" in note


async def test_pictures_nobody_lets_us_see_do_not_stop_a_push(shop: Shop) -> None:
    body = {"error": "Resource not found"}
    for status in (403, 404):
        await shop.sandbox.control("faults", path="variation-images", status=status, body=body)
        assert await push_one_more(shop, shop.sandbox.listing(pictured)) == ()


async def test_an_access_that_ends_while_pictures_are_put_back_is_not_swallowed(
    shop: Shop,
) -> None:
    body = {"error": "invalid_token"}
    there = shop.sandbox.listing(pictured)
    await shop.sandbox.control("faults", path="variation-images", status=401, body=body, skip=1)
    await shop.sandbox.control("faults", path="variation-images", status=401, body=body)
    with pytest.raises(AuthorizationRequired):
        await push_one_more(shop, there)


def varied(each: Listing) -> bool:
    return each.state == "active" and bool(each.on_property.quantity) and each.has_variations


async def test_e07_prices_in_another_currency_are_not_rewritten(shop: Shop) -> None:
    there = shop.sandbox.listing(varied)
    await shop.sandbox.control("edit", listing_id=there.listing_id, currency="EUR")
    before = untouched(there)
    with pytest.raises(RejectedError, match="in EUR and the shop sells in USD") as caught:
        await push_one_more(shop, there)
    assert caught.value.error_code == "foreign_prices"
    assert "give it prices in USD" in caught.value.hint
    assert untouched(there) == before
    assert shop.calls("PUT") == []


async def test_e07_a_price_that_a_write_moved_is_told(shop: Shop) -> None:
    await shop.sandbox.control("quirks", put_moves_prices=True)
    (note,) = await push_one_more(shop, shop.sandbox.listing(varied))
    assert "more than the numbers" in note
    assert "prices" in note


async def test_quirk_8_skus_that_a_write_lost_are_told(shop: Shop) -> None:
    there = shop.sandbox.listing(lambda each: varied(each) and bool(each.products[0].sku))
    await shop.sandbox.control("faults", method="PUT", path="/inventory", blank_skus=True)
    (note,) = await push_one_more(shop, there)
    assert "SKUs" in note


@pytest.mark.usefixtures("off_the_description")
@pytest.mark.parametrize("strict", [True, False])
async def test_a_field_nobody_knows_yet_does_not_stop_the_pushes(
    shop: Shop, *, strict: bool
) -> None:
    """How strict Etsy is about fields it does not take is uncertain (etsy/open-api #159)."""
    await shop.sandbox.control("quirks", new_field=True, value_pairs=True, strict_keys=strict)
    there = shop.sandbox.listing(varied)
    before = untouched(there)
    assert await push_one_more(shop, there) == ()
    assert untouched(there) == before
    assert len(shop.calls("PUT")) == (2 if strict else 1)


async def test_a_legacy_axis_of_a_simple_listing_is_not_sent_back(shop: Shop) -> None:
    await shop.sandbox.control("quirks", legacy_axes=True)
    there = shop.sandbox.listing(lambda each: each.state == "active" and not each.has_variations)
    assert await push_one_more(shop, there) == ()


async def test_quirk_6_a_renewal_that_answers_500_is_paid_once(shop: Shop) -> None:
    there = shop.sandbox.listing(
        lambda each: each.state == "active" and not each.has_variations and each.quantity < 20
    )
    await shop.sandbox.control("sell", listing_id=there.listing_id, quantity=there.quantity)
    assert there.state == "sold_out"
    path = f"/listings/{there.listing_id}"
    await shop.sandbox.control("faults", method="PATCH", path=path, drop="after")
    listing = await shop.listing(there.listing_id)
    with pytest.raises(OutcomeUnknown):
        await shop.push(listing, {"": 4}, renew_sold_out=True)
    now = await shop.listing(there.listing_id)
    assert (await shop.push(now, {"": 4}, renew_sold_out=True)).quantities == {"": 4}
    assert there.renewals == 1


@pytest.mark.usefixtures("off_the_description")
async def test_quirk_3_a_listing_of_ours_that_reads_as_edit_comes_back(shop: Shop) -> None:
    await shop.sandbox.control("quirks", inactive_reads_as_edit=True)
    there = shop.sandbox.listing(lambda each: each.state == "active" and not each.has_variations)
    listing = await shop.listing(there.listing_id)
    assert (await shop.push(listing, {"": 0})).paused_by_us
    now = await shop.listing(there.listing_id)
    assert (await shop.push(now, {"": 6}, paused_by_us=True)).state == "active"
    assert (there.state, there.quantity, there.renewals) == ("active", 6, 0)
