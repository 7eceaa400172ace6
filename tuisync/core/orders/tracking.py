"""Carrier and tracking number as a marketplace takes them, checked before anything is stored."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from rapidfuzz import process

from tuisync.core.errors import UsageError
from tuisync.core.models import Shipment
from tuisync.core.remote import Capabilities, Carrier

_OTHER = "other"
"""The code of a carrier a marketplace does not know, where it lists it."""

_LONGEST = 100
"""Characters; no carrier's number is as long."""

_SHORTENED = re.compile(r"[0-9]+([.,][0-9]+)?E\+[0-9]+", re.IGNORECASE)
"""What a spreadsheet makes of a long number, whose last digits are lost then."""


class Tracking(NamedTuple):
    """A carrier's code and a tracking number, None where there is none.

    Attributes:
        name: What people call the carrier; empty where there is none.
    """

    carrier: str | None
    number: str | None
    name: str = ""

    @property
    def said(self) -> str:
        """Both in words for people; empty where there is neither."""
        return " ".join(part for part in (self.name or self.carrier, self.number) if part)


def parcel_words(parcel: Shipment) -> str:
    """Return carrier code and tracking number of a parcel, or that it was shipped."""
    return " ".join(part for part in (parcel.carrier, parcel.tracking) if part) or "shipped"


def parcel_said(parcel: Shipment) -> str:
    """Return the same for people, with the carrier's name."""
    told = Tracking(parcel.carrier, parcel.tracking, parcel.carrier_name)
    return told.said or "shipped"


def checked_tracking(can: Capabilities, carrier: str | None, number: str | None) -> Tracking:
    """Return both as the marketplace takes them. Pure.

    Args:
        can: What the marketplace can do and demands.
        carrier: One of its carrier codes or their names; empty is none.
        number: The tracking number; empty is none.

    Raises:
        UsageError: One is missing where the marketplace needs it, or cannot be used.
    """
    known = _carrier(can, carrier)
    found = Tracking(known.code, _number(number), known.title) if known else _bare(number)
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


def is_number(number: str | None) -> bool:
    """Tell whether it can be the tracking number of a parcel, whoever carries it. Pure."""
    try:
        return _number(number) is not None
    except UsageError:
        return False


def _bare(number: str | None) -> Tracking:
    return Tracking(None, _number(number))


def _carrier(can: Capabilities, carrier: str | None) -> Carrier | None:
    """Return the carrier of that code or name; any where the marketplace lists none.

    One's name may be another's code but for its capitals: as it is written counts first.
    """
    said = " ".join((carrier or "").split())
    if not said:
        return None
    named = {c.title: c for c in can.carriers} | {c.code: c for c in can.carriers}
    known = {_spelled(name): c for name, c in named.items()}
    found = named.get(said) or known.get(_spelled(said))
    if found is None and can.carriers:
        raise UsageError(
            f"The marketplace knows no carrier `{said}`.", hint=_did_you_mean(_spelled(said), known)
        )
    return found or Carrier(code=said.casefold(), title=said)


def _spelled(name: str) -> str:
    """Return the form in which carriers' codes and names are compared."""
    return " ".join(name.split()).casefold()


def _did_you_mean(said: str, known: Mapping[str, Carrier]) -> str:
    near = process.extractOne(said, list(known), score_cutoff=60)
    hints = [f"Did you mean {known[near[0]].title} (`{known[near[0]].code}`)?"] if near else []
    if _OTHER in known:
        hints.append(f"{'Or use' if near else 'Use'} `{_OTHER}`.")
    return " ".join(hints)


def _number(number: str | None) -> str | None:
    code = (number or "").strip()
    if len(code) > _LONGEST or not code.isprintable():
        raise UsageError("A tracking number has at most 100 printable characters.")
    if _SHORTENED.fullmatch(code):
        raise UsageError(
            f"A spreadsheet shortened the tracking number to {code}: its last digits are lost.",
            hint="Format that column as text there, then enter the numbers anew.",
        )
    if code and not any(sign.isalnum() for sign in code):
        raise UsageError(f"`{code}` is no tracking number.", hint="Leave it empty for none.")
    return code or None
