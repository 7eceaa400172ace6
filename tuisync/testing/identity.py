"""Who may sign in at a fake marketplace, and which tokens are good."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import count
from urllib.parse import parse_qs, urlencode, urlsplit

from tuisync.core.clock import Clock
from tuisync.core.errors import AuthorizationRequired, ConsentDenied, WrongState
from tuisync.core.remote import Tokens

CONSENT_PAGE = "https://fake.example/consent"


class Identity:
    """Tokens and consent: access tokens end after an hour, refresh tokens serve once, for 90 days.

    Attributes:
        seller: The user who sits in front of the browser.
        token_life: How long an access token serves.
        refreshes: How often a pair was traded for a new one.
    """

    def __init__(self, clock: Clock, seller: str) -> None:
        self.seller = seller
        self.token_life = timedelta(hours=1)
        self.refreshes = 0
        self._clock = clock
        self._numbers = count(1)
        self._access: dict[str, tuple[str, datetime]] = {}
        self._refresh: dict[str, tuple[str, datetime]] = {}
        self._codes: dict[str, str] = {}

    def consent_url(self, state: str, redirect_uri: str) -> str:
        """Return the page on which the seller allows access."""
        return f"{CONSENT_PAGE}?{urlencode({'state': state, 'redirect_uri': redirect_uri})}"

    def consent(self, url: str, *, deny: bool = False) -> dict[str, str]:
        """Act as the seller in the browser; returns the redirect's query parameters."""
        state = parse_qs(urlsplit(url).query)["state"][0]
        if deny:
            return {"error": "access_denied", "error_description": "No.", "state": state}
        code = f"code-{next(self._numbers)}"
        self._codes[code] = self.seller
        return {"code": code, "state": state}

    def redeem(self, answer: Mapping[str, str], state: str) -> tuple[str, Tokens]:
        """Trade the redirect's parameters for the user and a pair of tokens.

        Raises:
            ConsentDenied: The seller refused.
            WrongState: The answer is for another attempt, or its code was used before.
        """
        if "error" in answer:
            raise ConsentDenied(f"Access was refused: {answer.get('error_description', '')}")
        user = self._codes.pop(answer.get("code", ""), None)
        if user is None or answer.get("state", state) != state:
            raise WrongState("The answer does not belong to this sign-in.")
        return user, self.issue(user)

    def issue(self, user: str) -> Tokens:
        """Return a new pair for a user."""
        number = next(self._numbers)
        ends = self._clock() + self.token_life
        last = self._clock() + timedelta(days=90)
        tokens = Tokens(
            access=f"{user}.access-{number:06}",
            refresh=f"{user}.refresh-{number:06}",
            expires_at=ends,
            refresh_expires_at=last,
        )
        self._access[tokens.access] = (user, ends)
        self._refresh[tokens.refresh] = (user, last)
        return tokens

    async def exchange(self, tokens: Tokens) -> Tokens:
        """Trade a pair for a new one; the old refresh token is dead from then on.

        Raises:
            AuthorizationRequired: It was dead before.
        """
        user, last = self._refresh.pop(tokens.refresh, ("", self._clock()))
        if self._clock() >= last:
            raise AuthorizationRequired("The refresh token is revoked.")
        self.refreshes += 1
        return self.issue(user)

    def user_of(self, tokens: Tokens) -> str | None:
        """Return whose access token it is, or None if it does not serve (any more)."""
        user, ends = self._access.get(tokens.access, ("", None))
        return user if ends is not None and self._clock() < ends else None

    def revoke(self, user: str) -> None:
        """End every token of a user, as a changed password does."""
        self._access = {key: kept for key, kept in self._access.items() if kept[0] != user}
        self._refresh = {key: kept for key, kept in self._refresh.items() if kept[0] != user}
