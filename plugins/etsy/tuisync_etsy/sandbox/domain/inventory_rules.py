"""What an inventory must satisfy as a whole before it replaces another."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product as combinations
from math import prod
from typing import Any

from tuisync_etsy.sandbox.domain.errors import bad_request
from tuisync_etsy.sandbox.domain.inventory_input import Draft, InventoryDraft
from tuisync_etsy.sandbox.domain.listings import MAX_QUANTITY, Listing
from tuisync_etsy.sandbox.domain.shop import Shop

CUSTOM_PROPERTIES = frozenset({513, 514})
"""The two properties a seller names freely."""

MAX_AXES = 3
_MAX_PRODUCTS = 400
_MAX_PRODUCTS_THREE_AXES = 2_500
_MAX_VALUES = 70
_LOWEST_PRICE = 0.20
_HIGHEST_PRICE = 50_000.0


def check(draft: InventoryDraft, listing: Listing, shop: Shop, *, axes_supported: int) -> None:
    """Check a whole inventory.

    Raises:
        Refused: 400, with the first rule it breaks.
    """
    axes = _check_axes(draft, listing, axes_supported)
    _check_matrix(draft.products, axes)
    for product in draft.products:
        _check_offering(product, listing, shop)
    if not any(product.quantity for product in draft.products):
        raise bad_request("One offering must have quantity greater than 0")
    _check_on_property(draft, axes)


def _check_axes(draft: InventoryDraft, listing: Listing, supported: int) -> tuple[int, ...]:
    axes = tuple(value.property_id for value in draft.products[0].properties)
    now = len(listing.products[0].properties)
    if max(now, len(axes)) == MAX_AXES and supported < MAX_AXES:
        raise bad_request("A listing with 3 variations needs max_variations_supported=3")
    if len(axes) > MAX_AXES:
        raise bad_request(f"A listing can have at most {MAX_AXES} variations")
    if len(set(axes)) != len(axes):
        raise bad_request("Each property can be used only once")
    if len(axes) == MAX_AXES and axes[-1] in CUSTOM_PROPERTIES:
        raise bad_request("The third variation cannot be a custom property")
    for product in draft.products:
        if tuple(value.property_id for value in product.properties) != axes:
            raise bad_request("All products must have the same properties in the same order")
    return axes


def _check_matrix(products: tuple[Draft, ...], axes: tuple[int, ...]) -> None:
    limit = _MAX_PRODUCTS_THREE_AXES if len(axes) == MAX_AXES else _MAX_PRODUCTS
    if len(products) > limit:
        raise bad_request(f"A listing can have at most {limit} products")
    rows = [tuple(value.values for value in product.properties) for product in products]
    if len(set(rows)) != len(rows):
        raise bad_request("Products must be unique combinations of property values")
    columns = [{row[place] for row in rows} for place in range(len(axes))]
    if any(len(column) > _MAX_VALUES for column in columns):
        raise bad_request(f"A property can have at most {_MAX_VALUES} values")
    complete = prod(len(column) for column in columns) == len(rows)
    if not complete or set(combinations(*columns)) != set(rows):
        raise bad_request("All combinations of property values must be supplied")


def _check_offering(product: Draft, listing: Listing, shop: Shop) -> None:
    if product.quantity < 0:
        raise bad_request("quantity: cannot be less than 0")
    if product.quantity > MAX_QUANTITY:
        raise bad_request(f"quantity: cannot be greater than {MAX_QUANTITY}")
    if product.price < _LOWEST_PRICE:
        raise bad_request(f"Price must be above min price {_LOWEST_PRICE:.2f} {shop.currency}")
    if product.price > _HIGHEST_PRICE:
        raise bad_request(f"Price must be below max price {_HIGHEST_PRICE:.2f} {shop.currency}")
    _check_readiness(product, listing, shop)


def _check_readiness(product: Draft, listing: Listing, shop: Shop) -> None:
    profile = product.readiness_state_id
    if listing.type == "download":
        if profile is not None:
            raise bad_request("A digital listing has no readiness_state_id.")
        return
    if profile is None:
        raise bad_request("A readiness_state_id is required for physical listings.")
    if profile not in {each.readiness_state_id for each in shop.profiles}:
        raise bad_request(f"Invalid readiness_state_id: {profile}")


def _check_on_property(draft: InventoryDraft, axes: tuple[int, ...]) -> None:
    on = draft.on_property
    fields: tuple[tuple[str, tuple[int, ...], Callable[[Draft], Any]], ...] = (
        ("price", on.price, lambda each: each.price),
        ("quantity", on.quantity, lambda each: each.quantity),
        ("sku", on.sku, lambda each: each.sku),
        ("readiness_state", on.readiness, lambda each: each.readiness_state_id),
    )
    for name, chosen, field in fields:
        _check_choice(name, chosen, axes)
        _check_consistent(name, chosen, field, draft.products)


def _check_choice(name: str, chosen: tuple[int, ...], axes: tuple[int, ...]) -> None:
    if list(chosen) != [axis for axis in axes if axis in chosen]:
        raise bad_request(
            f"{name}_on_property: property IDs must be in the same order as in products"
        )
    if len(axes) == MAX_AXES and len(chosen) == MAX_AXES - 1:
        raise bad_request(f"{name}_on_property: must name zero, one or all three variations")


def _check_consistent(
    name: str,
    chosen: tuple[int, ...],
    field: Callable[[Draft], Any],
    products: tuple[Draft, ...],
) -> None:
    seen: dict[tuple[tuple[str, ...], ...], Any] = {}
    for product in products:
        shared = tuple(v.values for v in product.properties if v.property_id in chosen)
        if seen.setdefault(shared, field(product)) != field(product):
            raise bad_request(f"{name} must be consistent across all products")
