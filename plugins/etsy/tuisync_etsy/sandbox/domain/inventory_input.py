"""Reading the body of an inventory write, strictly, with the error texts Etsy gives."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from tuisync_etsy.sandbox.domain.errors import bad_request
from tuisync_etsy.sandbox.domain.listings import OnProperty, PropertyValue

_BODY_KEYS = frozenset(
    {
        "products",
        "price_on_property",
        "quantity_on_property",
        "sku_on_property",
        "readiness_state_on_property",
    }
)
_PRODUCT_KEYS = frozenset({"sku", "property_values", "offerings"})
_OFFERING_KEYS = frozenset({"price", "quantity", "is_enabled", "readiness_state_id"})
_VALUE_KEYS = frozenset({"property_id", "property_name", "value_ids", "values", "scale_id"})
_MAX_SKU = 32

_PHP_NAMES = {bool: "boolean", int: "integer", float: "double", str: "string", type(None): "NULL"}
"""How Etsy's error texts name a type."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A product as a request describes it; `price` is in whole units of the currency."""

    sku: str
    price: float
    quantity: int
    is_enabled: bool
    readiness_state_id: int | None
    properties: tuple[PropertyValue, ...]


@dataclass(frozen=True, slots=True)
class InventoryDraft:
    """A whole inventory as a request describes it."""

    products: tuple[Draft, ...]
    on_property: OnProperty


def read_body(body: Any, *, strict: bool) -> InventoryDraft:
    """Return what a body says.

    Args:
        body: The parsed JSON, or None when the content type did not say JSON.
        strict: Refuse keys the description does not have.

    Raises:
        Refused: 400, with what is missing or of the wrong type.
    """
    if not isinstance(body, dict) or "products" not in body:
        raise bad_request("Missing input parameter: [products]")
    if strict:
        _no_others(body, _BODY_KEYS)
    products = _array(body["products"], "products")
    if not products:
        raise bad_request("Missing input parameter: [products]")
    return InventoryDraft(
        products=tuple(_read_product(each, strict=strict) for each in products),
        on_property=OnProperty(
            price=_read_ids(body, "price_on_property"),
            quantity=_read_ids(body, "quantity_on_property"),
            sku=_read_ids(body, "sku_on_property"),
            readiness=_read_ids(body, "readiness_state_on_property"),
        ),
    )


def _read_product(record: Any, *, strict: bool) -> Draft:
    record = _object(record, "products")
    if strict:
        _no_others(record, _PRODUCT_KEYS)
    if "property_values" not in record:
        raise bad_request("Property values can't be empty")
    offerings = _array(record.get("offerings"), "offerings")
    if len(offerings) != 1:
        raise bad_request("Each product must have exactly one offering")
    offering = _object(offerings[0], "offerings")
    if strict:
        _no_others(offering, _OFFERING_KEYS)
    if "readiness_state_id" not in offering:
        raise bad_request("A readiness_state_id is required for physical listings.")
    values = _array(record["property_values"], "property_values")
    return Draft(
        sku=_read_sku(record.get("sku")),
        price=_number(offering.get("price"), "price"),
        quantity=_integer(offering.get("quantity"), "quantity"),
        is_enabled=_boolean(offering.get("is_enabled"), "is_enabled"),
        readiness_state_id=_id_or_none(offering["readiness_state_id"], "readiness_state_id"),
        properties=tuple(_read_value(each, strict=strict) for each in values),
    )


def _read_value(record: Any, *, strict: bool) -> PropertyValue:
    record = _object(record, "property_values")
    if strict:
        _no_others(record, _VALUE_KEYS)
    texts = _array(record.get("values"), "values")
    if not texts:
        raise bad_request("Property values can't be empty")
    if any(not isinstance(text, str) or "(" in text or ")" in text for text in texts):
        raise bad_request("Array input for 'values' is malformed")
    for each in _array(record.get("value_ids"), "value_ids"):
        _id(each, "value_ids")
    return PropertyValue(
        property_id=_id(record.get("property_id"), "property_id"),
        property_name=str(record.get("property_name") or ""),
        value_ids=(),
        values=tuple(texts),
        scale_id=_id_or_none(record.get("scale_id"), "scale_id"),
    )


def _read_sku(sku: Any) -> str:
    if sku is None:
        return ""
    if not isinstance(sku, str):
        raise _expected("string", "sku", sku)
    if len(sku) > _MAX_SKU:
        raise bad_request(f"SKU must be at most {_MAX_SKU} characters: {sku}")
    return sku


def _read_ids(body: dict[str, Any], key: str) -> tuple[int, ...]:
    value = body.get(key)
    return () if value is None else tuple(_id(each, key) for each in _array(value, key))


def _no_others(record: dict[str, Any], known: AbstractSet[str]) -> None:
    unknown = sorted(set(record) - known)
    if unknown:
        raise bad_request(f"Unexpected input parameter: [{', '.join(unknown)}]")


def _object(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _expected("object", name, value)
    return value


def _array(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise _expected("array", name, value)
    return value


def _number(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _expected("float", name, value)
    return float(value)


def _integer(value: Any, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _expected("int", name, value)
    return value


def _boolean(value: Any, name: str) -> bool:
    if not isinstance(value, bool):
        raise _expected("bool", name, value)
    return value


def _id(value: Any, name: str) -> int:
    number = _integer(value, name)
    if number < 1:
        raise bad_request(f"IDs must be >= 1, got {number}")
    return number


def _id_or_none(value: Any, name: str) -> int | None:
    return None if value is None else _id(value, name)


def _expected(kind: str, name: str, value: Any) -> Exception:
    got = _PHP_NAMES.get(type(value), "array")
    return bad_request(f"Expected {kind} value for '{name}' (got {got}).")
