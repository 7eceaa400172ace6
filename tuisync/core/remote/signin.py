"""What a sign-in gives."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """What a sign-in gave. Never logged, never shown: its repr hides both tokens.

    Attributes:
        expires_at: When the access token ends.
        refresh_expires_at: When the refresh token ends if it is not used, or None.
    """

    access: str
    refresh: str
    expires_at: datetime
    refresh_expires_at: datetime | None = None

    def __repr__(self) -> str:
        return f"Tokens(expires_at={self.expires_at.isoformat()})"


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Who signed in, and the one shop that account owns."""

    account_id: str
    shop_id: str
    shop_name: str
    currency: str


class Authorization(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of a sign-in."""

    tokens: Tokens
    account: Account
