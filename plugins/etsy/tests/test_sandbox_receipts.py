"""Receipts: filters and pages, sales and cancellations, and parcels that e-mail the buyer."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tuisync_etsy.sandbox.domain.receipts import Receipt

if TYPE_CHECKING:
    from sandbox_kit import Sandbox

DAY = 86_400


async def ids(sandbox: Sandbox, **query: Any) -> list[int]:
    found: list[int] = []
    while True:
        page = await sandbox.get(
            f"/shops/{sandbox.world.shop.shop_id}/receipts",
            limit=100,
            offset=len(found),
            **query,
        )
        found += [row["receipt_id"] for row in page["results"]]
        if len(found) >= page["count"]:
            return found


async def one(sandbox: Sandbox, receipt_id: int) -> dict[str, Any]:
    return dict(await sandbox.get(f"/shops/{sandbox.world.shop.shop_id}/receipts/{receipt_id}"))


async def track(sandbox: Sandbox, receipt_id: int, **body: Any) -> Any:
    return await sandbox.client.post(
        f"{sandbox.shop_path}/receipts/{receipt_id}/tracking", json=body
    )


def to_pack(country: str | None = None) -> Any:
    def fits(receipt: Receipt) -> bool:
        here = receipt.buyer.address.country_iso
        return receipt.status == "paid" and country in (None, here)

    return fits


async def test_e8_cancelled_ones_come_only_when_they_are_asked_for(signed_in: Sandbox) -> None:
    usual, cancelled = await ids(signed_in), await ids(signed_in, was_canceled="true")
    assert len(usual) + len(cancelled) == 300
    assert not set(usual) & set(cancelled)
    await signed_in.control("quirks", cancelled_listed=True)
    assert set(await ids(signed_in)) == {*usual, *cancelled}
    assert set(await ids(signed_in, was_canceled="false")) == set(usual)


async def test_the_flags_filter(signed_in: Sandbox) -> None:
    mine = signed_in.world.receipts_of(signed_in.world.shop.shop_id)
    alive = [receipt for receipt in mine if not receipt.cancelled]
    wanted = {
        ("was_paid", "false"): {r.receipt_id for r in alive if not r.is_paid},
        ("was_shipped", "1"): {r.receipt_id for r in alive if r.is_shipped},
        ("was_delivered", "true"): {r.receipt_id for r in alive if r.delivered_at},
    }
    for (name, value), expected in wanted.items():
        assert set(await ids(signed_in, **{name: value})) == expected
        assert 0 < len(expected) < len(alive)
    open_ones = await ids(signed_in, was_paid="true", was_shipped="false", was_canceled="false")
    assert len(open_ones) == sum(r.status == "paid" for r in alive)


async def test_times_filter_including_both_ends(signed_in: Sandbox) -> None:
    mine = [r for r in signed_in.world.receipts_of(signed_in.world.shop.shop_id) if not r.cancelled]
    early, late = mine[100].created_at, mine[200].created_at
    expected = {r.receipt_id for r in mine if early <= r.created_at <= late}
    assert set(await ids(signed_in, min_created=early, max_created=late)) == expected
    changed = sorted(r.updated_at for r in mine)
    low, high = changed[100], changed[200]
    expected = {r.receipt_id for r in mine if low <= r.updated_at <= high}
    found = await ids(signed_in, min_last_modified=low, max_last_modified=high)
    assert set(found) == expected


@pytest.mark.parametrize("sort_on", ["created", "updated", "receipt_id"])
@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_e9_every_order_pages_through_all_of_them(
    signed_in: Sandbox, sort_on: str, order: str
) -> None:
    found = await ids(signed_in, sort_on=sort_on, sort_order=order)
    field = {"created": "created_at", "updated": "updated_at"}.get(sort_on, "receipt_id")
    keys = [getattr(signed_in.world.receipts[each], field) for each in found]
    assert len(set(found)) == len(found)
    assert keys == sorted(keys, reverse=order == "desc")


@pytest.mark.parametrize(
    "query",
    [{"was_paid": "maybe"}, {"min_created": "946684799"}, {"max_created": "x"}, {"sort_on": "a"}],
)
async def test_a_wrong_filter_is_refused(signed_in: Sandbox, query: dict[str, str]) -> None:
    answer = await signed_in.client.get(f"{signed_in.shop_path}/receipts", params=query)
    assert answer.status_code == 400


async def test_the_shop_has_every_kind_of_order(signed_in: Sandbox) -> None:
    mine = signed_in.world.receipts_of(signed_in.world.shop.shop_id)
    statuses = Counter(receipt.status for receipt in mine)
    buyers = {receipt.buyer.user_id for receipt in mine}
    assert len(mine) == 300
    assert statuses["completed"] > 200
    assert 30 <= statuses["paid"] <= 40
    assert statuses["canceled"] == 4
    assert statuses["payment processing"] == 3
    assert statuses["partially refunded"] == 2
    assert 150 <= len(buyers) <= 210
    assert sum(len(receipt.lines) > 1 for receipt in mine) > 30
    assert sum(receipt.buyer.email is None for receipt in mine) > 200
    assert any(receipt.buyer.address.country_iso is None for receipt in mine)
    assert any(line.listing_id is None for receipt in mine for line in receipt.lines)
    assert all(line.quantity > 0 for receipt in mine for line in receipt.lines)
    assert all(r.created_at < signed_in.world.clock.now() for r in mine)


async def test_an_open_order_is_always_for_a_listing_that_exists(signed_in: Sandbox) -> None:
    for receipt in signed_in.world.receipts_of(signed_in.world.shop.shop_id):
        if receipt.status in {"paid", "payment processing"}:
            assert all(line.listing_id in signed_in.world.listings for line in receipt.lines)


async def test_money_adds_up(signed_in: Sandbox) -> None:
    page = await signed_in.get(f"/shops/{signed_in.world.shop.shop_id}/receipts", limit=100)
    for row in page["results"]:
        amount = {
            name: row[name]["amount"]
            for name in [
                "grandtotal",
                "subtotal",
                "total_price",
                "discount_amt",
                "total_tax_cost",
                "total_vat_cost",
                "total_shipping_cost",
            ]
        }
        lines = sum(line["price"]["amount"] * line["quantity"] for line in row["transactions"])
        assert amount["total_price"] == lines
        assert amount["subtotal"] == lines - amount["discount_amt"]
        assert amount["grandtotal"] == (
            amount["subtotal"]
            + amount["total_tax_cost"]
            + amount["total_vat_cost"]
            + amount["total_shipping_cost"]
        )


async def test_e17_statuses_are_capitalised_unless_switched_off(signed_in: Sandbox) -> None:
    path = f"/shops/{signed_in.world.shop.shop_id}/receipts"
    shown = {row["status"] for row in (await signed_in.get(path, limit=100))["results"]}
    assert shown >= {"Completed", "Paid", "Payment processing"}
    await signed_in.control("quirks", capitalised_status=False)
    shown = {row["status"] for row in (await signed_in.get(path, limit=100))["results"]}
    assert shown >= {"completed", "paid", "payment processing"}


async def test_names_carry_entities_unless_switched_off(signed_in: Sandbox) -> None:
    receipt = signed_in.receipt(lambda each: "O'Connell" in each.buyer.name)
    assert "O&#39;Connell" in (await one(signed_in, receipt.receipt_id))["name"]
    await signed_in.control("quirks", escaped_text=False)
    assert "O'Connell" in (await one(signed_in, receipt.receipt_id))["name"]


async def test_personalization_comes_among_the_variations(signed_in: Sandbox) -> None:
    receipt = signed_in.receipt(lambda each: any(line.personalization for line in each.lines))
    lines = (await one(signed_in, receipt.receipt_id))["transactions"]
    asked = [v for line in lines for v in line["variations"] if v["property_id"] == 54]
    assert asked[0]["question_id"] == 1
    assert all(v["property_id"] != 54 for line in lines for v in line["product_data"])


async def test_an_unknown_receipt_is_a_404(signed_in: Sandbox) -> None:
    shop_id = signed_in.world.shop.shop_id
    answer = await signed_in.client.get(f"{signed_in.shop_path}/receipts/5")
    assert answer.status_code == 404
    assert answer.json()["error"] == (
        f"Could not find a Shop Receipt with receipt_id = 5 associated with shop_id = {shop_id}."
    )


async def test_a_sale_lowers_the_number_and_the_last_one_sells_out(signed_in: Sandbox) -> None:
    listing = signed_in.listing(
        lambda each: each.state == "active" and each.products[0].quantity > 1
        and not each.has_variations and each.type == "physical"
    )  # fmt: skip
    had = listing.products[0].quantity
    sold = await signed_in.control("sell", listing_id=listing.listing_id, quantity=1)
    assert sold["left"] == listing.quantity == had - 1
    assert sold["listing"]["state"] == "active"
    last = await signed_in.control("sell", listing_id=listing.listing_id, quantity=had - 1)
    assert last["listing"]["state"] == "sold_out"
    too_many = await signed_in.client.post("/sandbox/sell", json={"listing_id": listing.listing_id})
    assert too_many.status_code == 409


async def test_e5_a_sale_from_a_shared_pool_lowers_every_product(signed_in: Sandbox) -> None:
    listing = signed_in.listing(
        lambda each: each.state == "active" and each.has_variations
        and not each.on_property.quantity and each.quantity > 2
    )  # fmt: skip
    had = listing.quantity
    await signed_in.control("sell", listing_id=listing.listing_id, quantity=2)
    assert {product.quantity for product in listing.products} == {had - 2}


async def test_a_sale_by_options_lowers_that_product_only(signed_in: Sandbox) -> None:
    listing = signed_in.listing(
        lambda each: (
            each.state == "active"
            and bool(each.on_property.quantity)
            and each.products[-1].quantity > 0
        )
    )
    last = listing.products[-1]
    options = {value.property_name: value.values[0] for value in last.properties}
    sold = await signed_in.control("sell", listing_id=listing.listing_id, options=options)
    row = await one(signed_in, sold["receipt"]["receipt_id"])
    assert listing.products[-1].quantity == last.quantity - 1
    chosen = {
        v["formatted_name"]: v["formatted_value"] for v in row["transactions"][0]["variations"]
    }
    assert chosen == options
    assert row["transactions"][0]["product_id"] == last.product_id


async def test_a_payment_may_take_a_while(signed_in: Sandbox) -> None:
    sold = await signed_in.control("sell", paid=False, pays_in=60)
    receipt_id = sold["receipt"]["receipt_id"]
    assert (await one(signed_in, receipt_id))["status"] == "Payment processing"
    await signed_in.control("clock", advance=59)
    assert (await one(signed_in, receipt_id))["is_paid"] is False
    await signed_in.control("clock", advance=1)
    row = await one(signed_in, receipt_id)
    assert row["status"] == "Paid"
    assert row["updated_timestamp"] == row["created_timestamp"] + 60


async def test_an_unpaid_order_waits_for_the_control(signed_in: Sandbox) -> None:
    receipt_id = (await signed_in.control("sell", paid=False))["receipt"]["receipt_id"]
    await signed_in.control("clock", advance=3000)
    assert (await one(signed_in, receipt_id))["is_paid"] is False
    await signed_in.control("pay", receipt_id=receipt_id)
    assert (await one(signed_in, receipt_id))["is_paid"] is True
    again = await signed_in.client.post("/sandbox/pay", json={"receipt_id": receipt_id})
    assert again.status_code == 409


@pytest.mark.parametrize("touch", [False, True])
async def test_e8_a_cancellation_does_not_show_as_a_change(
    signed_in: Sandbox, *, touch: bool
) -> None:
    await signed_in.control("quirks", cancel_moves_update=touch)
    receipt = signed_in.receipt(to_pack())
    await signed_in.control("clock", advance=600)
    since = signed_in.world.clock.now()
    await signed_in.control("cancel", receipt_id=receipt.receipt_id)
    changed = await ids(signed_in, min_last_modified=since, was_canceled="true")
    assert (receipt.receipt_id in changed) is touch
    assert receipt.receipt_id in await ids(signed_in, was_canceled="true")
    assert (await one(signed_in, receipt.receipt_id))["status"] == "Canceled"


@pytest.mark.parametrize("restock", [False, True])
async def test_a_cancellation_restocks_only_if_the_seller_says_so(
    signed_in: Sandbox, *, restock: bool
) -> None:
    sold = await signed_in.control("sell")
    listing = signed_in.world.listings[sold["listing"]["listing_id"]]
    before = listing.quantity
    await signed_in.control("cancel", receipt_id=sold["receipt"]["receipt_id"], restock=restock)
    assert listing.quantity == before + (1 if restock else 0)


async def test_e8_a_refund_leaves_totals_and_change_time_alone(signed_in: Sandbox) -> None:
    receipt = signed_in.receipt(to_pack())
    before = await one(signed_in, receipt.receipt_id)
    await signed_in.control("clock", advance=60)
    await signed_in.control("refund", receipt_id=receipt.receipt_id, amount=100)
    after = await one(signed_in, receipt.receipt_id)
    assert after["status"] == "Partially refunded"
    assert after["refunds"][0]["amount"]["amount"] == 100
    assert after["grandtotal"] == before["grandtotal"]
    assert after["updated_timestamp"] == before["updated_timestamp"]
    rest = receipt.grandtotal - 100
    await signed_in.control("refund", receipt_id=receipt.receipt_id, amount=rest)
    assert (await one(signed_in, receipt.receipt_id))["status"] == "Fully refunded"
    more = await signed_in.client.post(
        "/sandbox/refund", json={"receipt_id": receipt.receipt_id, "amount": 1}
    )
    assert more.status_code == 400


async def test_s36_tracking_ships_the_order_and_mails_the_buyer_once(signed_in: Sandbox) -> None:
    receipt = signed_in.receipt(to_pack())
    await signed_in.control("clock", advance=60)
    answer = await track(
        signed_in, receipt.receipt_id, tracking_code=" 1Z99 ", carrier_name="dhl-germany"
    )
    row = answer.json()
    state = (await signed_in.client.get("/sandbox/state")).json()
    assert answer.status_code == 200
    assert row["status"] == "Completed"
    assert row["is_shipped"] is True
    assert row["updated_timestamp"] == signed_in.world.clock.now()
    assert row["shipments"][0]["carrier_name"] == "DHL Germany"
    assert row["shipments"][0]["tracking_code"] == "1Z99"
    assert row["shipments"][0]["shipment_notification_timestamp"] % DAY == 17 * 3600
    assert row["transactions"][0]["shipped_timestamp"] == signed_in.world.clock.now()
    assert state["emails"] == {"total": 1, "per_receipt": {str(receipt.receipt_id): 1}}


async def test_e10_a_repeat_adds_a_parcel_and_mails_again(signed_in: Sandbox) -> None:
    receipt = signed_in.receipt(to_pack())
    for _ in range(2):
        answer = await track(
            signed_in, receipt.receipt_id, tracking_code="1Z99", carrier_name="ups"
        )
    assert len(answer.json()["shipments"]) == 2
    assert signed_in.world.emails[receipt.receipt_id] == 2


@pytest.mark.parametrize(
    ("country", "body", "status", "text"),
    [
        ("US", {}, 400, "A tracking number is required"),
        ("US", {"carrier_name": "ups"}, 400, "A tracking number is required"),
        ("GB", {}, 200, ""),
        ("GB", {"carrier_name": "ups"}, 200, ""),
        ("GB", {"tracking_code": "1"}, 400, "A carrier name is required"),
        ("GB", {"tracking_code": 1, "carrier_name": "ups"}, 400, "tracking_code"),
        ("GB", {"tracking_code": "1", "carrier_name": "Owl Post"}, 200, ""),
    ],
)
async def test_e10_when_tracking_is_required(
    signed_in: Sandbox, country: str, body: dict[str, Any], status: int, text: str
) -> None:
    receipt = signed_in.receipt(lambda each: to_pack(country)(each) and each.subtotal > 1000)
    answer = await track(signed_in, receipt.receipt_id, **body)
    assert answer.status_code == status
    assert text in answer.json().get("error", "")
    assert signed_in.world.emails.total() == (1 if status == 200 else 0)


@pytest.mark.parametrize(("price", "status"), [(1000, 200), (1001, 400)])
async def test_e10_tracking_is_required_above_ten_dollars_within_the_states(
    signed_in: Sandbox, price: int, status: int
) -> None:
    made = await signed_in.control("listings", title="Cheap", price=price)
    buyer = next(each for each in signed_in.world.buyers if each.address.country_iso == "US")
    sold = await signed_in.control(
        "sell", listing_id=made["listing"]["listing_id"], buyer_id=buyer.user_id
    )
    assert (await track(signed_in, sold["receipt"]["receipt_id"])).status_code == status


async def test_e10_json_under_a_form_content_type_ships_without_tracking(
    signed_in: Sandbox,
) -> None:
    receipt = signed_in.receipt(to_pack("GB"))
    answer = await signed_in.client.post(
        f"{signed_in.shop_path}/receipts/{receipt.receipt_id}/tracking",
        content=b'{"tracking_code": "1Z", "carrier_name": "ups"}',
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code == 200
    assert answer.json()["shipments"][0]["tracking_code"] == ""
    assert signed_in.world.emails[receipt.receipt_id] == 1


@pytest.mark.parametrize("status", ["canceled", "payment processing"])
async def test_an_order_that_is_cancelled_or_unpaid_cannot_be_shipped(
    signed_in: Sandbox, status: str
) -> None:
    receipt = signed_in.receipt(lambda each: each.status == status)
    answer = await track(signed_in, receipt.receipt_id, tracking_code="1", carrier_name="ups")
    assert answer.status_code == 409
    assert not receipt.shipments


async def test_e19_a_restricted_region_hides_addresses_and_refuses_tracking(
    signed_in: Sandbox,
) -> None:
    receipt = signed_in.receipt(to_pack("GB"))
    await signed_in.control("region", restricted=True)
    row = await one(signed_in, receipt.receipt_id)
    answer = await track(signed_in, receipt.receipt_id, tracking_code="1", carrier_name="ups")
    hidden = ("first_line", "city", "state", "zip", "country_iso", "formatted_address")
    assert [row[name] for name in hidden] == [None] * len(hidden)
    assert row["name"]
    assert answer.status_code == 403
    assert answer.json() == {"error": "Unauthorized"}
    await signed_in.control("region", restricted=False)
    assert (await one(signed_in, receipt.receipt_id))["country_iso"] == "GB"


async def test_a_digital_order_is_complete_once_it_is_paid(signed_in: Sandbox) -> None:
    listing = signed_in.listing(lambda each: each.type == "download")
    sold = await signed_in.control("sell", listing_id=listing.listing_id)
    row = await one(signed_in, sold["receipt"]["receipt_id"])
    assert row["status"] == "Completed"
    assert row["transactions"][0]["is_digital"] is True
    assert listing.products[0].quantity == 999


async def test_an_order_of_several_lines_is_sold_whole_or_not_at_all(signed_in: Sandbox) -> None:
    listing = signed_in.listing(
        lambda each: each.state == "active" and each.has_variations and each.quantity > 3
        and not each.on_property.quantity
    )  # fmt: skip
    other = signed_in.listing(
        lambda each: each.state == "active" and not each.has_variations and each.quantity > 1
    )
    had, lines = listing.quantity, [
        {"listing_id": other.listing_id, "quantity": 1},
        {"listing_id": listing.listing_id, "quantity": 2},
        {"listing_id": listing.listing_id, "quantity": listing.quantity - 1},
    ]  # fmt: skip
    refused = await signed_in.client.post("/sandbox/sell", json={"lines": lines})
    assert refused.status_code == 409
    assert listing.quantity == had
    sold = await signed_in.control("sell", lines=lines[:2])
    row = await one(signed_in, sold["receipt"]["receipt_id"])
    assert [line["quantity"] for line in row["transactions"]] == [1, 2]
    assert listing.quantity == had - 2


async def test_product_data_can_be_missing_in_lists(signed_in: Sandbox) -> None:
    await signed_in.control("quirks", product_data_in_lists=False)
    page = await signed_in.get(f"/shops/{signed_in.world.shop.shop_id}/receipts", limit=100)
    varied = next(row for row in page["results"] if row["transactions"][0]["variations"])
    assert all(line["product_data"] == [] for line in varied["transactions"])
    single = await one(signed_in, varied["receipt_id"])
    assert single["transactions"][0]["product_data"]


async def test_a_buyer_can_come_back(signed_in: Sandbox) -> None:
    buyer = signed_in.world.buyers[3]
    sold = await signed_in.control("sell", buyer_id=buyer.user_id)
    row = await one(signed_in, sold["receipt"]["receipt_id"])
    assert row["buyer_user_id"] == buyer.user_id
    answer = await signed_in.client.post("/sandbox/sell", json={"buyer_id": 1})
    assert answer.status_code == 404


async def test_the_seller_can_ship_on_the_shops_own_pages(signed_in: Sandbox) -> None:
    receipt = signed_in.receipt(to_pack("US"))
    await signed_in.control(
        "ship", receipt_id=receipt.receipt_id, tracking_code="9", carrier_name="usps"
    )
    assert (await one(signed_in, receipt.receipt_id))["is_shipped"] is True
