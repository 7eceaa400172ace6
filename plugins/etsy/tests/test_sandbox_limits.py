"""Limits per second and day, and every planned fault."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from sandbox_kit import START, V3, Sandbox, writable
from tuisync_etsy.sandbox.domain.errors import Refused
from tuisync_etsy.sandbox.domain.limits import Limits

ME = f"{V3}/users/me"


async def fault(sandbox: Sandbox, **plan: Any) -> None:
    await sandbox.control("faults", **plan)


async def test_e12_every_counted_answer_carries_the_four_headers(signed_in: Sandbox) -> None:
    await signed_in.control("limits", per_second=10, per_day=500)
    answer = await signed_in.client.get(ME)
    raw = {name.decode() for name, _ in answer.headers.raw}
    assert raw >= {
        "x-limit-per-second", "x-remaining-this-second", "x-limit-per-day", "x-remaining-today",
        "x-etsy-request-uuid", "date",
    }  # fmt: skip
    assert answer.headers["x-limit-per-second"] == "10"
    assert answer.headers["x-remaining-this-second"] == "9"
    assert answer.headers["x-limit-per-day"] == "500"
    assert answer.headers["x-remaining-today"] == "499"


async def test_e12_the_eleventh_call_in_a_second_is_refused(signed_in: Sandbox) -> None:
    await signed_in.control("limits", per_second=10)
    statuses = [(await signed_in.client.get(ME)).status_code for _ in range(10)]
    refused = await signed_in.client.get(ME)
    assert statuses == [200] * 10
    assert refused.status_code == 429
    assert refused.json() == {"error": "Exceeded per second rate limit"}
    assert refused.headers["retry-after"] == "1"
    assert "x-remaining-today" not in refused.headers
    await signed_in.control("clock", advance=1)
    assert (await signed_in.client.get(ME)).status_code == 200


async def test_e12_the_daily_budget_comes_back_bit_by_bit(signed_in: Sandbox) -> None:
    await signed_in.control("limits", per_day=2)
    await signed_in.client.get(ME)
    await signed_in.control("clock", advance=1800)
    await signed_in.client.get(ME)
    refused = await signed_in.client.get(ME)
    assert refused.status_code == 429
    assert refused.json() == {"error": "Exceeded daily rate limit"}
    wait = int(refused.headers["retry-after"])
    assert 22 * 3600 < wait <= 24 * 3600
    await signed_in.control("clock", advance=wait - 2)
    await signed_in.sign_in()
    assert (await signed_in.client.get(ME)).status_code == 429
    await signed_in.control("clock", advance=2)
    answer = await signed_in.client.get(ME)
    assert answer.status_code == 200
    assert int(answer.headers["x-remaining-today"]) in {0, 1}


async def test_e12_others_spend_the_same_budget(signed_in: Sandbox) -> None:
    await signed_in.control("limits", per_day=100)
    headers = await signed_in.control("limits", spend=97)
    assert headers["x-remaining-today"] == "3"


def test_e12_the_second_rolls() -> None:
    limits = Limits(per_second=2)
    limits.admit(10.0)
    limits.admit(10.9)
    with pytest.raises(Refused):
        limits.admit(10.99)
    limits.admit(11.0)
    with pytest.raises(Refused):
        limits.admit(11.8)
    limits.admit(11.9)


async def test_sign_in_and_control_calls_are_not_counted(sandbox: Sandbox) -> None:
    await sandbox.control("limits", per_second=0, per_day=0)
    await sandbox.sign_in()
    answer = await sandbox.client.get(ME)
    assert answer.status_code == 429


async def test_the_date_is_the_shops_clock(signed_in: Sandbox) -> None:
    await signed_in.control("clock", advance=90)
    for path in (ME, "/sandbox/state", "/oauth/connect"):
        answer = await signed_in.client.get(path)
        assert parsedate_to_datetime(answer.headers["date"]).timestamp() == START + 90


async def test_a_status_fault_answers_once_and_does_nothing(signed_in: Sandbox) -> None:
    receipt = signed_in.receipt(lambda each: each.status == "paid")
    path = f"{signed_in.shop_path}/receipts/{receipt.receipt_id}/tracking"
    body = {"tracking_code": "1", "carrier_name": "ups"}
    await fault(signed_in, method="post", path="tracking", status=503, headers={"Retry-After": "7"})
    answer = await signed_in.client.post(path, json=body)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "7"
    assert not receipt.shipments
    assert (await signed_in.client.post(path, json=body)).status_code == 200


async def test_faults_are_used_in_order_one_for_each_request(signed_in: Sandbox) -> None:
    answer = await signed_in.client.post(
        "/sandbox/faults",
        json=[{"path": "me", "status": 500}, {"path": "me", "status": 503, "times": 2}],
    )
    assert len(answer.json()["faults"]) == 2
    statuses = [(await signed_in.client.get(ME)).status_code for _ in range(4)]
    assert statuses == [500, 503, 503, 200]
    assert signed_in.world.faults.waiting == []


async def test_a_fault_can_let_some_requests_pass_first(signed_in: Sandbox) -> None:
    await fault(signed_in, path="me", status=500, skip=2)
    statuses = [(await signed_in.client.get(ME)).status_code for _ in range(4)]
    assert statuses == [200, 200, 500, 200]


async def test_faults_touch_only_what_they_are_meant_for(signed_in: Sandbox) -> None:
    await fault(signed_in, method="PUT", path="/inventory", status=500)
    assert (await signed_in.client.get(ME)).status_code == 200
    listing = signed_in.listing(lambda each: each.state == "active")
    path = f"{V3}/listings/{listing.listing_id}/inventory"
    assert (await signed_in.client.get(path)).status_code == 200
    assert (await signed_in.client.put(path, json={})).status_code == 500


async def test_lasting_faults_end_when_they_are_cleared(signed_in: Sandbox) -> None:
    await fault(signed_in, path="me", status=500, times=0)
    assert [(await signed_in.client.get(ME)).status_code for _ in range(3)] == [500] * 3
    await signed_in.client.delete("/sandbox/faults")
    assert (await signed_in.client.get(ME)).status_code == 200


async def test_an_edge_server_answers_html(signed_in: Sandbox) -> None:
    await fault(signed_in, path="me", html="<h1>Bad Gateway</h1>")
    answer = await signed_in.client.get(ME)
    assert answer.status_code == 502
    assert answer.headers["content-type"] == "text/html"


async def test_an_error_body_can_be_an_array(signed_in: Sandbox) -> None:
    await fault(signed_in, path="me", array_error=True)
    answer = await signed_in.client.get(ME)
    assert answer.status_code == 400
    assert set(answer.json()[0]) == {"path", "type", "message"}


async def test_the_token_endpoint_can_fail_too(signed_in: Sandbox) -> None:
    await fault(signed_in, path="oauth/token", status=500)
    answer = await signed_in.client.post("/v3/public/oauth/token")
    assert answer.json() == {"error": "Server Error"}


async def test_a_cut_body_is_no_json(signed_in: Sandbox) -> None:
    await fault(signed_in, path="me", cut=5)
    answer = await signed_in.client.get(ME)
    assert answer.status_code == 200
    assert len(answer.content) == 5


async def test_e10_a_lost_answer_may_have_had_its_effect(signed_in: Sandbox) -> None:
    receipt = signed_in.receipt(lambda each: each.status == "paid")
    path = f"{signed_in.shop_path}/receipts/{receipt.receipt_id}/tracking"
    body = {"tracking_code": "1", "carrier_name": "ups"}
    await fault(signed_in, path="tracking", drop="before")
    with pytest.raises(httpx.RemoteProtocolError):
        await signed_in.client.post(path, json=body)
    assert not receipt.shipments
    await fault(signed_in, path="tracking", drop="after")
    with pytest.raises(httpx.RemoteProtocolError):
        await signed_in.client.post(path, json=body)
    assert len(receipt.shipments) == 1
    assert signed_in.world.emails[receipt.receipt_id] == 1


async def test_delays_come_before_or_after_the_effect(signed_in: Sandbox) -> None:
    await fault(signed_in, path="me", delay=3.5)
    await fault(signed_in, path="ping", delay_after=20)
    await signed_in.get("/users/me")
    await signed_in.get("/openapi-ping")
    assert signed_in.slept == [3.5, 20]


async def test_skus_can_be_blank_for_a_while(signed_in: Sandbox) -> None:
    listing = signed_in.listing(lambda each: each.state == "active" and each.has_variations)
    path = f"/listings/{listing.listing_id}/inventory"
    await fault(signed_in, path="inventory", blank_skus=True)
    blank, real = await signed_in.get(path), await signed_in.get(path)
    assert {product["sku"] for product in blank["products"]} == {""}
    assert {product["sku"] for product in real["products"]} != {""}
    assert writable(blank).keys() == writable(real).keys()


async def test_a_row_can_come_twice(signed_in: Sandbox) -> None:
    path = f"/shops/{signed_in.world.shop.shop_id}/listings"
    await fault(signed_in, path="listings", duplicate_rows=True)
    rows = (await signed_in.get(path))["results"]
    assert len(rows) == 26
    assert rows[0] == rows[-1]


async def test_a_count_can_be_wrong_and_an_inventory_missing(signed_in: Sandbox) -> None:
    ids = [each.listing_id for each in signed_in.world.listings.values()][:2]
    await fault(signed_in, path="batch", count_off=3)
    await fault(signed_in, path="batch", no_inventory=ids[0])
    path, query = "/listings/batch/inventory", {"listing_ids": ",".join(map(str, ids))}
    first, second = await signed_in.get(path, **query), await signed_in.get(path, **query)
    assert (first["count"], len(first["results"])) == (5, 2)
    assert [row["inventory"] is None for row in second["results"]] == [True, False]


async def test_s46_a_record_stays_malformed_until_it_is_repaired(signed_in: Sandbox) -> None:
    shop = f"/shops/{signed_in.world.shop.shop_id}"
    receipt = signed_in.receipt(lambda each: each.status == "completed")
    await fault(signed_in, malformed_receipt=receipt.receipt_id)
    row = await signed_in.get(f"{shop}/receipts/{receipt.receipt_id}")
    assert row["receipt_id"] == receipt.receipt_id
    assert row["transactions"] is None
    listing = signed_in.listing(lambda each: each.state == "active")
    await fault(signed_in, malformed_listing=listing.listing_id)
    ids = [each.listing_id for each in signed_in.world.listings.values() if each.state == "active"]
    page = await signed_in.get("/listings/batch", listing_ids=",".join(map(str, ids[:5])))
    assert [row["title"] is None for row in page["results"]] == [True, False, False, False, False]
    assert (await signed_in.get(f"{shop}/receipts/{receipt.receipt_id}"))["transactions"] is None
    await signed_in.client.delete("/sandbox/faults")
    assert (await signed_in.get(f"{shop}/receipts/{receipt.receipt_id}"))["transactions"]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("sell", b"{"),
        ("sell", b"\xff"),
        ("sell", b'{"quantity": 0}'),
        ("sell", b'{"quantity": "many"}'),
        ("sell", b'{"quantity": -3}'),
        ("sell", b'{"colour": "red"}'),
        ("cancel", b"{}"),
        ("edit", b'{"sku": "MUG-OAT-101", "quantity": -1}'),
        ("edit", b'{"sku": "MUG-OAT-101", "state": "gone"}'),
        ("clock", b'{"advance": -5}'),
        ("clock", b'{"advance": "x"}'),
        ("clock", b'{"advance": 1e300}'),
        ("user", b'{"seat": "thief"}'),
        ("faults", b'{"drop": "sometimes"}'),
        ("faults", b"[1]"),
        ("faults", b""),
        ("faults", b'{"status": 99}'),
        ("limits", b'{"per_second": -1}'),
        ("quirks", b'{"rotation": "never"}'),
        ("listings", b"{}"),
        ("listings", b'{"title": "A", "quantity": 1000}'),
    ],
)
async def test_a_wrong_control_call_is_a_400_with_a_sentence(
    sandbox: Sandbox, name: str, body: bytes
) -> None:
    answer = await sandbox.client.post(f"/sandbox/{name}", content=body)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]


async def test_control_calls_about_nothing_are_404(sandbox: Sandbox) -> None:
    for name, body in {
        "sell": {"sku": "NOTHING"},
        "cancel": {"receipt_id": 1},
        "edit": {"listing_id": 1},
    }.items():
        answer = await sandbox.client.post(f"/sandbox/{name}", json=body)
        assert answer.status_code == 404
    assert (await sandbox.client.get("/sandbox/nothing")).status_code == 404


async def test_the_seller_edits_a_listing(signed_in: Sandbox) -> None:
    listing = signed_in.listing(
        lambda each: (
            each.state == "active" and bool(each.on_property.quantity and each.on_property.sku)
        )
    )
    sku = listing.products[1].sku
    await signed_in.control("clock", advance=60)
    await signed_in.control(
        "edit", sku=sku, listing_id=listing.listing_id, title="New", new_sku="N-1", quantity=7,
        price=950, enabled=False,
    )  # fmt: skip
    product = listing.products[1]
    assert listing.title == "New"
    assert listing.updated_at == signed_in.world.clock.now()
    assert (product.sku, product.quantity, product.price, product.is_enabled) == (
        "N-1", 7, 950, False,
    )  # fmt: skip
    old = product.properties[0].values[0]
    await signed_in.control("edit", listing_id=listing.listing_id, rename=[old, "Renamed"])
    assert listing.products[1].properties[0].values == ("Renamed",)
    await signed_in.control("edit", listing_id=listing.listing_id, state="inactive")
    assert listing.state == "inactive"
    await signed_in.control("edit", listing_id=listing.listing_id, delete=True)
    answer = await signed_in.client.get(f"{V3}/listings/{listing.listing_id}")
    assert answer.status_code == 404


async def test_s45_the_seller_adds_a_listing(signed_in: Sandbox) -> None:
    made = await signed_in.control("listings", title="Brand New", sku="BN-1", quantity=3)
    shown = await signed_in.get(f"/listings/{made['listing']['listing_id']}")
    assert (shown["title"], shown["quantity"], shown["skus"]) == ("Brand New", 3, ["BN-1"])


async def test_s05_the_request_log_names_every_call(signed_in: Sandbox) -> None:
    before = signed_in.world.log.total
    await signed_in.get("/users/me")
    await signed_in.client.get(f"{V3}/listings/1", params={"includes": "Images"})
    await signed_in.client.get("/sandbox/state")
    log = (await signed_in.client.get("/sandbox/requests", params={"since": before})).json()
    assert [(c["method"], c["path"], c["query"], c["status"]) for c in log["requests"]] == [
        ("GET", ME, "", 200),
        ("GET", f"{V3}/listings/1", "includes=Images", 404),
    ]
    assert log["total"] == before + 2


async def test_the_index_names_every_control_call(sandbox: Sandbox) -> None:
    index = (await sandbox.client.get("/sandbox")).json()
    assert index["POST /sandbox/pay"] == {
        "does": "The payment of an order goes through.",
        "takes": ["receipt_id"],
    }
    assert "GET /sandbox/state" in index
    assert all(entry["does"] for name, entry in index.items() if name.startswith("POST"))
