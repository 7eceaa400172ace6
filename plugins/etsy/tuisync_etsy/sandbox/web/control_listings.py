"""Control calls about listings: what the seller does on the shop's own pages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tuisync_etsy.sandbox.domain import market
from tuisync_etsy.sandbox.domain.listings import Listing, set_pool, set_state
from tuisync_etsy.sandbox.domain.visit import add_listing, find_product, rename_option
from tuisync_etsy.sandbox.web import control_input as given
from tuisync_etsy.sandbox.web.access import world_of
from tuisync_etsy.sandbox.web.control_body import read
from tuisync_etsy.sandbox.web.control_view import listing_view
from tuisync_etsy.sandbox.web.replies import reply

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


async def edit(request: Request) -> Response:
    """The seller edits a listing on the shop's own pages."""
    world, wanted = world_of(request), await read(request, given.Edit)
    listing, index = find_product(world, wanted.listing_id, wanted.sku, wanted.options)
    if wanted.delete:
        del world.listings[listing.listing_id]
        return reply({"listing": None})
    _change(listing, index, wanted)
    listing.updated_at = world.clock.now()
    if wanted.state is not None:
        set_state(listing, wanted.state, world.clock.now())
    return reply({"listing": listing_view(listing)})


async def add(request: Request) -> Response:
    """The seller adds a listing."""
    world, new = world_of(request), await read(request, given.NewListing)
    listing = add_listing(
        world,
        title=new.title,
        sku=new.sku,
        quantity=new.quantity,
        price=new.price,
        state=new.state,
    )
    return reply({"listing": listing_view(listing)})


def _change(listing: Listing, index: int, wanted: given.Edit) -> None:
    """Apply what the seller edits, besides the state."""
    if wanted.title is not None:
        listing.title = wanted.title
    if wanted.new_sku is not None:
        market.rename_sku(listing, index, wanted.new_sku)
    if wanted.quantity is not None:
        set_pool(listing, index, wanted.quantity)
    if wanted.rename is not None:
        rename_option(listing, *wanted.rename)
    if wanted.currency is not None:
        listing.currency = wanted.currency
    changes: dict[str, Any] = {"price": wanted.price, "is_enabled": wanted.enabled}
    changes = {name: value for name, value in changes.items() if value is not None}
    products = list(listing.products)
    products[index] = replace(products[index], **changes)
    listing.products = tuple(products)
