"""Telling the sandbox of shipments; it counts the buyers' e-mails."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from etsy_payloads import receipt, transaction
from etsy_shop import Shop, open_shop
from tuisync import (
    OutcomeUnknown,
    RateLimited,
    RejectedError,
    RemoteNotFound,
    ShipmentNotice,
    TransientError,
)
from tuisync_etsy import wire
from tuisync_etsy.sandbox.domain.receipts import Receipt
from tuisync_etsy.shipment_push import already_there, body, check

if TYPE_CHECKING:
    from sandbox_kit import Sandbox


@pytest.fixture
async def shop(sandbox: Sandbox) -> Shop:
    return await open_shop(sandbox)


def to_ship(each: Receipt, country: str = "DE") -> bool:
    ready = each.is_paid and not each.is_shipped and not each.cancelled
    return ready and each.buyer.address.country_iso == country


def number(shop: Shop, country: str = "DE") -> int:
    return shop.sandbox.receipt(lambda each: to_ship(each, country)).receipt_id


def emails(shop: Shop, receipt_id: int) -> int:
    return shop.sandbox.world.emails[receipt_id]


async def test_s36_a_shipment_reaches_the_order_and_its_buyer_once(shop: Shop) -> None:
    order = number(shop)
    sent = await shop.ship(order, carrier="dhl-germany", tracking="00340 434")
    assert (sent.outcome, sent.tracking) == ("sent", "00340 434")
    assert sent.remote_id
    assert emails(shop, order) == 1
    assert (await shop.order(order)).shipped


@pytest.mark.parametrize("again", ["ABC-1", " abc-1 ", "Abc-1"])
async def test_e10_the_same_code_is_not_sent_twice(shop: Shop, again: str) -> None:
    order = number(shop)
    await shop.ship(order, carrier="gls", tracking="ABC-1")
    shop.forget_calls()
    result = await shop.ship(order, carrier="dpd", tracking=again)
    assert result.outcome == "already"
    assert result.tracking == "ABC-1"
    assert emails(shop, order) == 1
    assert shop.calls("POST") == []


async def test_a_shipment_without_code_is_not_repeated_either(shop: Shop) -> None:
    order = number(shop)
    assert (await shop.ship(order)).outcome == "sent"
    assert (await shop.ship(order)).outcome == "already"
    assert (await shop.ship(order, carrier="gls", tracking="  ")).outcome == "already"
    assert emails(shop, order) == 1


async def test_another_code_at_the_shop_is_left_to_the_seller(shop: Shop) -> None:
    order = number(shop)
    await shop.sandbox.control("ship", receipt_id=order, tracking_code="THEIRS", carrier_name="ups")
    result = await shop.ship(order, carrier="gls", tracking="OURS")
    assert (result.outcome, result.tracking) == ("differs", "THEIRS")
    assert emails(shop, order) == 1


async def test_an_order_shipped_there_without_a_code_is_not_mailed_again(shop: Shop) -> None:
    order = number(shop)
    await shop.sandbox.control("ship", receipt_id=order)
    assert (await shop.ship(order, carrier="gls", tracking="OURS")).outcome == "differs"
    assert emails(shop, order) == 1


async def test_e10_an_unknown_carrier_goes_as_other(shop: Shop) -> None:
    order = number(shop)
    await shop.ship(order, carrier="Pigeon Express", tracking="P1")
    (parcel,) = shop.sandbox.world.receipts[order].shipments
    assert parcel.carrier_name.casefold() == "other"


async def test_quirk_14_a_missing_code_where_etsy_wants_one_is_said(shop: Shop) -> None:
    order = shop.sandbox.receipt(
        lambda each: to_ship(each, "US") and each.subtotal > 1000
    ).receipt_id
    with pytest.raises(RejectedError, match="tracking number is required") as caught:
        await shop.ship(order)
    assert "tracking number" in caught.value.hint
    assert emails(shop, order) == 0


async def test_e19_a_region_gated_key_leaves_the_rest_to_the_seller(shop: Shop) -> None:
    order = number(shop)
    await shop.sandbox.control("region", restricted=True)
    with pytest.raises(RejectedError) as caught:
        await shop.ship(order, carrier="gls", tracking="X")
    assert caught.value.error_code == "not_permitted"
    assert "Mark the order as shipped on Etsy" in caught.value.hint
    assert shop.session.credentials.refreshes == 0


@pytest.mark.parametrize("drop", ["before", "after"])
async def test_e10_a_lost_answer_is_unknown_and_a_repeat_mails_nobody_twice(
    shop: Shop, drop: str
) -> None:
    order = number(shop)
    await shop.sandbox.control("faults", method="POST", path="/tracking", drop=drop)
    with pytest.raises(OutcomeUnknown):
        await shop.ship(order, carrier="gls", tracking="X1")
    assert emails(shop, order) == (1 if drop == "after" else 0)
    again = await shop.ship(order, carrier="gls", tracking="X1")
    assert again.outcome == ("already" if drop == "after" else "sent")
    assert emails(shop, order) == 1


@pytest.mark.parametrize("fault", [{"status": 500}, {"html": "<h1>502</h1>"}])
async def test_a_fault_of_etsys_leaves_the_outcome_open(shop: Shop, fault: dict[str, Any]) -> None:
    order = number(shop)
    await shop.sandbox.control("faults", method="POST", path="/tracking", **fault)
    with pytest.raises(OutcomeUnknown):
        await shop.ship(order, carrier="gls", tracking="X1")


async def test_a_cut_answer_is_unknown_though_the_buyer_was_told(shop: Shop) -> None:
    order = number(shop)
    await shop.sandbox.control("faults", method="POST", path="/tracking", cut=30)
    with pytest.raises(OutcomeUnknown):
        await shop.ship(order, carrier="gls", tracking="X1")
    assert (await shop.ship(order, carrier="gls", tracking="X1")).outcome == "already"
    assert emails(shop, order) == 1


async def test_quirk_13_a_shipment_taken_without_its_tracking_number_is_noticed(
    shop: Shop,
) -> None:
    order = shop.sandbox.receipt(lambda each: to_ship(each) and each.subtotal < 1000_00).receipt_id
    await shop.sandbox.control("quirks", tracking_dropped=True)
    with pytest.raises(OutcomeUnknown, match="does not show its tracking number"):
        await shop.ship(order, carrier="gls", tracking="X1")
    assert (await shop.ship(order, carrier="gls", tracking="X1")).outcome == "differs"
    assert emails(shop, order) == 1


async def test_a_read_that_fails_sends_nothing(shop: Shop) -> None:
    order = number(shop)
    await shop.sandbox.control("faults", method="GET", path="/receipts", status=500)
    with pytest.raises(TransientError):
        await shop.ship(order, carrier="gls", tracking="X1")
    assert emails(shop, order) == 0


async def test_a_rate_limited_shipment_was_not_sent(shop: Shop) -> None:
    order = number(shop)
    await shop.sandbox.control(
        "faults", method="POST", path="/tracking", status=429, headers={"retry-after": "9"}
    )
    with pytest.raises(RateLimited) as caught:
        await shop.ship(order, carrier="gls", tracking="X1")
    assert caught.value.retry_after == 9


async def test_a_cancelled_order_is_not_shipped(shop: Shop) -> None:
    order = number(shop)
    await shop.sandbox.control("cancel", receipt_id=order)
    with pytest.raises(RejectedError, match="cancelled"):
        await shop.ship(order, carrier="gls", tracking="X")
    assert emails(shop, order) == 0


@pytest.mark.parametrize("order", [987654321, 1])
async def test_an_order_that_is_gone_is_said_to_be_gone(shop: Shop, order: int) -> None:
    with pytest.raises(RemoteNotFound):
        await shop.ship(order, carrier="gls", tracking="X")


def read(**more: Any) -> wire.Receipt:
    text = json.dumps(receipt(transactions=[transaction(1, quantity=2), transaction(2)], **more))
    return msgspec.json.decode(text, type=wire.Receipt, strict=False)


def notice(**more: Any) -> ShipmentNotice:
    return ShipmentNotice(order_id="1", **more)


@pytest.mark.parametrize(
    ("lines", "whole"),
    [({}, True), ({"1": 2, "2": 1}, True), ({"1": 1, "2": 1}, False), ({"1": 2}, False)],
)
def test_s02_only_a_whole_order_is_shipped(*, lines: dict[str, int], whole: bool) -> None:
    if whole:
        check(read(), notice(lines=lines))
    else:
        with pytest.raises(RejectedError, match="whole order"):
            check(read(), notice(lines=lines))


def test_a_code_that_looks_like_a_number_stays_a_string() -> None:
    sent = json.loads(body(notice(carrier="USPS", tracking=" 9400111899 ")))
    assert sent == {"tracking_code": "9400111899", "carrier_name": "usps"}


def test_without_a_code_no_carrier_is_sent() -> None:
    assert body(notice(carrier="usps")) == b"{}"
    assert json.loads(body(notice(tracking="X"))) == {"tracking_code": "X", "carrier_name": "other"}


def test_a_code_etsy_turned_into_a_number_is_still_ours() -> None:
    parcels = [{"receipt_shipping_id": 3, "carrier_name": "USPS", "tracking_code": 9400111899}]
    found = already_there(read(shipments=parcels), notice(tracking="9400111899"))
    assert found is not None
    assert (found.outcome, found.remote_id) == ("already", "3")


def test_of_several_parcels_any_may_be_ours() -> None:
    parcels = [{"tracking_code": "A"}, {"tracking_code": "B"}]
    there = read(is_shipped=True, shipments=parcels)
    found = already_there(there, notice(tracking="a"))
    assert found is not None
    assert found.outcome == "already"
    other = already_there(there, notice(tracking="C"))
    assert other is not None
    assert (other.outcome, other.tracking) == ("differs", "B")
