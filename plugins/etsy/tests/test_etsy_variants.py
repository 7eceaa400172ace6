"""What has a quantity of its own in a listing, and under which key."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from etsy_payloads import inventory, money, product, sizes, value
from tuisync_etsy import wire
from tuisync_etsy.variants import (
    axis_count,
    fingerprint,
    groups,
    listing_variants,
    variant_key,
)

Json = dict[str, Any]


def read(document: Json) -> wire.Inventory:
    return msgspec.json.decode(json.dumps(document), type=wire.Inventory, strict=False)


def keys(document: Json) -> list[str]:
    return [group.key for group in groups(read(document))]


def grid(quantities: dict[tuple[str, str], int], *, on: tuple[int, ...]) -> Json:
    """Sizes by colours, each combination with its number."""
    products = [
        product(quantity, value(513, size), value(514, colour), number=number)
        for number, ((size, colour), quantity) in enumerate(quantities.items())
    ]
    return inventory(*products, on=on)


def test_e20_a_variant_is_known_by_its_options_and_never_by_the_product_id() -> None:
    before = sizes(1, 2)
    after = sizes(1, 2)
    for each in after["products"]:
        each["product_id"] += 500
        each["offerings"][0]["offering_id"] += 500
        each["property_values"][0]["value_ids"] = [99_999]
    assert keys(before) == keys(after) == ["513=S", "513=M"]
    assert fingerprint(read(before)) == fingerprint(read(after))


def test_keys_are_percent_encoded_and_ordered_by_property() -> None:
    document = inventory(
        product(1, value(514, "Red, dark=50%"), value(513, "Größe/1")), on=(513, 514)
    )
    assert keys(document) == ["513=Gr%C3%B6%C3%9Fe%2F1,514=Red%2C%20dark%3D50%25"]


def test_a_listing_without_variations_counts_as_a_whole() -> None:
    (variant,) = listing_variants(read(inventory(product(4, sku="MUG"))))
    assert (variant.key, variant.quantity, variant.sku) == ("", 4, "MUG")
    assert variant.options == {}


def test_legacy_axis_ids_on_a_listing_without_variations_are_ignored() -> None:
    assert keys(inventory(product(4), on=(1,))) == [""]


def test_e05_products_that_share_one_quantity_are_one_variant() -> None:
    document = grid({("S", "Red"): 5, ("S", "Blue"): 5, ("M", "Red"): 5, ("M", "Blue"): 5}, on=())
    (variant,) = listing_variants(read(document))
    assert (variant.key, variant.quantity) == ("", 5)


def test_e05_products_that_agree_on_the_counting_axis_are_one_variant() -> None:
    document = grid(
        {("S", "Red"): 3, ("S", "Blue"): 3, ("M", "Red"): 8, ("M", "Blue"): 8}, on=(513,)
    )
    variants = listing_variants(read(document))
    assert [(each.key, each.quantity) for each in variants] == [("513=S", 3), ("513=M", 8)]
    assert [each.options for each in variants] == [{"Size": "S"}, {"Size": "M"}]


@pytest.mark.parametrize(
    ("skus", "shared"),
    [(("A", "A"), "A"), (("A", "B"), None), (("", ""), None), (("A", ""), None), ((7, 7), "7")],
)
def test_a_shared_quantity_has_the_sku_all_its_products_share(
    skus: tuple[Any, Any], shared: str | None
) -> None:
    products = [product(5, value(513, size), sku=sku) for size, sku in zip("SM", skus, strict=True)]
    (variant,) = listing_variants(read(inventory(*products)))
    assert variant.sku == shared


def test_quirk_8_blank_skus_in_bulk_change_neither_keys_nor_shape() -> None:
    named, blank = sizes(1, 2, 3), sizes(1, 2, 3)
    for each in blank["products"]:
        each["sku"] = ""
    assert keys(named) == keys(blank)
    assert fingerprint(read(named)) == fingerprint(read(blank))
    assert {each.sku for each in listing_variants(read(blank))} == {None}


def test_deleted_products_and_offerings_do_not_count() -> None:
    document = sizes(1, 2)
    document["products"][0]["is_deleted"] = True
    document["products"][1]["offerings"].insert(
        0, {"quantity": 50, "is_deleted": True, "price": money()}
    )
    assert [(each.key, each.quantity) for each in groups(read(document))] == [("513=M", 2)]


def test_of_a_shared_number_the_lowest_one_shown_counts() -> None:
    document = grid({("S", "Red"): 4, ("S", "Blue"): 6, ("M", "Red"): 4, ("M", "Blue"): 6}, on=())
    document["products"][0]["offerings"][0]["quantity"] = 0
    document["products"][0]["offerings"][0]["is_enabled"] = False
    (group,) = groups(read(document))
    assert group.quantity == 4
    assert group.enabled


def test_a_product_that_nobody_is_shown_keeps_its_number_and_says_so() -> None:
    (group,) = groups(read(inventory(product(3, is_enabled=False))))
    assert (group.quantity, group.enabled) == (3, False)


def test_html_entities_in_option_texts_do_not_change_the_key() -> None:
    escaped = inventory(product(1, value(513, "5&quot; wide")), on=(513,))
    plain = inventory(product(1, value(513, '5" wide')), on=(513,))
    assert keys(escaped) == keys(plain)
    assert listing_variants(read(escaped))[0].options == {"Size": '5" wide'}


def test_two_axes_with_one_name_keep_both_options() -> None:
    document = inventory(
        product(1, value(513, "A", name="Custom"), value(514, "B", name="Custom")), on=(513, 514)
    )
    assert listing_variants(read(document))[0].options == {"Custom": "A", "Custom 514": "B"}


def test_three_axes_are_read() -> None:
    document = inventory(
        product(1, value(513, "S"), value(514, "Red"), value(200, "Long")), on=(200, 513, 514)
    )
    assert axis_count(read(document)) == 3
    assert keys(document) == ["200=Long,513=S,514=Red"]


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["products"].pop(),
        lambda d: d["products"][0]["property_values"][0].update(values=["XS"]),
        lambda d: d["products"][0]["property_values"][0].update(scale_id=19),
        lambda d: d["products"][0]["property_values"][0].update(property_id=514),
        lambda d: d.update(quantity_on_property=[]),
    ],
)
def test_the_fingerprint_changes_with_the_shape(change: Any) -> None:
    document = sizes(1, 2)
    before = fingerprint(read(document))
    change(document)
    assert fingerprint(read(document)) != before


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["products"][0]["offerings"][0].update(quantity=9),
        lambda d: d["products"][0]["offerings"][0].update(price=money(5)),
        lambda d: d["products"][0]["offerings"][0].update(is_enabled=False),
        lambda d: d["products"][0].update(sku="NEW"),
        lambda d: d.update(price_on_property=[513]),
        lambda d: d["products"].reverse(),
    ],
)
def test_the_fingerprint_ignores_what_does_not_touch_the_numbers(change: Any) -> None:
    document = sizes(1, 2)
    before = fingerprint(read(document))
    change(document)
    assert fingerprint(read(document)) == before


def test_prices_keep_the_digits_their_divisor_stands_for() -> None:
    document = inventory(product(1, price=money(1290, 1, "JPY")))
    price = listing_variants(read(document))[0].price
    assert price is not None
    assert (str(price.amount), price.currency) == ("1290", "JPY")
    document = inventory(product(1, price=money(1290)))
    price = listing_variants(read(document))[0].price
    assert price is not None
    assert str(price.amount) == "12.90"
    assert price.amount == Decimal("12.9")


def test_the_key_of_several_values_of_one_property_joins_them() -> None:
    chosen = wire.PropertyValue(property_id=9, values=("a+b", "c"))
    assert variant_key([chosen]) == "9=a%2Bb+c"
