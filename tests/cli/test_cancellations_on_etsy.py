"""Cancellations that Etsy hides, and what it keeps from a key, against its sandbox."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from on_etsy import OnEtsy, at_etsy


@pytest.fixture(scope="module")
def etsy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnEtsy]:
    """Connect the sandbox, and make items of all it sells."""
    with at_etsy(tmp_path_factory.mktemp("etsy"), "3918") as seller:
        yield seller


def test_p04_a_cancellation_that_etsy_hides_is_void_within_one_sweep(etsy: OnEtsy) -> None:
    order, sku, line = etsy.sold()
    held = etsy.stock(sku)

    etsy.control("cancel", receipt_id=int(order.rpartition(":")[2]))
    (run,) = etsy.sync()

    assert etsy.order(order)["status"] == "void"
    on_hand, committed, available = held
    freed = line["quantity"]
    assert etsy.stock(sku) == (on_hand, committed - freed, available + freed)
    assert run["requests"] > 0
    once = etsy.terminal.json("items", "list")
    for _ in range(3):
        etsy.sync()
    assert etsy.terminal.json("items", "list") == once


def test_p04_a_refund_before_shipping_frees_nothing(etsy: OnEtsy) -> None:
    order, sku, _ = etsy.sold()
    held = etsy.stock(sku)

    etsy.control("refund", receipt_id=int(order.rpartition(":")[2]))
    etsy.sync()

    assert etsy.order(order)["payment"] == "refunded"
    assert (etsy.stock(sku), etsy.order(order)["asks_return"]) == (held, False)


def test_p04_a_refund_after_shipping_asks_and_moves_nothing_until_answered(etsy: OnEtsy) -> None:
    order, sku, line = etsy.sold()
    etsy.terminal.ok("ship", order, "--carrier", "usps", "--tracking", "9400111899223344")
    etsy.terminal.ok("push")
    etsy.sync()
    held = etsy.stock(sku)

    etsy.control("refund", receipt_id=int(order.rpartition(":")[2]))
    for _ in range(2):
        etsy.sync(hours=25)

    assert (etsy.order(order)["status"], etsy.order(order)["asks_return"]) == ("fulfilled", True)
    assert etsy.stock(sku) == held
    etsy.terminal.ok("orders", "return", order, "--to", "Main")
    on_hand, committed, available = held
    back = line["quantity"]
    assert etsy.stock(sku) == (on_hand + back, committed, available + back)
    etsy.sync(hours=25)
    assert etsy.order(order)["asks_return"] is False


def test_e19_a_key_that_may_not_ship_leaves_the_parcel_to_the_seller_once(etsy: OnEtsy) -> None:
    first, second = etsy.sold()[0], etsy.sold()[0]
    etsy.control("region", restricted=True)
    try:
        etsy.terminal.ok("ship", first, "--carrier", "usps", "--tracking", "94001")
        assert etsy.terminal("push").code == 4
        etsy.terminal.ok("ship", second, "--carrier", "usps", "--tracking", "94002")

        assert [_told(etsy, each) for each in (first, second)] == ["manual", "manual"]
        assert _asks(etsy) == {first.split(":")[-1]: "94001", second.split(":")[-1]: "94002"}

        etsy.control(
            "ship",
            receipt_id=int(first.split(":")[-1]),
            carrier_name="usps",
            tracking_code="94001",
        )
        etsy.sync()

        assert [_told(etsy, each) for each in (first, second)] == ["sent", "manual"]
        assert list(_asks(etsy)) == [second.split(":")[-1]]
    finally:
        etsy.control("region", restricted=False)
        etsy.terminal.ok("integration", "set", "etsy", "shipments=on")


def _told(etsy: OnEtsy, order: str) -> str:
    (shipment,) = etsy.order(order)["shipments"]
    return str(shipment["push"])


def _asks(etsy: OnEtsy) -> dict[str, str]:
    """Return the tracking number to enter, per order that the inbox asks about."""
    asked = {}
    for row in etsy.terminal.json("inbox"):
        if row["class"] == "decision" and (
            told := re.search(r"tracking number (\d+)", row["message"])
        ):
            asked[row["subject"].removeprefix("Order ")] = told[1]
    return asked
