"""The sandbox as an ASGI app."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route

from tuisync_etsy.sandbox.domain.errors import Refused
from tuisync_etsy.sandbox.domain.world import World
from tuisync_etsy.sandbox.web import listings, receipts, shops
from tuisync_etsy.sandbox.web.consent import connect
from tuisync_etsy.sandbox.web.control import ROUTES as CONTROL_ROUTES
from tuisync_etsy.sandbox.web.gate import Gate, Sleep
from tuisync_etsy.sandbox.web.replies import refusal, reply
from tuisync_etsy.sandbox.web.token import token

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp

_V3 = "/v3/application"
_SHOP = f"{_V3}/shops/{{shop_id:int}}"
_LISTING = f"{_V3}/listings/{{listing_id:int}}"
_IMAGES = f"{_SHOP}/listings/{{listing_id:int}}/variation-images"
_RECEIPT = f"{_SHOP}/receipts/{{receipt_id:int}}"

ROUTES = (
    Route("/oauth/connect", connect, methods=["GET"]),
    Route("/v3/public/oauth/token", token, methods=["POST"]),
    Route(f"{_V3}/openapi-ping", shops.ping, methods=["GET"]),
    Route(f"{_V3}/scopes", shops.scopes, methods=["POST"]),
    Route(f"{_V3}/users/me", shops.me, methods=["GET"]),
    Route(f"{_V3}/users/{{user_id:int}}/shops", shops.shop_of_user, methods=["GET"]),
    Route(_SHOP, shops.shop, methods=["GET"]),
    Route(f"{_SHOP}/readiness-state-definitions", shops.readiness_states, methods=["GET"]),
    Route(f"{_V3}/shipping-carriers", shops.carriers, methods=["GET"]),
    Route(f"{_SHOP}/listings", listings.of_shop, methods=["GET"]),
    Route(f"{_SHOP}/listings/{{listing_id:int}}", listings.patch, methods=["PATCH"]),
    Route(_IMAGES, listings.variation_images, methods=["GET"]),
    Route(_IMAGES, listings.put_variation_images, methods=["POST"]),
    Route(f"{_V3}/listings/batch", listings.batch, methods=["GET"]),
    Route(f"{_V3}/listings/batch/inventory", listings.batch_inventory, methods=["GET"]),
    Route(_LISTING, listings.one, methods=["GET"]),
    Route(f"{_LISTING}/inventory", listings.inventory, methods=["GET"]),
    Route(f"{_LISTING}/inventory", listings.put_inventory, methods=["PUT"]),
    Route(f"{_SHOP}/receipts", receipts.of_shop, methods=["GET"]),
    Route(_RECEIPT, receipts.one, methods=["GET"]),
    Route(f"{_RECEIPT}/tracking", receipts.tracking, methods=["POST"]),
)


def create_app(world: World, sleep: Sleep = asyncio.sleep) -> ASGIApp:
    """Return the server of a world.

    Args:
        world: What it serves and changes.
        sleep: Waits out planned delays; replaced in tests.
    """
    app = Starlette(
        routes=[*ROUTES, *CONTROL_ROUTES],
        exception_handlers={Refused: _refused, HTTPException: _unknown},
    )
    app.router.redirect_slashes = False
    app.state.world = world
    return Gate(app, world, sleep)


async def _refused(_: Request, error: Exception) -> Response:
    if not isinstance(error, Refused):
        raise error
    return refusal(error)


async def _unknown(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    texts = {404: "Resource not found", 405: "Method not allowed"}
    return reply({"error": texts.get(error.status_code, error.detail)}, error.status_code)
