"""Everything one running program works with, put together once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from tuisync.core.clock import Clock, system_clock
from tuisync.core.home import Home
from tuisync.core.plugins.connections import Connections
from tuisync.core.plugins.discovery import allow_list
from tuisync.core.plugins.host import PluginHost
from tuisync.core.remote import Marketplace
from tuisync.core.secrets.vault import Secrets
from tuisync.core.session import Session
from tuisync.core.store import open_store
from tuisync.core.workspace import Workspace


@dataclass(frozen=True)
class Services:
    """One data directory, the plug-ins, the secrets, and the way to the shops.

    Attributes:
        home: Where everything lives.
        workspace: The store, the clock, the marketplaces.
        host: The plug-ins.
        secrets: Options and tokens that nobody shows.
        shops: Opens connections to integrations.
    """

    home: Home
    workspace: Workspace
    host: PluginHost
    secrets: Secrets
    shops: Connections

    def sign_in_session(
        self, marketplace: Marketplace, options: Mapping[str, str]
    ) -> AbstractAsyncContextManager[Session]:
        """Open a session to sign in with, before there is an integration."""
        return self.shops.sign_in(marketplace, options)

    def close(self) -> None:
        """Let go of the store."""
        self.workspace.store.close()


def open_services(
    home: Home, *, host: PluginHost | None = None, clock: Clock = system_clock
) -> Services:
    """Open a data directory for work, creating what is missing.

    Args:
        home: Where everything lives.
        host: The plug-ins; the installed ones when None.
        clock: Where the time comes from.

    Raises:
        HomeUnwritable: A directory cannot be created or written.
        StoreError: The store cannot be used.
    """
    home.ensure()
    store = open_store(home.data)
    plugins = host or PluginHost(allowed=allow_list(os.environ))
    secrets = Secrets(home.secrets_file)
    return Services(
        home=home,
        workspace=Workspace(store, plugins, clock),
        host=plugins,
        secrets=secrets,
        shops=Connections(plugins, secrets, store, clock=clock),
    )
