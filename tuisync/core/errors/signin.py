"""Sign-ins that ended without an account."""

from __future__ import annotations

from tuisync.core.errors.base import TuisyncError


class SignInError(TuisyncError):
    """A sign-in attempt ended without an account; nothing was stored."""

    code = "needs_reauth"
    title = "Not signed in"
    default_hint = "Start the sign-in again."


class ConsentDenied(SignInError):
    """The seller, or the marketplace, refused the access asked for."""

    code = "consent_denied"
    title = "Access was refused"


class SignInTimeout(SignInError):
    """Nobody finished the sign-in in time (S06)."""

    code = "signin_timeout"
    title = "The sign-in took too long"


class WrongState(SignInError):
    """The answer belongs to another sign-in attempt."""

    code = "wrong_state"
    title = "Not our sign-in"


class WrongAccount(SignInError):
    """Somebody signed in as another seller (S42)."""

    code = "wrong_account"
    title = "Another account"


class NoOwnedShop(SignInError):
    """The account owns no shop (S05)."""

    code = "no_owned_shop"
    title = "No shop of your own"


class CurrencyMismatch(SignInError):
    """The shop sells in another currency than the organization's (S01)."""

    code = "currency_mismatch"
    title = "Another currency"


class BadKey(SignInError):
    """The marketplace does not accept the application's key."""

    code = "bad_key"
    title = "The key was refused"
