"""Connecting a shop, and signing in to it again. Runs in the process the user sits at."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime

from tuisync.core import lookup
from tuisync.core.actions.integrations import resumed
from tuisync.core.actions.shipments import tell_again
from tuisync.core.errors import (
    AlreadyConnected,
    CurrencyMismatch,
    UsageError,
    WrongAccount,
)
from tuisync.core.models import Integration, SyncRun, integration_id
from tuisync.core.orders.telling import SHIPPING, SWITCHED_OFF
from tuisync.core.remote import Account, Authorization, Marketplace, Option
from tuisync.core.secrets.credentials import Sleep, held_credentials
from tuisync.core.services import Services
from tuisync.core.session import Prompt
from tuisync.core.store import schema
from tuisync.core.store.port import Reader, Transaction
from tuisync.core.workspace import Workspace


async def connect(
    services: Services,
    marketplace: str,
    options: Mapping[str, str],
    prompt: Prompt,
    *,
    sync: bool = True,
) -> Integration:
    """Sign in to a shop and connect it; the initial sync is queued with it.

    Args:
        services: The data directory and what works in it.
        marketplace: The plug-in's name.
        options: The marketplace's options, secrets among them.
        prompt: How the user is reached.
        sync: Queue the initial sync.

    Raises:
        NoOrganization: `init` comes first.
        UsageError: An option is missing or unknown.
        AlreadyConnected: That shop is connected.
        CurrencyMismatch: The shop sells in another currency (S01).
        SignInError: The sign-in ended without an account; nothing is stored.
        PluginError: The plug-in is at fault.
    """
    workspace = services.workspace
    lookup.organization(workspace.store)
    described = services.host.describe(marketplace)
    checked = checked_options(described, options)
    authorization = await _sign_in(services, marketplace, checked, prompt)
    account = authorization.account
    _check_currency(workspace.store, account)
    id_ = integration_id(marketplace, account.shop_id)
    _check_new(workspace.store, id_, account)
    secret = {each.key for each in described.options if each.secret}
    services.secrets.store_options(id_, {k: v for k, v in checked.items() if k in secret})
    services.secrets.store_tokens(id_, authorization.tokens, None)
    public = {key: value for key, value in checked.items() if key not in secret}
    ends = authorization.tokens.refresh_expires_at
    return add_integration(workspace, marketplace, account, public, sync=sync, ends=ends)


async def reconnect(
    services: Services,
    name: str,
    prompt: Prompt,
    secrets: Mapping[str, str] | None = None,
    *,
    sleep: Sleep = asyncio.sleep,
) -> Integration:
    """Sign in to a connected shop again; kept work goes on (S41 to S43).

    Args:
        services: What we work with.
        name: The integration's name or id.
        prompt: How the sign-in reaches the seller.
        secrets: Secret options that are not stored here any more, as after a restore; they are
            stored once the sign-in has proved them.
        sleep: Waits so many seconds, for a renewal that is under way.

    Raises:
        UnknownIntegration: There is none of that name.
        WrongAccount: Somebody signed in as another seller; nothing was changed.
        SignInError: The sign-in ended without an account; nothing was changed.
    """
    workspace = services.workspace
    integration = lookup.integration(workspace.store, name)
    kept = {**services.secrets.options(integration.id), **(secrets or {})}
    options = {**integration.options, **kept}
    authorization = await _sign_in(services, integration.marketplace, options, prompt)
    _check_same(integration, authorization.account)
    async with held_credentials(integration.id, workspace.store, sleep=sleep):
        if secrets:
            services.secrets.store_options(integration.id, kept)
        services.secrets.store_tokens(integration.id, authorization.tokens, None)
    with workspace.store.transaction() as tx:
        return _signed_in_again(tx, workspace, integration.id, authorization)


def _check_same(integration: Integration, account: Account) -> None:
    if (account.account_id, account.shop_id) != (integration.account_id, integration.shop_id):
        raise WrongAccount(
            f"You signed in to the shop {account.shop_name}; this one is {integration.shop_name}.",
            hint="Sign out there, then start again with the right account.",
        )


def _signed_in_again(
    tx: Transaction, workspace: Workspace, integration: str, authorization: Authorization
) -> Integration:
    """Let an integration go on: what waited for the sign-in is owed again."""
    current = lookup.integration(tx, integration)
    back = current.but(
        status="active",
        status_reason="",
        shop_name=authorization.account.shop_name,
        cycle_started_at=None,
        missed=0,
        sign_in_ends_at=authorization.tokens.refresh_expires_at,
        renewal_tried_at=None,
        withheld={key: why for key, why in current.withheld.items() if why == SWITCHED_OFF},
    )
    tx.put(schema.INTEGRATIONS, back)
    if current.withheld.get(SHIPPING, SWITCHED_OFF) != SWITCHED_OFF:
        tell_again(tx, workspace, back)
    was_off = current.status == "inactive"
    review = was_off and lookup.organization(tx).first_push == "review"
    for entry in tx.find(schema.OUTBOX, "live", integration):
        if entry.state == "paused":
            tx.put(schema.OUTBOX, resumed(entry, review=review))
    return back


def missing_secrets(
    services: Services, integration: Integration, marketplace: Marketplace
) -> tuple[Option, ...]:
    """Return the secret options a sign-in needs and that are not stored here.

    A backup holds none, so that is how a restored integration is on another machine.
    """
    stored = services.secrets.options(integration.id)
    return tuple(
        each
        for each in marketplace.options
        if each.secret and each.required and not each.default and not stored.get(each.key)
    )


def checked_options(marketplace: Marketplace, options: Mapping[str, str]) -> dict[str, str]:
    """Return the options with defaults filled in.

    Raises:
        UsageError: One is unknown, or a required one is missing.
    """
    known = {each.key: each for each in marketplace.options}
    for key in options:
        if key not in known:
            hint = f"Options: {', '.join(known)}."
            raise UsageError(f"{marketplace.title} has no option `{key}`.", hint=hint)
    filled = {key: options.get(key, "").strip() or each.default for key, each in known.items()}
    missing = [each.title for key, each in known.items() if each.required and not filled[key]]
    if missing:
        raise UsageError(
            f"{marketplace.title} needs: {', '.join(missing)}.",
            hint=f"Give it with `--set {next(k for k in known if not filled[k])}=...`.",
        )
    return filled


async def _sign_in(
    services: Services, marketplace: str, options: Mapping[str, str], prompt: Prompt
) -> Authorization:
    handle = services.host.handle(marketplace)
    async with services.sign_in_session(handle.marketplace, options) as session:
        return await handle.authorize(session, prompt)


def _check_currency(reader: Reader, account: Account) -> None:
    base = lookup.organization(reader).base_currency
    if account.currency != base:
        raise CurrencyMismatch(
            f"The shop {account.shop_name} sells in {account.currency};"
            f" the organization's base currency is {base}.",
            hint="Use a data directory of its own for shops in another currency (`--home`).",
        )


def _check_new(reader: Reader, id_: str, account: Account) -> None:
    known = reader.get(schema.INTEGRATIONS, id_)
    if known is not None:
        raise AlreadyConnected(
            f"The shop {account.shop_name} is connected already, as {known.name}.",
            hint=f"To sign in again: `tuisync reconnect {known.name}`.",
        )


def add_integration(
    workspace: Workspace,
    marketplace: str,
    account: Account,
    options: Mapping[str, str],
    *,
    sync: bool,
    ends: datetime | None = None,
) -> Integration:
    """Store a shop as connected and, if asked to, queue its initial sync.

    Args:
        workspace: Where.
        marketplace: The plug-in's name.
        account: Whose shop it is.
        options: The marketplace's options that are not secret.
        sync: Queue the initial sync.
        ends: When the sign-in ends unless it is renewed.

    Raises:
        AlreadyConnected: Somebody connected it meanwhile.
    """
    now = workspace.now()
    with workspace.store.transaction() as tx:
        _check_new(tx, integration_id(marketplace, account.shop_id), account)
        integration = Integration(
            id=integration_id(marketplace, account.shop_id),
            name=_free_name(tx, marketplace),
            marketplace=marketplace,
            account_id=account.account_id,
            shop_id=account.shop_id,
            shop_name=account.shop_name,
            currency=account.currency,
            connected_at=now,
            options=dict(options),
            cycle_started_at=now,
            sign_in_ends_at=ends,
        )
        tx.put(schema.INTEGRATIONS, integration)
        if sync:
            _queue_initial(tx, workspace, integration)
    return integration


def _free_name(tx: Transaction, marketplace: str) -> str:
    taken = {each.name for each in tx.all(schema.INTEGRATIONS)}
    number = 1
    while (name := marketplace if number == 1 else f"{marketplace}-{number}") in taken:
        number += 1
    return name


def _queue_initial(tx: Transaction, workspace: Workspace, integration: Integration) -> None:
    batch = workspace.new_id()
    items = SyncRun(
        id=workspace.new_id(),
        batch=batch,
        integration=integration.id,
        module="items",
        trigger="initial",
        queued_at=workspace.now(),
    )
    tx.put(schema.RUNS, items)
    tx.put(schema.RUNS, items.but(id=workspace.new_id(), module="orders"))
