"""A receipt as Etsy sends it, and as the core gets it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from etsy_payloads import money, receipt, transaction, value
from tuisync import Payment, RemoteOrder, Unreadable
from tuisync_etsy.orders import read_receipt, to_order


def converted(document: Any) -> RemoteOrder | Unreadable:
    found = read_receipt(json.dumps(document).encode())
    return found if isinstance(found, Unreadable) else to_order(found)


def order(**more: Any) -> RemoteOrder:
    found = converted(receipt(**more))
    assert isinstance(found, RemoteOrder), found
    return found


def test_a_paid_receipt() -> None:
    found = order()
    assert found.remote_id == found.number == "3000000001"
    assert found.placed_at == datetime.fromtimestamp(1_788_000_000, UTC)
    assert found.modified_at == datetime.fromtimestamp(1_788_000_500, UTC)
    assert found.paid_at == datetime.fromtimestamp(1_788_000_060, UTC)
    assert found.total is not None
    assert str(found.total) == "17.90 USD"
    assert (found.payment, found.shipped, found.cancelled) == ("paid", False, False)
    (line,) = found.lines
    assert (line.remote_id, line.listing_id, line.sku, line.quantity) == ("1", "7", "MUG", 1)
    assert str(line.unit_price) == "12.90 USD"


@pytest.mark.parametrize(
    ("status", "is_paid", "payment", "recognised"),
    [
        ("Paid", True, "paid", True),
        ("paid", None, "paid", True),
        ("COMPLETED", True, "paid", True),
        ("Open", True, "unpaid", True),
        ("open", False, "unpaid", True),
        ("Payment Processing", False, "unpaid", True),
        ("payment_processing", True, "unpaid", True),
        ("Paid", False, "unpaid", True),
        ("Fully Refunded", True, "refunded", True),
        ("partially refunded", True, "partially_refunded", True),
        ("Canceled", True, "paid", True),
        ("Held For Review", True, "paid", False),
        ("Held For Review", None, "unpaid", False),
        (None, True, "paid", False),
    ],
)
def test_e17_status_words_in_any_letter_case(
    *, status: str | None, is_paid: bool | None, payment: Payment, recognised: bool
) -> None:
    found = order(status=status, is_paid=is_paid)
    assert (found.payment, found.recognised) == (payment, recognised)
    assert found.status == (status or "unknown")
    assert (found.paid_at is None) == (payment == "unpaid")


@pytest.mark.parametrize("word", ["canceled", "Canceled", "cancelled"])
def test_e17_cancelled_in_both_spellings(word: str) -> None:
    assert order(status=word).cancelled


@pytest.mark.parametrize(
    ("status", "is_shipped", "shipped"),
    [
        ("Completed", False, True),
        ("Paid", True, True),
        ("Paid", False, False),
        ("Paid", None, False),
    ],
)
def test_completed_or_shipped_means_all_of_it_has_left(
    *, status: str, is_shipped: bool | None, shipped: bool
) -> None:
    assert order(status=status, is_shipped=is_shipped).shipped is shipped


@pytest.mark.parametrize(
    ("refunds", "payment"),
    [
        ([], "paid"),
        ([{"amount": money(500), "status": None}], "partially_refunded"),
        ([{"amount": money(790)}, {"amount": money(1000)}], "refunded"),
        ([{"amount": money(1790), "status": "Failed"}], "paid"),
        ([{"amount": None}], "paid"),
        ([{"amount": money(0)}], "paid"),
    ],
)
def test_refunds_are_summed_up_because_totals_do_not_change(refunds: Any, payment: Payment) -> None:
    assert order(refunds=refunds).payment == payment


def test_quirk_1_names_and_addresses_are_unescaped() -> None:
    buyer = order(first_line="Flat 2 &amp; 3").buyer
    assert buyer.name == "Sinéad O'Connell"
    assert buyer.address is not None
    assert buyer.address.first_line == "Flat 2 & 3"
    assert buyer.address.country == "IE"


def test_e18_a_buyer_without_email_and_address_is_valid() -> None:
    fields = ("first_line", "second_line", "city", "state", "zip", "country_iso")
    buyer = order(**dict.fromkeys(fields), name="").buyer
    assert (buyer.buyer_id, buyer.name, buyer.email, buyer.address) == ("501", None, None, None)


def test_a_receipt_without_the_email_field_at_all_is_valid() -> None:
    document = receipt()
    del document["buyer_email"]
    assert isinstance(converted(document), RemoteOrder)


def line_key(**more: Any) -> str | None:
    return order(transactions=[transaction(**more)]).lines[0].variant_key


def test_a_line_has_the_key_its_listing_has() -> None:
    options = [value(514, "Red"), value(513, "5&quot;")]
    assert line_key(product_data=options) == "513=5%22,514=Red"


def test_quirk_12_without_product_data_the_buyers_choices_serve() -> None:
    chosen = [
        {"property_id": 513, "formatted_name": "Size", "formatted_value": "5&quot;"},
        {"property_id": 54, "formatted_name": "Personalization", "formatted_value": "For Ann"},
        {"property_id": 60, "formatted_value": "Yes", "question_id": 9},
    ]
    assert line_key(variations=chosen) == "513=5%22"


def test_what_the_buyer_chose_and_wrote_comes_along_for_whoever_packs() -> None:
    chosen = [
        {"property_id": 513, "formatted_name": "Size", "formatted_value": "5&quot;"},
        {"property_id": 54, "formatted_name": "Personalization", "formatted_value": "For Ann"},
        {"property_id": 54, "formatted_name": "Personalization", "formatted_value": "in red"},
        {"property_id": 60, "formatted_value": "Yes", "question_id": 9},
        {"property_id": 61, "formatted_name": "Gift", "formatted_value": None},
    ]
    (line,) = order(transactions=[transaction(variations=chosen)]).lines
    assert line.options == {"Size": '5"', "Personalization": "For Ann, in red", "Choice": "Yes"}


def test_a_line_of_a_simple_listing_tells_no_key() -> None:
    assert line_key() is None
    assert line_key(product_data=None, variations=None) is None


def test_a_line_without_listing_or_sku() -> None:
    (line,) = order(transactions=[transaction(listing_id=None, sku="", price=None)]).lines
    assert (line.listing_id, line.sku, line.unit_price) == (None, None, None)


def test_several_lines_of_one_listing_stay_apart() -> None:
    found = order(transactions=[transaction(1, quantity=2), transaction(2)])
    assert [(line.remote_id, line.quantity) for line in found.lines] == [("1", 2), ("2", 1)]


def test_shipments_carry_display_names_and_codes_as_text() -> None:
    parcels = [
        {
            "receipt_shipping_id": 5,
            "shipment_notification_timestamp": 1_788_000_700,
            "carrier_name": "GLS",
            "tracking_code": 12345678901234567890,
        },
        {"receipt_shipping_id": None, "carrier_name": "", "tracking_code": ""},
    ]
    first, second = order(shipments=parcels).shipments
    assert (first.remote_id, first.carrier, first.tracking) == ("5", "GLS", "12345678901234567890")
    assert (second.remote_id, second.carrier, second.tracking) == (None, None, None)


@pytest.mark.parametrize(
    "document",
    [
        receipt(transactions=None),
        receipt(transactions=[]),
        receipt(transactions=[transaction(quantity="many")]),
        receipt(transactions=[{"title": "no id"}]),
        receipt(created_timestamp=None),
        receipt(grandtotal={"amount": "x"}),
        {"receipt_id": 5},
        "nothing",
    ],
)
def test_s46_a_malformed_receipt_fails_alone_and_never_loses_a_line(document: Any) -> None:
    found = converted(document)
    assert isinstance(found, Unreadable)
    assert found.reason


def test_s46_the_receipts_number_is_told_even_if_the_rest_is_unreadable() -> None:
    found = converted(receipt(4_000_000_000, transactions=None))
    assert found.remote_id == "4000000000"
