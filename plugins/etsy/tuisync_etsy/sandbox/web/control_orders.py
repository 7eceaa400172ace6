"""Control calls about orders: what buyers do, and what the seller does with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tuisync_etsy.sandbox.domain import market
from tuisync_etsy.sandbox.domain.errors import not_found
from tuisync_etsy.sandbox.domain.shipping import Notice, ship
from tuisync_etsy.sandbox.domain.visit import find_product, random_product, sell
from tuisync_etsy.sandbox.web import control_input as given
from tuisync_etsy.sandbox.web.access import world_of
from tuisync_etsy.sandbox.web.control_body import read
from tuisync_etsy.sandbox.web.control_view import listing_view, receipt_view
from tuisync_etsy.sandbox.web.replies import reply

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from tuisync_etsy.sandbox.domain.receipts import Receipt
    from tuisync_etsy.sandbox.domain.world import World


async def sell_something(request: Request) -> Response:
    """A buyer buys."""
    world, order = world_of(request), await read(request, given.Sell)
    wishes = [_wish(world, line) for line in order.lines or [order]]
    pays_in = 0 if order.paid else order.pays_in
    receipt = sell(world, wishes, buyer_id=order.buyer_id, pays_in=pays_in)
    first = wishes[0]
    return reply(
        {
            **_receipt(world, receipt),
            "listing": listing_view(first.listing),
            "left": first.product.quantity,
        }
    )


async def pay(request: Request) -> Response:
    """A payment goes through."""
    world = world_of(request)
    receipt = _find(world, (await read(request, given.Pay)).receipt_id)
    market.pay(receipt, world.clock.now())
    return reply(_receipt(world, receipt))


async def cancel(request: Request) -> Response:
    """The seller cancels an order."""
    world, wanted = world_of(request), await read(request, given.Cancel)
    receipt, now = _find(world, wanted.receipt_id), world.clock.now()
    market.cancel(receipt, now, touch=world.quirks.cancel_moves_update)
    if wanted.restock:
        market.restock(receipt, world.listings, now)
    return reply(_receipt(world, receipt))


async def refund(request: Request) -> Response:
    """The seller gives money back."""
    world, wanted = world_of(request), await read(request, given.GiveBack)
    receipt = _find(world, wanted.receipt_id)
    amount = receipt.grandtotal if wanted.amount is None else wanted.amount
    touch = world.quirks.cancel_moves_update
    market.refund(receipt, amount, wanted.reason, world.clock.now(), touch=touch)
    return reply(_receipt(world, receipt))


async def ship_there(request: Request) -> Response:
    """The seller ships an order on the shop's own pages."""
    world, wanted = world_of(request), await read(request, given.ShipThere)
    receipt = _find(world, wanted.receipt_id)
    notice = Notice(wanted.tracking_code, wanted.carrier_name)
    ship(receipt, world.shop, notice, world.ids, world.clock.now())
    world.emails[receipt.receipt_id] += 1
    return reply(_receipt(world, receipt))


def _wish(world: World, line: given.OrderLine) -> market.Wish:
    if line.listing_id is None and line.sku is None:
        listing, index = random_product(world, line.quantity)
    else:
        listing, index = find_product(world, line.listing_id, line.sku, line.options)
    return market.Wish(listing, index, line.quantity)


def _find(world: World, receipt_id: int) -> Receipt:
    receipt = world.receipts.get(receipt_id)
    if receipt is None:
        raise not_found(f"There is no receipt {receipt_id}.")
    return receipt


def _receipt(world: World, receipt: Receipt) -> dict[str, Any]:
    return {"receipt": receipt_view(receipt, world.emails[receipt.receipt_id])}
