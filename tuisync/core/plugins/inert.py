"""Making a validated value inert: texts cleaned, times in UTC, numbers in bounds.

Three kinds of text need three treatments. What people read is cleaned. What is handed back
to the shop as an identifier must be exact: one that cleaning would change is refused. What
only the plug-in understands (cursors, fingerprints) is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

from tuisync.core import remote
from tuisync.core.text import clean

T = TypeVar("T")
Treatment = Callable[[str], str]

LONGEST_TEXT = 20_000
"""Characters a single text may have."""

LARGEST_NUMBER = 1_000_000_000
"""No shop counts higher; a larger number is a fault."""

_CURRENCY = re.compile("[A-Z]{3}")


def exact(text: str) -> str:
    """Return an identifier as it is.

    Raises:
        ValueError: It is empty, or holds characters an identifier cannot have.
    """
    if not text:
        raise ValueError("an identifier is empty")
    return _key(text)


def _key(text: str) -> str:
    if clean(text) != text:
        raise ValueError("an identifier holds invisible or control characters")
    return text


def opaque(text: str) -> str:
    """Return a text only the plug-in understands, as it is.

    Raises:
        ValueError: It cannot be written to a file.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("a text cannot be written as UTF-8") from None
    return text


def _url(text: str) -> str:
    if urlsplit(text).scheme not in {"http", "https"} or clean(text) != text:
        raise ValueError("a link is not a web address")
    return text


def _currency(text: str) -> str:
    if not _CURRENCY.fullmatch(text):
        raise ValueError("a currency is not a three-letter code")
    return text


_TREATMENTS: dict[tuple[type[msgspec.Struct], str], Treatment] = {
    (remote.ListingVariant, "key"): _key,
    (remote.Money, "currency"): _currency,
    (remote.RemoteListing, "remote_id"): exact,
    (remote.RemoteListing, "url"): _url,
    (remote.RemoteListing, "fingerprint"): opaque,
    (remote.RemoteLine, "remote_id"): exact,
    (remote.RemoteLine, "listing_id"): exact,
    (remote.RemoteLine, "variant_key"): _key,
    (remote.RemoteOrder, "remote_id"): exact,
    (remote.ItemsPage, "cursor"): opaque,
    (remote.ItemsPage, "gone"): exact,
    (remote.OrdersPage, "cursor"): opaque,
    (remote.OrdersPage, "gone"): exact,
    (remote.StockResult, "quantities"): _key,
    (remote.StockResult, "fingerprint"): opaque,
    (remote.Tokens, "access"): exact,
    (remote.Tokens, "refresh"): exact,
    (remote.Account, "account_id"): exact,
    (remote.Account, "shop_id"): exact,
    (remote.Account, "currency"): _currency,
    (remote.Marketplace, "id"): exact,
    (remote.Carrier, "code"): exact,
    (remote.Option, "key"): exact,
}


def inert(value: T) -> T:
    """Return a validated struct with everything in it made harmless.

    Raises:
        ValueError: Something in it cannot be made harmless; says what.
    """
    made: T = _inert(value, clean)
    return made


def _inert(value: T, treat: Treatment) -> T:
    """Make one value harmless; the kinds of which there are most come first."""
    made: object = value
    if isinstance(value, str):
        made = _text(value, treat)
    elif isinstance(value, msgspec.Struct):
        made = _struct(value)
    elif isinstance(value, int):
        _bounded(value)
    elif isinstance(value, datetime):
        made = _utc(value)
    elif isinstance(value, tuple):
        made = tuple(_inert(part, treat) for part in value)
    elif isinstance(value, dict):
        made = {_inert(key, treat): _inert(part, treat) for key, part in value.items()}
    elif isinstance(value, Decimal):
        _bounded(value)
    return made  # type: ignore[return-value]  # every branch keeps the type


def _struct(value: msgspec.Struct) -> msgspec.Struct:
    changes = {}
    for field, treat in _treatments(type(value)):
        old = getattr(value, field)
        if old is not None and (new := _inert(old, treat)) is not old:
            changes[field] = new
    return msgspec.structs.replace(value, **changes) if changes else value


@cache
def _treatments(kind: type[msgspec.Struct]) -> tuple[tuple[str, Treatment], ...]:
    """Return the fields of a kind of struct, each with what is done to the texts in it."""
    fields = kind.__struct_fields__
    return tuple((field, _TREATMENTS.get((kind, field), clean)) for field in fields)


def _text(text: str, treat: Treatment) -> str:
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"a text is longer than {LONGEST_TEXT:,} characters")
    return treat(text)


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time has no time zone")
    return moment.astimezone(UTC)


def _bounded(number: int | Decimal) -> None:
    if isinstance(number, Decimal) and not number.is_finite():
        raise ValueError("an amount is not a number")
    if not -LARGEST_NUMBER <= number <= LARGEST_NUMBER:
        raise ValueError("a number is too large")
