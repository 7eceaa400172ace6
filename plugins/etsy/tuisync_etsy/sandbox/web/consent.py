"""The consent page: who wants what, and the seller's Allow Access or Cancel."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.responses import HTMLResponse, RedirectResponse, Response

from tuisync_etsy.sandbox.domain.tokens import SCOPES, Grant
from tuisync_etsy.sandbox.domain.world import World
from tuisync_etsy.sandbox.web.access import world_of

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams
    from starlette.requests import Request

_LOOPBACK = re.compile(r"http://(localhost|127\.0\.0\.1):\d{1,5}/oauth/redirect\Z")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}\Z")


async def connect(request: Request) -> Response:
    """Answer `GET /oauth/connect`.

    A mistake in the request shows an error page and never redirects (etsy/open-api #307);
    neither does a refusal, at times (#234).
    """
    world, params = world_of(request), request.query_params
    mistake = _mistake(params, world)
    if mistake:
        return HTMLResponse(_page("An error occurred", f"<p>{escape(mistake)}</p>"), 400)
    answer = params.get("consent")
    if answer == "allow":
        return _redirect(params, {"code": _code(params, world)})
    if answer == "deny" and world.quirks.denial_stops:
        return HTMLResponse(_page("Access denied", "<p>You did not allow access.</p>"))
    if answer == "deny":
        return _redirect(
            params,
            {
                "error": "access_denied",
                "error_description": "The user denied your request for access",
            },
        )
    return HTMLResponse(_page("Allow access", _form(params, world)))


def _mistake(params: QueryParams, world: World) -> str | None:
    """Return the first thing that is wrong with an authorization request."""
    scopes = set(params.get("scope", "").split())
    redirect = params.get("redirect_uri", "")
    checks = {
        "The application that is requesting access is unknown.": (
            params.get("client_id") == world.key.keystring
        ),
        "The requested redirect URL is not permitted.": (
            is_registered(redirect, world.key.redirect_uri)
        ),
        "response_type must be code": params.get("response_type") == "code",
        "state is required": bool(params.get("state")),
        "code_challenge_method must be S256": params.get("code_challenge_method") == "S256",
        "code_challenge is invalid": _CHALLENGE.match(params.get("code_challenge", "")),
        "scope is invalid": scopes and scopes <= SCOPES,
    }
    return next((mistake for mistake, right in checks.items() if not right), None)


def is_registered(uri: str, registered: str) -> bool:
    """Tell whether a redirect may be used.

    It must be the registered one to the letter. The sandbox takes its path on any loopback
    port as registered too, because a client may have to use another port.
    """
    return uri == registered or _LOOPBACK.match(uri) is not None


def _code(params: QueryParams, world: World) -> str:
    grant = Grant(world.users[world.seat].user_id, frozenset(params["scope"].split()))
    return world.tokens.allow(
        grant,
        redirect_uri=params["redirect_uri"],
        challenge=params["code_challenge"],
        now=world.clock.precise(),
    )


def _redirect(params: QueryParams, answer: dict[str, str]) -> Response:
    query = urlencode({**answer, "state": params["state"]})
    return RedirectResponse(f"{params['redirect_uri']}?{query}", 302)


def _form(params: QueryParams, world: World) -> str:
    user = world.users[world.seat]
    fields = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in params.items()
        if name != "consent"
    )
    wanted = "".join(f"<li>{escape(scope)}</li>" for scope in params["scope"].split())
    return (
        f"<p>An application would like to work with your account "
        f"<b>{escape(user.login_name)}</b>:</p><ul>{wanted}</ul>"
        f'<form method="get" action="/oauth/connect">{fields}'
        '<button type="submit" name="consent" value="allow">Allow Access</button> '
        '<button type="submit" name="consent" value="deny">Cancel</button></form>'
    )


def _page(title: str, content: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        "<style>body{font:16px/1.5 system-ui;max-width:34em;margin:4em auto;padding:0 1em}"
        "button{font:inherit;padding:.5em 1.2em}.note{color:#777;font-size:.85em}</style></head>"
        f'<body><h1>{title}</h1>{content}<p class="note">This is a sandbox on your own '
        "machine, not Etsy. No account is touched.</p></body></html>"
    )
