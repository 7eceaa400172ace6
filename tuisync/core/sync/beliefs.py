"""May a shop's number be raised, when it is lower than we believed? Pure.

A lower number that no order explains may be a sale we cannot see yet. It is raised only after
two readings of the orders, at least ten minutes apart, left it unexplained, or when the user
saw the change in a plan and applied it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from tuisync.core.models import Link

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
    if link.lower_at is None:
        return Judgement(raise_now=True, link=link)
    if orders_read_from is None or orders_read_from < link.lower_at:
        return Judgement(raise_now=False, link=link)
    if link.unexplained_since is None:
        return Judgement(raise_now=False, link=link.but(unexplained_since=orders_read_from))
    waited = orders_read_from - link.unexplained_since >= PATIENCE
    return Judgement(raise_now=waited, link=link)
