"""May a shop's number be raised, when it is lower than we believed? Pure.

A lower number that no order explains may be a sale we cannot see yet. It is raised only after
two readings of the orders, at least ten minutes apart, left it unexplained, or when the user
saw the change in a plan and applied it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from tuisync.core.models import Link, Shortfall

PATIENCE = timedelta(minutes=10)
"""Between the two readings of the orders."""


class Judgement(NamedTuple):
    """Whether to raise now; if not, the link with what is remembered of the waiting."""

    raise_now: bool
    link: Link


def judge(link: Link, orders_read_from: datetime | None) -> Judgement:
    """Decide for one variant whose number would be raised.

    Args:
        link: The variant's link.
        orders_read_from: The shop's clock at the newest complete reading of its orders.
    """
    missing = link.shortfall
    if missing is None:
        return Judgement(raise_now=True, link=link)
    if orders_read_from is None or orders_read_from < missing.at:
        return Judgement(raise_now=False, link=link)
    if missing.unexplained_since is None:
        noted = msgspec.structs.replace(missing, unexplained_since=orders_read_from)
        return Judgement(raise_now=False, link=link.but(shortfall=noted))
    waited = orders_read_from - missing.unexplained_since >= PATIENCE
    return Judgement(raise_now=waited, link=link)


def fallen(known: Shortfall | None, units: int, *, after: datetime, at: datetime) -> Shortfall:
    """Return what is missing after the shop's number was read that many units lower.

    Args:
        known: What was missing already, or None.
        units: By how much it fell.
        after: The shop's clock at the reading before.
        at: The shop's clock at this one.
    """
    if known is None:
        return Shortfall(units=units, after=after, at=at)
    return Shortfall(units=known.units + units, after=known.after, at=at)


def explained(known: Shortfall | None, units: int, placed_at: datetime) -> Shortfall | None:
    """Return what is still missing after an order of that many units became known."""
    if known is None or not known.after < placed_at <= known.at:
        return known
    left = known.units - units
    return msgspec.structs.replace(known, units=left) if left > 0 else None
