"""Paths about listings and their inventory."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from tuisync_etsy.sandbox.domain.errors import Refused, bad_request, not_found
from tuisync_etsy.sandbox.domain.inventory import Writer, replace_inventory
from tuisync_etsy.sandbox.domain.listings import STATES, Listing
from tuisync_etsy.sandbox.domain.selling import change_state
from tuisync_etsy.sandbox.domain.shop import Shop
from tuisync_etsy.sandbox.domain.tokens import Grant
from tuisync_etsy.sandbox.domain.variation_images import Wanted, replace_links
from tuisync_etsy.sandbox.web import params
from tuisync_etsy.sandbox.web.access import (
    any_shop,
    maybe_signed_in,
    own_shop,
    signed_in,
    world_of,
)
from tuisync_etsy.sandbox.web.listing_shapes import (
    inventory_shape,
    listing_shape,
    variation_images_shape,
    with_associations,
)
from tuisync_etsy.sandbox.web.replies import reply
from tuisync_etsy.sandbox.web.shapes import page_of
from tuisync_etsy.sandbox.web.shops import whole_shape

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_INCLUDES = frozenset(
    {"Images", "Shop", "User", "Translations", "Videos", "Personalization", "BuyerPrice"}
)
_SHOP_INCLUDES = _INCLUDES | {"Shipping", "Inventory"}
_SORTS = ("created", "updated", "price", "score")
_SORT_KEYS: dict[str, Callable[[Listing], tuple[int, int]]] = {
    "created": lambda listing: (listing.created_at, listing.listing_id),
    "updated": lambda listing: (listing.updated_at, listing.listing_id),
    "price": lambda listing: (listing.price, listing.listing_id),
    "score": lambda listing: (listing.views, listing.listing_id),
}


async def of_shop(request: Request) -> Response:
    """Answer `GET shops/{shop_id}/listings`: one state, page by page.

    The associations Inventory and Shipping, which Etsy took out of its other listing reads,
    stay empty here.
    """
    shop = own_shop(request, "listings_r")
    query = request.query_params
    state = params.choice(query, "state", STATES, "active")
    limit, offset = params.page(query)
    includes = params.word_list(query, "includes", _SHOP_INCLUDES)
    key = _SORT_KEYS[params.choice(query, "sort_on", _SORTS, "created")]
    found = [each for each in world_of(request).listings_of(shop.shop_id) if each.state == state]
    found.sort(key=key, reverse=params.descending(query))
    images = "Images" in includes
    shown = whole_shape(world_of(request), shop) if "Shop" in includes else None
    return reply(
        page_of(
            len(found),
            [
                with_associations(each, shop, owner=True, images=images, included_shop=shown)
                for each in found[offset : offset + limit]
            ],
        )
    )


async def one(request: Request) -> Response:
    """Answer `GET listings/{listing_id}`; only the owner sees one that is not for sale."""
    grant = maybe_signed_in(request)
    includes = params.word_list(request.query_params, "includes", _INCLUDES)
    listing, shop = _find(request)
    owner = _owns(grant, shop)
    if not owner and listing.state != "active":
        raise _unknown(listing.listing_id)
    shape = with_associations(listing, shop, owner=owner, images="Images" in includes)
    return reply(_as_edit(request, shape))


async def batch(request: Request) -> Response:
    """Answer `GET listings/batch`."""
    grant = maybe_signed_in(request)
    includes = params.word_list(request.query_params, "includes", _INCLUDES)
    found = _batch(request)
    return reply(
        page_of(
            len(found),
            [
                with_associations(
                    listing,
                    shop,
                    owner=_owns(grant, shop),
                    images="Images" in includes,
                    profile=False,
                )
                for listing, shop in found
            ],
        )
    )


async def batch_inventory(request: Request) -> Response:
    """Answer `GET listings/batch/inventory`; one unknown id fails the whole call."""
    grant = signed_in(request, "listings_r")
    quirks = world_of(request).quirks
    rows = []
    for listing, shop in _batch(request):
        owner = _owns(grant, shop)
        inventory = inventory_shape(listing, shop, quirks, owner=owner)
        rows.append(
            with_associations(listing, shop, owner=owner, inventory=inventory, profile=False)
        )
    return reply(page_of(len(rows), rows))


async def inventory(request: Request) -> Response:
    """Answer `GET listings/{listing_id}/inventory`."""
    grant = signed_in(request, "listings_r")
    query = request.query_params
    listing, shop = _find(request)
    retired = params.flag(query, "show_deleted") or False
    includes = query.get("includes")
    if includes not in (None, "", "Listing"):
        raise bad_request(f"Invalid value for 'includes': {includes}")
    shape = _inventory(request, listing, shop, owner=_owns(grant, shop), retired=retired)
    return reply({**shape, "listing": listing_shape(listing, shop)})


async def put_inventory(request: Request) -> Response:
    """Answer `PUT listings/{listing_id}/inventory`: the whole list is replaced."""
    grant = signed_in(request, "listings_w")
    world = world_of(request)
    listing, shop = _find(request)
    if not _owns(grant, shop):
        raise Refused(403, f"User does not own Listing {listing.listing_id}")
    supported = params.choice(request.query_params, "max_variations_supported", ("2", "3"), "2")
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    document = await params.body(request) if kind == "application/json" else None
    writer = Writer(
        shop=shop,
        ids=world.ids,
        now=world.clock.now(),
        axes_supported=int(supported),
        strict_keys=world.quirks.strict_keys,
        unlink_images=world.quirks.images_unlinked,
        reprice=world.quirks.put_moves_prices,
    )
    replace_inventory(listing, document, writer)
    return reply(_inventory(request, listing, shop, owner=True))


async def patch(request: Request) -> Response:
    """Answer `PATCH shops/{shop_id}/listings/{listing_id}`.

    Only `state` can be changed here; price and quantity are ignored, as Etsy does.
    """
    shop = own_shop(request, "listings_w")
    listing, owner = _find(request)
    if owner is not shop:
        raise _unknown(listing.listing_id)
    fields = await params.body(request)
    fields = fields if isinstance(fields, dict) else {}
    unsupported = sorted(set(fields) - {"state", "price", "quantity"})
    if unsupported:
        raise bad_request(f"The sandbox changes a listing's state only, not: {unsupported[0]}")
    if "state" in fields:
        change_state(listing, str(fields["state"]), world_of(request).clock.now())
    return reply(_as_edit(request, listing_shape(listing, shop)))


async def variation_images(request: Request) -> Response:
    """Answer `GET shops/{shop_id}/listings/{listing_id}/variation-images`."""
    shop = any_shop(request)
    listing, owner = _find(request)
    if owner is not shop:
        raise _unknown(listing.listing_id)
    rows = variation_images_shape(listing)
    return reply(page_of(len(rows), rows))


async def put_variation_images(request: Request) -> Response:
    """Answer `POST` on the same path: the pictures of all options are replaced."""
    shop = own_shop(request, "listings_w")
    listing, owner = _find(request)
    if owner is not shop:
        raise _unknown(listing.listing_id)
    document = await params.body(request)
    try:
        wanted = msgspec.convert(document, _VariationImages).variation_images
    except msgspec.ValidationError as error:
        raise bad_request(str(error)) from None
    replace_links(
        listing, [Wanted(each.property_id, each.value_id, each.image_id) for each in wanted]
    )
    rows = variation_images_shape(listing)
    return reply(page_of(len(rows), rows))


class _Image(msgspec.Struct):
    property_id: int
    value_id: int
    image_id: int


class _VariationImages(msgspec.Struct):
    variation_images: list[_Image]


def _as_edit(request: Request, shape: dict[str, Any]) -> dict[str, Any]:
    """Say `edit` for a listing off sale, where that is switched on (etsy/open-api #473)."""
    odd = world_of(request).quirks.inactive_reads_as_edit and shape["state"] == "inactive"
    return {**shape, "state": "edit"} if odd else shape


def _inventory(
    request: Request, listing: Listing, shop: Shop, *, owner: bool, retired: bool = False
) -> dict[str, Any]:
    quirks = world_of(request).quirks
    return inventory_shape(listing, shop, quirks, owner=owner, retired=retired)


def _find(request: Request) -> tuple[Listing, Shop]:
    return _get(request, request.path_params["listing_id"])


def _batch(request: Request) -> list[tuple[Listing, Shop]]:
    wanted = params.id_list(request.query_params, "listing_ids")
    return [_get(request, listing_id) for listing_id in dict.fromkeys(wanted)]


def _get(request: Request, listing_id: int) -> tuple[Listing, Shop]:
    world = world_of(request)
    listing = world.listings.get(listing_id)
    if listing is None:
        raise _unknown(listing_id)
    return listing, world.shops[listing.shop_id]


def _unknown(listing_id: int) -> Refused:
    return not_found(f"Could not find a Listing with listing_id = {listing_id}.")


def _owns(grant: Grant | None, shop: Shop) -> bool:
    return grant is not None and grant.user_id == shop.user_id
