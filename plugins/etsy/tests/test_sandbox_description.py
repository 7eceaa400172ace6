"""The sandbox speaks exactly as Etsy's description says, in success and in refusal."""

from __future__ import annotations

from itertools import product
from typing import Any

from etsy_description import DEVIATIONS, TOKEN_PATH
from etsy_recorder import MISTAKEN, Recorder
from sandbox_kit import V3, Sandbox, writable

STATES = ("active", "inactive", "sold_out", "draft", "expired")
LEAST = 200


async def test_every_exchange_with_the_sandbox_fits_the_description(
    checked_sandbox: Sandbox, recorder: Recorder
) -> None:
    await _sign_in_and_look_around(checked_sandbox)
    await _read_all_listings(checked_sandbox)
    await _write_inventories(checked_sandbox)
    await _read_all_receipts(checked_sandbox)
    await _ship(checked_sandbox)
    await _be_refused(checked_sandbox)
    await _be_somebody_else(checked_sandbox)
    assert recorder.violations == []
    assert len(recorder.exchanges) >= LEAST
    assert {status for _, status in recorder.seen} >= {200, 400, 401, 403, 404, 409, 429, 500}


async def test_the_check_finds_what_is_wrong(checked_sandbox: Sandbox, recorder: Recorder) -> None:
    await checked_sandbox.sign_in()
    client, shop = checked_sandbox.client, checked_sandbox.shop_path
    await checked_sandbox.control("faults", path="users/me", status=200, body={"user_id": "7"})
    await checked_sandbox.control("faults", path="ping", status=200, body={"pong": 1})
    await client.get(f"{V3}/users/me")
    await client.get(f"{V3}/openapi-ping")
    await client.get(f"{shop}/receipts", params={"limit": "500"})
    await client.get(f"{shop}/receipts", params={"was_payed": "true"})
    await client.put(f"{V3}/listings/1/inventory", json={"products": [{"ofers": []}]})
    await client.get(f"{V3}/listings/1/inventories")
    await client.get(f"{V3}/users/me", headers={"authorization": ""})
    found = [str(each) for each in recorder.exchanges[1:] if each.violations]
    assert len(found) == 7
    for text, word in zip(
        found,
        ("not of type 'integer'", "pong", "500", "was_payed", "ofers", "Path", "Security"),
        strict=True,
    ):
        assert word in text


def test_every_deviation_says_where_it_is_known_from() -> None:
    assert all(each.name and each.source and each.reason for each in DEVIATIONS)
    assert len({each.name for each in DEVIATIONS}) == len(DEVIATIONS)


async def _sign_in_and_look_around(sandbox: Sandbox) -> None:
    await sandbox.sign_in()
    me = await sandbox.get("/users/me")
    await sandbox.get(f"/users/{me['user_id']}/shops")
    await sandbox.get(f"/shops/{me['shop_id']}")
    await sandbox.get("/openapi-ping")
    await sandbox.get("/shipping-carriers", origin_country_iso="US")
    await sandbox.get(f"/shops/{me['shop_id']}/readiness-state-definitions")
    token = sandbox.client.headers["authorization"].removeprefix("Bearer ")
    await sandbox.client.post(f"{V3}/scopes", data={"token": token})
    await sandbox.client.post(TOKEN_PATH, json=_refresh(sandbox, sandbox.refresh_token))


async def _read_all_listings(sandbox: Sandbox) -> None:
    shop = f"/shops/{sandbox.world.shop.shop_id}"
    for state, sort in product(STATES, ("created", "updated", "price")):
        await sandbox.get(f"{shop}/listings", state=state, limit=40, sort_on=sort)
    found = await sandbox.get(f"{shop}/listings", limit=100, includes="Images,Shop")
    ids = [str(row["listing_id"]) for row in found["results"]]
    await sandbox.get("/listings/batch", listing_ids=",".join(ids), includes="Images")
    for start in range(0, len(ids), 20):
        some = ",".join(ids[start : start + 20])
        await sandbox.get("/listings/batch/inventory", listing_ids=some)
    for listing_id in ids[:15]:
        await sandbox.get(f"/listings/{listing_id}")


async def _write_inventories(sandbox: Sandbox) -> None:
    """Read and write back every kind of inventory, one unit more of each."""
    seen: set[tuple[Any, ...]] = set()
    for listing in sandbox.world.listings_of(sandbox.world.shop.shop_id):
        first = listing.products[0]
        kind = (len(first.properties), listing.on_property, listing.state, listing.type)
        if kind in seen:
            continue
        seen.add(kind)
        path = f"{V3}/listings/{listing.listing_id}/inventory"
        body = writable((await sandbox.client.get(path)).json())
        for each in body["products"]:
            each["offerings"][0]["quantity"] = min(each["offerings"][0]["quantity"] + 1, 999)
        axes = {"max_variations_supported": "3"} if len(first.properties) == 3 else {}
        assert (await sandbox.client.put(path, json=body, params=axes)).status_code == 200
        await sandbox.client.get(path, params={"show_deleted": "true", "includes": "Listing"})


async def _read_all_receipts(sandbox: Sandbox) -> None:
    shop = f"/shops/{sandbox.world.shop.shop_id}"
    for offset in range(0, 300, 25):
        await sandbox.get(f"{shop}/receipts", offset=offset, sort_on="updated", sort_order="asc")
    filters = ("was_paid", "was_shipped", "was_delivered", "was_canceled")
    for name, value in product(filters, ("true", "false")):
        await sandbox.get(f"{shop}/receipts", limit=10, **{name: value})
    since = int(sandbox.world.clock.now()) - 20 * 86_400
    for name in ("min_created", "max_created", "min_last_modified", "max_last_modified"):
        await sandbox.get(f"{shop}/receipts", limit=10, **{name: since})
    statuses = {receipt.status: receipt for receipt in sandbox.world.receipts.values()}
    for receipt in statuses.values():
        if receipt.shop_id == sandbox.world.shop.shop_id:
            await sandbox.get(f"{shop}/receipts/{receipt.receipt_id}")


async def _ship(sandbox: Sandbox) -> None:
    to_pack = [
        receipt
        for receipt in sandbox.world.receipts_of(sandbox.world.shop.shop_id)
        if receipt.status == "paid"
    ]
    for number, receipt in enumerate(to_pack):
        path = f"{sandbox.shop_path}/receipts/{receipt.receipt_id}/tracking"
        body = {"tracking_code": f"1Z{number:09}", "carrier_name": "ups", "send_bcc": False}
        answer = await sandbox.client.post(path, json=body)
        assert answer.status_code == 200, answer.text


async def _be_refused(sandbox: Sandbox) -> None:
    client, shop = sandbox.client, sandbox.shop_path
    cancelled = sandbox.receipt(lambda each: each.cancelled).receipt_id
    listing = sandbox.listing(lambda each: each.state == "active").listing_id
    keys = ("", "nonsense", sandbox.world.key.keystring, "a:b")
    for path, key in product((f"{V3}/openapi-ping", f"{V3}/users/me", f"{shop}/listings"), keys):
        await client.get(path, headers={"x-api-key": key}, extensions=MISTAKEN)
    for path in (f"{V3}/users/me", f"{shop}/receipts", f"{V3}/listings/{listing}/inventory"):
        await client.get(path, headers={"authorization": "Bearer 1.no"}, extensions=MISTAKEN)
    for query in ({"state": "gone"}, {"limit": "x"}, {"offset": "12001"}, {"sort_order": "no"}):
        await client.get(f"{shop}/listings", params=query, extensions=MISTAKEN)
        await client.get(f"{shop}/receipts", params={**query, "was_paid": "x"}, extensions=MISTAKEN)
    for path in ("listings/1", "listings/1/inventory", "listings/batch/inventory?listing_ids=1"):
        await client.get(f"{V3}/{path}")
    for path in ("users/1/shops", "shops/1", "listings/batch?listing_ids=1"):
        await client.get(f"{V3}/{path}")
    for path in ("receipts/1", "receipts?min_created=5"):
        await client.get(f"{shop}/{path}", extensions=MISTAKEN)
    await client.get(f"{V3}/shops/1/receipts")
    await client.get(f"{V3}/shipping-carriers", extensions=MISTAKEN)
    await client.put(f"{V3}/listings/{listing}/inventory", json={}, extensions=MISTAKEN)
    path = f"{shop}/receipts/{cancelled}/tracking"
    await client.post(path, json={"tracking_code": "1", "carrier_name": "ups"})
    await client.patch(f"{shop}/listings/{listing}", data={"state": "inactive"})
    await client.patch(f"{shop}/listings/{listing}", data={"state": "sold"}, extensions=MISTAKEN)
    for form in ({}, {"grant_type": "magic"}, _refresh(sandbox, "1.no")):
        await client.post(TOKEN_PATH, data=form, extensions=MISTAKEN)
    await _be_too_fast(sandbox)


async def _be_too_fast(sandbox: Sandbox) -> None:
    await sandbox.control("faults", path="users/me", status=500)
    assert (await sandbox.client.get(f"{V3}/users/me")).status_code == 500
    await sandbox.control("limits", per_second=0)
    for path in ("users/me", "openapi-ping"):
        assert (await sandbox.client.get(f"{V3}/{path}")).status_code == 429
    await sandbox.control("limits", per_second=1000, per_day=0)
    assert (await sandbox.client.get(f"{V3}/users/me")).status_code == 429
    await sandbox.control("limits", per_day=1_000_000)


async def _be_somebody_else(sandbox: Sandbox) -> None:
    await sandbox.sign_in("shops_r")
    assert (await sandbox.client.get(f"{sandbox.shop_path}/receipts")).status_code == 403
    await sandbox.control("user", seat="member")
    await sandbox.sign_in()
    me = await sandbox.get("/users/me")
    await sandbox.client.get(f"{V3}/users/{me['user_id']}/shops")
    await sandbox.client.get(f"{V3}/shops/{me['shop_id']}/listings")
    active = sandbox.listing(lambda each: each.state == "active").listing_id
    await sandbox.get("/listings/batch/inventory", listing_ids=active)
    await sandbox.control("user", seat="no-shop")
    await sandbox.sign_in()
    await sandbox.get("/users/me")


def _refresh(sandbox: Sandbox, token: str) -> dict[str, str]:
    return {
        "grant_type": "refresh_token",
        "client_id": sandbox.world.key.keystring,
        "refresh_token": token,
    }
