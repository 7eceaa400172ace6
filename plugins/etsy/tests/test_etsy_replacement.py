"""The body of a stock write: all that was read, with other quantities."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from etsy_payloads import inventory, money, product, sizes, value
from tuisync_etsy import wire
from tuisync_etsy.replacement import replacement
from tuisync_etsy.variants import groups

Json = dict[str, Any]
READ_ONLY = {"product_id", "is_deleted", "offering_id", "scale_name", "value_pairs", "listing"}


def body_for(document: Json, quantities: dict[str, int]) -> Json:
    raw = json.dumps(document).encode()
    found = groups(msgspec.json.decode(raw, type=wire.Inventory, strict=False))
    sent: Json = json.loads(replacement(raw, found, quantities), parse_float=Decimal)
    return sent


def without(document: Any, names: set[str]) -> Any:
    """The document as it is, less some names at any depth, with plain prices."""
    if isinstance(document, list):
        return [without(each, names) for each in document]
    if not isinstance(document, dict):
        return document
    if document.keys() == {"amount", "divisor", "currency_code"}:
        return Decimal(document["amount"]) / document["divisor"]
    return {name: without(each, names) for name, each in document.items() if name not in names}


def test_e01_quantities_change_and_nothing_else() -> None:
    document = sizes(1, 2, 3)
    sent = body_for(document, {"513=M": 9})
    assert [each["offerings"][0]["quantity"] for each in sent["products"]] == [1, 9, 3]
    assert without(sent, {"quantity"}) == without(document, READ_ONLY | {"quantity"})


def test_e01_what_etsy_adds_for_reading_is_taken_out() -> None:
    sent = json.dumps(body_for({**sizes(1, 2), "listing": {"listing_id": 7}}, {}), default=str)
    assert not any(f'"{name}"' in sent for name in READ_ONLY)


class Fractions(json.JSONDecoder):
    """Keeps numbers as they are written."""

    def __init__(self) -> None:
        super().__init__(parse_float=str)


def test_e07_a_price_is_written_exactly_with_all_its_digits() -> None:
    prices = {(1290, 100): "12.90", (10, 100): "0.10", (333, 1000): "0.333"}
    for (amount, divisor), written in prices.items():
        raw = json.dumps(inventory(product(1, price=money(amount, divisor)))).encode()
        found = groups(msgspec.json.decode(raw, type=wire.Inventory))
        sent = Fractions().decode(replacement(raw, found, {"": 2}).decode())
        assert sent["products"][0]["offerings"][0]["price"] == written


def test_a_currency_without_decimals_keeps_its_own_divisor() -> None:
    sent = body_for(inventory(product(1, price=money(1290, 1, "JPY"))), {"": 2})
    assert sent["products"][0]["offerings"][0]["price"] == 1290


def test_deleted_products_and_offerings_are_left_out() -> None:
    document = sizes(1, 2)
    document["products"][0]["is_deleted"] = True
    document["products"][1]["offerings"].append({"quantity": 7, "is_deleted": True})
    sent = body_for(document, {"513=M": 5})
    assert len(sent["products"]) == 1
    assert [each["quantity"] for each in sent["products"][0]["offerings"]] == [5]


def test_fields_nobody_knows_yet_are_sent_back() -> None:
    document = inventory(product(1, glow="yes"), shine_on_property=[])
    document["products"][0]["future"] = {"a": 1.10}
    sent = body_for(document, {"": 2})
    assert sent["shine_on_property"] == []
    assert sent["products"][0]["future"] == {"a": Decimal("1.10")}
    assert sent["products"][0]["offerings"][0]["glow"] == "yes"


def test_quirk_24_value_ids_that_are_none_are_not_sent() -> None:
    document = inventory(product(1, {**value(513, "S"), "value_ids": [0, 5]}), on=(513,))
    assert body_for(document, {})["products"][0]["property_values"][0]["value_ids"] == [5]


def test_quirk_25_scales_are_kept() -> None:
    document = inventory(product(1, value(513, "8", scale=19)), on=(513,))
    assert body_for(document, {})["products"][0]["property_values"][0]["scale_id"] == 19


def test_a_digital_listings_missing_processing_profile_is_sent_as_null() -> None:
    document = inventory(product(1))
    del document["products"][0]["offerings"][0]["readiness_state_id"]
    assert body_for(document, {})["products"][0]["offerings"][0]["readiness_state_id"] is None


def test_a_simple_listing_has_an_empty_list_of_property_values() -> None:
    document = inventory(product(1))
    document["products"][0]["property_values"] = None
    assert body_for(document, {})["products"][0]["property_values"] == []


def test_a_shared_number_is_written_to_all_its_products() -> None:
    document = inventory(product(4, value(513, "S")), product(4, value(513, "M")), on=())
    sent = body_for(document, {"": 7})
    assert [each["offerings"][0]["quantity"] for each in sent["products"]] == [7, 7]


TEXTS = st.text(min_size=1, max_size=8)
AXES = st.lists(st.sampled_from([100, 200, 513, 514]), max_size=3, unique=True)


@st.composite
def inventories(draw: st.DrawFn) -> Json:
    """Any listing: up to three axes, of which some, all or none tell quantities apart."""
    axes = draw(AXES)
    options = [draw(st.lists(TEXTS, min_size=1, max_size=3, unique=True)) for _ in axes]
    rows: list[list[tuple[int, str]]] = [[]]
    for axis, words in zip(axes, options, strict=True):
        rows = [[*row, (axis, word)] for row in rows for word in words]
    products = [
        product(
            draw(st.integers(0, 999)),
            *[value(axis, word, scale=draw(st.sampled_from([None, 19]))) for axis, word in row],
            sku=draw(st.sampled_from(["", "A", "B"])),
            number=number,
            price=money(draw(st.integers(20, 5_000_000)), draw(st.sampled_from([1, 100, 1000]))),
            is_enabled=draw(st.booleans()),
            readiness_state_id=draw(st.sampled_from([None, 77])),
        )
        for number, row in enumerate(rows)
    ]
    counting = tuple(axis for axis in axes if draw(st.booleans()))
    return inventory(*products, on=counting, price_on_property=axes[:1])


@settings(max_examples=200, deadline=None)
@given(document=inventories(), data=st.data())
def test_e01_for_any_listing_only_quantities_differ_after_a_write(
    document: Json, data: st.DataObject
) -> None:
    raw = json.dumps(document).encode()
    found = groups(msgspec.json.decode(raw, type=wire.Inventory, strict=False))
    chosen = data.draw(st.sets(st.sampled_from([group.key for group in found])))
    quantities = {key: data.draw(st.integers(0, 999)) for key in chosen}
    sent = body_for(document, quantities)
    assert without(sent, {"quantity"}) == without(document, READ_ONLY | {"quantity"})
    for group in found:
        for member in group.members:
            number = sent["products"][member]["offerings"][0]["quantity"]
            kept = document["products"][member]["offerings"][0]["quantity"]
            assert number == quantities.get(group.key, kept)
