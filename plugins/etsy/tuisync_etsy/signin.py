"""Signing in: OAuth 2 with PKCE, for the one shop the account owns.

The keystring and secret are checked before the consent page is shown, so that a wrong key is
told at once, and not by a page of Etsy's that never leads back.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from tuisync import (
    Account,
    Authorization,
    BadKey,
    ConsentDenied,
    MarketplaceError,
    NoOwnedShop,
    RemoteNotFound,
    SignInError,
    Tokens,
    UsageError,
    WrongState,
)
from tuisync_etsy import wire
from tuisync_etsy.api import EtsyApi, connect
from tuisync_etsy.faults import BAD_KEY
from tuisync_etsy.tokens import client_id, trade_code
from tuisync_etsy.values import text

if TYPE_CHECKING:
    from tuisync import Prompt, Session

SCOPES = ("shops_r", "listings_r", "listings_w", "transactions_r", "transactions_w")
"""What is asked for, and no more; none of them shows a buyer's e-mail address."""


async def sign_in(session: Session, prompt: Prompt) -> Authorization:
    """Sign the seller in, as the hook `authorize` promises."""
    _check_options(session.options)
    try:
        await connect(session).ping(wire.Pong)
        tokens = await _consent(session, prompt)
        account = await _account(connect(session, signing_in=tokens))
    except MarketplaceError as error:
        if error.error_code == BAD_KEY:
            raise BadKey(error.message, hint=error.hint) from error
        raise
    return Authorization(tokens=tokens, account=account)


def _check_options(options: Mapping[str, str]) -> None:
    for key, title in (("keystring", "keystring"), ("shared_secret", "shared secret")):
        value = options.get(key, "").strip()
        if not value:
            raise UsageError(f"Etsy's {title} is missing.", hint=f"Give it as `{key}`.")
        if not value.isascii() or not value.isprintable() or set(value) & {" ", ":"}:
            raise BadKey(
                f"The {title} has signs in it that Etsy's never have.",
                hint="Copy keystring and shared secret one by one from Etsy's developer pages.",
            )


async def _consent(session: Session, prompt: Prompt) -> Tokens:
    """Lead the seller to the consent page and trade the answer for tokens."""
    # Heavy, and needed here alone; authlib carries no types.
    from authlib.common.security import generate_token  # type: ignore[import-untyped]  # noqa: PLC0415
    from authlib.oauth2 import rfc7636  # type: ignore[import-untyped]  # noqa: PLC0415

    verifier = generate_token(64)
    state = secrets.token_urlsafe(32)
    url = consent_url(
        connect(session),
        redirect_uri=prompt.redirect_uri,
        state=state,
        challenge=rfc7636.create_s256_code_challenge(verifier),
    )
    code = code_in(await prompt.visit(url), state)
    return await trade_code(session, code=code, verifier=verifier, redirect_uri=prompt.redirect_uri)


def consent_url(api: EtsyApi, *, redirect_uri: str, state: str, challenge: str) -> str:
    """Return the address of the consent page; its client id is the bare keystring."""
    query = {
        "response_type": "code",
        "client_id": client_id(api.session),
        "redirect_uri": redirect_uri,
        "scope": " ".join(SCOPES),
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{api.hosts.consent}?{urlencode(query, quote_via=quote)}"


def code_in(answer: Mapping[str, str], state: str) -> str:
    """Return the code in the parameters of a redirect. Pure.

    A pasted bare code comes without a state. Without the state it came with it proves
    nothing by itself, but a code of another attempt fails at Etsy for want of our verifier.

    Raises:
        WrongState: It belongs to another attempt.
        ConsentDenied: The seller said no; with Etsy's reason.
        SignInError: There is no code in it.
    """
    bare = answer.keys() == {"code"}
    if not bare and not secrets.compare_digest(answer.get("state", "").encode(), state.encode()):
        raise WrongState("That answer belongs to another sign-in; nothing was stored.")
    if "error" in answer:
        reason = text(answer.get("error_description")) or text(answer["error"]) or "no reason given"
        raise ConsentDenied(f"Etsy gave no access: {reason[:300]}")
    code = answer.get("code", "").strip()
    if not code:
        raise SignInError("Etsy's answer has no code in it.")
    return code


async def _account(api: EtsyApi) -> Account:
    """Return the account and the shop it owns; shops it only works for do not count (S05)."""
    try:
        me = (await api.get("/users/me", wire.Self)).value
    except RemoteNotFound as error:
        raise _no_shop() from error
    if not me.shop_id:
        raise _no_shop()
    shop = (await api.get(f"/shops/{me.shop_id}", wire.Shop)).value
    if shop.user_id is not None and shop.user_id != me.user_id:
        raise _no_shop()
    return Account(
        account_id=str(me.user_id),
        shop_id=str(shop.shop_id),
        shop_name=text(shop.shop_name) or str(shop.shop_id),
        currency=(shop.currency_code or "").strip().upper(),
    )


def _no_shop() -> NoOwnedShop:
    return NoOwnedShop(
        "This Etsy account owns no shop; shops it only helps with do not count.",
        hint="Sign in with the account that owns the shop.",
    )
