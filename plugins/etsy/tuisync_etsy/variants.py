"""The products of a listing, grouped into what has a quantity of its own. Pure.

Etsy gives every combination of options a product with a quantity, and says in
`quantity_on_property` which axes tell the quantities apart. Products that agree on those axes
share one number; with no such axis the whole listing shares one.

Product and offering ids change with every write (etsy/open-api #523), so a variant is known by
its options.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from urllib.parse import quote

import msgspec

from tuisync import ListingVariant
from tuisync_etsy import wire
from tuisync_etsy.values import money, text


class Group(NamedTuple):
    """Products that share one number.

    Attributes:
        key: The variant's key; empty for a listing that counts as a whole.
        members: Where its products stand among the listing's live products.
        quantity: The number they share.
        enabled: Any of them is shown to buyers.
    """

    key: str
    members: tuple[int, ...]
    quantity: int
    enabled: bool


def live_products(inventory: wire.Inventory) -> list[wire.Product]:
    """Return the products that still exist."""
    return [each for each in inventory.products or () if not each.is_deleted]


def offering_of(product: wire.Product) -> wire.Offering | None:
    """Return the offering that counts; Etsy has shown one per product so far."""
    return next((each for each in product.offerings or () if not each.is_deleted), None)


def groups(inventory: wire.Inventory) -> list[Group]:
    """Return the listing's variants in the order of their first products."""
    products = live_products(inventory)
    axes = quantity_axes(inventory)
    members: dict[str, list[int]] = {}
    for index, product in enumerate(products):
        members.setdefault(variant_key(product.property_values or (), axes), []).append(index)
    return [_group(key, indices, products) for key, indices in members.items()]


def quantity_axes(inventory: wire.Inventory) -> frozenset[int]:
    """Return the properties that tell quantities apart and that the products really have.

    Listings without variations were seen with a property listed (etsy/open-api #134).
    """
    named = frozenset(inventory.quantity_on_property or ())
    return named & {
        value.property_id
        for product in live_products(inventory)
        for value in product.property_values or ()
    }


def variant_key(values: Iterable[wire.PropertyValue], axes: frozenset[int] | None = None) -> str:
    """Return the stable key of some options: `513=S,514=Red`, percent-encoded, ids ascending.

    Args:
        values: The options chosen.
        axes: Count these properties only; None counts all.
    """
    chosen = sorted(
        (value.property_id, value.values or ())
        for value in values
        if axes is None or value.property_id in axes
    )
    return ",".join(f"{id_}={'+'.join(map(_encoded, words))}" for id_, words in chosen)


def fingerprint(inventory: wire.Inventory) -> str:
    """Return a text that changes when the variations do.

    It covers properties, scales, values, and which axes tell quantities apart: all that
    decides which number belongs to which variant. Value ids are left out, because Etsy
    replaces them on writing; so are prices and SKUs, which do not touch the numbers.
    """
    shape = sorted(
        [
            sorted(
                [value.property_id, value.scale_id or 0, *map(_encoded, value.values or ())]
                for value in product.property_values or ()
            )
            for product in live_products(inventory)
        ],
        key=msgspec.json.encode,
    )
    facts = msgspec.json.encode([shape, sorted(quantity_axes(inventory))])
    return hashlib.sha256(facts).hexdigest()[:32]


def axis_count(inventory: wire.Inventory) -> int:
    """Return how many variation axes the listing has, 0 to 3."""
    return max((len(each.property_values or ()) for each in live_products(inventory)), default=0)


def listing_variants(inventory: wire.Inventory) -> tuple[ListingVariant, ...]:
    """Return the listing's variants as the core knows them."""
    products = live_products(inventory)
    axes = quantity_axes(inventory)
    return tuple(
        _variant(group, [products[index] for index in group.members], axes)
        for group in groups(inventory)
    )


def _group(key: str, indices: Sequence[int], products: Sequence[wire.Product]) -> Group:
    offerings = [offering_of(products[index]) for index in indices]
    enabled = [each for each in offerings if each is not None and each.is_enabled is not False]
    counting = enabled or [each for each in offerings if each is not None]
    quantity = min((max(each.quantity or 0, 0) for each in counting), default=0)
    return Group(key, tuple(indices), quantity, bool(enabled))


def _variant(
    group: Group, products: Sequence[wire.Product], axes: frozenset[int]
) -> ListingVariant:
    skus = {text(each.sku) for each in products}
    offering = offering_of(products[0])
    return ListingVariant(
        key=group.key,
        quantity=group.quantity,
        sku=skus.pop() if len(skus) == 1 else None,
        options=_options(products[0], axes),
        price=money(offering.price) if offering else None,
    )


def _options(product: wire.Product, axes: frozenset[int]) -> dict[str, str]:
    """Return property names and values in words; a name used twice gets its property's id."""
    options: dict[str, str] = {}
    for value in product.property_values or ():
        if value.property_id in axes:
            name = text(value.property_name) or str(value.property_id)
            if name in options:
                name = f"{name} {value.property_id}"
            options[name] = " / ".join(filter(None, map(text, value.values or ())))
    return options


def _encoded(word: str) -> str:
    return quote(text(word) or "", safe="")
