"""Writing inventory and states: what Etsy refuses, and what a write leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from sandbox_kit import V3, Sandbox, writable
from tuisync_etsy.sandbox.domain.listings import Listing

if TYPE_CHECKING:
    import httpx

Body = dict[str, Any]


def simple(listing: Listing) -> bool:
    return listing.state == "active" and listing.type == "physical" and not listing.has_variations


def with_axes(count: int, *, apart: bool = True) -> Callable[[Listing], bool]:
    return lambda each: (
        each.state == "active"
        and len(each.products[0].properties) == count
        and bool(each.on_property.quantity) == apart
        and len({product.sku for product in each.products}) == len(each.products)
    )


def path_of(listing: Listing) -> str:
    return f"{V3}/listings/{listing.listing_id}/inventory"


async def read(sandbox: Sandbox, listing: Listing) -> Body:
    return dict(await sandbox.get(f"/listings/{listing.listing_id}/inventory"))


async def put(sandbox: Sandbox, listing: Listing, body: Any, **query: str) -> httpx.Response:
    return await sandbox.client.put(path_of(listing), json=body, params=query)


async def refused(sandbox: Sandbox, listing: Listing, body: Any, **query: str) -> str:
    """Return the error of a write, which must leave everything as it was."""
    before = await read(sandbox, listing)
    answer = await put(sandbox, listing, body, **query)
    assert answer.status_code == 400, answer.text
    assert await read(sandbox, listing) == before
    return str(answer.json()["error"])


def ids(inventory: Body) -> set[int]:
    return {p["product_id"] for p in inventory["products"]} | {
        o["offering_id"] for p in inventory["products"] for o in p["offerings"]
    }


@pytest.mark.parametrize("axes", [0, 1, 2])
async def test_e20_put_gives_new_product_ids_and_keeps_all_else(
    signed_in: Sandbox, axes: int
) -> None:
    listing = signed_in.listing(simple if axes == 0 else with_axes(axes))
    before = await read(signed_in, listing)
    answer = await put(signed_in, listing, writable(before))
    after = await read(signed_in, listing)
    assert answer.status_code == 200
    assert ids(before).isdisjoint(ids(after))
    assert len(ids(after)) == 2 * len(after["products"])
    assert writable(after) == writable(before)
    assert {key: after[key] for key in answer.json()} == answer.json()
    retired = await signed_in.get(f"/listings/{listing.listing_id}/inventory", show_deleted="true")
    assert ids(retired) == ids(before) | ids(after)


async def test_e1_put_replaces_the_whole_list(signed_in: Sandbox) -> None:
    listing = signed_in.listing(with_axes(1))
    body = writable(await read(signed_in, listing))
    kept = body["products"][:1]
    kept[0]["offerings"][0]["quantity"] = 4
    answer = await put(signed_in, listing, {**body, "products": kept})
    assert answer.status_code == 200
    assert len((await read(signed_in, listing))["products"]) == 1


async def test_quantities_change_and_the_listing_is_newer(signed_in: Sandbox) -> None:
    listing = signed_in.listing(with_axes(2))
    body = writable(await read(signed_in, listing))
    for number, product in enumerate(body["products"]):
        product["offerings"][0]["quantity"] = number
    await signed_in.control("clock", advance=60)
    assert (await put(signed_in, listing, body)).status_code == 200
    assert [product.quantity for product in listing.products] == list(range(len(body["products"])))
    assert listing.updated_at == signed_in.world.clock.now()


async def test_e2_all_zero_is_refused_and_some_zero_is_not(signed_in: Sandbox) -> None:
    listing = signed_in.listing(with_axes(1))
    body = writable(await read(signed_in, listing))
    for product in body["products"]:
        product["offerings"][0]["quantity"] = 0
    error = await refused(signed_in, listing, body)
    assert error == "One offering must have quantity greater than 0"
    body["products"][0]["offerings"][0]["quantity"] = 1
    assert (await put(signed_in, listing, body)).status_code == 200


@pytest.mark.parametrize(("quantity", "status"), [(999, 200), (1000, 400), (-1, 400)])
async def test_e6_a_quantity_is_0_to_999(signed_in: Sandbox, quantity: int, status: int) -> None:
    listing = signed_in.listing(simple)
    body = writable(await read(signed_in, listing))
    body["products"][0]["offerings"][0]["quantity"] = quantity
    assert (await put(signed_in, listing, body)).status_code == status


async def test_e5_a_shared_quantity_must_be_the_same_everywhere(signed_in: Sandbox) -> None:
    listing = signed_in.listing(lambda each: each.has_variations and not each.on_property.quantity)
    body = writable(await read(signed_in, listing))
    body["products"][0]["offerings"][0]["quantity"] += 1
    error = await refused(signed_in, listing, body)
    assert error == "quantity must be consistent across all products"


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("price", lambda product: product["offerings"][0].update(price=77.7)),
        ("sku", lambda product: product.update(sku="OTHER")),
    ],
)
async def test_prices_and_skus_differ_only_along_their_properties(
    signed_in: Sandbox, field: str, change: Callable[[Body], None]
) -> None:
    listing = signed_in.listing(with_axes(2))
    body = {**writable(await read(signed_in, listing)), f"{field}_on_property": []}
    for product in body["products"]:
        product["sku"] = "SAME"
        product["offerings"][0]["price"] = 20.0
    body["price_on_property"] = []
    body["sku_on_property"] = []
    change(body["products"][0])
    error = await refused(signed_in, listing, body)
    assert error == f"{field} must be consistent across all products"


Change = Callable[[Body], object]


def first(body: Body) -> Body:
    product: Body = body["products"][0]
    return product


def offering(body: Body) -> Body:
    found: Body = first(body)["offerings"][0]
    return found


def value(body: Body) -> Body:
    found: Body = first(body)["property_values"][0]
    return found


WRONG: list[tuple[str, Change, str]] = [
    ("no products", lambda b: b.pop("products"), "Missing input parameter: [products]"),
    ("products empty", lambda b: b.update(products=[]), "Missing input parameter: [products]"),
    ("products an object", lambda b: b.update(products={}), "'products' (got array)"),
    ("no values", lambda b: first(b).pop("property_values"), "Property values can't be empty"),
    ("offerings an object", lambda b: first(b).update(offerings=offering(b)), "'offerings'"),
    ("no offering", lambda b: first(b).update(offerings=[]), "exactly one offering"),
    ("no price", lambda b: offering(b).pop("price"), "'price' (got NULL)."),
    (
        "price as read",
        lambda b: offering(b).update(price={"amount": 1, "divisor": 100}),
        "Expected float value for 'price' (got array).",
    ),
    ("price as text", lambda b: offering(b).update(price="9.50"), "'price' (got string)."),
    ("price too low", lambda b: offering(b).update(price=0.19), "min price"),
    ("price too high", lambda b: offering(b).update(price=50_001), "max price"),
    ("quantity a fraction", lambda b: offering(b).update(quantity=1.5), "(got double)"),
    ("quantity true", lambda b: offering(b).update(quantity=True), "(got boolean)"),
    ("no is_enabled", lambda b: offering(b).pop("is_enabled"), "'is_enabled' (got NULL)"),
    (
        "no readiness state",
        lambda b: offering(b).pop("readiness_state_id"),
        "A readiness_state_id is required for physical listings.",
    ),
    (
        "null readiness state",
        lambda b: offering(b).update(readiness_state_id=None),
        "A readiness_state_id is required for physical listings.",
    ),
    (
        "foreign readiness state",
        lambda b: offering(b).update(readiness_state_id=12),
        "Invalid readiness_state_id: 12",
    ),
    ("sku a number", lambda b: first(b).update(sku=7), "'sku' (got integer)"),
    ("sku too long", lambda b: first(b).update(sku="X" * 33), "at most 32"),
    ("product id kept", lambda b: first(b).update(product_id=1), "product_id"),
    ("is_deleted kept", lambda b: offering(b).update(is_deleted=False), "is_deleted"),
    ("scale name kept", lambda b: value(b).update(scale_name=None), "scale_name"),
    ("listing kept", lambda b: b.update(listing={}), "listing"),
    ("value id 0", lambda b: value(b).update(value_ids=[0]), "IDs must be >= 1, got 0"),
    ("value empty", lambda b: value(b).update(values=[]), "Property values can't be empty"),
    ("parentheses", lambda b: value(b).update(values=["S (small)"]), "is malformed"),
    ("no property id", lambda b: value(b).pop("property_id"), "'property_id' (got NULL)"),
    ("other property", lambda b: value(b).update(property_id=99), "same properties"),
    ("a hole", lambda b: b["products"].pop(), "All combinations of property values"),
    ("twice the same", lambda b: b["products"].append(first(b)), "unique combinations"),
    (
        "another axis",
        lambda b: b.update(quantity_on_property=[12]),
        "quantity_on_property: property IDs must be in the same order as in products",
    ),
    (
        "axes in another order",
        lambda b: b.update(quantity_on_property=b["quantity_on_property"][::-1]),
        "quantity_on_property: property IDs must be in the same order as in products",
    ),
    ("axes as text", lambda b: b.update(sku_on_property="513"), "'sku_on_property'"),
]


@pytest.mark.parametrize(("change", "text"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
async def test_a_wrong_body_is_refused_and_changes_nothing(
    signed_in: Sandbox, change: Change, text: str
) -> None:
    listing = signed_in.listing(with_axes(2))
    body = writable(await read(signed_in, listing))
    change(body)
    assert text in await refused(signed_in, listing, body)


@pytest.mark.parametrize("body", [None, [], "text", 3])
async def test_a_body_that_is_no_object_is_refused(signed_in: Sandbox, body: Any) -> None:
    error = await refused(signed_in, signed_in.listing(simple), body)
    assert error == "Missing input parameter: [products]"


async def test_json_under_another_content_type_means_nothing(signed_in: Sandbox) -> None:
    listing = signed_in.listing(simple)
    answer = await signed_in.client.put(
        path_of(listing),
        content=b'{"products": []}',
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert answer.json()["error"] == "Missing input parameter: [products]"


async def test_bytes_that_are_no_json_are_refused(signed_in: Sandbox) -> None:
    answer = await signed_in.client.put(
        path_of(signed_in.listing(simple)),
        content=b'{"products": [',
        headers={"content-type": "application/json"},
    )
    assert answer.status_code == 400


async def test_unknown_keys_pass_when_etsy_is_lenient(signed_in: Sandbox) -> None:
    await signed_in.control("quirks", strict_keys=False)
    listing = signed_in.listing(simple)
    body = writable(await read(signed_in, listing))
    first(body)["product_id"] = 1
    assert (await put(signed_in, listing, body)).status_code == 200


async def test_three_axes_need_the_parameter(signed_in: Sandbox) -> None:
    listing = signed_in.listing(with_axes(3))
    body = writable(await read(signed_in, listing))
    assert "max_variations_supported=3" in await refused(signed_in, listing, body)
    assert (await put(signed_in, listing, body, max_variations_supported="3")).status_code == 200


async def test_fewer_axes_with_the_parameter_delete_the_missing_one(signed_in: Sandbox) -> None:
    listing = signed_in.listing(with_axes(3))
    body = writable(await read(signed_in, listing))
    last = first(body)["property_values"][-1]
    kept = []
    for product in body["products"]:
        if product["property_values"][-1]["values"] == last["values"]:
            product["property_values"].pop()
            kept.append(product)
    kept[0]["offerings"][0]["quantity"] = 5
    axes = [each["property_id"] for each in kept[0]["property_values"]]
    less = {"products": kept, "price_on_property": axes[:1]}
    less |= {"quantity_on_property": axes, "sku_on_property": axes}
    assert "max_variations_supported=3" in await refused(signed_in, listing, less)
    answer = await put(signed_in, listing, less, max_variations_supported="3")
    assert answer.status_code == 200
    assert len(listing.products[0].properties) == 2


async def test_two_of_three_axes_are_refused(signed_in: Sandbox) -> None:
    listing = signed_in.listing(with_axes(3))
    body = writable(await read(signed_in, listing))
    body["quantity_on_property"].pop()
    error = await refused(signed_in, listing, body, max_variations_supported="3")
    assert "zero, one or all three" in error


async def test_a_custom_third_axis_is_refused(signed_in: Sandbox) -> None:
    listing = signed_in.listing(with_axes(3))
    body = writable(await read(signed_in, listing))
    for product in body["products"]:
        product["property_values"][-1]["property_id"] = 514
    error = await refused(signed_in, listing, body, max_variations_supported="3")
    assert "custom" in error


async def test_a_digital_listing_has_no_readiness_state(signed_in: Sandbox) -> None:
    listing = signed_in.listing(lambda each: each.type == "download")
    body = writable(await read(signed_in, listing))
    assert offering(body)["readiness_state_id"] is None
    assert (await put(signed_in, listing, body)).status_code == 200
    offering(body)["readiness_state_id"] = 5
    assert "digital" in await refused(signed_in, listing, body)


async def test_a_new_value_gets_an_id_of_the_shop_and_keeps_it(signed_in: Sandbox) -> None:
    listing = signed_in.listing(with_axes(1))
    body = writable(await read(signed_in, listing))
    value(body).update(values=["Tiny"], value_ids=[4])
    await put(signed_in, listing, body)
    given = value(await read(signed_in, listing))["value_ids"]
    await put(signed_in, listing, body)
    assert given != [4]
    assert value(await read(signed_in, listing))["value_ids"] == given


async def test_scales_survive_a_round_trip(signed_in: Sandbox) -> None:
    listing = signed_in.listing(with_axes(3))
    before = await read(signed_in, listing)
    await put(signed_in, listing, writable(before), max_variations_supported="3")
    after = await read(signed_in, listing)
    assert value(before)["scale_name"] == value(after)["scale_name"] == "Inches"


async def test_value_pairs_can_be_switched_on(signed_in: Sandbox) -> None:
    await signed_in.control("quirks", value_pairs=True)
    listing = signed_in.listing(with_axes(1))
    shown = value(await read(signed_in, listing))
    assert list(shown["value_pairs"].values()) == shown["values"]


async def test_an_unknown_listing_is_a_404(signed_in: Sandbox) -> None:
    answer = await signed_in.client.put(f"{V3}/listings/1/inventory", json={})
    assert answer.status_code == 404


async def patch(sandbox: Sandbox, listing: Listing, **fields: str) -> httpx.Response:
    return await sandbox.client.patch(
        f"{sandbox.shop_path}/listings/{listing.listing_id}", data=fields
    )


async def test_e2_a_listing_can_be_paused_and_taken_back_free_of_charge(
    signed_in: Sandbox,
) -> None:
    listing = signed_in.listing(simple)
    before = listing.products
    paused = await patch(signed_in, listing, state="inactive")
    assert paused.json()["state"] == "inactive"
    back = await signed_in.client.patch(
        f"{signed_in.shop_path}/listings/{listing.listing_id}", json={"state": "active"}
    )
    assert back.json()["state"] == "active"
    assert listing.products == before
    assert listing.renewals == 0


async def test_e3_a_sold_out_listing_comes_back_with_one_unit_for_a_fee(
    signed_in: Sandbox,
) -> None:
    listing = signed_in.listing(simple)
    await signed_in.control(
        "sell", listing_id=listing.listing_id, quantity=listing.products[0].quantity
    )
    assert listing.state == "sold_out"
    body = writable(await read(signed_in, listing))
    offering(body)["quantity"] = 8
    await put(signed_in, listing, body)
    assert listing.state == "sold_out"
    answer = await patch(signed_in, listing, state="active")
    assert answer.json()["state"] == "active"
    assert answer.json()["quantity"] == 1
    assert listing.renewals == 1


async def test_a_listing_without_units_cannot_be_paused(signed_in: Sandbox) -> None:
    listing = signed_in.listing(simple)
    await signed_in.control("edit", listing_id=listing.listing_id, quantity=0)
    answer = await patch(signed_in, listing, state="inactive")
    assert answer.status_code == 400
    assert answer.json()["error"] == "There was a problem with /quantity : cannot be empty"


async def test_a_listing_above_999_units_cannot_be_changed(signed_in: Sandbox) -> None:
    listing = signed_in.listing(with_axes(1))
    body = writable(await read(signed_in, listing))
    for product in body["products"]:
        product["offerings"][0]["quantity"] = 600
    assert (await put(signed_in, listing, body)).status_code == 200
    answer = await patch(signed_in, listing, state="inactive")
    assert answer.status_code == 400
    assert "cannot be greater than 999" in answer.json()["error"]


@pytest.mark.parametrize("state", ["draft", "sold_out", "removed", ""])
async def test_other_states_cannot_be_set(signed_in: Sandbox, state: str) -> None:
    answer = await patch(signed_in, signed_in.listing(simple), state=state)
    assert answer.status_code == 400


async def test_a_draft_without_a_picture_cannot_be_published(signed_in: Sandbox) -> None:
    draft = signed_in.listing(lambda each: each.state == "draft")
    assert (await patch(signed_in, draft, state="active")).status_code == 400
    assert (await patch(signed_in, draft, state="inactive")).status_code == 409


async def test_price_and_quantity_are_ignored_and_the_rest_is_not_offered(
    signed_in: Sandbox,
) -> None:
    listing = signed_in.listing(simple)
    before = listing.products
    assert (await patch(signed_in, listing, quantity="50", price="1")).status_code == 200
    assert listing.products == before
    assert (await patch(signed_in, listing, title="New")).status_code == 400
