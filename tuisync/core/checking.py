"""Checking what somebody typed or put into a file, before anything is written. Pure."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from tuisync.core.currencies import DIGITS
from tuisync.core.errors import UsageError
from tuisync.core.models import Money
from tuisync.core.text import clean

_AMOUNT = re.compile(r"-?\d*\.?\d*", re.ASCII)
_WITH_COMMA = re.compile(r"\d+,\d{1,2}")

LONGEST = 500
MOST_UNITS = 1_000_000_000
"""More is a slip of the finger."""


def checked_text(text: str, what: str) -> str:
    """Return a text trimmed.

    Raises:
        UsageError: It is empty, too long, or not printable.
    """
    trimmed = text.strip()
    if not trimmed or len(trimmed) > LONGEST or clean(trimmed) != trimmed:
        raise UsageError(f"The {what} must be 1 to {LONGEST} printable characters.")
    return trimmed


def checked_price(text: str, currency: str) -> Money:
    """Return a price as exact money.

    Raises:
        UsageError: It is no amount, below zero, beyond belief, or has more digits after the
            point than the currency.
    """
    pointed = _pointed(text.strip())
    try:
        amount = Decimal(pointed if _AMOUNT.fullmatch(pointed) else "NaN")
    except InvalidOperation:
        amount = Decimal("NaN")
    digits = DIGITS.get(currency, 2)
    example = f"Give it as {Decimal('12.9'):.{digits}f}."
    if not (amount.is_finite() and 0 <= amount < MOST_UNITS):
        raise UsageError(f"`{text}` is not a price.", hint=example)
    exponent = amount.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > digits:
        raise UsageError(
            f"`{text}` has too many digits: {currency} has {digits} after the point.", hint=example
        )
    return Money(amount, currency)


def _pointed(text: str) -> str:
    """Return `12,50` as `12.50`; a comma before three digits may set thousands apart."""
    return text.replace(",", ".") if _WITH_COMMA.fullmatch(text) else text


def checked_units(number: int) -> int:
    """Return a number of units.

    Raises:
        UsageError: It is beyond belief.
    """
    if abs(number) > MOST_UNITS:
        raise UsageError(f"{number:,} units cannot be: {MOST_UNITS:,} are the most.")
    return number
