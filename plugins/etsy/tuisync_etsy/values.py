"""Single values, from Etsy's form into ours. Pure."""

from __future__ import annotations

import html
from datetime import UTC, datetime
from decimal import Decimal

from tuisync import Money
from tuisync_etsy import wire

_LAST_STAMP = 253_402_300_800
"""The year 10000; nothing from then on is a time we can hold."""


def text(value: str | int | None) -> str | None:
    """Return a text unescaped and trimmed; None when nothing is left.

    Names and addresses came with HTML entities in them (etsy/open-api #446).
    """
    if value is None:
        return None
    return html.unescape(str(value)).strip() or None


def money(value: wire.Money | None) -> Money | None:
    """Return the exact amount with the digits its divisor stands for."""
    return None if value is None else Money(amount(value), value.currency_code)


def amount(value: wire.Money) -> Decimal:
    """Return `amount / divisor` exactly: 1290 / 100 is 12.90, and 1290 / 1 is 1290."""
    digits = len(str(value.divisor)) - 1
    if value.divisor == 10**digits:
        return Decimal(value.amount).scaleb(-digits)
    return Decimal(value.amount) / Decimal(value.divisor or 1)


def moment(*stamps: int | None) -> datetime | None:
    """Return the first of these Unix times that is known; Etsy doubles some under two names."""
    found = next((stamp for stamp in stamps if stamp), None)
    if found is None or not 0 < found < _LAST_STAMP:
        return None
    return datetime.fromtimestamp(found, UTC)
