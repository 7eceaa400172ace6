from __future__ import annotations

from datetime import timedelta

import pytest

from tuisync.testing import FakeMarketplace, FakeShop, ManualClock, OutOfStock, a_buyer, a_variant


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def shop(clock: ManualClock) -> FakeShop:
    return FakeMarketplace(clock=clock).shop


def test_a_sale_takes_units_and_makes_an_order(shop: FakeShop, clock: ManualClock) -> None:
    mug = shop.list_item("Blue mug", 5, sku="MUG")
    clock.advance(minutes=1)

    order = shop.sell(mug.remote_id, 2, buyer=a_buyer("Grace"))

    assert shop.quantity(mug.remote_id) == 3
    line = order.lines[0]
    assert (line.listing_id, line.variant_key, line.sku, line.quantity) == (
        mug.remote_id,
        "",
        "MUG",
        2,
    )
    assert (order.payment, order.placed_at, order.buyer.name) == ("paid", clock.now, "Grace")
    assert str(order.total) == "25.80 USD"


def test_nobody_buys_what_is_not_shown(shop: FakeShop) -> None:
    mug = shop.list_item("Blue mug", 1)
    draft = shop.list_item("Draft", 5, state="draft")

    with pytest.raises(OutOfStock):
        shop.sell(mug.remote_id, 2)
    with pytest.raises(OutOfStock):
        shop.sell(draft.remote_id)

    assert shop.quantity(mug.remote_id) == 1
    assert shop.orders == {}


def test_variants_are_sold_apart(shop: FakeShop) -> None:
    small = a_variant(2, options={"Size": "S"})
    large = a_variant(3, options={"Size": "L"})
    shirt = shop.list_item("Shirt", variants=[small, large])

    order = shop.checkout({(shirt.remote_id, "Size=S"): 1, (shirt.remote_id, "Size=L"): 2})

    assert shop.quantity(shirt.remote_id, "Size=S") == 1
    assert shop.quantity(shirt.remote_id, "Size=L") == 1
    assert [line.variant_key for line in order.lines] == ["Size=S", "Size=L"]


@pytest.mark.parametrize(("zero_stock", "state"), [(True, "active"), (False, "sold_out")])
def test_the_last_unit_sells_a_listing_out_where_zero_cannot_be_shown(
    shop: FakeShop, zero_stock: bool, state: str
) -> None:
    shop.zero_stock = zero_stock
    mug = shop.list_item("Blue mug", 1)

    shop.sell(mug.remote_id)

    assert shop.listings[mug.remote_id].state == state


def test_an_order_goes_its_way(shop: FakeShop, clock: ManualClock) -> None:
    mug = shop.list_item("Blue mug", 5)
    order = shop.sell(mug.remote_id, paid=False)
    assert (order.payment, order.paid_at) == ("unpaid", None)

    clock.advance(hours=1)
    assert shop.pay(order.remote_id).paid_at == clock.now
    shipped = shop.ship(order.remote_id, "dhl", "T1")
    assert (shipped.shipped, shipped.shipments[0].tracking) == (True, "T1")
    assert shop.emails == [order.remote_id]
    assert shop.refund(order.remote_id, partly=True).payment == "partially_refunded"
    assert shop.quantity(mug.remote_id) == 4


@pytest.mark.parametrize(("restock", "left"), [(True, 5), (False, 3)])
def test_a_cancelled_order_may_give_its_units_back(
    shop: FakeShop, restock: bool, left: int
) -> None:
    mug = shop.list_item("Blue mug", 5)
    order = shop.sell(mug.remote_id, 2)

    assert shop.cancel(order.remote_id, restock=restock).cancelled
    assert shop.quantity(mug.remote_id) == left


def test_rebuilding_a_listing_changes_its_fingerprint_and_a_sale_does_not(shop: FakeShop) -> None:
    shirt = shop.list_item("Shirt", variants=[a_variant(3, options={"Size": "S"})])

    shop.sell(shirt.remote_id, key="Size=S")
    assert shop.listings[shirt.remote_id].fingerprint == shirt.fingerprint

    shop.reshape(shirt.remote_id, [a_variant(3, options={"Size": "S", "Colour": "Red"})])
    assert shop.listings[shirt.remote_id].fingerprint != shirt.fingerprint


def test_an_order_may_become_visible_late(shop: FakeShop, clock: ManualClock) -> None:
    mug = shop.list_item("Blue mug", 5)
    late = shop.sell(mug.remote_id, visible_at=clock.now + timedelta(minutes=10))
    prompt = shop.sell(mug.remote_id)

    assert list(shop.visible_orders()) == [prompt.remote_id]
    clock.advance(minutes=10)
    assert set(shop.visible_orders()) == {late.remote_id, prompt.remote_id}
    assert shop.revision(late.remote_id) > shop.revision(prompt.remote_id)


def test_a_clock_goes_when_told() -> None:
    clock = ManualClock()
    start = clock()

    assert clock() == start
    assert clock.advance(hours=1, minutes=1, seconds=1) - start == timedelta(seconds=3661)
    assert clock.advance(hours=-2) < start
