"""When an integration's next cycle is due. Pure: the times come from the store."""

from __future__ import annotations

from datetime import datetime, timedelta

from tuisync.core.errors import RateLimited, TransientError
from tuisync.core.models import Integration, SyncRun

_FIRST_AGAIN = timedelta(minutes=5)

_ASTRAY = timedelta(minutes=1)
"""A start further ahead than this means that the clock was set back since."""


def next_cycle_at(integration: Integration) -> datetime | None:
    """Return when the next cycle is due, or None while the integration is not active.

    One that has never had a cycle is due since it was connected. Overdue slots make one
    cycle, not one each. An interval chosen meanwhile counts from its choice, unless by it the
    cycle was overdue already. A shop that was not reached is tried again sooner, for what is sold
    there meanwhile is still offered elsewhere.
    """
    if integration.status != "active":
        return None
    started, chosen = integration.cycle_started_at, integration.interval_since
    if started is None:
        return integration.connected_at
    interval = timedelta(minutes=integration.interval_minutes)
    if integration.missed:
        return started + min(interval, missed_wait(integration.missed))
    if chosen is not None and started < chosen < started + interval:
        return chosen + interval
    return started + interval


def missed_wait(times: int) -> timedelta:
    """Return how long after a cycle the next begins if the shop was not reached that often."""
    return _FIRST_AGAIN * (1 << min(times - 1, 10))


def missed_after(integration: Integration, run: SyncRun, error: Exception | None) -> int:
    """Return how often in a row the shop was not reached for its orders, after one more run.

    Any other end, also a refusal or a run left out, is not mended by trying again soon. What the
    user asks for meanwhile makes the next try no later, and certain records or days tell nothing
    of the new orders.

    Args:
        integration: As it is stored now.
        run: What has ended.
        error: How it failed; None where it did not.
    """
    if run.module != "orders" or run.only or run.period:
        return integration.missed
    if not isinstance(error, TransientError) or isinstance(error, RateLimited):
        return 0
    return integration.missed + 1 if run.trigger == "scheduled" else max(1, integration.missed)


RENEW_WITHIN = timedelta(days=30)
"""How long before its end a sign-in that nothing else uses is renewed."""

_RENEWAL_PAUSE = timedelta(days=1)


def renewal_is_due(integration: Integration, now: datetime) -> bool:
    """Return whether a sign-in is to be renewed for no other reason than its age.

    Also one of an integration that is switched off, so that switching it on needs no sign-in:
    it is the only call made for it, once in two months. Tried once a day.
    """
    ends, tried = integration.sign_in_ends_at, integration.renewal_tried_at
    if ends is None or integration.status == "needs_reauth" or ends - now > RENEW_WITHIN:
        return False
    return tried is None or abs(now - tried) >= _RENEWAL_PAUSE


def is_due(integration: Integration, now: datetime) -> bool:
    """Return whether a cycle is due.

    A cycle that seems to have started in the future, or an interval chosen there, means that
    the clock was set back: it is due, so that a jump of the clock never silences an
    integration.
    """
    due = next_cycle_at(integration)
    if due is None:
        return False
    past = (integration.cycle_started_at, integration.interval_since)
    return now >= due or any(each is not None and each > now + _ASTRAY for each in past)
