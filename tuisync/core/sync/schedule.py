"""When an integration's next cycle is due. Pure: the times come from the store."""

from __future__ import annotations

from datetime import datetime, timedelta

from tuisync.core.models import Integration


def next_cycle_at(integration: Integration) -> datetime | None:
    """Return when the next cycle is due, or None while the integration is not active.

    One that has never had a cycle is due since it was connected. Overdue slots make one
    cycle, not one each.
    """
    if integration.status != "active":
        return None
    if integration.cycle_started_at is None:
        return integration.connected_at
    return integration.cycle_started_at + timedelta(minutes=integration.interval_minutes)


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

    A cycle that seems to have started in the future means that the clock was set back: it is
    due, so that a jump of the clock never silences an integration.
    """
    due = next_cycle_at(integration)
    if due is None:
        return False
    started = integration.cycle_started_at
    return now >= due or (started is not None and started > now + timedelta(minutes=1))
