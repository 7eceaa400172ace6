from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile import NOW, a_page
from tuisync import (
    Account,
    Authorization,
    ItemsPage,
    ListingVariant,
    Money,
    OrdersPage,
    RemoteBuyer,
    RemoteListing,
    RemoteOrder,
    StockResult,
    Tokens,
    Unreadable,
)
from tuisync.core.plugins.border import MOST_RECORDS, Unacceptable, admit, admit_page
from tuisync.core.plugins.inert import LONGEST_TEXT
from tuisync.testing import a_line, a_listing, a_variant, an_order


def replaced(value: Any, **fields: Any) -> Any:
    """Put anything into a struct, as a careless plug-in can."""
    return msgspec.structs.replace(value, **fields)


def only(records: tuple[Any, ...]) -> Any:
    page = admit_page(a_page(*records), ItemsPage)
    assert len(page.records) == 1
    return page.records[0]


def order_across(order: Any) -> Any:
    page = admit_page(OrdersPage(records=(order,), served_at=NOW), OrdersPage)
    return page.records[0]


def test_good_records_cross_unchanged() -> None:
    listing = a_listing(variants=[a_variant(3, options={"Size": "S"}), a_variant(0, key="b")])
    order = an_order(a_line(), a_line(remote_id="2"))

    assert only((listing,)) == listing
    assert order_across(order) == order
    assert only((Unreadable(remote_id="1", reason="No price."),)).reason == "No price."


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"remote_id": 1001}, "Expected `str`, got `int`"),
        ({"remote_id": ""}, "an identifier is empty"),
        ({"remote_id": "10\x0001"}, "invisible or control characters"),
        ({"remote_id": "10\u202e01"}, "invisible or control characters"),
        ({"title": None}, "Expected `str`, got `null`"),
        ({"title": "x" * (LONGEST_TEXT + 1)}, "longer than"),
        ({"state": "gone"}, "Invalid enum value 'gone'"),
        ({"variants": ()}, "the listing has no variant"),
        ({"variants": (a_variant(), a_variant())}, "two variants have the key ''"),
        ({"variants": (a_variant(-1),)}, "a quantity is below zero"),
        ({"variants": (a_variant(10**10),)}, "a number is too large"),
        ({"variants": (replaced(a_variant(), quantity="5"),)}, "$.variants[0].quantity"),
        ({"variants": (replaced(a_variant(), quantity=5.0),)}, "Expected `int`"),
        ({"variants": (replaced(a_variant(), quantity=True),)}, "Expected `int`"),
        ({"variants": (replaced(a_variant(), options={"Size": 5}),)}, "$.variants[0].options"),
        ({"variants": (replaced(a_variant(), key="a\x1b[0m"),)}, "invisible or control"),
        ({"variants": 5}, "Expected `array`"),
        ({"url": "javascript:alert(1)"}, "not a web address"),
        ({"url": "https://shop.example/\x1b[31m"}, "not a web address"),
        ({"modified_at": datetime(2024, 3, 1)}, "a time has no time zone"),  # noqa: DTZ001  # the fault under test
        ({"fingerprint": "\ud800"}, "UTF-8"),
        ({"title": object()}, "object"),
    ],
)
def test_a_bad_listing_fails_alone(fields: dict[str, Any], complaint: str) -> None:
    bad = replaced(a_listing(remote_id="7"), **fields)

    page = admit_page(a_page(a_listing(remote_id="1"), bad, a_listing(remote_id="2")), ItemsPage)

    first, failed, last = page.records
    assert isinstance(failed, Unreadable)
    assert complaint in failed.reason
    assert [first.remote_id, last.remote_id] == ["1", "2"]


@pytest.mark.parametrize(
    ("price", "complaint"),
    [
        (Money(Decimal("NaN"), "USD"), "an amount is not a number"),
        (Money(Decimal("Infinity"), "USD"), "an amount is not a number"),
        (Money(12.9, "USD"), "an amount of money is a float"),  # type: ignore[arg-type]  # the fault under test
        ({"amount": 12.9, "currency": "USD"}, "an amount of money is a float"),
        (Money(Decimal(1), "usd"), "three-letter code"),
        (Money(Decimal(1), "US$"), "three-letter code"),
        (Money(Decimal("1e30"), "USD"), "too large"),
    ],
)
def test_money_is_exact_and_has_a_currency(price: object, complaint: str) -> None:
    failed = order_across(replaced(an_order(), total=price))

    assert isinstance(failed, Unreadable)
    assert complaint in failed.reason


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"lines": (a_line(), a_line())}, "two lines have the id '1'"),
        ({"lines": (replaced(a_line(), quantity=-1),)}, "below zero"),
        ({"lines": (replaced(a_line(), listing_id=""),)}, "an identifier is empty"),
        ({"placed_at": "yesterday"}, "placed_at"),
        ({"payment": "maybe"}, "Invalid enum value"),
        ({"buyer": "Ada"}, "Expected `object`"),
        ({"shipped": "yes"}, "Expected `bool`"),
    ],
)
def test_a_bad_order_fails_alone(fields: dict[str, Any], complaint: str) -> None:
    failed = order_across(replaced(an_order(remote_id="7"), **fields))

    assert isinstance(failed, Unreadable)
    assert failed.remote_id == "7"
    assert complaint in failed.reason


def test_something_else_among_the_records_fails_alone() -> None:
    for thing in (None, 5, "listing", {"remote_id": "1"}, an_order(), object()):
        failed = only((thing,))

        assert isinstance(failed, Unreadable)
        assert "not a valid record" in failed.reason


def test_a_failed_record_keeps_what_can_be_told_of_it() -> None:
    failed = only((replaced(a_listing("Mug\x1b[31m"), remote_id=1001, state="odd"),))

    assert (failed.remote_id, failed.title) == ("1001", "Mug")


def test_texts_people_read_are_made_inert() -> None:
    variant = a_variant(sku="SK\x07U", options={"Si\x1b[1mze": "S\u202e"}, key="k")
    buyer = RemoteBuyer(name="A\x00da", email="a@b.example\r\nBcc: x")

    listing = only((a_listing("Blue\nmug\x1b]0;owned\x07", variants=[variant]),))
    order = order_across(replaced(an_order(buyer=buyer), status="Pa\u200bid"))

    assert listing.title == "Blue mug"
    assert listing.variants[0].sku == "SKU"
    assert listing.variants[0].options == {"Size": "S"}
    assert (order.buyer.name, order.buyer.email) == ("Ada", "a@b.example Bcc: x")
    assert order.status == "Paid"


def test_times_come_out_in_utc() -> None:
    there = timezone(timedelta(hours=-5))
    order = replaced(an_order(), placed_at=datetime(2024, 3, 1, 4, 0, tzinfo=there))

    crossed = order_across(order)

    assert crossed.placed_at == NOW
    assert crossed.placed_at.tzinfo is UTC


def test_what_only_the_plugin_understands_is_left_alone() -> None:
    page = a_page(replaced(a_listing(), fingerprint="a\x00b\nc"), cursor="\x1b\n\u202e{}")

    crossed = admit_page(page, ItemsPage)

    assert crossed.cursor == page.cursor
    assert crossed.records[0] == page.records[0]


@pytest.mark.parametrize(
    ("page", "complaint"),
    [
        (None, "it yielded NoneType where ItemsPage belongs"),
        ([a_listing()], "it yielded list where"),
        (OrdersPage(records=(), served_at=NOW), "it yielded OrdersPage where"),
        (replaced(a_page(), records=None), "not a tuple"),
        (replaced(a_page(), records="abc"), "not a tuple"),
        (replaced(a_page(), records=(None,) * (MOST_RECORDS + 1)), "10,001 records"),
        (replaced(a_page(), served_at=None), "served_at"),
        (replaced(a_page(), served_at=datetime(2024, 3, 1)), "no time zone"),  # noqa: DTZ001  # the fault under test
        (replaced(a_page(), cursor=5), "cursor"),
        (replaced(a_page(), cursor="x" * (LONGEST_TEXT + 1)), "longer than"),
        (replaced(a_page(), expected="many"), "expected"),
        (replaced(a_page(), gone=(5,)), "gone"),
        (replaced(a_page(), gone=("a\x00",)), "control"),
    ],
)
def test_a_page_that_is_none_is_refused(page: Any, complaint: str) -> None:
    with pytest.raises(Unacceptable) as refusal:
        admit_page(page, ItemsPage)

    assert complaint in str(refusal.value)


def test_a_list_of_records_will_do() -> None:
    page = admit_page(replaced(a_page(), records=[a_listing()]), ItemsPage)

    assert page.records == (a_listing(),)


RESULT = StockResult(quantities={"": 5}, state="active", served_at=NOW)
ACCOUNT = Account(account_id="7", shop_id="9", shop_name="Shop", currency="USD")
TOKENS = Tokens(access="7.a", refresh="7.r", expires_at=NOW)


@pytest.mark.parametrize(
    "result",
    [
        None,
        {"quantities": {}, "state": "active"},
        replaced(RESULT, quantities={"": -1}),
        replaced(RESULT, quantities={"": "5"}),
        replaced(RESULT, quantities={"\x1b": 5}),
        replaced(RESULT, state="weird"),
        replaced(RESULT, served_at="now"),
    ],
)
def test_a_push_result_that_is_none_is_refused(result: Any) -> None:
    with pytest.raises(Unacceptable):
        admit(result, StockResult)


@pytest.mark.parametrize(
    "authorization",
    [
        TOKENS,
        Authorization(tokens=replaced(TOKENS, access=""), account=ACCOUNT),
        Authorization(tokens=replaced(TOKENS, access="a\r\nX: b"), account=ACCOUNT),
        Authorization(tokens=replaced(TOKENS, refresh=None), account=ACCOUNT),
        Authorization(tokens=TOKENS, account=replaced(ACCOUNT, shop_id=9)),
        Authorization(tokens=TOKENS, account=replaced(ACCOUNT, account_id="")),
        Authorization(tokens=TOKENS, account=replaced(ACCOUNT, currency="dollars")),
        Authorization(tokens=TOKENS, account=None),  # type: ignore[arg-type]  # the fault under test
    ],
)
def test_a_sign_in_that_gave_nothing_usable_is_refused(authorization: Any) -> None:
    with pytest.raises(Unacceptable):
        admit(authorization, Authorization)


def test_a_refused_sign_in_does_not_quote_a_token() -> None:
    secret = replaced(TOKENS, access="7.very-secret\n")

    with pytest.raises(Unacceptable) as refusal:
        admit(Authorization(tokens=secret, account=ACCOUNT), Authorization)

    assert "very-secret" not in str(refusal.value)


class Reluctant(ListingVariant, frozen=True):
    """A struct of the plug-in's own that adds a field."""

    extra: str = "x"


def test_a_plugins_own_kind_of_struct_comes_out_as_ours() -> None:
    listing = replaced(a_listing(), variants=(Reluctant(key="", quantity=3),))

    crossed = only((listing,))

    assert type(crossed.variants[0]) is ListingVariant


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(field=st.sampled_from(RemoteOrder.__struct_fields__), value=ANYTHING)
def test_anything_in_any_field_of_an_order_is_an_order_or_unreadable(
    field: str, value: object
) -> None:
    crossed = order_across(replaced(an_order(), **{field: value}))

    assert isinstance(crossed, RemoteOrder | Unreadable)
    msgspec.json.encode(crossed)


@given(field=st.sampled_from(RemoteListing.__struct_fields__), value=ANYTHING)
def test_anything_in_any_field_of_a_listing_is_a_listing_or_unreadable(
    field: str, value: object
) -> None:
    crossed = only((replaced(a_listing(), **{field: value}),))

    assert isinstance(crossed, RemoteListing | Unreadable)
    msgspec.json.encode(crossed)
