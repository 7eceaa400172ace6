"""Access tokens: traded for a code, renewed early, and renewed once however many wait.

An access token lives an hour. A refresh token lives 90 days, and each renewal gives a new one
(etsy/open-api #353), so the pair is stored by the session's credentials before it is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

import httpx
import msgspec

from tuisync import (
    AuthorizationRequired,
    MarketplaceError,
    PermanentError,
    RejectedError,
    SignInError,
    Tokens,
    TransientError,
)
from tuisync_etsy.faults import error_for, read_refusal
from tuisync_etsy.hosts import hosts_of
from tuisync_etsy.wire import Grant

if TYPE_CHECKING:
    from tuisync import Session

EARLY = timedelta(minutes=5)
"""How long before its end an access token is renewed."""

REFRESH_LIFE = timedelta(days=90)
"""How long a refresh token lives unless it is used."""

_GRANT = msgspec.json.Decoder(Grant, strict=False)


async def trade_code(session: Session, *, code: str, verifier: str, redirect_uri: str) -> Tokens:
    """Trade the code of a consent for the first pair of tokens.

    Raises:
        SignInError: Etsy does not take the code (used, too old, or of another attempt).
    """
    response = await _ask(
        session,
        {
            "grant_type": "authorization_code",
            "client_id": client_id(session),
            "redirect_uri": redirect_uri,
            "code": code,
            "code_verifier": verifier,
        },
        attempts=2,
    )
    refusal = read_refusal(response.status_code, response.content)
    if response.is_client_error and refusal.says("invalid_grant", "invalid_request", "code"):
        raise SignInError(f"Etsy did not take the code: {refusal.text}")
    return _tokens(session, response)


async def current(session: Session) -> Tokens:
    """Return an access token that still serves for some minutes.

    A renewal that is only early may fail without harm as long as the old token lives.

    Raises:
        AuthorizationRequired: The refresh token is dead.
    """
    tokens = await session.credentials.current()
    if tokens.expires_at - session.now() > EARLY:
        return tokens
    try:
        return await renewed(session, tokens)
    except TransientError:
        if tokens.expires_at > session.now():
            return tokens
        raise


async def renewed(session: Session, stale: Tokens) -> Tokens:
    """Return a pair newer than `stale`, stored; renewed here or by whoever was first."""

    async def exchange(held: Tokens) -> Tokens:
        return await _refresh(session, held)

    return await session.credentials.refresh(stale, exchange)


def client_id(session: Session) -> str:
    """Return the bare keystring, which is what OAuth calls the client; never the secret."""
    return session.options.get("keystring", "").strip()


async def _refresh(session: Session, held: Tokens) -> Tokens:
    response = await _ask(
        session,
        {
            "grant_type": "refresh_token",
            "client_id": client_id(session),
            "refresh_token": held.refresh,
        },
    )
    refusal = read_refusal(response.status_code, response.content)
    if response.is_client_error and refusal.says("invalid_grant"):
        raise AuthorizationRequired(f"Etsy ended our access: {refusal.text}.")
    tokens = _tokens(session, response)
    if _owner(tokens) and _owner(held) and _owner(tokens) != _owner(held):
        raise AuthorizationRequired("Etsy renewed the access of another account.")
    return tokens


def _owner(tokens: Tokens) -> str:
    """Return whose tokens they are: Etsy's begin with the account's number and a dot."""
    owner, dot, _ = tokens.access.partition(".")
    return owner if dot and owner.isdigit() else ""


async def _ask(session: Session, form: Mapping[str, str], *, attempts: int = 1) -> httpx.Response:
    """Post to the token endpoint; its sporadic 500 goes away when asked again (#549).

    A sign-in asks again at once, as the seller waits and a code lives for minutes. A renewal
    asks once: it is the credentials that ask again, a minute after a failure.
    """
    url = hosts_of(session.options).token
    for attempt in range(1, attempts + 1):
        try:
            response = await session.http.post(url, data=dict(form))
        except httpx.TransportError as error:
            raise TransientError("Etsy's sign-in service did not answer.") from error
        if not response.is_server_error or attempt == attempts:
            break
    return response


def _tokens(session: Session, response: httpx.Response) -> Tokens:
    if not response.is_success:
        raise _failure(response)
    try:
        grant = _GRANT.decode(response.content)
    except msgspec.DecodeError as error:
        raise TransientError("Etsy's sign-in service gave an answer without tokens.") from error
    now = session.now()
    return Tokens(
        access=grant.access_token,
        refresh=grant.refresh_token,
        expires_at=now + timedelta(seconds=max(grant.expires_in, 0)),
        refresh_expires_at=now + REFRESH_LIFE,
    )


def _failure(response: httpx.Response) -> MarketplaceError:
    """Return the error of an answer without tokens.

    Only `invalid_grant` says that a token is dead. A bare 401 or 403 says nothing about it,
    and no refusal of the token endpoint is about a record.
    """
    refusal = read_refusal(response.status_code, response.content)
    error = error_for(refusal, write=False, retry_after=response.headers.get("retry-after"))
    if isinstance(error, AuthorizationRequired):
        return TransientError(f"Etsy's sign-in service gave no tokens: {error.message}")
    if isinstance(error, RejectedError):
        return PermanentError(error.message, hint=error.hint)
    return error
