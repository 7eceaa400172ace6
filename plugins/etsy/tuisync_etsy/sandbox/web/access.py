"""Who may ask: the app's key on every call, a user's token and scopes on most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuisync_etsy.sandbox.domain.errors import Refused, not_found
from tuisync_etsy.sandbox.domain.shop import Shop
from tuisync_etsy.sandbox.domain.tokens import Grant, invalid_token
from tuisync_etsy.sandbox.domain.world import AppKey, World

if TYPE_CHECKING:
    from starlette.requests import Request


def world_of(request: Request) -> World:
    """Return the world an app serves."""
    world: World = request.app.state.world
    return world


def check_key(header: str | None, key: AppKey) -> None:
    """Check `x-api-key`, which is `keystring:shared_secret` on every call.

    Raises:
        Refused: 403, with the text the live API gives for each mistake.
    """
    keystring, colon, secret = (header or "").partition(":")
    if keystring == key.keystring and not secret:
        raise Refused(403, "Shared secret is required in x-api-key header.")
    if not colon or not keystring:
        raise Refused(403, "Invalid API key: should be in the format 'keystring:shared_secret'.")
    if (keystring, secret) != (key.keystring, key.shared_secret):
        raise Refused(
            403, "API key not found or not active, or incorrect shared secret for API key."
        )


def signed_in(request: Request, scope: str) -> Grant:
    """Return what the bearer token allows.

    Raises:
        Refused: 401 without a good token, 403 without the scope.
    """
    grant = _grant(request)
    if grant is None:
        raise Refused(401, "invalid_request", "Missing authorization header")
    if scope not in grant.scopes:
        raise Refused(403, "insufficient_scope", "Insufficient scope")
    return grant


def maybe_signed_in(request: Request) -> Grant | None:
    """Return what the bearer token allows, or None for a public call."""
    return _grant(request)


def own_shop(request: Request, scope: str) -> Shop:
    """Return the shop of the path, which the token's user must own.

    Raises:
        Refused: 401 or 403; a shop that does not exist is not the user's either.
    """
    grant = signed_in(request, scope)
    shop_id = request.path_params["shop_id"]
    shop = world_of(request).shops.get(shop_id)
    if shop is None or shop.user_id != grant.user_id:
        raise Refused(403, f"User does not own Shop {shop_id}")
    return shop


def any_shop(request: Request) -> Shop:
    """Return the shop of the path.

    Raises:
        Refused: 404.
    """
    shop_id = request.path_params["shop_id"]
    shop = world_of(request).shops.get(shop_id)
    if shop is None:
        raise not_found(f"Could not find a Shop with shop_id = {shop_id}.")
    return shop


def _grant(request: Request) -> Grant | None:
    header = request.headers.get("authorization")
    if header is None:
        return None
    kind, _, token = header.partition(" ")
    if kind.lower() != "bearer" or not token:
        raise invalid_token("access_token is invalid")
    world = world_of(request)
    try:
        return world.tokens.grant_of(token.strip(), world.clock.precise())
    except Refused as refused:
        if world.quirks.dead_tokens_forbidden:
            refused.status = 403
        raise
