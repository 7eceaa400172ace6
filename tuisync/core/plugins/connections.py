"""Opening the line to a connected shop: its plug-in, its options, its tokens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from tuisync.core.clock import Clock, system_clock
from tuisync.core.errors import AuthorizationRequired
from tuisync.core.http.pace import Paces
from tuisync.core.models import Budget, Integration
from tuisync.core.plugins.handle import PluginHandle
from tuisync.core.plugins.host import PluginHost
from tuisync.core.plugins.session import PACES, PluginSession, Progress, open_session
from tuisync.core.remote import Account, Marketplace
from tuisync.core.secrets.credentials import Leases, StoredCredentials
from tuisync.core.secrets.vault import Secrets


@dataclass(frozen=True)
class Connection:
    """An open line to one shop.

    Attributes:
        handle: The plug-in's hooks.
        session: What they are called with.
    """

    handle: PluginHandle
    session: PluginSession

    @property
    def requests(self) -> int:
        """Calls made so far."""
        return self.session.requests

    @property
    def budget(self) -> Budget:
        """The shop's limits as last told."""
        return self.session.budget


class Connections:
    """Opens lines to shops.

    Args:
        host: The plug-ins.
        secrets: Secret options and tokens.
        leases: The store, under whose leases tokens are refreshed.
        clock: Where the time comes from.
        progress: Told how far a long call has come.
        paces: Where the pace of each key is kept.
    """

    def __init__(
        self,
        host: PluginHost,
        secrets: Secrets,
        leases: Leases,
        *,
        clock: Clock = system_clock,
        progress: Progress | None = None,
        paces: Paces = PACES,
    ) -> None:
        self._host = host
        self._secrets = secrets
        self._leases = leases
        self._clock = clock
        self._progress = progress
        self._paces = paces

    @asynccontextmanager
    async def open(self, integration: Integration) -> AsyncIterator[Connection]:
        """Open an integration's line, closed at the end of the block.

        Raises:
            PluginError: The plug-in is not there or cannot be used.
            AuthorizationRequired: There are no tokens.
        """
        handle = self._host.handle(integration.marketplace)
        credentials = StoredCredentials(
            integration.id, self._secrets, self._leases, clock=self._clock
        )
        await credentials.current()
        async with open_session(
            handle.marketplace,
            {**integration.options, **self._secrets.options(integration.id)},
            account=_account(integration),
            credentials=credentials,
            clock=self._clock,
            progress=self._progress,
            paces=self._paces,
        ) as session:
            session.recall(integration.budget)
            try:
                yield Connection(handle, session)
            except AuthorizationRequired as error:
                error.generation = credentials.generation
                raise
            finally:
                await credentials.settle()

    def generation(self, integration_id: str) -> int:
        """Return the generation of the stored tokens."""
        return self._secrets.generation(integration_id)

    def sign_in(
        self, marketplace: Marketplace, options: Mapping[str, str]
    ) -> AbstractAsyncContextManager[PluginSession]:
        """Open a session to sign in with, closed at the end of the block."""
        return open_session(
            marketplace, options, clock=self._clock, progress=self._progress, paces=self._paces
        )


def _account(integration: Integration) -> Account:
    return Account(
        account_id=integration.account_id,
        shop_id=integration.shop_id,
        shop_name=integration.shop_name,
        currency=integration.currency,
    )
