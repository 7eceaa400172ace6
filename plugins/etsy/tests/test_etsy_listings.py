"""A listing as Etsy sends it, and as the core gets it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from etsy_payloads import listing, sizes
from tuisync import ListingState, RemoteListing, Unreadable
from tuisync_etsy import wire
from tuisync_etsy.listings import listing_state, read_listing, to_listing


def converted(document: Any, inventory: Any = None) -> RemoteListing | Unreadable:
    row = read_listing(json.dumps(document).encode())
    if isinstance(row, Unreadable):
        return row
    return to_listing(row, json.dumps(inventory).encode())


def remote(document: Any, inventory: Any = None) -> RemoteListing:
    found = converted(document, inventory)
    assert isinstance(found, RemoteListing), found
    return found


def test_a_listing_with_its_inventory() -> None:
    found = remote(listing(has_variations=True), sizes(2, 0))
    assert found.remote_id == "7"
    assert found.state == "active"
    assert [(each.key, each.quantity, each.sku) for each in found.variants] == [
        ("513=S", 2, "MUG-S"),
        ("513=M", 0, "MUG-M"),
    ]
    assert found.modified_at == datetime.fromtimestamp(1_788_000_000, UTC)
    assert found.fingerprint


def test_a_listing_without_an_inventory_record_counts_as_a_whole() -> None:
    found = remote(listing(quantity=9))
    assert [(each.key, each.quantity) for each in found.variants] == [("", 9)]
    assert found.fingerprint == ""


def test_missing_variations_are_not_taken_for_a_simple_listing() -> None:
    found = converted(listing(has_variations=True))
    assert isinstance(found, Unreadable)
    assert "variations" in found.reason


def test_titles_are_unescaped() -> None:
    assert remote(listing(title="Ann&#39;s &quot;big&quot; mug &amp; lid")).title == (
        'Ann\'s "big" mug & lid'
    )


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("active", "active"),
        ("Active", "active"),
        ("edit", "inactive"),
        ("inactive", "inactive"),
        ("sold_out", "sold_out"),
        ("Sold Out", "sold_out"),
        ("draft", "draft"),
        ("expired", "expired"),
        ("removed", "removed"),
        ("unavailable", "inactive"),
        ("vacation_2027", "inactive"),
        (None, "inactive"),
    ],
)
def test_quirk_3_whatever_is_not_known_to_be_for_sale_is_not(
    word: str | None, state: ListingState
) -> None:
    assert listing_state(word) == state


@pytest.mark.parametrize(
    "document",
    [
        {"listing_id": "x", "title": "Mug"},
        {"title": "Mug"},
        {"listing_id": 7, "title": "Mug", "quantity": {"a": 1}},
        [1, 2],
        None,
    ],
)
def test_s46_a_malformed_listing_fails_alone_with_its_reason(document: Any) -> None:
    found = converted(document)
    assert isinstance(found, Unreadable)
    assert found.reason


def test_s46_a_malformed_inventory_names_the_listing() -> None:
    found = converted(listing(title="Mug"), {"products": "?"})
    assert isinstance(found, Unreadable)
    assert (found.remote_id, found.title) == ("7", "Mug")


@pytest.mark.parametrize(
    "field", ["title", "quantity", "url", "price", "state", "updated_timestamp"]
)
def test_everything_but_the_id_may_be_null(field: str) -> None:
    assert remote(listing(**{field: None})).remote_id == "7"


def test_an_absurd_time_is_left_out_and_does_no_harm() -> None:
    assert remote(listing(updated_timestamp=10**18)).modified_at is None
    assert remote(listing(updated_timestamp=-5)).modified_at is None


def test_numbers_in_strings_and_unknown_fields_are_taken() -> None:
    found = remote(listing(listing_id="7", quantity="3", brand_new={"a": [1]}))
    assert found.variants[0].quantity == 3


def test_wire_structs_can_be_told_apart_by_value() -> None:
    row = json.dumps(listing()).encode()
    assert read_listing(row) == read_listing(msgspec.Raw(row))
    assert isinstance(hash(read_listing(row)), int)
    assert isinstance(read_listing(row), wire.Listing)
