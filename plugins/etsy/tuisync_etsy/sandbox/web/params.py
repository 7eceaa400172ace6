"""Reading query parameters and bodies as Etsy does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import msgspec

from tuisync_etsy.sandbox.domain.errors import bad_request

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams
    from starlette.requests import Request

MAX_LIMIT = 100
MAX_OFFSET = 12_000
_EARLIEST = 946_684_800
_TRUE, _FALSE = frozenset({"true", "1"}), frozenset({"false", "0"})
_ASCENDING = frozenset({"asc", "ascending", "up"})
_DESCENDING = frozenset({"desc", "descending", "down"})


def whole(params: QueryParams, name: str, default: int | None = None) -> int | None:
    """Return a whole number, or the default if it was not given.

    Raises:
        Refused: It is something else.
    """
    text = params.get(name)
    if text is None or text == "":
        return default
    try:
        return int(text)
    except ValueError:
        raise bad_request(f"Expected int value for '{name}' (got string).") from None


def timestamp(params: QueryParams, name: str) -> int | None:
    """Return seconds since 1970; Etsy knows none before the year 2000."""
    value = whole(params, name)
    if value is not None and value < _EARLIEST:
        raise bad_request(f"{name} must be >= {_EARLIEST}, got {value}")
    return value


def flag(params: QueryParams, name: str) -> bool | None:
    """Return a truth value written as true, false, 1 or 0."""
    text = params.get(name)
    if text is None:
        return None
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise bad_request(f"Expected bool value for '{name}' (got string).")


def choice(params: QueryParams, name: str, among: tuple[str, ...], default: str) -> str:
    """Return one of the words a parameter may be."""
    value = params.get(name, default)
    if value not in among:
        raise bad_request(f"Invalid value for '{name}': {value}")
    return value


def descending(params: QueryParams) -> bool:
    """Return whether `sort_order` asks for the last first, which is the default."""
    value = params.get("sort_order", "desc")
    if value not in _ASCENDING | _DESCENDING:
        raise bad_request(f"Invalid value for 'sort_order': {value}")
    return value in _DESCENDING


def id_list(params: QueryParams, name: str) -> list[int]:
    """Return comma-joined ids, at most a hundred.

    Raises:
        Refused: There are none or too many, or one is no id.
    """
    parts = [part for value in params.getlist(name) for part in value.split(",") if part]
    if not parts:
        raise bad_request(f"Missing input parameter: [{name}]")
    if len(parts) > MAX_LIMIT:
        raise bad_request(f"{name}: at most {MAX_LIMIT} ids are allowed, got {len(parts)}")
    if not all(part.isascii() and part.isdigit() and int(part) > 0 for part in parts):
        raise bad_request(f"Expected int value for '{name}' (got string).")
    return [int(part) for part in parts]


def word_list(params: QueryParams, name: str, among: frozenset[str]) -> frozenset[str]:
    """Return comma-joined words, each of them known."""
    words = {part for value in params.getlist(name) for part in value.split(",") if part}
    unknown = sorted(words - among)
    if unknown:
        raise bad_request(f"Invalid value for '{name}': {unknown[0]}")
    return frozenset(words)


def page(params: QueryParams) -> tuple[int, int]:
    """Return `limit` and `offset`.

    A limit above 100 is taken as 100 (etsy/open-api #422); an offset above 12,000 is
    refused (etsy/open-api #344).
    """
    limit = whole(params, "limit", 25) or 0
    offset = whole(params, "offset", 0) or 0
    if limit < 1:
        raise bad_request(f"limit must be >= 1, got {limit}")
    if offset < 0:
        raise bad_request(f"offset must be >= 0, got {offset}")
    if offset > MAX_OFFSET:
        raise bad_request("Offset provided is greater than the maximum offset allowed.")
    return min(limit, MAX_LIMIT), offset


async def body(request: Request) -> Any:
    """Return the body as its content type says: JSON, else form fields.

    JSON bytes sent under a form content type are read as form fields, and so mean nothing
    (etsy/open-api #157, #168).

    Raises:
        Refused: It says JSON and is none.
    """
    content = await request.body()
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/json":
        return dict(parse_qsl(content.decode("utf-8", "replace"), keep_blank_values=True))
    try:
        return msgspec.json.decode(content or b"null")
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise bad_request("Request body is not valid JSON.") from None
