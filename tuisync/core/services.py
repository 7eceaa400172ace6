"""Everything one running program works with, put together once."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuisync.core.home import Home
    from tuisync.core.plugins.host import PluginHost
    from tuisync.core.remote import Marketplace
    from tuisync.core.secrets import Secrets
    from tuisync.core.session import Session
    from tuisync.core.shop import Shops
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
    shops: Shops

    def sign_in_session(
        self, marketplace: Marketplace, options: Mapping[str, str]
    ) -> AbstractAsyncContextManager[Session]:
        """Open a session to sign in with, before there is an integration."""
        raise NotImplementedError(marketplace.id, options)

    def close(self) -> None:
        """Let go of the store."""
        self.workspace.store.close()
