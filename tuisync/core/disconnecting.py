"""Disconnecting a shop: what is under way ends first, then its secrets and its content go."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from tuisync.core import lookup
from tuisync.core.actions.disconnection import close_integration, is_quiet
from tuisync.core.actions.integrations import disable_integration, enable_integration
from tuisync.core.errors import EngineBusy, StoreError
from tuisync.core.models import Integration
from tuisync.core.secrets.credentials import held_credentials
from tuisync.core.services import Services
from tuisync.core.store.port import Store
from tuisync.core.sync.recovery import recover
from tuisync.core.views.objects import IntegrationView
from tuisync.core.views.status import ENGINE
from tuisync.core.workspace import Workspace

PATIENCE = 30.0
"""Seconds that what is under way has to end."""

_LOOK = 0.25
_SETTLED = 3
"""Looks in a row at which nothing may be under way: an engine elsewhere sees what we stored
within 200 ms, and does not begin anything for a shop that is switched off."""

_log = logging.getLogger(__name__)

Sleep = Callable[[float], Awaitable[object]]


async def disconnect(
    services: Services, name: str, *, patience: float = PATIENCE, sleep: Sleep = asyncio.sleep
) -> IntegrationView:
    """Disconnect a shop; returns the integration as it was.

    A sync that is under way is stopped first, as switching the shop off does: after the page
    it is at, or after the answer to a push. Then the secrets go, then the shop's content. It
    may be stopped anywhere and done again.

    Args:
        services: The data directory.
        name: The integration's name or id.
        patience: Seconds to wait for what is under way.
        sleep: Waits so many seconds.

    Raises:
        UnknownIntegration: There is none of that name.
        EngineBusy: What is under way did not end in time; nothing was changed.
        HomeUnwritable: The secrets cannot be removed; the shop is switched off and still here.
    """
    workspace = services.workspace
    integration = lookup.integration(workspace.store, name)
    engine = workspace.store.lease(ENGINE, "cli")
    try:
        if engine is not None:
            recover(workspace)  # nobody is at it, whatever a killed engine left behind
        elif not is_quiet(workspace.store, integration.id):
            await _stop(workspace, integration, patience, sleep)
        async with held_credentials(integration.id, workspace.store, sleep=sleep):
            await asyncio.to_thread(services.secrets.forget, integration.id)
        view = await asyncio.to_thread(close_integration, workspace, integration.id)
    finally:
        if engine is not None:
            engine.release()
    await asyncio.to_thread(_rewrite_files, workspace.store)
    return view


def _rewrite_files(store: Store) -> None:
    """Leave no listing's content in the files: a journal outlives one compaction, not two."""
    try:
        store.compact()
        store.compact()
    except StoreError as error:
        _log.warning("The content of a disconnected shop may be in a journal yet: %s", error)


async def _stop(
    workspace: Workspace, integration: Integration, patience: float, sleep: Sleep
) -> None:
    """Switch a shop off and wait until nobody is at it; else leave it as it was."""
    disable_integration(workspace, integration.id)
    waited, quiet = 0.0, 0
    while quiet < _SETTLED:
        await sleep(_LOOK)
        workspace.store.refresh()
        quiet = quiet + 1 if is_quiet(workspace.store, integration.id) else 0
        waited += _LOOK
        if not quiet and waited > patience:
            if integration.status == "active":
                enable_integration(workspace, integration.id)
            raise EngineBusy(
                f"{integration.name} is being synced, and that did not end in time.",
                hint="Nothing was changed. `tuisync status` shows who is at it.",
            )
