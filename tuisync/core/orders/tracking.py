"""Carrier and tracking number as a marketplace takes them, checked before anything is stored."""

from __future__ import annotations

from typing import NamedTuple

from rapidfuzz import process

from tuisync.core.errors import UsageError
from tuisync.core.models import Shipment
from tuisync.core.remote import Capabilities

_LONGEST = 100
"""Characters; no carrier's number is as long."""


class Tracking(NamedTuple):
    """A carrier's code and a tracking number, None where there is none."""

    carrier: str | None
    number: str | None


def parcel_words(parcel: Shipment) -> str:
    """Return carrier and tracking number of a parcel, or that it was shipped."""
    return " ".join(part for part in (parcel.carrier, parcel.tracking) if part) or "shipped"


def checked_tracking(can: Capabilities, carrier: str | None, number: str | None) -> Tracking:
    """Return both as the marketplace takes them. Pure.

    Args:
        can: What the marketplace can do and demands.
        carrier: One of its carrier codes or their names; empty is none.
        number: The tracking number; empty is none.

    Raises:
        UsageError: One is missing where the marketplace needs it, or cannot be used.
    """
    found = Tracking(_carrier(can, carrier), _number(number))
    if can.tracking_required and found.carrier is None:
        raise UsageError("This marketplace needs a carrier.")
    if can.tracking_required and found.number is None:
        raise UsageError("This marketplace needs a tracking number.")
    if can.tracking_pair and (found.carrier is None) != (found.number is None):
        missing = "carrier" if found.carrier is None else "tracking number"
        raise UsageError(
            f"The {missing} is missing: this marketplace takes both or neither.",
            hint=f"Add the {missing}, or leave both out.",
        )
    return found


def _carrier(can: Capabilities, carrier: str | None) -> str | None:
    code = (carrier or "").strip().casefold()
    if not code:
        return None
    by_name = {name.casefold(): c.code for c in can.carriers for name in (c.code, c.title)}
    if can.carriers and code not in by_name:
        near = process.extractOne(code, list(by_name), score_cutoff=60)
        hint = f"Did you mean `{by_name[near[0]]}`? Or use `other`." if near else "Use `other`."
        raise UsageError(f"The marketplace knows no carrier `{carrier}`.", hint=hint)
    return by_name.get(code, code)


def _number(number: str | None) -> str | None:
    code = (number or "").strip()
    if len(code) > _LONGEST or not code.isprintable():
        raise UsageError("A tracking number has at most 100 printable characters.")
    return code or None
