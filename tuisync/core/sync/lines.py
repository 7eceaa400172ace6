"""What an open line to a shop teaches us: its budget, how long the sign-in lasts, that it died."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from tuisync.core.actions.integrations import resumed
from tuisync.core.errors import AuthorizationRequired, RateLimited, StoreError, TuisyncError
from tuisync.core.models import Budget, Integration
from tuisync.core.shop import Shop, Shops
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.sync.backoff import asked_wait
from tuisync.core.sync.thrift import comes_back_at, marked
from tuisync.core.workspace import Workspace

_WORTH_REMEMBERING = timedelta(minutes=1)
"""A shorter wait is waited for where it is asked for."""


@asynccontextmanager
async def line(shops: Shops, workspace: Workspace, integration: Integration) -> AsyncIterator[Shop]:
    """Open a line to a shop; however the block ends, what was learned of the shop is stored.

    Raises:
        PluginError: The plug-in is not there or does not load.
        AuthorizationRequired: There are no tokens.
    """
    async with shops.open(integration) as shop:
        try:
            yield shop
        except RateLimited as error:
            keep_quiet(workspace, integration, error)
            raise
        finally:
            _learn(workspace, integration, shop.budget, await _sign_in_ends(shop))


async def renew(shops: Shops, workspace: Workspace, integration: Integration) -> None:
    """Renew the sign-in of an integration that nothing else uses; it is tried again tomorrow.

    Raises:
        StoreError: The store cannot be used any more.
    """
    with workspace.store.transaction() as tx:
        current = tx.get(schema.INTEGRATIONS, integration.id)
        if current is None:
            return
        tx.put(schema.INTEGRATIONS, current.but(renewal_tried_at=workspace.now()))
    try:
        async with line(shops, workspace, integration) as shop:
            await shop.handle.renew(shop.session)
    except AuthorizationRequired as error:
        fall_asleep(shops, workspace, integration, error)
    except StoreError:
        raise
    except TuisyncError:
        return  # nobody waits for it, and there are a month's tries left


def fall_asleep(
    shops: Shops, workspace: Workspace, integration: Integration, error: AuthorizationRequired
) -> None:
    """Let an integration wait for a sign-in, unless somebody has signed in meanwhile.

    Looked at inside the transaction: who signs in again stores the tokens first and makes the
    integration active after that, so whichever transaction comes last leaves it right.
    """
    with workspace.store.transaction() as tx:
        current = tx.get(schema.INTEGRATIONS, integration.id)
        if current is None:
            return
        outdated = error.generation not in {None, shops.generation(integration.id)}
        if not outdated:
            tx.put(schema.INTEGRATIONS, _asleep(current, error, workspace.now()))
        for entry in tx.find(schema.OUTBOX, "live", integration.id):
            if outdated and current.status == "active" and entry.state == "paused":
                tx.put(schema.OUTBOX, resumed(entry, review=False))
            elif not outdated and entry.state in {"queued", "retry_wait"}:
                tx.put(schema.OUTBOX, entry.but(state="paused", reason=error.message))


def _asleep(integration: Integration, error: AuthorizationRequired, now: datetime) -> Integration:
    """Return the integration without a sign-in; what the user switched off stays off."""
    if integration.status != "active":
        return integration.but(sign_in_ends_at=now)
    return integration.but(
        status="needs_reauth", status_reason=error.message, status_since=now, sign_in_ends_at=now
    )


async def _sign_in_ends(shop: Shop) -> datetime | None:
    try:
        return (await shop.session.credentials.current()).refresh_expires_at
    except TuisyncError:
        return None


def _learn(
    workspace: Workspace, integration: Integration, budget: Budget, ends: datetime | None
) -> None:
    now = workspace.now()
    with workspace.store.transaction() as tx:
        if budget != Budget():
            for each in _with_its_key(tx, integration):
                tx.put(schema.INTEGRATIONS, _told(each, budget, now))
        current = tx.get(schema.INTEGRATIONS, integration.id)
        if current is not None and ends is not None:
            tx.put(schema.INTEGRATIONS, current.but(sign_in_ends_at=ends))


def _told(integration: Integration, budget: Budget, now: datetime) -> Integration:
    """Return the integration with what the shop told of its limits."""
    marks = marked(integration.budget_marks, budget, now)
    told = integration.but(budget=budget, budget_at=now, budget_marks=marks)
    if budget.remaining_today == 0:
        return told.but(quiet_until=comes_back_at(marks) or integration.quiet_until)
    return told


def keep_quiet(workspace: Workspace, integration: Integration, error: RateLimited) -> None:
    """Remember how long the shop wants to be left alone, for every process and every restart."""
    wait = asked_wait(error)
    if wait < _WORTH_REMEMBERING:
        return
    with workspace.store.transaction() as tx:
        for each in _with_its_key(tx, integration):
            tx.put(schema.INTEGRATIONS, each.but(quiet_until=workspace.now() + wait))


def _with_its_key(reader: Reader, integration: Integration) -> Iterator[Integration]:
    """Yield the integrations that call with the same key: they have one budget together."""
    for each in list(reader.all(schema.INTEGRATIONS)):
        if (each.marketplace, each.options) == (integration.marketplace, integration.options):
            yield each
