"""Paths about the key, the user and the shop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuisync_etsy.sandbox.domain.errors import bad_request, not_found
from tuisync_etsy.sandbox.domain.shop import Shop
from tuisync_etsy.sandbox.domain.world import World
from tuisync_etsy.sandbox.web import params
from tuisync_etsy.sandbox.web.access import any_shop, own_shop, signed_in, world_of
from tuisync_etsy.sandbox.web.replies import reply
from tuisync_etsy.sandbox.web.shapes import carrier_shapes, page_of, profile_shape, shop_shape

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_COUNTRY_CODE = 2


async def ping(request: Request) -> Response:
    """Answer `GET openapi-ping`: the key alone is good."""
    return reply({"application_id": world_of(request).key.application_id})


async def me(request: Request) -> Response:
    """Answer `GET users/me`.

    A member of a shop is told that shop's id, though somebody else owns it.
    """
    world = world_of(request)
    user_id = signed_in(request, "shops_r").user_id
    user = world.user(user_id)
    answer = {"user_id": user_id}
    if user is not None and user.works_in is not None:
        answer["shop_id"] = user.works_in
    return reply(answer)


async def shop_of_user(request: Request) -> Response:
    """Answer `GET users/{user_id}/shops`: the one shop the user owns."""
    world = world_of(request)
    user_id = request.path_params["user_id"]
    shop = world.shop_owned_by(user_id)
    if shop is None:
        raise not_found(f"Could not find a shop for user with user_id = {user_id}")
    return reply(whole_shape(world, shop))


async def shop(request: Request) -> Response:
    """Answer `GET shops/{shop_id}`, which is public."""
    return reply(whole_shape(world_of(request), any_shop(request)))


async def readiness_states(request: Request) -> Response:
    """Answer `GET shops/{shop_id}/readiness-state-definitions`."""
    found = own_shop(request, "shops_r")
    limit, offset = params.page(request.query_params)
    shapes = [profile_shape(profile, found) for profile in found.profiles]
    return reply(page_of(len(shapes), shapes[offset : offset + limit]))


async def carriers(request: Request) -> Response:
    """Answer `GET shipping-carriers`."""
    country = request.query_params.get("origin_country_iso", "")
    if len(country) != _COUNTRY_CODE or not country.isalpha():
        raise bad_request("Missing input parameter: [origin_country_iso]")
    shapes = carrier_shapes()
    return reply(page_of(len(shapes), shapes))


async def scopes(request: Request) -> Response:
    """Answer `POST scopes`: what a token allows."""
    world = world_of(request)
    fields = await params.body(request)
    token = str(fields.get("token", "")) if isinstance(fields, dict) else ""
    grant = world.tokens.grant_of(token, world.clock.precise())
    return reply({"scopes": sorted(grant.scopes)})


def whole_shape(world: World, found: Shop) -> dict[str, object]:
    """Return a shop with what is counted of its listings."""
    active = [each for each in world.listings_of(found.shop_id) if each.state == "active"]
    digital = sum(each.type == "download" for each in active)
    return shop_shape(found, world.user(found.user_id), len(active), digital)
