"""All six hooks in a row, and every request of theirs against Etsy's own description."""

from __future__ import annotations

from typing import TYPE_CHECKING

import tuisync_etsy
from etsy_shop import Shop, listings_in, open_shop, orders_in, session_of, sign_in

if TYPE_CHECKING:
    from etsy_recorder import Recorder
    from sandbox_kit import Sandbox
    from tuisync import RemoteListing, RemoteOrder

LEAST = 200


def to_ship(orders: list[RemoteOrder]) -> list[RemoteOrder]:
    ready = [each for each in orders if each.payment == "paid" and not each.cancelled]
    return [each for each in ready if not each.shipped]


def for_sale(listings: list[RemoteListing]) -> list[RemoteListing]:
    return [each for each in listings if each.state == "active"]


async def test_from_signing_in_to_shipping(sandbox: Sandbox) -> None:
    described = tuisync_etsy.marketplace()
    session = session_of(sandbox)
    assert {option.key for option in described.options} == session.options.keys()
    await sign_in(session)
    shop = Shop(sandbox, session)

    listings = listings_in(await shop.items())
    orders = orders_in(await shop.orders())
    assert (len(listings), len(orders)) == (120, 300)

    listing = for_sale(listings)[0]
    key, there = listing.variants[0].key, listing.variants[0].quantity
    pushed = await shop.push(listing, {key: there + 1})
    assert pushed.quantities[key] == there + 1

    order = to_ship(orders)[0]
    sent = await shop.ship(int(order.remote_id), carrier="ups", tracking="1Z999")
    assert sent.outcome == "sent"
    assert sandbox.world.emails.total() == 1

    again = {each.remote_id: each for each in orders_in(await shop.orders())}
    assert again[order.remote_id].shipped
    assert again[order.remote_id].shipments[0].tracking == "1Z999"
    assert again.keys() == {each.remote_id for each in orders}


async def test_every_request_of_ours_fits_etsys_description(
    checked_sandbox: Sandbox, recorder: Recorder
) -> None:
    """Needs the description; comma-joined arrays are the one deviation of a request."""
    shop = await open_shop(checked_sandbox)
    listings = listings_in(await shop.items())
    first = await shop.orders()
    orders = orders_in(first)
    await checked_sandbox.control("clock", advance=4000)  # a token is renewed on the way

    await _push_some(shop, for_sale(listings))
    await _ship_some(shop, to_ship(orders)[:12])
    await shop.orders(
        cursor=first[-1].cursor, open_ids=tuple(each.remote_id for each in to_ship(orders)[:12])
    )
    await shop.items(ids=tuple(each.remote_id for each in listings[:30]))
    await shop.orders(ids=tuple(each.remote_id for each in orders[:30]))

    assert recorder.violations == []
    assert len(recorder.exchanges) >= LEAST
    assert shop.session.credentials.refreshes == 1
    assert {method for method, status in recorder.seen if status == 200} == {
        "GET",
        "PUT",
        "PATCH",
        "POST",
    }


async def _push_some(shop: Shop, listings: list[RemoteListing]) -> None:
    """Change one number of every listing, then pause some and bring them back."""
    for listing in listings:
        first = listing.variants[0]
        await shop.push(listing, {first.key: min(first.quantity + 1, 999)})
    for listing in listings[:10]:
        now = await shop.listing(int(listing.remote_id))
        await shop.push(now, dict.fromkeys((each.key for each in now.variants), 0))
        paused = await shop.listing(int(listing.remote_id))
        await shop.push(paused, {paused.variants[0].key: 2}, paused_by_us=True)


async def _ship_some(shop: Shop, orders: list[RemoteOrder]) -> None:
    for number, order in enumerate(orders):
        await shop.ship(int(order.remote_id), carrier="usps", tracking=f"94001118992{number}")
