"""The body that replaces a listing's inventory: everything as it was, but quantities. Pure.

Etsy takes the whole inventory or none of it: what is left out is gone (etsy/open-api #159,
#337). So the body is made from the very JSON that was read. What Etsy adds for reading only is
taken out, prices become plain numbers, and whatever else is there, known to us or not, stays;
unless Etsy itself says that it takes no such field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import Any

import msgspec

from tuisync_etsy import wire
from tuisync_etsy.values import amount
from tuisync_etsy.variants import Group

_READ_ONLY_PRODUCT = frozenset({"product_id", "is_deleted"})
_READ_ONLY_OFFERING = frozenset({"offering_id", "is_deleted"})
_READ_ONLY_VALUE = frozenset({"scale_name", "value_pairs"})
_READ_ONLY = frozenset({"listing"})

_WRITTEN = frozenset(
    {
        "products",
        "price_on_property",
        "quantity_on_property",
        "sku_on_property",
        "readiness_state_on_property",
    }
)
_WRITTEN_PRODUCT = frozenset({"sku", "property_values", "offerings"})
_WRITTEN_OFFERING = frozenset({"price", "quantity", "is_enabled", "readiness_state_id"})
_WRITTEN_VALUE = frozenset({"property_id", "property_name", "value_ids", "values", "scale_id"})

_READER = msgspec.json.Decoder(float_hook=Decimal)
_WRITER = msgspec.json.Encoder(decimal_format="number")

Json = dict[str, Any]


def replacement(
    inventory: bytes | msgspec.Raw,
    groups: list[Group],
    quantities: Mapping[str, int],
    *,
    without: AbstractSet[str] = frozenset(),
) -> bytes:
    """Return the body of the PUT that sets these quantities and nothing else.

    Args:
        inventory: The JSON just read.
        groups: Its variants, as `variants.groups` finds them in it.
        quantities: The number per variant key; variants not named keep theirs.
        without: Fields, unknown to us, that Etsy has refused to take.
    """
    read: Json = _READER.decode(inventory)
    wanted = {
        index: quantities[group.key]
        for group in groups
        if group.key in quantities
        for index in group.members
    }
    live = [each for each in read.get("products") or [] if not each.get("is_deleted")]
    body = _meaningful({name: value for name, value in read.items() if name not in _READ_ONLY})
    body["products"] = [_product(each, wanted.get(index)) for index, each in enumerate(live)]
    return _WRITER.encode(_dropped(body, without) if without else body)


def refused_fields(inventory: bytes | msgspec.Raw, refusal: str) -> frozenset[str]:
    """Return which fields, unknown to us, a refusal names: they are for reading only.

    How strict Etsy is about fields it does not take is uncertain (etsy/open-api #159).
    """
    read: Json = _READER.decode(inventory)
    products = [each for each in read.get("products") or [] if isinstance(each, dict)]
    offerings = [each for product in products for each in product.get("offerings") or []]
    values = [each for product in products for each in product.get("property_values") or []]
    unknown = set(read) - _WRITTEN - _READ_ONLY
    for records, known in (
        (products, _WRITTEN_PRODUCT | _READ_ONLY_PRODUCT),
        (offerings, _WRITTEN_OFFERING | _READ_ONLY_OFFERING),
        (values, _WRITTEN_VALUE | _READ_ONLY_VALUE),
    ):
        unknown |= {name for each in records for name in each} - known
    named = set(re.findall(r"\w+", refusal))
    return frozenset(unknown & named)


def _meaningful(body: Json) -> Json:
    """Empty the `*_on_property` of a listing without options: some name one (#134)."""
    if any(each.get("property_values") for each in body.get("products") or []):
        return body
    return {
        name: [] if name.endswith("_on_property") and isinstance(value, list) else value
        for name, value in body.items()
    }


def _dropped(value: Any, names: AbstractSet[str]) -> Any:
    if isinstance(value, list):
        return [_dropped(each, names) for each in value]
    if isinstance(value, dict):
        return {name: _dropped(each, names) for name, each in value.items() if name not in names}
    return value


def _product(product: Json, quantity: int | None) -> Json:
    kept = {name: value for name, value in product.items() if name not in _READ_ONLY_PRODUCT}
    offerings = [each for each in product.get("offerings") or [] if not each.get("is_deleted")]
    kept["offerings"] = [
        _offering(each, quantity if index == 0 else None) for index, each in enumerate(offerings)
    ]
    kept["property_values"] = [_value(each) for each in product.get("property_values") or []]
    return kept


def _offering(offering: Json, quantity: int | None) -> Json:
    kept = {name: value for name, value in offering.items() if name not in _READ_ONLY_OFFERING}
    kept.setdefault("readiness_state_id", None)
    if isinstance(kept.get("price"), dict):
        kept["price"] = amount(msgspec.convert(kept["price"], wire.Money, strict=False))
    if quantity is not None:
        kept["quantity"] = quantity
    return kept


def _value(value: Json) -> Json:
    """Keep a property's value; ids below 1 are none, and Etsy refuses them (#283)."""
    kept = {name: each for name, each in value.items() if name not in _READ_ONLY_VALUE}
    kept["value_ids"] = [each for each in value.get("value_ids") or [] if each and each > 0]
    kept.setdefault("values", [])
    if kept.get("property_name") is None:
        kept.pop("property_name", None)
    return kept
