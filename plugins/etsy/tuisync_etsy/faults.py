"""What a refusal means: Etsy's status and text, turned into what the caller does next. Pure."""

from __future__ import annotations

from http import HTTPStatus
from typing import NamedTuple

import msgspec

from tuisync import (
    AuthorizationRequired,
    MarketplaceError,
    OutcomeUnknown,
    PermanentError,
    RateLimited,
    RejectedError,
    RemoteNotFound,
    TransientError,
)
from tuisync_etsy.hints import hint_for

BAD_KEY = "bad_key"
"""Error code of a refused application key; tokens stay as they are (etsy/open-api #561)."""

NOT_PERMITTED = "not_permitted"
"""Error code of a write Etsy keeps from this key or shop, whatever the record."""

_TRY_AGAIN = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY}
_KEY_REFUSED = {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
_LONGEST = 300
_LONGEST_WAIT = 86_400.0
_DAILY_WAIT = 3_600.0


class Refusal(NamedTuple):
    """An answer that is not a success.

    Attributes:
        status: The HTTP status.
        text: What Etsy says, in one line; empty when it says nothing readable.
        code: The OAuth error word, such as `invalid_grant`, or empty.
    """

    status: int
    text: str
    code: str = ""

    def says(self, *words: str) -> bool:
        """Tell whether any of these words is in what Etsy says."""
        said = f"{self.code} {self.text}".casefold()
        return any(word in said for word in words)


def read_refusal(status: int, body: bytes) -> Refusal:
    """Read the body of an error: an object, a bare array of problems, or an HTML page.

    Validation errors came as a bare array (etsy/open-api #622), and the edge answers with
    HTML (#220), whose text tells a seller nothing.
    """
    try:
        decoded = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return Refusal(status, "")
    if isinstance(decoded, dict):
        error, description = _words(decoded.get("error")), _words(decoded.get("error_description"))
        return Refusal(status, description or error, error if description else "")
    if isinstance(decoded, list):
        return Refusal(status, "; ".join(filter(None, map(_problem, decoded)))[:_LONGEST])
    return Refusal(status, _words(decoded))


def error_for(refusal: Refusal, *, write: bool, retry_after: str | None = None) -> MarketplaceError:
    """Return the error to raise, chosen by what the caller can do about it.

    Args:
        refusal: What Etsy answered.
        write: The call changes something, so that a fault of the server leaves its outcome
            open, and a refusal concerns this one record.
        retry_after: The header of that name, if there was one.
    """
    if about_key(refusal):
        return PermanentError(
            f"Etsy refuses the application's key: {refusal.text}",
            hint="Check keystring and shared secret at Etsy's developer pages.",
            code=BAD_KEY,
        )
    if about_scope(refusal):
        return AuthorizationRequired("The access given does not cover this any more.")
    if refusal.status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimited(
            refusal.text or "Etsy asks us to wait.", retry_after=_wait(refusal, retry_after)
        )
    if (
        refusal.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        or refusal.status in _TRY_AGAIN
        or refusal.status < HTTPStatus.BAD_REQUEST
    ):
        return _faulty(refusal, write=write)
    return _refused(refusal, write=write)


def about_key(refusal: Refusal) -> bool:
    """Tell whether Etsy refuses the application's key and not the token or the record."""
    return refusal.status in _KEY_REFUSED and refusal.says(
        "x-api-key", "api key", "api_key", "shared secret", "invalid_client", "client_id"
    )


def about_scope(refusal: Refusal) -> bool:
    """Tell whether the seller allowed less than this needs; a renewal gives no more."""
    return refusal.says("insufficient_scope", "insufficient scope")


def about_token(refusal: Refusal) -> bool:
    """Tell whether a newer access token may help.

    An expired or revoked token is a 401, but has been seen as a 403 as well.
    """
    if about_key(refusal) or about_scope(refusal):
        return False
    return refusal.status == HTTPStatus.UNAUTHORIZED or (
        refusal.status == HTTPStatus.FORBIDDEN
        and refusal.says("invalid_token", "expired", "revoked")
    )


def _refused(refusal: Refusal, *, write: bool) -> MarketplaceError:
    said = refusal.text or f"no reason given (status {refusal.status})"
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        return AuthorizationRequired(f"Etsy does not accept our access: {said}")
    if refusal.status == HTTPStatus.CONFLICT and write:
        return TransientError(f"Etsy says something else is changing it: {said}")
    if refusal.status == HTTPStatus.NOT_FOUND:
        return RemoteNotFound(f"Etsy does not know it: {said}")
    if refusal.status == HTTPStatus.FORBIDDEN and write:
        return RejectedError(f"Etsy does not allow it: {said}", code=NOT_PERMITTED)
    if refusal.status == HTTPStatus.FORBIDDEN:
        return PermanentError(f"Etsy does not let us read this: {said}")
    return RejectedError(f"Etsy refuses: {said.rstrip('.')}.", hint=hint_for(refusal.text))


def _faulty(refusal: Refusal, *, write: bool) -> MarketplaceError:
    said = f"Etsy answered with a fault (status {refusal.status})."
    if refusal.text:
        said = f"Etsy answered with a fault: {refusal.text} (status {refusal.status})."
    return OutcomeUnknown(said) if write else TransientError(said)


def _wait(refusal: Refusal, header: str | None) -> float:
    """Return seconds to wait: the header's, within a day; a guess where there is none."""
    try:
        told = float(header or "")
    except ValueError:
        return _DAILY_WAIT if refusal.says("daily", "per day") else 1.0
    return min(max(told, 1.0), _LONGEST_WAIT) if told == told else 1.0  # noqa: PLR0124 - NaN


def _problem(entry: object) -> str:
    if not isinstance(entry, dict):
        return _words(entry)
    path, message = _words(entry.get("path")), _words(entry.get("message"))
    return f"{path}: {message}" if path and message else message or path


def _words(value: object) -> str:
    """Return a text in one printable line; nothing for what is not a text."""
    if not isinstance(value, str):
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())[:_LONGEST]
