"""Listings, their products, and the pools of units that products share."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

ListingState = Literal["active", "inactive", "draft", "sold_out", "expired"]
ListingType = Literal["physical", "download"]

STATES: tuple[ListingState, ...] = ("active", "inactive", "sold_out", "draft", "expired")
MAX_QUANTITY = 999
"""Highest quantity an offering may have."""

FOUR_MONTHS = 120 * 86_400
"""How long a listing fee lasts, in seconds."""


@dataclass(frozen=True, slots=True)
class PropertyValue:
    """One option of a product, such as Size: Small."""

    property_id: int
    property_name: str
    value_ids: tuple[int, ...]
    values: tuple[str, ...]
    scale_id: int | None = None
    scale_name: str | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """One combination of options with its single offering.

    Attributes:
        price: In the shop's smallest unit.
    """

    product_id: int
    offering_id: int
    sku: str
    price: int
    quantity: int
    is_enabled: bool
    readiness_state_id: int | None
    properties: tuple[PropertyValue, ...] = ()


@dataclass(frozen=True, slots=True)
class OnProperty:
    """Which axes each field may differ along; an empty one is shared by all products."""

    price: tuple[int, ...] = ()
    quantity: tuple[int, ...] = ()
    sku: tuple[int, ...] = ()
    readiness: tuple[int, ...] = ()


@dataclass(slots=True)
class Listing:
    """Something the shop shows.

    Attributes:
        products: At least one; a simple listing has one without properties.
        retired: The products the last inventory write replaced.
        renewals: Listing fees that the seller paid through the API.
        variation_images: The picture of an option, by property and the option's text.
        currency: What its prices are in, where that is not the shop's currency.
    """

    listing_id: int
    shop_id: int
    title: str
    description: str
    state: ListingState
    products: tuple[Product, ...]
    on_property: OnProperty
    created_at: int
    updated_at: int
    state_at: int
    ending_at: int
    type: ListingType = "physical"
    tags: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    taxonomy_id: int | None = None
    image_ids: tuple[int, ...] = ()
    views: int = 0
    favorers: int = 0
    auto_renew: bool = False
    personalizable: bool = False
    renewals: int = 0
    retired: tuple[Product, ...] = field(default=())
    variation_images: dict[tuple[int, str], int] = field(default_factory=dict)
    currency: str | None = None

    @property
    def has_variations(self) -> bool:
        """Whether its products have options."""
        return bool(self.products[0].properties)

    @property
    def price(self) -> int:
        """The lowest price, as Etsy shows it."""
        return min(product.price for product in self.products)

    @property
    def quantity(self) -> int:
        """Units for sale: each pool once, if any product of it is enabled."""
        return sum(
            self.products[indexes[0]].quantity
            for indexes in pools(self)
            if any(self.products[index].is_enabled for index in indexes)
        )


def pool_key(product: Product, axes: tuple[int, ...]) -> tuple[tuple[str, ...], ...]:
    """Return what products must have in common to share a field kept along these axes."""
    return tuple(value.values for value in product.properties if value.property_id in axes)


def pools(listing: Listing) -> list[list[int]]:
    """Return the indexes of products that draw on the same units, group by group."""
    groups: dict[tuple[tuple[str, ...], ...], list[int]] = {}
    for index, product in enumerate(listing.products):
        groups.setdefault(pool_key(product, listing.on_property.quantity), []).append(index)
    return list(groups.values())


def set_pool(listing: Listing, index: int, quantity: int) -> None:
    """Give the pool of one product a new number of units."""
    shared = next(indexes for indexes in pools(listing) if index in indexes)
    listing.products = tuple(
        replace(product, quantity=quantity) if position in shared else product
        for position, product in enumerate(listing.products)
    )


def set_state(listing: Listing, state: ListingState, now: int) -> None:
    """Move a listing to a state, noting when."""
    listing.state = state
    listing.state_at = now
    listing.updated_at = now
