"""OAuth tokens: codes that serve once, pairs that rotate, a password change that ends all."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Literal

from tuisync_etsy.sandbox.domain.errors import Refused

Rotation = Literal["strict", "grace", "old-stays-valid"]
"""What becomes of a refresh token once it is used; Etsy does not say."""

CODE_LIFETIME = 300
ACCESS_LIFETIME = 3600
REFRESH_LIFETIME = 90 * 86_400
GRACE = 60
"""Lifetimes in seconds. Etsy documents the access and refresh ones."""

SCOPES = frozenset(
    [
        "address_r",
        "address_w",
        "email_r",
        "listings_d",
        "listings_r",
        "listings_w",
        "profile_r",
        "profile_w",
        "shops_r",
        "shops_w",
        "transactions_r",
        "transactions_w",
    ]
)

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}\Z")


@dataclass(frozen=True, slots=True)
class Grant:
    """What a user allowed."""

    user_id: int
    scopes: frozenset[str]


@dataclass(slots=True)
class _Code:
    grant: Grant
    redirect_uri: str
    challenge: str
    expires_at: float
    used: bool = False


@dataclass(slots=True)
class _Token:
    grant: Grant
    expires_at: float
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """A fresh access and refresh token."""

    access: str
    refresh: str


class TokenBook:
    """All codes and tokens given out.

    Attributes:
        rotation: What becomes of used refresh tokens.
        refreshes: How many pairs were traded for new ones.
    """

    def __init__(self, rotation: Rotation = "strict") -> None:
        self.rotation: Rotation = rotation
        self.refreshes = 0
        self._codes: dict[str, _Code] = {}
        self._access: dict[str, _Token] = {}
        self._refresh: dict[str, _Token] = {}

    def allow(self, grant: Grant, *, redirect_uri: str, challenge: str, now: float) -> str:
        """Return a code for the redirect; it serves once, for five minutes."""
        code = secrets.token_urlsafe(32)
        self._codes[code] = _Code(grant, redirect_uri, challenge, now + CODE_LIFETIME)
        return code

    def redeem(self, code: str, *, redirect_uri: str, verifier: str, now: float) -> Pair:
        """Trade a code for the first pair.

        Raises:
            Refused: `invalid_grant`, with the reason.
        """
        known = self._codes.get(code)
        if known is None:
            raise invalid_grant("code is invalid")
        if known.used:
            raise invalid_grant("code has been used previously")
        if known.expires_at < now:
            raise invalid_grant("code is expired")
        if known.redirect_uri != redirect_uri:
            raise invalid_grant("redirect_uri does not match the one used to request the code")
        if not _VERIFIER.match(verifier) or challenge_of(verifier) != known.challenge:
            raise invalid_grant("code_verifier is invalid")
        known.used = True
        return self._issue(known.grant, now)

    def refresh(self, token: str, now: float) -> Pair:
        """Trade a refresh token for a new pair; both halves are new.

        Raises:
            Refused: `invalid_grant`, with the reason.
        """
        known = self._refresh.get(token)
        if known is None:
            raise invalid_grant("refresh_token is invalid")
        if known.revoked:
            raise invalid_grant("refresh_token is revoked")
        if known.expires_at < now:
            raise invalid_grant("refresh_token is expired")
        self._retire(known, now)
        self.refreshes += 1
        return self._issue(known.grant, now)

    def grant_of(self, token: str, now: float) -> Grant:
        """Return what an access token allows.

        Raises:
            Refused: 401 `invalid_token`, with the reason.
        """
        known = self._access.get(token)
        if known is None:
            raise invalid_token("access_token is invalid")
        if known.revoked:
            raise invalid_token("access token has been revoked")
        if known.expires_at < now:
            raise invalid_token("access token is expired")
        return known.grant

    def revoke(self, user_id: int) -> None:
        """End every token of a user, as a password change does (etsy/open-api #519)."""
        for token in (*self._access.values(), *self._refresh.values()):
            if token.grant.user_id == user_id:
                token.revoked = True

    def live(self, now: float) -> dict[str, int]:
        """Count the tokens that would be accepted."""
        return {
            "access": sum(_alive(token, now) for token in self._access.values()),
            "refresh": sum(_alive(token, now) for token in self._refresh.values()),
        }

    def _issue(self, grant: Grant, now: float) -> Pair:
        access = f"{grant.user_id}.{secrets.token_urlsafe(48)}"
        refresh = f"{grant.user_id}.{secrets.token_urlsafe(48)}"
        self._access[access] = _Token(grant, now + ACCESS_LIFETIME)
        self._refresh[refresh] = _Token(grant, now + REFRESH_LIFETIME)
        return Pair(access, refresh)

    def _retire(self, token: _Token, now: float) -> None:
        if self.rotation == "strict":
            token.revoked = True
        elif self.rotation == "grace":
            token.expires_at = min(token.expires_at, now + GRACE)


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a verifier: base64url without padding."""
    digest = hashlib.sha256(verifier.encode("ascii", "replace")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def invalid_grant(why: str) -> Refused:
    """Return the 400 of a token request whose code or refresh token does not serve."""
    return Refused(400, "invalid_grant", why)


def invalid_token(why: str) -> Refused:
    """Return the 401 of a call whose access token does not serve."""
    return Refused(401, "invalid_token", why)


def _alive(token: _Token, now: float) -> bool:
    return not token.revoked and token.expires_at >= now
