"""What the shop says of an order, merged into what is known of it."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuisync.core.models import Order, Shipment
from tuisync.core.orders.merge import is_sales_order, merge_order, new_order, same_parcel
from tuisync.core.remote import Payment, RemoteOrder, RemoteShipment
from tuisync.testing import a_line, an_order
from tuisync.testing.clock import START

NOW = START + timedelta(hours=1)


def merged(remote: RemoteOrder, known: Order | None = None) -> Order:
    before = known or new_order(remote, integration="fake:100", warehouse="w")
    return merge_order(before, remote, paid_comment="Paid", now=NOW)


def changed(remote: RemoteOrder, **changes: object) -> RemoteOrder:
    return msgspec.structs.replace(remote, **changes)


PAID = an_order(a_line(quantity=3))


def test_merging_twice_changes_nothing() -> None:
    once = merged(PAID)
    assert merged(PAID, once) == once


def test_s38_exactly_one_comment_dated_at_the_payment() -> None:
    unpaid = an_order(payment="unpaid")
    first = merged(unpaid)
    assert first.comments == ()
    paid_at = START + timedelta(minutes=7)
    paid = changed(unpaid, payment="paid", paid_at=paid_at)
    twice = merged(paid, merged(paid, first))
    assert [(each.text, each.at, each.by) for each in twice.comments] == [
        ("Paid", paid_at, "system")
    ]


def test_s38_a_payment_without_a_date_is_dated_at_the_import() -> None:
    [comment] = merged(changed(PAID, paid_at=None)).comments
    assert comment.at == NOW


def test_what_was_done_here_stays() -> None:
    known = merged(PAID)
    line = msgspec.structs.replace(known.lines[0], item="i", variant="v", shipped=1)
    known = known.but(lines=(line,), warehouse="elsewhere")
    after = merged(changed(PAID, status="Still paid"), known)
    assert (after.lines[0].item, after.lines[0].variant, after.lines[0].shipped) == ("i", "v", 1)
    assert after.warehouse == "elsewhere"


def test_the_shop_never_unships_what_was_shipped() -> None:
    shipped = merged(changed(PAID, shipped=True))
    assert shipped.fulfilment == "shipped"
    assert merged(PAID, shipped).fulfilment == "shipped"
    assert merged(PAID, shipped).shipped


def test_lines_the_shop_adds_and_drops_follow() -> None:
    two = an_order(a_line(remote_id="1"), a_line(remote_id="2"))
    assert [line.id for line in merged(two, merged(PAID)).lines] == ["1", "2"]
    assert [line.id for line in merged(PAID, merged(two)).lines] == ["1"]


@pytest.mark.parametrize(
    ("remote", "preference", "visible"),
    [
        (PAID, "confirmed", True),
        (an_order(payment="unpaid"), "confirmed_and_fulfilled", False),
        (an_order(shipped=True), "confirmed", False),
        (an_order(shipped=True), "confirmed_and_fulfilled", True),
        (an_order(cancelled=True), "confirmed_and_fulfilled", False),
        (an_order(payment="partially_refunded"), "confirmed", True),
    ],
)
def test_s32_which_orders_are_sales_orders(
    remote: RemoteOrder, preference: str, visible: bool
) -> None:
    order = new_order(remote, integration="fake:100", warehouse="w")
    shown, reason = is_sales_order(order, remote, preference)  # type: ignore[arg-type]  # one of two
    assert shown is visible
    assert bool(reason) is not visible


def test_s33_an_order_shown_once_stays_shown() -> None:
    order = merged(PAID).but(visible=True)
    assert is_sales_order(order, an_order(shipped=True, cancelled=True), "confirmed") == (True, "")


@given(
    payment=st.sampled_from(["unpaid", "paid", "partially_refunded", "refunded"]),
    shipped=st.booleans(),
    cancelled=st.booleans(),
)
def test_the_label_follows_from_the_axes(payment: Payment, shipped: bool, cancelled: bool) -> None:
    order = merged(an_order(payment=payment, shipped=shipped, cancelled=cancelled))
    expected = "fulfilled" if shipped else "void" if cancelled else "confirmed"
    assert order.status == expected
    assert order.open is not (shipped or cancelled)


def ours(tracking: str | None, id_: str = "ours") -> Shipment:
    return Shipment(id=id_, tracking=tracking, push="owed")


@pytest.mark.parametrize(
    ("tracking", "theirs", "same"),
    [
        ("1Z 9", " 1z 9 ", True),
        ("1Z9", "1Z8", False),
        ("1Z9", None, False),
        (None, "anything", False),
        (None, None, True),
    ],
)
def test_s36_a_parcel_is_known_by_its_tracking_code(
    tracking: str | None, theirs: str | None, same: bool
) -> None:
    assert same_parcel(ours(tracking), RemoteShipment(tracking=theirs)) is same


def test_s36_a_parcel_the_shop_confirms_counts_as_sent() -> None:
    known = merged(PAID).but(shipments=(ours("1Z9"),))
    parcel = RemoteShipment(remote_id="77", carrier="UPS Ground", tracking="1z9")
    [shipment] = merged(changed(PAID, shipments=(parcel,)), known).shipments
    assert (shipment.id, shipment.push, shipment.carrier) == ("ours", "sent", "UPS Ground")


def test_two_parcels_of_the_shop_stay_two_however_often_they_are_seen() -> None:
    parcels = (RemoteShipment(remote_id="1"), RemoteShipment(remote_id="2", tracking="T"))
    remote = changed(PAID, shipments=parcels)
    order = merged(remote)
    for _ in range(3):
        order = merged(remote, order)
    assert [(each.id, each.tracking) for each in order.shipments] == [("1", None), ("2", "T")]


def test_parcels_without_an_id_are_known_by_their_place() -> None:
    parcels = (RemoteShipment(tracking="A"), RemoteShipment(tracking="B"))
    remote = changed(PAID, shipments=parcels)
    order = merged(remote, merged(remote))
    assert [each.tracking for each in order.shipments] == ["A", "B"]


def test_two_untracked_parcels_of_ours_do_not_both_claim_one_of_the_shops() -> None:
    known = merged(PAID).but(shipments=(ours(None, "one"), ours(None, "two")))
    after = merged(changed(PAID, shipments=(RemoteShipment(remote_id="9"),)), known)
    assert [(each.id, each.push) for each in after.shipments] == [("one", "sent"), ("two", "owed")]


def test_s36_a_parcel_without_a_code_is_no_parcel_that_has_one() -> None:
    known = merged(PAID).but(shipments=(ours(None),))
    parcel = RemoteShipment(remote_id="9", tracking="T9")
    after = merged(changed(PAID, shipments=(parcel,)), known)
    assert [(each.id, each.push) for each in after.shipments] == [("ours", "owed"), ("9", "none")]

    whole = merged(changed(PAID, shipments=(parcel,), shipped=True), known)
    assert [(each.id, each.push) for each in whole.shipments] == [("ours", "sent")]


def test_s36_the_shops_parcel_without_a_code_is_the_one_it_took_before() -> None:
    sent = msgspec.structs.replace(ours(None, "sent"), push="sent")
    known = merged(PAID).but(shipments=(ours(None, "new"), sent))
    after = merged(changed(PAID, shipments=(RemoteShipment(remote_id="9"),)), known)
    assert [(each.id, each.push) for each in after.shipments] == [("new", "owed"), ("sent", "sent")]
