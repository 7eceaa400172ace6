"""Carriers: given by code or name, kept by code, shown by name."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from pottery import CARRIERS, NOW
from tuisync.core.errors import UsageError
from tuisync.core.models import Shipment
from tuisync.core.orders.merge import merge_shipments
from tuisync.core.orders.tracking import checked_tracking, parcel_said, parcel_words
from tuisync.core.remote import Capabilities, Carrier, RemoteShipment
from tuisync.testing import an_order

CAN = Capabilities(carriers=CARRIERS)


@pytest.mark.parametrize("said", ["royal-mail", "ROYAL-MAIL", "Royal Mail", " royal   mail "])
def test_a_carrier_is_found_by_code_and_by_name(said: str) -> None:
    found = checked_tracking(CAN, said, "RM1")

    assert (found.carrier, found.name, found.said) == ("royal-mail", "Royal Mail", "Royal Mail RM1")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("postnord", "postnord"),
        ("PostNord", "danmark-post"),
        ("danmark-post", "danmark-post"),
        ("PostNord Logistics", "postnord"),
        ("POSTNORD", "postnord"),
    ],
)
def test_a_name_that_is_anothers_code_is_taken_as_it_is_written(said: str, code: str) -> None:
    nordic = (
        Carrier(code="postnord", title="PostNord Logistics"),
        Carrier(code="danmark-post", title="PostNord"),
    )

    for carriers in (nordic, nordic[::-1]):
        assert checked_tracking(Capabilities(carriers=carriers), said, "1").carrier == code


def test_an_unknown_carrier_is_told_the_nearest_by_name_and_code() -> None:
    with pytest.raises(UsageError) as error:
        checked_tracking(CAN, "roial mail", "1")

    assert error.value.message == "The marketplace knows no carrier `roial mail`."
    assert error.value.hint == "Did you mean Royal Mail (`royal-mail`)? Or use `other`."


def test_other_is_offered_only_where_it_is_taken() -> None:
    with pytest.raises(UsageError) as error:
        checked_tracking(Capabilities(carriers=CARRIERS[:2]), "pigeon", "1")

    assert error.value.hint == ""


def test_where_no_carriers_are_listed_any_is_taken_as_it_was_written() -> None:
    found = checked_tracking(Capabilities(), "By  Bike", None)

    assert (found.carrier, found.name) == ("by bike", "By Bike")


def test_a_parcel_is_said_by_name_and_written_by_code() -> None:
    parcel = Shipment(id="1", carrier="royal-mail", carrier_name="Royal Mail", tracking="RM1")

    assert parcel_said(parcel) == "Royal Mail RM1"
    assert parcel_words(parcel) == "royal-mail RM1"
    assert parcel_said(Shipment(id="1", carrier="ups")) == "ups"
    assert parcel_said(Shipment(id="1")) == "shipped"


def test_the_name_a_shop_shows_stands_in_for_one_that_was_not_known() -> None:
    ours = [
        Shipment(id="1", carrier="usps", tracking="A", push="owed"),
        Shipment(id="2", carrier="ups", carrier_name="UPS", tracking="B", push="owed"),
    ]
    theirs = (
        RemoteShipment(remote_id="7", carrier="USPS®", tracking="A", shipped_at=NOW),
        RemoteShipment(remote_id="8", carrier="UPS Ground", tracking="B", shipped_at=NOW),
    )

    merged = merge_shipments(ours, replace(an_order(), shipments=theirs))

    assert [(each.carrier, each.carrier_name) for each in merged] == [
        ("usps", "USPS®"),
        ("ups", "UPS"),
    ]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("9.40011E+21", "shortened"),
        ("9,4e+21", "shortened"),
        ("94E+20", "shortened"),
        ("-", "is no tracking number"),
        ("\u2014", "is no tracking number"),
    ],
)
def test_what_is_no_tracking_number_is_told_no_buyer(number: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        checked_tracking(CAN, "ups", number)


@pytest.mark.parametrize("number", ["1E21", "94E+", "E+21", "RR 123 DE", "0094"])
def test_numbers_that_only_look_like_a_spreadsheets_are_taken(number: str) -> None:
    assert checked_tracking(CAN, "ups", number).number == number
