"""What a write changed besides the numbers. Pure.

A stock write replaces the whole inventory, so everything in it is compared before and after:
Etsy has rewritten prices by the way, and lost SKUs and pictures (etsy/open-api #362, #200).
Ids are left out, because every write gives new ones (#523), and so are the ids of values,
which Etsy replaces by its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from tuisync_etsy.values import amount
from tuisync_etsy.wire import Money

_READER = msgspec.json.Decoder(float_hook=Decimal)
_ON_PROPERTY = "_on_property"

Json = dict[str, Any]
Options = tuple[tuple[int, tuple[str, ...]], ...]


def changes(before: bytes | msgspec.Raw, after: bytes | msgspec.Raw) -> tuple[str, ...]:
    """Return what differs between two readings of an inventory besides quantities, in words."""
    old, new = _READER.decode(before), _READER.decode(after)
    then, now = _products(old), _products(new)
    if then.keys() != now.keys():
        return ("options",)
    found = [
        word
        for word, fact in _FACTS.items()
        if any(fact(then[key]) != fact(now[key]) for key in then)
    ]
    if list(then) != list(now):
        found.append("order of options")
    if _axes(old) != _axes(new):
        found.append("what varies by option")
    return tuple(found)


def currencies(inventory: bytes | msgspec.Raw) -> frozenset[str]:
    """Return the currencies of an inventory's prices."""
    prices = (_offering(each).get("price") for each in _live(_READER.decode(inventory)))
    codes = (price.get("currency_code") for price in prices if isinstance(price, dict))
    return frozenset(code.strip().upper() for code in codes if code)


def _products(inventory: Json) -> dict[Options, Json]:
    return {_options(each): each for each in _live(inventory)}


def _live(inventory: Json) -> list[Json]:
    return [each for each in inventory.get("products") or [] if not each.get("is_deleted")]


def _options(product: Json) -> Options:
    values = product.get("property_values") or []
    return tuple((each.get("property_id"), tuple(each.get("values") or ())) for each in values)


def _offering(product: Json) -> Json:
    offerings = product.get("offerings") or []
    return next((each for each in offerings if not each.get("is_deleted")), {})


def _price(product: Json) -> object:
    price = _offering(product).get("price")
    if not isinstance(price, dict):
        return price
    read = msgspec.convert(price, Money, strict=False)
    return amount(read), read.currency_code


def _shown(product: Json) -> object:
    return _offering(product).get("is_enabled") is not False


def _scales(product: Json) -> object:
    return [each.get("scale_id") for each in product.get("property_values") or []]


_FACTS: Mapping[str, Callable[[Json], object]] = {
    "prices": _price,
    "SKUs": lambda product: str(product.get("sku") or ""),
    "what buyers are shown": _shown,
    "processing profiles": lambda product: _offering(product).get("readiness_state_id"),
    "scales": _scales,
}


def _axes(inventory: Json) -> Json:
    """Return which options tell fields apart; without options these arrays mean nothing."""
    if not any(_options(each) for each in _live(inventory)):
        return {}
    return {
        name: sorted(value or ())
        for name, value in inventory.items()
        if name.endswith(_ON_PROPERTY)
    }
