"""What a hook is given to work with: protocols, so that plug-ins import nothing heavy."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import httpx

    from tuisync.core.remote import Account, Tokens


class Credentials(Protocol):
    """The tokens of one integration, refreshed once however many callers wait."""

    async def current(self) -> Tokens:
        """Return the stored pair.

        Raises:
            AuthorizationRequired: There is none.
        """
        ...

    async def refresh(
        self, stale: Tokens, exchange: Callable[[Tokens], Awaitable[Tokens]]
    ) -> Tokens:
        """Return a pair newer than `stale`, stored before it is returned.

        Takes the integration's credentials lease, reads the stored pair again, and calls
        `exchange` with it only if nobody else refreshed it meanwhile.

        Args:
            stale: The pair that no longer serves.
            exchange: Trades a pair for a new one at the marketplace; raises
                `AuthorizationRequired` when the refresh token is dead.
        """
        ...


class Session(Protocol):
    """One integration's connection to its marketplace, for the length of one hook call.

    Attributes:
        http: A client with rate limit, retries of safe calls, timeouts and redacted logs.
        options: The marketplace's options, secrets among them.
        account: The account and shop, or None while signing in.
        credentials: The integration's tokens.
    """

    @property
    def http(self) -> httpx.AsyncClient: ...

    @property
    def options(self) -> Mapping[str, str]: ...

    @property
    def account(self) -> Account | None: ...

    @property
    def credentials(self) -> Credentials: ...

    def now(self) -> datetime:
        """Return the time, in UTC, by the clock everything here goes by."""
        ...

    def progress(self, done: int, expected: int | None = None) -> None:
        """Tell how far a long call has come."""
        ...


class Prompt(Protocol):
    """How a sign-in reaches the seller, whatever face it runs behind."""

    @property
    def redirect_uri(self) -> str:
        """The URI to register at the marketplace and to send with the request."""
        ...

    async def visit(self, url: str) -> Mapping[str, str]:
        """Show the consent page's URL and wait for the redirect.

        Answers come from the loopback listener or from a pasted redirect URL (or bare
        code); the first one counts.

        Returns:
            The redirect's query parameters; a pasted bare code is `{"code": ...}`.

        Raises:
            SignInTimeout: Nobody came back in time.
        """
        ...
