"""The token endpoint: a code or a refresh token for a new pair."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tuisync_etsy.sandbox.domain.errors import Refused
from tuisync_etsy.sandbox.domain.tokens import ACCESS_LIFETIME, Pair
from tuisync_etsy.sandbox.domain.world import World
from tuisync_etsy.sandbox.web import params
from tuisync_etsy.sandbox.web.access import world_of
from tuisync_etsy.sandbox.web.replies import reply

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_FIELDS = {
    "authorization_code": ("client_id", "redirect_uri", "code", "code_verifier"),
    "refresh_token": ("client_id", "refresh_token"),
}


async def token(request: Request) -> Response:
    """Answer `POST /v3/public/oauth/token`, with a form or JSON.

    `client_id` is the bare keystring; the shared secret has no place here.
    """
    world = world_of(request)
    body = await params.body(request)
    fields = body if isinstance(body, dict) else {}
    pair = _trade(_checked(fields, world), world)
    return reply(
        {
            "access_token": pair.access,
            "token_type": "Bearer",
            "expires_in": ACCESS_LIFETIME,
            "refresh_token": pair.refresh,
        }
    )


def _checked(fields: dict[str, Any], world: World) -> dict[str, str]:
    kind = fields.get("grant_type")
    if not kind:
        raise Refused(400, "invalid_request", "grant_type is required")
    if kind not in _FIELDS:
        raise Refused(400, "unsupported_grant_type", "grant_type is not supported")
    for name in _FIELDS[kind]:
        if not isinstance(fields.get(name), str) or not fields[name]:
            raise Refused(400, "invalid_request", f"{name} is required")
    if fields["client_id"] != world.key.keystring:
        raise Refused(401, "invalid_client", "client_id is invalid")
    return {name: fields[name] for name in ("grant_type", *_FIELDS[kind])}


def _trade(fields: dict[str, str], world: World) -> Pair:
    now = world.clock.precise()
    if fields["grant_type"] == "refresh_token":
        return world.tokens.refresh(fields["refresh_token"], now)
    return world.tokens.redeem(
        fields["code"],
        redirect_uri=fields["redirect_uri"],
        verifier=fields["code_verifier"],
        now=now,
    )
