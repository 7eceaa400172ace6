"""An integration's open line to its shop, as the engine sees it."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from tuisync.core.models import Budget, Integration
from tuisync.core.plugins.handle import PluginHandle
from tuisync.core.session import Session


class Shop(Protocol):
    """An open connection: the plug-in's hooks and the session to call them with.

    Attributes:
        handle: The plug-in's hooks.
        session: What they are called with.
        requests: Calls made to the shop through it so far.
        budget: What the shop's answers said of its limits so far.
    """

    @property
    def handle(self) -> PluginHandle:
        """The plug-in's hooks."""
        ...

    @property
    def session(self) -> Session:
        """What the hooks are called with."""
        ...

    @property
    def requests(self) -> int:
        """Calls made so far."""
        ...

    @property
    def budget(self) -> Budget:
        """The limits as last told."""
        ...


class Shops(Protocol):
    """Opens connections."""

    def open(self, integration: Integration) -> AbstractAsyncContextManager[Shop]:
        """Open an integration's connection, closed at the end of the block.

        Raises:
            PluginError: The plug-in is not there or does not load.
            AuthorizationRequired: There are no tokens.
        """
        ...

    def generation(self, integration_id: str) -> int:
        """Return the generation of the stored tokens: it grows with each pair; 0 is none."""
        ...
